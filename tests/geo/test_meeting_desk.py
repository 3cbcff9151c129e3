"""What is written in a meeting: agenda, notes, hands, the wall; any order of it held against plain lists."""

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from geo import meeting_rows
from geo.meeting import MeetingChangedError
from tests.geo.meeting_world import GONE, Clock, council, hands, item, note, refused

pytestmark = pytest.mark.usefixtures("folder")


def test_an_agenda_is_pinned_changed_and_put_in_order(hall, clock):
    first, second, third = (hall.pin(title) for title in "一二三")
    assert (first.author, first.made_at) == ("進行役", "2027-01-15T08:00:00.000001+00:00")
    assert hall.meeting.items == (first, second, third)
    clock.now += 60
    changed = hall.store.change_item(
        hall.key, hall.facilitator, replace(second, title="新", author="だれか", made_at="いつか"), was=second
    )
    assert changed == replace(second, title="新")
    for place, order in ((0, "三一新"), (1, "一三新"), (99, "一新三"), (-5, "三一新")):
        hall.store.move_item(hall.key, hall.facilitator, third.key, place)
        assert "".join(one.title for one in hall.meeting.items) == order


def test_what_a_caller_says_of_itself_is_not_taken(hall):
    kept = hall.store.pin(hall.key, hall.facilitator, replace(item(), key=GONE, author="市長", made_at="1999"))
    said = hall.store.note(
        hall.key, hall.participant, replace(note(), key=GONE, author="市長", made_at="1999", number=77)
    )
    counted = hall.store.count_hands(
        hall.key, hall.facilitator, replace(hands(kept.key), key=GONE, author="市長", made_at="1999")
    )
    assert GONE not in (kept.key, said.key, counted.key)
    assert (kept.author, said.author, counted.author) == ("進行役", "参加者", "進行役")
    assert "1999" not in (kept.made_at, said.made_at, counted.made_at)
    assert said.number == 1


def test_a_removed_item_takes_what_was_said_with_it_and_comes_back_with_it(hall):
    first, second, third = (hall.pin(title) for title in "一二三")
    said, general = hall.note(about=second.key), hall.note()
    counted = hall.store.count_hands(hall.key, hall.facilitator, hands(second.key))
    hall.store.show(hall.key, hall.facilitator, second.key)
    hall.store.remove_item(hall.key, hall.facilitator, second.key)
    meeting = hall.meeting
    assert (meeting.items, meeting.notes, meeting.hands, meeting.current) == ((first, third), (general,), (), "")
    for call in (
        lambda: hall.note(about=second.key),
        lambda: hall.store.change_note(hall.key, hall.participant, said, was=said),
        lambda: hall.store.restore_note(hall.key, hall.participant, said.key),
        lambda: hall.store.count_hands(hall.key, hall.facilitator, hands(second.key)),
        lambda: hall.store.show(hall.key, hall.facilitator, second.key),
        lambda: hall.store.change_item(hall.key, hall.facilitator, second, was=second),
        lambda: hall.store.move_item(hall.key, hall.facilitator, second.key, 0),
        lambda: hall.store.remove_item(hall.key, hall.facilitator, second.key),
    ):
        assert refused(call).key == "meeting_item_unknown"
    assert hall.store.restore_item(hall.key, hall.facilitator, second.key) == second
    # A second time it changes nothing.
    assert hall.store.restore_item(hall.key, hall.facilitator, second.key) == second
    meeting = hall.meeting
    assert (meeting.items, meeting.notes) == ((first, second, third), (said, general))
    assert meeting.hands == (counted,)


def test_notes_are_numbered_as_they_come_and_no_number_comes_twice(hall):
    made = [hall.note(words) for words in "一二三"]
    assert [one.number for one in made] == [1, 2, 3]
    hall.store.remove_note(hall.key, hall.participant, made[2].key)
    assert hall.meeting.notes == tuple(made[:2])
    assert hall.note("四").number == 4
    assert hall.store.restore_note(hall.key, hall.participant, made[2].key) == made[2]
    assert [one.number for one in hall.meeting.notes] == [1, 2, 3, 4]
    assert hall.store.own_notes(hall.key, hall.participant) == {one.key for one in hall.meeting.notes}
    assert hall.store.own_notes(hall.key, hall.facilitator) == frozenset()


def test_a_note_is_changed_and_stays_whose_it_was(hall):
    about = hall.pin()
    made = hall.note("はじめ")
    new = replace(made, words=" 一\r\n二\r ", item=about.key, kind="agreed", author="市長", number=9, made_at="")
    changed = hall.store.change_note(hall.key, hall.participant, new, was=made)
    assert changed == replace(made, words="一\n二", item=about.key, kind="agreed")
    assert hall.meeting.notes == (changed,)
    # A facilitator may put any right; it stays the writer's own.
    hall.store.change_note(hall.key, hall.facilitator, replace(changed, words="三"), was=changed)
    assert hall.meeting.notes[0].author == "参加者"
    hall.store.remove_note(hall.key, hall.participant, made.key)
    assert refused(lambda: hall.store.remove_note(hall.key, hall.participant, made.key)).key == "meeting_note_unknown"
    error = refused(lambda: hall.store.change_note(hall.key, hall.participant, made, was=made))
    assert error.key == "meeting_note_unknown"


def test_a_change_of_what_another_changed_meanwhile_is_refused_and_says_whose_it_is(hall):
    store, second = hall.store, hall.store.enter(hall.key, hall.made.facilitator_code, "副").token
    opened = hall.pin("水", options=("はい", "いいえ"))
    theirs = store.change_item(hall.key, second, replace(opened, title="森", options=("一", "二")), was=opened)
    mine = replace(opened, question="よいか")
    with pytest.raises(MeetingChangedError) as caught:
        store.change_item(hall.key, hall.facilitator, mine, was=opened)
    assert (caught.value.key, caught.value.params, caught.value.theirs) == ("meeting_changed", {"name": "副"}, theirs)
    assert hall.meeting.items == (theirs,)
    # Sent twice, one's own change is no other's; and with theirs in view it is meant.
    assert store.change_item(hall.key, second, theirs, was=opened) == theirs
    kept = store.change_item(hall.key, hall.facilitator, mine, was=theirs)
    assert hall.meeting.items == (kept,)
    said = hall.note("はじめ")
    changed = store.change_note(hall.key, second, replace(said, words="司会が直した"), was=said)
    with pytest.raises(MeetingChangedError) as caught:
        store.change_note(hall.key, hall.participant, replace(said, words="自分で直した"), was=said)
    assert (caught.value.params, caught.value.theirs) == ({"name": "副"}, changed)
    assert hall.meeting.notes == (changed,)
    assert refused(lambda: store.change_note(hall.key, hall.participant, said, was=said)).key == "meeting_changed"


def test_what_was_put_elsewhere_or_brought_back_meanwhile_is_changed_as_asked(hall):
    store, key, leader = hall.store, hall.key, hall.facilitator
    first, opened = hall.pin("一"), hall.pin("二")
    store.move_item(key, leader, opened.key, 0)
    store.remove_item(key, leader, opened.key)
    store.restore_item(key, leader, opened.key)
    changed = store.change_item(key, leader, replace(opened, title="新"), was=opened)
    assert hall.meeting.items == (changed, first)


def test_what_is_drawn_is_kept_to_the_last_digit(hall):
    points = ((139.123456789012, 35.0), (1 / 3, -0.1), (139, 35))
    made = hall.note("", kind="area", points=points)
    assert hall.meeting.notes == (made,)
    assert made.points == points


def test_hands_are_kept_in_order_with_what_was_on_the_wall(hall):
    about = hall.pin()
    one = hall.store.count_hands(
        hall.key,
        hall.facilitator,
        hands(about.key, query=(("d", "5"),), scenario=GONE, scenario_name="屋根", scenario_changed_at="2026"),
    )
    two = hall.store.count_hands(hall.key, hall.facilitator, hands(about.key, (("はい", 9), ("いいえ", 0))))
    assert hall.meeting.hands == (one, two)
    assert hall.meeting.hands_of(about.key).counts == (("はい", 9), ("いいえ", 0))
    for wrong in (hands(about.key, scenario="../x"), hands(about.key, scenario_changed_at="x" * 41)):
        assert refused(lambda one=wrong: hall.store.count_hands(hall.key, hall.facilitator, one)).key == (
            "meeting_scenario"
        )


def test_hands_for_options_that_are_others_by_now_are_not_kept(hall):
    about = hall.pin()
    hall.store.change_item(hall.key, hall.facilitator, replace(about, options=("いいえ", "はい")), was=about)
    error = refused(lambda: hall.store.count_hands(hall.key, hall.facilitator, hands(about.key)))
    assert error.key == "meeting_options_changed"
    assert hall.meeting.hands == ()


def test_the_wall_steps_as_fast_as_anybody_likes(hall):
    first, second = hall.pin("一"), hall.pin("二")
    changed_at = hall.meeting.changed_at
    for _ in range(40):
        for one in (first, second):
            hall.store.show(hall.key, hall.facilitator, one.key)
    meeting = hall.meeting
    assert (meeting.current, meeting.changed_at) == (second.key, changed_at)
    hall.store.show(hall.key, hall.facilitator, "")
    assert hall.meeting.current == ""


def test_a_closed_meeting_is_read_and_shown_but_not_written(hall):
    about, said = hall.pin(), hall.note()
    hall.store.close(hall.key, hall.facilitator)
    assert not hall.meeting.is_open
    for call in (
        hall.pin,
        hall.note,
        lambda: hall.store.remove_note(hall.key, hall.participant, said.key),
        lambda: hall.store.change_note(hall.key, hall.facilitator, said, was=said),
        lambda: hall.store.count_hands(hall.key, hall.facilitator, hands(about.key)),
        lambda: hall.store.remove_item(hall.key, hall.facilitator, about.key),
        lambda: hall.store.rename(hall.key, hall.facilitator, "新"),
    ):
        assert refused(call).key == "meeting_closed"
    hall.store.show(hall.key, hall.facilitator, about.key)
    assert hall.meeting == replace(hall.meeting, items=(about,), notes=(said,), current=about.key)
    hall.store.reopen(hall.key, hall.facilitator)
    hall.store.rename(hall.key, hall.facilitator, " 新 ")
    assert hall.meeting.title == "新"


def test_times_go_on_where_the_clock_goes_back(hall, clock):
    first = hall.note()
    clock.now -= 86_400
    assert hall.note().made_at > first.made_at


@pytest.mark.parametrize(
    ("limit", "what"), [("MOST_ITEMS", "agenda"), ("MOST_NOTES", "notes"), ("MOST_HANDS", "hands")]
)
def test_a_meeting_has_room_for_so_many(hall, monkeypatch, limit, what):
    monkeypatch.setattr(meeting_rows, "_MOST", {"agenda": 60, "notes": 60, "hands": 60} | {what: 1})
    about = hall.pin()
    said = hall.note()
    hall.store.count_hands(hall.key, hall.facilitator, hands(about.key))
    more = {
        "agenda": hall.pin,
        "notes": hall.note,
        "hands": lambda: hall.store.count_hands(hall.key, hall.facilitator, hands(about.key)),
    }[what]
    error = refused(more)
    assert (error.key, error.params["what"], error.params["most"]) == ("meeting_too_many", what, 1)
    if what == "notes":
        hall.store.remove_note(hall.key, hall.participant, said.key)
        more()
        assert refused(lambda: hall.store.restore_note(hall.key, hall.participant, said.key)).key == "meeting_too_many"
    if what == "agenda":
        hall.store.remove_item(hall.key, hall.facilitator, about.key)
        more()
        assert refused(lambda: hall.store.restore_item(hall.key, hall.facilitator, about.key)).key == "meeting_too_many"


def test_the_limits_are_the_modules():
    module = meeting_rows
    assert module._MOST == {"agenda": 60, "notes": 2_000, "hands": 500}


def test_of_what_was_removed_the_last_can_be_brought_back(hall, monkeypatch):
    monkeypatch.setattr(meeting_rows, "NOTES_KEPT", 1)
    monkeypatch.setattr(meeting_rows, "ITEMS_KEPT", 1)
    items, notes = [hall.pin(title) for title in "一二"], [hall.note() for _ in range(2)]
    hall.note(about=items[0].key)
    for one in notes:
        hall.store.remove_note(hall.key, hall.participant, one.key)
    for one in items:
        hall.store.remove_item(hall.key, hall.facilitator, one.key)
    assert refused(lambda: hall.store.restore_note(hall.key, hall.participant, notes[0].key)).key == (
        "meeting_note_unknown"
    )
    assert refused(lambda: hall.store.restore_item(hall.key, hall.facilitator, items[0].key)).key == (
        "meeting_item_unknown"
    )
    assert hall.store.restore_note(hall.key, hall.participant, notes[1].key) == notes[1]
    assert hall.store.restore_item(hall.key, hall.facilitator, items[1].key) == items[1]
    # The numbers of what was dropped are not given again.
    assert hall.note().number == 4


class AnyOrder(RuleBasedStateMachine):
    """A meeting held against plain lists, whatever is done in whatever order."""

    def __init__(self):
        super().__init__()
        self.folder = self.folders.mktemp("meeting")
        self.clock = Clock()
        self.hall = council(self.folder, self.clock)
        self.items, self.notes, self.gone = [], [], []
        self.made = 0
        self.current = ""

    @rule(title=st.sampled_from("一二三四"))
    def pin(self, title):
        self.items.append(self.hall.pin(title))

    @precondition(lambda self: self.items)
    @rule(at=st.integers(0, 9), place=st.integers(-1, 9))
    def move(self, at, place):
        one = self.items.pop(at % len(self.items))
        self.items.insert(max(place, 0), one)
        self.hall.store.move_item(self.hall.key, self.hall.facilitator, one.key, place)

    @precondition(lambda self: self.items)
    @rule(at=st.integers(0, 9))
    def show(self, at):
        self.current = self.items[at % len(self.items)].key
        self.hall.store.show(self.hall.key, self.hall.facilitator, self.current)

    @precondition(lambda self: self.items)
    @rule(at=st.integers(0, 9))
    def remove_and_restore(self, at):
        one = self.items[at % len(self.items)]
        self.hall.store.remove_item(self.hall.key, self.hall.facilitator, one.key)
        self.current = "" if self.current == one.key else self.current
        assert {said.item for said in self.hall.meeting.notes}.isdisjoint({one.key})
        assert self.hall.store.restore_item(self.hall.key, self.hall.facilitator, one.key) == one

    @rule(words=st.text("あい\n", min_size=1, max_size=4).filter(str.strip), at=st.integers(0, 9))
    def note(self, words, at):
        about = self.items[at % len(self.items)].key if self.items else ""
        self.made += 1
        said = self.hall.note(words, about)
        assert (said.words, said.number) == (words.strip(), self.made)
        self.notes.append(said)

    @precondition(lambda self: self.notes)
    @rule(at=st.integers(0, 9), words=st.sampled_from(["新", "新新"]))
    def change_note(self, at, words):
        at %= len(self.notes)
        was = self.notes[at]
        new = replace(was, words=words)
        self.notes[at] = self.hall.store.change_note(self.hall.key, self.hall.participant, new, was=was)
        assert self.notes[at] == new

    @precondition(lambda self: self.notes)
    @rule(at=st.integers(0, 9))
    def remove_note(self, at):
        self.gone.append(self.notes.pop(at % len(self.notes)))
        self.hall.store.remove_note(self.hall.key, self.hall.participant, self.gone[-1].key)

    @precondition(lambda self: self.gone)
    @rule(at=st.integers(0, 9))
    def restore_note(self, at):
        one = self.gone.pop(at % len(self.gone))
        assert self.hall.store.restore_note(self.hall.key, self.hall.participant, one.key) == one
        self.notes.append(one)

    @invariant()
    def it_is_as_the_lists_are(self):
        self.clock.now += 60
        meeting = self.hall.meeting
        assert meeting.items == tuple(self.items)
        assert meeting.notes == tuple(sorted(self.notes, key=lambda one: one.number))
        assert meeting.current == self.current


def test_any_order_of_changes(tmp_path_factory):
    AnyOrder.folders = tmp_path_factory
    AnyOrder.TestCase.settings = settings(max_examples=25, stateful_step_count=20)
    AnyOrder.TestCase().runTest()
