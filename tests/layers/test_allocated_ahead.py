"""Jobs done ahead: each once, in the background; one that fails does not stop the next."""

import threading

from geo.errors import InputError
from layers.allocated_ahead import _Worker

PATIENCE_S = 20


def test_a_job_is_done_once_and_what_fails_stops_nothing(caplog):
    worker, done = _Worker(), threading.Event()
    ran = []

    def wrong():
        raise InputError("cannot be", key="x")

    def broken():
        raise ZeroDivisionError

    assert worker.ask("a", lambda: ran.append("a"))
    assert not worker.ask("a", lambda: ran.append("a again"))
    assert worker.ask("wrong", wrong)
    assert worker.ask("broken", broken)
    assert worker.ask("last", done.set)
    assert done.wait(PATIENCE_S)
    assert ran == ["a"]
    # What a user can mend is told by the page; what is a defect is logged.
    assert [record.exc_info[0] for record in caplog.records] == [ZeroDivisionError]


def test_too_many_jobs_are_left_to_the_page():
    worker, may_end = _Worker(), threading.Event()
    taken = [worker.ask(number, may_end.wait) for number in range(100)]
    assert taken[0]
    assert not taken[-1]
    may_end.set()
