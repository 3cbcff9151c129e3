"""The stage: the session's view at the size of a desk or of a wall, as a map, a ladder or a comparison.

One map stays mounted through all of them: stepping from item to item recolours and moves it, and never makes it anew.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from geo.dataset import Dataset
from geo.meeting import VIEW_KINDS
from geo.terms import Catalogue
from layers import map_page, scale_page, session
from layers.certainty import with_certainty
from layers.ladder_view.component import mount, mount_drawing
from layers.ladder_view.markup import ladder_body
from layers.live import MapEvent, live_map
from layers.meeting.current import KIND
from layers.meeting.looking import watch_look
from layers.meeting.notes import map_pressed, note_extras
from layers.meeting.picture import Pair, Picture, picture_of
from layers.place_picker import pick_on_map
from layers.whatif.ladder import pairs_body
from layers.whatif.words import outcomes_of

if TYPE_CHECKING:
    from layers.meeting.current import Here

# The maps' keys within the session; the first is also the name under which the two are locked to one view.
MAP, SECOND = "meeting_map", "meeting_map_b"
_STYLE = Path(__file__).with_name("stage.css")
_FAR = Path(__file__).with_name("far_ladder.css")


def stage(here: Here | None, dataset: Dataset, catalogue: Catalogue, *, height: str, is_wall: bool) -> None:
    """Draw the session's view as the open item's kind, with what was noted on the map.

    Parameters
    ----------
    here
        The meeting; without one the view is shown by itself.
    height
        CSS length of the map; a wall's own style sheet fills the room that there is.
    is_wall
        Whether it is read from far away: fewer words, much larger.
    """
    state = session.current()
    picture = picture_of(
        shown_kind(here),
        state,
        dataset,
        catalogue,
        item=here.item if here else None,
        extra=note_extras(here) if here else (),
        is_wall=is_wall,
    )

    def pressed(event: MapEvent) -> None:
        press(here, event, dataset, picture.kind)

    with st.container(key="meeting_stage", gap="small"):
        # As many elements before the map in every kind: it keeps its place, and so the browser keeps it.
        st.html(f"<style>{_STYLE.read_text(encoding='utf-8')}</style>")
        st.html(_words(picture, state.lang, is_wall=is_wall))
        with st.container(key="meeting_sides", horizontal=True, gap="small"):
            with st.container(key="meeting_first", gap=None):
                watch_look(here, picture, area=dataset.area, key=MAP)
                st.html(_head(picture, 0, state.lang))
                live_map(picture.scenes[0], key=MAP, height=height, on_click=pressed, linked=MAP)
            with st.container(key="meeting_second", gap=None):
                if picture.kind == "ladder":
                    _ladder(picture, dataset, is_wall=is_wall)
                elif picture.kind == "comparison":
                    st.html(_head(picture, 1, state.lang))
                    live_map(picture.scenes[1], key=SECOND, height=height, on_click=pressed, linked=MAP)
        if picture.pair is not None:
            with st.container(key="meeting_pair", gap=None):
                _pair(picture.pair, picture, dataset, catalogue, is_wall=is_wall)


def shown_kind(here: Here | None) -> str:
    """Return what the stage shows, one of ``VIEW_KINDS``: the open item's kind, or the one that is being prepared."""
    if here is not None:
        return here.kind
    kind = st.session_state.get(KIND)
    return str(kind) if kind in VIEW_KINDS else VIEW_KINDS[0]


def press(here: Here | None, event: MapEvent, dataset: Dataset, kind: str) -> None:
    """Take a press on a map: a point of what is being drawn, else the place to look at, as on the kind's own page."""
    if here is not None and map_pressed(here, event):
        return
    if kind == "map":
        map_page.clicked(event, dataset)
    else:
        pick_on_map(dataset, event.lat, event.lon)


def _words(picture: Picture, lang: str, *, is_wall: bool) -> str:
    kind = "key" if is_wall else "aloud"
    words = f'<p class="{kind}" role="status" lang="{lang}">{escape(picture.words)}</p>' if picture.words else ""
    silent = "" if words or picture.legend else " silent"
    # Never empty: it would take its place among the elements with it.
    return f'<div class="meeting-words {picture.kind}{silent}">{words}{picture.legend}</div>'


def _head(picture: Picture, number: int, lang: str) -> str:
    words = picture.heads[number]
    if not words:
        return "<span></span>"
    return f'<p class="meeting-head" lang="{lang}"><b>{"AB"[number]}</b> {escape(words)}</p>'


def _ladder(picture: Picture, dataset: Dataset, *, is_wall: bool) -> None:
    state = session.current()
    said = [] if is_wall else scale_page.place_notes(picture.rows, picture.place, dataset)
    body = ladder_body(
        picture.rows,
        state.lang,
        focus=state.resource,
        is_cut=picture.place.is_cut,
        notes=said,
        is_far=is_wall,
    )
    _mount(body, key="meeting_ladder", is_wall=is_wall)


def _pair(pair: Pair, picture: Picture, dataset: Dataset, catalogue: Catalogue, *, is_wall: bool) -> None:
    state = session.current()
    keys = [picture.resource.key] if is_wall else [*pair.after]
    before, after = ([rows[key] for key in keys] for rows in (pair.before, pair.after))
    if is_wall:
        # Of the one resource alone: the draws of all, on both sides, would hold up every step of the agenda.
        place, (first, second) = picture.place, pair.sides.assumed
        before = with_certainty(before, dataset, catalogue, first, kind=place.kind, code=place.code)
        after = with_certainty(after, dataset, catalogue, second, kind=place.kind, code=place.code)
    body = pairs_body(
        before,
        after,
        outcomes_of(pair.before, pair.after),
        state.lang,
        focus=state.resource,
        is_cut=picture.place.is_cut,
        notes=[] if is_wall else scale_page.place_notes(after, picture.place, dataset),
        sides=(pair.sides.before.name(state.lang), pair.sides.after.name(state.lang)),
    )
    _mount(body, key="meeting_pairs", is_wall=is_wall)


def _mount(body: str, *, key: str, is_wall: bool) -> None:
    """Draw a ladder; it lies apart from the page, so that what makes it large for a wall goes with it."""
    far = f"<style>{_FAR.read_text(encoding='utf-8')}</style>" if is_wall else ""
    with st.container(gap=None):
        mount_drawing()
        mount(body + far, key=key, on_pick=_focus)


def _focus(resource: str) -> None:
    session.update(resource=resource)
