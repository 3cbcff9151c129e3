"""The switch between measured values and estimates, shown where an area has measured values."""

from __future__ import annotations

import streamlit as st

from geo.dataset import Dataset
from geo.terms import Catalogue
from layers import session
from layers.actuals.used import known_actuals
from layers.messages import error_text


def actuals_switch(dataset: Dataset, catalogue: Catalogue, *, key: str) -> None:
    """Draw the switch, where any measured value could replace an estimate; say so where the values cannot be read."""
    known = known_actuals(dataset, catalogue)
    if known.problem is not None:
        problem = error_text(known.problem, session.current().lang)
        st.warning(session.say("actuals.problem", problem=problem))
    if not known.can_replace:
        return
    st.session_state[key] = session.current().actuals
    st.toggle(
        session.say("actuals.switch"),
        key=key,
        help=session.say("actuals.switch_help"),
        on_change=_change,
        args=(key,),
    )


def _change(key: str) -> None:
    session.update(actuals=bool(st.session_state[key]))
