"""The bridge between a view's state, the address bar and Streamlit's session; shared, bounded caches."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from geo.dataset import Dataset, open_dataset
from layers.messages import text
from layers.state import ViewState, parse, to_query

_STATE = "view_state"
_REFUSED = "view_state_refused"
# Written by the live map itself (layers/live), kept as it is by everything else.
_FOREIGN = ("view",)


def begin() -> ViewState:
    """Read the address bar at a session's first run, keep it in step afterwards; call once a run, in app.py."""
    if _STATE not in st.session_state:
        st.session_state[_STATE], st.session_state[_REFUSED] = parse(st.query_params.to_dict())
    write_address()
    return current()


def current() -> ViewState:
    """Return the state of this session's view."""
    state = st.session_state.get(_STATE)
    return state if isinstance(state, ViewState) else ViewState()


def update(**changes: Any) -> ViewState:
    """Change fields of the state, and the address bar with it; usable from a widget's callback."""
    st.session_state[_STATE] = replace(current(), **changes)
    write_address()
    return current()


def reset() -> None:
    """Go back to the default view, in the language that is set; usable as a widget's callback."""
    st.session_state[_STATE] = ViewState(lang=current().lang)
    write_address()


def refused() -> tuple[str, ...]:
    """Names of the address's parameters that could not be read, once; later calls return ()."""
    names = st.session_state.pop(_REFUSED, ())
    return tuple(names)


def write_address() -> None:
    """Put the state into the address bar unless it already says so."""
    wanted = to_query(current())
    present = st.query_params.to_dict()
    wanted |= {name: present[name] for name in _FOREIGN if name in present}
    if wanted != present:
        st.query_params.from_dict(wanted)


def link() -> str:
    """Return the address that reopens this page in this state."""
    query = urlencode(to_query(current()))
    page = str(st.context.url or "").partition("?")[0]
    return f"{page}?{query}" if query else page


def say(key: str, **params: object) -> str:
    """Return the words for ``key`` in the session's language."""
    return text(key, current().lang, **params)


@st.cache_resource(max_entries=4, show_spinner=False)
def dataset(area: str) -> Dataset:
    """Return the area's dataset, opened once for all sessions."""
    return open_dataset(area)
