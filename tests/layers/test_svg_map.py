"""The small vector map: true to scale, drawn in the colours given, nothing but escaped words in it."""

import re
from xml.etree import ElementTree

import geopandas as gpd
import pytest
import shapely

from geo.errors import InputError
from layers import palette
from layers.svg_map import LegendRow, Lines, fill_of, svg_map

PLANE = "EPSG:6677"
SVG = "{http://www.w3.org/2000/svg}"


def squares(*, side_m=10_000):
    """Two squares side by side in the plane's metres, their lower left corner at its origin."""
    shapes = [shapely.box(0, 0, side_m, side_m), shapely.box(side_m, 0, 2 * side_m, side_m)]
    return gpd.GeoSeries(shapes, crs=PLANE)


def drawn(**options):
    options = {"fills": squares(), "paints": ["#112233", fill_of("no_data")], **options}
    return svg_map(options.pop("fills"), options.pop("paints"), plane_crs=PLANE, width_px=424, title="図", **options)


def tree_of(svg):
    return ElementTree.fromstring(svg)  # noqa: S314 - drawn right here


def paths(svg):
    return {path.get("fill"): path.get("d") for path in tree_of(svg).iter(f"{SVG}path")}


def points(path):
    return [tuple(map(float, pair.split(","))) for pair in re.findall(r"-?[\d.]+,-?[\d.]+", path)]


def test_shapes_stand_where_the_projection_puts_them():
    # 20 km and twice the margin of 0.6 km over 424 px are 20 px a km; the margin is 12 px.
    found = paths(drawn())
    assert set(points(found["#112233"])) == {(12, 12), (212, 12), (212, 212), (12, 212)}
    assert set(points(found["url(#no_data)"])) == {(212, 12), (412, 12), (412, 212), (212, 212)}


def test_the_scale_bar_is_a_round_length_and_true():
    svg = drawn()
    words = "".join(tree_of(svg).itertext())
    assert "5 km" in words
    # 5 km at 20 px a km.
    bar = re.search(r"M12,([\d.]+)v5h100\.0v-5", svg)
    # Below the land, whose lowest edge is at 212 px, and inside the picture.
    height = float(tree_of(svg).get("height"))
    assert 212 + 5 < float(bar.group(1)) < height - 5


def test_units_of_one_colour_become_one_path():
    assert drawn(paints=["#112233", "#112233"]).count('fill="#112233"') == 1


def test_words_are_escaped_and_the_picture_has_a_title():
    svg = drawn(
        legend=[LegendRow("<script>", "#112233")],
        legend_title="a & b",
        labels=[("<b>", shapely.Point(5000, 5000))],
    )
    tree = tree_of(svg)
    assert tree.find(f"{SVG}title").text == "図"
    words = "".join(tree.itertext())
    assert "<script>" in words
    assert "a & b" in words
    assert "<script>" not in svg


@pytest.mark.parametrize("words", ["コミュニティで使いきれる", "not used within prefecture alone", "流域"])
def test_the_map_leaves_the_legend_the_room_that_its_longest_words_need(words):
    svg = drawn(legend=[LegendRow(words, "#112233")], legend_title="凡例")
    [row] = [text for text in tree_of(svg).iter(f"{SVG}text") if text.text == words]
    # 12 px a Japanese letter; Latin ones of Noto Sans are 0.55 of that on average.
    needed = sum(12 if ord(letter) > 0x2E7F else 6.6 for letter in words)
    assert float(row.get("x")) + needed <= 424


def test_of_two_names_in_one_place_the_first_is_drawn():
    names = [
        ("先の名前", shapely.Point(5000, 5000)),
        ("後の名前", shapely.Point(5200, 5000)),
        ("遠く", shapely.Point(15000, 5000)),
    ]
    words = "".join(tree_of(drawn(labels=names)).itertext())
    assert ("先の名前" in words, "後の名前" in words, "遠く" in words) == (True, False, True)


def test_lines_and_land_are_drawn_without_widening_the_frame():
    far = gpd.GeoSeries([shapely.box(-90_000, -90_000, 90_000, 90_000)], crs=PLANE)
    svg = drawn(land=far, lines=[Lines(squares().boundary, "#445566", 1.5, "4 2")])
    assert paths(svg)["#112233"] == paths(drawn())["#112233"]
    assert 'stroke="#445566" stroke-width="1.5"' in svg
    assert 'stroke-dasharray="4 2"' in svg


def test_the_mark_of_open_answers_lies_over_the_fills_and_under_the_lines():
    # Of the two squares the right one is open: 212 to 412 px, as its fill.
    svg = drawn(
        undecided=squares().iloc[1:],
        lines=[Lines(squares().boundary, "#445566", 1.5)],
        legend=[LegendRow("まだ", "#aabbcc", over="undecided")],
    )
    assert 'id="undecided"' in svg
    marks = [path.get("d") for path in tree_of(svg).iter(f"{SVG}path") if path.get("fill") == "url(#undecided)"]
    assert marks == [paths(svg)["url(#no_data)"]]
    order = [svg.index(found) for found in ('fill="url(#no_data)"', 'fill="url(#undecided)"', 'stroke="#445566"')]
    assert order == sorted(order)
    # The swatch is the mark over a ground.
    assert re.findall(r'<rect[^>]* width="20"[^>]* fill="([^"]+)"', svg) == ["#aabbcc", "url(#undecided)"]


@pytest.mark.parametrize("nothing", [None, squares().iloc[:0]])
def test_without_open_answers_there_is_no_mark(nothing):
    assert "url(#undecided)" not in drawn(undecided=nothing, legend=[LegendRow("流域", "#112233")])


@pytest.mark.parametrize("state", ["no_demand", "no_supply", "no_data", "time_mismatch", *palette.SCALE_COLOURS])
def test_every_state_has_a_paint_that_the_picture_defines(state):
    paint = fill_of(state)
    svg = drawn(paints=[paint, paint])
    if paint.startswith("url(#"):
        assert f'id="{paint[5:-1]}"' in svg
    else:
        assert paint == palette.SCALE_COLOURS[state]


def test_the_three_that_are_never_drawn_alike_differ():
    assert len({fill_of("outside"), fill_of("no_demand"), fill_of("no_data")}) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"fills": squares().iloc[:0], "paints": []},
        {"paints": ["#112233"]},
        {"fills": squares().set_crs(None, allow_override=True)},
    ],
)
def test_nothing_to_draw_is_an_error(wrong):
    with pytest.raises(InputError, match="one paint each"):
        drawn(**wrong)
