"""Notes of a meeting beside the map: the form that adds to them, and the list of what was said and drawn."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import streamlit as st

from geo.japan_time import in_japan
from geo.meeting import LONGEST_WORDS, Note
from layers.meeting.act import attempt, tell_problem
from layers.meeting.changing import Changing, begin_changing, changing, keep_change, tell_theirs
from layers.meeting.current import Here, meetings
from layers.meeting.drawing import map_pressed, mark_of, note_extras, notes_here
from layers.meeting.note_form import keep_words, left_words, note_form
from layers.meeting.pacing import paced
from layers.meeting.removed import offer_back, remember_removed, removed_from
from layers.session import say

__all__ = ["keep_words", "local_minutes", "map_pressed", "note_extras", "note_html", "notes_panel"]

# The widget that chooses which notes are listed; the note being changed; how many are listed.
_SCOPE, _EDITED, _LISTED = "meeting_note_scope", "meeting_note_edit", "meeting_notes_listed"
_SCOPES = ("item", "all")
# The part of the page that says what went wrong in the form of a note.
_FORM = "note_form"
# As many are drawn at first; each brings controls of its own.
_SHOWN = 20
# Of a removed note as many letters are told as leave its button beside them.
_TOLD_LETTERS = 24


def notes_panel(here: Here) -> None:
    """Draw the form, where this session may write, and the notes of the item open, the newest first."""
    with st.container(key="meeting_notes", gap="small"):
        # A note being changed is always listed, with its form, where this session may write.
        tell_problem("notes", *(() if here.can_write and st.session_state.get(_EDITED) else (_FORM,)))
        if here.can_write:
            note_form(here)
            _removed_line(here)
        else:
            left_words(here)
        _list(here)


def local_minutes(moment: str) -> str:
    """Return an ISO 8601 moment in Japan's time, to the minute and with its zone; '' for none."""
    found = in_japan(moment)
    return f"{found:%Y-%m-%d %H:%M %Z}" if found else ""


def note_html(note: Note, *, title: str = "") -> str:
    """Return a note as it stands in the list; ``title`` names the item it is about, where that is not plain."""
    mark = f'<b class="mark">{escape(mark_of(note))}</b>' if note.points else ""
    kind = f'<span class="kind {escape(note.kind)}">{escape(say(f"meeting.note.kind.{note.kind}"))}</span>'
    about = f'<span class="about">{escape(title)}</span>' if title else ""
    told = f"<p>{escape(note.words)}</p>" if note.words else ""
    by = say("meeting.note.by", name=note.author, time=local_minutes(note.made_at))
    return f'<div class="meeting-note">{mark}{kind}{about}{told}<small>{escape(by)}</small></div>'


def _list(here: Here) -> None:
    is_all = here.item is None or _scope() == "all"
    notes = here.meeting.notes if is_all else notes_here(here)
    if here.item is not None:
        st.segmented_control(
            say("meeting.note.list"),
            _SCOPES,
            format_func=lambda scope: say(f"meeting.note.scope.{scope}"),
            key=_SCOPE,
            required=True,
        )
    most = int(st.session_state.get(_LISTED, _SHOWN))
    if not notes:
        st.caption(say("meeting.note.none" if here.can_write else "meeting.note.none_yet"))
    titles = {item.key: here.title_of(item) for item in here.meeting.items} | {"": say("meeting.note.whole")}
    own = here.own_notes if here.can_write else frozenset[str]()
    listed = [*reversed(notes)][:most]
    edited = st.session_state.get(_EDITED)
    with st.container(key="meeting_note_list", gap="small"):
        if edited is not None and edited.key not in {note.key for note in listed} and here.can_write:
            # Being edited, a note stays, wherever the wall goes on to and whatever is written meanwhile.
            _edit(here, edited)
        for note in listed:
            _note(here, note, titles.get(note.item, "") if is_all or not note.item else "", is_own=note.key in own)
    if len(notes) > most:
        rest = len(notes) - most
        st.button(say("meeting.note.more", count=rest), key="meeting_note_more", on_click=_show_more, type="tertiary")


def _scope() -> str:
    return str(st.session_state.setdefault(_SCOPE, _SCOPES[0]))


def _note(here: Here, note: Note, title: str, *, is_own: bool) -> None:
    with st.container(key=f"meeting_note_{note.key}", gap=None):
        st.html(note_html(note, title=title))
        if not is_own:
            return
        if changing(_EDITED, note.key):
            _edit(here, st.session_state[_EDITED])
            return
        with st.container(horizontal=True, gap="small", key=f"meeting_note_tools_{note.key}"):
            st.button(
                say("meeting.edit"),
                key=f"meeting_edit_{note.key}",
                type="tertiary",
                on_click=begin_changing,
                args=(_EDITED, note),
            )
            st.button(
                say("meeting.remove"),
                key=f"meeting_drop_{note.key}",
                type="tertiary",
                on_click=_remove,
                args=(here, note),
            )


def _edit(here: Here, form: Changing[Note]) -> None:
    note = form.opened
    key = f"meeting_note_edit_{note.key}"
    with st.form(f"meeting_note_edit_form_{note.key}", border=False):
        st.text_area(say("meeting.note.words"), note.words, key=key, max_chars=LONGEST_WORDS, height=90)
        tell_problem(_FORM)
        tell_theirs(form, next((one for one in here.meeting.notes if one.key == note.key), None))
        with st.container(horizontal=True, gap="small"):
            st.form_submit_button(say("meeting.keep"), key=f"{key}_keep", on_click=_change, args=(here, form, key))
            st.form_submit_button(say("meeting.cancel"), key=f"{key}_cancel", on_click=_end_edit)


def _change(here: Here, form: Changing[Note], key: str) -> None:
    words = str(st.session_state.get(key, "")).strip()

    def change(was: Note) -> None:
        with paced("write"):
            meetings().change_note(here.meeting.key, here.token, replace(was, words=words), was=was)

    if attempt(lambda: keep_change(_EDITED, form, change), where=_FORM, said="meeting.note.kept"):
        _end_edit()


def _remove(here: Here, note: Note) -> None:
    if attempt(lambda: meetings().remove_note(here.meeting.key, here.token, note.key), where="notes"):
        remember_removed("note", here, note.key, note.words or say(f"meeting.note.kind.{note.kind}"))


def _removed_line(here: Here) -> None:
    """Offer back what this session removed last; the place stays, so that nothing below moves."""
    found = removed_from("note", here)
    with st.container(key="meeting_removed_line", horizontal=True, vertical_alignment="center", gap="small"):
        if found is None:
            return
        short = found.name if len(found.name) <= _TOLD_LETTERS else found.name[: _TOLD_LETTERS - 1] + "…"
        offer_back("note", short, lambda: meetings().restore_note(here.meeting.key, here.token, found.key))


def _end_edit() -> None:
    st.session_state.pop(_EDITED, None)


def _show_more() -> None:
    st.session_state[_LISTED] = int(st.session_state.get(_LISTED, _SHOWN)) + _SHOWN
