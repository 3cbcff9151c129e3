"""Which meeting a run is about: the link's, the area's, what the page before left, who comes in, where the wall is."""

from __future__ import annotations

import streamlit as st

from geo.dataset import list_areas
from geo.store_database import StoreError
from layers import session
from layers.frame import CAME_FROM
from layers.meeting.current import FREE, ITEM, WALL, Here, here, look_freely, open_meeting
from layers.meeting.lobby import remember_kind
from layers.meeting.looking import come_from
from layers.meeting.sign_in import enter_signed_in
from layers.meeting.sync import follow_wall, keep_in_step
from layers.session import say

# What a view is pinned as that was prepared on another page (by its address; '' is the map's).
KINDS_OF_PAGES = {"": "map", "start": "map", "scale": "ladder", "money": "ladder", "whatif": "comparison"}
_OPENED = "meeting_opened"


def opened() -> Here | None:
    """Return the meeting that this run shows, None for the lobby; call once a run, before anything is drawn.

    Raises StoreError where the meetings cannot be read; the page comes by itself when they can. A meeting of a link
    that is not here is said.
    """
    try:
        found = _opened()
    except StoreError:
        if key := session.current().meeting:
            keep_in_step(key)
        raise
    if found is not None:
        keep_in_step(found.meeting.key, found.stamp)
    return found


def _opened() -> Here | None:
    came = st.session_state.pop(CAME_FROM, None)
    kind = KINDS_OF_PAGES.get(came, "map") if came is not None else ""
    state = session.current()
    found = here()
    if came is not None:
        come_from(came)
    if found is None:
        if state.meeting:
            _tell(say("meeting.gone"))
            open_meeting("")
        if kind:
            remember_kind(kind)
        return None
    if not _is_of_area(found):
        return None
    enter_signed_in(found)
    if kind:
        _arrive(found, kind)
    found = here() or found
    if follow_wall(found):
        found = here() or found
    return found


def _tell(words: str) -> None:
    """Say what became of a link; the wall lies over the page, so there it is said over the wall."""
    (st.toast if st.session_state.get(WALL) else st.info)(words)


def _is_of_area(found: Here) -> bool:
    """Look at the area that a meeting is of; somebody who chose another area since it was opened has left it."""
    area = session.current().area
    is_first = st.session_state.get(_OPENED) != found.meeting.key
    if area == found.meeting.area:
        st.session_state[_OPENED] = found.meeting.key
        return True
    if is_first and found.meeting.area in list_areas(session.data_dir()):
        st.session_state[_OPENED] = found.meeting.key
        session.change_area(found.meeting.area)
        return True
    if is_first:
        _tell(say("meeting.area_missing", area=found.meeting.area))
    open_meeting("")
    return False


def _arrive(found: Here, kind: str) -> None:
    """Come from another page: who leads prepares what they saw there, anybody else is back where the wall is."""
    if found.can_arrange or not found.meeting.current:
        look_freely(kind)
    elif st.session_state.get(ITEM) != FREE:
        st.session_state.pop(ITEM, None)
        st.session_state.pop("meeting_seen", None)
