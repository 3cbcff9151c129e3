"""From files as they are downloaded to a dataset: the readers and the build together."""

import json

import pytest
import shapely

from geo.dataset import open_dataset
from geo.official.build import build_official
from geo.official.gather import find_inputs, read_inputs
from geo.official.tiles import BuildError
from tests.geo.official.world import cell, rectangle
from tests.geo.sources.making import JGD2000, JGD2011, cells_of, census_text, dbf, packed, shapefile

TOWNS = {
    ("神奈川県", "横須賀市", "14201"): (36, 36, 40, 40),
    ("神奈川県", "平塚市", "14203"): (40, 36, 44, 40),
    ("静岡県", "沼津市", "22203"): (44, 36, 48, 40),
}
BASINS = {("83001", "0001"): (36, 36, 38, 40), ("83501", "0002"): (38, 36, 46, 40)}
CELLS = [cell(row, column) for row in range(36, 40) for column in range(36, 48)]


def write_n03(folder):
    for prefecture in ("神奈川県", "静岡県"):
        features = [
            {
                "type": "Feature",
                "properties": {"N03_001": name, "N03_002": None, "N03_003": None, "N03_004": town, "N03_007": code},
                "geometry": shapely.geometry.mapping(rectangle(*box)),
            }
            for (name, town, code), box in TOWNS.items()
            if name == prefecture
        ]
        number = {"神奈川県": "14", "静岡県": "22"}[prefecture]
        content = {"type": "FeatureCollection", "features": features}
        (folder / f"N03-23_{number}_230101.geojson").write_text(json.dumps(content), encoding="utf-8")


def write_w12(folder):
    rows = [("0", *key) for key in BASINS]
    outlines = [rectangle(*box) for box in BASINS.values()]
    fields = {"W12_001": 1, "W12_002": 5, "W12_003": 4}
    members = shapefile("W12-52A-2K-14_WatershedBoundary", outlines, fields, rows, prj=JGD2000)
    packed(folder / "W12-52A-14-01.0a_GML.zip", members)


def write_w07(folder):
    widths = {"W07_001": 10, "W07_002": 10, "W07_003": 12, "W07_004": 40, "W07_005": 40, "W07_006": 10}
    rows = [(f"{cell(37, 36)}55", "830001", "8300010001", "大川", "枝川", "0001")]
    rows += [(f"{cell(37, 37)}{number}", "830001", "8300010002", "大川", "大川", "0001") for number in (11, 12)]
    outline = shapely.box(139.0, 35.0, 139.1, 35.1)
    members = shapefile("W07-09_5339-jgd_ValleyMesh", [outline] * len(rows), widths, rows, prj=JGD2000)
    packed(folder / "W07-09_5339-jgd_GML.zip", members)


def write_l03b(folder):
    # In every cell 50 of forest, 25 of paddy, 25 of sea.
    codes = ["0500"] * 50 + ["0100"] * 25 + ["1500"] * 25
    rows = [(one, code, "20210401") for third in CELLS for one, code in zip(cells_of(third), codes, strict=True)]
    table = dbf({"L03b_001": 10, "L03b_002": 4, "L03b_003": 8}, rows)
    members = {"L03-b-21_5339.dbf": table, "L03-b-21_5339.prj": JGD2011}
    packed(folder / "L03-b-21_5339-jgd2011_GML.zip", members)


def write_census(folder):
    titles = [("T001141001", "　人口（総数）"), ("T001141034", "　世帯総数")]
    rows = [[f"{third}{quarter}", "0", "", "", "25", "10"] for third in CELLS for quarter in "1234"]
    packed(folder / "tblT001141H5339.zip", {"tblT001141H5339.txt": census_text(titles, rows)})


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("downloads")
    for write in (write_n03, write_w12, write_w07, write_l03b, write_census):
        write(folder)
    said = []
    inputs = read_inputs(find_inputs(folder, ["14"], nation=False, say=said.append), folder, said.append)
    data_dir = tmp_path_factory.mktemp("data")
    build_official("small", inputs, ["14"], data_dir=data_dir, workers=0)
    return open_dataset("small", data_dir=data_dir), said


def test_all_products_are_in_the_dataset(built):
    small, _ = built
    inside = small.fragments[small.fragments["in_area"]]
    assert len(inside) == 32
    assert inside["population"].sum() == pytest.approx(3200)
    assert (inside["forest_km2"] / inside["area_km2"]).to_numpy() == pytest.approx(50 / 75)
    assert inside.groupby("river_system_code").size().to_dict() == {"83001": 8, "83501-01": 24}
    assert (~small.fragments["in_area"]).sum() == 8
    assert small.meta["census_year"] == 2020
    assert small.meta["ladder"] == ["community", "municipality", "basin", "prefecture"]


def test_rivers_are_named_by_where_their_cells_lie(built):
    table = built[0].basins.set_index("code")
    assert table.loc["83001-0001", "river_system_name"] == "大川"
    assert table.loc["83001-0001", "rivers"] == "大川;枝川"
    assert table.loc["83501-0002", "river_system_name"] == ""
    assert built[0].communities["name_ja"].str.startswith("横須賀市・大川のあたり").any()


def test_every_layer_says_where_it_comes_from(built):
    small, _ = built
    layers = {info.key: info for info in small.layers}
    assert {"municipalities", "basins", "river_names", "landuse", "population", "climate", "japan"} <= set(layers)
    for info in layers.values():
        assert info.source
        assert info.year
        assert info.licence
        assert info.attribution
        assert len(info.sha256) == 64
    assert layers["landuse"].columns[0] == "forest_km2"
    assert layers["municipalities"].file == "N03-23_14_230101.geojson, N03-23_22_230101.geojson"
    assert small.meta["counts"]["n03"]["unassigned"] == 0
    assert "potential_rooftop_solar" not in layers or layers["potential_rooftop_solar"].licence


def test_what_is_there_and_what_is_missing_is_told(built):
    small, said = built
    told = "\n".join(said)
    assert "found   administrative areas (N03)" in told
    assert "missing census population by mesh, 2015" in told
    assert {row["key"] for row in small.meta["missing"]} == {"census_mesh_2015", "census_mesh_2010", "repos"}


def write_extras(folder):
    """A school district over the western half of 横須賀市, a town of 平塚市, a hydro plant, a stand, forest regions."""
    schools = {"A27_001": 5, "A27_002": 20, "A27_003": 14, "A27_004": 60, "A27_005": 80}
    west = rectangle(36, 36, 38, 40)
    row = ("14201", "横須賀市", "B114201000001", "西小学校", "")
    packed(folder / "A27-21_14_GML.zip", shapefile("A27-21_14", [west], schools, [row]))
    areas = {"KEY_CODE": 11, "PREF": 2, "CITY": 3, "S_AREA": 6, "S_NAME": 60, "HCODE": 4}
    town = shapefile("r2ka14", [rectangle(40, 36, 44, 40)], areas, [("14203001001", "14", "203", "", "東町", "8101")])
    packed(folder / "A002005212020DDSWC14.zip", town)
    point = shapely.centroid(rectangle(37, 37, 38, 38))
    packed(folder / "water_river_i_s.zip", shapefile("water_river_i_s", [point], {"設備容量": 10}, [("120.5",)]))
    packed(folder / "A13-15_14_GML.zip", {"A13-15_14.geojson": b"{}"})


@pytest.fixture(scope="module")
def downloads(tmp_path_factory):
    folder = tmp_path_factory.mktemp("more")
    for write in (write_n03, write_l03b, write_census, write_extras):
        write(folder)
    return folder


def made(downloads, data_dir, communities):
    said = []
    found = find_inputs(downloads, ["14"], nation=False, say=said.append, communities=communities)
    inputs = read_inputs(found, downloads, said.append, communities)
    build_official("small", inputs, ["14"], data_dir=data_dir, workers=0)
    return open_dataset("small", data_dir=data_dir), "\n".join(said)


@pytest.mark.parametrize(
    ("communities", "code", "name", "persons"),
    [
        ("schools", "B114201000001", "横須賀市・西小学校", 800),
        ("towns", "14203001001", "平塚市・東町", 1600),
    ],
)
def test_communities_and_potentials_from_files(communities, code, name, persons, downloads, tmp_path):
    small, told = made(downloads, tmp_path, communities)
    inside = small.fragments[small.fragments["in_area"]]
    assert inside.loc[inside["community_code"] == code, "population"].sum() == pytest.approx(persons)
    assert small.communities.set_index("code")["name_ja"][code] == name
    assert inside["population"].sum() == pytest.approx(3200)
    assert inside["small_hydro_kw"].sum() == pytest.approx(120.5)
    assert small.layer("renewable_potential").columns == ("small_hydro_kw",)
    assert "A27" in small.layer("communities").source or "町丁・字" in small.layer("communities").source
    assert "repos" not in {row["key"] for row in small.meta["missing"]}
    assert "renewable energy potentials (REPOS): 1 file(s)\n" in told
    assert "forest areas (A13), 2015: 1 file(s) (read by its reader, not used in figures" in told
    other = "school districts" if communities == "towns" else "small-area outlines"
    line = next(line for line in told.splitlines() if line.startswith("found") and other in line)
    assert "(not used: --communities" in line


def test_by_default_communities_stay_the_mesh(downloads, tmp_path):
    small, told = made(downloads, tmp_path, "mesh")
    assert small.meta["community_kind"]["en"] == "about 2 km square, a stand-in for communities"
    assert small.communities["code"].str.match(r"\d{8}5-14\d{3}$").all()
    assert "not used: --communities schools" in told


@pytest.mark.parametrize("communities", ["schools", "towns"])
def test_outlines_that_are_asked_for_but_not_there_are_refused(communities, tmp_path):
    write_n03(tmp_path)
    with pytest.raises(BuildError, match=f"--communities {communities}: no ") as caught:
        find_inputs(tmp_path, ["14"], nation=False, say=lambda _: None, communities=communities)
    assert caught.value.key == "build_communities"
