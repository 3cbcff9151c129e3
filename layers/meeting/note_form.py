"""The form that adds a note to a meeting: its kind, what is drawn on the map for it, its words, what it is about."""

from __future__ import annotations

import streamlit as st

from geo.meeting import LONGEST_WORDS, NOTE_KINDS, POINTS_OF, Note
from layers import session
from layers.meeting.act import attempt
from layers.meeting.current import Here, meetings
from layers.meeting.drawing import drawing, start_drawing, stop_drawing, take_back_point
from layers.meeting.pacing import paced
from layers.session import say
from layers.unique_labels import unique_labels

_KIND = "meeting_note_kind"
# How many notes this session wrote: each has a form of its own.
_WRITTEN = "meeting_notes_written"
# The kind chosen, apart from the widget, whose value is gone with the first run that does not draw it; and the meeting
# for which this session was given the form.
_CHOSEN, _OFFERED = "meeting_note_chosen", "meeting_note_offered"


def note_form(here: Here) -> None:
    """Draw the form; call only where this session may write."""
    st.session_state[_OFFERED] = here.meeting.key
    st.session_state[_KIND] = _kind()
    st.segmented_control(
        say("meeting.note.add"),
        NOTE_KINDS,
        format_func=lambda kind: say(f"meeting.note.kind.{kind}"),
        key=_KIND,
        required=True,
        wrap=True,
        on_change=_choose_kind,
        args=(here,),
    )
    # A tool that was left on by another meeting, or by a run that lost the drawing, starts anew.
    start_drawing(here, _kind())
    _drawing_line(here)
    _words_form(here)


def keep_words(here: Here) -> None:
    """Draw the form unseen where the panel is not: the browser forgets what was typed in one that is not drawn."""
    if st.session_state.get(_OFFERED) == here.meeting.key:
        with st.container(key="meeting_words_kept"):
            _words_form(here)


def left_words(here: Here) -> None:
    """Draw what was being typed when the meeting ended or the pass was taken back; the style hides it where empty."""
    if st.session_state.get(_OFFERED) != here.meeting.key:
        return
    written = st.session_state.get(_WRITTEN, 0)
    with st.container(key="meeting_words_left", gap="small"), st.form(f"meeting_note_form_{written}", border=False):
        st.caption(say("meeting.note.left"))
        _words_area(written)
        st.form_submit_button(say("meeting.note.keep"), key=f"meeting_note_keep_{written}", disabled=True)


def _kind() -> str:
    return str(st.session_state.get(_CHOSEN, NOTE_KINDS[0]))


def _choose_kind(here: Here) -> None:
    st.session_state[_CHOSEN] = str(st.session_state[_KIND])
    start_drawing(here, _kind())


def _words_form(here: Here) -> None:
    written = st.session_state.get(_WRITTEN, 0)
    with st.form(f"meeting_note_form_{written}", border=False):
        words_key = _words_area(written)
        item_key = _about_control(here)
        st.form_submit_button(
            say("meeting.note.keep"),
            key=f"meeting_note_keep_{written}",
            icon=":material/add_comment:",
            type="primary",
            on_click=_keep,
            args=(here, words_key, item_key),
        )


def _words_area(written: int) -> str:
    key = f"meeting_note_words_{written}"
    st.text_area(
        say("meeting.note.words"),
        key=key,
        max_chars=LONGEST_WORDS,
        height=90,
        placeholder=say(f"meeting.note.hint.{_kind()}"),
    )
    return key


def _about_control(here: Here) -> str:
    """Draw what the note is about; return its key. The item open is proposed, so it goes along with the wall."""
    titles = {"": say("meeting.note.whole")} | {item.key: here.title_of(item) for item in here.meeting.items}
    items = unique_labels(titles, session.current().lang)
    opened = here.item.key if here.item is not None else ""
    key = f"meeting_note_about_{opened}"
    st.selectbox(
        say("meeting.note.about"), list(items), index=list(items).index(opened), format_func=items.__getitem__, key=key
    )
    return key


def _drawing_line(here: Here) -> None:
    found = drawing(here)
    # Always drawn, so that what stands below keeps its place while somebody types.
    with st.container(key="meeting_drawing_line", horizontal=True, vertical_alignment="center", gap="small"):
        if found is None:
            return
        told = say(f"meeting.draw.{found.kind}")
        count = say("meeting.draw.points", count=len(found.points))
        st.caption(f"{told} {count}")
        st.button(
            say("meeting.draw.back"),
            key="meeting_draw_back",
            icon=":material/undo:",
            disabled=not found.points,
            on_click=take_back_point,
            args=(here,),
        )
        st.button(say("meeting.draw.cancel"), key="meeting_draw_cancel", icon=":material/close:", on_click=_cancel)


def _cancel() -> None:
    st.session_state[_CHOSEN] = NOTE_KINDS[0]
    stop_drawing()


def _keep(here: Here, words_key: str, item_key: str) -> None:
    kind = _kind()
    shape = drawing(here)
    points = shape.points if shape is not None and kind in POINTS_OF else ()
    words = str(st.session_state.get(words_key, "")).strip()
    note = Note(key="", item=str(st.session_state.get(item_key) or ""), kind=kind, words=words, points=points)

    def keep() -> None:
        with paced("write"):
            meetings().note(here.meeting.key, here.token, note)

    if attempt(keep, where="notes", said="meeting.note.kept"):
        # A form of its own for the next note: what was typed stays where keeping it failed.
        st.session_state[_WRITTEN] = st.session_state.get(_WRITTEN, 0) + 1
        _cancel()
