"""The overview of Japan: a valid coverage of all municipalities, and the same bytes at every build."""

import hashlib
import json
import shutil
import tomllib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.climate import climate_at, climate_of_grid
from geo.dataset import DATA_DIR, list_areas
from geo.errors import CrsError, DatasetError
from geo.japan import EQUAL_AREA, Overview, build_japan, open_overview

KEPT = ("municipalities_japan.geojson", "era5_climatology_2000_2025_japan_0p25.nc")
ERA5 = DATA_DIR / "kanagawa" / "inputs" / KEPT[1]


@pytest.fixture(scope="module")
def overview() -> Overview:
    return open_overview()


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """A data folder with the overview's inputs and nothing built; returns it."""
    shutil.copytree(DATA_DIR / "japan" / "inputs", tmp_path / "japan" / "inputs")
    (tmp_path / "kanagawa" / "inputs").mkdir(parents=True)
    for name in KEPT:
        shutil.copy(DATA_DIR / "kanagawa" / "inputs" / name, tmp_path / "kanagawa" / "inputs" / name)
    return tmp_path


def town(code: str, west: float, east: float, **changes: object) -> dict[str, object]:
    """A town between two meridians and the parallels 35 and 35.1, as the registry's file has it."""
    names = {"name_ja": "町", "name_kana": "まち", "name_en": "Town", "prefecture_ja": "神奈川県"}
    ring = [[west, 35.0], [east, 35.0], [east, 35.1], [west, 35.1], [west, 35.0]]
    return {
        "type": "Feature",
        "properties": {"code": code, **names, **changes},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def write_towns(data_dir: Path, *towns: dict[str, object]) -> None:
    text = json.dumps({"type": "FeatureCollection", "features": list(towns)}, ensure_ascii=False)
    (data_dir / "kanagawa" / "inputs" / KEPT[0]).write_text(text, encoding="utf-8")


def build(data_dir: Path) -> Overview:
    build_japan(data_dir=data_dir, say=lambda _: None)
    return open_overview(data_dir)


def test_every_municipality_is_there_as_a_valid_coverage(overview: Overview) -> None:
    for table in (overview.municipalities, overview.outlines):
        assert len(table) == 1741
        assert list(table["code"]) == sorted(set(table["code"]))
        assert (table["prefecture_code"] == table["code"].str[:2]).all()
        assert table["prefecture_code"].nunique() == table["prefecture_ja"].nunique() == 47
        assert not table.isna().any().any()
    shapes = np.asarray(overview.municipalities.geometry.array)
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)


def test_areas_move_by_less_than_a_thousandth_and_no_island_is_lost(overview: Overview) -> None:
    source = gpd.read_file(DATA_DIR / "kanagawa" / "inputs" / KEPT[0]).sort_values("code").to_crs("EPSG:6668")
    before = source.geometry.to_crs(EQUAL_AREA).area.to_numpy()
    after = overview.municipalities.geometry.to_crs(EQUAL_AREA).area.to_numpy()
    change = np.abs(after / before - 1)
    assert change.max() < 1e-3
    assert change.max() == pytest.approx(overview.meta["coverage"]["largest_change"], rel=1e-4)
    parts, owner = shapely.get_parts(np.asarray(source.geometry.array), return_index=True)
    own, hit = shapely.STRtree(np.asarray(source.geometry.array)).query(parts, predicate="intersects")
    touching = np.isin(np.arange(len(parts)), own[owner[own] != hit])
    islands = parts[~touching]
    # Inland places without a neighbour do not exist: what touches none is an island, some 1,300 of them.
    assert len(islands) > 1200
    kept = np.asarray(overview.municipalities.geometry.array)[owner[~touching]]
    assert shapely.intersects(shapely.point_on_surface(islands), kept).all()


def test_it_is_built_to_the_same_bytes(inputs: Path) -> None:
    build_japan(data_dir=inputs, say=lambda _: None)
    for name in ("municipalities.parquet", "outlines.parquet", "climate.parquet", "overview.toml"):
        assert (inputs / "japan" / name).read_bytes() == (DATA_DIR / "japan" / name).read_bytes(), name
    assert sorted(path.name for path in (inputs / "japan").iterdir()) == sorted(
        path.name for path in (DATA_DIR / "japan").iterdir()
    )


def test_it_is_no_area_to_open() -> None:
    assert "japan" not in list_areas()


def test_every_source_has_its_terms(overview: Overview) -> None:
    for row in overview.meta["sources"]:
        for name in ("source", "year", "licence", "attribution", "title_ja", "title_en", "sha256"):
            assert row[name], (row["key"], name)


def test_the_grid_gives_the_same_climate_as_the_file(overview: Overview) -> None:
    latitude, longitude = np.array([35.3, 43.06, 26.2]), np.array([139.1, 141.35, 127.7])
    expected = climate_at(ERA5, latitude, longitude)
    found = climate_of_grid(overview.climate, latitude, longitude)
    for name, values in expected.items():
        assert found[name] == pytest.approx(values, rel=1e-12)


def test_a_climate_table_with_a_hole_is_refused(overview: Overview) -> None:
    with pytest.raises(DatasetError, match="whole grid"):
        climate_of_grid(overview.climate.drop(index=7), np.array([35.3]), np.array([139.1]))


def test_a_point_finds_its_municipality(overview: Overview) -> None:
    found = overview.at(35.443, 139.638)
    assert found is not None
    assert found["code"] == "14100"
    assert overview.at(33.0, 145.0) is None


def neighbours(bend: float) -> list[dict[str, object]]:
    """Two towns that meet at both ends of a border from which the eastern one bends away to the meridian ``bend``."""
    east = town("14102", 139.1, 139.2)
    ring = [[139.1, 35.0], [139.2, 35.0], [139.2, 35.1], [139.1, 35.1], [bend, 35.05], [139.1, 35.0]]
    return [town("14101", 139.0, 139.1), east | {"geometry": {"type": "Polygon", "coordinates": [ring]}}]


@pytest.mark.parametrize("bend", [139.0995, 139.1005])
def test_an_overlap_goes_to_one_town_and_a_hairline_is_closed(inputs: Path, bend: float) -> None:
    # 0.0005° of longitude are 46 m.
    write_towns(inputs, *neighbours(bend))
    shapes = np.asarray(build(inputs).municipalities.geometry.array)
    assert shapely.coverage_is_valid(shapes)
    assert shapely.coverage_union_all(shapes).equals(shapely.box(139.0, 35.0, 139.2, 35.1))


def test_a_wide_gap_stays(inputs: Path) -> None:
    # 0.004° are 364 m: no hairline, perhaps a lake.
    write_towns(inputs, *neighbours(139.104))
    whole = shapely.coverage_union_all(np.asarray(build(inputs).municipalities.geometry.array))
    expected = shapely.box(139.0, 35.0, 139.2, 35.1).area - 0.1 * 0.004 / 2
    assert whole.area == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("towns", "match"),
    [
        ([town("1410", 139.0, 139.1)], "1410"),
        ([town("48101", 139.0, 139.1)], "48101"),
        ([town("14101", 139.0, 139.1), town("14101", 139.1, 139.2)], "14101"),
        ([{**town("14101", 139.0, 139.1), "properties": {"code": "14101"}}], "name_ja"),
    ],
)
def test_a_municipality_that_cannot_be_is_named(inputs: Path, towns: list[dict[str, object]], match: str) -> None:
    write_towns(inputs, *towns)
    with pytest.raises(DatasetError, match=match):
        build(inputs)
    assert sorted(path.name for path in (inputs / "japan").iterdir()) == ["inputs"]


def test_a_missing_input_is_named(inputs: Path) -> None:
    (inputs / "kanagawa" / "inputs" / KEPT[1]).unlink()
    with pytest.raises(DatasetError, match="era5"):
        build(inputs)


def test_a_file_that_the_description_does_not_know_is_refused(inputs: Path) -> None:
    write_towns(inputs, town("14101", 139.0, 139.1))
    found = build(inputs)
    (inputs / "japan" / "climate.parquet").write_bytes(b"PAR1")
    with pytest.raises(DatasetError, match="climate"):
        _ = found.climate
    (inputs / "japan" / "municipalities.parquet").unlink()
    with pytest.raises(DatasetError, match="municipalities"):
        _ = open_overview(inputs).municipalities


def test_outlines_without_a_crs_are_refused(inputs: Path) -> None:
    write_towns(inputs, town("14101", 139.0, 139.1))
    found = build(inputs)
    path = inputs / "japan" / "outlines.parquet"
    gpd.read_parquet(path).set_crs("EPSG:4612", allow_override=True).to_parquet(path)
    meta = tomllib.loads((inputs / "japan" / "overview.toml").read_text(encoding="utf-8"))
    meta["tables"]["outlines"] = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(CrsError, match="4612"):
        _ = Overview(folder=found.folder, meta=meta).outlines


def test_no_overview_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="geo build japan"):
        open_overview(tmp_path)


def test_climate_has_plausible_figures(overview: Overview) -> None:
    table: pd.DataFrame = overview.climate
    assert len(table) == 129 * 105
    assert table["precipitation_mm"].between(300, 6000).all()
    assert table["temperature_c"].between(-10, 30).all()
