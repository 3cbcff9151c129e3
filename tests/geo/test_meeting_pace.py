"""How many may do something at once, and how soon one more: by the second, with a clock put by hand."""

import pytest

from geo.meeting_pace import Pace

THREE = Pace(at_once=3, each_s=10.0)


def done_at(pace, moments, free_at=0.0):
    """Return the moments of these at which something could be done, and how long the others were to wait."""
    done, waits = [], []
    for now in moments:
        wait_s = pace.wait_s(free_at, now)
        if wait_s:
            waits.append(wait_s)
        else:
            done.append(now)
            free_at = pace.after(free_at, now)
    return done, waits


@pytest.mark.parametrize("start", [0.0, 1_800_000_000.123456])
def test_so_many_at_once_and_one_more_each_few_seconds(start):
    seconds = [0, 0, 0, 0, 4, 10, 10, 20, 29.5, 30, 60, 60, 60, 60]
    done, waits = done_at(THREE, [start + second for second in seconds])
    assert [round(moment - start, 3) for moment in done] == [0, 0, 0, 10, 20, 30, 60, 60, 60]
    assert waits == [10, 6, 10, 1, 10]


def test_a_clock_that_is_put_back_keeps_nobody_waiting():
    free_at = 0.0
    for _ in range(3):
        free_at = THREE.after(free_at, 1_000.0)
    assert THREE.wait_s(free_at, 1_000.0) == 10
    # All three are counted where it is put back a little, and none where it is put back by more than they could be.
    assert THREE.wait_s(free_at, 1_000.0 - 86_400) == 0
