"""Files of a meeting that cannot be: each is refused with the part, the place, what was expected and what was found."""

import contextlib
import io
import sqlite3
import struct
import warnings
import zipfile
from dataclasses import replace

import geopandas as gpd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.meeting import MeetingError
from geo.meeting_file import meeting_zip, read_meeting_zip
from geo.meeting_file.archive import LARGEST_UNPACKED_BYTES, LARGEST_ZIP_BYTES, MOST_MEMBERS
from layers.messages import LANGUAGES, catalogue, error_text
from tests.geo.meeting_file.meeting_world import SCENARIOS, a_meeting
from tests.geo.meeting_file.test_meeting_file import members_of

GOOD = meeting_zip(a_meeting(), SCENARIOS)
PARTS = members_of(GOOD)
TEXT = PARTS["meeting.toml"].decode()
SCENARIO = "scenarios/scen00000001.toml"


def zipped(members, *, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    # One name twice is what some tests are about.
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", method) as archive:
        warnings.simplefilter("ignore")
        for name, content in members.items() if isinstance(members, dict) else members:
            archive.writestr(name, content)
    return buffer.getvalue()


def refused(raw):
    with pytest.raises(MeetingError) as caught:
        read_meeting_zip(raw, file="a.zip")
    error = caught.value
    assert f"errors.{error.key}" in catalogue()
    for lang in LANGUAGES:
        said = error_text(error, lang)
        assert "a.zip" in said
        assert said != str(error), f"{error.key} lacks what its words name: {error.params}"
    return error


def with_text(old, new):
    assert TEXT.count(old) >= 1
    return zipped(PARTS | {"meeting.toml": TEXT.replace(old, new, 1).encode()})


def with_flag(raw, bits):
    """Set flags of the first member, in its own head and in the zip's list."""
    at = raw.index(b"PK\x01\x02")
    raw = raw[:6] + struct.pack("<H", bits) + raw[8:]
    return raw[: at + 8] + struct.pack("<H", bits) + raw[at + 10 :]


ZIPS = {
    "nothing": (b"", "zip"),
    "text": (b"meguri_meeting = 1", "zip"),
    "too large": (b"PK\x03\x04" + bytes(LARGEST_ZIP_BYTES), "size"),
    "behind another file": (b"GIF89a" + GOOD, "zip"),
    "cut off": (GOOD[: len(GOOD) // 2], "zip"),
    "other name": (zipped(PARTS | {"readme.txt": b""}), "name"),
    "way out": (zipped(PARTS | {"scenarios/../../aaaaaaaaaaaa.toml": b""}), "name"),
    "absolute": (zipped(PARTS | {"/meeting.toml": b""}), "name"),
    "other folder": (zipped(PARTS | {"x/meeting.toml": b""}), "name"),
    "letter case": (zipped(PARTS | {"Meeting.toml": b""}), "name"),
    "folder": (zipped(PARTS | {"scenarios/": b""}), "name"),
    "twice": (zipped([*PARTS.items(), ("meeting.toml", b"")]), "twice"),
    "password": (with_flag(GOOD, 1), "locked"),
    "bzip2": (zipped(PARTS, method=zipfile.ZIP_BZIP2), "locked"),
    "lzma": (zipped(PARTS, method=zipfile.ZIP_LZMA), "locked"),
    "bomb": (zipped(PARTS | {"meeting.toml": bytes(LARGEST_UNPACKED_BYTES + 1)}), "unpacked"),
    "many": (zipped({f"scenarios/{number:012d}.toml": b"" for number in range(MOST_MEMBERS + 1)}), "members"),
    "no meeting": (zipped({name: PARTS[name] for name in PARTS if name != "meeting.toml"}), "missing"),
    "no drawings": (zipped({name: PARTS[name] for name in PARTS if name != "notes.gpkg"}), "missing"),
    "scenario nobody names": (zipped(PARTS | {"scenarios/aaaaaaaaaaaa.toml": PARTS[SCENARIO]}), "unnamed"),
}


@pytest.mark.parametrize("case", ZIPS)
def test_a_zip_that_is_no_meeting_s_file(case):
    raw, key = ZIPS[case]
    assert refused(raw).key == f"meeting_file_{key}"


def test_a_name_is_taken_whole_where_it_holds_a_nul():
    raw = zipped(PARTS | {"meeting.toml.exe.txt": b""}).replace(b"meeting.toml.exe.txt", b"scenarios/\x00abcd.exe.")
    assert refused(raw).key in ("meeting_file_name", "meeting_file_zip")


def test_a_member_never_gives_more_than_was_checked():
    # The list says 10 bytes; the packed bytes would give 70 MB.
    raw = zipped(PARTS | {SCENARIO: bytes(70_000_000)})
    at = raw.rindex(b"PK\x01\x02", 0, raw.rindex(SCENARIO.encode()))
    assert struct.unpack("<I", raw[at + 24 : at + 28]) == (70_000_000,)
    assert refused(raw[: at + 24] + struct.pack("<I", 10) + raw[at + 28 :]).key == "meeting_file_zip"


# What is written for what, and the key, place and field of the refusal.
FIELDS = {
    "version": ("meguri_meeting = 1", "meguri_meeting = 2", "format", None, None),
    "no version": ("meguri_meeting = 1", "", "format", None, None),
    "version as text": ("meguri_meeting = 1", 'meguri_meeting = "1"', "field", "—", "meguri_meeting"),
    "not TOML": ("[agenda.query]", "[agenda.query", "toml", None, None),
    "brackets": ("meguri_meeting = 1", f"x = {'[' * 5_000}", "toml", None, None),
    "endless key": ("meguri_meeting = 1", ".".join(["a"] * 100_000) + " = 1", "toml", None, None),
    "endless quoted key": ("meguri_meeting = 1", " . ".join(["'a b'"] * 100_000) + " = 1", "toml", None, None),
    "missing": ("is_open = true\n", "", "lacks", "—", "is_open"),
    "missing in a note": ('author = "佐藤"\n', "", "lacks", "notes[1]", "author"),
    "unknown": ("is_open = true", "is_open = true\njoin_code = 'x'", "unknown", "—", "join_code"),
    "unknown in hands": ("count = 7", "count = 7, of = 9", "unknown", "hands[1].counts[1]", "of"),
    "title": ('title = "屋根と森の会議"', "title = 3", "field", "—", "title"),
    "title of two lines": ('title = "屋根と森の会議"', 'title = "a\\nb"', "field", "—", "title"),
    "no title": ('title = "屋根と森の会議"', 'title = " "', "field", "—", "title"),
    "long words": ("一行目", "一" * 4_001, "field", "notes[2]", "words"),
    "words": ("一行目", "一" * 1_001, "field", "notes[2]", "words"),
    "control": ("一行目", "一\\u0007", "field", "notes[2]", "words"),
    "area": ('area = "kanagawa"', 'area = "../etc"', "field", "—", "area"),
    "hash": ('dataset_hash = "0f', 'dataset_hash = "zz', "field", "—", "dataset_hash"),
    "current": ('current = "item00000002"', 'current = "item00000009"', "field", "—", "current"),
    "open": ("is_open = true", "is_open = 1", "field", "—", "is_open"),
    "time": ('changed_at = "2026', 'changed_at = "yesterday 2026', "field", "—", "changed_at"),
    "zone": ('made_at = "2026-11-20T01:02:03.000004+00:00"', 'made_at = "2026-11-20"', "field", "—", "made_at"),
    "a date of TOML": ('made_at = "2026-11-20T01:02:03.000004+00:00"', "made_at = 2026-11-20", "field", "—", "made_at"),
    "key": ('key = "item00000001"', 'key = "ITEM"', "field", "agenda[1]", "key"),
    "key of the meeting": ('key = "meet00000001"', 'key = "../../x"', "field", "—", "key"),
    "key twice": ('key = "note00000005"', 'key = "note00000002"', "field", "—", "notes"),
    "kind of a view": ('kind = "ladder"', 'kind = "film"', "field", "agenda[1]", "kind"),
    "options": ('options = [\n    "半分",', "options = [\n    1,", "field", "agenda[1]", "options"),
    "options twice": ('"全部",\n]', '"半分",\n]', "field", "agenda[1]", "options"),
    "rows": ("[[hands]]", "[[hand]]", "field", "—", "hands"),
    "query": ('view = "35.4,139.4,10"', "view = 35.4", "field", "agenda[2].query", "view"),
    "name in a query": ('view = "35.4,139.4,10"', '"<b>" = "1"', "field", "agenda[2]", "query"),
    "number": ("number = 1", "number = 1.5", "field", "notes[1]", "number"),
    "number 0": ("number = 1", "number = 0", "field", "notes[1]", "number"),
    "number twice": ("number = 3", "number = 2", "field", "notes[3]", "number"),
    "huge number": ("number = 6", f"number = 0x{'f' * 9_000}", "field", "notes[5]", "number"),
    "item of a note": ('item = "item00000001"\nkind = "agreed"', 'item = "aaaaaaaaaaaa"\nkind = "agreed"', *(
        "field", "notes[5]", "item")),
    "hands without an item": ('item = "item00000001"\nscenario', 'item = ""\nscenario', "field", "hands[1]", "item"),
    "fewer than none": ("count = 7", "count = -1", "field", "hands[1].counts[1]", "count"),
    "true hands": ("count = 7", "count = true", "field", "hands[1].counts[1]", "count"),
    "more than can be": ("count = 7", "count = 100_001", "field", "hands[1]", "counts"),
    "scenario": ('scenario = "scen00000001"\nscenario_name', 'scenario = "a b"\nscenario_name', *(
        "field", "hands[1]", "scenario")),
    "drawn without an outline": ('kind = "comment"', 'kind = "pin"', "apart", "notes[2]", "key"),
    "outline without a note": ('kind = "pin"', 'kind = "comment"', "apart", "pins", "key"),
    "other words": ("ここの屋根", "あそこの屋根", "apart", "notes[1]", "words"),
    "other number": ("number = 3", "number = 4", "apart", "notes[3]", "number"),
    "other title": ('title = "屋根"', 'title = "壁"', "apart", "notes[1]", "agenda"),
}  # fmt: skip


@pytest.mark.parametrize("case", FIELDS)
def test_a_field_that_cannot_be_is_named_with_its_table(case):
    old, new, key, where, field = FIELDS[case]
    error = refused(with_text(old, new))
    assert (error.key, error.params.get("where"), error.params.get("field")) == (f"meeting_file_{key}", where, field)


def test_more_notes_than_a_meeting_holds():
    note = a_meeting().notes[1]
    notes = tuple(replace(note, key=f"{number:012d}", number=number) for number in range(1, 2_002))
    error = refused(meeting_zip(a_meeting(notes=notes), ()))
    assert (error.key, error.params["field"], error.params["found"]) == ("meeting_file_field", "notes", "2001")


def test_what_is_found_is_cut_short_and_shown_as_one_line():
    error = refused(with_text('current = "item00000002"', f'current = "\\n\\u202e{"x" * 3_000}"'))
    assert error.params["found"] == "x" * 60 + "…"


def with_scenario(old, new):
    assert old in PARTS[SCENARIO].decode()
    return zipped(PARTS | {SCENARIO: PARTS[SCENARIO].decode().replace(old, new).encode()})


SCENARIO_FILES = {
    "field": (with_scenario("value = 0.5", 'value = "much"'), "scenario_field_number"),
    "other area": (with_scenario('area = "kanagawa"', 'area = "shiga"'), "scenario_other_area"),
    "name": (with_scenario("屋根の案", "a\\nb"), "meeting_file_scenario"),
    "not TOML": (with_scenario("value = 0.5", "value = "), "scenario_file_line"),
    "endless key": (zipped(PARTS | {SCENARIO: ".".join(["a"] * 100_000).encode()}), "scenario_long_key"),
    "no text": (zipped(PARTS | {SCENARIO: b"\xff\xfe"}), "scenario_file"),
    "too large": (zipped(PARTS | {SCENARIO: b"#" * 1_000_001}), "scenario_size"),
}


@pytest.mark.parametrize("case", SCENARIO_FILES)
def test_a_scenario_inside_is_checked_like_one_by_itself(case):
    raw, key = SCENARIO_FILES[case]
    error = refused(raw)
    assert error.key == key
    assert SCENARIO in (str(error.params["file"]).removeprefix("a.zip/"), error.params.get("part"))


def redrawn(tmp_path, layer, change):
    """Return the file with one layer as another program might have saved it."""
    path = tmp_path / "notes.gpkg"
    path.write_bytes(PARTS["notes.gpkg"])
    table = change(gpd.read_file(path, layer=layer))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table.to_file(path, layer=layer, driver="GPKG")
    return zipped(PARTS | {"notes.gpkg": path.read_bytes()})


def moved(geometry):
    return lambda table: table.set_geometry([geometry], crs=6668)


DRAWINGS = {
    "projected": ("pins", lambda table: table.to_crs(6677), "meeting_file_crs"),
    "wgs 84": ("lines", lambda table: table.to_crs(4326), "meeting_file_crs"),
    "tokyo": ("pins", lambda table: table.set_crs(4301, allow_override=True), "upload_crs_tokyo"),
    "without a CRS": ("pins", lambda table: table.set_crs(None, allow_override=True), "meeting_file_crs"),
    "other geometry": ("pins", moved(shapely.LineString([(139, 35), (139.1, 35)])), "meeting_file_layer"),
    "many points": ("pins", moved(shapely.MultiPoint([(139, 35)])), "meeting_file_layer"),
    "with height": ("pins", moved(shapely.Point(139, 35, 7)), "meeting_file_layer"),
    "none": ("pins", moved(None), "meeting_file_layer"),
    "empty": ("pins", moved(shapely.Point()), "meeting_file_field"),
    "off the globe": ("pins", moved(shapely.Point(139, 95)), "meeting_file_field"),
    "a hole": (
        "areas",
        moved(shapely.box(139, 35, 140, 36).difference(shapely.box(139.4, 35.4, 139.6, 35.6))),
        "meeting_file_layer",
    ),
    "too many points": (
        "lines",
        moved(shapely.LineString([(139 + at / 1e4, 35) for at in range(201)])),
        "meeting_file_field",
    ),
    "no column": ("pins", lambda table: table.drop(columns="words"), "meeting_file_layer"),
    "other words": ("pins", lambda table: table.assign(words="別"), "meeting_file_apart"),
    "number as text": ("pins", lambda table: table.assign(number="1"), "meeting_file_apart"),
    "twice": ("pins", lambda table: table.loc[[0, 0]].reset_index(drop=True), "meeting_file_apart"),
    "taken out": ("pins", lambda table: table.iloc[:0], "meeting_file_apart"),
    "key of another kind": ("pins", lambda table: table.assign(key="note00000003"), "meeting_file_apart"),
}


@pytest.mark.parametrize("case", DRAWINGS)
def test_drawings_that_cannot_be(case, tmp_path):
    layer, change, key = DRAWINGS[case]
    assert refused(redrawn(tmp_path, layer, change)).key == key


def test_a_point_moved_in_a_gis_is_moved_here(tmp_path):
    raw = redrawn(tmp_path, "pins", lambda table: moved(shapely.Point(139.5, 35.5))(table).assign(mine="x"))
    assert read_meeting_zip(raw, file="a.zip").meeting.notes[0].points == ((139.5, 35.5),)


def after(tmp_path, statement):
    path = tmp_path / "notes.gpkg"
    path.write_bytes(PARTS["notes.gpkg"])
    database = sqlite3.connect(path)
    database.executescript(statement)
    database.close()
    return zipped(PARTS | {"notes.gpkg": path.read_bytes()})


def test_a_layer_that_is_gone_is_named(tmp_path):
    error = refused(after(tmp_path, "DELETE FROM gpkg_geometry_columns WHERE table_name = 'lines'"))
    assert (error.key, error.params["layer"]) == ("upload_layer_unknown", "lines")


def test_nothing_in_the_drawings_file_is_run(tmp_path):
    is_view = "ALTER TABLE pins RENAME TO old; CREATE VIEW pins AS SELECT *, load_extension('x') FROM old;"
    assert refused(after(tmp_path, is_view)).key == "upload_refers"
    assert refused(after(tmp_path, "CREATE VIRTUAL TABLE other USING fts5(a);")).key == "upload_refers"


def test_a_drawings_file_of_another_kind():
    assert refused(zipped(PARTS | {"notes.gpkg": b"<OGRVRTDataSource/>" * 10})).key.startswith("upload_")


@given(st.data())
@settings(max_examples=150)
def test_a_damaged_file_is_refused_or_as_good_as_before(data):
    kind = data.draw(st.sampled_from(["cut", "flipped", "inside"]))
    if kind == "cut":
        raw = GOOD[: data.draw(st.integers(0, len(GOOD) - 1))]
    elif kind == "flipped":
        raw = flipped(data, GOOD)
    else:
        # Past the checksum: the packing is whole, what is in it is not.
        name = data.draw(st.sampled_from(sorted(PARTS)))
        raw = zipped(PARTS | {name: flipped(data, PARTS[name])}, method=zipfile.ZIP_STORED)
    # Whatever else is raised fails the test.
    found = None
    with contextlib.suppress(MeetingError):
        found = read_meeting_zip(raw, file="a.zip")
    if found is not None:
        again = read_meeting_zip(meeting_zip(found.meeting, found.scenarios), file="b.zip")
        assert again.meeting == found.meeting


def flipped(data, content):
    damaged = bytearray(content)
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=6)):
        damaged[at] ^= 1 << data.draw(st.integers(0, 7))
    return bytes(damaged)
