"""The river system that the Basin page looks at: of the link, picked in a list or on the map, or that of the place."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from geo.dataset import LOWLAND, Dataset
from geo.places import names_at
from layers import session
from layers.place_picker import all_places, checked_place, current_place
from layers.scale_places import Place, fitting_code, place_labels
from layers.state import ViewState

KIND = "basin"
_PICK = "basin_pick"
# What the page showed last, what was clicked on its map, and the map's last order to move.
_SEEN, _CLICKED, _FIT = "basin_seen", "basin_clicked", "basin_fit"


@dataclass(frozen=True)
class Looked:
    """What the page looks at.

    Attributes
    ----------
    basin
        The river system; None where the place lies in the lowland, which is no basin.
    of
        The place of another kind that led to it, None where the view names the basin itself.
    """

    basin: Place | None
    of: Place | None = None


def basins(dataset: Dataset) -> dict[str, Place]:
    """Return the river systems, the largest first; the lowland is none."""
    return {code: place for code, place in all_places(dataset, KIND).items() if code != LOWLAND}


def looked_at(dataset: Dataset, state: ViewState) -> Looked:
    """Return the basin of the view: its place, or where most people of its place live; of the whole area the largest.

    A place that is not there counts as the whole area.
    """
    known = basins(dataset)
    place = current_place(dataset, state)
    if place.kind == KIND:
        return Looked(known.get(place.code))
    first = next(iter(known.values()), None)
    if not place.key:
        return Looked(first)
    code = fitting_code(dataset.fragments, kind=place.kind, code=place.code, to_kind=KIND)
    if code == LOWLAND:
        return Looked(None, place)
    return Looked(known.get(code, first), place)


def check_place(dataset: Dataset) -> None:
    """Leave out a place of a link that the area lacks, and say so."""
    checked_place(dataset)


def basin_picker(dataset: Dataset, basin: Place | None) -> None:
    """Draw the list of river systems, searched by typing kanji, kana or romaji."""
    known = basins(dataset)
    labels = place_labels(known, session.current().lang)
    st.session_state[_PICK] = basin.code if basin else None
    st.selectbox(
        session.say("basin.pick"),
        list(labels),
        index=None,
        placeholder=session.say("basin.pick_hint"),
        format_func=lambda code: labels.get(code, str(code)),
        key=_PICK,
        width=380,
        help=session.say("basin.pick_help"),
        on_change=_pick,
        args=(dataset,),
    )


def pick_on_map(dataset: Dataset, latitude: float, longitude: float) -> None:
    """Look at the basin under a point; the map's view stays. On the lowland and outside the area nothing changes."""
    found = names_at(dataset, latitude, longitude)
    system = found.river_system if found else None
    if system is None:
        return
    if system.code not in basins(dataset):
        st.toast(session.say("basin.lowland_clicked"))
        return
    st.session_state[_CLICKED] = system.code
    session.update(place=f"{KIND}:{system.code}")


def fit_token(dataset: Dataset, basin: Place | None) -> str:
    """Return what changes whenever the map should move to the basin: whatever led to it, but not a click on the map."""
    now = f"{dataset.area}:{basin.code if basin else ''}"
    clicked = st.session_state.pop(_CLICKED, "")
    if st.session_state.get(_SEEN) != now and not (basin and clicked == basin.code):
        st.session_state[_FIT] = now
    st.session_state[_SEEN] = now
    return str(st.session_state.get(_FIT, now))


def _pick(dataset: Dataset) -> None:
    code = st.session_state.get(_PICK)
    if code in basins(dataset):
        session.update(place=f"{KIND}:{code}")
