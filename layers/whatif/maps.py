"""The What-if page's maps: before and after side by side, locked to one view, or their difference on one map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from html import escape

import numpy as np
import streamlit as st

from geo.changes import Change, Plant
from geo.dataset import LOWLAND, Dataset
from geo.mesh import cell_polygons
from geo.terms import Catalogue, Resource
from layers.certainty import shown_certainty
from layers.closing_map import closing_scene, name_in_title
from layers.described import closing_layer, layers_of
from layers.difference import difference_layer, paint_difference, paint_share, share_layer
from layers.layer import LegendEntry, Painting
from layers.live import Extra, MapEvent, Scene, Shown, live_map
from layers.live.marked import is_marked, marked_entry
from layers.messages import text
from layers.palette import CHANGE_COLOURS, PATTERNS, css_background
from layers.place_picker import all_places
from layers.scale_places import Place
from layers.whatif.sides import Side, Sides, differences_of

# Side by side: closing scales, or shares covered. On one map: the difference of the one or the other.
VIEWS = ("scale", "share", "points", "rungs")
DIFFERENCES = VIEWS[2:]
# The maps' keys within the session, and the name under which they are locked to one view.
BEFORE, AFTER, GROUP = "whatif_a", "whatif_b", "whatif"
HEIGHT = "clamp(260px, 50vh, 620px)"
_LINES = ("prefecture", "municipality")
# The left map makes room for the words beside the difference; it stays where it is, to be back at once.
_ALONE = """<style>
.st-key-whatif_a_map { display: none; }
[data-testid="stColumn"]:has(.st-key-whatif_a_map) { flex: 1 1 16rem !important; }
[data-testid="stColumn"]:has(.st-key-whatif_b_map) { flex: 3 1 30rem !important; }
</style>"""


def compared_maps(
    dataset: Dataset,
    catalogue: Catalogue,
    resource: Resource,
    sides: Sides,
    *,
    by: str,
    view: str,
    place: Place,
    lang: str,
    fit_token: str,
    on_click: Callable[[float, float], None],
) -> None:
    """Draw both maps, or recolour them in place; the difference takes the right one's place.

    Parameters
    ----------
    view
        One of ``VIEWS``.
    place
        Outlined on both; the maps move to it when ``fit_token`` changes.
    on_click
        Gets latitude and longitude (degrees) of a click on either map.
    """
    scenes = [
        _scene(dataset, catalogue, resource, side, by=by, view=view, place=place, lang=lang, fit_token=fit_token)
        for side in (sides.before, sides.after)
    ]
    # One of them moves to the place; the other is locked to it.
    scenes[1] = replace(scenes[1], fit=None)
    names = [side.name(lang) for side in (sides.before, sides.after)]
    heads = [
        _head(text("whatif.map.side", lang, side=letter, name=name), lang)
        for letter, name in zip(("A", "B"), names, strict=True)
    ]
    if view in DIFFERENCES:
        painting = _difference(dataset, catalogue, resource, sides, by, view)
        scenes[1] = replace(scenes[1], shown=(*scenes[1].shown[:-1], Shown(painting)))
        title = _head(text("whatif.map.difference", lang, before=names[0], after=names[1]), lang)
        left_out = f"<p>{escape(text('whatif.map.not_counted', lang))}</p>" if by == "basin" else ""
        heads = [f"{_ALONE}{title}{legend_html(painting, lang, counts=_counts(painting, by, dataset))}{left_out}", ""]

    def clicked(event: MapEvent) -> None:
        on_click(event.lat, event.lon)

    left, right = (scene.shown[-1].painting for scene in scenes)
    with st.container(key="whatif_maps", gap="small"):
        st.html("<span></span>" if view in DIFFERENCES else legend_html(left, lang, beside=right))
        for column, key, scene, head in zip(st.columns(2, gap="small"), (BEFORE, AFTER), scenes, heads, strict=True):
            with column, st.container(gap=None):
                st.html(head or "<span></span>")
                live_map(scene, key=key, height=HEIGHT, on_click=clicked, linked=GROUP)
        note = text("whatif.map.note", lang, year=left.layer.year)
        st.caption(f"{note} {text('whatif.map.hint', lang)}")


def legend_html(
    painting: Painting, lang: str, *, beside: Painting | None = None, counts: Mapping[str, int] | None = None
) -> str:
    """Return the one legend of both maps: title with unit, the classes, and what the mark over open answers says.

    Parameters
    ----------
    painting
        The left map's, whose title and classes are told, or that of the only one.
    beside
        The other map's: a state or a mark that only it has is told too.
    counts
        Number of units by class key; with them the legend is a list.
    """
    layer = painting.layer
    paintings = [each for each in (painting, beside) if each is not None]
    present = {each.layer.legend[number].key for each in paintings for number in each.classes.unique() if number >= 0}
    entries = [
        entry for entry in layer.legend if entry.key in present or not entry.pattern or entry.key in CHANGE_COLOURS
    ]
    items = "".join(
        f'<li><i style="background:{escape(_background(entry), quote=True)}"></i>{escape(entry.label(lang))}'
        f"{_count(entry.key, counts, lang)}</li>"
        for entry in (entries if counts is None else reversed(entries))
    )
    if any(is_marked(each) for each in paintings):
        mark = marked_entry(lang)
        items += f'<li><i style="background:{escape(mark["background"], quote=True)}"></i>{escape(mark["label"])}</li>'
    unit = f" [{layer.unit(lang)}]" if layer.unit(lang) else ""
    label = escape(text("whatif.map.legend", lang))
    kind = " counted" if counts is not None else ""
    return (
        f'<div class="whatif-legend{kind}" role="group" aria-label="{label}" lang="{lang}">'
        f"<b>{escape(layer.title(lang) + unit)}</b><ul>{items}</ul></div>"
    )


def plant_marks(changes: tuple[Change, ...]) -> tuple[Extra, ...]:
    """Return the cells in which new facilities stand, as marks over the map."""
    codes = list(dict.fromkeys(change.mesh_code for change in changes if isinstance(change, Plant)))
    shapes = cell_polygons(np.array(codes, dtype=np.str_)) if codes else ()
    return tuple(Extra("outline", shape) for shape in shapes)


def _scene(
    dataset: Dataset,
    catalogue: Catalogue,
    resource: Resource,
    side: Side,
    *,
    by: str,
    view: str,
    place: Place,
    lang: str,
    fit_token: str,
) -> Scene:
    known = layers_of(dataset, catalogue)
    table = side.tables(dataset, catalogue, by)(resource.key, "central")
    layer = closing_layer(known["closing_scale"], resource, dataset)
    closing, certainty = table["closing_scale"], None
    if view == "scale":
        certainty = shown_certainty(dataset, catalogue, side.assumed, resource.key, closing, by=by)
    scene = closing_scene(
        dataset,
        replace(layer, title_ja=_title(resource, "ja"), title_en=_title(resource, "en")),
        [known[key] for key in _LINES],
        closing,
        by=by,
        place=place,
        lang=lang,
        title=_title(resource, lang),
        fit_token=fit_token,
        certainty=certainty,
    )
    if view == "share":
        painting = paint_share(share_layer(layer, resource), dataset, table, resource, by=by)
        scene = replace(scene, shown=(*scene.shown[:-1], Shown(painting)))
    return replace(scene, with_legend=False, extra=(*scene.extra, *plant_marks(side.assumed.changes)))


def _title(resource: Resource, lang: str) -> str:
    side = "" if resource.perspective == "demand" else "_supply"
    return text(f"whatif.map.title{side}", lang, name=name_in_title(resource, lang))


def _difference(
    dataset: Dataset, catalogue: Catalogue, resource: Resource, sides: Sides, by: str, kind: str
) -> Painting:
    layer = difference_layer(layers_of(dataset, catalogue)["closing_scale"], resource, dataset, kind=kind)
    found = differences_of(dataset, catalogue, sides, resource.key, by=by)
    return paint_difference(layer, dataset, found, by=by, kind=kind)


def _counts(painting: Painting, by: str, dataset: Dataset) -> dict[str, int]:
    """Return how many units are of each class; basins that the data cuts, and the lowland, are not counted."""
    classes = painting.classes
    if by == "basin":
        known = all_places(dataset, "basin")
        classes = classes[[code in known and not known[code].is_cut and code != LOWLAND for code in classes.index]]
    found = classes.value_counts()
    return {entry.key: int(found.get(number, 0)) for number, entry in enumerate(painting.layer.legend)}


def _count(key: str, counts: Mapping[str, int] | None, lang: str) -> str:
    return "" if counts is None else f"<em>{escape(text('whatif.map.count', lang, count=f'{counts[key]:,}'))}</em>"


def _head(words: str, lang: str) -> str:
    return f'<p class="whatif-side" lang="{lang}">{escape(words)}</p>'


def _background(entry: LegendEntry) -> str:
    return css_background(PATTERNS[entry.pattern]) if entry.pattern else entry.fill
