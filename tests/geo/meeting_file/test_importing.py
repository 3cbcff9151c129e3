"""A meeting's file taken into a store: under new keys, all of it or nothing."""

import sqlite3
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings

from geo.meeting import MeetingError
from geo.meeting_file import MeetingFile, import_meeting, meeting_zip, read_meeting_zip
from geo.scenario import ScenarioError
from geo.store import open_store
from geo.store_database import StoreError
from tests.geo.meeting_file.meeting_world import AREA, SCENARIOS, a_meeting, meetings


def a_store(folder, name="a"):
    store = open_store(folder / name)
    return replace(store, database=replace(store.database, path=folder / name / "meguri.sqlite"))


def a_file(meeting=None, scenarios=SCENARIOS):
    return read_meeting_zip(meeting_zip(meeting or a_meeting(), scenarios), file="a.zip")


def taken_in(store, found=None, **more):
    return import_meeting(store, found or a_file(), name="山田", **more)


def told(meeting, scenarios):
    """Return what a meeting says, without keys and times of its own: keys become places in their lists."""
    items = {"": "", **{item.key: number for number, item in enumerate(meeting.items)}}
    saved = {scenario.key: scenario.name for scenario in scenarios}

    def shown(query):
        return [(name, saved.get(value, value)) for name, value in query]

    return (
        meeting.title.strip(),
        meeting.area,
        meeting.dataset_hash,
        items[meeting.current],
        [
            (item.title, item.question, item.options, item.kind, shown(item.query), item.author)
            for item in meeting.items
        ],
        [
            (note.number, items[note.item], note.kind, note.words, note.points, note.author, instant(note))
            for note in meeting.notes
        ],
        [
            (items[hands.item], hands.counts, shown(hands.query), saved.get(hands.scenario, ""), hands.scenario_name)
            for hands in meeting.hands
        ],
        {(scenario.name, scenario.factors, scenario.changes, scenario.note) for scenario in scenarios},
    )


def instant(note):
    return datetime.fromisoformat(note.made_at)


def keys_of(meeting):
    return {meeting.key, *(row.key for row in (*meeting.items, *meeting.notes, *meeting.hands))}


def test_a_meeting_is_there_under_new_keys(tmp_path):
    store = a_store(tmp_path)
    made = taken_in(store, owner="somebody")
    kept = store.meetings.meeting(made.meeting.key)
    assert kept == made.meeting
    assert not keys_of(kept) & keys_of(a_meeting())
    saved = store.scenarios(AREA)
    assert told(kept, saved) == told(a_meeting(), SCENARIOS)
    by_name = {scenario.name: scenario.key for scenario in saved}
    shown = ("place", "municipality:14205"), ("scenario", by_name["屋根の案"]), ("against", by_name["もとの案"])
    assert kept.items[0].query == kept.hands[0].query == shown
    assert kept.hands[0].scenario == by_name["屋根の案"]
    assert not {scenario.key for scenario in saved} & {scenario.key for scenario in SCENARIOS}
    # Whoever took it in leads it.
    assert made.pass_.role == "facilitator"


def test_out_and_in_and_out_again_is_the_same_meeting(tmp_path):
    first, second = a_store(tmp_path, "a"), a_store(tmp_path, "b")
    one = taken_in(first).meeting
    raw = meeting_zip(one, first.scenarios(AREA))
    two = taken_in(second, read_meeting_zip(raw, file="b.zip")).meeting
    again = read_meeting_zip(meeting_zip(two, second.scenarios(AREA)), file="c.zip")
    assert told(again.meeting, again.scenarios) == told(a_meeting(), SCENARIOS)


@given(drawn=meetings())
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_meeting_survives_the_way(drawn, tmp_path_factory):
    meeting, _ = drawn
    store = a_store(tmp_path_factory.mktemp("store"))
    kept = taken_in(store, a_file(meeting, ())).meeting
    again = read_meeting_zip(meeting_zip(kept, ()), file="b.zip").meeting
    assert again == kept == store.meetings.meeting(kept.key)
    assert told(again, ()) == told(meeting, ())


def test_codes_passes_and_owner_never_leave(tmp_path):
    store = a_store(tmp_path)
    made = taken_in(store, owner="user-of-the-office")
    raw = meeting_zip(store.meetings.meeting(made.meeting.key), store.scenarios(AREA))
    found = read_meeting_zip(raw, file="b.zip")
    everything = repr(found).encode() + raw
    for secret in (made.join_code, made.facilitator_code, made.pass_.token, "user-of-the-office"):
        assert len(secret) > 3
        assert secret.encode() not in everything
        assert secret.replace("-", "").encode() not in everything


def test_a_scenario_that_is_here_already_is_used_again(tmp_path):
    store = a_store(tmp_path)
    here = store.save(replace(SCENARIOS[0], key="", made_at="", changed_at=""))
    other = store.save(replace(SCENARIOS[1], key="", note="別のメモ", made_at="", changed_at=""))
    made = taken_in(store).meeting
    assert made.hands[0].scenario == here.key
    assert len(store.scenarios(AREA)) == 3
    assert other.key not in dict(made.items[0].query).values()
    taken_in(store)
    assert len(store.scenarios(AREA)) == 3


def test_a_count_keeps_to_the_version_it_was_made_under(tmp_path):
    store = a_store(tmp_path)
    made = taken_in(store).meeting
    assert made.hands[0].scenario_changed_at == store.scenario(made.hands[0].scenario).changed_at
    before = "2026-01-01T00:00:00+00:00"
    earlier = replace(a_meeting(), hands=(replace(a_meeting().hands[0], scenario_changed_at=before),))
    assert taken_in(store, a_file(earlier)).meeting.hands[0].scenario_changed_at == before


def test_a_scenario_that_is_not_in_the_file_stays_named_as_it_was(tmp_path):
    store = a_store(tmp_path)
    made = taken_in(store, a_file(scenarios=())).meeting
    assert made.items[0].query == a_meeting().items[0].query
    assert store.scenarios(AREA) == ()


def test_an_area_that_is_not_here_is_named(tmp_path):
    store = a_store(tmp_path)
    elsewhere = a_file(a_meeting(area="shiga"), ())
    with pytest.raises(MeetingError) as caught:
        taken_in(store, elsewhere)
    assert (caught.value.key, caught.value.params["found"]) == ("meeting_file_area", "shiga")
    assert AREA in caught.value.params["expected"]
    assert store.stamp() == ""


def test_a_scenario_that_does_not_fit_the_data_is_named(tmp_path):
    store = a_store(tmp_path)
    wrong = replace(SCENARIOS[1], factors=(("electricity.no_such_factor", 1.0),))
    with pytest.raises(MeetingError) as caught:
        taken_in(store, a_file(scenarios=(SCENARIOS[0], wrong)))
    assert caught.value.key == "meeting_file_scenario"
    assert caught.value.params["part"] == "scenarios/scen00000002.toml"
    assert caught.value.params["where"] == "factors"
    # Not even the good one.
    assert store.stamp() == ""


def test_where_the_meeting_cannot_be_kept_its_scenarios_are_removed_again(tmp_path):
    store = a_store(tmp_path)
    here = store.save(replace(SCENARIOS[0], key="", made_at="", changed_at=""))
    with pytest.raises(MeetingError):
        import_meeting(store, a_file(), name="")
    assert store.scenarios(AREA) == (here,)
    assert store.meetings.meetings(AREA) == ()


def test_where_a_scenario_cannot_be_kept_nothing_is(tmp_path, monkeypatch):
    store = a_store(tmp_path)
    monkeypatch.setattr("geo.store.MOST_SCENARIOS", 1)
    with pytest.raises(MeetingError) as caught:
        taken_in(store)
    assert caught.value.key == "scenario_most"
    assert isinstance(caught.value.__cause__, ScenarioError)
    assert (store.scenarios(AREA), store.meetings.meetings(AREA)) == ((), ())


def test_a_store_that_may_not_be_written_says_so(tmp_path):
    store = a_store(tmp_path)
    locked = replace(store, database=replace(store.database, is_writable=False))
    with pytest.raises(StoreError):
        taken_in(locked)


def test_a_store_that_fails_at_the_meeting_keeps_no_scenario(tmp_path):
    store = a_store(tmp_path)
    store.save(replace(SCENARIOS[0], key="", name="先にあった案", made_at="", changed_at=""))
    database = sqlite3.connect(store.database.path)
    database.execute("CREATE TRIGGER no_more BEFORE INSERT ON meeting_notes BEGIN SELECT RAISE(ABORT, 'full'); END")
    database.commit()
    database.close()
    with pytest.raises(StoreError):
        taken_in(store)
    assert [scenario.name for scenario in store.scenarios(AREA)] == ["先にあった案"]
    assert store.meetings.meetings(AREA) == ()


def test_a_file_by_hand_is_checked_by_the_store_too(tmp_path):
    store = a_store(tmp_path)
    wrong = MeetingFile(replace(a_meeting(), current="aaaaaaaaaaaa"), ())
    with pytest.raises(MeetingError):
        taken_in(store, wrong)
    assert store.meetings.meetings(AREA) == ()
