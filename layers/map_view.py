"""From a view's state to what the map page shows: visible layers, the scene, the chosen place, files to take away."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from geo.dataset import Dataset
from geo.places import POINT, Hit, PlaceNames, names_at
from geo.terms import Catalogue, Resource
from layers.assessed import tables, usable
from layers.catalogue import GEOMETRY_OF, POTENTIALS, available_layers, paint
from layers.export_layers import export_layers
from layers.exports import csv_table, geojson, geopackage
from layers.folium_map import VisibleLayer, standalone_map
from layers.ladder_rows import LadderRow, in_order, row_of
from layers.layer import Layer, Painting
from layers.layer_list import FILL_OPACITY, Visible
from layers.live import MapEvent, Scene, Shown
from layers.messages import text
from layers.place_card import named_units
from layers.scale_places import Place, places
from layers.state import PLACE_KINDS, ViewState

# The opening picture: the frame of the country with its forests, one fill only.
DEFAULT_VISIBLE: Visible = (
    ("prefecture", 100),
    ("river_system", 100),
    ("municipality", 100),
    ("forest_share", FILL_OPACITY),
)
_EVERY_KEY = (*(f"potential_{name}" for name in POTENTIALS),)


@dataclass(frozen=True)
class TakeAway:
    """A file that is made only when it is asked for."""

    key: str
    name: str
    mime: str
    make: Callable[[], bytes]


def layers_of(dataset: Dataset, catalogue: Catalogue) -> dict[str, Layer]:
    """Return the dataset's layers, described once for all sessions."""
    return _layers(dataset.area, dataset.content_hash(), catalogue.content_hash, dataset, catalogue)


def missing_layers(layers: Mapping[str, Layer], lang: str) -> dict[str, tuple[str, str]]:
    """Return the potentials that the dataset lacks: key -> (group, title)."""
    return {key: ("potential", text(f"map.layer.{key}", lang)) for key in _EVERY_KEY if key not in layers}


def visible_layers(state: ViewState, layers: Mapping[str, Layer]) -> Visible:
    """Return the visible layers, top to bottom; what the dataset lacks is left out, each key counts once."""
    asked = DEFAULT_VISIBLE if state.layers is None else state.layers
    return tuple((key, opacity) for key, opacity in dict(asked).items() if key in layers)


def resource_of(state: ViewState, catalogue: Catalogue) -> Resource:
    """Return the resource in focus; the catalogue's first where a link names one it lacks."""
    return catalogue.resources.get(state.resource) or next(iter(catalogue.resources.values()))


def figures(state: ViewState, dataset: Dataset, catalogue: Catalogue, *, resource: str, by: str) -> pd.DataFrame:
    """Return the unit table of a resource under the view's assumptions; cached, not to be changed."""
    factors, _ = usable(catalogue, state.factors)
    return tables(dataset, catalogue, by=by, factors=factors, threshold=state.threshold)(resource, "central")


def paintings(
    state: ViewState, dataset: Dataset, catalogue: Catalogue, layers: Mapping[str, Layer]
) -> list[tuple[Painting, int]]:
    """Return the visible layers painted, top to bottom, each with its opacity in percent."""
    painted = []
    for key, opacity in visible_layers(state, layers):
        if key == "closing_scale":
            table = figures(state, dataset, catalogue, resource=resource_of(state, catalogue).key, by=state.by)
            painted.append((paint(layers[key], dataset, closing=table["closing_scale"], by=state.by), opacity))
        else:
            painted.append((_painted(dataset.area, dataset.content_hash(), layers[key], dataset), opacity))
    return painted


def closing_words(resource: Resource, lang: str) -> tuple[str, dict[str, str]]:
    """Return the title of the closing scale's legend, and the words that replace its own for a supply."""
    name = resource.name_ja if lang == "ja" else resource.name_en
    title = text("map.list.closing_title", lang, resource=name)
    words = "map.list.closing_supply" if resource.perspective == "supply" else "map.closing"
    return title, {scale: text(f"{words}.{scale}", lang) for scale in (*resource.scales, "outside")}


def scene_of(
    state: ViewState,
    dataset: Dataset,
    catalogue: Catalogue,
    layers: Mapping[str, Layer],
    *,
    fit: tuple[str, tuple[float, float, float, float]] | None = None,
) -> Scene:
    """Return what the live map shows for this state."""
    title, words = closing_words(resource_of(state, catalogue), state.lang)
    shown = [
        Shown(
            painting,
            opacity,
            title=title if painting.layer.key == "closing_scale" else "",
            labels=words if painting.layer.key == "closing_scale" else {},
        )
        for painting, opacity in paintings(state, dataset, catalogue, layers)
    ]
    known = state.place_kind in GEOMETRY_OF
    chosen = ((GEOMETRY_OF[state.place_kind], state.place_code),) if known else ()
    return Scene(dataset, state.lang, tuple(shown), chosen=chosen, point=state.at, fit=fit)


def place_after(event: MapEvent, state: ViewState, dataset: Dataset) -> ViewState | None:
    """Return the state after a click: its unit of the kind looked at (at first a municipality), None outside."""
    names = names_at(dataset, event.lat, event.lon)
    if names is None:
        return None
    units = named_units(names)
    kind = state.place_kind if state.place_kind in units else "municipality"
    return replace(state, at=(event.lat, event.lon), place=f"{kind}:{units[kind]}")


def units_at(state: ViewState, dataset: Dataset) -> dict[str, str]:
    """Return the units of the chosen place: kind -> code, small to large; {} where nothing is chosen."""
    names: PlaceNames | None = names_at(dataset, *state.at) if state.at else None
    found = named_units(names) if names else {}
    if state.place_kind and found.get(state.place_kind) != state.place_code:
        # A link or the Scale page names a unit without a point in it.
        found = {state.place_kind: state.place_code, "prefecture": dataset.prefecture_code}
    known = {kind: code for kind, code in found.items() if code in _places(dataset, kind)}
    return {kind: known[kind] for kind in PLACE_KINDS if kind in known}


def place_of(dataset: Dataset, kind: str, code: str) -> Place:
    """Return a place with its name; raises KeyError where the area has no such unit."""
    return _places(dataset, kind)[code]


def place_rows(state: ViewState, dataset: Dataset, catalogue: Catalogue, *, kind: str, code: str) -> list[LadderRow]:
    """Return one row a resource for a unit, ordered from narrow to wide."""
    rows = []
    for resource in catalogue.resources.values():
        table = figures(state, dataset, catalogue, resource=resource.key, by=kind)
        if code in table.index:
            unit = {str(name): value for name, value in table.loc[code].items()}
            rows.append(row_of(resource, unit, threshold=state.threshold))
    return in_order(rows)


def hit_label(hit: Hit, dataset: Dataset, lang: str) -> str:
    """Return a search hit's words, told apart from its namesakes; a point is its coordinate."""
    name = hit.name_ja if lang == "ja" else hit.name_en
    if hit.kind == POINT:
        return text("map.find.point", lang, name=name)
    found = _places(dataset, hit.kind).get(hit.code)
    # Streamlit reads a button's label as Markdown: what the data wrote is shown as it stands.
    return _plain(found.name(lang) if found else name)


def resource_name(key: str, catalogue: Catalogue, lang: str) -> str:
    """Return a resource's name."""
    resource = catalogue.resources[key]
    return resource.name_ja if lang == "ja" else resource.name_en


def by_name(key: str, catalogue: Catalogue, lang: str) -> str:
    """Return the name of a partition; the catalogue has no say in it."""
    return text("map.list.cells" if key == "cells" else f"common.scale.{key}", lang)


def view_of(raw: str | None) -> tuple[float, float, float] | None:
    """Read the address's ``view`` (latitude, longitude, zoom); None where it is no view."""
    try:
        numbers = tuple(float(part) for part in (raw or "").split(","))
    except ValueError:
        return None
    if len(numbers) != 3 or not all(map(math.isfinite, numbers)) or abs(numbers[0]) > 85:
        return None
    return numbers[0], numbers[1], min(max(numbers[2], 5.0), 16.0)


def take_aways(
    state: ViewState,
    dataset: Dataset,
    catalogue: Catalogue,
    layers: Mapping[str, Layer],
    *,
    view: tuple[float, float, float] | None,
) -> list[TakeAway]:
    """Return the files of this view; none is made before it is asked for."""
    stem = f"meguri-{dataset.area}"
    lang = state.lang

    def painted() -> list[tuple[Painting, int]]:
        return paintings(state, dataset, catalogue, layers)

    def table() -> pd.DataFrame:
        return figures(state, dataset, catalogue, resource=resource_of(state, catalogue).key, by=state.by)

    def as_html() -> bytes:
        shown = [VisibleLayer(painting, opacity / 100) for painting, opacity in painted()]
        title = text("common.app", lang) + " " + (dataset.name_ja if lang == "ja" else dataset.name_en)
        return standalone_map(shown, dataset, lang=lang, title=title, stem=stem, view=view).data

    def tabled() -> list[Painting]:
        return [painting for painting, _ in painted()]

    def as_geopackage() -> bytes:
        return geopackage(export_layers(tabled(), dataset, lang=lang, closing=table()), stem=stem).data

    def as_geojson() -> bytes:
        return geojson(export_layers(tabled(), dataset, lang=lang, closing=table()), stem=stem).data

    single = len(visible_layers(state, layers)) == 1
    return [
        TakeAway("html", f"{stem}.html", "text/html", as_html),
        TakeAway("geopackage", f"{stem}.gpkg", "application/geopackage+sqlite3", as_geopackage),
        TakeAway(
            "geojson",
            f"{stem}.geojson" if single else f"{stem}.zip",
            "application/geo+json" if single else "application/zip",
            as_geojson,
        ),
        TakeAway(
            "csv",
            f"{stem}-{resource_of(state, catalogue).key}-{state.by}.csv",
            "text/csv",
            lambda: _csv(state, dataset, catalogue, table(), stem),
        ),
    ]


def _plain(words: str) -> str:
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]()#+-.!:$~<>|" else letter for letter in words)


def _csv(state: ViewState, dataset: Dataset, catalogue: Catalogue, table: pd.DataFrame, stem: str) -> bytes:
    """The figures of the resource in focus, a row for each unit."""
    resource, lang = resource_of(state, catalogue), state.lang
    names = _places(dataset, state.by) if state.by in PLACE_KINDS else {}
    rows = table.reset_index(names="code")
    rows["name"] = [names[code].name(lang) if code in names else code for code in rows["code"]]
    scales = (*resource.scales, "outside", "no_demand", "no_supply", "no_data")
    said = {scale: text(f"common.scale.{scale}", lang) for scale in scales}
    rows["closing"] = rows["closing_scale"].map(said)
    unit = resource.unit_ja if lang == "ja" else resource.unit
    header = {name: text(f"map.csv.{name}", lang) for name in ("code", "name", "closing")}
    amounts = ("supply", "demand", *(f"met_{scale}" for scale in resource.scales), "outside", "surplus")
    header |= {name: f"{text(f'map.csv.{name}', lang)} ({unit})" for name in amounts}
    fixed = {
        text("map.csv.resource", lang): resource.name_ja if lang == "ja" else resource.name_en,
        text("map.csv.threshold", lang): f"{state.threshold:g}",
        text("map.csv.kind", lang): text("map.csv.estimate", lang),
        text("map.csv.sources", lang): " / ".join(dict.fromkeys(x.attribution for x in dataset.layers)),
    }
    return csv_table(rows, stem=stem, header=header, constants=fixed).data


def _places(dataset: Dataset, kind: str) -> dict[str, Place]:
    return _named_places(dataset.area, dataset.content_hash(), kind, dataset)


@st.cache_resource(max_entries=8, show_spinner=False)
def _layers(
    area: str, version: str, catalogue_version: str, _dataset: Dataset, _catalogue: Catalogue
) -> dict[str, Layer]:
    return available_layers(_dataset, _catalogue)


@st.cache_resource(max_entries=64, show_spinner=False)
def _painted(area: str, version: str, layer: Layer, _dataset: Dataset) -> Painting:
    return paint(layer, _dataset)


@st.cache_resource(max_entries=16, show_spinner=False)
def _named_places(area: str, version: str, kind: str, _dataset: Dataset) -> dict[str, Place]:
    return places(_dataset, kind)
