"""The kiosk in Chromium: it plays, stops at a touch, tells, asks, resets, and outlives its server."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser.app_server import ROOT, free_port, running_app, wait_until_healthy

SETTINGS = {
    "MEGURI_KIOSK": "1",
    "MEGURI_KIOSK_SCENE_SECONDS": "1",
    "MEGURI_KIOSK_IDLE_SECONDS": "2",
    "MEGURI_KIOSK_ASK_SECONDS": "2",
    "MEGURI_PUBLIC_ADDRESS": "https://meguri.example.jp",
}
PORTRAIT = {"width": 1080, "height": 1920}
# The smallest screens that it has to fit on, and a usual one; the tests go on upright.
SIZES = ({"width": 1024, "height": 768}, {"width": 768, "height": 1024}, {"width": 1280, "height": 800}, PORTRAIT)
ODAWARA = "14206"
# A journey takes as long as it takes; only the test of the wait is to be asked.
NO_HURRY = "() => { const { kiosk } = window.meguriKiosk; kiosk.settings.idle_ms = 600_000; kiosk.stay(); }"
SPOT = """code => { const stage = window.meguriMaps.stages.get('kiosk'), units = stage.geometries.municipality;
  const box = stage.box.getBoundingClientRect();
  const at = stage.map.latLngToContainerPoint(units.at[units.number.get(code)]);
  return [box.x + at.x, box.y + at.y]; }"""
# What is wrong with what is on the screen: targets, type, contrast, what is cut off or Streamlit's own.
FAULTS = Path(__file__).with_name("kiosk_faults.js").read_text(encoding="utf-8")
STATE = "name => window.meguriKiosk.kiosk.state[name]"
FILLED = """() => [...document.querySelectorAll('.mk-told > .mk-bar i')]
  .reduce((sum, part) => sum + parseFloat(part.style.width), 0)"""
ZOOM = "() => window.meguriMaps.stages.get('kiosk').map.getZoom()"


@pytest.fixture(scope="module")
def kiosk_server(chromium_path, tmp_path_factory):
    """Address of a server that is locked to the kiosk, with short waits."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SETTINGS.items():
            patch.setenv(name, value)
        with running_app(tmp_path_factory.mktemp("kiosk")) as address:
            yield address


@pytest.fixture
def context(browser):
    """A touch screen on its side, in Japanese."""
    context = browser.new_context(
        viewport=PORTRAIT, has_touch=True, locale="ja-JP", timezone_id="Asia/Tokyo", reduced_motion="reduce"
    )
    context.set_default_timeout(60_000)
    yield context
    context.close()


def play(page, address):
    page.goto(address)
    page.wait_for_selector(".mk .mk-title")
    page.wait_for_selector(".meguri-map[data-shown]")
    return page


def button(page, act, nth=0):
    return page.locator(f".mk [data-act={act}]:visible").nth(nth)


def title(page):
    """The title without its readings."""
    return page.evaluate(
        """() => { const copy = document.querySelector('.mk-title').cloneNode(true);
             copy.querySelectorAll('rt').forEach((reading) => reading.remove()); return copy.textContent; }"""
    )


def view(page, name):
    page.wait_for_selector(f".mk[data-view={name}]")


def touch(page, code=ODAWARA):
    """Touch a town on the map, once the map has come to rest."""
    spot = None
    while spot != (spot := page.evaluate(SPOT, code)):
        page.wait_for_timeout(150)
    page.touchscreen.tap(*spot)


def fingers(page, *steps):
    """Put fingers down at the first step's points, move them along the others', and lift them."""
    devtools = page.context.new_cdp_session(page)
    for number, points in enumerate(steps):
        at = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(points)]
        devtools.send("Input.dispatchTouchEvent", {"type": "touchMove" if number else "touchStart", "touchPoints": at})
        page.wait_for_timeout(40)
    devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    devtools.detach()


def check(page):
    """Nothing is wrong with the screen, upright or on its side, small or large."""
    for size in SIZES:
        page.set_viewport_size(size)
        page.wait_for_timeout(60)
        assert page.evaluate(FAULTS) == [], size


def test_a_locked_server_plays_at_every_address_and_stops_at_a_touch(page, kiosk_server, shoot):
    play(page, f"{kiosk_server}/scale?place=municipality:14206")
    first = title(page)
    page.wait_for_function("before => document.querySelector('.mk-title').textContent !== before", arg=first)
    page.touchscreen.tap(500, 500)
    view(page, "menu")
    page.evaluate(NO_HURRY)
    stopped = title(page)
    page.wait_for_timeout(1500)
    assert title(page) == stopped
    # Neither a menu of the browser nor a selection comes of a long press, and R does not run the page again.
    assert page.evaluate(
        """() => !document.querySelector('.mk-title').dispatchEvent(
             new MouseEvent('contextmenu', { bubbles: true, cancelable: true }))"""
    )
    page.mouse.dblclick(540, 1200)
    assert page.evaluate("() => getSelection().toString()") == ""
    page.keyboard.press("r")
    page.keyboard.press("c")
    button(page, "next_scene").tap()
    assert title(page) != stopped
    button(page, "previous").tap()
    assert title(page) == stopped
    button(page, "fine").tap()
    assert page.locator(".mk-card h2").inner_text() == "資料"
    button(page, "close").tap()
    count = page.evaluate("() => window.meguriKiosk.kiosk.story.scenes.length")
    for number in range(count):
        for lang in ("ja", "en", "easy"):
            page.evaluate("changes => window.meguriKiosk.kiosk.go(changes)", {"scene": number, "lang": lang})
            check(page)
    shoot("story")
    # Every bar's colours are named beside it, and no heading of the legend is without words.
    page.evaluate("changes => window.meguriKiosk.kiosk.go(changes)", {"scene": 2, "lang": "ja"})
    assert page.locator(".mk-key li").first.inner_text().startswith("市町村")
    page.evaluate("changes => window.meguriKiosk.kiosk.go(changes)", {"scene": 0})
    assert all(page.locator(".mk-legend h2").all_inner_texts())
    # What the quiz button asks for is a town for the quiz.
    button(page, "ask_quiz").tap()
    assert title(page) == "どの町のクイズにする？"
    assert page.locator(".mk-page").inner_text() == "1 / 3"
    button(page, "start").tap()
    view(page, "loop")
    # Whoever does not reach the map finds the town in the list.
    button(page, "choose").tap()
    page.evaluate(NO_HURRY)
    for lang in ("ja", "en", "easy"):
        page.evaluate("lang => window.meguriKiosk.kiosk.go({ lang })", lang)
        check(page)
    button(page, "towns", 1).tap()
    wanted = page.evaluate("() => window.meguriKiosk.kiosk.story.places[12].code")
    button(page, "town").tap()
    view(page, "place")
    assert page.evaluate("() => window.meguriKiosk.kiosk.state.place.code") == wanted


def test_a_visit_in_three_languages(page, kiosk_server, shoot):
    play(page, kiosk_server)
    button(page, "choose").tap()
    view(page, "choose")
    page.evaluate(NO_HURRY)
    check(page)
    # Two fingers make the map larger, one moves it; the page itself stays as it is, and the map comes back.
    before = page.evaluate(ZOOM)
    fingers(page, *[((540 - reach, 400), (540 + reach, 400)) for reach in (60, 120, 180, 240)])
    page.wait_for_function(f"before => ({ZOOM})() > before + 0.5", arg=before)
    fingers(page, *[((540 - along, 400),) for along in (0, 60, 120, 180)])
    assert page.evaluate("() => visualViewport.scale") == 1
    page.locator(".st-key-kiosk_map .meguri-map-buttons button").nth(2).tap()
    page.wait_for_function(f"before => Math.abs(({ZOOM})() - before) < 0.6", arg=before)
    assert page.locator(".mk").get_attribute("data-view") == "choose"
    # The sea is no town.
    page.touchscreen.tap(*[x + y for x, y in zip(page.evaluate(SPOT, "14210"), (0, 120), strict=True)])
    page.wait_for_selector(".mk-outside:not([hidden])")
    assert page.evaluate(FAULTS) == []
    assert page.locator(".mk").get_attribute("data-view") == "choose"
    touch(page)
    view(page, "place")
    # The town's answer comes first: in words, and with a bar whose parts are named.
    assert title(page).startswith("小田原市")
    assert page.locator(".mk-outside").is_hidden()
    assert "小田原市では、計算上" in page.locator(".mk-body").inner_text()
    assert page.evaluate(FILLED) == pytest.approx(100)
    assert page.locator(".mk-key li").count() >= 1
    check(page)

    # Then the way there: the bar fills, and the map paints what the rung takes in.
    page.evaluate(
        """key => { const { kiosk } = window.meguriKiosk, { ladder } = kiosk.state.place;
             kiosk.press('tab', ladder.findIndex((row) => row.resource === key)); }""",
        "wood_heat",
    )
    asked, told, filled = title(page), [], []
    answer = page.locator(".mk-body").inner_text()
    button(page, "widen").tap()
    while page.locator(".mk-body").inner_text() != answer and title(page) == asked:
        told.append(page.locator(".mk-body").inner_text())
        filled.append(page.evaluate(FILLED))
        check(page)
        button(page, "widen").tap()
    assert len(set(told)) == len(told) >= 4
    assert filled == sorted(filled)
    assert filled[-1] == pytest.approx(100)
    # After the last step comes another resource's answer.
    assert title(page) != asked
    assert "小田原市では、計算上" in page.locator(".mk-body").inner_text()
    check(page)
    shoot("ladder")

    button(page, "lang", 1).tap()
    assert "by calculation" in page.locator(".mk-body").inner_text().lower()
    check(page)
    button(page, "lang", 2).tap()
    assert page.locator(".mk-title rt").first.inner_text() == "おだわらし"
    check(page)

    button(page, "take_home").tap()
    dark = page.evaluate(
        """() => { const code = document.querySelector('.mk-code'), { width } = code;
             const pixels = code.getContext('2d').getImageData(0, 0, width, width).data;
             return pixels.filter((value, i) => i % 4 === 0 && value === 0).length / (width * width); }"""
    )
    assert 0.2 < dark < 0.6
    check(page)
    shoot("code")
    button(page, "close").tap()

    button(page, "quiz").tap()
    view(page, "quiz")
    questions = page.evaluate("() => window.meguriKiosk.kiosk.state.place.quiz.length")
    assert questions >= 3
    for number in range(questions):
        page.evaluate("lang => window.meguriKiosk.kiosk.press('lang', lang)", ["ja", "en", "easy"][number % 3])
        check(page)
        button(page, "guess").tap()
        assert page.locator(".mk-answers div").count() == 2
        assert page.locator(".mk-body").is_visible()
        check(page)
        if number == 0:
            shoot("quiz")
        button(page, "next_question").tap()
    assert page.locator(".mk-actions:visible button:visible").count() == 2
    button(page, "start").tap()
    view(page, "loop")


def test_left_alone_it_asks_and_then_forgets_the_visitor(page, kiosk_server, shoot):
    play(page, kiosk_server)
    start = page.evaluate(ZOOM)
    button(page, "lang", 1).tap()
    view(page, "menu")
    page.evaluate(NO_HURRY)
    button(page, "choose").tap()
    touch(page)
    view(page, "place")
    page.wait_for_function(f"before => ({ZOOM})() > before + 1", arg=start)
    # Now the wait is the server's own again.
    page.evaluate("() => { const { kiosk } = window.meguriKiosk; kiosk.settings.idle_ms = 2000; kiosk.stay(); }")
    page.wait_for_selector(".mk-veil:not([hidden])")
    assert page.locator(".mk-card h2").inner_text() == "Would you like to go on?"
    shoot("asks")
    button(page, "continue").tap()
    assert page.locator(".mk").get_attribute("data-view") == "place"
    assert page.locator(".mk-veil").is_hidden()
    page.wait_for_selector(".mk-veil:not([hidden])")
    view(page, "loop")
    assert [page.evaluate(STATE, name) for name in ("lang", "place", "guess")] == ["ja", None, None]
    assert page.locator(".mk").get_attribute("data-lang") == "ja"
    page.wait_for_function(f"before => Math.abs(({ZOOM})() - before) < 0.5", arg=start)


@contextmanager
def served(folder, port):
    """Run the app on a given port, in a session of its own, so that it can be killed outright."""
    folder.mkdir()
    log = folder / "app.log"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.address", "127.0.0.1"]
    environment = {**os.environ, **SETTINGS, "HOME": str(folder), "MEGURI_LOCAL_DIR": str(folder / "local")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--server.port", str(port)], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}", process, log)
            yield process
        finally:
            process.kill()
            process.wait()


def test_it_outlives_its_server(page, tmp_path, shoot):
    port = free_port()
    with served(tmp_path / "first", port) as process:
        play(page, f"http://127.0.0.1:{port}/")
        page.evaluate("() => { window.before = true; }")
        process.send_signal(signal.SIGKILL)
        process.wait()
        page.wait_for_selector(".mk-away:not([hidden])")
        assert page.locator(".mk-away p").all_inner_texts()[:2] == ["まもなく もどります", "Back in a moment"]
        # The story goes on, and Streamlit's own words stay out of sight.
        before = title(page)
        page.wait_for_function("before => document.querySelector('.mk-title').textContent !== before", arg=before)
        page.wait_for_timeout(3000)
        assert page.evaluate(FAULTS) == []
        assert page.locator("[role=dialog]:visible").count() == 0
        shoot("away")
    with served(tmp_path / "second", port):
        page.wait_for_function("() => !window.before && document.querySelector('.mk .mk-title')")
        page.wait_for_selector(".meguri-map[data-shown]")
        assert page.locator(".mk-away").is_hidden()
        before = title(page)
        page.wait_for_function("before => document.querySelector('.mk-title').textContent !== before", arg=before)
