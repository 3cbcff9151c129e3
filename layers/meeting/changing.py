"""A form that changes what another may change meanwhile: nothing of theirs is written over unseen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar, cast

import streamlit as st

from geo.meeting import AgendaItem, MeetingChangedError, Note
from layers.plain import plain
from layers.session import say

Kept = TypeVar("Kept", AgendaItem, Note)


@dataclass(frozen=True)
class Changing(Generic[Kept]):
    """What a form was opened on, and what saving it replaces: that, or another's since this session was told of it."""

    opened: Kept
    seen: Kept

    @property
    def key(self) -> str:
        """Key of the item or the note."""
        return self.opened.key


def begin_changing(name: str, opened: Kept) -> None:
    """Open a form, kept under ``name`` in the session; usable as a widget's callback."""
    st.session_state[name] = Changing(opened, opened)


def changing(name: str, key: str) -> bool:
    """Tell whether this session's form of a name is of the item or the note of a key."""
    found = st.session_state.get(name)
    return found is not None and found.key == key


def keep_change(name: str, form: Changing[Kept], change: Callable[[Kept], object]) -> None:
    """Save with ``change(was)``; refused for another's change, the form stays, and saving once more replaces theirs.

    Raises MeetingChangedError, and whatever else ``change`` raises.
    """
    try:
        change(form.seen)
    except MeetingChangedError as error:
        st.session_state[name] = replace(form, seen=cast(Kept, error.theirs))
        raise


def tell_theirs(form: Changing[Kept], now: Kept | None) -> None:
    """Show in the form what stands there by now (None: it was removed), where that is not what it was opened on."""
    if now is None or now == form.opened:
        return
    if isinstance(now, Note):
        words = now.words
    else:
        words = say("meeting.theirs_item", title=now.title, question=now.question, options="／".join(now.options))
    st.warning(plain(say("meeting.theirs", words=words)))
