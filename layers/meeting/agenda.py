"""The agenda at the desk: pin the view, order, change and remove items, open one."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import streamlit as st

from geo.dataset import Dataset
from geo.meeting import LONGEST_OPTION, LONGEST_QUESTION, LONGEST_TITLE, MOST_OPTIONS, VIEW_KINDS, AgendaItem
from geo.terms import Catalogue
from layers import session
from layers.meeting.act import attempt, tell_problem
from layers.meeting.changing import Changing, begin_changing, changing, keep_change, tell_theirs
from layers.meeting.current import ITEM, KIND, Here, go_to, meetings, open_item
from layers.meeting.looking import query_now
from layers.meeting.removed import offer_back, remember_removed, removed_from
from layers.meeting.titles import automatic_title, is_automatic
from layers.plain import plain
from layers.session import say

# How many items this session pinned: each has a form of its own; the item being changed.
_PINNED, _EDITED = "meeting_pinned", "meeting_item_edited"
# The part of the page that says what went wrong in the form of an item.
_FORM = "item_form"
# Letters of all options, a line each.
_OPTIONS_LETTERS = MOST_OPTIONS * (LONGEST_OPTION + 1)


def agenda(here: Here, dataset: Dataset, catalogue: Catalogue) -> None:
    """Draw the agenda; pressing an item opens it in this session."""
    with st.container(key="meeting_agenda", gap="small"):
        tell_problem("agenda", *(() if _has_form(here) else (_FORM,)))
        _removed_line(here)
        if not here.meeting.items:
            st.caption(say("meeting.agenda.none" if here.can_arrange else "meeting.agenda.none_yet"))
        for place, item in enumerate(here.meeting.items):
            _item(here, item, place, dataset, catalogue)


def pin_form(here: Here, dataset: Dataset, catalogue: Catalogue) -> None:
    """Draw the form that puts the session's view on the agenda, as the kind that the stage shows."""
    pinned = st.session_state.get(_PINNED, 0)
    proposed = automatic_title(here.kind, session.current(), dataset, catalogue)
    keys = tuple(f"meeting_pin_{name}_{pinned}" for name in ("title", "question", "options"))
    with st.form(f"meeting_pin_form_{pinned}", border=False):
        tell_problem("pin")
        st.text_input(say("meeting.pin.title"), key=keys[0], max_chars=LONGEST_TITLE, placeholder=proposed)
        st.text_input(
            say("meeting.pin.question"),
            key=keys[1],
            max_chars=LONGEST_QUESTION,
            placeholder=say("meeting.pin.question_hint"),
        )
        _options_area(keys[2], say("meeting.pin.usual_options"))
        st.form_submit_button(
            say("meeting.pin.keep", kind=say(f"meeting.kind.{here.kind}")),
            key=f"meeting_pin_keep_{pinned}",
            icon=":material/push_pin:",
            type="primary",
            on_click=_pin,
            args=(here, proposed, keys),
        )


def options_of(typed: str) -> tuple[str, ...]:
    """Return the options of a text with one a line, without empty lines and doubles."""
    return tuple(dict.fromkeys(line.strip() for line in typed.splitlines() if line.strip()))


def _item(here: Here, item: AgendaItem, place: int, dataset: Dataset, catalogue: Catalogue) -> None:
    is_here = here.item is not None and here.item.key == item.key
    is_shown = here.meeting.current == item.key
    with st.container(key=f"meeting_item_{item.key}", gap=None):
        st.button(
            f"{place + 1}. {plain(here.title_of(item))}",
            key=f"meeting_open_{item.key}",
            type="primary" if is_here else "secondary",
            width="stretch",
            on_click=_open,
            args=(here, item.key),
        )
        told = [say(f"meeting.kind.{item.kind}"), *([say("meeting.agenda.on_wall")] if is_shown else [])]
        question = f"<span>{escape(item.question)}</span>" if item.question else ""
        # A button is not printed.
        paper = f'<b class="meeting-item-title">{place + 1}. {escape(here.title_of(item))}</b>'
        st.html(f'<p class="meeting-item-line">{paper}<em>{escape("・".join(told))}</em>{question}</p>')
        if here.can_arrange and changing(_EDITED, item.key):
            _edit(here, st.session_state[_EDITED])
        elif here.can_arrange and is_here:
            _tools(here, item, place, dataset, catalogue)


def _tools(here: Here, item: AgendaItem, place: int, dataset: Dataset, catalogue: Catalogue) -> None:
    last = len(here.meeting.items) - 1
    with st.container(horizontal=True, gap="small", key="meeting_item_tools"):
        for name, icon, to, is_off in (
            ("up", "arrow_upward", place - 1, place == 0),
            ("down", "arrow_downward", place + 1, place == last),
        ):
            st.button(
                say(f"meeting.agenda.{name}"),
                key=f"meeting_{name}_{item.key}",
                icon=f":material/{icon}:",
                disabled=is_off,
                on_click=_move,
                args=(here, item.key, to),
            )
        st.button(
            say("meeting.edit"), key=f"meeting_item_edit_{item.key}", on_click=begin_changing, args=(_EDITED, item)
        )
        st.button(
            say("meeting.agenda.renew"),
            key=f"meeting_renew_{item.key}",
            help=say("meeting.agenda.renew_help"),
            on_click=_renew,
            args=(here, item, dataset, catalogue),
        )
        if here.meeting.current != item.key:
            st.button(say("meeting.agenda.show"), key=f"meeting_show_{item.key}", on_click=_show, args=(here, item))
        st.button(say("meeting.remove"), key=f"meeting_item_drop_{item.key}", on_click=_remove, args=(here, item))


def _has_form(here: Here) -> bool:
    return here.can_arrange and any(changing(_EDITED, item.key) for item in here.meeting.items)


def _edit(here: Here, form: Changing[AgendaItem]) -> None:
    item = form.opened
    keys = tuple(f"meeting_edit_{name}_{item.key}" for name in ("title", "question", "options", "kind"))
    with st.form(f"meeting_item_form_{item.key}"):
        st.text_input(say("meeting.pin.title"), item.title, key=keys[0], max_chars=LONGEST_TITLE)
        st.text_input(say("meeting.pin.question"), item.question, key=keys[1], max_chars=LONGEST_QUESTION)
        _options_area(keys[2], "\n".join(item.options))
        st.segmented_control(
            say("meeting.kind.label"),
            VIEW_KINDS,
            format_func=lambda kind: say(f"meeting.kind.{kind}"),
            default=item.kind,
            key=keys[3],
            required=True,
        )
        # Beside what was pressed: the agenda scrolls by itself.
        tell_problem(_FORM)
        tell_theirs(form, here.meeting.item(item.key))
        with st.container(horizontal=True, gap="small"):
            st.form_submit_button(
                say("meeting.keep"),
                key=f"meeting_item_keep_{item.key}",
                type="primary",
                on_click=_change,
                args=(here, form, keys),
            )
            st.form_submit_button(say("meeting.cancel"), key=f"meeting_item_cancel_{item.key}", on_click=_end_edit)


def _options_area(key: str, value: str) -> None:
    st.text_area(
        say("meeting.pin.options"),
        value,
        key=key,
        max_chars=_OPTIONS_LETTERS,
        height=92,
        help=say("meeting.pin.options_help", most=MOST_OPTIONS),
    )


def _pin(here: Here, proposed: str, keys: tuple[str, ...]) -> None:
    title, question, options = (str(st.session_state.get(key, "")) for key in keys)
    item = AgendaItem(
        "", title.strip() or proposed, question.strip(), options_of(options), here.kind, query_now(here.item)
    )

    def pin() -> None:
        made = meetings().pin(here.meeting.key, here.token, item)
        st.session_state[ITEM] = made.key
        st.session_state.pop(KIND, None)

    if attempt(pin, where="pin", said="meeting.pin.kept"):
        st.session_state[_PINNED] = st.session_state.get(_PINNED, 0) + 1


def _change(here: Here, form: Changing[AgendaItem], keys: tuple[str, ...]) -> None:
    item = form.opened
    title, question, options = (str(st.session_state.get(key, "")) for key in keys[:3])
    kind = str(st.session_state.get(keys[3]) or item.kind)
    changed = replace(item, title=title.strip(), question=question.strip(), options=options_of(options), kind=kind)

    def change(was: AgendaItem) -> None:
        # The view may have been made anew while the form was open: the form says nothing of it.
        kept = replace(changed, query=was.query)
        meetings().change_item(here.meeting.key, here.token, kept, was=was)

    if attempt(lambda: keep_change(_EDITED, form, change), where=_FORM, said="meeting.kept"):
        _end_edit()


def _renew(here: Here, item: AgendaItem, dataset: Dataset, catalogue: Catalogue) -> None:
    # A title that was made of the view before is made of this one.
    is_made = is_automatic(item, dataset, catalogue)
    title = automatic_title(here.kind, session.current(), dataset, catalogue) if is_made else item.title
    changed = replace(item, title=title, query=query_now(here.item), kind=here.kind)
    if attempt(
        lambda: meetings().change_item(here.meeting.key, here.token, changed, was=item),
        where="agenda",
        said="meeting.kept",
    ):
        st.session_state.pop(KIND, None)


def _open(here: Here, key: str) -> None:
    attempt(lambda: go_to(here, key), where="agenda")


def _show(here: Here, item: AgendaItem) -> None:
    def show() -> None:
        open_item(here, item)
        meetings().show(here.meeting.key, here.token, item.key)

    attempt(show, where="agenda", said="meeting.agenda.shown")


def _move(here: Here, key: str, place: int) -> None:
    attempt(lambda: meetings().move_item(here.meeting.key, here.token, key, place), where="agenda")


def _remove(here: Here, item: AgendaItem) -> None:
    if attempt(lambda: meetings().remove_item(here.meeting.key, here.token, item.key), where="agenda"):
        remember_removed("item", here, item.key, item.title)
        st.session_state.pop(ITEM, None)


def _removed_line(here: Here) -> None:
    """Offer back what this session removed last."""
    found = removed_from("item", here)
    if found is None or not here.can_arrange:
        return
    with st.container(key="meeting_item_removed", horizontal=True, vertical_alignment="center", gap="small"):
        offer_back("item", found.name, lambda: meetings().restore_item(here.meeting.key, here.token, found.key))


def _end_edit() -> None:
    st.session_state.pop(_EDITED, None)
