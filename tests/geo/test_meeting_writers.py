"""Meetings under what happens to files: kills at any moment, full disks, many writers at once, older files."""

import contextlib
import json
import os
import signal
import sqlite3
import threading
from dataclasses import replace

import pytest

from geo import meeting_pace, meeting_passes
from geo.meeting import MeetingChangedError
from geo.meeting_pace import Pace
from geo.meeting_passes import digest_of
from geo.scenario import new_scenario
from geo.store import FILE, Store, open_store
from geo.store_database import Database, StoreError
from geo.store_tables import MIGRATIONS
from layers.messages import LANGUAGES, error_text
from tests.geo.meeting_world import AREA, A, council, hands, item, note
from tests.geo.writers import FORK, faults, fill_the_disk, run_together, told_before_a_kill, told_by

# So long that a note takes several pages of the file.
LONG = "水" * 990


@pytest.fixture(autouse=True)
def many_writes(monkeypatch):
    # How fast somebody may write is not what is tested here.
    monkeypatch.setattr(meeting_passes, "MOST_WRITES", 10_000)
    monkeypatch.setattr(meeting_pace, "WRITING", Pace(10_000, 0.001))


@pytest.fixture
def hall(folder):
    return council(folder)


def is_whole(hall):
    """Check that nothing of a meeting is half there: every row can be read, is about what is there, is counted."""
    meeting = hall.meeting
    numbers = [one.number for one in meeting.notes]
    assert numbers == list(range(1, len(numbers) + 1))
    assert all(one.words == LONG for one in meeting.notes)
    assert faults(hall.store) == []
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
        # At another place of its work each time.
        done = [line.split() for line in told_before_a_kill(write_and_tell, hall, seconds=0.0011 * turn)]
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


def test_a_disk_that_takes_no_more_is_told_and_what_was_there_stays(hall):
    hall.note(LONG)
    *keys, error = told_by(fill_the_disk, hall.store, lambda _: hall.note(LONG), 40_000).split()
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
    assert faults(hall.store) == []
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


def change_until_all_are_in(hall, token, said, letter):
    """Put a letter into the title or the note twenty times, each time on what stands there."""
    done = 0
    while done < 20:
        meeting = hall.meeting
        try:
            if said:
                [was] = meeting.notes
                hall.store.change_note(hall.key, token, replace(was, words=was.words + letter), was=was)
            else:
                [was] = meeting.items
                hall.store.change_item(hall.key, token, replace(was, title=was.title + letter), was=was)
        except MeetingChangedError:
            continue
        done += 1


@pytest.mark.parametrize("said", [False, True])
def test_two_who_change_one_thing_at_once_undo_nothing_of_each_other_s(hall, said):
    second = hall.store.enter(hall.key, hall.made.facilitator_code, "副").token
    hall.pin(":")
    hall.note(":")
    run_together(
        FORK.Process(target=change_until_all_are_in, args=(hall, hall.facilitator, said, "a")),
        FORK.Process(target=change_until_all_are_in, args=(hall, second, said, "b")),
    )
    meeting = hall.meeting
    changed = meeting.notes[0].words if said else meeting.items[0].title
    assert sorted(changed) == [":", *"a" * 20, *"b" * 20]


def test_the_limit_of_a_meeting_holds_for_two_processes_with_passes_of_their_own(hall, monkeypatch):
    monkeypatch.setattr(meeting_pace, "WRITING", Pace(30, 3600))

    def write():
        mine = replace(hall, participant=hall.store.enter(hall.key, hall.made.join_code, "a").token)
        with contextlib.suppress(ValueError):
            write_notes(mine, "速い", 40)

    run_together(*(FORK.Process(target=write) for _ in range(2)))
    assert len(hall.meeting.notes) == 30


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
        assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    assert faults(hall.store) == []
    # And the older program leaves the newer file alone.
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        older.scenarios(AREA)
    assert caught.value.key == "store_newer"
    assert path.read_bytes() == before


ITEM, NOTE = "itemitemitem", "notenotenote"
THEN = "2026-01-02T03:04:05.000000+00:00"
MADE = {"author": "長", "made_at": THEN}
SAID = json.dumps({"kind": "comment", "words": "ここ", "points": []} | MADE)
PINNED = json.dumps({"title": "水", "question": "", "options": [], "kind": "map", "query": []} | MADE)
# A meeting as the second version of the tables had it.
OF_VERSION_2 = (
    (
        "INSERT INTO meetings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (A, AREA, "水の会議", "", ITEM, 1, "", "ABCD-EFGH", "JKMN-PQRS", 5, 1, THEN, THEN),
    ),
    ("INSERT INTO meeting_items VALUES (?, ?, 0, ?, NULL)", (A, ITEM, PINNED)),
    ("INSERT INTO meeting_notes VALUES (?, ?, 1, ?, ?, ?, NULL)", (A, NOTE, ITEM, digest_of("said"), SAID)),
    *(
        ("INSERT INTO meeting_passes VALUES (?, ?, ?, ?, ?, ?, '[]')", (digest_of(token), A, role, name, holder, THEN))
        for token, role, name, holder in (
            ("said", "participant", "住民", digest_of("said")),
            ("lead", "facilitator", "長", digest_of("lead")),
        )
    ),
)


def test_a_meeting_of_the_version_before_goes_on_where_it_was(folder, monkeypatch):
    path = folder / "local" / FILE
    with Database(path, MIGRATIONS[:2]).writing() as connection:
        for statement, row in OF_VERSION_2:
            connection.execute(statement, row)
    store = open_store(folder).meetings
    meeting = store.meeting(A)
    [about], [said] = meeting.items, meeting.notes
    assert (meeting.title, meeting.current, about.title, said.words) == ("水の会議", ITEM, "水", "ここ")
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (3,)
    # Its passes, codes and numbers hold.
    changed = store.change_note(A, "said", replace(said, words="新"), was=said)
    store.change_item(A, "lead", replace(about, title="新"), was=about)
    assert store.note(A, "said", note()).number == 2
    assert store.enter(A, "abcd-efgh", "来た人").role == "participant"
    with pytest.raises(MeetingChangedError) as caught:
        store.change_note(A, "lead", replace(said, words="長の"), was=said)
    assert (caught.value.theirs, caught.value.params["name"]) == (changed, "住民")
    # Those who came before and wrote nothing since give way first.
    monkeypatch.setattr(meeting_passes, "PASSES_KEPT", 2)
    store.enter(A, "abcd-efgh", "また")
    assert store.role_of(A, "said").name == "住民"
    assert faults(store) == []


def test_scenarios_and_meetings_are_written_at_once(hall, folder):
    store = open_store(folder)

    def save():
        for number in range(20):
            store.save(new_scenario(str(number), AREA))

    run_together(FORK.Process(target=save), FORK.Process(target=write_notes, args=(hall, "")))
    assert len(store.scenarios(AREA)) == 20
    assert len(hall.meeting.notes) == 25
