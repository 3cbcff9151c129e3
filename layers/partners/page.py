"""The parts of the Partners page as they stand there: controls, sentence, list, map and its controls, notes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from html import escape
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.dataset import Dataset
from geo.partners import KINDS
from geo.places import names_at
from geo.terms import Catalogue, Resource
from layers import session
from layers.exports import Download
from layers.flow_map import drawn_share
from layers.ladder_view.component import mount, mount_drawing
from layers.palette import SCALE_COLOURS
from layers.partners.exchange import exchange_body
from layers.partners.figures import Found
from layers.partners.list import FIRST, FOLDED, listed_partners, partners_body
from layers.partners.map import legend_scales
from layers.partners.words import list_notes, resource_name
from layers.place_picker import all_places, pick_on_map
from layers.scale_places import Place

_RESOURCE, _PRESS = "partners_resource", "partners_press"
_STYLE = Path(__file__).with_name("page.css")
_NOT_IN_NAMES = re.compile(r"[^\w-]+")
_PRESSES = ("circle", "place")


def mount_style() -> None:
    """Put the page's own style sheet on it, and what draws its tables and its ladder; call once a run."""
    st.html(f"<style>{_style()}</style>")
    with st.container(gap=None):
        mount_drawing()


@lru_cache(maxsize=1)
def _style() -> str:
    return _STYLE.read_text(encoding="utf-8")


def check_circle(dataset: Dataset) -> None:
    """Leave out of the circle what a link names and the area lacks, and say so."""
    state = session.current()
    known = all_places(dataset, "municipality")
    lacking = [code for code in state.circle if code not in known]
    if lacking:
        st.info(session.say("partners.unknown_circle", codes=", ".join(lacking[:5])))
        session.update(circle=tuple(code for code in state.circle if code in known))


def resource_picker(catalogue: Catalogue) -> None:
    """Draw the choice of the resource in focus."""
    lang = session.current().lang
    st.session_state[_RESOURCE] = session.current().resource
    st.selectbox(
        session.say("partners.resource"),
        list(catalogue.resources),
        format_func=lambda key: resource_name(catalogue.resources[key], lang, inside=False),
        key=_RESOURCE,
        width=200,
        on_change=_change_resource,
    )


def is_place(place: Place) -> bool:
    """Tell whether partners can be looked for: not for the whole area, nor in a partition that users brought."""
    return place.kind in KINDS


def ask_for_place(place: Place) -> None:
    """Say what to do where no place is chosen."""
    st.info(session.say("partners.choose" if place.kind == "prefecture" else "partners.choose_kind"))


def opening(words: str) -> None:
    """Draw the sentence that opens the page."""
    st.html(f'<p class="aloud" role="status" lang="{session.current().lang}">{escape(words)}</p>')


def partner_list(
    found: Found,
    place: Place,
    resource: Resource,
    names: Mapping[str, Place],
    basins: Mapping[str, Place],
    detour: float,
) -> None:
    """Draw who could complete the place; a partner's button puts it into the circle."""
    state = session.current()
    direction = found.standing.direction
    if direction not in ("need", "give"):
        return
    circle = state.circle if place.kind == "municipality" else None
    listed = listed_partners(found, names)
    st.header(session.say(f"partners.list.title_{direction}"), anchor=False)
    if listed:
        mount(
            partners_body(found, place, resource, names, basins, state.lang, circle=circle),
            key="partners_list",
            on_pick=toggle,
        )
    if len(listed) > FIRST:
        more = session.say("partners.list.more", count=min(len(listed) - FIRST, FOLDED))
        with st.expander(more):
            mount(
                partners_body(found, place, resource, names, basins, state.lang, circle=circle, rest=True),
                key="partners_rest",
                on_pick=toggle,
            )
    has_cut = any(names[partner.code].is_cut for partner in listed)
    told = list_notes(found, resource, state.lang, detour=detour, has_cut=has_cut)
    lines = "".join(f"<li>{escape(words)}</li>" for words in told)
    st.html(f'<ul class="partners-notes" lang="{state.lang}">{lines}</ul>')


def exchanged(found: Found, place: Place, resource: Resource, names: Mapping[str, Place]) -> None:
    """Draw, folded, what the least-distance allocation would exchange; nothing where it exchanges nothing."""
    lang = session.current().lang
    body = exchange_body(found, place, resource, names, lang)
    if not body:
        return
    with st.expander(session.say("partners.exchange.title")):
        mount(body, key="partners_exchange", on_pick=toggle)
        st.html(f'<p class="partners-fine" lang="{lang}">{escape(session.say("partners.exchange.note"))}</p>')


def press_control(place: Place) -> None:
    """Draw what pressing the map does; without a place it chooses one."""
    if not is_place(place):
        return
    if st.session_state.get(_PRESS) not in _PRESSES:
        st.session_state[_PRESS] = _PRESSES[0]
    st.segmented_control(
        session.say("partners.map.press"),
        _PRESSES,
        format_func=lambda key: session.say(f"partners.map.press_{key}"),
        key=_PRESS,
        required=True,
    )


def map_pressed(dataset: Dataset, place: Place, latitude: float, longitude: float) -> None:
    """Put the municipality under a point into the circle or take it out, or choose the place there."""
    if not is_place(place) or st.session_state.get(_PRESS) == "place":
        pick_on_map(dataset, latitude, longitude)
        return
    found = names_at(dataset, latitude, longitude)
    if found is not None:
        toggle(found.municipality.code)


def toggle(code: str) -> None:
    """Put a municipality into the circle or take it out; the first one comes with the place itself."""
    state = session.current()
    if code in state.circle:
        session.update(circle=tuple(other for other in state.circle if other != code))
        return
    own = (state.place_code,) if not state.circle and state.place_kind == "municipality" else ()
    session.update(circle=tuple(dict.fromkeys((*own, *state.circle, code))))


def map_notes(found: Found, place: Place, resource: Resource) -> None:
    """Draw, under the map, what its arrows and outlines are."""
    lang = session.current().lang
    drawn, count, share = drawn_share(found.lines)
    keys = ""
    told = []
    if drawn:
        items = "".join(
            f'<li><i style="background:{SCALE_COLOURS[scale]}"></i>{escape(session.say(f"scale.bar.{scale}"))}</li>'
            for scale in legend_scales(found)
        )
        keys = f'<ul class="partners-keys">{items}</ul>'
        words = {"place": place.name(lang), "resource": resource_name(resource, lang)}
        told.append(session.say("partners.map.arrows", **words))
        if drawn < count:
            told.append(session.say("partners.map.most", drawn=drawn, count=count, percent=f"{100 * share:.0f}"))
    told.append(session.say("partners.map.press_hint"))
    lines = "".join(f"<p>{escape(words)}</p>" for words in told)
    st.html(f'<div class="partners-fine" lang="{lang}">{keys}{lines}</div>')


def examples() -> None:
    """Draw, folded, the ministry's examples of regions that complete each other."""
    with st.expander(session.say("partners.examples.title")):
        st.html(f'<p class="partners-fine">{escape(session.say("partners.examples.body"))}</p>')


def download(where: DeltaGenerator, make: Callable[[], Download], *, key: str, label: str, stem: str) -> None:
    """Draw the button of a table; the table is made when the button is pressed."""
    where.download_button(
        session.say(label),
        lambda: make().data,
        file_name=f"{stem}.csv",
        mime="text/csv",
        icon=":material/table:",
        on_click="ignore",
        key=key,
    )


def stem_of(dataset: Dataset, kind: str, names: Sequence[str]) -> str:
    """Return the name of a file, without an ending."""
    return _NOT_IN_NAMES.sub("_", "_".join(["meguri", dataset.area, kind, *names[:6]]))


def _change_resource() -> None:
    session.update(resource=st.session_state[_RESOURCE])
