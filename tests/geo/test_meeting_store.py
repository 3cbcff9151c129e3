"""Meetings kept: made, listed, taken in whole, counted for those who look, and removed."""

import re
from dataclasses import replace

import pytest

from geo import meeting_store
from geo.meeting import Meeting
from geo.store import open_store
from geo.store_database import StoreError
from tests.geo.meeting_world import AREA, GONE, HASH, MEETING, council, hands, item, note, refused, store_in

pytestmark = pytest.mark.usefixtures("folder")


def test_looking_and_trying_make_no_file(folder):
    store = open_store(folder).meetings
    assert store.meetings(AREA) == ()
    assert store.meeting(GONE) is None
    assert store.stamp(GONE) == 0
    assert store.role_of(GONE, "token") is None
    assert store.own_notes(GONE, "token") == frozenset()
    for call in (
        lambda: store.enter(GONE, "ABCD-2345", "a"),
        lambda: store.enter_as(GONE, "user", "a", "participant"),
        lambda: store.note(GONE, "token", note()),
        lambda: store.codes(GONE, "token"),
        lambda: store.remove(GONE, "token"),
    ):
        assert refused(call).key == "meeting_unknown"
    assert [*folder.iterdir()] == []


def test_what_is_made_is_there(hall, folder):
    made = hall.made.meeting
    assert re.fullmatch("[a-z0-9]{12}", made.key)
    assert (made.title, made.area, made.dataset_hash, made.is_open) == ("水の会議", AREA, HASH, True)
    assert made.made_at == "2027-01-15T08:00:00.000000+00:00"
    assert open_store(folder).meetings.meeting(made.key) == made
    assert hall.made.join_code != hall.made.facilitator_code
    assert hall.made.pass_.role == "facilitator"
    assert len(hall.facilitator) >= 43
    assert hall.facilitator != hall.participant


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"title": "a\nb"}, "meeting_title"),
        ({"title": ""}, "meeting_title"),
        ({"area": "../x"}, "meeting_area"),
        ({"dataset_hash": "x"}, "meeting_dataset_hash"),
        ({"name": ""}, "meeting_name"),
        ({"owner": "a" * 301}, "meeting_user"),
        ({"owner": "a\x00"}, "meeting_user"),
    ],
)
def test_what_cannot_be_is_not_made(folder, fields, key):
    asked = {"title": "題", "area": AREA, "dataset_hash": HASH, "name": "進行役"} | fields
    store = store_in(folder)
    assert refused(lambda: store.create(**asked)).key == key
    assert store.meetings(AREA) == ()


def test_an_area_lists_its_own_the_one_changed_last_first(hall, clock):
    store = hall.store
    clock.now += 1
    other = store.create("森の会議", AREA, "", name="a")
    store.create("外", "osaka", "", name="a")
    assert [entry.title for entry in store.meetings(AREA)] == ["森の会議", "水の会議"]
    clock.now += 1
    hall.pin()
    first, second = store.meetings(AREA)
    assert (first.key, first.items, first.changed_at) == (hall.key, 1, hall.meeting.changed_at)
    assert (second.key, second.items, second.is_open) == (other.meeting.key, 0, True)
    assert second.made_at == second.changed_at == other.meeting.made_at


def test_an_area_has_room_for_so_many(hall, monkeypatch):
    monkeypatch.setattr(meeting_store, "MOST_MEETINGS", 2)
    hall.store.create("二", AREA, "", name="a")
    error = refused(lambda: hall.store.create("三", AREA, "", name="a"))
    assert (error.key, error.params["what"], error.params["most"]) == ("meeting_too_many", "meetings", 2)
    hall.store.create("外", "osaka", "", name="a")


def test_in_a_full_area_what_was_left_empty_longest_gives_way(folder, clock, monkeypatch):
    monkeypatch.setattr(meeting_store, "MOST_MEETINGS", 4)
    store = store_in(folder, clock)
    begun = []
    for title in "一二三四":
        clock.now += 1
        begun.append(store.create(title, AREA, "", name="a"))
    # The first has an item on its agenda, and the second had a note.
    store.pin(begun[0].meeting.key, begun[0].pass_.token, item())
    said = store.note(begun[1].meeting.key, begun[1].pass_.token, note())
    store.remove_note(begun[1].meeting.key, begun[1].pass_.token, said.key)

    def begin(title):
        return store.create(title, AREA, "", name="a").meeting.title

    def titles():
        return {entry.title for entry in store.meetings(AREA)}

    # Begun a day ago and no longer, nothing gives way.
    clock.now += 86_400 - 1
    assert refused(lambda: begin("五")).key == "meeting_too_many"
    clock.now += 1
    assert begin("五") == "五"
    assert titles() == set("一二四五")
    assert store.role_of(begun[2].meeting.key, begun[2].pass_.token) is None
    clock.now += 86_401
    assert [begin("六"), begin("七")] == ["六", "七"]
    assert titles() == set("一二六七")
    assert refused(lambda: begin("八")).key == "meeting_too_many"


def test_one_server_begins_so_many_meetings_an_hour(folder, clock):
    store = store_in(folder, clock)
    for number in range(60):
        store.create(str(number), AREA, "", name="a")
    # Whatever the area, and from a file as well.
    error = refused(lambda: store.create("多い", "osaka", "", name="a"))
    assert (error.key, error.params["seconds"], error.params["minutes"]) == ("meeting_begin_wait", 60, 1)
    assert refused(lambda: store.keep(MEETING, name="a")).key == "meeting_begin_wait"
    assert len(store.meetings(AREA)) == 60
    # Another process counts with this one.
    clock.now += 30
    assert refused(lambda: store_in(folder, clock).create("まだ", AREA, "", name="a")).params["seconds"] == 30
    clock.now += 30
    store.create("次", AREA, "", name="a")
    clock.now += 120
    for title in "一二":
        store.create(title, "osaka", "", name="a")
    assert refused(lambda: store.create("多い", AREA, "", name="a")).key == "meeting_begin_wait"


def test_a_meeting_is_removed_with_everything(hall):
    other = council(hall.store.database.path.parent.parent, title="残る")
    other_note = other.note()
    hall.store.count_hands(hall.key, hall.facilitator, hands(hall.pin().key))
    hall.note()
    hall.store.remove(hall.key, hall.facilitator)
    assert hall.meeting is None
    assert hall.store.stamp(hall.key) == 0
    assert hall.store.role_of(hall.key, hall.facilitator) is None
    with hall.store.database.reading() as connection:
        left = [
            connection.execute(asked).fetchone()[0]
            for asked in (
                "SELECT count(*) FROM meeting_items",
                "SELECT count(*) FROM meeting_notes",
                "SELECT count(*) FROM meeting_hands",
                "SELECT count(*) FROM meeting_passes",
            )
        ]
    assert left == [0, 1, 0, 2]
    assert other.meeting.notes == (other_note,)


def test_the_stamp_counts_every_change_and_nothing_else(hall):
    seen = [hall.store.stamp(hall.key)]
    about, said = hall.pin(), hall.note()
    assert hall.store.stamp(hall.key) == seen[0] + 2
    seen.append(hall.store.stamp(hall.key))
    store, key, leader = hall.store, hall.key, hall.facilitator
    for change in (
        lambda: store.change_item(key, leader, about, was=about),
        lambda: store.move_item(key, leader, about.key, 0),
        lambda: store.show(key, leader, about.key),
        lambda: store.change_note(key, leader, said, was=said),
        lambda: store.remove_note(key, leader, said.key),
        lambda: store.restore_note(key, leader, said.key),
        lambda: store.count_hands(key, leader, hands(about.key)),
        lambda: store.remove_item(key, leader, about.key),
        lambda: store.restore_item(key, leader, about.key),
        lambda: store.rename(key, leader, "新"),
        lambda: store.close(key, leader),
        lambda: store.reopen(key, leader),
        lambda: store.new_codes(key, leader),
    ):
        change()
        seen.append(store.stamp(key))
    assert seen == sorted(set(seen))
    other = store.create("二", AREA, "", name="a")
    store.note(other.meeting.key, other.pass_.token, note())
    store.enter(key, hall.store.codes(key, leader)[0], "a")
    assert refused(lambda: store.note(key, "forged", note()))
    assert store.stamp(key) == seen[-1]


def test_a_whole_meeting_comes_in_under_new_keys(folder):
    store = store_in(folder)
    first, second = (store.keep(MEETING, name="持ってきた人") for _ in range(2))
    for made in (first, second):
        kept = store.meeting(made.meeting.key)
        assert kept == made.meeting
        assert [one.title for one in kept.items] == ["一", "二"]
        assert kept.current == kept.items[0].key
        assert [one.item for one in kept.notes] == [kept.items[0].key, ""]
        assert [one.item for one in kept.hands] == [kept.items[at].key for at in (0, 1, 0)]
        assert [one.counts for one in kept.hands] == [one.counts for one in MEETING.hands]
        store.note(kept.key, made.pass_.token, note())
        assert [one.number for one in store.meeting(kept.key).notes] == [1, 2, 3]
    keys = [
        one.key for made in (first, second) for one in (*made.meeting.items, *made.meeting.notes, *made.meeting.hands)
    ]
    assert len({*keys, first.meeting.key, second.meeting.key}) == len(keys) + 2
    assert not {one.key for one in MEETING.items} & set(keys)


def test_what_comes_in_keeps_authors_and_times_that_can_be_read_and_numbers_that_go_up(folder, clock):
    store = store_in(folder, clock)
    now = "2027-01-15T08:00:00.000000+00:00"
    times = ["2026-01-02T03:04:05+09:00", "2026-01-02T03:04:05", "yesterday", "0001-01-01T00:00:00+14:00"]
    notes = [
        replace(note(), key=f"{at:012}", author="住民", made_at=time, number=number)
        for at, (time, number) in enumerate(zip(times, (2, 5, 9, 14), strict=True))
    ]
    meeting = Meeting("", "題", AREA, notes=tuple(notes), is_open=False, made_at=times[0])
    kept = store.keep(meeting, name="a").meeting
    assert [one.made_at for one in kept.notes] == ["2026-01-01T18:04:05.000000+00:00", now, now, now]
    assert {one.author for one in kept.notes} == {"住民"}
    assert [one.number for one in kept.notes] == [2, 5, 9, 14]
    assert (kept.made_at, kept.changed_at, kept.is_open) == ("2026-01-01T18:04:05.000000+00:00", now, False)
    for numbers in ((2, 2, 3, 4), (0, 1, 2, 3), (4, 3, 2, 1), (1, 2, 3, 10**9)):
        odd = tuple(replace(one, number=number) for one, number in zip(notes, numbers, strict=True))
        assert [one.number for one in store.keep(replace(meeting, notes=odd), name="a").meeting.notes] == [1, 2, 3, 4]


def test_a_whole_meeting_that_cannot_be_is_not_kept(folder):
    store = store_in(folder)
    assert refused(lambda: store.keep(replace(MEETING, current=GONE), name="a")).key == "meeting_current"
    odd = (*MEETING.hands[:1], replace(MEETING.hands[1], scenario="a' OR 1=1"))
    error = refused(lambda: store.keep(replace(MEETING, hands=odd), name="a"))
    assert (error.key, error.params["where"]) == ("meeting_scenario", "hands[2]")
    assert refused(lambda: store.keep(MEETING, name="a\nb")).key == "meeting_name"
    assert store.meetings(AREA) == ()


def test_a_server_that_lets_nobody_write(hall, folder):
    kiosk = open_store(folder, is_writable=False).meetings
    assert kiosk.meeting(hall.key) == hall.meeting
    assert kiosk.role_of(hall.key, hall.participant).role == "participant"
    for call in (
        lambda: kiosk.note(hall.key, hall.participant, note()),
        lambda: kiosk.create("題", AREA, "", name="a"),
        lambda: kiosk.enter(hall.key, hall.made.join_code, "a"),
    ):
        with pytest.raises(StoreError) as caught:
            call()
        assert caught.value.key == "store_server_read_only"


SPOILT = [
    "UPDATE meeting_items SET content = ?",
    "UPDATE meeting_notes SET content = ?",
    "UPDATE meeting_hands SET content = ?",
]


@pytest.mark.parametrize("spoil", SPOILT)
@pytest.mark.parametrize("content", ["{", "{}", "[]", '{"points": 3}'])
def test_a_document_that_nobody_can_read_is_told(hall, spoil, content):
    hall.store.count_hands(hall.key, hall.facilitator, hands(hall.pin().key))
    hall.note()
    with hall.store.database.writing() as connection:
        connection.execute(spoil, (content,))
    with pytest.raises(StoreError) as caught:
        hall.store.meeting(hall.key)
    assert caught.value.key == "store_damaged"
