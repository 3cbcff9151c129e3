"""Coming into a meeting: by its code and a name, or by the link that carries the code."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from geo.meeting import LONGEST_NAME, MeetingError
from geo.meeting_store import MeetingEntry
from layers import session
from layers.meeting.act import attempt, tell_problem
from layers.meeting.current import Here, meetings, open_meeting, take_pass
from layers.meeting.keep_pass import kept_again
from layers.meeting.pacing import paced
from layers.meeting.sign_in import person
from layers.read_only import is_read_only
from layers.session import say
from layers.unique_labels import unique_labels

NAME = "meeting_my_name"
_CODE_LETTERS = 40


def join_form(here: Here) -> None:
    """Draw the form that makes a participant, or a facilitator, of somebody who only reads."""
    if here.can_write or here.can_lead:
        return
    if is_read_only() or not here.meeting.is_open:
        st.info(say("meeting.read_only_server" if is_read_only() else "meeting.closed"))
        if is_read_only():
            return
    with st.form("meeting_join", border=True):
        st.markdown(f"**{say('meeting.join.title')}**")
        tell_problem("join")
        if "meeting_join_code_typed" not in st.session_state:
            # Of the link that this session was opened with; it stands in the address no more.
            st.session_state["meeting_join_code_typed"] = str(st.session_state.get(session.JOIN_CODE, ""))
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.text_input(say("meeting.join.code"), key="meeting_join_code_typed", max_chars=_CODE_LETTERS, width=170)
            name_input("meeting_join_name")
            st.form_submit_button(
                say("meeting.join.enter"),
                key="meeting_join_enter",
                type="primary",
                on_click=_come_in,
                args=(here.meeting.key, "meeting_join_code_typed", "meeting_join_name", "join"),
            )
        st.caption(say("meeting.join.about"))


def join_from_lobby(entries: Sequence[MeetingEntry]) -> None:
    """Draw the form that opens one of these meetings and comes in at once."""
    # Of one title the oldest has it alone, so that a meeting that somebody adds renames none of the others.
    titles = {entry.key: entry.title for entry in sorted(entries, key=lambda entry: (entry.made_at, entry.key))}
    labels = unique_labels(titles, session.current().lang)
    with st.form("meeting_join_lobby", border=False):
        tell_problem("join_lobby")
        st.selectbox(
            say("meeting.join.which"),
            [entry.key for entry in entries],
            format_func=lambda key: labels.get(key, str(key)),
            key="meeting_lobby_which",
        )
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.text_input(say("meeting.join.code"), key="meeting_lobby_code", max_chars=_CODE_LETTERS, width=170)
            name_input("meeting_lobby_name")
        st.form_submit_button(say("meeting.join.enter"), key="meeting_lobby_enter", on_click=_join_from_lobby)


def name_input(key: str) -> None:
    """Draw the field for one's name; of somebody signed in it is the provider's, and stands fixed."""
    who = person()
    if who is not None:
        st.text_input(say("meeting.join.name"), who.name, key=f"{key}_signed_in", disabled=True, width=200)
        return
    if key not in st.session_state:
        st.session_state[key] = str(st.session_state.get(NAME, ""))
    st.text_input(say("meeting.join.name"), key=key, max_chars=LONGEST_NAME, width=200)


def typed_name(key: str) -> tuple[str, str]:
    """Return the name of :func:`name_input`, and the id of who is signed in or ''."""
    who = person()
    if who is not None:
        return who.name, who.user
    name = str(st.session_state.get(key, "")).strip()
    if name:
        st.session_state[NAME] = name
    return name, ""


def _join_from_lobby() -> None:
    key = str(st.session_state.get("meeting_lobby_which") or "")
    if _join(key, "meeting_lobby_code", "meeting_lobby_name", "join_lobby"):
        open_meeting(key)


def _come_in(meeting: str, code_key: str, name_key: str, where: str) -> None:
    _join(meeting, code_key, name_key, where)


def _join(meeting: str, code_key: str, name_key: str, where: str) -> bool:
    def enter() -> None:
        name, user = typed_name(name_key)
        code = str(st.session_state.get(code_key, ""))
        if not code.strip():
            raise MeetingError("meeting: no code was typed", key="meeting_code_missing")
        with paced("enter"):
            # Known by who they are, the notes of somebody signed in stay theirs from day to day.
            given = meetings().enter(meeting, code, name, user=user)
        kept_again()
        take_pass(given)
        st.session_state[session.JOIN_CODE] = ""

    return attempt(enter, where=where, said="meeting.join.done")
