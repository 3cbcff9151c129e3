"""Communities by outlines, renewable potentials and national forest in a build: every figure worked out by hand."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.dataset import open_dataset
from geo.official.build import build_official
from geo.official.grid import EQUAL_AREA
from geo.official.inputs import Described
from geo.official.tiles import BuildError
from tests.geo.official.test_disturbed import digests
from tests.geo.official.world import inputs, layer, rectangle

# In cells, as in the small world. Town 14101 is columns 36-40, rows 36-40; 14103 is east of it, 14102 north of both.
DISTRICTS = {
    # All of 14101 but its southern row.
    ("S1", "本町"): (36, 37, 40, 40),
    # The west half of 14103, and one row of 14102 north of it: eight cells and two.
    ("S2", "山"): (40, 36, 42, 41),
    # Inside S1: two cells.
    ("S3", "本町"): (36, 37, 38, 38),
}


def described(table, key="communities"):
    return Described(gpd.GeoDataFrame(table, geometry="geometry", crs="EPSG:6668"), layer(key))


def districts(boxes=DISTRICTS, town="14101"):
    rows = [
        {"code": code, "name_ja": name, "municipality_code": town, "geometry": rectangle(*box)}
        for (code, name), box in boxes.items()
    ]
    return described(pd.DataFrame(rows))


def potentials(*rows):
    columns = {name: [row[at] for row in rows] for at, name in enumerate(("kind", "capacity_kw", "geometry"))}
    return described(pd.DataFrame(columns), "renewable_potential")


def km2(shape):
    return gpd.GeoSeries([shape], crs="EPSG:6668").to_crs(EQUAL_AREA).area.iloc[0] / 1e6


def build(data_dir, workers=0, prefectures=("14",), **changes):
    build_official("small", inputs(**changes), list(prefectures), data_dir=data_dir, workers=workers)
    return open_dataset("small", data_dir=data_dir)


@pytest.fixture(scope="module")
def schools(tmp_path_factory):
    return build(tmp_path_factory.mktemp("schools"), communities="schools", community_outlines=districts())


def people(dataset):
    inside = dataset.fragments[dataset.fragments["in_area"]]
    return inside.groupby("community_code")["population"].sum()


def test_people_are_in_the_district_that_covers_them(schools):
    count = people(schools)
    # 100 a cell: S1 has 12 cells less the two of S3, which lies inside it; S2 has 8 in 14103 and 2 in 14102.
    assert count["S1"] == pytest.approx(1000)
    assert count["S3"] == pytest.approx(200)
    assert count["S2"] == pytest.approx(800)
    assert count["S2-14102"] == pytest.approx(200)
    assert count.sum() == pytest.approx(6400)


def test_land_without_a_district_keeps_its_mesh_community(schools, tmp_path):
    before = build(tmp_path)
    mesh = [code for code in people(schools).index if not code.startswith("S")]
    assert set(mesh) < set(people(before).index)
    # The southern row of 14101: two squares of which two cells each are left.
    left = people(schools)[[code for code in mesh if code.endswith("-14101")]]
    assert left.tolist() == pytest.approx([200, 200])
    names = schools.communities.set_index("code")["name_ja"]
    assert names[left.index].tolist() == before.communities.set_index("code")["name_ja"][left.index].tolist()
    outline = schools.communities.set_index("code").geometry[left.index[0]]
    assert km2(outline) == pytest.approx(km2(rectangle(36, 36, 38, 37)), rel=1e-6)


def test_the_table_of_communities_is_the_fragments_own(schools):
    table = schools.communities.set_index("code")
    assert set(table.index) == set(people(schools).index)
    assert table.geometry.is_valid.all()
    assert table.loc["S1", "municipality_code"] == "14101"
    assert table.loc["S2-14102", "municipality_code"] == "14102"
    assert table.loc["S2", "name_ja"] == "町14103・山"
    # Two of one name in one municipality are told apart.
    assert table.loc["S3", "name_ja"] == "町14101・本町（S3）"
    hole = shapely.difference(rectangle(36, 37, 40, 40), rectangle(36, 37, 38, 38))
    assert shapely.area(shapely.symmetric_difference(table.geometry["S1"], hole)) < 1e-9
    whole = shapely.union_all(schools.municipalities.geometry.to_numpy())
    assert km2(shapely.union_all(table.geometry.to_numpy())) == pytest.approx(km2(whole), rel=1e-6)


def test_the_description_says_what_the_communities_are(schools):
    assert "小学校区" in schools.meta["community_kind"]["ja"]
    assert "school districts" in schools.meta["community_kind"]["en"]
    row = schools.layer("communities")
    assert row.columns == ("community_code",)
    assert any("overlap" in caveat for caveat in row.caveats_en)
    assert schools.meta["counts"]["communities"]["overlapping"] == 1
    assert max(schools.meta["checks"]["conservation"].values()) <= 1e-9
    assert "communities" in schools.meta["checks"]["partitions"]


def test_cutting_changes_no_total_and_no_cell(schools, tmp_path):
    before = build(tmp_path)
    assert len(schools.fragments) > 0
    for name in ("area_km2", "population", "forest_km2", "paddy_km2"):
        old = before.fragments.groupby(["mesh_code", "municipality_code", "in_area"])[name].sum()
        new = schools.fragments.groupby(["mesh_code", "municipality_code", "in_area"])[name].sum()
        np.testing.assert_allclose(new, old, rtol=1e-12)
    halo = schools.fragments[~schools.fragments["in_area"]]
    assert len(halo) == (~before.fragments["in_area"]).sum()


def test_a_border_drawn_otherwise_leaves_no_communities_of_its_own(tmp_path):
    # Two districts that cover all three towns but for 0.1 % of a cell in the north and over the inner border.
    boxes = {("N", "北"): (36, 40.001, 44, 43.999), ("S", "南"): (36, 36, 44, 40.001)}
    small = build(tmp_path, communities="towns", community_outlines=districts(boxes))
    assert set(people(small).index) == {"N", "S", "S-14103"}
    assert people(small).sum() == pytest.approx(6400)
    assert people(small)["N"] == pytest.approx(3200)
    assert small.meta["community_kind"]["ja"].startswith("町丁・字")


def test_a_small_district_a_little_over_the_border_stays_in_its_municipality(tmp_path):
    # 0.16 cells in 14101, and a twentieth of that in 14103: 0.8 ha.
    boxes = {("A", "甲"): (39.6, 38, 40.02, 38.4)}
    small = build(tmp_path, communities="towns", community_outlines=districts(boxes))
    # By area: the south of a cell is a little wider than its north.
    assert people(small)["A"] == pytest.approx(16, rel=1e-4)
    assert [code for code in people(small).index if code.startswith("A")] == ["A"]
    assert by_town(small, "population") == pytest.approx({"14101": 1600, "14102": 3200, "14103": 1600})


def test_an_outline_over_a_border_is_called_after_its_own_municipality(tmp_path):
    # A quarter of it lies in 14101, whose it is.
    boxes = {("A", "甲"): (39, 38, 43, 40)}
    small = build(tmp_path, communities="schools", community_outlines=districts(boxes))
    assert people(small)[["A", "A-14103"]].tolist() == pytest.approx([200, 600])
    assert small.communities.set_index("code")["name_ja"]["A-14103"] == "町14103・甲"


def test_two_districts_of_one_outline_are_one_place(tmp_path):
    boxes = {("A", "甲"): (36, 36, 40, 40), ("B", "乙"): (36, 36, 40, 40)}
    small = build(tmp_path, communities="schools", community_outlines=districts(boxes))
    assert people(small)["A"] == pytest.approx(1600)
    assert "B" not in people(small).index


def test_districts_that_are_not_there_for_a_prefecture_are_refused(tmp_path):
    with pytest.raises(BuildError, match="none of prefecture 22; they have 14") as caught:
        build(tmp_path, prefectures=("14", "22"), communities="schools", community_outlines=districts())
    assert caught.value.key == "build_communities_prefecture"
    assert list(tmp_path.iterdir()) == []


WIND = rectangle(39, 37, 41, 38)
REACH = shapely.LineString([rectangle(38, 38.5, 39, 39).bounds[:2], rectangle(42, 38.5, 43, 39).bounds[:2]])
STEAM = rectangle(42, 38, 46, 39)
PLANT = shapely.centroid(rectangle(37, 42, 38, 43))


def wind(shape=WIND, capacity=None):
    return ("wind_land", 10_000 * km2(shape) if capacity is None else capacity, shape)


@pytest.fixture(scope="module")
def powered(tmp_path_factory):
    given = potentials(wind(), ("small_hydro", 400.0, REACH), ("geothermal", 800.0, STEAM), ("solar", 9.0, PLANT))
    stands = [{"area_ha": 150.0, "geometry": rectangle(36, 36, 38, 37)}, {"area_ha": np.nan, "geometry": STEAM}]
    return build(
        tmp_path_factory.mktemp("powered"),
        renewables=given,
        national_forest=described(pd.DataFrame(stands), "national_forest_stands"),
    )


def by_town(dataset, column):
    inside = dataset.fragments[dataset.fragments["in_area"]]
    return inside.groupby("municipality_code")[column].sum().to_dict()


def test_potentials_fall_to_the_fragments_by_area_and_length(powered):
    half = km2(WIND) / 2
    assert by_town(powered, "wind_suitable_km2") == pytest.approx({"14101": half, "14102": 0, "14103": half})
    # Two of the four columns that the reach crosses lie in either town.
    assert by_town(powered, "small_hydro_kw") == pytest.approx({"14101": 200, "14102": 0, "14103": 200})
    # Half of the field is over the border.
    assert by_town(powered, "geothermal_kw") == pytest.approx({"14101": 0, "14102": 0, "14103": 400})
    # 150 ha, as the register says; the stand without an area adds nothing.
    assert by_town(powered, "forest_national_km2") == pytest.approx({"14101": 1.5, "14102": 0, "14103": 0})


def test_the_new_columns_are_described_and_checked(powered):
    columns = ["wind_suitable_km2", "small_hydro_kw", "geothermal_kw", "forest_national_km2"]
    assert powered.meta["columns"]["extensive"][-4:] == columns
    assert set(columns) <= set(powered.meta["checks"]["conservation"])
    assert powered.cells["geothermal_kw"].sum() == pytest.approx(400)
    row = powered.layer("renewable_potential")
    assert row.columns == tuple(columns[:3])
    assert "Solar and wind at sea are not used" in row.processing_en
    assert powered.layer("national_forest_stands").columns == ("forest_national_km2",)
    assert powered.info()["totals"]["small_hydro_kw"] == pytest.approx(400)
    assert powered.meta["missing"] == []


def test_a_plant_is_in_the_one_fragment_where_it_stands(tmp_path):
    small = build(tmp_path, renewables=potentials(("small_hydro", 50.0, PLANT), ("small_hydro", np.nan, PLANT)))
    inside = small.fragments[small.fragments["in_area"]]
    assert inside["small_hydro_kw"].max() == 50
    assert (inside["small_hydro_kw"] > 0).sum() == 1
    assert "wind_suitable_km2" not in small.fragments
    assert {row["key"] for row in small.meta["missing"]} == {"repos_wind_land", "repos_geothermal"}


@pytest.mark.parametrize(
    ("rows", "key", "why"),
    [
        ([wind(capacity=5.0)], "repos_wind_land", "no area is reckoned back"),
        ([wind(PLANT, 5.0)], "repos_wind_land", "no area is reckoned back"),
        ([wind(), wind()], "repos_wind_land", "overlap"),
        ([("geothermal", np.nan, STEAM)], "repos_geothermal", "no capacity"),
        ([("small_hydro", 1.0, PLANT), ("small_hydro", 1.0, REACH)], "repos_small_hydro", "twice"),
        ([("small_hydro", 1.0, shapely.Point(150, 40))], "repos_small_hydro", "nothing in the area"),
    ],
)
def test_what_the_maps_do_not_say_is_left_out_with_the_reason(rows, key, why, tmp_path):
    small = build(tmp_path, renewables=potentials(*rows))
    missing = {row["key"]: row["lacks_en"] for row in small.meta["missing"]}
    assert why in missing[key]
    assert not {"wind_suitable_km2", "small_hydro_kw", "geothermal_kw"} & set(small.fragments)
    assert small.layer("renewable_potential").columns == ()


def test_forest_of_a_prefecture_without_a_file_is_unknown(tmp_path):
    stands = described(pd.DataFrame([{"area_ha": 10.0, "geometry": rectangle(36, 36, 37, 37)}]))
    small = build(tmp_path, prefectures=("14", "22"), national_forest=stands)
    known = small.fragments.groupby("prefecture_code")["forest_national_km2"].agg(["count", "sum"])
    assert known.loc["22", "count"] == 0
    assert known.loc["14", "sum"] == pytest.approx(0.1)


def test_the_number_of_workers_changes_no_byte(tmp_path):
    given = {
        "communities": "schools",
        "community_outlines": districts(),
        "renewables": potentials(wind(), ("small_hydro", 400.0, REACH)),
    }
    one, two = (build(tmp_path / str(workers), workers=workers, **given) for workers in (0, 2))
    assert digests(one.folder) == digests(two.folder)
