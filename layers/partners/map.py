"""The Partners page's map: what every place has left (or lacks), arrows of the allocation, the place and the circle."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import pandas as pd
import shapely
import streamlit as st

from geo.dataset import Dataset
from geo.terms import Catalogue, Resource
from layers.catalogue import classify, geometry_of, outlines, paint
from layers.described import layers_of
from layers.exports import per_year
from layers.figure_sources import figure_sources, figure_years
from layers.flow_map import flow_extras
from layers.layer import NOT_DRAWN, Layer, LegendEntry, Painting
from layers.live import Extra, MapEvent, Scene, Shown, live_map
from layers.messages import text
from layers.palette import RAMPS
from layers.partners.figures import Found
from layers.partners.words import resource_name
from layers.resource_detail import amount
from layers.scale_places import Place

# The map's key within the session.
MAP = "partners"
HEIGHT = "clamp(300px, 62vh, 720px)"
_LINES = ("prefecture", "municipality")
# Room around the place, in its own extents and at least so many degrees (about 10 km): its partners are to be seen.
_ROOM, _LEAST_ROOM = 0.6, 0.1
# Not the forest's greens: the map tells amounts of any resource.
_COLOURS = RAMPS["potential"][1:5]
_NOTHING, _BARE = "none", "#ffffff"
# Lower limits of the upper classes, as shares of the largest amount.
_LIMITS = (0.03, 0.15, 0.5)
# About 10 m.
_THINNED_DEGREES = 1e-4


def partners_map(
    dataset: Dataset,
    catalogue: Catalogue,
    place: Place,
    resource: Resource,
    found: Found | None,
    circle: Sequence[str],
    *,
    lang: str,
    fit_token: str,
    on_click: Callable[[float, float], None],
) -> None:
    """Draw the map, or redraw it in place.

    Parameters
    ----------
    found
        None where no place is chosen: the outlines alone.
    circle
        Codes of municipalities, outlined as one.
    on_click
        Gets latitude and longitude (degrees) of a click.
    """
    scene = partners_scene(dataset, catalogue, place, resource, found, circle, lang=lang, fit_token=fit_token)

    def clicked(event: MapEvent) -> None:
        on_click(event.lat, event.lon)

    live_map(scene, key=MAP, height=HEIGHT, on_click=clicked)


def partners_scene(
    dataset: Dataset,
    catalogue: Catalogue,
    place: Place,
    resource: Resource,
    found: Found | None,
    circle: Sequence[str],
    *,
    lang: str,
    fit_token: str,
) -> Scene:
    """Return what the map shows; arguments as for :func:`partners_map`."""
    layers = layers_of(dataset, catalogue)
    shown = [Shown(paint(layers[key], dataset)) for key in _LINES if key in layers]
    if found is not None:
        shown.append(Shown(amounts_painting(found, resource, dataset, kind=place.kind)))
    geometry = geometry_of(place.kind)
    return Scene(
        dataset,
        lang=lang,
        shown=tuple(shown),
        chosen=((geometry, place.code),) if place.key and found is not None else (),
        fit=(f"partners={fit_token}", _bounds(dataset, geometry, place.code, found)),
        extra=(*circle_outline(dataset, circle), *(flow_extras(found.lines) if found is not None else ())),
    )


def amounts_painting(found: Found, resource: Resource, dataset: Dataset, *, kind: str) -> Painting:
    """Return the places coloured by what they have left (lack), in classes of round amounts; with nothing, bare."""
    values = found.amounts[found.amounts > 0]
    breaks = class_limits(float(values.max())) if len(values) else ()
    wanting = "taking" if resource.perspective == "supply" else "lacking"
    what = "left" if found.standing.direction == "need" else wanting
    used = _COLOURS[: len(breaks) + 1] if breaks else ()
    legend = tuple(
        LegendEntry(str(number), colour, *(_class_words(number, breaks, resource, lang) for lang in ("ja", "en")))
        for number, colour in enumerate(used)
    )
    # A place with nothing stays white on the map, and the legend says so.
    if (found.amounts <= 0).any():
        legend += (LegendEntry(_NOTHING, _BARE, *(text(f"partners.map.none_{what}", lang) for lang in ("ja", "en"))),)
    ja, en = (text(f"partners.map.{what}", lang, resource=resource_name(resource, lang)) for lang in ("ja", "en"))
    layer = Layer(
        key="partners_amount",
        group="closing",
        kind="polygons",
        geometry=geometry_of(kind),
        title_ja=ja,
        title_en=en,
        legend=legend,
        breaks=breaks,
        unit_ja=per_year(resource.unit_ja, "ja"),
        unit_en=per_year(resource.unit, "en"),
        year=figure_years(resource, dataset),
        source_keys=tuple(info.key for info in figure_sources(resource, dataset)),
        is_estimate=True,
    )
    number = {entry.key: place for place, entry in enumerate(legend)}
    classes = classify(layer, found.amounts.where(found.amounts > 0)).replace(
        NOT_DRAWN, number.get(_NOTHING, NOT_DRAWN)
    )
    return Painting(layer, geometry_of(kind), classes)


def class_limits(largest: float) -> tuple[float, ...]:
    """Return the round lower limits (1, 2 or 5 × a power of ten) of the classes above the first, rising."""
    found = []
    for share in _LIMITS:
        power = 10.0 ** math.floor(math.log10(largest * share))
        step = max(step for step in (1.0, 2.0, 5.0) if step <= largest * share / power * (1 + 1e-9))
        found.append(step * power)
    return tuple(dict.fromkeys(found))


def circle_outline(dataset: Dataset, circle: Sequence[str]) -> tuple[Extra, ...]:
    """Return the outline of the circle as one; () for none."""
    if not circle:
        return ()
    return (_outline(dataset.area, dataset.content_hash(), tuple(sorted(circle)), dataset),)


def legend_scales(found: Found) -> list[str]:
    """Return the scales that the arrows are filed under, smallest first."""
    order = ("community", "municipality", "basin", "prefecture", "outside")
    present = set(pd.Series(found.lines["scale"], dtype=object))
    return [scale for scale in order if scale in present]


@st.cache_resource(max_entries=64, show_spinner=False)
def _outline(area: str, version: str, codes: tuple[str, ...], _dataset: Dataset) -> Extra:
    shapes = outlines("municipality", _dataset).geometry.loc[list(codes)]
    return Extra("outline", shapely.simplify(shapely.union_all(shapes.to_numpy()), _THINNED_DEGREES))


def _class_words(number: int, breaks: Sequence[float], resource: Resource, lang: str) -> str:
    limits = [_round_words(limit, lang) for limit in breaks]
    if number == 0:
        return text("partners.map.under", lang, amount=limits[0])
    if number == len(limits):
        return text("partners.map.over", lang, amount=limits[-1])
    return text("partners.map.to", lang, low=limits[number - 1], high=limits[number])


def _round_words(limit: float, lang: str) -> str:
    """Write a round amount: its zeros after the point say nothing."""
    words = amount(limit, "", lang).strip()
    return words.rstrip("0").rstrip(".") if "." in words else words


@st.cache_data(max_entries=64, show_spinner=False)
def _extent(area: str, version: str, geometry: str, code: str, _dataset: Dataset) -> tuple[float, float, float, float]:
    """Return south, west, north, east in degrees around the place, with room for its neighbours."""
    west, south, east, north = outlines(geometry, _dataset).geometry.loc[code].bounds
    is_whole = geometry == "prefecture"
    high, wide = (0.0 if is_whole else max(span * _ROOM, _LEAST_ROOM) for span in (north - south, east - west))
    return float(south - high), float(west - wide), float(north + high), float(east + wide)


def _bounds(dataset: Dataset, geometry: str, code: str, found: Found | None) -> tuple[float, float, float, float]:
    """Return what the map moves to: the place with its neighbours, and both ends of its arrows."""
    south, west, north, east = _extent(dataset.area, dataset.content_hash(), geometry, code, dataset)
    if found is None or found.lines.empty:
        return south, west, north, east
    latitudes, longitudes = found.lines[["from_lat", "to_lat"]], found.lines[["from_lon", "to_lon"]]
    return (
        min(south, float(latitudes.to_numpy().min())),
        min(west, float(longitudes.to_numpy().min())),
        max(north, float(latitudes.to_numpy().max())),
        max(east, float(longitudes.to_numpy().max())),
    )
