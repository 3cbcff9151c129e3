"""The Scale page's map: every unit coloured by the closing scale of the resource in focus."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import shapely
import streamlit as st

from geo.dataset import Dataset
from geo.terms import Catalogue, Resource
from layers.catalogue import geometry_of, outlines, paint
from layers.described import closing_layer, layers_of
from layers.layer import Layer
from layers.live import Extra, MapEvent, Scene, Shown, live_map
from layers.live.previews import mount_previews
from layers.messages import text
from layers.partitions import is_brought
from layers.scale_places import Place

# The map's key within the session.
MAP = "scale"
# Lines over the fill, thin to strong, top first.
_LINES = ("prefecture", "municipality")
# Room on every side as a share of the place's own extent, so that its neighbours are seen.
_ROOM = 0.45
# About 10 m.
_THINNED_DEGREES = 1e-4
# Low enough on a phone that the assumptions under it stay in sight.
HEIGHT = "clamp(260px, min(58vh, 20vh + 25vw), 640px)"


def closing_map(
    dataset: Dataset,
    catalogue: Catalogue,
    resource: Resource,
    closing: pd.Series,
    *,
    by: str,
    place: Place,
    lang: str,
    fit_token: str,
    certainty: pd.Series,
    on_click: Callable[[float, float], None],
) -> None:
    """Draw the map, or recolour it in place.

    Parameters
    ----------
    closing
        Closing scale by unit code, of the partition ``by``.
    place
        Outlined, and moved to when ``fit_token`` changes.
    certainty
        How sure each closing scale is (:func:`layers.certainty.shown_certainty`).
    on_click
        Gets latitude and longitude (degrees) of a click.
    """
    scene = closing_scene(
        dataset,
        closing_layer(layers_of(dataset, catalogue)["closing_scale"], resource, dataset),
        [layers_of(dataset, catalogue)[key] for key in _LINES],
        closing,
        by=by,
        place=place,
        lang=lang,
        title=map_title(resource, lang),
        fit_token=fit_token,
        certainty=certainty,
    )

    def clicked(event: MapEvent) -> None:
        on_click(event.lat, event.lon)

    live_map(scene, key=MAP, height=HEIGHT, on_click=clicked)


def closing_previews(
    dataset: Dataset,
    catalogue: Catalogue,
    closings: Mapping[str, pd.Series],
    certainties: Mapping[str, pd.Series],
    *,
    by: str,
    lang: str,
) -> None:
    """Send ahead how every resource would colour and mark the map, by resource key; call at the end of a run."""
    layer = layers_of(dataset, catalogue)["closing_scale"]
    looks = {
        key: paint(
            closing_layer(layer, catalogue.resources[key], dataset),
            dataset,
            closing=closing,
            by=by,
            certainty=certainties[key],
        )
        for key, closing in closings.items()
    }
    mount_previews(looks, key=MAP, dataset=dataset, lang=lang)


def closing_scene(
    dataset: Dataset,
    layer: Layer,
    lines: Sequence[Layer],
    closing: pd.Series,
    *,
    by: str,
    place: Place,
    lang: str,
    title: str,
    fit_token: str,
    certainty: pd.Series | None = None,
) -> Scene:
    """Return what the map shows: lines, the fill by closing scale, the place outlined.

    With ``certainty`` (:func:`layers.certainty.shown_certainty`) units are marked whose answer is still open.
    """
    fill = paint(layer, dataset, closing=closing, by=by, certainty=certainty)
    geometry = geometry_of(place.kind)
    chosen = ((geometry, place.code),) if place.key and not is_brought(place.kind) else ()
    bounds = _bounds(dataset, geometry, place)
    return Scene(
        dataset,
        lang=lang,
        shown=(*(Shown(paint(line, dataset)) for line in lines), Shown(fill, title=title)),
        chosen=chosen,
        fit=(f"place={fit_token}", bounds),
        extra=brought_outline(dataset, place.kind, place.code),
    )


def brought_outline(dataset: Dataset, kind: str, code: str) -> tuple[Extra, ...]:
    """Return the mark of a chosen unit that users brought, which the map has no outlines of; () for any other."""
    if not is_brought(kind):
        return ()
    return (Extra("outline", shapely.simplify(outlines(kind, dataset).geometry.loc[code], _THINNED_DEGREES)),)


def map_title(resource: Resource, lang: str) -> str:
    """Return the map's title for a resource."""
    side = "" if resource.perspective == "demand" else "_supply"
    return text(f"scale.map.title{side}", lang, name=name_in_title(resource, lang))


def name_in_title(resource: Resource, lang: str) -> str:
    """Return a resource's name as it stands inside a title: there an English one begins without a capital."""
    return resource.name_ja if lang == "ja" else resource.name_en[:1].lower() + resource.name_en[1:]


@st.cache_data(max_entries=64, show_spinner=False)
def _extent(area: str, version: str, geometry: str, code: str, _dataset: Dataset) -> tuple[float, ...]:
    """Return west, south, east, north of a unit in degrees."""
    return tuple(float(edge) for edge in outlines(geometry, _dataset).geometry.loc[code].bounds)


def _bounds(dataset: Dataset, geometry: str, place: Place) -> tuple[float, float, float, float]:
    """Return south, west, north, east in degrees around the place, with room for its neighbours."""
    west, south, east, north = _extent(dataset.area, dataset.content_hash(), geometry, place.code, dataset)
    room = _ROOM if place.key else 0.0
    high, wide = (north - south) * room, (east - west) * room
    return south - high, west - wide, north + high, east + wide
