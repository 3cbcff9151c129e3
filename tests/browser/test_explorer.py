"""Two places beside each other, a bookmark, a figure with its citation, the first visit's card, a page on paper."""

import json
import re
from urllib.parse import parse_qs, unquote, urlparse

import pypdfium2
import pytest

ODAWARA, YUGAWARA = "municipality:14206", "municipality:14384"
SETTLE_MS = 400


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_two_places_are_compared_swapped_and_taken_away(open_app, settled, shoot, lang):
    page = open_app("compare", lang=lang, place=ODAWARA)
    page.locator(".st-key-compare_proposals button").first.click()
    settled(page)
    heads = page.locator(".versus-who b")
    heads.first.wait_for()
    first = heads.all_inner_texts()
    assert len(first) == 2
    assert first[0] == ("小田原市" if lang == "ja" else "Odawara City")
    # Both bars of a resource are of one length: shares stand on one scale.
    widths = (
        page.locator(".row.versus:not(.heads)")
        .first.locator(".bar")
        .evaluate_all("bars => bars.map((b) => b.offsetWidth)")
    )
    assert len(widths) == 2
    assert abs(widths[0] - widths[1]) <= 1
    assert page.locator(".compare-table tbody tr").count() == page.locator(".row.versus:not(.heads)").count()
    assert page.locator(".meguri-map").count() == 2
    page.locator(".st-key-compare_swap button").click()
    page.wait_for_function("(was) => document.querySelector('.compare-head').textContent.includes(was)", arg=first[1])
    settled(page)
    assert page.locator(".versus-who b").all_inner_texts() == first[::-1]
    assert f"beside=kanagawa/{ODAWARA}" in unquote(page.url)
    with page.expect_download() as download:
        page.locator(".st-key-compare_csv button").click()
    table = download.value.path().read_text(encoding="utf-8-sig")
    assert first[0] in table
    assert len(table.splitlines()) == 9
    shoot(f"compare-{lang}", full_page=True)


def test_a_map_of_either_side_picks_that_sides_place(open_app, settled):
    page = open_app("compare", lang="ja", place=ODAWARA, beside=f"kanagawa/{YUGAWARA}")
    right = page.locator(".meguri-map").nth(1)
    right.scroll_into_view_if_needed()
    page.wait_for_timeout(SETTLE_MS)
    box = right.bounding_box()
    # North of the middle lies Hakone.
    page.mouse.click(box["x"] + box["width"] * 0.35, box["y"] + box["height"] * 0.22)
    page.wait_for_function("() => !location.search.includes('14384')")
    settled(page)
    assert page.locator(".versus-who b").first.inner_text() == "小田原市"
    assert page.locator(".versus-who b").last.inner_text() == "箱根町"


def test_a_bookmark_is_kept_in_this_browser_and_never_leads_elsewhere(open_app, settled, page):
    open_app("scale", lang="en", place=ODAWARA, mode="")
    page.locator("[data-marks] .star").click()
    name = page.locator("[data-marks] form input")
    assert name.input_value() == "Scale: Odawara City"
    name.fill("<img src=x onerror=alert(1)>")
    page.keyboard.press("Enter")
    kept = json.loads(page.evaluate("localStorage.getItem('meguri.bookmarks')"))
    assert [one["page"] for one in kept] == ["scale"]
    # The view, not the reader's language.
    query = parse_qs(kept[0]["query"])
    assert query["place"] == [ODAWARA]
    assert "lang" not in query
    # What was typed is shown as text.
    link = page.locator("[data-marks] li a")
    assert link.inner_text() == "<img src=x onerror=alert(1)>"
    assert page.locator("[data-marks] img").count() == 0
    page.keyboard.press("Escape")
    assert page.locator("[data-marks] .panel").is_hidden()
    assert page.evaluate("document.activeElement.className") == "star"

    # Kept by somebody else's hand: what is no page of this app is left out.
    page.evaluate(
        """() => localStorage.setItem('meguri.bookmarks', JSON.stringify([
          { name: 'away', page: 'https://example.org/', query: '' }, { name: 'proto', page: '__proto__', query: '' },
          { name: 'up', page: '../../x', query: '' },
          { name: 'mine', page: 'basin', query: 'place=basin:83268' }, 7]))"""
    )
    page.locator("[data-marks] .star").click()
    assert link.all_inner_texts() == ["mine"]
    page.locator("[data-marks] li button").last.click()
    assert link.count() == 0
    page.locator("[data-marks] .undo").click()
    link.click()
    page.wait_for_url("**/basin?place=basin%3A83268&lang=en")
    settled(page)


def test_bookmarks_go_through_a_file_that_is_checked_whole(open_app, settled, page, shoot, tmp_path):
    open_app("scale", lang="en", place=ODAWARA)
    page.locator("[data-marks] .star").click()
    page.keyboard.press("Enter")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save to a file").click()
    saved = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert (saved["format"], saved["version"]) == ("meguri-bookmarks", 1)
    mine = saved["bookmarks"]
    assert [(one["name"], one["page"]) for one in mine] == [("Scale: Odawara City", "scale")]
    links, said = page.locator("[data-marks] li a"), page.locator("[data-marks] .said")

    def bring(bookmarks, **changes):
        given = tmp_path / "brought.json"
        told = {"format": "meguri-bookmarks", "version": 1, "bookmarks": bookmarks} | changes
        given.write_text(bookmarks if isinstance(bookmarks, str) else json.dumps(told), encoding="utf-8")
        page.evaluate("document.querySelector('[data-marks] .said').textContent = ''")
        page.locator('[data-marks] input[type="file"]').set_input_files(given)
        page.wait_for_function("document.querySelector('[data-marks] .said').textContent !== ''")
        return said.inner_text()

    good = {"name": "<b>Sakawa</b>", "page": "basin", "query": "place=basin:83268&mode=kiosk"}
    for wrong in (
        {**good, "page": "https://example.org/"},
        {**good, "page": "__proto__"},
        {**good, "name": " "},
        {**good, "name": "x" * 81},
        {**good, "name": "a\u0007b"},
        {**good, "query": "x" * 8001},
        {**good, "query": 7},
        {**good, "more": ""},
        {"name": "x", "page": "basin"},
        None,
    ):
        assert "Bookmark 2 in this one is not valid" in bring([good, wrong])
    for words in ("{", "[]", "null", "7", '{"bookmarks": []}'):
        assert "cannot be read as bookmarks" in bring(words)
    assert "another version" in bring([good], version=2)
    assert "cannot be read as bookmarks" in bring([good], format="other")
    assert "there is room for 99" in bring([{**good, "name": str(each)} for each in range(100)])
    assert "too large" in bring(" " * 1_000_001)
    # Of all these not one is half kept.
    assert links.all_inner_texts() == ["Scale: Odawara City"]

    assert bring([*mine, good, good]).startswith("Added 1.")
    assert links.all_inner_texts() == ["Scale: Odawara City", "<b>Sakawa</b>"]
    assert page.locator("[data-marks] b").count() == 0
    shoot("bookmarks")
    assert "no bookmark that is not here" in bring([good])
    # A view, not the screen it was made for.
    links.last.click()
    page.wait_for_url("**/basin?place=basin%3A83268&lang=en")
    settled(page)
    assert page.locator("[data-marks] .star").is_visible()


def test_a_figure_is_copied_with_its_citation(context, open_app, server):
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server)
    page = open_app("scale", lang="ja", place=ODAWARA, resource="water")
    page.locator('.st-key-scale_focus_bar, [data-resource="water"] .verdict').first.wait_for()
    page.locator('[data-resource="water"] .verdict').first.hover()
    page.keyboard.press("c")
    page.locator(".cite-toast:not([hidden])").wait_for()
    told = page.evaluate("navigator.clipboard.readText()")
    assert told.startswith("小田原市の水：市町村で足りる・まかなえる割合 ")
    for part in ("推計", "年のデータ", "足りるとみなす割合 80 %", "出典：", "神奈川県のデータ", "閲覧"):
        assert part in told
    # The address opens the same view; where the map looks may have come into the page's own meanwhile.
    link = parse_qs(urlparse(re.search(r"<(\S+)>", told)[1]).query)
    assert link["place"] == [ODAWARA]
    asked = parse_qs(urlparse(page.url).query)
    assert {**link, "view": None} == {**asked, "view": None}
    assert page.locator(".cite-toast b").inner_text() == "写しました"

    # By the button, on a figure of the detail.
    page.locator(".detail dl [data-cite]").first.hover()
    page.locator(".cite-button").click()
    page.wait_for_function("(was) => navigator.clipboard.readText().then((now) => now !== was)", arg=told)
    assert page.evaluate("navigator.clipboard.readText()").startswith("小田原市の水・ここでまかなえる量：")

    # In a field it is a letter; by keyboard alone the arrows choose.
    page.mouse.move(5, 300)
    page.locator('[data-testid="stSelectbox"] input').first.focus()
    page.keyboard.press("c")
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("c")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("c")
    page.wait_for_function("() => navigator.clipboard.readText().then((now) => now.includes('野菜'))")

    # Where the clipboard is not allowed, the text stands there selected.
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    page.keyboard.press("c")
    box = page.locator(".cite-box textarea")
    box.wait_for()
    chosen = box.evaluate("(node) => node.value.slice(node.selectionStart, node.selectionEnd)")
    assert chosen == box.input_value()
    assert "野菜" in chosen


# What the first visit's card lies over, of all that is read or pressed.
COVERED = """() => {
  const own = document.querySelector('[data-guide] .card');
  const card = own.getBoundingClientRect();
  return [...document.querySelectorAll('button, a, input, summary, p, h2, h3, .meguri-map, [data-testid="stHeader"]')]
    .filter(node => !own.contains(node) && node.checkVisibility({ visibilityProperty: true }))
    .filter(node => {
      const box = node.getBoundingClientRect();
      const isSeen = box.width > 1 && box.height > 1;
      return isSeen && box.left < card.right && box.right > card.left && box.top < card.bottom && box.bottom > card.top;
    })
    .map(node => node.outerHTML.slice(0, 90));
}"""
SCREENS = [(1280, 800), (1920, 1080), (1024, 768), (768, 1024), (390, 844)]


@pytest.mark.parametrize(("path", "lang"), [("", "ja"), ("scale", "en"), ("meeting", "ja")])
def test_the_first_visits_card_covers_nothing_on_any_screen(open_app, page, shoot, path, lang):
    page.add_init_script("localStorage.removeItem('meguri.guide')")
    open_app(path, lang=lang, place=ODAWARA)
    card = page.locator("[data-guide] .card")
    card.wait_for()
    page.locator(".meguri-map[data-shown], .st-key-meeting_list, .stForm").first.wait_for(state="attached")
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(SETTLE_MS)
        box = card.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= height
        assert page.evaluate(COVERED) == [], f"{width} x {height}"
        if path == "" and width >= 1024:
            # The map ends where the window does, with its sources in sight.
            assert page.locator(".meguri-map-sources").bounding_box()["y"] < height - 24
        shoot(f"{path or 'map'}-{width}")


def test_the_steps_of_the_guide_move_nothing_and_give_their_room_back(open_app, page):
    page.add_init_script("localStorage.removeItem('meguri.guide')")
    open_app("", lang="en")
    card, box_of = page.locator("[data-guide] .card"), page.locator(".meguri-map").bounding_box
    card.wait_for()
    page.locator(".meguri-map[data-shown]").wait_for()
    page.wait_for_timeout(SETTLE_MS)
    before, main = box_of(), card.locator(".main")
    for step in range(2, 6):
        main.click()
        assert f"{step} of 5" in card.inner_text()
        assert box_of() == before
    main.click()
    card.wait_for(state="hidden")
    page.wait_for_timeout(SETTLE_MS)
    assert box_of()["y"] < before["y"] - 60
    assert box_of()["height"] > before["height"] + 60


def test_the_first_visit_is_guided_once_and_can_be_skipped(open_app, settled, page):
    again = "localStorage.removeItem('meguri.guide'); sessionStorage.visited = 1;"
    page.add_init_script(f"if (!sessionStorage.visited) {{ {again} }}")
    open_app("", lang="ja")
    card = page.locator("[data-guide] .card")
    card.wait_for()
    # Beside the page: nothing is taken from the keyboard, nothing lies under it that one needs.
    assert page.evaluate("document.activeElement.closest('[data-guide]')") is None
    assert page.evaluate("document.documentElement.lang") == "ja"
    page.locator("[data-guide] .card .main").click()
    assert "2 / 5" in card.inner_text()
    page.keyboard.press("Escape")
    card.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.className") == "ask"
    page.reload()
    settled(page)
    page.locator("[data-guide] .ask").click()
    assert card.is_hidden()
    page.locator("[data-guide] .menu button").nth(1).click()
    page.wait_for_url("**/about*")
    settled(page)
    assert page.title() == "このアプリについて – めぐり Meguri"
    page.locator(".st-key-about_guide button").click()
    card.wait_for()


@pytest.mark.parametrize("path", ["scale", "compare"])
def test_a_page_on_paper_has_its_head_its_map_and_no_controls(open_app, page, tmp_path, path):
    open_app(path, lang="ja", place=ODAWARA, beside=f"kanagawa/{YUGAWARA}")
    page.locator(".meguri-map canvas").first.wait_for()
    page.wait_for_timeout(SETTLE_MS)
    file = tmp_path / "page.pdf"
    page.pdf(path=file, format="A4")
    sheets = pypdfium2.PdfDocument(file)
    words = [sheet.get_textpage().get_text_range() for sheet in sheets]
    assert "めぐり Meguri – " in words[0]
    assert page.url.partition("?")[0] in words[0]
    whole = "".join(words)
    # What is pressed is not printed; the legend, its source line and the place are.
    assert not [word for word in ("日本語", "CSV") if word in whole]
    assert not [word for word in ("小田原市", "推計") if word not in whole]
    assert len(sheets) <= 7
