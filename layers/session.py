"""The bridge between a view's state, the address bar and Streamlit's session; shared, bounded caches."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from geo.dataset import DATA_DIR, Dataset, list_areas, open_whole
from geo.user_layers.own import with_own_layers
from geo.user_layers.store import layers_digest
from layers.messages import text
from layers.state import ViewState, parse, to_query

_STATE = "view_state"
_REFUSED = "view_state_refused"
# Streamlit's name of the page of the last run.
_PAGE_HASH = "page_of_last_run"
LANGUAGE_CHOICE = "language_choice"
# What of a scenario the session's link leaves to it: fields of the state.
_LEFT_TO_SCENARIO = "view_state_left_to_scenario"
# Kept as they are: where the live map looks, which it writes itself, and the mode that an address opens the app in.
_FOREIGN = ("view", "mode")
# Of this session: the code of the link that it was opened with, '' for none.
JOIN_CODE = "meeting_join_code"
_LONGEST_JOIN_CODE = 64


def begin() -> ViewState:
    """Read the address bar at a session's first run, keep it in step afterwards; call once a run, in app.py.

    A step back or forward in the browser is followed: the state is that of the address it came to.
    """
    if has_begun():
        _follow_history()
    else:
        asked = st.query_params.to_dict()
        state, refused = parse(asked)
        if "area" not in asked:
            state = replace(state, area=_first_area(state.area))
        st.session_state[_STATE], st.session_state[_REFUSED] = state, refused
        if state.scenario and "set" not in asked:
            st.session_state[_LEFT_TO_SCENARIO] = ("factors", *(() if "threshold" in asked else ("threshold",)))
        # Let in by a code, which stands in the address no longer than this.
        st.session_state[JOIN_CODE] = asked.get("join", "")[:_LONGEST_JOIN_CODE]
    if (context := get_script_run_ctx()) is not None:
        st.session_state[_PAGE_HASH] = context.page_script_hash
    write_address()
    return current()


def _follow_history() -> None:
    """Take the state from the address where the browser's Back or Forward led to it.

    Streamlit tells of such a run in its context, and in no public call. Any other run may bring an address from
    before the session's last change, which must not undo it. A page is first come to without any parameter of ours:
    there the state stays.
    """
    context = get_script_run_ctx()
    if context is None or not getattr(context, "is_history_navigation", False):
        return
    page, before = context.page_script_hash, st.session_state.get(_PAGE_HASH)
    asked = {name: value for name, value in st.query_params.to_dict().items() if name not in _FOREIGN}
    if not asked and page != before:
        return
    state, _ = parse(asked)
    if "area" not in asked:
        state = replace(state, area=_first_area(state.area))
    if state.area != current().area:
        _forget_where()
    st.session_state[_STATE] = state
    # The control shows what it was pressed to last, whatever its default says.
    st.session_state[LANGUAGE_CHOICE] = current().lang


def has_begun() -> bool:
    """Tell whether app.py ran in this session."""
    return _STATE in st.session_state


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
    st.session_state[_STATE] = ViewState(lang=current().lang, area=_first_area(ViewState.area))
    write_address()


def change_area(area: str) -> ViewState:
    """Look at another area: its whole, with the language, the resource and the assumptions kept.

    Layers and the partition are kept where the area has them; what a page finds lacking it takes off by itself.
    """
    _forget_where()
    st.session_state[_STATE] = replace(current(), area=area, place="", at=None)
    write_address(keep_view=False)
    return current()


def _forget_where() -> None:
    """Where the maps looked, and what they were asked to show, is of the area before."""
    for name in ("map_fit", "map_view", "map_query", "map_gone_to", "scale_fit"):
        st.session_state.pop(name, None)


def refused() -> tuple[str, ...]:
    """Names of the address's parameters that could not be read, once; later calls return ()."""
    names = st.session_state.pop(_REFUSED, ())
    return tuple(names)


def left_to_scenario() -> tuple[str, ...]:
    """Return, once, which of 'factors' and 'threshold' a link that names a scenario leaves to it; later calls ()."""
    return tuple(st.session_state.pop(_LEFT_TO_SCENARIO, ()))


def write_address(*, keep_view: bool = True) -> None:
    """Put the state into the address bar unless it already says so; ``keep_view``: with where the live map looks."""
    wanted = to_query(current())
    present = st.query_params.to_dict()
    kept = _FOREIGN if keep_view else ("mode",)
    wanted |= {name: present[name] for name in kept if name in present}
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


def data_dir() -> Path:
    """Return the folder that holds the areas: ``MEGURI_DATA_DIR`` where it is set, else this checkout's ``data/``."""
    chosen = os.environ.get("MEGURI_DATA_DIR", "")
    return Path(chosen).resolve() if chosen else DATA_DIR


def _first_area(wanted: str) -> str:
    """Return the area to begin with where a link names none: the usual one, else the first there is."""
    known = list_areas(data_dir())
    return wanted if wanted in known or not known else known[0]


def dataset(area: str) -> Dataset:
    """Return the area's dataset with its users' layers, opened once for all sessions until either changes."""
    where = data_dir()
    try:
        built = (where / area / "dataset.toml").stat().st_mtime_ns
    except OSError:
        built = 0
    return _dataset(area, where, built, layers_digest(area, where))


@st.cache_resource(max_entries=4, show_spinner=False)
def _dataset(area: str, where: Path, built: int, brought: str) -> Dataset:
    return with_own_layers(open_whole(area, data_dir=where))
