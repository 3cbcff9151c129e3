"""What an area lacks is named with the reason, in both languages; what it has is not."""

from pathlib import Path

import pytest

from geo.dataset import Dataset, open_dataset
from geo.resources import load_catalogue
from layers.area_missing import has_partition, lacking_layers, missing_rungs, product_lines, rung_notes
from layers.catalogue import NEEDS, available_layers
from layers.described import closing_layer
from layers.live.geometry import pack_geometry
from layers.scale_places import fitting_code, kinds_of, places
from tests.layers.bare_area import MISSING, write_bare_area
from tests.layers.small_area import small_area


@pytest.fixture
def bare(tmp_path: Path) -> Dataset:
    return write_bare_area(tmp_path)


def test_the_embedded_area_lacks_nothing() -> None:
    kanagawa = open_dataset("kanagawa")
    assert missing_rungs(kanagawa) == ()
    assert lacking_layers(NEEDS, kanagawa, "ja") == {}
    assert rung_notes(kanagawa, "ja") == []
    assert product_lines(kanagawa, "ja") == []


def test_layers_without_data_are_named_and_not_offered(bare: Dataset) -> None:
    lacking = lacking_layers(NEEDS, bare, "ja")
    assert set(lacking) == {
        *("river_system", "unit_basin", "forest_share", "farmland_share", "built_share", "population_density")
    }
    assert lacking["river_system"] == ("water", "水系（川の流域）（流域界・非集水域（W12） がない）")
    assert "L03-b" in lacking["forest_share"][1]
    assert "人口" in lacking["population_density"][1]
    assert lacking_layers(NEEDS, bare, "en")["unit_basin"][1].endswith("(no River basins (W12))")
    offered = set(available_layers(bare, load_catalogue()))
    assert offered == {"prefecture", "municipality", "community", "closing_scale"}


def test_a_column_that_no_product_stands_for_is_just_no_data() -> None:
    area = small_area()
    area.__dict__["cells"] = area.cells.drop(columns="forest_km2")
    assert lacking_layers(NEEDS, area, "ja") == {"forest_share": ("land", "森林の割合（データ未整備）")}


@pytest.mark.parametrize(("lang", "rung"), [("ja", "「流域」の段はありません"), ("en", "no river basin rung")])
def test_a_missing_rung_is_told_with_its_reason_and_what_becomes_of_water(bare: Dataset, lang: str, rung: str) -> None:
    notes = rung_notes(bare, lang)
    assert len(notes) == 2
    assert rung in notes[0]
    assert "W12" in notes[0]


def test_every_missing_product_is_listed_with_what_is_lacking(bare: Dataset) -> None:
    assert product_lines(bare, "en") == [(row["title_en"], row["lacks_en"]) for row in MISSING]


def test_only_partitions_that_are_there_can_be_shown(bare: Dataset) -> None:
    kinds = ("community", "municipality", "basin", "prefecture", "cells")
    assert [kind for kind in kinds if has_partition(kind, bare)] == ["community", "municipality", "prefecture", "cells"]


def test_the_kinds_of_place_are_those_there_are(bare: Dataset) -> None:
    assert kinds_of(bare) == ("prefecture", "municipality", "community")
    assert places(bare, "basin") == {}


def test_several_prefectures_are_each_a_place(bare: Dataset) -> None:
    found = places(bare, "prefecture")
    assert [(place.key, place.name("ja"), place.name("en")) for place in found.values()] == [
        ("prefecture:14", "神奈川県", "Kanagawa Prefecture"),
        ("prefecture:22", "静岡県", "Shizuoka Prefecture"),
    ]


def test_where_nobody_is_counted_the_land_tells_which_place_fits(bare: Dataset) -> None:
    # Two fragments of one square kilometre in each town: the first by code; one of three is moved to the second town.
    fragments = bare.fragments.copy()
    fragments.loc[0, "municipality_code"] = "14207"
    assert fitting_code(fragments, kind="prefecture", code="14", to_kind="municipality") == "14207"


def test_the_legend_of_the_closing_scale_has_the_rungs_that_are_there(bare: Dataset) -> None:
    catalogue = load_catalogue()
    layer = closing_layer(available_layers(bare, catalogue)["closing_scale"], catalogue.resources["water"], bare)
    scales = [entry.key for entry in layer.legend if not entry.pattern]
    assert scales == ["municipality", "prefecture", "outside"]


def test_the_map_s_outlines_are_packed_without_basins(bare: Dataset) -> None:
    assert pack_geometry(bare, version="x")
