"""The work of a tile, against a world worked out by hand."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo.mesh import cell_areas_km2
from geo.official.frame import make_frame
from geo.official.tile import compute_tile, is_done, run_tile
from tests.geo.official.world import BASINS, TOWNS, basins, cell, inputs, towns


def fragments_of(folder: Path, given, prefectures=("14",)) -> pd.DataFrame:
    frame, _ = make_frame(given, prefectures, folder / "frame")
    tables = [compute_tile(tile, frame).fragments for tile in frame.tiles]
    return pd.concat(tables, ignore_index=True)


def areas_of(rows: pd.DataFrame) -> float:
    return cell_areas_km2(rows["mesh_code"].to_numpy(dtype=str)).sum()


def test_every_cell_has_its_place_and_its_amounts(tmp_path):
    table = fragments_of(tmp_path, inputs())
    inside = table[table["in_area"]]
    # 16 + 32 + 16 cells of prefecture 14, each whole and in one municipality and one basin.
    assert len(inside) == 64
    assert inside["mesh_code"].is_unique
    assert inside.groupby("municipality_code").size().to_dict() == {"14101": 16, "14102": 32, "14103": 16}
    assert inside.groupby("river_system_code").size().to_dict() == {
        "83001": 24, "83501-01": 4, "83501-02": 4, "lowland": 32,
    }  # fmt: skip
    np.testing.assert_allclose(inside["area_km2"], cell_areas_km2(inside["mesh_code"].to_numpy(dtype=str)), rtol=1e-10)
    assert inside["population"].sum() == pytest.approx(6400, rel=1e-12)
    assert (inside["population"] == inside["population_mesh"]).all()
    # 60 cells of forest and 20 of paddy of 100; the 20 of sea are no land.
    assert (inside["forest_km2"] / inside["area_km2"]).to_numpy() == pytest.approx(0.75)
    assert (inside["paddy_km2"] / inside["area_km2"]).to_numpy() == pytest.approx(0.25)
    assert (inside["built_km2"] == 0).all()
    assert (inside["forest_km2_low"] == inside["forest_km2"]).all()
    assert inside["population_2015"].isna().all()
    row = inside[inside["mesh_code"] == cell(36, 36)].iloc[0]
    assert row["temperature_c"] == pytest.approx((53 * 80 + 36.5) / 120 - 20)
    assert row["community_code"] == f"{cell(36, 36)}5-14101"


def test_the_halo_is_what_drains_into_the_area_from_outside(tmp_path):
    table = fragments_of(tmp_path, inputs())
    halo = table[~table["in_area"]]
    assert len(halo) == 8
    assert set(halo["basin_code"]) == {"83001-0001"}
    assert set(halo["prefecture_code"]) == {"22"}
    assert halo["population"].sum() == pytest.approx(800)


def test_a_border_cell_is_shared_by_land(tmp_path):
    """The border runs three quarters through column 43: 75 persons here, 25 over there."""
    shifted = TOWNS | {"14102": (36, 40, 43.75, 44), "14103": (40, 36, 43.75, 40), "22101": (43.75, 36, 48, 44)}
    for given in (
        inputs(municipalities=towns(shifted)),
        # Without the neighbour's own outlines the map of Japan tells the land.
        inputs(
            municipalities=towns({code: box for code, box in shifted.items() if code < "2"}),
            japan=towns(shifted | {"22101": (43.5, 36, 48, 44)}).assign(name_kana="", name_en=""),
        ),
    ):
        table = fragments_of(tmp_path, given)
        row = table[(table["mesh_code"] == cell(42, 43)) & table["in_area"]].iloc[0]
        assert row["population"] == pytest.approx(75)
        assert row["area_km2"] == pytest.approx(0.75 * cell_areas_km2(np.array([cell(42, 43)]))[0], rel=1e-9)


def test_people_of_a_file_by_prefecture_live_in_that_prefecture(tmp_path):
    """The border cell's 100 are those of prefecture 14 alone; of the other nothing is known."""
    shifted = TOWNS | {"14102": (36, 40, 43.75, 44), "14103": (40, 36, 43.75, 40), "22101": (43.75, 36, 48, 44)}
    given = inputs(municipalities=towns(shifted), census_prefectures=frozenset({"14"}))
    table = fragments_of(tmp_path, given)
    row = table[(table["mesh_code"] == cell(42, 43)) & table["in_area"]].iloc[0]
    assert row["population"] == pytest.approx(100)
    assert table.loc[~table["in_area"], "population"].isna().all()


def test_a_cell_that_a_census_leaves_out_has_nobody_and_one_without_a_file_is_unknown(tmp_path):
    listed = pd.DataFrame({"mesh_code": [cell(36, 36)], "population": [7.0]})
    table = fragments_of(tmp_path, inputs(census={2020: listed}))
    assert table["population"].sum() == 7
    assert table["population"].notna().all()
    elsewhere = pd.DataFrame({"mesh_code": ["62400000"], "population": [7.0]})
    assert fragments_of(tmp_path, inputs(census={2020: elsewhere}))["population"].isna().all()


def test_finer_meshes_are_added_up_and_a_hidden_cell_adds_nothing(tmp_path):
    quarters = [f"{cell(36, 36)}{number}" for number in "1234"]
    given = pd.DataFrame({"mesh_code": quarters, "population": [1.0, 2.0, 4.0, np.nan]})
    table = fragments_of(tmp_path, inputs(census={2020: given}))
    assert table.loc[table["mesh_code"] == cell(36, 36), "population"].sum() == 7


def test_what_has_no_source_is_unknown_throughout(tmp_path):
    table = fragments_of(tmp_path, inputs(basins=None, landuse=None, census={}, climate=None))
    assert len(table) == 64
    assert (table["basin_code"] == "").all()
    assert (table["river_system_code"] == "").all()
    unknown = ["population", "population_2010", "forest_km2", "farmland_km2_high", "water_km2", "precipitation_mm"]
    assert table[unknown].isna().all().all()
    assert not table["has_mesh"].any()


def test_land_use_is_unknown_where_the_source_has_no_land(tmp_path):
    given = inputs()
    at_sea = given.landuse.assign(forest=0, paddy=0, sea=100)
    table = fragments_of(tmp_path, inputs(landuse=at_sea))
    assert table["forest_km2"].isna().all()
    assert table["has_mesh"].all()


def test_basins_that_overlap_count_land_once(tmp_path):
    doubled = basins(BASINS | {"83002-0001": (42, 40, 46, 44)})
    table = fragments_of(tmp_path, inputs(basins=doubled))
    inside = table[table["in_area"]]
    assert inside["area_km2"].sum() == pytest.approx(areas_of(inside.drop_duplicates("mesh_code")), rel=1e-9)


def test_tiny_pieces_leave_their_amounts_to_the_cell(tmp_path):
    """A basin that reaches a hair's breadth (0.5 m) over a cell's edge makes no fragment there."""
    hair = 0.5 / 1130
    shifted = BASINS | {"83501-0002": (36, 36, 38 + hair / 1000, 38)}
    table = fragments_of(tmp_path, inputs(basins=basins(shifted)))
    assert len(table) == 72
    assert table["area_km2"].sum() == pytest.approx(areas_of(table), rel=1e-12)


def test_a_tile_is_done_only_with_both_files_of_this_frame(tmp_path):
    frame, _ = make_frame(inputs(), ("14",), tmp_path / "frame")
    tile = frame.tiles[0]
    assert not is_done(tile, frame=frame, folder=tmp_path)
    run_tile(tile, frame=frame, folder=tmp_path)
    assert is_done(tile, frame=frame, folder=tmp_path)
    other, _ = make_frame(inputs(census={}), ("14",), tmp_path / "frame")
    assert other.digest != frame.digest
    assert not is_done(tile, frame=other, folder=tmp_path)
    path = tmp_path / f"{tile}-pieces.parquet"
    path.write_bytes(path.read_bytes()[:500])
    assert not is_done(tile, frame=frame, folder=tmp_path)


def test_stored_outlines_are_valid_and_whole_cells_exact(tmp_path):
    frame, _ = make_frame(inputs(), ("14",), tmp_path / "frame")
    table = gpd.GeoDataFrame(pd.concat([compute_tile(tile, frame).fragments for tile in frame.tiles]))
    assert table.crs.to_epsg() == 6668
    assert table.geometry.is_valid.all()
    west, south, east, north = table[table["mesh_code"] == cell(36, 36)].total_bounds
    assert (west, east) == ((39 * 80 + 36) / 80 + 100, (39 * 80 + 37) / 80 + 100)
    assert (south, north) == ((53 * 80 + 36) / 120, (53 * 80 + 37) / 120)
