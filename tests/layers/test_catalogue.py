"""The layers a dataset offers and the classes their units fall in, worked out by hand on 2 × 2 cells."""

import numpy as np
import pandas as pd
import pytest

from geo.errors import DatasetError
from layers.catalogue import available_layers, cell_values, classify, outlines, paint, painted_outlines, source_lines
from layers.layer import GROUPS, NOT_DRAWN, Layer, LegendEntry
from layers.palette import PATTERNS, SCALE_COLOURS
from tests.layers.small_area import MESHES, small_area


@pytest.fixture(scope="module")
def area():
    return small_area()


@pytest.fixture(scope="module")
def layers(area):
    return available_layers(area, object())


def test_every_layer_stands_in_a_known_group_and_names_its_sources(area, layers):
    assert {"prefecture", "municipality", "community", "river_system", "unit_basin"} <= set(layers)
    assert {"forest_share", "farmland_share", "built_share", "population_density", "closing_scale"} <= set(layers)
    for layer in layers.values():
        assert layer.group in GROUPS
        assert layer.title("ja") != layer.title("en")
        assert source_lines(layer, area)


def test_without_a_raster_there_is_no_potential_and_without_resources_no_closing_scale(area):
    keys = set(available_layers(area))
    assert "closing_scale" not in keys
    assert not any(key.startswith("potential") for key in keys)


def test_line_weights_say_the_hierarchy(layers):
    order = ("prefecture", "river_system", "municipality", "unit_basin", "community")
    weights = [layers[key].line_width for key in order]
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) == len(weights)


def test_shares_and_densities_of_the_cells(area, layers):
    assert cell_values(layers["forest_share"], area).to_dict() == pytest.approx(
        dict(zip(MESHES, [0, 0.2, 0.6, 1], strict=True))
    )
    assert cell_values(layers["population_density"], area).loc[MESHES[3]] == 400


def test_cells_fall_into_classes_and_the_unknown_is_not_drawn(area, layers):
    assert paint(layers["forest_share"], area).classes.tolist() == [0, 1, 3, 5]
    assert paint(layers["farmland_share"], area).classes.tolist() == [4, 0, 0, NOT_DRAWN]


def test_a_value_on_a_limit_belongs_to_the_class_above():
    entries = tuple(LegendEntry(str(n), "#000000", "", "") for n in range(3))
    layer = Layer("x", "land", "cells", "cells", "", "", entries, breaks=(0.1, 0.3))
    values = pd.Series([0.0, 0.0999, 0.1, 0.3, 5.0, np.nan])
    assert classify(layer, values).tolist() == [0, 0, 1, 2, 2, NOT_DRAWN]


def test_the_closing_scale_is_painted_by_the_units_asked_for(area, layers):
    closing = pd.Series({"14206": "basin", "14999": "no_data"})
    painting = paint(layers["closing_scale"], area, closing=closing, by="municipality")
    table = painted_outlines(painting, area)
    assert painting.geometry == "municipality"
    assert table.loc["14206", ["class_key", "fill", "pattern"]].tolist() == ["basin", SCALE_COLOURS["basin"], ""]
    assert table.loc["14999", "pattern"] == "no_data"


def test_from_outside_no_need_and_no_data_are_never_drawn_alike(layers):
    entries = {entry.key: entry for entry in layers["closing_scale"].legend}
    looks = {(entries[key].fill, entries[key].pattern) for key in ("outside", "no_demand", "no_data")}
    assert len(looks) == 3
    assert entries["outside"].pattern == ""
    assert {entries["no_demand"].pattern, entries["no_data"].pattern} <= set(PATTERNS)


def test_an_unknown_scale_is_left_blank(area, layers):
    painting = paint(layers["closing_scale"], area, closing=pd.Series({"14206": "moon"}), by="municipality")
    assert painted_outlines(painting, area)["fill"].tolist() == ["", ""]


def test_a_cut_basin_says_so_and_lowland_has_a_name_of_its_own(area):
    systems = outlines("river_system", area)
    assert systems.loc["83268", "name_ja"] == "酒匂川流域（データのある部分）"
    assert systems.loc["lowland", "name_en"] == "lowland outside any basin"


def test_units_are_marked_where_the_data_cuts_them_and_where_a_river_s_name_is_an_estimate(area):
    systems = outlines("river_system", area)
    assert systems["is_cut"].to_dict() == {"83268": True, "lowland": False}
    assert not systems["is_river_estimated"].any()
    communities = outlines("community", area)
    # b has no river in its name.
    assert communities["is_river_estimated"].to_dict() == {"a": True, "b": False}
    assert not outlines("municipality", area)[["is_cut", "is_river_estimated"]].to_numpy().any()


def test_a_composite_river_system_bears_an_estimated_name(area):
    estimated = small_area()
    estimated.__dict__["basins"] = area.basins.assign(is_estimated=True)
    # The lowland is nobody's river.
    assert outlines("river_system", estimated)["is_river_estimated"].to_dict() == {"83268": True, "lowland": False}


def test_the_closing_scale_has_the_years_of_its_data(layers):
    assert layers["closing_scale"].year == "2020"


def test_an_unknown_geometry_is_refused(area):
    with pytest.raises(DatasetError, match="unknown geometry 'moon'"):
        outlines("moon", area)
