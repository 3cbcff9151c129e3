"""Codes: what they look like, what is taken for them, and what guessing comes to."""

import re

import pytest

from geo import meeting_codes
from geo.meeting import MeetingError
from geo.meeting_codes import CodeGuard, is_same, new_code
from tests.geo.meeting_world import refused

CODES = {"participant": "ABCD-2345", "facilitator": "WXYZ-6789"}
HALL = ("file", "aaaaaaaaaaaa")


def test_a_code_has_no_letters_that_look_alike():
    made = {new_code() for _ in range(200)}
    assert len(made) == 200
    for code in made:
        assert re.fullmatch(r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}", code)
    # Every letter comes, at every place.
    assert {len({code[place] for code in made}) > 20 for place in (0, 3, 5, 8)} == {True}


@pytest.mark.parametrize(
    "typed", ["abcd2345", " ABCD 2345 ", "ＡＢＣＤ－２３４５", "a-b-c-d-2-3-4-5", "ABCD\u20102345"]
)
def test_a_code_is_taken_however_it_is_typed(typed):
    assert is_same("ABCD-2345", typed)


@pytest.mark.parametrize("typed", ["", "ABCD-234", "ABCD-23455", "ABCD-2346", "\ud800", "%", "ABCD-2345" * 1000])
def test_another_is_not_taken(typed):
    assert not is_same("ABCD-2345", typed)


def test_each_code_has_its_role():
    guard = CodeGuard()
    assert [guard.role_of(HALL, CODES, code, 0.0) for code in CODES.values()] == ["participant", "facilitator"]


def guess(guard, now, count=1, hall=HALL):
    """Return the keys of what so many wrong codes are told."""
    return [refused(guard.role_of, hall, CODES, "WRONGONE", now) for _ in range(count)]


def test_the_eleventh_wrong_one_in_ten_minutes_is_asked_to_wait():
    guard = CodeGuard()
    assert {error.key for error in guess(guard, 0.0, 10)} == {"meeting_code_wrong"}
    error = guess(guard, 1.0)[0]
    assert (error.key, error.params["seconds"]) == ("meeting_code_wait", 60)
    # Of another meeting nothing is counted.
    assert guess(guard, 1.0, hall=("file", "bbbbbbbbbbbb"))[0].key == "meeting_code_wrong"
    # Ten minutes on, the ten are forgotten; the eleventh is not yet.
    assert [error.key for error in guess(guard, 600.5, 10)] == ["meeting_code_wrong"] * 9 + ["meeting_code_wait"]


def test_the_right_one_opens_however_many_wrong_ones_somebody_tries():
    """Every second a guesser tries ten codes, for a quarter of an hour; nobody else is kept out."""
    guard = CodeGuard()
    for second in range(900):
        guess(guard, float(second), 9)
        assert guard.role_of(HALL, CODES, "abcd2345", float(second)) == "participant"


def test_no_code_is_looked_at_beyond_what_a_hall_could_type(monkeypatch):
    monkeypatch.setattr(meeting_codes, "MOST_EXAMINED", 20)
    guard = CodeGuard()
    guess(guard, 100.0, 20)
    error = refused(guard.role_of, HALL, CODES, "abcd2345", 130.0)
    assert (error.key, error.params["seconds"]) == ("meeting_code_wait", 30)
    # What comes meanwhile makes it no longer: at the end of the minute the right code opens.
    guess(guard, 159.0, 50)
    assert guard.role_of(HALL, CODES, "abcd2345", 160.0) == "participant"


def test_guessing_is_held_to_so_many_a_minute(monkeypatch):
    monkeypatch.setattr(meeting_codes, "MOST_EXAMINED", 20)
    guard = CodeGuard()
    compared = []
    monkeypatch.setattr(meeting_codes, "is_same", lambda code, typed: compared.append(typed))
    for tenth in range(3000):
        with pytest.raises(MeetingError):
            guard.role_of(HALL, CODES, "WRONGONE", tenth / 10)
    # Five minutes of ten a second: twenty a minute, against both codes.
    assert len(compared) == 5 * 20 * len(CODES)


def test_it_forgets_where_codes_are_new():
    guard = CodeGuard()
    guess(guard, 0.0, 12)
    guard.forget(HALL)
    assert guess(guard, 1.0)[0].key == "meeting_code_wrong"
    guard.forget(("file", "never seen"))


def test_a_clock_put_back_keeps_nobody_out():
    guard = CodeGuard()
    guess(guard, 10_000.0, 12)
    assert guess(guard, 0.0)[0].key == "meeting_code_wrong"
