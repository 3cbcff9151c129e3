"""The pass of this tab, kept by the browser until the tab closes: a reload writes on under the same name."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import streamlit as st

from geo.errors import MeguriError
from layers.meeting.current import REFUSED, Here, forget_pass, meetings, take_pass
from layers.meeting.sign_in import person
from layers.session import say

_KEY = "meeting_pass"
_LEFT = "meeting_pass_left"
_LONGEST_TOKEN = 100


def keep_pass(here: Here) -> None:
    """Give the browser this session's pass to keep, or take back the one that it kept. Draws nothing."""

    def handed() -> None:
        take_token(here.meeting.key, token_of(st.session_state.get(_KEY)))

    who = person()
    data = {
        "person": "" if who is None else hashlib.sha256(who.user.encode()).hexdigest()[:16],
        "meeting": here.meeting.key,
        "token": here.token,
        "refused": str(st.session_state.get(REFUSED, "")),
        "left": st.session_state.get(_LEFT) == here.meeting.key,
        "away": say("meeting.away"),
    }
    _component()(data=data, key=_KEY, on_token_change=handed, on_back_change=_nothing)


def token_of(result: Any) -> str:
    """Return the token in what the component reports, '' where there is none that could be one."""
    found = result.get("token") if hasattr(result, "get") else None
    return found if isinstance(found, str) and found.isascii() and len(found) <= _LONGEST_TOKEN else ""


def take_token(meeting: str, token: str) -> None:
    """Write under a token that the browser kept, where the meeting gave it; else the browser is to forget it."""
    if not token:
        return
    try:
        found = meetings().role_of(meeting, token)
    except MeguriError:
        # The page tells that the store cannot be read.
        return
    if found is None:
        st.session_state[REFUSED] = token
    else:
        take_pass(found)


def give_up_pass(here: Here) -> None:
    """Only read from now on, in this tab; the browser forgets the pass too."""
    st.session_state[_LEFT] = here.meeting.key
    forget_pass(here.meeting.key)


def kept_again() -> None:
    """Let the browser keep passes again; call when a new one was given."""
    st.session_state.pop(_LEFT, None)


def _nothing() -> None:
    """Stand for what a browser that is connected again asks for: the page anew, which comes by itself."""


@st.cache_resource(max_entries=1, show_spinner=False)
def _component() -> Any:
    script = Path(__file__).with_name("pass.js").read_text(encoding="utf-8")
    return st.components.v2.component("meguri_meeting_pass", js=script)
