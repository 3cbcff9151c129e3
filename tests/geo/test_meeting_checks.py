"""What a meeting may hold: every limit at its edge, one step inside and one outside."""

from dataclasses import replace

import pytest

from geo import meeting_checks
from geo.meeting import Meeting
from geo.meeting_checks import check_hands, check_item, check_meeting, check_name, check_note, check_query, check_title
from tests.geo.meeting_world import MEETING, A, C, hands, item, note, refused


def test_words_of_both_lengths():
    check_title("題")
    check_title("題" * 100)
    check_name("名" * 40)
    assert refused(check_title, "題" * 101).key == "meeting_title"
    assert refused(check_name, "名" * 41).key == "meeting_name"
    check_item(item("題" * 100, "問" * 300, ["あ" * 60, "い" * 60]))
    check_note(note("字" * 1000))


@pytest.mark.parametrize(
    "words", ["", "  ", "\u3000", "a\nb", "a\tb", "a\x00b", "\x1b[31m", "\u202eabc", "\ud800", "\r"]
)
def test_a_line_is_one_line_of_what_can_be_shown(words):
    assert refused(check_title, words).key == "meeting_title"
    assert refused(check_name, words).key == "meeting_name"
    assert refused(check_item, item(words)).params["field"] == "title"


def test_markup_is_words_like_any_other():
    check_title("<script>alert(1)</script>")
    check_note(note("<img src=x onerror=alert(1)>\n**[a](javascript:b)** $x$"))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (item(question="問" * 301), "question"),
        (item(question="a\nb"), "question"),
        (item(options=["a"] * 2), "options"),
        (item(options="abcdefghi"), "options"),
        (item(options=["a" * 61]), "options"),
        (item(options=[""]), "options"),
        (item(kind="wall"), "kind"),
        (item(query=[("resource", "a"), ("resource", "b")]), "query"),
        (item(query=[("Resource", "a")]), "query"),
        (item(query=[("a", "x" * 4001)]), "query"),
        (item(query=[("a", "x\ny")]), "query"),
        (item(query=[(f"a{number}", "") for number in range(41)]), "query"),
    ],
)
def test_an_item_that_cannot_be(wrong, field):
    error = refused(check_item, wrong, where="agenda[3]")
    assert (error.key, error.params["field"]) == (f"meeting_{field}", field)
    assert error.params["where"] == "agenda[3]"
    assert "agenda[3]" in str(error)


def test_an_item_at_its_limits():
    check_item(item(question="", options=()))
    check_item(item(options="abcdefgh", query=[(f"a{number}", "x" * 4000) for number in range(40)]))
    check_query(())


@pytest.mark.parametrize(
    ("kind", "least", "most"), [("comment", 0, 0), ("agreed", 0, 0), ("pin", 1, 1), ("line", 2, 200), ("area", 3, 200)]
)
def test_a_note_has_as_many_points_as_its_kind(kind, least, most):
    for count in (least, most):
        check_note(note(kind=kind, points=[(139.5, 35.4)] * count))
    for count in {max(least - 1, 0), most + 1} - {least}:
        assert refused(check_note, note(kind=kind, points=[(139.5, 35.4)] * count)).key == "meeting_points"


@pytest.mark.parametrize("point", [(180.1, 0), (0, -90.1), (float("nan"), 0), (0, float("inf")), (1, 2, 3), (1,)])
def test_a_point_is_on_the_globe(point):
    check_note(note(kind="pin", points=[(-180, 90)]))
    assert refused(check_note, note(kind="pin", points=[point])).key == "meeting_points"


@pytest.mark.parametrize("words", ["", " \n ", "字" * 1001, "a\x00", "\ud800", "a\rb"])
def test_a_note_that_cannot_be(words):
    assert refused(check_note, note(words)).key == "meeting_words"


def test_only_what_is_drawn_may_be_without_words():
    check_note(note("", kind="line", points=[(1, 1), (2, 2)]))
    check_note(note("一\n二", kind="open"))
    for kind in ("comment", "agreed", "open"):
        assert refused(check_note, note("", kind=kind)).key == "meeting_words"
    assert refused(check_note, note(kind="shout")).key == "meeting_kind"


@pytest.mark.parametrize("count", [-1, 100_001, 1.0, True, "1"])
def test_hands_are_counted_in_whole_numbers(count):
    check_hands(hands(A, (("はい", 0), ("いいえ", 100_000))))
    assert refused(check_hands, hands(A, (("はい", count),))).key == "meeting_counts"


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        (hands(A, ()), "meeting_counts"),
        (hands(A, (("はい", 1), ("はい", 2))), "meeting_counts"),
        (hands(A, (("はい\n", 1),)), "meeting_counts"),
        (hands(A, scenario_name="a" * 101), "meeting_scenario_name"),
        (hands(A, query=(("A", ""),)), "meeting_query"),
    ],
)
def test_hands_that_cannot_be(wrong, key):
    assert refused(check_hands, wrong).key == key


def test_a_whole_meeting_that_can_be():
    check_meeting(MEETING)
    check_meeting(Meeting("", "題", "a"))


@pytest.mark.parametrize(
    ("fields", "key", "where"),
    [
        ({"title": ""}, "meeting_title", ""),
        ({"area": "../etc"}, "meeting_area", ""),
        ({"dataset_hash": "xyz"}, "meeting_dataset_hash", ""),
        ({"current": C}, "meeting_current", ""),
        ({"items": MEETING.items[:1] * 2}, "meeting_agenda", ""),
        ({"items": (replace(MEETING.items[0], key="a"),)}, "meeting_agenda", ""),
        ({"items": (MEETING.items[0], replace(MEETING.items[1], title=""))}, "meeting_title", "agenda[2]"),
        ({"notes": MEETING.notes[:1] * 2}, "meeting_notes", ""),
        ({"notes": (replace(MEETING.notes[0], item=C),)}, "meeting_item", "notes[1]"),
        ({"notes": (replace(MEETING.notes[0], words=""),)}, "meeting_words", "notes[1]"),
        ({"notes": (replace(MEETING.notes[0], author="a" * 41),)}, "meeting_author", ""),
        ({"hands": (replace(MEETING.hands[0], key=""),)}, "meeting_hands", ""),
        ({"hands": (replace(MEETING.hands[0], item=""),)}, "meeting_item", "hands[1]"),
    ],
)
def test_a_whole_meeting_that_cannot_be(fields, key, where):
    error = refused(check_meeting, replace(MEETING, **fields))
    assert (error.key, error.params["where"]) == (key, where)


@pytest.mark.parametrize(
    ("limit", "key"),
    [("MOST_ITEMS", "meeting_agenda"), ("MOST_NOTES", "meeting_notes"), ("MOST_HANDS", "meeting_hands")],
)
def test_a_whole_meeting_has_limits(monkeypatch, limit, key):
    monkeypatch.setattr(meeting_checks, limit, 1)
    assert refused(check_meeting, MEETING).key == key
