"""The wall: the meeting on a projector, full screen, with the agenda as a thin strip and one panel beside the map."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from geo.dataset import Dataset
from geo.errors import MeguriError
from geo.meeting import AgendaItem
from geo.scenario import Scenario
from geo.terms import Catalogue
from layers import map_view, session
from layers.assessed import tables_of
from layers.assumed import assumed_of
from layers.assumption_panel import assumption_panel
from layers.assumptions import Factors
from layers.certainty import with_certainty
from layers.ladder_rows import ladder_rows
from layers.meeting.current import WALL, go_to
from layers.meeting.hands import hands_panel
from layers.meeting.keys import PANELS, Pressed, keys_message, wall_keys
from layers.meeting.notes import keep_words, notes_panel
from layers.meeting.stage import MAP, shown_kind, stage
from layers.meeting.strip import strip_html
from layers.messages import error_text
from layers.place_picker import current_place
from layers.sentences import sentence
from layers.stored import scenario_of
from layers.whatif import page as whatif_page
from layers.whatif.actions import moved_factors

if TYPE_CHECKING:
    from layers.meeting.current import Here

_STYLE = Path(__file__).with_name("wall.css")
# The panel that is open beside the map; what went wrong at the last press of a key.
_PANEL, _WRONG = "wall_panel_open", "wall_wrong"
_MODE = "mode"


def is_wall() -> bool:
    """Tell whether this session shows the wall: its address says so, and brings it back after a reload."""
    on = st.query_params.get(_MODE) == "wall"
    if on:
        st.session_state[WALL] = True
    else:
        st.session_state.pop(WALL, None)
    return on


def open_wall() -> None:
    """Show the wall from now on; usable as a widget's callback."""
    st.session_state[WALL] = True
    st.query_params[_MODE] = "wall"


def close_wall() -> None:
    """Go back to the desk, with the view as it is on the wall; usable as a widget's callback."""
    st.session_state.pop(WALL, None)
    st.session_state.pop(_PANEL, None)
    st.query_params.pop(_MODE, None)


def wall(here: Here | None, dataset: Dataset, catalogue: Catalogue) -> None:
    """Draw the wall over everything else on the page; without a meeting it shows the session's view."""
    panel = open_panel(here)
    st.html(f"<style>{_STYLE.read_text(encoding='utf-8')}</style>")
    with st.container(key="wall", gap=None):
        with st.container(key="wall_body", horizontal=True, gap=None):
            with st.container(key="wall_stage", gap=None):
                # Under the wall, where the app says what is wrong, nobody would see it.
                try:
                    stage(here, dataset, catalogue, height="60dvh", is_wall=True)
                except MeguriError as error:
                    st.error(error_text(error, session.current().lang))
            if panel:
                with st.container(key="wall_panel"):
                    try:
                        _panel(panel, here, dataset, catalogue)
                    except MeguriError as error:
                        st.error(error_text(error, session.current().lang))
        if here is not None and panel != "notes":
            keep_words(here)
        with st.container(key="wall_foot", horizontal=True, vertical_alignment="center", gap="small"):
            _strip(here, catalogue, panel)
    if wrong := st.session_state.pop(_WRONG, ""):
        st.toast(wrong)


def open_panel(here: Here | None) -> str:
    """Return the panel that is open, one of ``PANELS``, '' for none; notes and hands need a meeting."""
    panel = str(st.session_state.get(_PANEL, ""))
    return panel if panel in panels_of(here) else ""


def panels_of(here: Here | None) -> tuple[str, ...]:
    """Return the panels that there are."""
    return PANELS if here is not None else ("assumptions",)


def act(here: Here | None, pressed: Pressed) -> None:
    """Do what a key or a button asked for; what cannot be done is said on the wall."""
    if pressed.action == "leave":
        close_wall()
    elif pressed.action == "panel":
        st.session_state[_PANEL] = pressed.panel if pressed.panel in panels_of(here) else ""
    elif here is not None and here.meeting.items:
        items = here.meeting.items
        try:
            go_to(here, items[min(pressed.place, len(items)) - 1].key)
        except MeguriError as error:
            st.session_state[_WRONG] = error_text(error, session.current().lang)


def place_of(items: tuple[AgendaItem, ...], item: AgendaItem | None) -> int:
    """Return which item of the agenda it is, from 1; 0 for none of it."""
    keys = [each.key for each in items]
    return keys.index(item.key) + 1 if item is not None and item.key in keys else 0


def changed_assumptions(factors: Factors, catalogue: Catalogue, scenario: Scenario | None) -> int:
    """Return how many sliders stand elsewhere than the scenario in force, or else the catalogue, puts them."""
    own = dict(moved_factors(catalogue, scenario.factors)) if scenario is not None else {}
    moved = dict(moved_factors(catalogue, factors))
    return sum(own.get(key) != moved.get(key) for key in {*own, *moved})


def _strip(here: Here | None, catalogue: Catalogue, panel: str) -> None:
    state = session.current()
    items = here.meeting.items if here else ()
    item = here.item if here else None
    place, total = place_of(items, item), len(items)
    # Far away only the name counts; that it cannot be read is said by the stage.
    try:
        scenario = scenario_of(state.scenario) if state.scenario else None
    except MeguriError:
        scenario = None
    words = strip_html(
        state.lang,
        place=place,
        total=total,
        title=_title(here),
        question=item.question if item else "",
        scenario=scenario.name if scenario else "",
        changed=changed_assumptions(state.factors, catalogue, scenario),
    )
    st.html(words)
    message = keys_message(state.lang, place=place, total=total, panel=panel, panels=panels_of(here), map_key=MAP)
    wall_keys(message, on_press=lambda pressed: act(here, pressed))


def _title(here: Here | None) -> str:
    if here is None:
        return session.say("meeting_wall.own_view")
    return here.title_of(here.item) if here.item is not None else here.meeting.title


def _panel(panel: str, here: Here | None, dataset: Dataset, catalogue: Catalogue) -> None:
    if panel == "assumptions":
        _assumptions(here, dataset, catalogue)
    elif here is not None:
        (notes_panel if panel == "notes" else hands_panel)(here)


def _assumptions(here: Here | None, dataset: Dataset, catalogue: Catalogue) -> None:
    """Draw the sliders of the resource in focus; where the stage does not say what they move, it is said over them."""
    state = session.current()
    whatif_page.resource_control(catalogue)
    resource = map_view.resource_of(state, catalogue)

    def answer() -> None:
        place = current_place(dataset, state)
        assumed = assumed_of(state, dataset, catalogue)
        tables = tables_of(dataset, catalogue, assumed, by=place.kind)
        rows = ladder_rows({resource.key: resource}, tables, code=place.code, threshold=state.threshold)
        rows = with_certainty(rows, dataset, catalogue, assumed, kind=place.kind, code=place.code)
        words = sentence(rows, place, state.lang, focus=resource.key)
        st.html(f'<p class="wall-answer" role="status" lang="{state.lang}">{escape(words)}</p>')

    result = answer if shown_kind(here) == "map" else None
    assumption_panel(catalogue, resource, columns=dataset.fragments.columns, result=result)
