"""A meeting as one file: what goes out comes back, and nothing goes out that lets anybody in."""

import io
import zipfile
from dataclasses import replace

import geopandas as gpd
import pyogrio
import pytest
from hypothesis import given, settings

from geo.meeting_file import meeting_zip, read_meeting_zip
from tests.geo.meeting_file.meeting_world import CHANGED, MOMENT, SCENARIOS, a_meeting, a_scenario, meetings


def members_of(raw):
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_meeting_comes_back_as_it_went_out():
    raw = meeting_zip(a_meeting(), SCENARIOS)
    found = read_meeting_zip(raw, file="a.zip")
    assert (found.meeting, found.scenarios, found.file) == (a_meeting(), SCENARIOS, "a.zip")


@given(meetings())
@settings(max_examples=20)
def test_any_meeting_comes_back_and_goes_out_alike(drawn):
    meeting, saved = drawn
    raw = meeting_zip(meeting, saved)
    found = read_meeting_zip(raw, file="a.zip")
    assert found.meeting == meeting
    assert set(found.scenarios) <= set(saved)
    assert meeting_zip(found.meeting, found.scenarios) == raw


def test_the_same_meeting_gives_the_same_bytes():
    assert meeting_zip(a_meeting(), SCENARIOS) == meeting_zip(a_meeting(), SCENARIOS[::-1])


def test_the_clock_is_not_in_the_bytes():
    made = []
    for moment in ("2001-02-03T04:05:06.000Z", "2031-12-03T14:15:16.789Z"):
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": moment})
        try:
            made.append(meeting_zip(a_meeting(), SCENARIOS))
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    assert made[0] == made[1]


@pytest.mark.parametrize("changed_at", ["", "0001-01-01T00:00:00+09:00", "9999-12-31T23:59:59-09:00"])
def test_a_time_that_no_calendar_has_in_utc_goes_out_all_the_same(changed_at):
    meeting = a_meeting(changed_at=changed_at)
    assert read_meeting_zip(meeting_zip(meeting, ()), file="a.zip").meeting == meeting


def test_only_the_scenarios_that_the_meeting_names_go_with_it():
    other = a_scenario("scen00000009", "別の案")
    raw = meeting_zip(a_meeting(), (*SCENARIOS, other))
    assert set(members_of(raw)) == {
        "meeting.toml",
        "notes.gpkg",
        "scenarios/scen00000001.toml",
        "scenarios/scen00000002.toml",
    }


def test_a_scenario_that_was_removed_since_is_simply_not_there():
    found = read_meeting_zip(meeting_zip(a_meeting(), ()), file="a.zip")
    assert (found.scenarios, found.meeting) == ((), a_meeting())


def test_what_was_drawn_opens_in_any_gis(tmp_path):
    path = tmp_path / "notes.gpkg"
    path.write_bytes(members_of(meeting_zip(a_meeting(), ()))["notes.gpkg"])
    pins, lines, areas = (gpd.read_file(path, layer=layer) for layer in ("pins", "lines", "areas"))
    assert {layer.crs.to_epsg() for layer in (pins, lines, areas)} == {6668}
    row = {
        "key": "note00000001",
        "number": 1,
        "agenda": "屋根",
        "words": "ここの屋根",
        "author": "佐藤",
        "made_at": MOMENT,
    }
    assert pins.drop(columns="geometry").to_dict("records") == [row]
    assert pins.geometry.iloc[0].wkt == "POINT (139.4 35.3)"
    assert lines.geometry.iloc[0].wkt == "LINESTRING (139.1 35.1, 139.2 35.2)"
    assert areas.geometry.iloc[0].wkt == "POLYGON ((139 35, 139.1 35, 139 35.1, 139 35))"


def test_a_meeting_without_drawings_has_the_three_layers_all_the_same(tmp_path):
    path = tmp_path / "notes.gpkg"
    path.write_bytes(members_of(meeting_zip(a_meeting(notes=()), ()))["notes.gpkg"])
    assert {len(gpd.read_file(path, layer=layer)) for layer in ("pins", "lines", "areas")} == {0}
    assert read_meeting_zip(meeting_zip(a_meeting(notes=()), ()), file="a.zip").meeting.notes == ()


def test_an_area_whose_last_point_is_its_first_keeps_both():
    ring = ((139.0, 35.0), (139.1, 35.0), (139.0, 35.1), (139.0, 35.0))
    note = replace(a_meeting().notes[3], points=ring)
    meeting = a_meeting(notes=(note,))
    assert read_meeting_zip(meeting_zip(meeting, ()), file="a.zip").meeting.notes[0].points == ring


def test_the_drawings_file_says_the_meetings_own_time():
    content = members_of(meeting_zip(a_meeting(changed_at=CHANGED), ()))["notes.gpkg"]
    assert content.count(b"2026-11-20T02:00:00.000Z") == 3
