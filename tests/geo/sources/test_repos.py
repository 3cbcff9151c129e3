"""Renewable potentials (REPOS): fields by edition, twins counted once, unknown fields asked for."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import CRS, Geod

from geo.sources.reading import SourceError
from geo.sources.repos import read_repos
from tests.geo.sources.making import JGD2000, JGD2011, TOKYO, packed, shapefile

SQUARES = [shapely.box(139 + 0.005 * i, 35.4, 139.005 + 0.005 * i, 35.405) for i in range(3)]
KM2 = abs(Geod(ellps="GRS80").geometry_area_perimeter(SQUARES[0])[0]) / 1e6
POINTS = [shapely.Point(139 + 0.01 * i, 35.4) for i in range(3)]
REACHES = [shapely.LineString([(139 + 0.01 * i, 35.4), (139.005 + 0.01 * i, 35.41)]) for i in range(3)]
HYDRO = {"LINKID": 12, "HYDRO_IC": 10, "HYDRO_PG": 12, "CONST_COST": 8, "PREFECTURE": 10, "MUNIC_CODE": 5}


def potential(
    folder: Path,
    stem: str,
    outlines: Sequence[shapely.Geometry],
    fields: Mapping[str, int],
    rows: Sequence[Sequence[str]],
    prj: bytes = JGD2011,
) -> Path:
    return packed(folder / f"{stem}.zip", shapefile(stem, outlines, fields, rows, prj=prj))


def hydro(folder: Path, stem: str, outlines: Sequence[shapely.Geometry], links: str) -> Path:
    rows = [(link, str(100 * (place + 1)), str(500_000 * (place + 1)), "30", "神奈川県", "14382")
            for place, link in enumerate(links)]  # fmt: skip
    return potential(folder, stem, outlines[: len(links)], HYDRO, rows, JGD2000)


def refusal(*paths: Path, **options: object) -> dict[str, object]:
    with pytest.raises(SourceError) as caught:
        read_repos(paths, **options)
    return caught.value.params


def test_wind_capacity_is_area_times_the_stated_density(tmp_path):
    path = potential(tmp_path, "wind_land_i_s", SQUARES, {"gridcode": 5}, [("55",), ("54",), ("80",)])
    reading = read_repos([path])
    assert list(reading.table.columns) == ["kind", "capacity_kw", "energy_kwh_per_year", "geometry"]
    assert reading.table["kind"].tolist() == ["wind_land", "wind_land"]
    np.testing.assert_allclose(reading.table["capacity_kw"], 10_000 * KM2, rtol=1e-6)
    assert reading.table["energy_kwh_per_year"].isna().all()
    assert (reading.counts["derived"], reading.counts["below_threshold"]) == (2, 1)
    assert any("10,000 kW" in caveat for caveat in reading.provenance.caveats_en)
    assert reading.table.crs == "EPSG:6668"


def test_wind_at_sea_starts_at_more_wind_and_has_another_density(tmp_path):
    path = potential(tmp_path, "wind_sea_i_s", SQUARES, {"gridcode": 5}, [("64",), ("65",), ("100",)])
    table = read_repos([path]).table
    np.testing.assert_allclose(table["capacity_kw"], [8_000 * KM2] * 2, rtol=1e-6)


def test_geothermal_grid_code_is_a_density(tmp_path):
    path = potential(tmp_path, "geo_steam150_i_s", SQUARES[:2], {"gridcode": 6}, [("1500",), ("0",)])
    table = read_repos([path]).table
    assert table["kind"].tolist() == ["geothermal"] * 2
    np.testing.assert_allclose(table["capacity_kw"], [1500 * KM2, 0], rtol=1e-6)


def test_hydro_and_solar_of_2021_in_japanese_fields(tmp_path):
    river = potential(tmp_path, "water_river_i_s", REACHES[:2], {"設備容量": 10}, [("120.5",), ("",)])
    roofs = packed(
        tmp_path / "sunlight_building_i_s.zip",
        shapefile("sunlight_building_i_s", SQUARES[:1], {"発電電力量": 12}, [("250000",)])
        | shapefile("sunlight_building_i_s_sup", SQUARES[1:2], {"発電電力量": 12}, [("1000",)]),
    )
    table = read_repos([river, roofs]).table
    assert table["kind"].tolist() == ["solar", "solar", "small_hydro", "small_hydro"]
    np.testing.assert_array_equal(table["energy_kwh_per_year"], [250_000, 1000, np.nan, np.nan])
    np.testing.assert_array_equal(table["capacity_kw"], [np.nan, np.nan, 120.5, np.nan])
    assert table.geom_type.tolist() == ["Polygon", "Polygon", "LineString", "LineString"]


def test_reaches_given_as_points_and_lines_count_once(tmp_path):
    points = hydro(tmp_path, "R4_hydro_p", POINTS, "abc")
    lines = hydro(tmp_path, "R4_hydro_l", REACHES, "abc")
    for given in ([points, lines], [lines, points]):
        reading = read_repos(given)
        assert reading.table["kind"].tolist() == ["small_hydro"] * 3
        assert reading.table["capacity_kw"].tolist() == [100, 200, 300]
        assert reading.table["energy_kwh_per_year"].tolist() == [500_000, 1_000_000, 1_500_000]
        assert set(reading.table.geom_type) == {"Point"}
        assert reading.counts["twins"] == 3
        assert reading.provenance.year == "2022"
    assert read_repos([lines]).table["capacity_kw"].sum() == 600
    assert read_repos([points]).counts["twins"] == 0


def test_twins_in_one_zip_count_once(tmp_path):
    rows = [("a", "100", "5", "", "", ""), ("b", "200", "6", "", "", "")]
    members = shapefile("hydro_p", POINTS[:2], HYDRO, rows, prj=JGD2000) | shapefile(
        "hydro_l", REACHES[:2], HYDRO, rows, prj=JGD2000
    )
    assert read_repos([packed(tmp_path / "hydro.zip", members)]).table["capacity_kw"].tolist() == [100, 200]


def test_lines_with_reaches_that_the_points_lack_are_refused(tmp_path):
    found = refusal(hydro(tmp_path, "hydro_p", POINTS, "ab"), hydro(tmp_path, "hydro_l", REACHES, "abc"))
    assert found["found"] == "1 that are not there, the first c"


def test_unknown_fields_are_listed_and_asked_for(tmp_path):
    path = potential(
        tmp_path, "solar_2023", SQUARES[:2], {"MESH": 9, "CAP_KW": 8, "GEN_KWH": 10}, [("1", "7", "8"), ("2", "", "9")]
    )
    found = refusal(path)
    assert found["found"] == "the fields MESH, CAP_KW, GEN_KWH"
    assert "column_map" in found["remedy"]
    told = {"kind": "solar", "capacity_kw": "CAP_KW", "energy_kwh_per_year": "GEN_KWH"}
    reading = read_repos([path], told)
    np.testing.assert_array_equal(reading.table["capacity_kw"], [7, np.nan])
    assert reading.table["energy_kwh_per_year"].tolist() == [8, 9]
    assert reading.table["kind"].tolist() == ["solar"] * 2
    assert reading.provenance.year == "2023"
    assert refusal(path, column_map=told | {"capacity_kw": "CAPACITY"})["found"] == "the fields MESH, CAP_KW, GEN_KWH"


@pytest.mark.parametrize(
    "wrong", [{}, {"kind": "solar"}, {"kind": "sun", "capacity_kw": "A"}, {"capacity": "A"}]
)  # fmt: skip
def test_a_column_map_of_something_else_is_refused(tmp_path, wrong):
    assert "column_map" in refusal(tmp_path / "a.zip", column_map=wrong)["expected"]


@pytest.mark.parametrize("stem", ["wind_land_h_s", "sunlight_thermal_i_s", "geo_heat_i_s", "other"])
def test_maps_that_are_not_known_as_potentials_are_asked_for(tmp_path, stem):
    fields, rows = {"gridcode": 5, "設備容量": 8}, [("80", "10")]
    found = refusal(potential(tmp_path, stem, SQUARES[:1], fields, rows))
    assert found["found"] == f"a map called {stem}"
    assert "column_map" in found["remedy"]


def test_values_that_are_no_number_are_refused_with_their_row(tmp_path):
    path = potential(tmp_path, "water_river_i_s", REACHES[:2], {"設備容量": 10}, [("1",), ("-4",)])
    assert (refusal(path)["row"], refusal(path)["found"]) == ("2", "'-4'")
    path = potential(tmp_path, "wind_land_i_s", SQUARES[:2], {"gridcode": 5}, [("55",), ("",)])
    assert refusal(path)["found"] == "no figure"
    path = potential(tmp_path, "wind_land_i_s", POINTS[:1], {"gridcode": 5}, [("55",)])
    assert refusal(path)["found"] == "Point"
    path = potential(tmp_path, "sunlight_building_i_s", SQUARES[:1], {"gridcode": 5}, [("55",)])
    assert "wind and geothermal" in refusal(path)["found"]


def test_tokyo_datum_is_refused_and_utm_is_brought_home(tmp_path):
    path = potential(tmp_path, "water_river_i_s", REACHES[:1], {"設備容量": 10}, [("1",)], TOKYO)
    assert "EPSG:6668" in refusal(path)["expected"]
    utm = CRS.from_epsg(6691).to_wkt("WKT1_ESRI").encode()
    metres = [shapely.box(500_000, 3_900_000, 501_000, 3_901_000)]
    path = potential(tmp_path, "wind_land_i_s", metres, {"gridcode": 5}, [("60",)], utm)
    table = read_repos([path]).table
    # UTM's scale on its central meridian is 0.9996, in length.
    np.testing.assert_allclose(table["capacity_kw"], 10_000 / 0.9996**2, rtol=1e-5)
    assert table.geometry.iloc[0].centroid.x == pytest.approx(141, abs=0.01)


def test_nothing_to_read(tmp_path):
    assert "by municipality" in refusal(packed(tmp_path / "a.zip", {"table.csv": b"a"}))["remedy"]
