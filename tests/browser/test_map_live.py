"""The live map in a real Chromium: one map for a whole session, recoloured in place, by mouse, keyboard and address."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

MAP = ".meguri-map"
CLOSING = "prefecture:100,municipality:100,closing_scale:100"
# Marks the map and its canvases, to tell later whether they are still the same elements.
REMEMBER = """() => {
  window.kept = [document.querySelector('.meguri-map'), ...document.querySelectorAll('.meguri-map canvas')];
}"""
SAME = "() => window.kept.every((element) => element.isConnected)"
COLOURS = """() => [...document.querySelectorAll('.meguri-map canvas')].map((canvas) => canvas.toDataURL()).join()"""

# How far the area's edges lie inside the map's, in pixels; zoom and centre.
WHERE = """() => {
  const stage = window.meguriMaps.stages.get('map');
  const size = stage.map.getSize();
  const corners = [stage.bounds.getSouthWest(), stage.bounds.getNorthEast()];
  const [low, high] = corners.map((corner) => stage.map.latLngToContainerPoint(corner));
  const { lat, lng } = stage.map.getCenter();
  return { inside: [low.x, size.x - high.x, high.y, size.y - low.y], zoom: stage.map.getZoom(), at: [lat, lng] };
}"""


@pytest.fixture
def open_map(open_app):
    def open_it(**query):
        page = open_app(**query)
        page.wait_for_selector(f"{MAP}[data-shown]")
        return page

    return open_it


def view_of(page):
    return parse_qs(urlsplit(page.url).query).get("view", [""])[0]


def query_of(page):
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


def shown_after(page, act):
    """Do something that changes the scene and wait until the map shows it."""
    before = page.get_attribute(MAP, "data-shown")
    act()
    page.wait_for_function(f"document.querySelector('{MAP}').dataset.shown !== '{before}'")
    # One frame for the canvas to be drawn.
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def choose(page, label, option):
    box = page.get_by_role("combobox", name=re.compile(label))
    # A list that opens while its column still scrolls closes again.
    box.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box.click()
    page.get_by_role("option", name=option, exact=True).click()


def test_a_recolour_happens_in_place_and_keeps_the_view(open_map, guard):
    page = open_map(layers=CLOSING, resource="water", view="35.35,139.2,11")
    page.evaluate(REMEMBER)
    before, view = page.evaluate(COLOURS), view_of(page)
    bytes_before = guard.received_bytes
    shown_after(page, lambda: choose(page, "何の循環", "米"))
    assert page.evaluate(SAME)
    assert page.evaluate(COLOURS) != before
    assert view_of(page) == view == "35.35,139.2,11"
    assert guard.received_bytes - bytes_before < 100_000


def test_a_click_opens_the_card_of_the_place(open_map, settled):
    page = open_map(view="35.2646,139.1522,12")
    page.evaluate(REMEMBER)
    box = page.locator(MAP).bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector(".meguri-card")
    settled(page)
    assert "小田原市" in page.locator(".meguri-card").inner_text()
    assert query_of(page)["place"] == "municipality:14206"
    assert page.evaluate(SAME)


def test_the_address_reopens_the_same_view(open_map, settled):
    page = open_map(view="35.2646,139.1522,12", layers=CLOSING)
    page.locator(MAP).hover()
    page.mouse.wheel(0, -240)
    page.wait_for_function("!location.search.includes('139.1522,12&') && !location.search.endsWith('139.1522,12')")
    page.keyboard.press("Escape")
    # A rerun after it must not bring the older view back.
    page.get_by_role("radio", name="English").click()
    settled(page)
    page.wait_for_timeout(1000)
    asked = query_of(page)
    page.reload()
    page.wait_for_selector(f"{MAP}[data-shown]")
    page.wait_for_timeout(1000)
    assert query_of(page) == asked
    assert asked["lang"] == "en"
    assert asked["view"] != "35.2646,139.1522,12"


def test_panning_asks_nothing_of_the_server(open_map, guard):
    page = open_map(view="35.35,139.2,11")
    page.wait_for_timeout(1500)
    before = guard.received_bytes
    box = page.locator(MAP).bounding_box()
    page.mouse.move(box["x"] + 500, box["y"] + 300)
    page.mouse.down()
    page.mouse.move(box["x"] + 350, box["y"] + 250, steps=5)
    page.mouse.up()
    page.wait_for_function("!location.search.includes('view=35.35,139.2,11')")
    page.wait_for_timeout(700)
    # Streamlit's own heart-beat may pass; a rerun would be thousands of bytes.
    assert guard.received_bytes - before < 200


def test_the_keyboard_moves_and_picks(open_map):
    page = open_map(view="35.2646,139.1522,12")
    page.locator(MAP).focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("!location.search.includes('139.1522')")
    assert page.locator(".meguri-map-cross").is_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_selector(".meguri-card")
    assert "小田原市" in page.locator(".meguri-card").inner_text()


def test_names_under_the_pointer_are_told_without_the_server(open_map, guard):
    page = open_map(view="35.2646,139.1522,12", layers="prefecture:100,forest_share:100")
    page.wait_for_timeout(1000)
    before = guard.received_bytes
    box = page.locator(MAP).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector(".meguri-map-tip:not([hidden])")
    told = page.locator(".meguri-map-tip").inner_text()
    assert "小田原市" in told
    assert re.search(r"森林の割合: .*%", told)
    assert guard.received_bytes - before < 200


def test_over_the_legend_nothing_of_the_map_is_named(open_map):
    page = open_map()
    page.wait_for_timeout(1000)
    box = page.locator(MAP).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector(".meguri-map-tip:not([hidden])")
    page.locator(".meguri-map-legend").hover()
    page.wait_for_timeout(200)
    assert page.locator(".meguri-map-tip").is_hidden()


def test_ticking_a_layer_draws_it_and_unticking_takes_it_away(open_map):
    page = open_map()
    count = page.locator(f"{MAP} canvas").count()
    shown_after(page, lambda: page.get_by_role("checkbox", name="単位流域").check())
    assert page.locator(f"{MAP} canvas").count() == count + 1
    assert "unit_basin" in query_of(page)["layers"]
    shown_after(page, lambda: page.get_by_role("checkbox", name="単位流域").uncheck())
    assert page.locator(f"{MAP} canvas").count() == count


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("viewport", [(390, 844), (1024, 768), (1280, 800), (1920, 1080)], indirect=True)
def test_nothing_is_cut_off(open_map, viewport, shoot, lang):
    page = open_map(lang=lang, place="municipality:14206", at="35.2646,139.1522", layers=CLOSING)
    page.wait_for_selector(".meguri-card")
    width = page.evaluate("() => document.scrollingElement.scrollWidth")
    assert width <= viewport["width"]
    for part in (MAP, ".meguri-card", ".st-key-map_list"):
        box = page.locator(part).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= viewport["width"] + 1
    shoot(f"{viewport['width']}-{lang}")


def test_names_stay_on_their_places_when_the_map_changes_its_size(open_map):
    page = open_map()
    page.set_viewport_size({"width": 1000, "height": 700})
    page.wait_for_timeout(500)
    page.set_viewport_size({"width": 1400, "height": 900})
    page.wait_for_timeout(500)
    away = page.evaluate("""() => {
      const stage = window.meguriMaps.stages.get('map');
      const towns = stage.geometries.municipality;
      return [...document.querySelectorAll('.meguri-map-name.municipality')].map((name) => {
        const at = stage.map.latLngToContainerPoint(towns.at[towns.ja.indexOf(name.textContent)]);
        const [box, frame] = [name.getBoundingClientRect(), stage.box.getBoundingClientRect()];
        return Math.hypot(box.x + box.width / 2 - frame.x - at.x, box.y + box.height / 2 - frame.y - at.y);
      });
    }""")
    assert len(away) > 10
    assert max(away) < 3


@pytest.mark.parametrize("viewport", [(390, 844), (1024, 768), (1280, 800), (1920, 1080)], indirect=True)
@pytest.mark.parametrize("query", [{}, {"at": "35.27,139.13"}])
def test_the_whole_area_lies_inside_the_map_at_first(open_map, viewport, query):
    page = open_map(**query)
    page.wait_for_timeout(1000)
    where = page.evaluate(WHERE)
    assert min(where["inside"]) >= 0


def test_a_click_on_an_unmoved_map_keeps_the_whole_area_in_it(open_map, settled):
    page = open_map()
    box = page.locator(MAP).bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.4)
    page.wait_for_selector(".meguri-card")
    settled(page)
    page.wait_for_timeout(500)
    where = page.evaluate(WHERE)
    assert page.locator(MAP).bounding_box()["width"] < box["width"]
    assert min(where["inside"]) >= 0


def test_a_map_that_somebody_moved_keeps_its_centre_when_it_changes_its_size(open_map):
    page = open_map()
    page.get_by_role("button", name="拡大", exact=True).click()
    page.locator(MAP).focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(1000)
    before = page.evaluate(WHERE)
    page.set_viewport_size({"width": 1000, "height": 760})
    page.wait_for_timeout(1000)
    after = page.evaluate(WHERE)
    assert after["zoom"] == before["zoom"]
    assert after["at"] == pytest.approx(before["at"], abs=0.002)


@pytest.mark.parametrize("viewport", [(390, 844), (1280, 800), (1920, 1080)], indirect=True)
def test_nobody_gets_to_where_the_drawn_land_ends(open_map, viewport):
    page = open_map(view="30,120,5")
    page.wait_for_timeout(1000)
    outside = """() => {
      const stage = window.meguriMaps.stages.get('map');
      const [seen, land] = [stage.map.getBounds(), stage.near.getBounds()];
      const across = [land.getWest() - seen.getWest(), seen.getEast() - land.getEast()];
  return [...across, land.getSouth() - seen.getSouth(), seen.getNorth() - land.getNorth()];
    }"""
    for _ in range(4):
        page.locator(MAP).focus()
        page.keyboard.press("-")
        page.keyboard.press("ArrowUp")
        page.wait_for_timeout(300)
    assert max(page.evaluate(outside)) <= 0


def test_the_sources_are_readable_in_full(open_map):
    page = open_map(layers="prefecture:100,river_system:100,forest_share:100")
    sources = page.locator(".meguri-map-sources")
    if sources.get_attribute("open") is None:
        sources.locator("summary").click()
    said = sources.inner_text()
    assert "WorldCover" in said
    assert "流域・非集水域データ" in said
    assert sources.evaluate("box => box.scrollWidth <= box.clientWidth")


def test_cut_basins_are_dashed_and_the_legend_says_so(open_map):
    page = open_map(layers="river_system:100")
    dashed = """() => [...window.meguriMaps.stages.get('map').layers.values()][0].cutLines
      .filter((line) => line.options.dashArray).length"""
    assert page.evaluate(dashed) == 3
    assert "データの端で切れた流域" in page.locator(".meguri-map-legend").inner_text()


def test_a_community_s_name_under_the_pointer_says_that_the_river_is_an_estimate(open_map):
    page = open_map(view="35.2646,139.1522,12", layers="community:100")
    page.wait_for_timeout(1000)
    box = page.locator(MAP).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector(".meguri-map-tip:not([hidden])")
    assert re.search(r"小田原市・.*（川の名は推定）", page.locator(".meguri-map-tip").inner_text())


def test_a_tap_opens_the_card_and_leaves_no_tooltip(browser, server, guard):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    guard.watch(context)
    page = context.new_page()
    page.goto(server)
    page.wait_for_selector(f"{MAP}[data-shown]")
    page.wait_for_timeout(1000)
    box = page.locator(MAP).bounding_box()
    page.touchscreen.tap(box["x"] + 120, box["y"] + 250)
    page.wait_for_selector(".meguri-card")
    assert page.locator(".meguri-map-tip").is_hidden()
    context.close()


def test_every_file_downloads_from_the_page(open_map, tmp_path):
    page = open_map(layers="river_system:100,closing_scale:100", by="basin", resource="rice")
    page.get_by_role("button", name="持ち帰る").click()
    starts = {"HTML": b"<!DOCTYPE html>", "GeoPackage": b"SQLite format 3", "GeoJSON": b"PK", "CSV": b"\xef\xbb\xbf"}
    for label, start in starts.items():
        with page.expect_download() as download:
            page.get_by_role("button", name=label).click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        assert path.read_bytes().lstrip()[: len(start)] == start


def test_without_a_layer_there_is_nothing_to_take_away_and_the_page_says_so(open_map):
    page = open_map(layers="")
    page.get_by_role("button", name="持ち帰る").click()
    page.get_by_text("表示中のレイヤがありません").wait_for()
    assert page.get_by_role("button", name="GeoPackage").count() == 0
