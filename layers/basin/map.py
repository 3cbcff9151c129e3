"""The Basin page's map: the river system outlined among the others, and arrows for what it exchanges with them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import streamlit as st

from geo.dataset import Dataset
from geo.terms import Catalogue
from layers.catalogue import outlines, paint
from layers.described import layers_of
from layers.flow_map import flow_extras
from layers.live import MapEvent, Scene, Shown, live_map
from layers.scale_places import Place

# The map's key within the session.
MAP = "basin"
# Lines, thin to strong, top first.
_LINES = ("prefecture", "river_system", "municipality")
_GEOMETRY = "river_system"
# Room on every side as a share of the basin's own extent, so that its neighbours are seen.
_ROOM = 0.1
HEIGHT = "clamp(300px, 62vh, 720px)"


def basin_map(
    dataset: Dataset,
    catalogue: Catalogue,
    basin: Place | None,
    lines: pd.DataFrame,
    *,
    lang: str,
    fit_token: str,
    on_click: Callable[[float, float], None],
) -> None:
    """Draw the map, or redraw it in place.

    Parameters
    ----------
    basin
        Outlined, and moved to when ``fit_token`` changes; None shows the whole area.
    lines
        Arrows as of :func:`layers.flow_map.flow_extras`.
    on_click
        Gets latitude and longitude (degrees) of a click.
    """
    scene = basin_scene(dataset, catalogue, basin, lines, lang=lang, fit_token=fit_token)

    def clicked(event: MapEvent) -> None:
        on_click(event.lat, event.lon)

    live_map(scene, key=MAP, height=HEIGHT, on_click=clicked)


def basin_scene(
    dataset: Dataset, catalogue: Catalogue, basin: Place | None, lines: pd.DataFrame, *, lang: str, fit_token: str
) -> Scene:
    """Return what the map shows: outlines, the basin marked, the arrows."""
    layers = layers_of(dataset, catalogue)
    code = basin.code if basin else ""
    return Scene(
        dataset,
        lang=lang,
        shown=tuple(Shown(paint(layers[key], dataset)) for key in _LINES if key in layers),
        chosen=((_GEOMETRY, code),) if code else (),
        fit=(f"basin={fit_token}", _extent(dataset.area, dataset.content_hash(), code, dataset)),
        extra=flow_extras(lines),
    )


@st.cache_resource(max_entries=4, show_spinner=False)
def centres(area: str, version: str, _dataset: Dataset) -> dict[str, tuple[float, float]]:
    """Return longitude and latitude of a point in each river system's part of the area, its middle by land."""
    inside = _dataset.fragments[_dataset.fragments["in_area"]]
    middle = inside.geometry.representative_point()
    table = pd.DataFrame(
        {
            "code": inside["river_system_code"].to_numpy(),
            "x": middle.x.to_numpy(),
            "y": middle.y.to_numpy(),
            "area": inside["area_km2"].to_numpy(),
        }
    )
    found = {}
    for code, own in table.groupby("code"):
        x, y = (float(np.average(own[axis], weights=own["area"])) for axis in ("x", "y"))
        # The middle of a bent basin may lie in another: its nearest fragment does not.
        nearest = own.iloc[int(((own["x"] - x) ** 2 + (own["y"] - y) ** 2).to_numpy().argmin())]
        found[str(code)] = (float(nearest["x"]), float(nearest["y"]))
    return found


@st.cache_data(max_entries=64, show_spinner=False)
def _extent(area: str, version: str, code: str, _dataset: Dataset) -> tuple[float, float, float, float]:
    """Return south, west, north, east in degrees around the basin (or the whole area), with room around it."""
    shapes = outlines(_GEOMETRY, _dataset).geometry if code else outlines("prefecture", _dataset).geometry
    west, south, east, north = shapes.loc[code].bounds if code else shapes.total_bounds
    high, wide = ((north - south) * _ROOM, (east - west) * _ROOM) if code else (0.0, 0.0)
    return float(south - high), float(west - wide), float(north + high), float(east + wide)
