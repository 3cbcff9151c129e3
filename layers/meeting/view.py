"""A view on the agenda: the state of a page, kept as the pairs of its address and opened again."""

from __future__ import annotations

from dataclasses import replace

from geo.meeting import AgendaItem, Query
from layers.state import ViewState, parse, to_query

# Of the person who looks, not of the view.
_NOT_PINNED = ("lang", "area", "meeting")


def query_of(state: ViewState, view: str = "") -> Query:
    """Return a view as pairs of the address bar; ``view`` is where the map looks (``latitude,longitude,zoom``)."""
    pairs = {name: value for name, value in to_query(state).items() if name not in _NOT_PINNED}
    return tuple((pairs | ({"view": view} if view else {})).items())


def state_of(item: AgendaItem, *, area: str, lang: str, meeting: str = "") -> ViewState:
    """Return the state that an item reopens, for a reader of ``lang``; what cannot be read keeps its default."""
    state, _ = parse(dict(item.query))
    return replace(state, area=area, lang=lang, meeting=meeting)


def view_of_map(item: AgendaItem) -> str:
    """Return where the item's map looks, as the address has it, '' where it was not moved."""
    return dict(item.query).get("view", "")
