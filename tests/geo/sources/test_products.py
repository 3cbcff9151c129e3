"""Downloads are known by their names: what is there, what is missing, what is not used and why."""

import zipfile

import pytest

from geo.sources.product_names import CENSUS_TABLES, editions_ja, name_of, year_told
from geo.sources.products import PRODUCTS, find_products
from layers.messages import LANGUAGES


@pytest.fixture
def folder(tmp_path):
    def touch(*names):
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"not looked at")
        return tmp_path

    return touch


def names(found, key):
    return [path.name for path in found.paths(key)]


def ignored(found):
    return {one.path.name: one.reason_en for one in found.ignored}


@pytest.mark.parametrize(
    ("name", "product", "edition", "regions"),
    [
        ("N03-20240101_14_GML.zip", "n03", "2024-01-01", ("14",)),
        ("N03-20250101_GML.zip", "n03", "2025-01-01", None),
        ("N03-20240101_14.geojson", "n03", "2024-01-01", ("14",)),
        ("N03-20_200101.shp", "n03", "2020-01-01", None),
        ("N03-22_14_220101.shp", "n03", "2022-01-01", ("14",)),
        ("N03-120331_14_GML.zip", "n03", "2012-03-31", ("14",)),
        ("N03-200101_14_GML.zip", "n03", "1920-01-01", ("14",)),
        ("s0010_N03-21_14_210101.json", "n03", "2021-01-01", ("14",)),
        ("N03-20240101_53_GML.zip", "n03", "2024-01-01", ("08", "09", "10", "11", "12", "13", "14", "19", "20")),
        ("W12-52A-14-01.0a_GML.zip", "w12", "1977-2", ("14",)),
        ("W12-52A-14-01.1_GML.zip", "w12", "1977-0", ("14",)),
        ("W12-52A-2K-14_WatershedBoundary.shp", "w12", "1977-2", ("14",)),
        ("W12-52A_45_WatershedBoundary.shp", "w12", "1977-1", ("45",)),
        ("W07-09_5339-jgd_GML.zip", "w07", "2009", ("5339",)),
        ("W07-09_5339-jgd_ValleyMesh.shp", "w07", "2009", ("5339",)),
        ("L03-b-21_5339-jgd2011_GML.zip", "l03b", "2021", ("5339",)),
        ("L03-b-16_5339-jgd_GML.zip", "l03b", "2016", ("5339",)),
        ("L03-b-14_5339.zip", "l03b", "2014", ("5339",)),
        ("L03-b-21_5339.shp", "l03b", "2021", ("5339",)),
        ("A13-15_14_GML.zip", "a13", "2015", ("14",)),
        ("A45-19_14_GML.zip", "a45", "2019", ("14",)),
        ("A27-21_14_GML.zip", "school_districts", "2021", ("14",)),
        ("A27-10_14-g_SchoolDistrict.shp", "school_districts", "2010", ("14",)),
        ("tblT001141H5339.zip", "census_mesh", "2020/1/0500/4", ("5339",)),
        ("tblT001140S14.txt", "census_mesh", "2020/1/1000/2", ("14",)),
        ("A002005212020DDSWC14-JGD2011.zip", "small_areas", "2020/jgd2011", ("14",)),
        ("A002005212020DDSWC14201-JGD2011.zip", "small_areas", "2020/jgd2011", ("14201",)),
        ("r2ka14.shp", "small_areas", "2020", ("14",)),
        ("h27ka14.shp", "small_areas", "2015", ("14",)),
        ("FG-GML-5339-45-DEM10B.zip", "dem", "", ("5339-45-dem10b",)),
        ("FG-GML-5339-45-00-DEM5A-20161001.xml", "dem", "", ("5339-45-00-dem5a",)),
        ("FG-GML-533945-DEM10B-20161001.zip", "dem", "", ("533945-dem10b",)),
        ("wind_land_i_s.zip", "repos", "", ("wind_land_i_s",)),
        ("water_river_i_s.shp", "repos", "", ("water_river_i_s",)),
    ],
)
def test_an_official_name_is_known(name, product, edition, regions):
    named = name_of(name)
    assert named is not None
    assert (named.product, named.edition, named.refused_en) == (product, edition, "")
    assert named.regions == (regions or tuple(f"{number:02d}" for number in range(1, 48)))
    assert name_of(name.upper()).product == product


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("L03-b-21_5339-tky_GML.zip", "Tokyo's datum"),
        ("L03-b-76_5339_GML.zip", "Tokyo's datum"),
        ("W07-09_5339-tky_GML.zip", "Tokyo's datum"),
        ("N03-20240101_prefecture.shp", "not the municipalities'"),
        ("A002005212020XYSWC14.zip", "plane coordinates"),
        ("tblT001082C14.txt", "a table of small areas"),
        ("tblT009999H5339.txt", "an unknown table, T009999"),
    ],
)
def test_a_known_file_that_cannot_be_used_says_why(name, reason):
    named = name_of(name)
    assert reason in named.refused_en
    assert named.refused_ja


@pytest.mark.parametrize(
    "name", ["KS-META-N03-20240101_14.xml", "readme.txt", "W05-08_14_GML.zip", "AN03-21_14.zip", "geo_notes.txt", ""]
)
def test_any_other_name_is_none(name):
    assert name_of(name) is None


def test_the_year_of_a_product_is_told_by_the_first_of_its_names():
    named = ("readme.txt", "W12-52A-2K-14.zip", "N03-20240101_14_GML/N03-20240101_14.shp", "N03-20230101_14_GML.zip")
    assert year_told("n03", *named) == "2024"
    assert year_told("n03", *named[:2]) == ""
    assert editions_ja(["2023", "2024"]) == "2023年・2024年"
    assert editions_ja([]) == "版不明"


def test_the_folder_of_a_prefecture(folder):
    found = find_products(
        folder(
            "N03-20240101_14_GML.zip",
            "N03-20240101_13_GML.zip",
            "W12-52A-14-01.0a_GML.zip",
            "land/L03-b-21_5339-jgd2011_GML.zip",
            "land/L03-b-21_5338-jgd2011_GML.zip",
            "fetched.toml",
            "notes.txt",
        ),
        ["14"],
    )
    assert list(found.there) == ["n03", "w12", "l03b"]
    assert names(found, "n03") == ["N03-20240101_13_GML.zip", "N03-20240101_14_GML.zip"]
    assert names(found, "l03b") == ["L03-b-21_5338-jgd2011_GML.zip", "L03-b-21_5339-jgd2011_GML.zip"]
    assert found.there["n03"].edition == "2024"
    assert found.there["n03"].regions == ("13", "14")
    assert found.there["n03"].lacking == ()
    assert found.paths("a13") == ()
    assert ignored(found) == {"notes.txt": "not the name of a known product"}
    assert [product.key for product in found.missing] == [key for key in PRODUCTS if key not in found.there]
    rows = found.missing_rows()
    assert [row["key"] for row in rows] == [product.key for product in found.missing]
    assert all(set(row) == {"key", "title_ja", "title_en", "lacks_ja", "lacks_en"} for row in rows)
    assert all(row.values() for row in rows)


def test_an_empty_folder_misses_everything_and_one_that_is_not_there_is_refused(tmp_path, refused):
    found = find_products(tmp_path, ["14"])
    assert found.there == {}
    assert found.missing == tuple(PRODUCTS.values())
    assert [product.key for product in found.missing if product.is_required] == ["n03"]
    refused(find_products, tmp_path / "absent", ["14"], match="a folder of downloads")


def test_the_newest_edition_that_covers_the_area_is_taken(folder):
    path = folder("N03-20240101_14_GML.zip", "N03-20250101_13_GML.zip", "N03-20230101_14_GML.zip")
    found = find_products(path, ["14"])
    assert names(found, "n03") == ["N03-20240101_14_GML.zip"]
    assert ignored(found) == dict.fromkeys(
        ["N03-20230101_14_GML.zip", "N03-20250101_13_GML.zip"], "another edition (the one used is 2024)"
    )
    assert names(find_products(path, ["13"]), "n03") == ["N03-20250101_13_GML.zip"]
    both = find_products(path, ["13", "14"])
    assert names(both, "n03") == ["N03-20250101_13_GML.zip"]
    assert both.there["n03"].lacking == ("14",)
    row = next(row for row in both.missing_rows() if row["key"] == "n03")
    assert row["lacks_ja"].endswith("（神奈川県）")
    assert row["lacks_en"].endswith("(Kanagawa)")


def test_the_nations_file_covers_the_prefectures(folder):
    found = find_products(folder("N03-20240101_GML.zip", "N03-20240101_14_GML.zip"), nation=True)
    assert names(found, "n03") == ["N03-20240101_GML.zip"]
    assert found.there["n03"].lacking == ()
    assert len(found.there["n03"].regions) == 47
    unpacked = find_products(folder("plain/N03-20250101.shp", "plain/N03-20250101_14.shp"), nation=True)
    assert names(unpacked, "n03") == ["N03-20250101.shp"]
    less = find_products(folder("A13-15_14_GML.zip"), nation=True)
    assert len(less.there["a13"].lacking) == 46


def test_the_edition_on_the_newer_datum_goes_before_the_other(folder):
    found = find_products(folder("W12-52A-14-01.1_GML.zip", "W12-52A-14-01.0a_GML.zip"), ["14"])
    assert names(found, "w12") == ["W12-52A-14-01.0a_GML.zip"]
    assert found.there["w12"].edition == "1977"
    assert "another edition of that year" in ignored(found)["W12-52A-14-01.1_GML.zip"]


def test_what_was_unpacked_beside_its_archive_counts_once(folder):
    found = find_products(
        folder(
            "A13-15_14_GML.zip",
            "A13-15_14_GML/a001140020160207.shp",
            "A13-15_14_GML/a001140020160207.dbf",
            "N03-20240101_14_GML/N03-20240101_14.shp",
            "N03-20240101_14_GML/N03-20240101_14.geojson",
            "N03-20240101_14_GML/KS-META-N03-20240101_14.xml",
        ),
        ["14"],
    )
    assert names(found, "a13") == ["A13-15_14_GML.zip"]
    assert names(found, "n03") == ["N03-20240101_14.shp"]
    assert ignored(found) == dict.fromkeys(
        ["a001140020160207.shp", "N03-20240101_14.geojson"], "the same is in another file"
    )


def test_a_layer_with_a_name_of_its_own_is_known_by_its_folder(folder):
    found = find_products(folder("A13-15_21_GML/a001210020160207.shp"), ["21"])
    assert names(found, "a13") == ["a001210020160207.shp"]


def test_a_zip_whose_name_says_nothing_is_known_by_its_members(tmp_path):
    for name, member in (("download (1).zip", "GML/W12-52A-2K-14_WatershedBoundary.shp"), ("other.zip", "a.txt")):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(member, b"")
    (tmp_path / "broken.zip").write_bytes(b"PK")
    found = find_products(tmp_path, ["14"])
    assert names(found, "w12") == ["download (1).zip"]
    assert set(ignored(found)) == {"other.zip", "broken.zip"}


def test_land_use_is_taken_as_vectors_before_the_raster_and_in_one_vintage(folder):
    found = find_products(
        folder(
            "L03-b-14_5339.zip",
            "L03-b-14_5339-jgd_GML.zip",
            "L03-b-09_5339-jgd_GML.zip",
            "L03-b-14_5339-tky_GML.zip",
            "L03-b-76_5339_GML.zip",
        ),
        ["14"],
    )
    assert names(found, "l03b") == ["L03-b-14_5339-jgd_GML.zip"]
    reasons = ignored(found)
    assert "Tokyo's datum" in reasons["L03-b-76_5339_GML.zip"]
    assert "Tokyo's datum" in reasons["L03-b-14_5339-tky_GML.zip"]


def test_the_censuses_are_told_apart_by_year_and_cell(folder):
    found = find_products(
        folder(
            "tblT001140S5339.txt",
            "tblT001140S5338.txt",
            "tblT001141H5339.txt",
            "tblT001100S5339.txt",
            "tblT000846S5339.txt",
            "tblT000387H5339.txt",
            "tblT001082C14.txt",
        ),
        ["14"],
    )
    assert names(found, "census_mesh") == ["tblT001140S5338.txt", "tblT001140S5339.txt"]
    assert names(found, "census_mesh_2015") == ["tblT000846S5339.txt"]
    assert found.there["census_mesh"].edition == "2020"
    assert "census_mesh_2010" in [product.key for product in found.missing]
    assert set(ignored(found)) == {
        "tblT001141H5339.txt",
        "tblT001100S5339.txt",
        "tblT000387H5339.txt",
        "tblT001082C14.txt",
    }


def test_the_cells_of_which_more_tiles_are_there_are_taken(folder):
    found = find_products(folder("tblT001140S5339.txt", "tblT001141H5339.txt", "tblT001141H5338.txt"), ["14"])
    assert names(found, "census_mesh") == ["tblT001141H5338.txt", "tblT001141H5339.txt"]


@pytest.mark.parametrize(
    ("asked", "taken"),
    [(["14"], ["tblT001140S14.txt"]), (["13", "14"], ["tblT001140S5338.txt", "tblT001140S5339.txt"])],
)
def test_files_by_prefecture_and_by_mesh_are_never_mixed(folder, asked, taken):
    """They hold the same cells: together every inhabitant would count twice."""
    found = find_products(folder("tblT001140S14.txt", "tblT001140S5339.txt", "tblT001140S5338.txt"), asked)
    assert names(found, "census_mesh") == taken


def test_small_areas_by_municipality_are_all_taken(folder):
    found = find_products(folder("A002005212020DDSWC14201-JGD2011.zip", "A002005212020DDSWC14204-JGD2011.zip"), ["14"])
    assert len(found.paths("small_areas")) == 2
    assert found.there["small_areas"].lacking == ()
    found = find_products(folder("A002005212020DDSWC14-JGD2011.zip", "A002005212020DDSWC14.zip"), ["14"])
    assert names(found, "small_areas") == ["A002005212020DDSWC14-JGD2011.zip"]


def test_old_school_districts_keep_their_layers(folder):
    found = find_products(folder("A27-10_14-g_PublicElementarySchool.shp", "A27-10_14-g_SchoolDistrict.shp"), ["14"])
    assert len(found.paths("school_districts")) == 2


def test_an_elevation_tile_is_taken_in_its_latest_edition(folder):
    found = find_products(
        folder(
            "FG-GML-5339-45-dem10b-20090201.xml",
            "FG-GML-5339-45-dem10b-20161001.xml",
            "FG-GML-5339-46-dem10b-20161001.xml",
            "PackDLMap.zip",
        ),
        ["14"],
    )
    assert names(found, "dem") == [
        "FG-GML-5339-45-dem10b-20161001.xml",
        "FG-GML-5339-46-dem10b-20161001.xml",
        "PackDLMap.zip",
    ]


def test_potentials_are_taken_once_each(folder):
    found = find_products(folder("wind_land_i_s.zip", "wind_land_i_s/wind_land_i_s.shp", "water_river_i_s.zip"), ["14"])
    assert names(found, "repos") == ["water_river_i_s.zip", "wind_land_i_s.zip"]
    assert found.there["repos"].regions == ()


def test_the_listing_is_the_same_whatever_order_the_folder_has(folder):
    path = folder("N03-20240101_14_GML.zip", "b/N03-20240101_14_GML.zip", "a/W12-52A-14-01.0a_GML.zip")
    found = find_products(path, ["14"])
    assert [one.relative_to(path).as_posix() for one in found.paths("n03")] == ["N03-20240101_14_GML.zip"]
    assert find_products(path, ["14"]) == found


def test_every_product_says_in_both_languages_what_is_lost_without_it():
    for product in PRODUCTS.values():
        for language in LANGUAGES:
            assert getattr(product, f"title_{language}")
            assert getattr(product, f"lacks_{language}")


def test_the_census_tables_have_one_year_and_size_each():
    assert all(1995 <= year <= 2020 and side in (1000, 500, 250) for year, side, _ in CENSUS_TABLES.values())


def test_the_real_extracts_are_recognised(official):
    found = find_products(official, ["14"])
    assert list(found.there) == ["n03"]
    assert len(found.paths("n03")) == 4
    assert ignored(found) == {"towns_kanagawa.csv": "not the name of a known product"}
