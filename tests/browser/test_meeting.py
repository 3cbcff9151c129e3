"""A meeting in two real browsers, from opening to the hand-out; and signing in at a provider on the loopback."""

import io
import re
import time
import zipfile
from urllib.parse import parse_qs, urlencode, urlparse

import pypdf
import pytest
from playwright.sync_api import expect

from tests.browser.app_server import running_app
from tests.browser.conftest import PATIENCE_MS, settle
from tests.browser.network import Guard
from tests.browser.oidc_provider import running_provider, secrets_toml

ODAWARA = "municipality:14206"
SCRIPT = '<img src="x" onerror="alert(1)"><script>alert(2)</script>'
AGREED = "屋根の利用を半分まで進める"
# What one browser adds is there in the other; generous, for a machine that does other things too.
IN_STEP_MS = 5_000
STAGE = ".st-key-meeting_first .leaflet-container"
LOOKS = """key => {
  const { map } = window.meguriMaps.stages.get(key) ?? {};
  if (!map) return [0, 0, 0];
  const { lat, lng } = map.getCenter();
  return [+lat.toFixed(3), +lng.toFixed(3), +map.getZoom().toFixed(2)];
}"""
# The choice of the area and of the language, on every page.
HEADER = ":is(.st-key-area, .st-key-language) button"
GUIDE_SEEN = "try { localStorage.setItem('meguri.guide', 'seen'); } catch {}"


@pytest.fixture
def other(browser, page):
    """Another person's browser, watched as the first one is; made after it, it is closed before."""
    context = browser.new_context(
        viewport={"width": 1024, "height": 768}, locale="en-US", timezone_id="Asia/Tokyo", reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(GUIDE_SEEN)
    guard = Guard()
    guard.watch(context)
    yield context.new_page()
    context.close()
    assert guard.foreign == []
    assert guard.errors == []


@pytest.fixture
def dialogs(page, other):
    """What opened a dialog in either browser: a script that ran."""
    found = []
    for each in (page, other):
        each.on("dialog", lambda dialog: (found.append(dialog.message), dialog.dismiss()))
    return found


@pytest.fixture(autouse=True)
def _without_guide(context):
    context.add_init_script(GUIDE_SEEN)


def query(page):
    return {name: values[0] for name, values in parse_qs(urlparse(page.url).query).items()}


def press(page, name, *, exact=True):
    page.get_by_role("button", name=name, exact=exact).first.click()
    settle(page)


def choose(page, name):
    page.get_by_role("radio", name=name, exact=True).first.click()
    settle(page)


def start(page, title="第3回", name="佐藤 花子"):
    page.get_by_label("会議の名前").fill(title)
    page.get_by_label("あなたの名前").first.fill(name)
    press(page, "始める")
    page.wait_for_selector(".meeting-title")
    settle(page)


def pin(page, kind, place, *, title="", question=""):
    """Put the view on the agenda and wait until it stands there at its place."""
    if not page.get_by_label("題", exact=True).is_visible():
        page.get_by_text("いまの表示を議題に加える").click()
    page.get_by_label("題", exact=True).fill(title)
    page.get_by_label("問い", exact=True).fill(question)
    press(page, f"議題に加える（{kind}）")
    page.locator(".st-key-meeting_agenda .meeting-item-line").nth(place - 1).wait_for()
    settle(page)


def join_code(page):
    press(page, "参加コード")
    code = page.locator(".meeting-code b").inner_text()
    page.keyboard.press("Escape")
    return code


def write(page, words, *, label, button):
    page.get_by_label(label, exact=True).fill(words)
    page.get_by_role("button", name=button, exact=True).click()
    return time.monotonic()


def seconds_until_seen(page, words, since):
    page.locator(".meeting-note", has_text=words).first.wait_for(timeout=IN_STEP_MS)
    return time.monotonic() - since


def press_map(page, *spots):
    """Press the stage's map at these shares of its width and height."""
    page.locator(STAGE).scroll_into_view_if_needed()
    for count, (across, down) in enumerate(spots, start=1):
        box = page.locator(STAGE).bounding_box()
        page.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
        page.locator(".st-key-meeting_drawing_line", has_text=re.compile(rf"\b{count} (点|so far)")).wait_for()
        settle(page)


def looks(page, key="meeting_map"):
    """Return where a map looks: latitude and longitude to a thousandth of a degree, and zoom."""
    return page.evaluate(LOOKS, key)


def move_map(page, place, key="meeting_map"):
    """Zoom a map in and drag it by hand; return where it looks then."""
    before = looks(page, key)
    page.locator(place).scroll_into_view_if_needed()
    box = page.locator(place).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.wheel(0, -200)
    page.wait_for_function(f"([key, before]) => ({LOOKS})(key)[2] > before[2]", arg=[key, before])
    page.mouse.down()
    page.mouse.move(x + 40, y + 30, steps=4)
    page.mouse.up()
    return looks(page, key)


def wait_until_map_looks(page, there):
    """Wait until the stage's map looks there."""
    page.wait_for_function(f"([key, there]) => String(({LOOKS})(key)) === String(there)", arg=["meeting_map", there])


def wait_for_pins(page, *words):
    """Wait until the map has these pins and no other: what was written a moment ago replaces its draft."""
    pins = page.locator(".st-key-meeting_first .meguri-pin")
    expect(pins).to_have_text(list(words), timeout=IN_STEP_MS)


def heights(page, css):
    """Heights of what a selector finds, px, the lowest first."""
    return sorted(page.locator(css).evaluate_all("nodes => nodes.map((node) => node.offsetHeight)"))


def test_a_meeting_from_opening_to_hand_out(page, other, server, open_app, dialogs, shoot, record_property):
    """Two people: one leads and prepares three views, the other joins by the code; both write."""
    open_app("scale", place=ODAWARA)
    of_the_header = heights(page, HEADER)
    assert len(of_the_header) >= 3
    page.get_by_role("link", name="会議", exact=True).first.click()
    settle(page)
    start(page, title=f"第3回 {SCRIPT}")

    # Three views of three kinds; each page hands over what it shows. A map is pinned where a hand has put it.
    pin(page, "循環の規模", 1, question=SCRIPT)
    choose(page, "地図")
    moved = move_map(page, STAGE)
    pin(page, "地図", 2, title=f"地図 {SCRIPT}")
    wait_until_map_looks(page, moved)
    again = page.get_by_role("button", name="いまの表示にする")
    moved = move_map(page, STAGE)
    again.click()
    page.get_by_text("保存しました").wait_for()
    page.get_by_role("link", name="地図", exact=True).first.click()
    page.wait_for_selector(".st-key-map_map .leaflet-container")
    settle(page)
    assert "第3回" in page.locator(".st-key-meeting_banner").inner_text()
    there = move_map(page, ".st-key-map_map .leaflet-container", key="map")
    page.get_by_role("link", name="会議", exact=True).first.click()
    page.wait_for_selector(".meeting-title")
    settle(page)
    wait_until_map_looks(page, there)
    page.locator("[class*='st-key-meeting_open_'] button").nth(1).click()
    settle(page)
    wait_until_map_looks(page, moved)
    page.get_by_role("link", name="もしも", exact=True).first.click()
    settle(page)
    page.locator(".st-key-whatif_starters button").first.click()
    page.wait_for_selector(".st-key-whatif_a_map")
    settle(page)
    page.get_by_role("link", name="会議", exact=True).first.click()
    page.wait_for_selector(".meeting-title")
    settle(page)
    pin(page, "くらべる", 3, title="屋根")
    shoot("desk")
    # A finger's width for what is pressed in the meeting; the header is the other pages'.
    assert min(heights(page, ".st-key-meeting_head button")) >= 44
    assert heights(page, HEADER) == of_the_header

    # The other comes by the link that carries the code, which leaves the address at once.
    key, code = query(page)["meeting"], join_code(page)
    other.goto(f"{server}/meeting?{urlencode({'meeting': key, 'join': code, 'lang': 'en'})}")
    other.wait_for_selector(".meeting-title")
    settle(other)
    assert "join" not in query(other)
    assert "Reading only" in other.locator(".meeting-who").inner_text()
    other.get_by_label("Your name").fill(f"Ken {SCRIPT}"[:40])
    press(other, "Come in")
    other.locator(".meeting-who", has_text="Participant").wait_for()

    # What the one shows, the other sees; what either writes, both have within moments.
    page.locator("[class*='st-key-meeting_open_'] button").first.click()
    settle(page)
    press(page, "みんなに見せる")
    other.locator(".meeting-item-line", has_text="on the wall now").wait_for(timeout=IN_STEP_MS)
    other.wait_for_selector(".st-key-meeting_ladder")
    settle(other)
    words = other.get_by_label("Words", exact=True)
    words.press_sequentially("half ty")
    choose(page, "合意したこと")
    took = [seconds_until_seen(other, AGREED, write(page, AGREED, label="ことば", button="書きこむ"))]
    words.press_sequentially("ped ")
    assert words.input_value() == "half typed "
    settle(page)
    sent = write(other, f"half typed {SCRIPT}", label="Words", button="Add the note")
    took.append(seconds_until_seen(page, "half typed <img", sent))
    record_property("seconds_until_the_other_sees_it", [round(each, 2) for each in took])

    # Drawn by the one, on the map of the other.
    settle(other)
    choose(other, "Pin")
    press_map(other, (0.4, 0.5))
    write(other, f"here {SCRIPT}", label="Words", button="Add the note")
    page.locator(".meeting-note", has_text="here <img").wait_for(timeout=IN_STEP_MS)
    settle(page)
    choose(page, "範囲")
    press_map(page, (0.3, 0.4), (0.6, 0.4), (0.5, 0.7))
    write(page, "", label="ことば", button="書きこむ")
    other.locator(".meeting-note .kind.area").wait_for(timeout=IN_STEP_MS)
    settle(other)
    for each in (page, other):
        wait_for_pins(each, "3", "4")

    # Too long a word does not get in, and no markup became an element.
    other.get_by_label("Words", exact=True).fill("x" * 5_000)
    settle(other)
    assert len(other.get_by_label("Words", exact=True).input_value()) <= 1_000
    shoot("notes")

    # A show of hands under the scenario that is on the wall, the wall led by keyboard alone.
    page.get_by_role("button", name="壁に映す").click()
    page.wait_for_selector(".st-key-wall")
    settle(page)
    page.keyboard.press("End")
    page.locator(".st-key-wall_foot", has_text="屋根").wait_for()
    other.locator("[class*='st-key-meeting_item_']", has_text="屋根").locator(
        ".meeting-item-line", has_text="on the wall now"
    ).wait_for(timeout=IN_STEP_MS)
    page.keyboard.press("h")
    page.wait_for_selector(".st-key-meeting_hands")
    settle(page)
    for option, count in (("賛成", "12"), ("反対", "3")):
        field = page.get_by_label(option, exact=True)
        field.fill(count)
        field.press("Tab")
        settle(page)
    press(page, "この人数で記録する")
    page.locator(".meeting-count", has_text="12 人").wait_for()
    shoot("wall")
    page.keyboard.press("Escape")
    page.locator(".st-key-wall_panel").wait_for(state="detached")
    page.keyboard.press("Home")
    page.locator(".st-key-wall_foot", has_text="小田原市").wait_for()
    page.keyboard.press("PageDown")
    page.locator(".st-key-wall_foot", has_text="地図").wait_for()
    settle(page)
    page.keyboard.press("Escape")
    page.locator(".st-key-wall").wait_for(state="detached")
    settle(page)
    choose(other, "Hands")
    press(other, "屋根", exact=False)
    other.locator(".meeting-count", has_text="12").wait_for()

    # A reload asks for no code again.
    page.reload()
    page.locator(".meeting-who", has_text="進行役").wait_for()
    settle(page)

    # The hand-out says what was agreed; the whole meeting comes back from its file.
    choose(page, "配布資料")
    with page.expect_download() as told:
        page.locator(".st-key-handout_pdf button").click()
    pages = pypdf.PdfReader(told.value.path()).pages
    assert AGREED in re.sub(r"\s", "", "".join(each.extract_text() for each in pages))
    page.get_by_role("button", name="会議の操作").click()
    with page.expect_download() as told:
        page.locator(".st-key-meeting_file button").click()
    raw = told.value.path().read_bytes()
    names = zipfile.ZipFile(io.BytesIO(raw)).namelist()
    assert {"meeting.toml", "notes.gpkg"} <= set(names)
    assert any(name.startswith("scenarios/") for name in names)
    assert code.encode() not in raw
    press(page, "会議の一覧へ")
    page.get_by_text("会議のファイルを読みこむ").click()
    page.locator("input[type=file]").set_input_files({"name": "m.zip", "mimeType": "application/zip", "buffer": raw})
    page.get_by_text("議題 3、書きこみ 4、挙手 1").wait_for()
    settle(page)
    page.locator(".st-key-meeting_import_name input").fill("隣の町")
    press(page, "この会議を開く")
    page.locator(".meeting-who", has_text="隣の町").wait_for()
    assert query(page)["meeting"] != key
    assert page.locator(".st-key-meeting_agenda .meeting-item-line").count() == 3

    # Titles that were made follow the reader; what people typed stays.
    titles = other.locator("[class*='st-key-meeting_open_'] button").all_inner_texts()
    assert [title.partition(" ")[2] for title in titles[::2]] == ["Scales of Odawara City", "屋根"]
    for each in (page, other):
        assert each.locator("img[src='x']").count() == 0
        assert each.locator(".stApp script:not([src])", has_text="alert").count() == 0
    assert dialogs == []


def test_nobody_gets_in_by_a_forged_code_or_pass(page, other, server, open_app):
    """Neither a wrong code, nor a made-up pass, nor the pass of another meeting lets anybody write."""
    open_app("meeting")
    start(page, title="一つ目")
    mine = query(page)["meeting"]
    token = page.evaluate("key => sessionStorage.getItem(`meguri-pass-${key}`)", mine)
    press(page, "会議の操作")
    press(page, "会議の一覧へ")
    start(page, title="二つ目")
    target = query(page)["meeting"]

    link = f"{server}/meeting?{urlencode({'meeting': target, 'lang': 'en'})}"
    other.goto(link)
    other.wait_for_selector(".meeting-title")
    for forged in (token, '{"token":"forged","person":""}', "{"):
        other.evaluate("([key, kept]) => sessionStorage.setItem(`meguri-pass-${key}`, kept)", [target, forged])
        other.reload()
        other.wait_for_selector(".meeting-title")
        settle(other)
        other.wait_for_timeout(500)
        settle(other)
        assert "Reading only" in other.locator(".meeting-who").inner_text()
    other.get_by_label("Join code").fill("AAAA-AAAA")
    other.get_by_label("Your name").fill("Mallory")
    press(other, "Come in")
    other.get_by_role("alert").first.wait_for()
    assert "Reading only" in other.locator(".meeting-who").inner_text()
    assert other.get_by_label("Your name").input_value() == "Mallory"


@pytest.fixture(scope="module")
def provider():
    """A provider of identities on the loopback."""
    with running_provider() as provider:
        yield provider


@pytest.fixture(scope="module")
def signing_server(chromium_path, tmp_path_factory, provider):
    """An app at which people sign in, yamada@example.jp to lead every meeting."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEGURI_FACILITATORS", "yamada@example.jp")
        folder = tmp_path_factory.mktemp("signing")
        with running_app(folder, secrets=lambda address: secrets_toml(address, provider)) as address:
            yield address


def test_a_server_that_has_just_started_lists_no_files_of_its_own(page, signing_server):
    """Before app.py has named the pages; the first visit to this server."""
    page.add_init_script(
        """setInterval(() => {
          const listed = document.querySelector("[data-testid=stSidebarNavLink]");
          if (listed) window.listed = listed.innerText;
        }, 20);"""
    )
    page.goto(f"{signing_server}/meeting")
    page.get_by_label("会議の名前").wait_for()
    settle(page)
    assert page.evaluate("window.listed ?? ''") == ""
    page.get_by_role("link", name="循環の規模").first.wait_for()


def consent(page):
    """Sign in by the provider's form."""
    page.get_by_role("button", name="サインイン").click()
    page.get_by_role("button", name="Consent").click()


def test_signing_in_names_and_leads_and_signing_out_ends_it(page, signing_server, provider):
    """Through the provider's form and back to the page one came from; a forged answer signs nobody in."""
    page.goto(f"{signing_server}/oauth2callback?code=x&state=forged")
    page.goto(f"{signing_server}/meeting")
    settle(page)
    consent(page)
    page.wait_for_url("**/meeting*")
    page.get_by_text(f"サインイン中：{provider.claims['name']}").wait_for()
    settle(page)
    page.get_by_label("会議の名前").fill("サインインの会議")
    press(page, "始める")
    page.locator(".meeting-who", has_text=f"{provider.claims['name']}（進行役）").wait_for()
    settle(page)
    link = page.url
    page.get_by_role("button", name="サインアウト").click()
    page.wait_for_url(f"{signing_server}/")
    page.goto(link)
    page.locator(".meeting-who", has_text="見るだけ").wait_for()
    settle(page)

    # Another, whose address the provider did not verify: their name, and nothing to lead.
    provider.claims |= {"sub": "u-2", "name": "偽 山田", "email_verified": False}
    consent(page)
    page.get_by_text("サインイン中：偽 山田").wait_for()
    settle(page)
    assert "見るだけ" in page.locator(".meeting-who").inner_text()
    assert provider.refused == []
