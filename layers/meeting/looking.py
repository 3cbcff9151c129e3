"""Where the meeting's map looks, as the browser tells it: what is pinned, what hands are counted under."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from geo.meeting import AgendaItem, Query
from layers import session
from layers.meeting.view import query_of, view_of_map

if TYPE_CHECKING:
    from layers.meeting.current import Here
    from layers.meeting.picture import Picture

_KEY = "meeting_look"
# How often one came from another page, and its address.
_CAME = "meeting_look_came"
# Latitude and longitude in degrees and the zoom, as the address bar has them.
_VIEW = re.compile(r"-?\d{1,2}(\.\d+)?,-?\d{1,3}(\.\d+)?,\d{1,2}(\.\d+)?")
# The maps of the pages, by address; of two that are locked to one view the one that leads is asked.
_MAPS_OF = {
    "": ("map",),
    "start": ("map",),
    "scale": ("scale",),
    "whatif": ("whatif_a", "whatif_b"),
    "partners": ("partners",),
    "basin": ("basin",),
    "money": ("money",),
}


def come_from(page: str) -> None:
    """Let the meeting's map open where the map of another page looks; ``page`` is its address."""
    number, _ = st.session_state.get(_CAME, (0, ""))
    st.session_state[_CAME] = (number + 1, page)


def watch_look(here: Here | None, picture: Picture, *, area: str, key: str) -> None:
    """Listen to where the map of a key looks from now on; draws nothing. Call before the map.

    Parameters
    ----------
    picture
        What the map is asked to show.
    area
        What the map is of.
    """
    first = picture.scenes[0]
    item = here.item if here is not None else None
    number, page = st.session_state.get(_CAME, (0, ""))
    if item is not None:
        # What is on the agenda looks where it says, wherever one came from.
        st.session_state[_CAME] = (number, "")
    maps = _MAPS_OF.get(page) if item is None else None
    data = {
        "map": key,
        "area": area,
        "token": _token(item),
        "asked": view_of_map(item) if item is not None and first.look is not None else "",
        "look": first.look[0] if first.look is not None else None,
        "fit": first.fit[0] if first.fit is not None else None,
        "home": [picture.home[:2], picture.home[2:]],
        "carry": {"number": number, "maps": maps} if maps else None,
    }
    # Not in a fragment: sent together with a press, the word of the one would run in place of the other.
    _component()(data=data, key=_KEY, default={"look": None}, on_look_change=_kept)


def view_of_stage(item: AgendaItem | None) -> str:
    """Return where the map looks now (``latitude,longitude,zoom``), '' where it shows what it would by itself.

    Of an item that the browser has not opened yet, where it was pinned.
    """
    found = st.session_state.get(_KEY)
    view = view_told(found.get("look") if isinstance(found, Mapping) else None, _token(item))
    if view is None:
        return view_of_map(item) if item is not None else ""
    return view


def view_told(look: object, token: str) -> str | None:
    """Return the view in what the browser tells, None where it is no view, or of something else than ``token``."""
    if not isinstance(look, Mapping) or look.get("token") != token:
        return None
    view = look.get("view")
    return view if isinstance(view, str) and (not view or _VIEW.fullmatch(view)) else None


def query_now(item: AgendaItem | None) -> Query:
    """Return the session's view with where its map looks; ``item`` is the one that is open."""
    return query_of(session.current(), view_of_stage(item))


def _token(item: AgendaItem | None) -> str:
    """Return what the map is asked to show by: another item, or an item that was pinned anew, is another."""
    return "" if item is None else f"{item.key}@{view_of_map(item)}"


def _kept() -> None:
    """Stand for what is done with a move: it is read where it is needed."""


@st.cache_resource(max_entries=1, show_spinner=False)
def _component() -> Any:
    script = Path(__file__).with_name("looking.js").read_text(encoding="utf-8")
    return st.components.v2.component("meguri_meeting_look", js=script, isolate_styles=False)
