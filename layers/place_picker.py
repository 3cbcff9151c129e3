"""The place that the Scale page looks at: picked in a list that is searched by typing, or on the map."""

from __future__ import annotations

import streamlit as st

from geo.dataset import Dataset
from geo.places import names_at
from layers import session
from layers.messages import text
from layers.partitions import code_at, is_brought, title_of
from layers.plain import plain
from layers.scale_places import Place, fitting_code, kinds_of, place_labels, places
from layers.state import ViewState
from layers.unique_labels import unique_labels

_KIND, _PLACE, _FIT = "scale_kind", "scale_place", "scale_fit"


def current_place(dataset: Dataset, state: ViewState) -> Place:
    """Return the place of the view; the area's (first) prefecture where it names none or one that is not there."""
    known = all_places(dataset, state.place_kind or "prefecture")
    area = all_places(dataset, "prefecture")[dataset.prefecture_code]
    return known.get(state.place_code, area)


def linked_place(dataset: Dataset) -> Place:
    """Return the place looked at, as :func:`checked_place`; the map moves there when the page is first drawn."""
    place = checked_place(dataset)
    st.session_state.setdefault(_FIT, place.key)
    return place


def checked_place(dataset: Dataset) -> Place:
    """Return the place of the view; one of a link that is not there is said, and left out of the view."""
    state = session.current()
    place = current_place(dataset, state)
    if state.place and place.key != state.place:
        # A unit that users brought may have any code.
        told = plain(state.place) if is_brought(state.place_kind) else state.place
        st.info(session.say("scale.unknown_place", place=told))
        session.update(place=place.key)
    return place


def place_picker(dataset: Dataset, place: Place) -> None:
    """Draw the controls that choose a kind of place and the place, into the container that is open."""
    lang = session.current().lang
    kinds = kind_labels(dataset, lang)
    st.session_state[_KIND] = place.kind
    st.segmented_control(
        session.say("scale.kind"),
        list(kinds),
        format_func=lambda kind: kinds.get(kind, str(kind)),
        key=_KIND,
        required=True,
        wrap=True,
        width="content",
        on_change=_change_kind,
        args=(dataset, place),
    )
    _place_list(dataset, place)


def pick_on_map(dataset: Dataset, latitude: float, longitude: float) -> None:
    """Look at the place under a point: of the kind looked at, or the municipality; the map's view stays."""
    found = names_at(dataset, latitude, longitude)
    if found is None:
        return
    kind = session.current().place_kind or "municipality"
    if code := code_at(kind, dataset, latitude, longitude):
        session.update(place=f"{kind}:{code}")
        return
    unit = {"basin": found.river_system, "community": found.community}.get(kind) or found.municipality
    kind = kind if unit is not found.municipality else "municipality"
    session.update(place=f"{kind}:{unit.code}")


def fit_token() -> str:
    """Return what changes whenever the map should move to the place: at a pick in the list, not on the map."""
    return str(st.session_state.get(_FIT, ""))


def all_places(dataset: Dataset, kind: str) -> dict[str, Place]:
    """Return the places of a kind, cached for all sessions; not to be changed."""
    return _all_places(dataset.area, dataset.content_hash(), kind, dataset)


@st.cache_resource(max_entries=16, show_spinner=False)
def _all_places(area: str, version: str, kind: str, _dataset: Dataset) -> dict[str, Place]:
    return places(_dataset, kind)


def _place_list(dataset: Dataset, place: Place) -> None:
    # From the whole area the next step is a municipality: one pick, not two.
    is_area = not place.key
    kind = "municipality" if is_area else place.kind
    known = all_places(dataset, kind)
    labels = place_labels(known, session.current().lang)
    st.session_state[_PLACE] = None if is_area else place.code
    st.selectbox(
        session.say("scale.place"),
        list(labels),
        index=None,
        placeholder=session.say("scale.place_hint"),
        format_func=lambda code: labels.get(code, str(code)),
        key=_PLACE,
        width=320,
        on_change=_change_place,
        args=(dataset, kind),
    )


def _change_kind(dataset: Dataset, place: Place) -> None:
    kind = st.session_state.get(_KIND)
    if kind not in kinds_of(dataset) or kind == place.kind:
        return
    code = fitting_code(dataset.fragments, kind=place.kind, code=place.code, to_kind=kind)
    known = all_places(dataset, kind)
    # What users brought may not reach the place that is left.
    found = known.get(code) or (next(iter(known.values()), None) if is_brought(str(kind)) else None)
    _go_to(found.key if found else "")


def _change_place(dataset: Dataset, kind: str) -> None:
    code = st.session_state.get(_PLACE)
    known = all_places(dataset, kind)
    _go_to(known[code].key if code in known else "")


def _go_to(key: str) -> None:
    session.update(place=key)
    st.session_state[_FIT] = key


def kind_labels(dataset: Dataset, lang: str) -> dict[str, str]:
    """Return what the kinds of place that the area has are called in a list, by kind, no two alike; as Markdown."""
    return unique_labels({kind: _kind_words(kind, dataset, lang) for kind in kinds_of(dataset)}, lang)


def _kind_words(kind: str, dataset: Dataset, lang: str) -> str:
    if is_brought(kind):
        return plain(title_of(kind, dataset, lang))
    if kind != "prefecture":
        return text(f"scale.kind_{kind}", lang)
    return text("scale.kind_area" if len(dataset.prefecture_codes) == 1 else "common.scale.prefecture", lang)
