"""The agenda at the desk: pin the view, order, change and remove items, open one."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import streamlit as st

from geo.dataset import Dataset
from geo.meeting import LONGEST_OPTION, LONGEST_QUESTION, LONGEST_TITLE, MOST_OPTIONS, VIEW_KINDS, AgendaItem, Query
from geo.terms import Catalogue
from layers import session
from layers.described import layers_of
from layers.map_view import resource_of, visible_layers
from layers.meeting.act import attempt, tell_problem
from layers.meeting.current import ITEM, KIND, Here, go_to, meetings, open_item
from layers.meeting.view import query_of, state_of
from layers.place_picker import current_place
from layers.plain import plain
from layers.session import say
from layers.stored import scenario_of

_PINNED, _EDITED, _REMOVED = "meeting_pinned", "meeting_item_edited", "meeting_item_removed"
# Letters of all options, a line each.
_OPTIONS_LETTERS = MOST_OPTIONS * (LONGEST_OPTION + 1)


def agenda(here: Here) -> None:
    """Draw the agenda; pressing an item opens it in this session."""
    with st.container(key="meeting_agenda", gap="small"):
        tell_problem("agenda")
        _removed_line(here)
        if not here.meeting.items:
            st.caption(say("meeting.agenda.none" if here.can_arrange else "meeting.agenda.none_yet"))
        for place, item in enumerate(here.meeting.items):
            _item(here, item, place)


def pin_form(here: Here, dataset: Dataset, catalogue: Catalogue) -> None:
    """Draw the form that puts the session's view on the agenda, as the kind that the stage shows."""
    pinned = st.session_state.get(_PINNED, 0)
    proposed = proposed_title(here.kind, dataset, catalogue)
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


def proposed_title(kind: str, dataset: Dataset, catalogue: Catalogue) -> str:
    """Return a title for the session's view: the place and the resource, or what is compared."""
    state = session.current()
    if kind == "comparison" and state.scenario:
        scenario = scenario_of(state.scenario)
        if scenario is not None:
            return say("meeting.pin.compared", name=scenario.name)[:LONGEST_TITLE]
    place = current_place(dataset, state).name(state.lang)
    if kind == "ladder":
        return say("meeting.pin.ladder", place=place)[:LONGEST_TITLE]
    name = _shown_on_map(dataset, catalogue) if kind == "map" else ""
    if not name:
        resource = resource_of(state, catalogue)
        name = resource.name_ja if state.lang == "ja" else resource.name_en
    return say("meeting.pin.map", place=place, name=name)[:LONGEST_TITLE]


def _shown_on_map(dataset: Dataset, catalogue: Catalogue) -> str:
    """Return the name of the fill on top, '' where that is a resource's closing scale or there is none."""
    state = session.current()
    known = layers_of(dataset, catalogue)
    filled = [known[key] for key, _ in visible_layers(state, known) if known[key].legend]
    return filled[0].title(state.lang) if filled and filled[0].key != "closing_scale" else ""


def options_of(typed: str) -> tuple[str, ...]:
    """Return the options of a text with one a line, without empty lines and doubles."""
    return tuple(dict.fromkeys(line.strip() for line in typed.splitlines() if line.strip()))


def view_now() -> Query:
    """Return the session's view with where its map looks."""
    return query_of(session.current(), str(st.query_params.get("view", "")))


def is_as_pinned(item: AgendaItem) -> bool:
    """Tell whether the session still shows what was pinned, wherever its map looks."""
    state = session.current()
    pinned = state_of(item, area=state.area, lang=state.lang, meeting=state.meeting)
    return query_of(pinned) == query_of(state)


def _item(here: Here, item: AgendaItem, place: int) -> None:
    is_here = here.item is not None and here.item.key == item.key
    is_shown = here.meeting.current == item.key
    with st.container(key=f"meeting_item_{item.key}", gap=None):
        st.button(
            f"{place + 1}. {plain(item.title)}",
            key=f"meeting_open_{item.key}",
            type="primary" if is_here else "secondary",
            width="stretch",
            on_click=_open,
            args=(here, item.key),
        )
        told = [say(f"meeting.kind.{item.kind}"), *([say("meeting.agenda.on_wall")] if is_shown else [])]
        question = f"<span>{escape(item.question)}</span>" if item.question else ""
        st.html(f'<p class="meeting-item-line"><em>{escape("・".join(told))}</em>{question}</p>')
        if here.can_arrange and st.session_state.get(_EDITED) == item.key:
            _edit(here, item)
        elif here.can_arrange and is_here:
            _tools(here, item, place)


def _tools(here: Here, item: AgendaItem, place: int) -> None:
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
        st.button(say("meeting.edit"), key=f"meeting_item_edit_{item.key}", on_click=_begin_edit, args=(item,))
        st.button(
            say("meeting.agenda.renew"),
            key=f"meeting_renew_{item.key}",
            disabled=is_as_pinned(item) and here.kind == item.kind,
            help=say("meeting.agenda.renew_help"),
            on_click=_renew,
            args=(here, item),
        )
        if here.meeting.current != item.key:
            st.button(say("meeting.agenda.show"), key=f"meeting_show_{item.key}", on_click=_show, args=(here, item))
        st.button(say("meeting.remove"), key=f"meeting_item_drop_{item.key}", on_click=_remove, args=(here, item))


def _edit(here: Here, item: AgendaItem) -> None:
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
        with st.container(horizontal=True, gap="small"):
            st.form_submit_button(
                say("meeting.keep"),
                key=f"meeting_item_keep_{item.key}",
                type="primary",
                on_click=_change,
                args=(here, item, keys),
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
    item = AgendaItem("", title.strip() or proposed, question.strip(), options_of(options), here.kind, view_now())

    def pin() -> None:
        made = meetings().pin(here.meeting.key, here.token, item)
        st.session_state[ITEM] = made.key
        st.session_state.pop(KIND, None)

    if attempt(pin, where="pin", said="meeting.pin.kept"):
        st.session_state[_PINNED] = st.session_state.get(_PINNED, 0) + 1


def _change(here: Here, item: AgendaItem, keys: tuple[str, ...]) -> None:
    title, question, options = (str(st.session_state.get(key, "")) for key in keys[:3])
    kind = str(st.session_state.get(keys[3]) or item.kind)
    changed = replace(item, title=title.strip(), question=question.strip(), options=options_of(options), kind=kind)
    if attempt(
        lambda: meetings().change_item(here.meeting.key, here.token, changed), where="agenda", said="meeting.kept"
    ):
        _end_edit()


def _renew(here: Here, item: AgendaItem) -> None:
    changed = replace(item, query=view_now(), kind=here.kind)
    if attempt(
        lambda: meetings().change_item(here.meeting.key, here.token, changed), where="agenda", said="meeting.kept"
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
        st.session_state[_REMOVED] = (here.meeting.key, item.key, item.title)
        st.session_state.pop(ITEM, None)


def _removed_line(here: Here) -> None:
    meeting, key, title = st.session_state.get(_REMOVED, ("", "", ""))
    if meeting != here.meeting.key or not here.can_arrange:
        return
    with st.container(key="meeting_item_removed", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(plain(say("meeting.removed", name=title)), width="content")
        st.button(
            say("meeting.bring_back"),
            key="meeting_item_back",
            icon=":material/undo:",
            on_click=_restore,
            args=(here, key),
        )


def _restore(here: Here, key: str) -> None:
    attempt(
        lambda: meetings().restore_item(here.meeting.key, here.token, key), where="agenda", said="meeting.brought_back"
    )
    st.session_state.pop(_REMOVED, None)


def _begin_edit(item: AgendaItem) -> None:
    st.session_state[_EDITED] = item.key


def _end_edit() -> None:
    st.session_state.pop(_EDITED, None)
