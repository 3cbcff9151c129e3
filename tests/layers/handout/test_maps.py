"""Which maps a page has, where they look, and how they are drawn: in order, escaped, nothing but vectors."""

import re
from dataclasses import replace
from types import SimpleNamespace
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.dataset import open_whole
from geo.errors import DatasetError
from geo.resources import load_catalogue
from layers.assumptions import Assumed
from layers.catalogue import available_layers, paint
from layers.handout.drawing import Picture, map_svg
from layers.handout.figures import figures_of
from layers.handout.maps import maps_of
from layers.handout.painted import edges_once
from layers.layer import Layer, LegendEntry, Painting
from layers.live import Shown
from layers.whatif.sides import Side, Sides
from tests.layers.handout.handout_world import AREA, item, key, note
from tests.layers.small_area import small_area

BOUNDS = (35.33, 139.0, 35.35, 139.025)


@pytest.fixture(scope="module")
def dataset():
    return open_whole(AREA)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr("layers.handout.drawing.land", lambda dataset: dataset.municipalities.geometry)
    return small_area()


def maps(dataset, kind="map", query=(), notes=()):
    catalogue = load_catalogue()
    figures = figures_of(item(1, "x", kind, query), dataset, catalogue, lang="ja")
    return maps_of(figures, dataset, catalogue, notes)


def keys(found):
    return [each.painting.layer.key for each in found.pictures[0].shown]


def test_a_map_has_the_views_layers_in_order_with_their_opacity(dataset):
    found = maps(dataset, query=[("layers", "municipality:100,forest_share:40,population_density:0,unit_basin:100")])
    assert keys(found) == ["municipality", "forest_share", "unit_basin"]
    assert [each.opacity for each in found.pictures[0].shown] == [100, 40, 100]
    assert "森林の割合 [%]" in found.legend
    assert "濃さ 40 %" in found.legend
    assert "推計" in found.legend
    assert any("国土数値情報" in line for line in found.credit)


def test_a_layer_that_is_gone_is_told_and_the_others_are_drawn(dataset):
    found = maps(dataset, query=[("layers", "own_gone:100,municipality:100")])
    assert keys(found) == ["municipality"]
    assert found.told == ("地図にあった層のうち 1 枚は、いまはありません（own_gone）。",)


def test_it_looks_where_the_wall_looked(dataset):
    south, west, north, east = maps(dataset, query=[("view", "35.3,139.2,12")]).pictures[0].bounds
    assert ((south + north) / 2, (west + east) / 2) == pytest.approx((35.3, 139.2))
    # 1,400 px of 360° / (256 · 2¹²).
    assert east - west == pytest.approx(0.48065, abs=1e-4)


@pytest.mark.parametrize("view", ["", "nonsense", "nan,139,9", "51.5,0,12", "35.3,139.2,4", "35,139"])
def test_a_view_that_cannot_be_or_shows_no_more_than_the_area_is_the_whole_area(dataset, view):
    bounds = maps(dataset, query=[("view", view)]).pictures[0].bounds
    assert bounds == pytest.approx((35.0999, 138.8864, 35.7023, 139.8299), abs=1e-3)


def test_notes_are_on_the_map_and_a_far_one_is_not(dataset):
    near, far = note(1, key(1), "pin", "近", [(139.7, 35.2)]), note(2, key(1), "pin", "遠", [(0.0, 51.5)])
    found = maps(dataset, query=[("view", "35.3,139.2,12")], notes=[near, far])
    assert found.pictures[0].notes == (near,)
    assert found.beyond == (2,)
    assert found.pictures[0].bounds[3] == 139.7


def test_a_ladder_shows_the_closing_scales_around_its_place(dataset):
    found = maps(dataset, "ladder", [("place", "municipality:14206"), ("by", "community")])
    assert keys(found) == ["prefecture", "municipality", "closing_scale"]
    south, west, north, east = found.pictures[0].bounds
    place = found.pictures[0].place.bounds
    assert west < place[0] < place[2] < east
    assert south < place[1] < place[3] < north
    assert "この場所" in found.legend


MARK = {"ja": "まだ決められない", "en": "still open"}


@pytest.mark.parametrize("kind", ["map", "ladder"])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_open_answers_are_marked_on_paper_as_on_the_wall(dataset, kind, lang):
    catalogue = load_catalogue()

    def found(resource, by="municipality"):
        query = [("resource", resource), ("by", by)]
        made = maps_of(figures_of(item(1, "x", kind, query), dataset, catalogue, lang=lang), dataset, catalogue, ())
        svg = map_svg(made.pictures[0], dataset, width_px=400, height_px=300, lang=lang, simplify_px=4)
        return svg.count("url(#undecided)"), MARK[lang] in made.legend

    # Water is open in some municipalities, household electricity is sure in all; cells are not judged.
    assert found("water") == (1, True)
    assert found("household_electricity") == (0, False)
    assert found("water", by="cells") == (0, False)


def test_the_mark_lies_over_the_colour_of_its_unit(small):
    layer = available_layers(small, object())["closing_scale"]
    closing = pd.Series({"14206": "basin", "14999": "prefecture"})
    sure = pd.Series({"14999": "open", "14206": "sure"})
    shown = (Shown(paint(layer, small, closing=closing, by="municipality", certainty=sure), 60),)
    svg = map_svg(Picture(shown, BOUNDS, "図"), small, width_px=400, height_px=300, lang="ja")
    drawn = {fill: path for path, fill in re.findall(r'<path d="([^"]+)" fill="([^"]+)" fill-rule', svg)}
    assert drawn["url(#undecided)"] == drawn["#c79e56"] != drawn["#3a7aac"]
    # In the layer's group, as opaque as the layer is; the last of its fills.
    group = svg[svg.index('<g opacity="0.6">') :].partition("</g>")[0]
    assert list(re.findall(r'fill="([^"]+)" fill-rule', group))[-1] == "url(#undecided)"
    assert 'id="undecided"' in svg


def test_cells_are_drawn_as_vectors_with_their_opacity_and_cut_at_the_border(small):
    layers = available_layers(small)
    shown = (Shown(paint(layers["municipality"], small)), Shown(paint(layers["forest_share"], small), 40))
    svg = map_svg(Picture(shown, BOUNDS, "図"), small, width_px=400, height_px=300, lang="ja")
    ElementTree.fromstring(svg)  # noqa: S314 - drawn right here
    assert "<image" not in svg
    # The last layer of the list lies lowest; scale bar and arrow come after both.
    assert re.findall(r"<g(?: opacity=\"([\d.]+)\")?><path", svg)[:2] == ["0.4", ""]
    fills = {entry.fill for entry in layers["forest_share"].legend}
    # Of four cells of four shares, 0, 0.2, 0.6 and 1.
    assert len([fill for fill in fills if f'fill="{fill}" fill-rule' in svg]) == 4


def test_names_and_titles_are_escaped(small):
    picture = Picture((), BOUNDS, "<script>")
    svg = map_svg(picture, small, width_px=400, height_px=300, lang="ja")
    assert "&lt;b&gt;危険&lt;/b&gt;町" in svg
    assert "<b>" not in svg
    assert "<script>" not in svg
    assert "km</text>" in svg
    assert ">N</text>" in svg


def test_a_basin_that_the_data_cuts_is_dashed(small):
    layers = available_layers(small)
    shown = (Shown(paint(layers["river_system"], small)),)
    assert 'stroke-dasharray="5 3.5"' in map_svg(
        Picture(shown, BOUNDS, "図"), small, width_px=400, height_px=300, lang="ja"
    )


def test_users_points_and_lines_are_drawn(small):
    layer = Layer("own_x", "own", "points", "own_x", "点", "Points", (LegendEntry("0", "#123456", "点", "points"),))
    units = gpd.GeoDataFrame(
        {"name_ja": ["a", "b"], "name_en": ["a", "b"], "is_cut": False, "is_river_estimated": False},
        geometry=[shapely.Point(139.01, 35.34), shapely.LineString([(139.0, 35.335), (139.02, 35.345)])],
        crs="EPSG:6668",
        index=["0", "1"],
    )
    painting = Painting(layer, "own_x", pd.Series(0, index=units.index, dtype="int16"), units=units)
    svg = map_svg(Picture((Shown(painting),), BOUNDS, "図"), small, width_px=400, height_px=300, lang="ja")
    assert svg.count('fill="#123456"') == 1
    assert svg.count('stroke="#123456"') == 1


def test_a_damaged_layer_is_told(dataset, monkeypatch):
    def refused(*args):
        raise DatasetError("damaged", key="no_such_key")

    monkeypatch.setattr("layers.handout.maps.paintings", refused)
    found = maps(dataset, query=[("layers", "municipality:100")])
    assert found.pictures[0].shown == ()
    assert found.told == ("damaged",)


def test_a_comparison_has_two_maps_of_one_frame(dataset):
    catalogue = load_catalogue()
    figures = figures_of(item(1, "x", "ladder", [("resource", "electricity")]), dataset, catalogue, lang="ja")
    sides = Sides(Side(None, Assumed()), Side(None, Assumed(threshold=0.2)))
    found = maps_of(replace(figures, compared=SimpleNamespace(sides=sides)), dataset, catalogue, ())
    first, second = found.pictures
    assert first.bounds == second.bounds
    assert found.heads == ("A　今の前提", "B　今の前提")
    before, after = (each.shown[-1].painting.classes for each in (first, second))
    assert not before.equals(after)


def test_a_comparison_marks_each_side_by_its_own_assumptions(dataset):
    catalogue = load_catalogue()
    figures = figures_of(item(1, "x", "ladder", [("resource", "water")]), dataset, catalogue, lang="ja")
    # A thousandth of the water can be counted on: it closes in no draw.
    today, little = Assumed(), Assumed(factors=(("water.dependable_share", 0.001),))
    for sides, marks in (
        ((today, little), [True, False]),
        ((little, today), [False, True]),
        ((little,) * 2, [False] * 2),
    ):
        compared = SimpleNamespace(sides=Sides(*(Side(None, assumed) for assumed in sides)))
        found = maps_of(replace(figures, compared=compared), dataset, catalogue, ())
        certainties = [each.shown[-1].painting.certainty for each in found.pictures]
        assert [bool((words == "open").any()) for words in certainties] == marks
        assert (MARK["ja"] in found.legend) == any(marks)


def test_a_line_between_two_areas_is_drawn_once_and_islands_have_theirs():
    # Two squares of side 1 share one edge; an island of side 1 belongs to the second.
    areas = [shapely.box(0, 0, 1, 1), shapely.MultiPolygon([shapely.box(1, 0, 2, 1), shapely.box(5, 5, 6, 6)])]
    assert shapely.length(edges_once(np.array(areas, dtype=object))).sum() == pytest.approx(11)


def test_a_comparison_shows_the_shares_that_the_wall_shows_where_no_scale_changes(dataset):
    catalogue = load_catalogue()
    figures = figures_of(item(1, "x", "ladder", [("resource", "electricity")]), dataset, catalogue, lang="ja")
    less = Assumed(factors=(("electricity.usable_roof_share", 0.05),))
    sides = Sides(Side(None, less), Side(None, Assumed()))
    found = maps_of(replace(figures, compared=SimpleNamespace(sides=sides)), dataset, catalogue, ())
    shown = [each.shown[-1].painting for each in found.pictures]
    assert [painting.layer.key for painting in shown] == ["covered", "covered"]
    assert not shown[0].classes.equals(shown[1].classes)
    assert "[%]" in found.legend
