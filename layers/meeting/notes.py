"""Notes of a meeting beside the map: the list of what was said and drawn, and the form that adds to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from html import escape

import streamlit as st

from geo.meeting import LONGEST_WORDS, NOTE_KINDS, POINTS_OF, Note
from layers.meeting.act import attempt, tell_problem
from layers.meeting.current import Here, meetings
from layers.meeting.drawing import (
    drawing,
    map_pressed,
    mark_of,
    note_extras,
    notes_here,
    start_drawing,
    stop_drawing,
    take_back_point,
)
from layers.plain import plain
from layers.session import say

__all__ = ["keep_words", "map_pressed", "note_extras", "notes_panel"]

_KIND, _SCOPE, _EDITED, _REMOVED = (f"meeting_note_{name}" for name in ("kind", "scope", "edit", "gone"))
# How many are listed; no widget's key.
_LISTED = "meeting_notes_listed"
_WRITTEN = "meeting_notes_written"
# The kind chosen, apart from the widget, whose value is gone with the first run that does not draw it; and the meeting
# for which this session was given the form.
_CHOSEN, _OFFERED = "meeting_note_chosen", "meeting_note_offered"
_SCOPES = ("item", "all")
# As many are drawn at first; each brings controls of its own.
_SHOWN = 20


def notes_panel(here: Here) -> None:
    """Draw the form, where this session may write, and the notes of the item open, the newest first."""
    with st.container(key="meeting_notes", gap="small"):
        tell_problem("notes")
        if here.can_write:
            _form(here)
            _removed_line(here)
        else:
            _left_words(here)
        _list(here)


def keep_words(here: Here) -> None:
    """Draw the form unseen where the panel is not: the browser forgets what was typed in one that is not drawn."""
    if st.session_state.get(_OFFERED) == here.meeting.key:
        with st.container(key="meeting_words_kept"):
            _words_form(here)


def local_minutes(moment: str) -> str:
    """Return an ISO 8601 moment in the server's local time, to the minute; '' for none."""
    return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M") if moment else ""


def note_html(note: Note, *, title: str = "") -> str:
    """Return a note as it stands in the list; ``title`` names the item it is about, where that is not plain."""
    mark = f'<b class="mark">{escape(mark_of(note))}</b>' if note.points else ""
    kind = f'<span class="kind {escape(note.kind)}">{escape(say(f"meeting.note.kind.{note.kind}"))}</span>'
    about = f'<span class="about">{escape(title)}</span>' if title else ""
    told = f"<p>{escape(note.words)}</p>" if note.words else ""
    by = say("meeting.note.by", name=note.author, time=local_minutes(note.made_at))
    return f'<div class="meeting-note">{mark}{kind}{about}{told}<small>{escape(by)}</small></div>'


def _form(here: Here) -> None:
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


def _left_words(here: Here) -> None:
    """Draw what was being typed when the meeting ended or the pass was taken back; the style hides it where empty."""
    if st.session_state.get(_OFFERED) != here.meeting.key:
        return
    written = st.session_state.get(_WRITTEN, 0)
    with st.container(key="meeting_words_left", gap="small"), st.form(f"meeting_note_form_{written}", border=False):
        st.caption(say("meeting.note.left"))
        _words_area(written)
        st.form_submit_button(say("meeting.note.keep"), key=f"meeting_note_keep_{written}", disabled=True)


def _about_control(here: Here) -> str:
    """Draw what the note is about; return its key. The item open is proposed, so it goes along with the wall."""
    items = {"": say("meeting.note.whole")} | {item.key: plain(item.title) for item in here.meeting.items}
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
    kept = meetings()
    if attempt(lambda: kept.note(here.meeting.key, here.token, note), where="notes", said="meeting.note.kept"):
        # A form of its own for the next note: what was typed stays where keeping it failed.
        st.session_state[_WRITTEN] = st.session_state.get(_WRITTEN, 0) + 1
        _cancel()


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
    titles = {item.key: item.title for item in here.meeting.items} | {"": say("meeting.note.whole")}
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
        edited = st.session_state.get(_EDITED)
        if edited is not None and edited.key == note.key:
            _edit(here, edited)
            return
        with st.container(horizontal=True, gap="small", key=f"meeting_note_tools_{note.key}"):
            st.button(
                say("meeting.edit"), key=f"meeting_edit_{note.key}", type="tertiary", on_click=_begin_edit, args=(note,)
            )
            st.button(
                say("meeting.remove"),
                key=f"meeting_drop_{note.key}",
                type="tertiary",
                on_click=_remove,
                args=(here, note),
            )


def _edit(here: Here, note: Note) -> None:
    key = f"meeting_note_edit_{note.key}"
    with st.form(f"meeting_note_edit_form_{note.key}", border=False):
        st.text_area(say("meeting.note.words"), note.words, key=key, max_chars=LONGEST_WORDS, height=90)
        with st.container(horizontal=True, gap="small"):
            st.form_submit_button(say("meeting.keep"), key=f"{key}_keep", on_click=_change, args=(here, note, key))
            st.form_submit_button(say("meeting.cancel"), key=f"{key}_cancel", on_click=_end_edit)


def _change(here: Here, note: Note, key: str) -> None:
    changed = replace(note, words=str(st.session_state.get(key, "")).strip())
    kept = meetings()
    if attempt(
        lambda: kept.change_note(here.meeting.key, here.token, changed), where="notes", said="meeting.note.kept"
    ):
        _end_edit()


def _remove(here: Here, note: Note) -> None:
    kept = meetings()
    if attempt(lambda: kept.remove_note(here.meeting.key, here.token, note.key), where="notes"):
        st.session_state[_REMOVED] = (here.meeting.key, note.key, note.words or say(f"meeting.note.kind.{note.kind}"))


def _removed_line(here: Here) -> None:
    """Offer back what this session removed last; the place stays, so that nothing below moves."""
    meeting, key, words = st.session_state.get(_REMOVED, ("", "", ""))
    with st.container(key="meeting_removed_line", horizontal=True, vertical_alignment="center", gap="small"):
        if meeting != here.meeting.key:
            return
        short = words if len(words) <= 24 else words[:23] + "…"
        st.markdown(plain(say("meeting.removed", name=short)), width="content")
        st.button(
            say("meeting.bring_back"),
            key="meeting_note_back",
            icon=":material/undo:",
            on_click=_restore,
            args=(here, key),
        )


def _restore(here: Here, key: str) -> None:
    kept = meetings()
    attempt(lambda: kept.restore_note(here.meeting.key, here.token, key), where="notes", said="meeting.brought_back")
    st.session_state.pop(_REMOVED, None)


def _begin_edit(note: Note) -> None:
    st.session_state[_EDITED] = note


def _end_edit() -> None:
    st.session_state.pop(_EDITED, None)


def _show_more() -> None:
    st.session_state[_LISTED] = int(st.session_state.get(_LISTED, _SHOWN)) + _SHOWN
