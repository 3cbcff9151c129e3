"""What this session removed last from a meeting's agenda or from its notes, to be had back with one press."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from layers.meeting.act import attempt
from layers.meeting.current import Here
from layers.plain import plain
from layers.session import say

Kind = Literal["item", "note"]
# Which part of the page says that it could not be had back.
_WHERE: dict[Kind, str] = {"item": "agenda", "note": "notes"}


@dataclass(frozen=True)
class Removed:
    """What was removed: of which meeting, its key there, and what it is called on the page."""

    meeting: str
    key: str
    name: str


def remember_removed(kind: Kind, here: Here, key: str, name: str) -> None:
    """Keep what was just removed, in place of what was removed before."""
    st.session_state[_state_key(kind)] = Removed(here.meeting.key, key, name)


def removed_from(kind: Kind, here: Here) -> Removed | None:
    """Return what this session removed last from this meeting and did not have back, None for nothing."""
    found = st.session_state.get(_state_key(kind))
    return found if isinstance(found, Removed) and found.meeting == here.meeting.key else None


def offer_back(kind: Kind, name: str, bring_back: Callable[[], object]) -> None:
    """Draw, into the row that is open, what was removed and the button that brings it back.

    Parameters
    ----------
    name
        What it is called; users may have typed anything.
    bring_back
        Does it; may raise MeguriError, which is said where the removed thing was.
    """

    def press() -> None:
        attempt(bring_back, where=_WHERE[kind], said="meeting.brought_back")
        st.session_state.pop(_state_key(kind), None)

    st.markdown(plain(say("meeting.removed", name=name)), width="content")
    st.button(say("meeting.bring_back"), key=f"meeting_{kind}_back", icon=":material/undo:", on_click=press)


def _state_key(kind: Kind) -> str:
    return f"meeting_{kind}_removed_last"
