"""The Meeting page with no meeting open: the area's meetings, a new one, a way in by code, one from a file."""

from __future__ import annotations

import streamlit as st

from geo.dataset import Dataset
from geo.meeting import LONGEST_TITLE
from layers.meeting.act import attempt, tell_problem
from layers.meeting.current import look_freely, meetings, open_meeting, take_pass
from layers.meeting.file import import_control
from layers.meeting.join import join_from_lobby, name_input, typed_name
from layers.meeting.keep_pass import kept_again
from layers.meeting.notes import local_minutes
from layers.meeting.pacing import paced
from layers.meeting.sign_in import sign_in_control
from layers.plain import plain
from layers.read_only import is_read_only
from layers.session import say

_CAME_KIND, _MORE = "meeting_came_kind", "meeting_list_shown"
_SHOWN = 30


def lobby(dataset: Dataset) -> None:
    """Draw the whole of the page."""
    # A link of another area's meeting is told by the page before this.
    found = meetings().meetings(dataset.area)
    sign_in_control()
    tell_problem("page")
    left, right = st.columns([7, 5], gap="large")
    with right:
        if is_read_only():
            st.info(say("meeting.read_only_server"))
        else:
            st.header(say("meeting.lobby.start"), anchor=False)
            _start_form(dataset)
    with left:
        st.header(say("meeting.lobby.list"), anchor=False)
        if not found:
            st.caption(say("meeting.lobby.none"))
        with st.container(key="meeting_list", gap="small"):
            most = int(st.session_state.get(_MORE, _SHOWN))
            for entry in found[:most]:
                told = say("meeting.lobby.entry", when=local_minutes(entry.changed_at), count=entry.items)
                ended = "" if entry.is_open else say("meeting.lobby.ended")
                st.button(
                    f"**{plain(entry.title)}**  {plain(told + ended)}",
                    key=f"meeting_enter_{entry.key}",
                    width="stretch",
                    on_click=open_meeting,
                    args=(entry.key,),
                )
            if len(found) > most:
                words = say("meeting.lobby.more", count=len(found) - most)
                st.button(words, key="meeting_list_more", type="tertiary", on_click=_show_more)
    if is_read_only():
        return
    with right:
        still_open = [entry for entry in found if entry.is_open]
        if still_open:
            with st.expander(say("meeting.lobby.join")):
                join_from_lobby(still_open)
        with st.expander(say("meeting.lobby.file")):
            import_control()


def remember_kind(kind: str) -> None:
    """Keep what the page before showed, for the meeting that may be started now."""
    st.session_state[_CAME_KIND] = kind


def _show_more() -> None:
    st.session_state[_MORE] = int(st.session_state.get(_MORE, _SHOWN)) + _SHOWN


def _start_form(dataset: Dataset) -> None:
    with st.form("meeting_start", border=True):
        tell_problem("start")
        st.text_input(
            say("meeting.lobby.title"),
            key="meeting_start_title",
            max_chars=LONGEST_TITLE,
            placeholder=say("meeting.lobby.title_hint"),
        )
        name_input("meeting_start_name")
        st.form_submit_button(
            say("meeting.lobby.start_button"),
            key="meeting_start_button",
            type="primary",
            icon=":material/groups:",
            on_click=_start,
            args=(dataset,),
        )
        st.caption(say("meeting.lobby.start_about"))


def _start(dataset: Dataset) -> None:
    def start() -> None:
        name, user = typed_name("meeting_start_name")
        title = str(st.session_state.get("meeting_start_title", ""))
        with paced("begin"):
            made = meetings().create(title, dataset.area, dataset.content_hash(), name=name, owner=user)
        kept_again()
        open_meeting(made.meeting.key)
        take_pass(made.pass_)
        look_freely(str(st.session_state.pop(_CAME_KIND, "map")))

    attempt(start, where="start", said="meeting.lobby.started")
