"""The meeting that this session looks at: who is here, with which role, and which item of the agenda is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

import streamlit as st

from geo.meeting import VIEW_KINDS, AgendaItem, Meeting
from layers import session
from layers.meeting.view import state_of, view_of_map
from layers.read_only import is_read_only
from layers.stored import store

if TYPE_CHECKING:
    from geo.meeting_passes import Pass
    from geo.meeting_store import MeetingStore

# Of this session: passes by meeting key, the item open, the kind that a view is prepared as, whether the wall is up.
PASSES, ITEM, KIND, WALL = "meeting_passes", "meeting_item", "meeting_kind", "meeting_wall"
# A token that the store did not know: the browser forgets it.
REFUSED = "meeting_pass_refused"
# The item open is none: a view of one's own is being looked at.
FREE = "-"


@dataclass(frozen=True)
class Here:
    """A meeting as this session sees it.

    Attributes
    ----------
    meeting
        As it stands now.
    pass_
        This session's pass, None for somebody who only reads.
    item
        The item open in this session, None where there is none or a view of one's own is looked at.
    stamp
        The count of the meeting's changes that this has seen.
    titles
        The items' titles for this session's reader, by key (see titles.py); where one lacks, it is as it was kept.
    """

    meeting: Meeting
    pass_: Pass | None
    item: AgendaItem | None
    stamp: int = 0
    titles: Mapping[str, str] = field(default_factory=dict)

    def title_of(self, item: AgendaItem) -> str:
        """Return an item's title as this session's reader has it."""
        return self.titles.get(item.key, item.title)

    @property
    def role(self) -> str:
        """One of ``geo.meeting.ROLES``."""
        return "viewer" if self.pass_ is None else self.pass_.role

    @property
    def token(self) -> str:
        """What the store knows the pass by, '' for none."""
        return "" if self.pass_ is None else self.pass_.token

    @property
    def name(self) -> str:
        """The name that this session writes under, '' for none."""
        return "" if self.pass_ is None else self.pass_.name

    @property
    def own_notes(self) -> frozenset[str]:
        """Keys of the notes that this session may change: its own, or all for a facilitator."""
        if self.can_lead:
            return frozenset(note.key for note in self.meeting.notes)
        kept = meetings()
        path, stamp = str(store().database.path), kept.stamp(self.meeting.key)
        return _own_notes(path, self.meeting.key, stamp, self.token, kept) if self.can_write else frozenset()

    @property
    def can_write(self) -> bool:
        """Whether notes may be written: on a server that writes, with a pass, while the meeting is open."""
        return self.meeting.is_open and self.role in ("participant", "facilitator") and not is_read_only()

    @property
    def can_lead(self) -> bool:
        """Whether this session runs the meeting, an ended one too."""
        return self.role == "facilitator" and not is_read_only()

    @property
    def can_arrange(self) -> bool:
        """Whether the agenda may be changed and hands counted."""
        return self.can_lead and self.meeting.is_open

    @property
    def kind(self) -> str:
        """What the stage shows, one of ``VIEW_KINDS``: what is being prepared, else the item's kind."""
        prepared = st.session_state.get(KIND)
        if prepared in VIEW_KINDS:
            return str(prepared)
        return self.item.kind if self.item is not None else VIEW_KINDS[0]


def meetings() -> MeetingStore:
    """Return the meetings of this server's store."""
    return store().meetings


def here() -> Here | None:
    """Return the meeting of this session's view, None where none is open or there is none of that key.

    Raises StoreError where the store cannot be read. Read anew only when the meeting's stamp changed.
    """
    key = session.current().meeting
    if not key:
        return None
    kept = meetings()
    path, stamp = str(store().database.path), kept.stamp(key)
    meeting = _meeting(path, key, stamp, kept)
    if meeting is None:
        return None
    token = passes().get(key, "")
    pass_ = _pass(path, key, stamp, token, kept) if token else None
    if token and pass_ is None:
        forget_pass(key, is_refused=True)
    chosen = str(st.session_state.get(ITEM, ""))
    item = None if chosen == FREE else meeting.item(chosen or meeting.current)
    return Here(meeting, pass_, item, stamp)


def passes() -> dict[str, str]:
    """Return the tokens of this session by the key of their meeting; not to be changed."""
    kept = st.session_state.get(PASSES)
    return kept if isinstance(kept, dict) else {}


def take_pass(pass_: Pass) -> None:
    """Write under a pass from now on in this session."""
    st.session_state[PASSES] = passes() | {pass_.meeting: pass_.token}


def forget_pass(key: str, *, is_refused: bool = False) -> None:
    """Only read a meeting from now on; ``is_refused``: the store did not know the token, the browser forgets it too."""
    token = passes().get(key, "")
    st.session_state[PASSES] = {meeting: kept for meeting, kept in passes().items() if meeting != key}
    if is_refused:
        st.session_state[REFUSED] = token


def open_meeting(key: str) -> None:
    """Look at a meeting from now on; usable as a widget's callback."""
    for name in (ITEM, KIND, "meeting_seen", "meeting_opened"):
        st.session_state.pop(name, None)
    session.update(meeting=key)


def leave_meeting() -> None:
    """Look at no meeting any more; the view stays."""
    open_meeting("")


def go_to(found: Here, item_key: str) -> None:
    """Open an item of the agenda in this session: its query becomes the view, and the map moves there.

    On the wall of a facilitator the item becomes the one that everybody follows; raises MeetingError or StoreError
    where that cannot be kept. A key that is not on the agenda changes nothing.
    """
    item = found.meeting.item(item_key)
    if item is None:
        return
    open_item(found, item)
    if found.can_arrange and st.session_state.get(WALL) and found.meeting.current != item_key:
        meetings().show(found.meeting.key, found.token, item_key)


def open_item(found: Here, item: AgendaItem) -> None:
    """Make an item's view this session's, without telling anybody."""
    st.session_state[ITEM] = item.key
    st.session_state.pop(KIND, None)
    before = session.current()
    state = state_of(item, area=found.meeting.area, lang=before.lang, meeting=found.meeting.key)
    session.update(**{field.name: getattr(state, field.name) for field in fields(state)})
    session.write_address(keep_view=False)
    if looks := view_of_map(item):
        st.query_params["view"] = looks


def look_freely(kind: str) -> None:
    """Look at a view of one's own, as ``kind``, beside the agenda."""
    st.session_state[ITEM] = FREE
    st.session_state[KIND] = kind


@st.cache_resource(max_entries=64, show_spinner=False)
def _meeting(path: str, key: str, stamp: int, _kept: MeetingStore) -> Meeting | None:
    return _kept.meeting(key)


@st.cache_resource(max_entries=512, show_spinner=False)
def _pass(path: str, key: str, stamp: int, token: str, _kept: MeetingStore) -> Pass | None:
    return _kept.role_of(key, token)


@st.cache_resource(max_entries=512, show_spinner=False)
def _own_notes(path: str, key: str, stamp: int, token: str, _kept: MeetingStore) -> frozenset[str]:
    return _kept.own_notes(key, token)
