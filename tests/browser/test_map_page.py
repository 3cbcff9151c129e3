"""The map page on tablets, and its legend where many layers are filled: everything stays within reach."""

from itertools import combinations

import pytest

MAP, LEGEND = ".meguri-map", ".meguri-map-legend"
PARTS = (".st-key-map_list", ".st-key-map_card", MAP)
CARD = {"place": "municipality:14206", "at": "35.2646,139.1522"}
THREE_FILLS = "prefecture:100,river_system:100,closing_scale:60,forest_share:60,farmland_share:60"


@pytest.fixture
def open_map(open_app):
    def open_it(**query):
        page = open_app(**query)
        page.wait_for_selector(f"{MAP}[data-shown]")
        page.wait_for_timeout(500)
        return page

    return open_it


def lie_apart(one, other):
    across = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
    return across or one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("viewport", [(768, 1024), (960, 1280), (1024, 768), (1180, 820)], indirect=True)
def test_on_a_tablet_list_map_and_card_are_in_sight_together(open_map, viewport, lang, shoot):
    page = open_map(lang=lang, **CARD)
    boxes = [page.locator(part).bounding_box() for part in PARTS]
    shoot(f"{viewport['width']}-{lang}")
    for part, box in zip(PARTS, boxes, strict=True):
        assert box["width"] >= 200, part
        assert min(box["y"] + box["height"], viewport["height"]) - box["y"] >= 250, part
    assert boxes[2]["width"] >= 400
    assert all(lie_apart(one, other) for one, other in combinations(boxes, 2))
    # The end of the list is reached by scrolling in it.
    page.get_by_role("button", name="持ち帰る" if lang == "ja" else "Take away").click()
    page.get_by_role("button", name="GeoPackage").wait_for()


@pytest.mark.parametrize("viewport", [(768, 1024)], indirect=True)
def test_the_pages_are_linked_once(open_map):
    page = open_map()
    page.wait_for_timeout(500)
    assert page.get_by_role("link", name="データ", exact=True).filter(visible=True).count() == 1


def ends(page):
    """The legend's share of the map's height, how much of it is hidden, and how its fading end is placed."""
    return page.locator(LEGEND).evaluate(
        """(legend) => ({ share: legend.offsetHeight / legend.offsetParent.clientHeight,
                          hidden: legend.scrollHeight - legend.clientHeight,
                          fade: getComputedStyle(legend, '::after').position })"""
    )


def test_a_legend_that_lies_beside_the_map_shows_all_it_has(open_map):
    assert ends(open_map(layers=THREE_FILLS))["hidden"] <= 0


@pytest.mark.parametrize("viewport", [(390, 844), (1280, 800)], indirect=True)
def test_a_long_legend_over_a_narrow_map_leaves_its_lower_part_free_and_scrolls(open_map, viewport, shoot):
    page = open_map(layers=THREE_FILLS, **CARD)
    if page.locator(LEGEND).get_attribute("open") is None:
        page.locator(f"{LEGEND} summary").click()
    found = ends(page)
    shoot(f"{viewport['width']}")
    assert found["share"] <= 0.61
    assert found["hidden"] > 50
    assert found["fade"] == "sticky"
    page.locator(LEGEND).evaluate("legend => legend.scrollTo(0, legend.scrollHeight)")
    shoot(f"{viewport['width']}-end")
    last = page.locator(f"{LEGEND} li").last.bounding_box()
    box = page.locator(LEGEND).bounding_box()
    # The last line stands clear of the fading end.
    assert last["y"] + last["height"] <= box["y"] + box["height"] - 10


CHOSEN = "JSON.stringify(window.meguriMaps.stages.get('map').scene.chosen)"


def test_back_and_forward_lead_through_the_places_chosen(open_map, page, settled):
    open_map()
    seen = [page.evaluate(CHOSEN)]
    for across, down in ((0.42, 0.63), (0.72, 0.53)):
        box = page.locator(MAP).bounding_box()
        page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])
        page.wait_for_function(f"before => {CHOSEN} !== before", arg=seen[-1])
        settled(page)
        page.wait_for_timeout(500)
        seen.append(page.evaluate(CHOSEN))
    assert seen[0] == "[]"
    assert seen[1] != seen[2]
    for step, expected in ((page.go_back, seen[1]), (page.go_back, seen[0]), (page.go_forward, seen[1])):
        step()
        page.wait_for_function(f"wanted => {CHOSEN} === wanted", arg=expected)
        settled(page)


IS_LAND = """([lat, lng]) => {
  const stage = window.meguriMaps.stages.get('map');
  const at = (a, b) => ((b.lng - a.lng) * (lat - a.lat)) / (b.lat - a.lat) + a.lng;
  const crosses = (a, b) => a.lat > lat !== b.lat > lat && lng < at(a, b);
  const rings = stage.near.getLatLngs().flat();
  const crossed = rings.flatMap((ring) => ring.filter((corner, i) => crosses(corner, ring.at(i - 1))));
  return crossed.length % 2 === 1;
}"""


@pytest.mark.parametrize("viewport", [(768, 1024)], indirect=True)
def test_an_overview_names_the_largest_and_shows_land_where_there_is_land(open_map, page, shoot):
    open_map(**CARD)
    assert page.evaluate("() => window.meguriMaps.stages.get('map').map.getZoom()") < 9.5
    names = page.locator(".meguri-map-name")
    # The largest towns and rivers, and what is chosen; no two meet.
    assert {"横浜市", "小田原市", "相模川", "酒匂川"} <= set(names.all_inner_texts())
    boxes = [name.bounding_box() for name in names.all()]
    assert all(lie_apart(one, other) for one, other in combinations(boxes, 2))
    # Maebashi in the north is land, what lies west of Izu is sea.
    assert page.evaluate(IS_LAND, [36.39, 139.06]) is True
    assert page.evaluate(IS_LAND, [34.4, 138.5]) is False
    shoot("overview")
