"""The terrain's part of the Map page: the offer to see what drains to a point, and what it shows."""

from __future__ import annotations

import streamlit as st

from geo.dataset import Dataset
from geo.errors import MeguriError
from geo.terms import Catalogue
from layers import map_view, session
from layers.actuals.used import actuals_in_use
from layers.live import Extra
from layers.messages import error_text
from layers.terrain import view as terrain_view
from layers.terrain.card import terrain_card


def extras(dataset: Dataset) -> tuple[Extra, ...]:
    """Return what the live map draws for the view's point; () where nothing was asked for, is known yet or can be told.

    The map never waits for the flow: :func:`panel` computes it once and runs the page again.
    """
    state = session.current()
    if not (state.upstream and terrain_view.is_offered(state, dataset) and terrain_view.is_ready(dataset)):
        return ()
    try:
        drain = terrain_view.drain_of(state, dataset)
    except MeguriError:
        # The panel says what is wrong, where the eye is.
        return ()
    return terrain_view.extras(drain) if drain else ()


def panel(dataset: Dataset, catalogue: Catalogue) -> None:
    """Draw the offer and, once taken, the card; nothing where the dataset has no elevation or the view no point."""
    state = session.current()
    if not terrain_view.is_offered(state, dataset):
        return
    key = f"map_upstream_{state.lang}"
    # The widget follows the state, which a link or the card's closing may have changed.
    st.session_state[key] = state.upstream
    st.toggle(session.say("terrain.show"), key=key, on_change=_choose, args=(key,), help=session.say("terrain.help"))
    if not state.upstream:
        return
    try:
        if not terrain_view.is_ready(dataset):
            with st.spinner(session.say("terrain.computing"), show_time=True):
                terrain_view.make_ready(dataset)
                if drain := terrain_view.drain_of(state, dataset):
                    terrain_view.hydro_of(dataset, catalogue, drain)
            # The map above has been drawn without it.
            st.rerun()
        drain = terrain_view.drain_of(state, dataset)
        if drain is None:
            return
        figures = terrain_view.figures_of(state, dataset, catalogue, drain)
        hydro = terrain_view.hydro_of(dataset, catalogue, drain)
    except MeguriError as error:
        st.warning(error_text(error, state.lang))
        return
    told = map_view.told_of(state, dataset, catalogue, {})
    html = terrain_card(
        drain,
        figures,
        hydro,
        dataset,
        catalogue,
        told=told,
        lang=state.lang,
        threshold=state.threshold,
        actuals=actuals_in_use(state, dataset, catalogue),
    )
    st.html(html)


def _choose(key: str) -> None:
    session.update(upstream=bool(st.session_state[key]))
