"""The elevation model's files: their grid, what they leave out, what they must not be."""

import io
import zipfile

import numpy as np
import pytest

from geo.sources.dem import INLAND_WATER, LAND, SEA, UNKNOWN, read_dem
from geo.sources.reading import SourceError
from tests.geo.dem_files import SOUTH, STEP, WEST, sheet_xml, tuples

NAME = "FG-GML-5339-45-dem10b-20161001.xml"
PLANE = tuples(np.arange(12))


def written(folder, text, name=NAME):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def zipped(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_values_run_from_the_north_west_eastwards(tmp_path):
    dem = read_dem([written(tmp_path, sheet_xml(PLANE))])
    assert dem.elevation_m.tolist() == np.arange(12).reshape(3, 4).tolist()
    assert dem.elevation_m.dtype == np.float32
    assert (dem.west, dem.north) == (pytest.approx(WEST, abs=1e-9), pytest.approx(SOUTH + 3 * STEP, abs=1e-9))
    assert (dem.step_lon, dem.step_lat) == (pytest.approx(STEP), pytest.approx(STEP))
    assert dem.bounds[1] == pytest.approx(SOUTH, abs=1e-9)
    assert dem.provenance.year == "2016"
    assert dem.files[0][0] == NAME


def test_values_left_out_before_the_start_and_at_the_end_are_unknown(tmp_path):
    dem = read_dem([written(tmp_path, sheet_xml(tuples([5, 6, 7]), start="2 1"))])
    expected = np.full((3, 4), np.nan)
    expected[1, 2:4] = 5, 6
    expected[2, 0] = 7
    np.testing.assert_array_equal(dem.elevation_m, expected)
    assert (dem.surface == UNKNOWN).sum() == 9


def test_a_sheet_without_any_value_is_all_unknown(tmp_path):
    assert np.isnan(read_dem([written(tmp_path, sheet_xml(""))]).elevation_m).all()


def test_sea_water_and_missing_data_are_kept_apart(tmp_path):
    told = "海水面,-9999.\n海水面,0.00\n内水面,-9999.\n内水面,12.5\n"
    told += " データなし,-9999.00\n地表面,-9999.\n表層面, 3.1\nその他,2"
    dem = read_dem([written(tmp_path, sheet_xml(told, rows=2))])
    kinds = [[SEA, SEA, INLAND_WATER, INLAND_WATER], [UNKNOWN, UNKNOWN, LAND, LAND]]
    assert dem.surface.tolist() == kinds
    np.testing.assert_array_equal(
        dem.elevation_m, np.array([[np.nan, np.nan, np.nan, 12.5], [np.nan, np.nan, 3.1, 2]], dtype=np.float32)
    )
    assert (dem.counts["sea"], dem.counts["unknown"]) == (2, 2)


def test_sheets_are_put_side_by_side_and_a_gap_between_them_is_unknown(tmp_path):
    first = written(tmp_path, sheet_xml(PLANE))
    second = written(tmp_path, sheet_xml(PLANE, west=WEST + 5 * STEP, south=SOUTH + 3 * STEP), "FG-GML-dem10b-b.xml")
    dem = read_dem([first, second])
    assert dem.elevation_m.shape == (6, 9)
    assert dem.elevation_m[:3, 5:].tolist() == np.arange(12).reshape(3, 4).tolist()
    assert dem.elevation_m[3:, :4].tolist() == np.arange(12).reshape(3, 4).tolist()
    assert (dem.surface == UNKNOWN).sum() == 54 - 24


def test_real_corners_in_nine_digits_meet_without_a_gap(tmp_path):
    """The 10 m model's sheet is 5′ × 7.5′; DEM5's 30″ × 45″."""
    steps = 0.2 / 3600
    paths = []
    for column in range(2):
        text = sheet_xml("", rows=150, columns=225, south=35 + 1 / 3, west=139.625 + column / 80, step=steps)
        paths.append(written(tmp_path, text, f"FG-GML-5339-45-0{column}-DEM5A-20161001.xml"))
    dem = read_dem(paths)
    assert dem.elevation_m.shape == (150, 450)
    assert dem.step_lon * 3600 == pytest.approx(0.2)


def test_the_order_of_files_does_not_matter_and_the_better_model_comes_first(tmp_path):
    b = written(tmp_path, sheet_xml(tuples(np.full(12, 2.0))), "FG-GML-5339-45-00-DEM5B-20200101.xml")
    old = written(tmp_path, sheet_xml(tuples(np.full(12, 3.0))), "FG-GML-5339-45-00-DEM5A-20100101.xml")
    new = written(tmp_path, sheet_xml(tuples([1.0] * 6 + [np.nan] * 6)), "FG-GML-5339-45-00-DEM5A-20200101.xml")
    for paths in ([b, old, new], [new, b, old]):
        dem = read_dem(paths)
        assert dem.elevation_m.ravel().tolist() == [1] * 6 + [3] * 6
        assert dem.counts["overlapped"] == 18
        assert dem.provenance.year == "2010–2020"


def test_zips_in_a_zip_are_read_as_downloaded(tmp_path):
    inner = zipped({NAME: sheet_xml(PLANE), "fmdid15-3101.xml": "<metadata/>", "README.txt": "…"})
    path = tmp_path / "PackDLMap.zip"
    path.write_bytes(zipped({"FG-GML-5339-45-DEM10B.zip": inner}))
    dem = read_dem([path])
    assert dem.counts["sheets"] == 1
    assert [name for name, _ in dem.files] == ["PackDLMap.zip"]


def test_a_sheet_of_nothing_but_sea_is_not_taken_for_a_bomb(tmp_path):
    path = tmp_path / "FG-GML-5339-44-DEM10B.zip"
    sea = "\n".join(["海水面,-9999."] * (750 * 1125))
    path.write_bytes(zipped({NAME: sheet_xml(sea, rows=750, columns=1125)}))
    assert (read_dem([path]).surface == SEA).all()


def test_shift_jis_and_jgd2000_are_read_and_the_latter_counted(tmp_path):
    text = sheet_xml(PLANE, srs="fguuid:jgd2000.bl", head='<?xml version="1.0" encoding="Shift_JIS"?>')
    path = tmp_path / NAME
    path.write_bytes(text.encode("cp932"))
    dem = read_dem([path])
    assert dem.elevation_m[2, 3] == 11
    assert dem.counts["jgd2000"] == 1
    assert any("JGD2000" in line for line in dem.provenance.caveats_en)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (sheet_xml(PLANE, srs="fguuid:tokyo.bl"), "fguuid:tokyo.bl"),
        (sheet_xml(PLANE, srs=""), "no srsName"),
        (sheet_xml(PLANE, order="+x+y"), r"\+x\+y"),
        (sheet_xml(PLANE, south=139.0, west=35.0), "139"),
        (sheet_xml(tuples(np.arange(13))), "13 from cell 0"),
        (sheet_xml(PLANE, start="1 0"), "12 from cell 1"),
        (sheet_xml(PLANE, start="-1 0"), "from cell -1"),
        (sheet_xml("地表面,1\n空,2"), "row 2.*'空'"),
        (sheet_xml("地表面,1\n地表面,high"), "row 2.*'high'"),
        (sheet_xml("地表面,1\n地表面"), "row 2"),
        (sheet_xml("地表面,1\n地表面,12000"), "row 2.*12000"),
        (sheet_xml(PLANE, west=WEST + STEP / 2), "cells"),
        (sheet_xml(PLANE, rows=10**6, columns=10**6, step=1e-9), "1000000"),
        (sheet_xml(PLANE).replace("gml:lowerCorner", "gml:corner"), "no <lowerCorner>"),
        (sheet_xml(PLANE).replace("<gml:high>3 2", "<gml:high>3"), "'?3"),
        (sheet_xml(PLANE)[:900], "no element found|unclosed|XML"),
        ("<html>Please log in</html>", "no <lowerCorner>"),
    ],
)
def test_what_cannot_be_used_is_refused_with_file_member_and_what_was_found(tmp_path, text, found):
    with pytest.raises(SourceError, match=found) as caught:
        read_dem([written(tmp_path, text)])
    assert caught.value.params["file"] == NAME
    assert caught.value.params["expected"]
    assert caught.value.params["remedy"]


def test_a_document_type_that_draws_in_another_file_is_refused_and_nothing_is_read(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("地表面,1")
    head = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY s SYSTEM "{secret.as_uri()}">]>'
    with pytest.raises(SourceError, match="document type"):
        read_dem([written(tmp_path, sheet_xml("&s;", head=head))])


def test_entities_that_swell_are_refused(tmp_path):
    head = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    with pytest.raises(SourceError, match="document type"):
        read_dem([written(tmp_path, sheet_xml("&b;", head=head))])


def test_cells_of_two_sizes_are_refused(tmp_path):
    ten = written(tmp_path, sheet_xml(PLANE))
    five = written(tmp_path, sheet_xml(PLANE, step=STEP / 2), "FG-GML-5339-45-00-DEM5A-20161001.xml")
    with pytest.raises(SourceError, match=r"0\.[24]″"):
        read_dem([ten, five])


def test_sheets_too_far_apart_are_refused(tmp_path):
    near = written(tmp_path, sheet_xml(PLANE))
    far = written(tmp_path, sheet_xml(PLANE, south=24 + 1 / 3, west=123.75), "FG-GML-3623-dem10b-20161001.xml")
    with pytest.raises(SourceError, match="remote islands"):
        read_dem([near, far])


def test_a_folder_without_elevation_is_refused(tmp_path):
    (tmp_path / "note.txt").write_text("nothing")
    with pytest.raises(SourceError, match="found none"):
        read_dem([tmp_path])
