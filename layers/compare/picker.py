"""The controls of a comparison: area, kind and place of each side, and the exchange of the two."""

from __future__ import annotations

import streamlit as st

from geo.dataset import Dataset
from geo.places import names_at
from layers import session
from layers.compare.sides import areas, place_of
from layers.messages import text
from layers.partitions import code_at, is_brought
from layers.place_picker import all_places, kind_labels
from layers.scale_places import Place, fitting_code, kinds_of, place_labels
from layers.unique_labels import unique_labels

_FIT = "compare_fit_{}"


def side_picker(side: str, dataset: Dataset, place: Place | None) -> None:
    """Draw the controls of one side ('a' or 'b'); ``place`` is None where none is chosen yet."""
    lang = session.current().lang
    letter = side.upper()
    with st.container(key=f"compare_pick_{side}", horizontal=True, vertical_alignment="bottom", gap="small"):
        known = areas()
        if len(known) > 1:
            key = f"compare_area_{side}"
            names = unique_labels({area: entry.name(lang) for area, entry in known.items()}, lang)
            st.session_state[key] = dataset.area
            st.selectbox(
                text("compare.pick.area", lang, side=letter),
                list(names),
                format_func=lambda area: names.get(area, str(area)),
                key=key,
                width=190,
                on_change=_change_area,
                args=(side,),
            )
        kind = place.kind if place else "municipality"
        kinds = kind_labels(dataset, lang)
        kind = kind if kind in kinds else "prefecture"
        st.session_state[f"compare_kind_{side}"] = kind
        st.segmented_control(
            text("compare.pick.kind", lang, side=letter),
            list(kinds),
            format_func=lambda each: kinds.get(each, str(each)),
            key=f"compare_kind_{side}",
            required=True,
            wrap=True,
            width="content",
            on_change=_change_kind,
            args=(side, dataset, place),
        )
        listed = all_places(dataset, "municipality" if place and not place.key else kind)
        labels = place_labels(listed, lang)
        st.session_state[f"compare_place_{side}"] = place.code if place and place.code in listed else None
        st.selectbox(
            text("compare.pick.place", lang, side=letter),
            list(labels),
            index=None,
            placeholder=session.say("compare.pick.hint"),
            format_func=lambda code: labels.get(code, str(code)),
            key=f"compare_place_{side}",
            width=300,
            on_change=_change_place,
            args=(side, dataset),
        )


def swap_button() -> None:
    """Draw the button that exchanges the sides."""
    st.button(session.say("compare.swap"), icon=":material/swap_horiz:", key="compare_swap", on_click=swap)


def swap() -> None:
    """Exchange the sides: the right one's area becomes the view's."""
    state = session.current()
    area, _, place = state.beside.partition("/")
    if not area:
        return
    left = f"{state.area}/{state.place}"
    if area != state.area:
        session.change_area(area)
    session.update(place=place, beside=left, at=None)
    _refit("a", "b")


def choose(side: str, area: str, key: str, *, refit: bool = True) -> None:
    """Look at a place on one side; ``refit`` moves its map there."""
    if side == "b":
        session.update(beside=f"{area}/{key}")
    else:
        if area != session.current().area:
            session.change_area(area)
        session.update(place=key, at=None)
    if refit:
        _refit(side)


def pick_on_map(side: str, dataset: Dataset, place: Place, latitude: float, longitude: float) -> None:
    """Look at the place under a point on one side: of the kind looked at, or the municipality."""
    kind = place.kind if place.key else "municipality"
    if code := code_at(kind, dataset, latitude, longitude):
        choose(side, dataset.area, f"{kind}:{code}", refit=False)
        return
    found = names_at(dataset, latitude, longitude)
    if found is None:
        return
    unit = {"basin": found.river_system, "community": found.community}.get(kind) or found.municipality
    kind = kind if unit is not found.municipality else "municipality"
    choose(side, dataset.area, f"{kind}:{unit.code}", refit=False)


def fit_token(side: str) -> str:
    """Return what changes whenever a side's map should move to its place."""
    return str(st.session_state.get(_FIT.format(side), 0))


def _refit(*sides: str) -> None:
    for side in sides:
        st.session_state[_FIT.format(side)] = int(st.session_state.get(_FIT.format(side), 0)) + 1


def _change_area(side: str) -> None:
    area = st.session_state.get(f"compare_area_{side}")
    if area in areas():
        choose(side, str(area), "")


def _change_kind(side: str, dataset: Dataset, place: Place | None) -> None:
    kind = str(st.session_state.get(f"compare_kind_{side}"))
    if kind not in kinds_of(dataset) or (place is not None and kind == place.kind):
        return
    before = place or place_of(dataset, "")
    code = fitting_code(dataset.fragments, kind=before.kind, code=before.code, to_kind=kind)
    known = all_places(dataset, kind)
    # What users brought may not reach the place that is left.
    found = known.get(code) or (next(iter(known.values()), None) if is_brought(kind) else None)
    choose(side, dataset.area, found.key if found else "")


def _change_place(side: str, dataset: Dataset) -> None:
    state = session.current()
    key = state.place if side == "a" else state.beside.partition("/")[2]
    place = place_of(dataset, key)
    is_open = side == "b" and not state.beside
    kind = "municipality" if is_open or not place.key else place.kind
    found = all_places(dataset, kind).get(str(st.session_state.get(f"compare_place_{side}")))
    choose(side, dataset.area, found.key if found else "")
