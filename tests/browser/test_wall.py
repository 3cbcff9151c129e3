"""The wall in a real Chromium: its keys, one map through the whole agenda, text that can be read across a room."""

import pytest

from geo.meeting import AgendaItem
from geo.scenario import new_scenario
from geo.store import open_store
from layers.messages import text
from tests.browser.app_server import running_app
from tests.browser.contrast import texts

SHARP = 7.0
LAYERS = "prefecture:100,municipality:100,closing_scale:100"
ODAWARA = (("place", "municipality:14206"), ("resource", "water"))
HADANO = (("place", "municipality:14211"), ("resource", "vegetables"))
WHERE = """() => {
  const { map } = window.meguriMaps.stages.get('meeting_map');
  return [map.getCenter().lat, map.getCenter().lng, map.getZoom()];
}"""
# The smallest letters of everything that is seen, in the ladder's shadow too, px.
SMALLEST = """() => {
  const roots = [document.querySelector('.st-key-wall')];
  for (const root of roots) {
    const hosts = [...root.querySelectorAll('*')].filter((node) => node.shadowRoot);
    roots.push(...hosts.map((node) => node.shadowRoot));
  }
  const holds = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
  const seen = roots.flatMap((root) => [...root.querySelectorAll('*')]).filter((node) =>
    node.tagName !== 'STYLE' && holds(node) && node.checkVisibility() && node.getBoundingClientRect().width > 2);
  return Math.min(...seen.map((node) => parseFloat(getComputedStyle(node).fontSize)));
}"""

# Rows of the ladder that do not say in one line, beside their bar, how sure they are; with the longest words there are.
CROWDED = """longest => {
  const rows = [...document.querySelectorAll('.st-key-meeting_ladder *')].flatMap(
    (node) => [...(node.shadowRoot?.querySelectorAll('.row') ?? [])]);
  const crowded = (row) => {
    const [told, bar] = ['.certainty', '.bar'].map((name) => row.querySelector(name));
    const [words, drawn, whole] = [told, bar, row].map((node) => node.getBoundingClientRect());
    const isSeen = told.innerText && told.checkVisibility();
    const isBeside = words.left > drawn.right && words.right <= whole.right && words.height < drawn.height + 2;
    return !isSeen || !isBeside || told.scrollWidth > told.clientWidth + 1;
  };
  const asTold = rows.filter(crowded).map((row) => row.innerText);
  const kept = rows.map((row) => row.querySelector('.certainty').innerText);
  rows.forEach((row) => (row.querySelector('.certainty').firstChild.data = longest));
  const atWorst = rows.filter(crowded).map((row) => row.innerText);
  rows.forEach((row, number) => (row.querySelector('.certainty').firstChild.data = kept[number]));
  return rows.length ? [...asTold, ...atWorst] : ['no row'];
}"""


def crowded_rows(page, lang):
    tables = ("closes", "short_demand", "short_supply")
    words = [text(f"certainty.{table}.{word}", lang) for table in tables for word in ("sure", "likely", "open")]
    return page.evaluate(CROWDED, max(words, key=len))


@pytest.fixture(scope="module")
def meeting(chromium_path, tmp_path_factory):
    """Address of a meeting's wall, on a server of its own: four items, of all three kinds."""
    folder = tmp_path_factory.mktemp("wall")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEGURI_LOCAL_DIR", str(folder / "local"))
        store = open_store()
        scenario = store.save(new_scenario("節水", "kanagawa", factors=[("water.withdrawal_per_person", 290.0)]))
        made = store.meetings.create("流域協議会", "kanagawa", "", name="山田")
        queries = (
            ("map", (*ODAWARA, ("layers", LAYERS), ("view", "35.4,139.2,11.25"))),
            ("ladder", (*HADANO, ("view", "35.42,139.3,11.5"))),
            ("comparison", (*ODAWARA, ("scenario", scenario.key), ("set", "water.withdrawal_per_person:290.0"))),
            ("map", (("layers", "prefecture:100,forest_share:100"), ("view", "35.43,139.4,11"))),
        )
        for number, (kind, query) in enumerate(queries, start=1):
            item = AgendaItem("", f"議題{number}", "この見方でよいですか。", ("はい", "いいえ"), kind, query)
            store.meetings.pin(made.meeting.key, made.pass_.token, item)
        first = store.meetings.meeting(made.meeting.key).items[0]
        store.meetings.show(made.meeting.key, made.pass_.token, first.key)
        with running_app(folder) as address:
            yield f"{address}/meeting?meeting={made.meeting.key}&mode=wall"


@pytest.fixture
def wall(page, meeting, settled):
    def open_wall(**query):
        page.goto(meeting + "".join(f"&{name}={value}" for name, value in query.items()))
        page.wait_for_selector(".st-key-meeting_map_map .meguri-map[data-shown]")
        settled(page)
        return page

    return open_wall


def stands_at(page, number):
    """Wait until an item is on the wall; return where its map looks."""
    page.wait_for_function(
        "number => document.querySelector('.wall-strip .count')?.innerText.startsWith(number + ' ')", arg=str(number)
    )
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    return page.evaluate(WHERE)


def pressed(page, settled, *keys):
    for key in keys:
        page.keyboard.press(key)
    settled(page)


@pytest.mark.parametrize("viewport", [(1920, 1080)], indirect=True)
def test_the_agenda_by_keyboard_alone_on_one_map(wall, settled, shoot, guard):
    page = wall()
    # The map looks where the item says, and the app's own frame is away.
    assert stands_at(page, 1) == pytest.approx([35.4, 139.2, 11.25], abs=1e-3)
    assert page.locator('[data-testid="stHeader"], .st-key-language, .st-key-area').evaluate_all(
        "nodes => nodes.every((node) => !node.checkVisibility())"
    )
    page.evaluate("() => { window.kept = document.querySelector('.st-key-meeting_map_map .meguri-map'); }")
    pressed(page, settled, "PageDown")
    assert stands_at(page, 2) == pytest.approx([35.42, 139.3, 11.5], abs=1e-3)
    assert page.locator(".key").inner_text().startswith("秦野市では、計算上、野菜")
    assert crowded_rows(page, "ja") == []
    shoot("ladder")
    pressed(page, settled, "Space")
    stands_at(page, 3)
    assert page.locator(".st-key-meeting_sides .meguri-map").count() == 2
    assert page.locator(".key").inner_text().startswith("シナリオ「節水」は、")
    shoot("comparison")
    # A hand that is quicker than the answer: two steps are two steps.
    pressed(page, settled, "ArrowLeft", "ArrowLeft")
    stands_at(page, 1)
    pressed(page, settled, "End")
    assert stands_at(page, 4) == pytest.approx([35.43, 139.4, 11], abs=1e-3)
    pressed(page, settled, "p")
    stands_at(page, 3)
    pressed(page, settled, "Home", "n")
    assert stands_at(page, 2) == pytest.approx([35.42, 139.3, 11.5], abs=1e-3)
    assert page.evaluate("window.kept.isConnected")

    # Black at once, and back at any key, which does nothing else.
    page.keyboard.press("b")
    page.locator(".wall-blank").wait_for()
    page.keyboard.press("PageDown")
    page.locator(".wall-blank").wait_for(state="detached")
    settled(page)
    stands_at(page, 2)

    # + zooms the map, also while it is not selected; while it is, its arrows move it.
    before = page.evaluate(WHERE)
    page.keyboard.press("+")
    page.wait_for_function(f"zoom => ({WHERE})()[2] > zoom", arg=before[2])
    page.locator(".st-key-meeting_map_map .leaflet-container").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"lon => ({WHERE})()[1] > lon", arg=before[1])
    settled(page)
    stands_at(page, 2)

    # A panel beside the map takes the focus; typing is typing; Esc leaves the field, the help, the panel, the wall.
    pressed(page, settled, "a")
    page.locator(".st-key-wall_panel").wait_for()
    page.wait_for_function("document.activeElement.classList.contains('st-key-wall_panel')")
    maps, panel = (page.locator(name).bounding_box() for name in (".st-key-meeting_map_map", ".st-key-wall_panel"))
    assert maps["x"] + maps["width"] <= panel["x"] + 1
    slider = page.locator(".st-key-wall_panel").get_by_role("slider").first
    slider.focus()
    value = slider.get_attribute("aria-valuetext") or slider.input_value()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.wall-strip small')?.innerText.includes('件変更')")
    stands_at(page, 2)
    assert (slider.get_attribute("aria-valuetext") or slider.input_value()) != value
    field = page.locator(".st-key-wall_panel input[role=combobox]").first
    field.focus()
    page.keyboard.press("n")
    settled(page)
    stands_at(page, 2)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="使えるキー").wait_for()
    shoot("help")
    page.keyboard.press("Escape")
    page.locator(".wall-help").wait_for(state="detached")
    assert page.locator(".st-key-wall_panel").count() == 1
    pressed(page, settled, "Escape")
    page.locator(".st-key-wall_panel").wait_for(state="detached")
    # Reloaded, it is the wall again, at the item that everybody sees.
    page.reload()
    page.wait_for_selector(".st-key-meeting_map_map .meguri-map[data-shown]")
    stands_at(page, 1)
    pressed(page, settled, "Escape")
    page.locator(".st-key-wall").wait_for(state="detached")
    assert "mode=" not in page.url
    page.locator('[data-testid="stHeader"]').wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [(1920, 1080)], indirect=True)
def test_every_text_of_the_wall_can_be_read_across_the_room(wall, settled, shoot, scheme):
    page = wall(lang="en")
    page.emulate_media(color_scheme=scheme)
    for number, panel in ((1, "a"), (2, "m"), (3, "h")):
        stands_at(page, number)
        pressed(page, settled, panel)
        page.locator(".st-key-wall_panel").wait_for()
        page.wait_for_timeout(300)
        shoot(f"{scheme}-{number}")
        assert page.evaluate(SMALLEST) >= 20
        # On the map names lie on what is coloured, with a halo.
        dull = [str(seen) for seen in texts(page) if seen.ratio < SHARP and "meguri-map-name" not in seen.at]
        assert dull == []
        if number == 2:
            assert crowded_rows(page, "en") == []
        pressed(page, settled, "Escape", "PageDown")
