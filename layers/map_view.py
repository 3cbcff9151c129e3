"""From a view's state to what the map page shows: visible layers, the scene, the chosen place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import streamlit as st

from geo.dataset import Dataset
from geo.places import POINT, Hit, PlaceNames, names_at, prefecture_of
from geo.terms import Catalogue, Resource
from geo.uncertainty import OPEN
from layers.actuals.used import with_measured
from layers.area_missing import lacking_layers
from layers.assessed import tables_of
from layers.assumed import assumed_of
from layers.catalogue import GEOMETRY_OF, NEEDS, POTENTIALS, outlines, paint
from layers.certainty import shown_certainty, with_certainty
from layers.closing_map import brought_outline
from layers.described import closing_layer
from layers.figure_sources import figure_sources, figure_years, sides_with_gaps
from layers.ladder_rows import LadderRow, in_order, row_of
from layers.layer import Layer, Painting
from layers.layer_list import FILL_OPACITY, Visible
from layers.live import Extra, MapEvent, Scene, Shown
from layers.messages import text
from layers.partitions import brought_kinds, code_at
from layers.place_card import Told, named_units
from layers.plain import plain
from layers.scale_places import Place, places
from layers.state import PLACE_KINDS, ViewState
from layers.upload.painting import is_own, paint_own

# The opening picture answers the first question: at which scale a resource cycles, one fill only.
DEFAULT_VISIBLE: Visible = (
    ("prefecture", 100),
    ("river_system", 100),
    ("municipality", 100),
    ("closing_scale", FILL_OPACITY),
)
_EVERY_KEY = (*(f"potential_{name}" for name in POTENTIALS),)


def missing_layers(dataset: Dataset, layers: Mapping[str, Layer], lang: str) -> dict[str, tuple[str, str]]:
    """Return the layers that the dataset lacks: key -> (group, title, with the reason where it is known)."""
    potentials = {key: ("potential", text(f"map.layer.{key}", lang)) for key in _EVERY_KEY if key not in layers}
    return lacking_layers(NEEDS, dataset, lang) | potentials


def visible_layers(state: ViewState, layers: Mapping[str, Layer]) -> Visible:
    """Return the visible layers, top to bottom; what the dataset lacks is left out, each key counts once."""
    asked = DEFAULT_VISIBLE if state.layers is None else state.layers
    return tuple((key, opacity) for key, opacity in dict(asked).items() if key in layers)


def resource_of(state: ViewState, catalogue: Catalogue) -> Resource:
    """Return the resource in focus; the catalogue's first where a link names one it lacks."""
    return catalogue.resources.get(state.resource) or next(iter(catalogue.resources.values()))


def figures(state: ViewState, dataset: Dataset, catalogue: Catalogue, *, resource: str, by: str) -> pd.DataFrame:
    """Return the unit table of a resource under the view's assumptions; cached, not to be changed."""
    return tables_of(dataset, catalogue, assumed_of(state, dataset, catalogue), by=by)(resource, "central")


def paintings(
    state: ViewState, dataset: Dataset, catalogue: Catalogue, layers: Mapping[str, Layer]
) -> list[tuple[Painting, int]]:
    """Return the visible layers painted, top to bottom, each with its opacity in percent."""
    painted = []
    for key, opacity in visible_layers(state, layers):
        if key == "closing_scale":
            resource = resource_of(state, catalogue)
            table = figures(state, dataset, catalogue, resource=resource.key, by=state.by)
            layer = closing_layer(layers[key], resource, dataset)
            closing, assumed = table["closing_scale"], assumed_of(state, dataset, catalogue)
            certainty = shown_certainty(dataset, catalogue, assumed, resource.key, closing, by=state.by)
            painted.append((paint(layer, dataset, closing=closing, by=state.by, certainty=certainty), opacity))
        else:
            painted.append((_painted(dataset.area, dataset.content_hash(), layers[key], dataset), opacity))
    return painted


def scene_of(
    state: ViewState,
    dataset: Dataset,
    catalogue: Catalogue,
    layers: Mapping[str, Layer],
    *,
    fit: tuple[str, tuple[float, float, float, float]] | None = None,
    extra: tuple[Extra, ...] = (),
) -> Scene:
    """Return what the live map shows for this state."""
    shown = tuple(Shown(painting, opacity) for painting, opacity in paintings(state, dataset, catalogue, layers))
    units = units_at(state, dataset)
    kind = looked_at(state, units)
    chosen = ((GEOMETRY_OF[kind], units[kind]),) if kind in GEOMETRY_OF else ()
    extra = (*extra, *(brought_outline(dataset, kind, units[kind]) if kind else ()))
    return Scene(dataset, state.lang, shown, chosen=chosen, point=state.at, fit=fit, extra=extra)


def closing_sentence(state: ViewState, dataset: Dataset, catalogue: Catalogue) -> str:
    """Return in how many units the resource in focus closes inside the unit itself; '' where that says nothing.

    It says nothing of cells, of partitions that users brought, of rungs that the resource's ladder lacks, and of a
    single unit. Units without a need (a supply), and without data, are not counted. Where it is still open for some at
    which scale they close (those that the map hatches), it says for how many.
    """
    resource = resource_of(state, catalogue)
    rungs = [scale for scale in resource.scales if scale in dataset.ladder]
    if state.by not in rungs:
        return ""
    closing = figures(state, dataset, catalogue, resource=resource.key, by=state.by)["closing_scale"]
    told = closing[closing.isin([*rungs, "outside"])]
    if len(told) <= 1:
        return ""
    is_inside = told.isin(rungs[: rungs.index(state.by) + 1])
    words = text(
        f"map.closing_sentence.{resource.perspective}",
        state.lang,
        resource=resource.name_ja if state.lang == "ja" else resource.name_en,
        kinds=text(f"map.closing_sentence.kinds.{state.by}", state.lang),
        count=int(is_inside.sum()),
        total=len(told),
        percent=f"{state.threshold * 100:g}",
    )
    assumed = assumed_of(state, dataset, catalogue)
    certainty = shown_certainty(dataset, catalogue, assumed, resource.key, closing, by=state.by)
    still_open = still_open_words(certainty.loc[told.index] == OPEN, is_inside, resource.perspective, state.lang)
    return ("" if state.lang == "ja" else " ").join([words, still_open] if still_open else [words])


def still_open_words(is_open: pd.Series, is_inside: pd.Series, perspective: str, lang: str) -> str:
    """Say for how many units it is still open at which scale they close; '' for none.

    Parameters
    ----------
    is_open, is_inside
        By unit code: whether its scale is still open, and whether it was just counted as closing inside itself.
    perspective
        Of the resource, 'demand' or 'supply'.
    """
    inside, others = int((is_open & is_inside).sum()), int((is_open & ~is_inside).sum())
    if not inside + others:
        return ""
    if inside and others:
        told = "both"
    elif inside:
        told = "inside"
    else:
        # Of none that close there are no others.
        told = "others" if is_inside.any() else "all"
    where = text(f"map.closing_sentence.open_where.{told}", lang, inside=inside, others=others)
    return text(f"map.closing_sentence.open_{perspective}", lang, where=where)


def looked_at(state: ViewState, units: Mapping[str, str]) -> str:
    """Return the kind of unit whose figures are told: the state's own, else the municipality, '' without a place."""
    if state.place_kind in units:
        return state.place_kind
    return "municipality" if "municipality" in units else next(iter(units), "")


def place_after(event: MapEvent, state: ViewState, dataset: Dataset) -> ViewState | None:
    """Return the state after a click: its unit of the kind looked at (at first a municipality), None outside."""
    names = names_at(dataset, event.lat, event.lon)
    if names is None:
        return None
    units = named_units(names) | _brought_at(dataset, event.lat, event.lon)
    kind = state.place_kind if state.place_kind in units else "municipality"
    return replace(state, at=(event.lat, event.lon), place=f"{kind}:{units[kind]}")


def units_at(state: ViewState, dataset: Dataset) -> dict[str, str]:
    """Return the units of the chosen place: kind -> code, small to large; {} where nothing is chosen."""
    names: PlaceNames | None = names_at(dataset, *state.at) if state.at else None
    found = named_units(names) if names else {}
    if names and state.at:
        found |= _brought_at(dataset, *state.at)
    if state.place_kind and found.get(state.place_kind) != state.place_code:
        # A link or the Scale page names a unit without a point in it.
        found = {
            "prefecture": prefecture_of(dataset, state.place_kind, state.place_code),
            state.place_kind: state.place_code,
        }
    known = {kind: code for kind, code in found.items() if code in places_of(dataset, kind)}
    return {kind: known[kind] for kind in (*PLACE_KINDS, *brought_kinds(dataset)) if kind in known}


def _brought_at(dataset: Dataset, latitude: float, longitude: float) -> dict[str, str]:
    """Return the units at a point of the partitions that users brought: kind -> code."""
    found = {kind: code_at(kind, dataset, latitude, longitude) for kind in brought_kinds(dataset)}
    return {kind: code for kind, code in found.items() if code}


def place_of(dataset: Dataset, kind: str, code: str) -> Place:
    """Return a place with its name; raises KeyError where the area has no such unit."""
    return places_of(dataset, kind)[code]


def place_rows(state: ViewState, dataset: Dataset, catalogue: Catalogue, *, kind: str, code: str) -> list[LadderRow]:
    """Return one row a resource for a unit, ordered from narrow to wide."""
    rows = []
    for resource in catalogue.resources.values():
        table = figures(state, dataset, catalogue, resource=resource.key, by=kind)
        if code in table.index:
            unit = {str(name): value for name, value in table.loc[code].items()}
            rows.append(row_of(resource, unit, threshold=state.threshold))
    rows = with_measured(in_order(rows), state, dataset, catalogue, kind=kind, code=code)
    assumed = assumed_of(state, dataset, catalogue)
    return with_certainty(rows, dataset, catalogue, assumed, kind=kind, code=code)


def told_of(state: ViewState, dataset: Dataset, catalogue: Catalogue, units: Mapping[str, str]) -> Told:
    """Return what stands beside the figures of a place's card: remarks on names, years, sources."""
    lang = state.lang
    estimated = estimated_places(dataset)
    used = {info.key for resource in catalogue.resources.values() for info in figure_sources(resource, dataset)}
    return Told(
        marks={kind: text("common.river_estimated", lang) for kind, code in units.items() if (kind, code) in estimated},
        years={key: figure_years(resource, dataset) for key, resource in catalogue.resources.items()},
        gaps=_gaps(dataset.area, dataset.content_hash(), catalogue.content_hash, dataset, catalogue),
        sources=tuple(
            text(
                "map.card.source",
                lang,
                title=info.title_ja if lang == "ja" else info.title_en,
                source=info.source,
                year=info.year,
            )
            for info in dataset.layers
            if info.key in used
        ),
    )


def hit_label(hit: Hit, dataset: Dataset, lang: str) -> str:
    """Return a search hit's words, told apart from its namesakes; a point is its coordinate."""
    name = hit.name_ja if lang == "ja" else hit.name_en
    if hit.kind == POINT:
        return text("map.find.point", lang, name=name)
    found = places_of(dataset, hit.kind).get(hit.code)
    shown = found.name(lang) if found else name
    if (hit.kind, hit.code) in estimated_places(dataset):
        shown = text("map.name.estimated", lang, name=shown)
    # Streamlit reads a button's label as Markdown: what the data wrote is shown as it stands.
    return plain(shown)


def resource_name(key: str, catalogue: Catalogue, lang: str) -> str:
    """Return a resource's name."""
    resource = catalogue.resources[key]
    return resource.name_ja if lang == "ja" else resource.name_en


def by_name(key: str, catalogue: Catalogue, lang: str) -> str:
    """Return the name of a partition; the catalogue has no say in it."""
    return text("map.list.cells" if key == "cells" else f"common.scale.{key}", lang)


def estimated_places(dataset: Dataset) -> frozenset[tuple[str, str]]:
    """Return the places, (kind, code), with an estimated river's name."""
    return _estimated(dataset.area, dataset.content_hash(), dataset)


def places_of(dataset: Dataset, kind: str) -> dict[str, Place]:
    """Return the places of a kind by code, cached for all sessions; not to be changed."""
    return _named_places(dataset.area, dataset.content_hash(), kind, dataset)


@st.cache_resource(max_entries=64, show_spinner=False)
def _painted(area: str, version: str, layer: Layer, _dataset: Dataset) -> Painting:
    return paint_own(layer, _dataset) if is_own(layer) else paint(layer, _dataset)


@st.cache_resource(max_entries=16, show_spinner=False)
def _named_places(area: str, version: str, kind: str, _dataset: Dataset) -> dict[str, Place]:
    return places(_dataset, kind)


@st.cache_resource(max_entries=4, show_spinner=False)
def _estimated(area: str, version: str, _dataset: Dataset) -> frozenset[tuple[str, str]]:
    kinds = [kind for kind in ("community", "basin") if kind in _dataset.ladder]
    found = {kind: outlines(GEOMETRY_OF[kind], _dataset)["is_river_estimated"] for kind in kinds}
    return frozenset((kind, str(code)) for kind, marks in found.items() for code in marks.index[marks])


@st.cache_resource(max_entries=4, show_spinner=False)
def _gaps(
    area: str, version: str, catalogue_version: str, _dataset: Dataset, _catalogue: Catalogue
) -> dict[str, frozenset[str]]:
    return {key: sides_with_gaps(resource, _dataset) for key, resource in _catalogue.resources.items()}
