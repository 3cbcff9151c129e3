"""The command that lists and removes meetings, in a folder of its own."""

import json

import pytest

import geo.__main__ as command_line
from tests.geo.meeting_world import AREA, GONE, Clock, council, hands


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.delenv("MEGURI_LOCAL_DIR", raising=False)
    return tmp_path


@pytest.fixture
def run(capsys, folder):
    def run(*arguments):
        status = command_line.main(("meetings", "--data-dir", str(folder), *arguments))
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def test_where_nothing_was_kept_nothing_is_listed_or_made(run, folder):
    assert run("--list") == (0, "[]\n", "")
    status, out, told = run("--remove", GONE)
    assert (status, out) == (2, "")
    assert GONE in told
    assert [*folder.iterdir()] == []


def test_meetings_are_listed_with_what_is_in_them(run, folder):
    hall = council(folder, Clock())
    about = hall.pin()
    hall.store.count_hands(hall.key, hall.facilitator, hands(about.key))
    hall.note()
    gone = hall.note()
    hall.store.remove_note(hall.key, hall.participant, gone.key)
    other = hall.store.create("よそ", "osaka", "", name="a").meeting
    status, out, _ = run("--list")
    first, second = json.loads(out)
    assert (status, first["key"], first["title"], first["area"]) == (0, hall.key, "水の会議", AREA)
    assert (first["items"], first["notes"], first["hands"], first["is_open"]) == (1, 1, 1, True)
    assert (first["made_at"], first["changed_at"]) == (hall.meeting.made_at, hall.meeting.changed_at)
    assert (second["key"], second["items"], second["notes"], second["hands"]) == (other.key, 0, 0, 0)
    # What lets people in is not told.
    assert hall.made.join_code not in out
    assert hall.made.facilitator_code not in out


def test_meetings_are_removed_all_that_are_named_or_none(run, folder):
    hall = council(folder)
    others = [hall.store.create(title, AREA, "", name="a").meeting.key for title in "二三"]
    hall.note()
    status, _, told = run("--remove", others[0], GONE)
    assert status == 2
    assert told.count("\n") == 1
    assert len(hall.store.meetings(AREA)) == 3
    assert run("--remove", hall.key, others[0], others[0]) == (0, "", "geo: removed 2\n")
    assert [entry.key for entry in hall.store.meetings(AREA)] == [others[1]]
    assert hall.store.role_of(hall.key, hall.participant) is None


@pytest.mark.parametrize("arguments", [(), ("--remove",), ("--list", "--remove", GONE)])
def test_what_is_to_be_done_is_said_once(run, arguments):
    status, out, told = run(*arguments)
    assert (status, out, told.count("\n")) == (2, "", 1)
