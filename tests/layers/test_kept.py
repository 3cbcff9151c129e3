"""What is kept by its first argument: bounded, made once however many ask at once, and nothing kept of what failed."""

import threading

import pytest

from layers.kept import kept


def test_the_first_argument_is_the_key():
    made = []

    @kept(max_entries=2)
    def double(number, words):
        made.append(number)
        return f"{words}{2 * number}"

    assert (double(1, "a"), double(1, "b"), double(2, "c")) == ("a2", "a2", "c4")
    assert made == [1, 2]


def test_those_asked_for_last_are_kept():
    made = []

    @kept(max_entries=2)
    def same(number):
        made.append(number)
        return number

    for number in (1, 2, 1, 3, 1, 2):
        assert same(number) == number
    assert made == [1, 2, 3, 2]
    same.clear()
    same(2)
    assert made[-1] == 2
    assert len(made) == 5


def test_long_results_leave_room_for_fewer():
    made = []

    @kept(max_entries=10, max_rows=5)
    def rows(number):
        made.append(number)
        return [0] * number

    for number in (2, 3, 2, 3, 9, 9, 3, 2, 3):
        assert len(rows(number)) == number
    # One of nine rows alone is kept, and everything else goes.
    assert made == [2, 3, 9, 3, 2]


def test_two_that_ask_at_once_have_it_made_once():
    begun, go_on, made, told = threading.Event(), threading.Event(), [], []

    @kept(max_entries=2)
    def slow(number):
        made.append(number)
        begun.set()
        assert go_on.wait(10)
        return number

    asking = [threading.Thread(target=lambda: told.append(slow(7))) for _ in range(4)]
    asking[0].start()
    assert begun.wait(10)
    for thread in asking[1:]:
        thread.start()
    go_on.set()
    for thread in asking:
        thread.join(10)
    assert (made, told) == ([7], [7] * 4)


def test_what_failed_is_made_again():
    made = []

    @kept(max_entries=2)
    def failing(number):
        made.append(number)
        if len(made) == 1:
            raise ValueError("once")
        return number

    with pytest.raises(ValueError, match="once"):
        failing(1)
    assert failing(1) == 1
    assert made == [1, 1]
