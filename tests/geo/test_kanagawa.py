"""The embedded dataset: it rebuilds to itself, conserves every amount, and holds what it promises."""

import filecmp
import shutil
import tomllib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely

from geo.build import build_area
from geo.dataset import DATA_DIR, LOWLAND, Dataset, open_dataset
from geo.landuse import CLASSES
from geo.places import find_places

CENSUS_2020 = 9_237_337
TABLES = ("cells", "municipalities", "basins", "communities", "fragments", "surroundings")


@pytest.fixture(scope="module")
def kanagawa() -> Dataset:
    return open_dataset("kanagawa")


@pytest.fixture(scope="module")
def inside(kanagawa: Dataset) -> pd.DataFrame:
    return kanagawa.fragments[kanagawa.fragments["in_area"]]


def test_rebuilding_gives_the_committed_tables_back(tmp_path: Path) -> None:
    shutil.copytree(DATA_DIR / "kanagawa" / "inputs", tmp_path / "kanagawa" / "inputs")
    build_area("kanagawa", data_dir=tmp_path, say=lambda _: None)
    for name in TABLES:
        built = gpd.read_parquet(tmp_path / "kanagawa" / f"{name}.parquet")
        kept = gpd.read_parquet(DATA_DIR / "kanagawa" / f"{name}.parquet")
        pd.testing.assert_frame_equal(
            pd.DataFrame(built.drop(columns="geometry")), pd.DataFrame(kept.drop(columns="geometry"))
        )
        assert built.crs == kept.crs
        assert (built.geometry.to_wkb() == kept.geometry.to_wkb()).all(), name
    rasters = sorted(path.name for path in (DATA_DIR / "kanagawa" / "rasters").glob("*.tif"))
    assert len(rasters) == 4
    for name in rasters:
        with (
            rasterio.open(tmp_path / "kanagawa" / "rasters" / name) as built,
            rasterio.open(DATA_DIR / "kanagawa" / "rasters" / name) as kept,
        ):
            np.testing.assert_array_equal(built.read(1), kept.read(1))
            assert built.tags(1) == kept.tags(1)
    # The description too is what the inputs give: whoever edits area.toml or the catalogue must rebuild.
    built_meta, kept_meta = (_described(folder / "kanagawa" / "dataset.toml") for folder in (tmp_path, DATA_DIR))
    assert built_meta["layers"] == kept_meta["layers"]
    assert built_meta.keys() == kept_meta.keys()


def _described(path: Path) -> dict:
    """Read a description without the digests of what the libraries wrote."""
    meta = tomllib.loads(path.read_text(encoding="utf-8"))
    for layer in meta["layers"]:
        if layer["file"].startswith("rasters/"):
            del layer["sha256"]
    return meta


def test_building_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for run in ("one", "two"):
        shutil.copytree(DATA_DIR / "kanagawa" / "inputs", tmp_path / run / "kanagawa" / "inputs")
        build_area("kanagawa", data_dir=tmp_path / run, say=lambda _: None)
    names = [str(p.relative_to(tmp_path / "one")) for p in (tmp_path / "one").rglob("*") if p.is_file()]
    assert len(names) > len(TABLES)
    same, different, errors = filecmp.cmpfiles(tmp_path / "one", tmp_path / "two", names, shallow=False)
    assert (different, errors) == ([], [])
    assert len(same) == len(names)


def test_population_is_the_census(kanagawa: Dataset, inside: pd.DataFrame) -> None:
    assert inside["population"].sum() == pytest.approx(CENSUS_2020, rel=1e-12)
    census = pd.read_csv(kanagawa.folder / "inputs" / "census_2020_by_municipality.csv", dtype={"code": str})
    towns = inside.groupby("municipality_code")["population"].sum()
    np.testing.assert_allclose(
        towns.to_numpy(), census.set_index("code")["population_2020"].loc[towns.index], rtol=1e-12
    )
    fit = kanagawa.meta["population_fit"]
    assert 0 < fit["mean_change"] < fit["largest_change"] < 0.2


def test_conservation_of_every_extensive_column(kanagawa: Dataset, inside: pd.DataFrame) -> None:
    cells = kanagawa.cells.set_index("mesh_code")
    for column in kanagawa.meta["columns"]["extensive"]:
        total = np.nansum(inside[column])
        for key in ("mesh_code", "municipality_code", "basin_code", "river_system_code", "community_code"):
            assert inside.groupby(key)[column].sum().sum() == pytest.approx(total, rel=1e-9), (column, key)
        assert np.nansum(cells[column]) == pytest.approx(total, rel=1e-9), column
    assert set(inside["municipality_code"]) == set(kanagawa.municipalities["code"])
    assert set(kanagawa.fragments["basin_code"]) == set(kanagawa.basins["code"])
    assert set(inside["community_code"]) == set(kanagawa.communities["code"])


def test_land_is_covered_once(kanagawa: Dataset, inside: pd.DataFrame) -> None:
    plane = kanagawa.plane_crs
    outline = kanagawa.prefecture.to_crs(plane).geometry.iloc[0]
    pieces = inside.to_crs(plane).geometry.to_numpy()
    assert shapely.area(pieces).sum() == pytest.approx(outline.area, rel=1e-6)
    classes = inside[[f"{name}_km2" for name in CLASSES]]
    known = classes["forest_km2"].notna()
    np.testing.assert_allclose(classes[known].sum(axis=1), inside.loc[known, "area_km2"], rtol=1e-6, atol=1e-9)
    assert classes[known].drop(columns="paddy_km2").min().min() >= 0


def test_paddy_is_unknown_on_lowland_and_known_elsewhere(inside: pd.DataFrame) -> None:
    assert (inside["paddy_km2"].isna() == (inside["basin_code"] == LOWLAND)).all()
    assert inside.loc[inside["basin_code"] == LOWLAND, "area_km2"].sum() > 200


def test_the_coast_is_land_not_sea(inside: pd.DataFrame) -> None:
    # A 25th of the lowland is water (river mouths, harbours); with the sea of its cells it would be a sixth.
    low = inside[inside["basin_code"] == LOWLAND]
    assert low["water_km2"].sum() < 0.1 * low["area_km2"].sum()


@pytest.mark.parametrize("table", ["cells", "municipalities", "basins", "communities", "fragments"])
def test_every_outline_is_a_valid_polygon(kanagawa: Dataset, table: str) -> None:
    geometry = getattr(kanagawa, table).geometry
    assert geometry.is_valid.all()
    assert not geometry.is_empty.any()
    assert set(geometry.geom_type) <= {"Polygon", "MultiPolygon"}


def test_unit_basins_form_a_coverage_near_their_published_areas(kanagawa: Dataset) -> None:
    basins = kanagawa.basins.to_crs(kanagawa.plane_crs)
    units = basins[basins["code"] != LOWLAND]
    overlap_m2 = shapely.area(units.geometry.to_numpy()).sum() - units.union_all().area
    assert overlap_m2 < 10  # of 2,700 km²: what the rounding of coordinates leaves
    listed = {row["code"] for row in kanagawa.meta["basins"]["over_tolerance"]}
    change = units.area.to_numpy() / 1e6 / units["published_area_km2"].to_numpy() - 1
    moved = set(units.loc[np.abs(change) > 0.035, "code"])
    assert moved <= listed
    assert len(listed) == 10
    assert kanagawa.meta["basins"]["mean_change"] < 0.01


def test_river_systems_are_what_their_codes_say(kanagawa: Dataset) -> None:
    systems = kanagawa.river_systems
    named = {"83030": "多摩川", "83031": "鶴見川", "83032": "相模川", "83267": "境川", "83268": "酒匂川"}
    assert systems.loc[list(named), "river_system_name"].to_dict() == named
    cut = systems["is_cut"].astype(bool)
    assert set(systems.index[cut]) == {"83030", "83032", "83268"}
    assert (systems["river_system_name"] == "森戸川").sum() == 2
    every = kanagawa.basins.set_index("code")
    assert every.loc["83545-0048", "river_system_name"] == "金目川"
    assert every.loc["83545-0002", "river_system_name"] == "千歳川"
    assert every.loc["83545-0007", "river_system_name"] == ""


def test_the_halo_serves_whole_basins_only(kanagawa: Dataset) -> None:
    halo = kanagawa.fragments[~kanagawa.fragments["in_area"]]
    assert LOWLAND not in set(halo["river_system_code"])
    assert not set(halo["municipality_code"]) & set(kanagawa.municipalities["code"])
    whole = kanagawa.fragments.groupby("river_system_code")["area_km2"].sum()
    assert whole["83031"] == pytest.approx(240.2, rel=0.01)  # 鶴見川, published
    assert whole["83267"] == pytest.approx(223.3, rel=0.01)  # 境川, published


def test_communities_have_names_of_their_own(kanagawa: Dataset) -> None:
    communities = kanagawa.communities
    assert not communities["name_ja"].duplicated().any()
    assert not communities["name_en"].duplicated().any()
    assert communities["name_ja"].str.startswith("小田原市・久野川のあたり").any()
    by_river = communities.groupby("river_name")["name_en"].first()
    assert by_river["久野川"].startswith("Odawara City, around the Kuno River (")
    assert by_river["目久尻川"].partition(", ")[2].startswith("around the Mekujiri River (")
    assert by_river["芦ノ湖"].startswith("Hakone Town, around Lake Ashi (")
    # The Tama in Kawasaki and the Tamagawa in Atsugi are two rivers.
    assert by_river["多摩川"].partition(", ")[2].startswith("around the Tama River (")
    assert by_river["玉川"].startswith("Atsugi City, around the Tamagawa River (")


def test_communities_are_read_as_far_as_their_river_is(kanagawa: Dataset) -> None:
    by_river = kanagawa.communities.groupby("river_name")["name_kana"].agg(set)
    assert by_river["久野川"] == {"おだわらし・くのがわ"}
    assert by_river["酒匂川"] >= {"おだわらし・さかわがわ", "まつだまち・さかわがわ"}
    assert by_river["タライゴヤ沢"] == {"きよかわむら", "はだのし"}
    assert kanagawa.communities["name_kana"].str.contains("・").mean() > 0.7


def test_every_reading_is_of_a_river_that_a_unit_basin_is_named_after(kanagawa: Dataset) -> None:
    config = tomllib.loads((kanagawa.folder / "inputs" / "area.toml").read_text(encoding="utf-8"))
    assert set(config["river_readings"]) <= set(kanagawa.basins["rivers"].str.split(";").str[0])


@pytest.mark.parametrize(
    "query", ["くのがわ", "クノガワ", "kuno", "Kunogawa", "Kuno River", "久野川", "小田原 久野川", "odawara kuno"]
)
def test_a_community_is_found_by_its_own_river(kanagawa: Dataset, query: str) -> None:
    communities = kanagawa.communities
    beside = {("community", code) for code in communities.loc[communities["river_name"] == "久野川", "code"]}
    assert {(hit.kind, hit.code) for hit in find_places(kanagawa, query, limit=len(beside))} == beside


@pytest.mark.parametrize("query", ["小田原", "おだわら", "オダワラ", "odawara", "Odawara City"])
def test_a_town_is_still_one_place_before_its_communities(kanagawa: Dataset, query: str) -> None:
    town, *others = find_places(kanagawa, query)
    assert (town.kind, town.code, town.score) == ("municipality", "14206", 100)
    assert others
    assert all(hit.kind == "community" and hit.score < 100 for hit in others)


def test_a_community_whose_river_is_not_read_is_found_in_kanji_and_by_its_town(kanagawa: Dataset) -> None:
    wanted = "山北町・一ノ沢のあたり"
    assert all(hit.name_ja.startswith(wanted) for hit in find_places(kanagawa, "一ノ沢", limit=4))
    assert any(hit.name_ja.startswith(wanted) for hit in find_places(kanagawa, "やまきた", limit=200))


def test_info_counts_and_totals(kanagawa: Dataset) -> None:
    info = kanagawa.info()
    assert info["counts"]["municipalities"] == 33
    assert info["counts"]["river_systems"] == 30
    assert info["totals"]["population"] == pytest.approx(CENSUS_2020)
    assert info["totals"]["area_km2"] == pytest.approx(2416, rel=0.01)  # 国土地理院 2020: 2,416.11 km²
    assert all(len(layer["sha256"]) == 64 and layer["attribution"] for layer in info["layers"])
