"""How often one browser's session may write, come in or begin a meeting: coming in anew does not renew it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import streamlit as st

from geo.meeting_pace import Pace, refuse_to_wait
from geo.meeting_passes import MOST_WRITES, WRITES_SECONDS
from layers.meeting.current import meetings

_PACES = {
    # Never stricter than what a pass may write.
    "write": (Pace(at_once=MOST_WRITES, each_s=WRITES_SECONDS / MOST_WRITES), "meeting_too_fast"),
    "enter": (Pace(at_once=10, each_s=6.0), "meeting_enter_wait"),
    # Five an hour.
    "begin": (Pace(at_once=5, each_s=720.0), "meeting_begin_wait"),
}


@contextmanager
def paced(what: Literal["write", "enter", "begin"]) -> Iterator[None]:
    """Do something that this session may do so often only; what raises inside is not counted.

    Raises MeetingError 'meeting_too_fast', 'meeting_enter_wait' or 'meeting_begin_wait' (``seconds``, ``minutes``).
    """
    pace, refusal = _PACES[what]
    kept = f"meeting_pace_{what}"
    now, free_at = meetings().clock(), float(st.session_state.get(kept, 0.0))
    if wait_s := pace.wait_s(free_at, now):
        raise refuse_to_wait(wait_s, refusal, most=pace.at_once)
    yield
    st.session_state[kept] = pace.after(free_at, now)
