"""The parts of the Map page as they stand there: the search, the choices under the list, the card of the place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from geo.dataset import Dataset
from geo.places import Hit, find_places, names_at
from geo.terms import Catalogue
from layers import frame, map_view, session
from layers.area_missing import has_partition, kind_name
from layers.layer import CELLS, GROUPS, Layer
from layers.layer_list import Visible, layer_list
from layers.live import MapEvent
from layers.partitions import brought_kinds, is_brought, title_of
from layers.place_card import place_card
from layers.plain import plain
from layers.scale_places import KINDS
from layers.take_away import take_aways, view_of
from layers.terrain import page as terrain_page
from layers.unique_labels import unique_labels

_STYLE = Path(__file__).with_name("map_page.css")
_BY = ("community", "municipality", "basin", "prefecture", "cells")
_QUERY, _FIT, _VIEW, _GONE_TO = "map_query", "map_fit", "map_view", "map_gone_to"
# The closing scale comes first, with the choices that belong to it.
OTHER_GROUPS = tuple(group for group in GROUPS if group != "closing")
Bounds = tuple[float, float, float, float]


def mount_style() -> None:
    """Put the page's own style sheet on it."""
    st.html(f"<style>{_STYLE.read_text(encoding='utf-8')}</style>")


def check_link(dataset: Dataset, catalogue: Catalogue, layers: Mapping[str, Layer]) -> None:
    """Leave out what a link names and the dataset lacks, and say so."""
    state = session.current()
    changes: dict[str, Any] = {}
    lacking = []
    if state.resource not in catalogue.resources:
        changes["resource"] = next(iter(catalogue.resources))
        lacking.append(state.resource)
    if not has_partition(state.by, dataset):
        changes["by"] = "municipality"
        lacking.append(plain(kind_name(state.by, dataset, state.lang)))
    unknown = [key for key, _ in state.layers or () if key not in layers]
    if unknown and state.layers is not None:
        changes["layers"] = tuple(pair for pair in state.layers if pair[0] in layers)
        lacking += unknown
    if state.place and state.place_code not in map_view.places_of(dataset, state.place_kind):
        changes["place"] = ""
        lacking.append(plain(state.place) if is_brought(state.place_kind) else state.place)
    if state.at is not None and names_at(dataset, *state.at) is None:
        changes["at"] = None
        lacking.append("{:g}, {:g}".format(*state.at))
    if lacking:
        st.toast(session.say("map.link_lacks", names=", ".join(lacking[:5])))
        session.update(**changes)


def fit() -> tuple[str, Bounds] | None:
    """Return what the map is asked to show next: a token that changes with each request, and the bounds."""
    asked: tuple[str, Bounds] | None = st.session_state.get(_FIT)
    return asked


def clicked(event: MapEvent, dataset: Dataset) -> None:
    """Take a click on the map as the place to look at; a click outside the area only says so."""
    state = session.current()
    st.session_state[_VIEW] = event.view
    after = map_view.place_after(event, state, dataset)
    if after is None:
        _say_outside(dataset)
    else:
        session.update(at=after.at, place=after.place)


def find_box(dataset: Dataset) -> None:
    """Draw the search and what it found, until one is gone to; a single or exact hit is gone to at once."""
    query = st.text_input(
        session.say("map.find.label"),
        placeholder=session.say("map.find.hint"),
        key=_QUERY,
        on_change=_find,
        args=(dataset,),
        icon=":material/search:",
    ).strip()
    if not query or query == st.session_state.get(_GONE_TO):
        return
    hits = find_places(dataset, query, limit=6)
    if not hits:
        st.caption(session.say("map.find.none", query=query))
    for hit in hits:
        st.button(
            map_view.hit_label(hit, dataset, session.current().lang),
            key=f"hit_{hit.kind}_{hit.code}",
            on_click=_go,
            args=(hit, dataset),
            type="tertiary",
        )


def layers_of_group(
    layers: Mapping[str, Layer],
    visible: Visible,
    groups: Sequence[str],
    *,
    key: str,
    missing: Mapping[str, tuple[str, str]] | None = None,
) -> None:
    """Draw the list of the layers of these groups."""

    def changed(chosen: Visible) -> None:
        session.update(layers=chosen)

    layer_list(
        layers,
        visible,
        lang=session.current().lang,
        key=key,
        on_change=changed,
        missing=missing,
        groups=groups,
    )


def closing_choices(dataset: Dataset, catalogue: Catalogue) -> None:
    """Draw the choice of the resource and of the partition that the closing scale is shown for, and what it says."""
    state = session.current()
    by_options = [*(by for by in _BY if by == CELLS or by in dataset.ladder), *brought_kinds(dataset)]
    for field, options, name, label in (
        ("resource", list(catalogue.resources), map_view.resource_name, "map.list.resource"),
        ("by", by_options, map_view.by_name, "map.list.by"),
    ):
        chosen = getattr(state, field)
        key = f"map_{field}_{state.lang}"
        # A step back in the browser changes the state beside the control.
        st.session_state[key] = chosen if chosen in options else options[0]
        words = {
            option: title_of(option, dataset, state.lang) if is_brought(option) else name(option, catalogue, state.lang)
            for option in options
        }
        st.selectbox(
            session.say(label),
            options,
            format_func=unique_labels(words, state.lang).__getitem__,
            key=key,
            on_change=_choose,
            args=(field, key),
        )
    if sentence := map_view.closing_sentence(state, dataset, catalogue):
        st.caption(plain(sentence))


def take_away(dataset: Dataset, catalogue: Catalogue, layers: Mapping[str, Layer], visible: Visible) -> None:
    """Draw the files that can be taken away; each is made when its button is pressed."""
    with st.popover(session.say("map.take.label"), icon=":material/download:", width="stretch"):
        if not visible:
            st.caption(session.say("map.take.none"))
            return
        view = st.session_state.get(_VIEW) or view_of(st.query_params.get("view"))
        for file in take_aways(session.current(), dataset, catalogue, layers, view=view):
            st.download_button(
                plain(file.title),
                file.make,
                file_name=file.name,
                mime=file.mime,
                key=f"take_{file.key}",
                on_click="ignore",
                width="stretch",
            )


def card(dataset: Dataset, catalogue: Catalogue, units: Mapping[str, str]) -> None:
    """Draw the card of the place: which of its units the figures are of, the figures, the ways on."""
    state = session.current()
    terrain_page.panel(dataset, catalogue)
    chosen = map_view.looked_at(state, units)
    names = {kind: map_view.place_of(dataset, kind, code).name(state.lang) for kind, code in units.items()}
    words = {kind: kind_name(kind, dataset, state.lang) for kind in units}
    key = f"map_kind_{state.lang}_{'_'.join(units.values())}"

    def look_at() -> None:
        kind = st.session_state[key]
        session.update(place=f"{kind}:{units[kind]}")

    st.selectbox(
        session.say("map.card.kind"),
        list(units),
        index=list(units).index(chosen),
        format_func=unique_labels(words, state.lang).__getitem__,
        key=key,
        on_change=look_at,
    )
    rows = map_view.place_rows(state, dataset, catalogue, kind=chosen, code=units[chosen])
    is_cut = map_view.place_of(dataset, chosen, units[chosen]).is_cut
    told = map_view.told_of(state, dataset, catalogue, units)
    st.html(place_card(names, rows, chosen=chosen, lang=state.lang, is_cut=is_cut, told=told, kinds=words))
    others = {page.url_path: page for page in frame.pages()}
    st.page_link(others["scale"], label=session.say("map.card.to_scale"))
    st.page_link(others["data"], label=session.say("map.card.to_data"))
    st.button(session.say("map.card.close"), key="map_close", on_click=_close, type="tertiary")


def _say_outside(dataset: Dataset) -> None:
    area = dataset.name_ja if session.current().lang == "ja" else dataset.name_en
    st.toast(session.say("map.card.outside", area=area))


def _choose(field: str, key: str) -> None:
    session.update(**{field: st.session_state[key]})


def _close() -> None:
    session.update(at=None, place="", upstream=False)


def _find(dataset: Dataset) -> None:
    st.session_state.pop(_GONE_TO, None)
    query = str(st.session_state[_QUERY]).strip()
    hits = find_places(dataset, query) if query else []
    if len(hits) == 1 or (hits and hits[0].score == 100 > hits[1].score):
        _go(hits[0], dataset)


def _go(hit: Hit, dataset: Dataset) -> None:
    place = f"{hit.kind}:{hit.code}"
    if hit.kind not in KINDS:
        after = map_view.place_after(MapEvent(hit.latitude, hit.longitude), session.current(), dataset)
        if after is None:
            _say_outside(dataset)
            return
        place = after.place
    session.update(at=(hit.latitude, hit.longitude), place=place)
    st.session_state[_GONE_TO] = str(st.session_state[_QUERY]).strip()
    st.session_state[_FIT] = (f"{hit.kind}:{hit.code}:{hit.bounds}", hit.bounds)
