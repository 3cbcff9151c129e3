"""Two browsers on one meeting stay in step: what the one adds, the other shows at once; the wall is followed."""

from __future__ import annotations

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from geo.errors import MeguriError
from layers.meeting.current import FREE, ITEM, Here, meetings, open_item
from layers.meeting.watch import UNREAD, Watched, Watcher, can_wake, presence_of, wake_session
from layers.session import say

# Whether this session moves with the wall; the wall's item that it has seen.
FOLLOW, _SEEN = "meeting_follow", "meeting_seen"
# Where a session has to ask by itself.
_EVERY_S = 1.5


def keep_in_step(meeting: str, stamp: int = UNREAD) -> None:
    """Run the page anew when somebody changes something in a meeting; draws nothing.

    Call before anything is drawn, so that a view that cannot be drawn does not take the session out of step.

    Parameters
    ----------
    meeting
        Its key.
    stamp
        The count of its changes that this run shows; without one it runs anew as soon as the store can be read.
    """
    context = get_script_run_ctx()
    if context is None or not runtime.exists():
        return
    watcher = _watcher()
    if watcher.has_failed or not can_wake(context.session_id):
        _ask_now_and_then(meeting, stamp)
        return
    watcher.start()
    watcher.watch(context.session_id, Watched(meetings(), meeting, stamp))


@st.fragment(run_every=_EVERY_S)
def _ask_now_and_then(meeting: str, stamp: int) -> None:
    """Do the same from within the session, at a price (see watch.py)."""
    try:
        now = meetings().stamp(meeting)
    except MeguriError:
        return
    if now != stamp:
        st.rerun()


def follow_wall(here: Here) -> bool:
    """Open the item on the wall where this session follows it and has not yet; True where it moved.

    Call once a run before anything is drawn. The first time, everybody opens what is on the wall.
    """
    current = here.meeting.current
    seen = st.session_state.get(_SEEN)
    if seen == (here.meeting.key, current):
        return False
    st.session_state[_SEEN] = (here.meeting.key, current)
    is_first = seen is None or seen[0] != here.meeting.key
    item = here.meeting.item(current)
    if item is None or not (is_first or is_following(here)):
        return False
    if is_first and st.session_state.get(ITEM) == FREE:
        # Come from another page with a view of its own.
        return False
    if here.item is not None and here.item.key == item.key and not is_first:
        return False
    open_item(here, item)
    return True


def is_following(here: Here) -> bool:
    """Tell whether this session moves with the wall: all but facilitators do unless they turned it off."""
    return here.role != "facilitator" and bool(st.session_state.get(FOLLOW, True))


def follow_control(here: Here) -> None:
    """Draw the switch; a facilitator is who is followed."""
    if here.role != "facilitator":
        # Kept apart from the widget, whose value is gone with the first run that does not draw it.
        st.toggle(say("meeting.follow"), value=is_following(here), key="meeting_follow_switch", on_change=_switch)


def _switch() -> None:
    st.session_state[FOLLOW] = bool(st.session_state["meeting_follow_switch"])
    if st.session_state[FOLLOW]:
        st.session_state.pop(_SEEN, None)
        st.session_state.pop(ITEM, None)


@st.cache_resource(max_entries=1, show_spinner=False)
def _watcher() -> Watcher:
    return Watcher(wake_session, presence_of)
