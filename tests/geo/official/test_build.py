"""A build as a whole: what it writes, what it refuses, what it leaves alone."""

import tomllib

import geopandas as gpd
import pytest
import shapely
import tomli_w

import geo.official.build
from geo.dataset import list_areas, open_dataset
from geo.errors import MeguriError
from geo.official.build import build_official
from geo.official.tiles import BuildError
from tests.geo.official.test_disturbed import digests
from tests.geo.official.world import BASINS, TOWNS, basins, inputs, towns


def build(data_dir, given=None, prefectures=("14",), area="small"):
    build_official(area, inputs() if given is None else given, list(prefectures), data_dir=data_dir, workers=0)
    return open_dataset(area, data_dir=data_dir)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return build(tmp_path_factory.mktemp("built"))


def test_the_dataset_opens_with_its_rungs(small):
    assert small.meta["ladder"] == ["community", "municipality", "basin", "prefecture"]
    assert small.meta["prefecture_codes"] == ["14"]
    assert small.plane_crs == "EPSG:6677"
    assert small.name_ja == "神奈川県"
    counts = small.info()["counts"]
    assert counts["cells"] == 64
    assert counts["municipalities"] == 3
    assert counts["basins"] == 3
    assert counts["river_systems"] == 3
    # 16 blocks of 2 × 2 cells, each in one municipality.
    assert counts["communities"] == 16
    assert small.info()["totals"]["population"] == pytest.approx(6400)
    for name in ("cells", "municipalities", "basins", "communities", "fragments"):
        table = getattr(small, name)
        assert table.geometry.is_valid.all()
        assert not table.geometry.is_empty.any()
    assert set(small.fragments["community_code"]) >= set(small.communities["code"])
    assert gpd.read_parquet(small.folder / "surroundings.parquet")["prefecture_code"].tolist() == ["22"]


def test_lowland_is_what_no_basin_covers(small):
    basins_table = small.basins.set_index("code")
    outlines = basins_table.geometry
    assert basins_table.loc["lowland", "river_system_code"] == "lowland"
    together = shapely.union_all(outlines.to_numpy())
    assert shapely.area(shapely.intersection(outlines["lowland"], outlines["83001-0001"])) == pytest.approx(0, abs=1e-9)
    # The area's land and the basin's part over the border.
    expected = shapely.union_all([*small.municipalities.geometry, outlines["83001-0001"]])
    assert shapely.area(shapely.symmetric_difference(together, expected)) < 1e-8


def test_the_checks_stand_in_the_description(small):
    checks = small.meta["checks"]
    assert checks["partitions"] == ["fragments", "cells", "municipalities", "basins", "communities", "prefectures"]
    assert max(checks["conservation"].values()) <= 1e-9
    assert {"area_km2", "population", "forest_km2"} <= set(checks["conservation"])
    assert "population_2015" not in checks["conservation"]
    assert checks["municipality_area_largest"] <= 1e-9
    assert checks["population_shared"]["2020"] <= 1e-9
    assert small.meta["counts"] == {"n03": {"repaired": 0}}
    assert small.meta["basins"]["cut"]["83001"]["en"].startswith("83001: the basin may go on")


def test_two_prefectures_are_one_area(tmp_path):
    both = build(tmp_path, prefectures=("14", "22"))
    assert both.meta["prefecture_codes"] == ["14", "22"]
    assert both.prefecture_code == "14"
    assert both.name_en == "Kanagawa, Shizuoka"
    assert both.plane_crs.startswith("+proj=lcc")
    assert both.fragments["in_area"].all()
    assert len(both.fragments) == 96
    assert not both.basins["is_cut"].any()


def test_without_products_the_rungs_and_figures_are_missing(tmp_path):
    row = {"key": "w12", "title_ja": "流域", "title_en": "basins", "lacks_ja": "段", "lacks_en": "no rung"}
    bare = build(tmp_path, inputs(basins=None, landuse=None, census={}, climate=None, missing=(row,)))
    assert bare.meta["ladder"] == ["community", "municipality", "prefecture"]
    assert bare.meta["missing"] == [row]
    assert "census_year" not in bare.meta
    assert bare.basins.empty
    assert (bare.fragments["river_system_code"] == "").all()
    assert set(bare.meta["columns"]["extensive"]) >= {"population", "forest_km2"}
    assert bare.fragments["population"].isna().all()
    assert not bare.communities["name_ja"].str.contains("川").any()
    assert not (bare.folder / "rasters").exists()


def test_municipalities_that_overlap_keep_their_own_area(tmp_path):
    doubled = towns(TOWNS | {"14103": (39, 36, 44, 40)})
    table = build(tmp_path, inputs(municipalities=doubled)).fragments
    area = table[table["in_area"]].groupby("municipality_code")["area_km2"].sum()
    assert area["14103"] == pytest.approx(area["14101"] * 5 / 4, rel=1e-9)


def test_a_check_that_fails_leaves_the_old_dataset(tmp_path, monkeypatch):
    old = digests(build(tmp_path).folder)
    real = geo.official.build.reduce_tiles

    def losing(frame, tiles, given, water, made):
        reduced = real(frame, tiles, given, water, made)
        path = made / "cells.parquet"
        cells = gpd.read_parquet(path)
        cells.loc[0, "population"] += 0.001
        cells.to_parquet(path)
        return reduced

    monkeypatch.setattr(geo.official.build, "reduce_tiles", losing)
    with pytest.raises(BuildError, match=r"sums of population differ by 1\.5") as caught:
        build(tmp_path)
    assert caught.value.key == "build_check"
    assert digests(tmp_path / "small") == old


def test_an_outline_that_lost_land_fails_the_check(tmp_path, monkeypatch):
    real = geo.official.build.check_build

    def larger(made, outlines, totals):
        return real(made, outlines.assign(geometry=shapely.buffer(outlines.geometry.to_numpy(), 1e-5)), totals)

    monkeypatch.setattr(geo.official.build, "check_build", larger)
    with pytest.raises(BuildError, match="area of municipality 14101"):
        build(tmp_path)
    assert not (tmp_path / "small").exists()


def test_people_lost_on_the_mesh_fail_the_check(tmp_path, monkeypatch):
    real = geo.official.build.check_build
    monkeypatch.setattr(
        geo.official.build, "check_build", lambda made, outlines, _: real(made, outlines, {"2020": [100.0, 99.0]})
    )
    with pytest.raises(BuildError, match="people of 2020"):
        build(tmp_path)


def test_a_rebuild_keeps_what_the_office_put_there(tmp_path):
    folder = build(tmp_path).folder
    for name in ("inputs/a.txt", "layers/mine.parquet", "layers.toml", "actuals.csv", "rasters/dem.tif"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(name)
    described = tomllib.loads((folder / "dataset.toml").read_text(encoding="utf-8"))
    described["layers"].append(described["layers"][0] | {"key": "dem", "file": "rasters/dem.tif"})
    (folder / "dataset.toml").write_text(tomli_w.dumps(described), encoding="utf-8")
    again = build(tmp_path, inputs(census={}))
    for name in ("inputs/a.txt", "layers/mine.parquet", "layers.toml", "actuals.csv", "rasters/dem.tif"):
        assert (again.folder / name).read_text() == name
    assert again.layer("dem").file == "rasters/dem.tif"
    assert again.fragments["population"].isna().all()
    assert list_areas(tmp_path) == ["small"]


@pytest.mark.parametrize(
    ("area", "prefectures", "key"),
    [
        ("../small", ("14",), "build_area_name"),
        ("japan", ("14",), "build_area_name"),
        ("small", ("14", "13"), "build_prefecture"),
        ("small", (), "build_prefecture"),
    ],
)
def test_what_cannot_be_built_is_refused_before_anything_is_written(area, prefectures, key, tmp_path):
    with pytest.raises(MeguriError) as caught:
        build(tmp_path, prefectures=prefectures, area=area)
    assert caught.value.key == key
    assert list(tmp_path.iterdir()) == []


def test_basins_given_or_not_change_no_total(tmp_path, small):
    more = build(tmp_path, inputs(basins=basins(BASINS | {"83501-0009": (36.3, 38.2, 39.7, 39.1)})))
    for name in ("area_km2", "population", "forest_km2"):
        mine, other = (table[table["in_area"]][name].sum() for table in (more.fragments, small.fragments))
        assert mine == pytest.approx(other, rel=1e-12)
