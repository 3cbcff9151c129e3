"""A meeting as it stands: what is asked of it, by item, kind and view."""

from geo.meeting import AgendaItem, Hands, Note
from tests.geo.meeting_world import MEETING, A, B, C, hands, item, note


def test_what_is_asked_of_a_meeting():
    assert MEETING.item(B) == MEETING.items[1]
    assert MEETING.item(C) is None
    assert MEETING.notes_of(A) == MEETING.notes[:1]
    assert MEETING.notes_of("", "comment", "open") == MEETING.notes[1:]
    assert MEETING.notes_of(A, "agreed") == ()
    # The last count of an item is the one that holds.
    assert MEETING.hands_of(A) == MEETING.hands[2]
    assert MEETING.hands_of(C) is None
    asked = AgendaItem("", "題", "", (), "map", (("scenario", A), ("resource", "water"), ("against", "")))
    assert asked.scenarios == (A,)


def test_the_parts_are_values():
    for made in (item(), note(), hands(A), MEETING):
        assert isinstance(hash(made), int)
    assert (Note("", "", "comment", "a"), Hands("", A, ())) == (note("a"), hands(A, ()))
