"""A map for each place, side by side: its surroundings coloured by closing scale, each with a view of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape

import streamlit as st

from geo.terms import Resource
from layers.area_missing import has_partition
from layers.assessed import tables_of
from layers.certainty import shown_certainty
from layers.closing_map import closing_scene, map_title
from layers.compare.picker import fit_token, pick_on_map
from layers.compare.sides import SIDES, Side
from layers.described import closing_layer, layers_of
from layers.live import MapEvent, Scene, live_map
from layers.messages import text
from layers.partitions import is_brought
from layers.whatif.maps import legend_html

HEIGHT = "clamp(260px, 44vh, 560px)"
_LINES = ("prefecture", "municipality")


def side_maps(left: Side, right: Side, resource: str, *, by: str, lang: str) -> None:
    """Draw both maps, or recolour them in place; a click looks at the place under it on that side."""
    pair = list(zip(SIDES, (left, right), strict=True))
    scenes = {name: _scene(name, side, resource, by, lang) for name, side in pair}
    with st.container(key="compare_maps", gap="small"):
        drawn = [scene for scene in scenes.values() if scene is not None]
        if drawn:
            first, last = (scene.shown[-1].painting for scene in (drawn[0], drawn[-1]))
            st.html(legend_html(first, lang, beside=last))
        for column, (name, side) in zip(st.columns(2, gap="medium"), pair, strict=True):
            scene = scenes[name]
            with column, st.container(gap=None):
                st.html(_head(name.upper(), side, lang))
                if scene is None:
                    st.info(text("compare.lacking", lang))
                else:
                    # Two maps, one address: where either looks is not kept in it.
                    clicked = _picker(name, side)
                    live_map(scene, key=f"compare_{name}", height=HEIGHT, on_click=clicked, is_transient=True)
        st.caption(text("compare.map.hint", lang))


def _picker(name: str, side: Side) -> Callable[[MapEvent], None]:
    def clicked(event: MapEvent) -> None:
        pick_on_map(name, side.dataset, side.place, event.lat, event.lon)

    return clicked


def _scene(name: str, side: Side, key: str, by: str, lang: str) -> Scene | None:
    resource: Resource | None = side.catalogue.resources.get(key)
    if resource is None:
        return None
    # What users brought is of one area; the other is shown by its municipalities.
    units = by if has_partition(by, side.dataset) else "municipality"
    units = "municipality" if is_brought(units) else units
    known = layers_of(side.dataset, side.catalogue)
    closing = tables_of(side.dataset, side.catalogue, side.assumed, by=units)(key, "central")["closing_scale"]
    layer = closing_layer(known["closing_scale"], resource, side.dataset)
    layer = replace(layer, title_ja=map_title(resource, "ja"), title_en=map_title(resource, "en"))
    scene = closing_scene(
        side.dataset,
        layer,
        [known[line] for line in _LINES],
        closing,
        by=units,
        place=side.place,
        lang=lang,
        title=map_title(resource, lang),
        fit_token=f"{side.dataset.area} {fit_token(name)}",
        certainty=shown_certainty(side.dataset, side.catalogue, side.assumed, key, closing, by=units),
    )
    return replace(scene, with_legend=False)


def _head(letter: str, side: Side, lang: str) -> str:
    name = escape(side.place.name(lang))
    area = side.dataset.name_ja if lang == "ja" else side.dataset.name_en
    beside = "" if area == side.place.name(lang) else f" <small>{escape(area)}</small>"
    return f'<p class="compare-head" lang="{lang}"><b class="letter">{letter}</b>{name}{beside}</p>'
