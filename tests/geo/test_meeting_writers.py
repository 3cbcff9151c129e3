"""Meetings under what happens to files: kills at any moment, full disks, many writers at once, older files."""

import contextlib
import multiprocessing
import os
import resource
import signal
import sqlite3
import threading
import time

import pytest

from geo import meeting_passes
from geo.scenario import new_scenario
from geo.store import FILE, Store, open_store
from geo.store_database import Database, StoreError
from geo.store_tables import MIGRATIONS
from layers.messages import LANGUAGES, error_text
from tests.geo.meeting_world import AREA, council, hands, item, note

FORK = multiprocessing.get_context("fork")
# So long that a note takes several pages of the file.
LONG = "水" * 990


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.delenv("MEGURI_LOCAL_DIR", raising=False)
    # How fast somebody may write is not what is tested here.
    monkeypatch.setattr(meeting_passes, "MOST_WRITES", 10_000)
    return tmp_path


@pytest.fixture
def hall(folder):
    return council(folder)


def integrity(hall):
    with contextlib.closing(sqlite3.connect(hall.store.database.path)) as connection:
        return (
            connection.execute("PRAGMA integrity_check").fetchall()
            + connection.execute("PRAGMA foreign_key_check").fetchall()
        )


def is_whole(hall):
    """Check that nothing of a meeting is half there: every row can be read, is about what is there, is counted."""
    meeting = hall.meeting
    numbers = [one.number for one in meeting.notes]
    assert numbers == list(range(1, len(numbers) + 1))
    assert all(one.words == LONG for one in meeting.notes)
    assert integrity(hall) == [("ok",)]
    with hall.store.database.reading() as connection:
        made, kept = connection.execute(
            "SELECT notes_made, (SELECT count(*) FROM meeting_notes) FROM meetings"
        ).fetchone()
        about = connection.execute("SELECT item FROM meeting_notes UNION SELECT item FROM meeting_hands").fetchall()
    assert made == kept == len(numbers)
    assert {one for (one,) in about} <= {"", *(one.key for one in meeting.items)}
    return meeting


def write_and_tell(hall, pipe):
    """Pin, note, count and show for ever, and tell each key once its call returned."""
    store, key, leader = hall.store, hall.key, hall.facilitator
    while True:
        pinned = store.pin(key, leader, item())
        os.write(pipe, f"{pinned.key}\n".encode())
        for _ in range(3):
            said = store.note(key, hall.participant, note(LONG, pinned.key))
            os.write(pipe, f"{said.key}\n".encode())
        counted = store.count_hands(key, leader, hands(pinned.key))
        os.write(pipe, f"{counted.key}\n".encode())
        store.show(key, leader, pinned.key)
        os.write(pipe, f"on the wall {pinned.key}\n".encode())
        store.move_item(key, leader, pinned.key, 0)
        if len(store.meeting(key).items) > 40:
            break
    signal.pause()


def test_what_was_confirmed_before_a_kill_is_there_and_the_rest_is_whole_or_absent(hall):
    confirmed, stamps = set(), []
    for turn in range(24):
        reading, writing = os.pipe()
        child = FORK.Process(target=write_and_tell, args=(hall, writing))
        child.start()
        os.close(writing)
        with os.fdopen(reading) as told:
            first = told.readline()
            # At another place of its work each time.
            time.sleep(0.0011 * turn)
            os.kill(child.pid, signal.SIGKILL)
            child.join()
            lines = [first, *told.read().splitlines(keepends=True)]
        assert child.exitcode == -signal.SIGKILL
        done = [line.split() for line in lines if line.endswith("\n")]
        confirmed |= {words[0] for words in done if len(words) == 1}
        # The first to look after a kill mends what was cut off.
        meeting = is_whole(hall)
        found = {one.key for one in (*meeting.items, *meeting.notes, *meeting.hands)}
        assert confirmed <= found
        # Each turn leaves no more than the one thing that was not told yet.
        assert len(found) <= len(confirmed) + turn + 1
        walls = [words[-1] for words in done if len(words) == 4]
        if walls:
            # The last told, or the one after it.
            order = [one.key for one in sorted(meeting.items, key=lambda one: one.made_at)]
            assert order.index(meeting.current) >= order.index(walls[-1])
        stamps.append(hall.store.stamp(hall.key))
    assert stamps == sorted(set(stamps))
    assert len(confirmed) >= 24


def fill_the_disk(hall, pipe):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    size = hall.store.database.path.stat().st_size + 40_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    try:
        for _ in range(200):
            kept = hall.store.note(hall.key, hall.participant, note(LONG))
            os.write(pipe, f"{kept.key}\n".encode())
    except StoreError as error:
        os.write(pipe, f"{error.key}\n".encode())


def run_together(*children):
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0] * len(children)


def test_a_disk_that_takes_no_more_is_told_and_what_was_there_stays(hall):
    hall.note(LONG)
    reading, writing = os.pipe()
    run_together(FORK.Process(target=fill_the_disk, args=(hall, writing)))
    os.close(writing)
    with os.fdopen(reading) as told:
        *keys, error = told.read().split()
    # A file that may grow no more is the disk's refusal; a disk without room is 'store_full'.
    assert error in ("store_disk", "store_full")
    assert keys
    meeting = is_whole(hall)
    assert [one.key for one in meeting.notes[1:]] == keys
    assert hall.note(LONG).number == len(keys) + 2


def test_a_full_file_is_told_and_nothing_is_half_written(hall, monkeypatch):
    """The first change that finds no room is refused whole: a note, a whole meeting from a file, an item."""
    hall.note(LONG)
    connect = Database._connect

    def connect_full(self, **how):
        connection = connect(self, **how)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    before, stamp = hall.meeting, hall.store.stamp(hall.key)
    monkeypatch.setattr(Database, "_connect", connect_full)
    refusals = []
    for call in (
        lambda: [hall.note(LONG) for _ in range(20)],
        lambda: [hall.store.keep(before, name="a") for _ in range(20)],
        lambda: [hall.pin("題" * 100, question="問" * 300) for _ in range(40)],
    ):
        with pytest.raises(StoreError) as caught:
            call()
        refusals.append(caught.value)
    assert {error.key for error in refusals} == {"store_full"}
    assert all(error_text(refusals[0], lang) != str(refusals[0]) for lang in LANGUAGES)
    monkeypatch.undo()
    # What fitted into the last page is there and counted; what did not never was.
    meeting = hall.meeting
    assert meeting.notes[:1] == before.notes
    assert hall.store.stamp(hall.key) - stamp == len(meeting.notes) - 1 + len(meeting.items)
    assert integrity(hall) == [("ok",)]
    assert [one.number for one in meeting.notes] == list(range(1, len(meeting.notes) + 1))


def write_notes(hall, words, count=25):
    for number in range(count):
        hall.store.note(hall.key, hall.participant, note(f"{words}{number}"))


def test_processes_and_threads_that_write_at_once_lose_nothing_and_share_no_number(hall):
    def threads_of(name):
        threads = [threading.Thread(target=write_notes, args=(hall, f"{name}{number}-")) for number in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    started = hall.store.stamp(hall.key)
    run_together(*(FORK.Process(target=threads_of, args=(name,)) for name in "ab"))
    notes = hall.meeting.notes
    assert [one.number for one in notes] == list(range(1, 151))
    assert {one.words for one in notes} == {f"{n}{t}-{at}" for n in "ab" for t in range(3) for at in range(25)}
    assert [one.made_at for one in notes] == sorted({one.made_at for one in notes})
    assert hall.store.stamp(hall.key) == started + 150


def test_two_facilitators_at_once_leave_an_agenda_that_has_everything_once(hall):
    items = [hall.pin(str(number)) for number in range(6)]

    def rearrange(by):
        for turn in range(20):
            one = items[(turn * by) % 6]
            hall.store.move_item(hall.key, hall.facilitator, one.key, turn % 6)
            hall.store.show(hall.key, hall.facilitator, one.key)

    run_together(*(FORK.Process(target=rearrange, args=(by,)) for by in (1, 5)))
    meeting = hall.meeting
    assert sorted(one.title for one in meeting.items) == [str(number) for number in range(6)]
    assert meeting.item(meeting.current) is not None


def test_the_limit_of_a_pass_holds_for_two_processes_together(hall, monkeypatch):
    monkeypatch.setattr(meeting_passes, "MOST_WRITES", 30)

    def write():
        with contextlib.suppress(ValueError):
            write_notes(hall, "速い", 40)

    run_together(*(FORK.Process(target=write) for _ in range(2)))
    assert len(hall.meeting.notes) == 30


def test_a_file_from_before_meetings_keeps_its_scenarios_and_takes_meetings(folder):
    path = folder / "local" / FILE
    older = Store(Database(path, MIGRATIONS[:1]))
    first = older.save(new_scenario("屋根", AREA, factors=(("a.b", 0.5),)))
    second = older.rename(first.key, "屋根と森")
    third = older.save(new_scenario("森", AREA))
    older.remove(third.key)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    store = open_store(folder)
    # Looking is enough to bring it up to date.
    assert store.meetings.meetings(AREA) == ()
    assert store.scenarios(AREA) == (second,)
    assert (store.undo(first.key), store.undo(third.key)) == (first, third)
    hall = council(folder)
    assert hall.note().number == 1
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
    assert integrity(hall) == [("ok",)]
    # And the older program leaves the newer file alone.
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        older.scenarios(AREA)
    assert caught.value.key == "store_newer"
    assert path.read_bytes() == before


def test_scenarios_and_meetings_are_written_at_once(hall, folder):
    store = open_store(folder)

    def save():
        for number in range(20):
            store.save(new_scenario(str(number), AREA))

    run_together(FORK.Process(target=save), FORK.Process(target=write_notes, args=(hall, "")))
    assert len(store.scenarios(AREA)) == 20
    assert len(hall.meeting.notes) == 25
