"""What users' layers draw on the live map: shapes and pictures of their own, packed small, one message a layer."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
import streamlit as st

from layers.layer import Painting
from layers.live.geometry import PRECISION

# About 10 m.
_TOLERANCE_DEGREES = 1e-4
_KINDS = {"Polygon": "polygons", "LineString": "lines", "Point": "points"}


def has_own_shapes(painting: Painting) -> bool:
    """Tell whether a painting is drawn from shapes of its own and not from the area's units."""
    return painting.units is not None or painting.image is not None


def pack_shapes(painting: Painting) -> bytes:
    """Return a painting's own shapes as gzipped JSON, the same bytes for the same layer.

    Notes
    -----
    ``kind`` is 'polygons', 'lines', 'points' or 'image'. ``shapes`` has, for each unit in the order of the painting's
    classes, a list of parts, each a list of rings (lines, points likewise a part of one ring) as integers: the first
    point and then differences, longitude and latitude in turn, in units of ``precision``. ``image`` is a picture's
    address with its content and ``corners`` its south, west, north and east in degrees.
    """
    packed: dict[str, Any] = {"precision": PRECISION, "codes": [], "ja": [], "en": [], "cut": [], "estimated": []}
    if painting.image is not None:
        image = painting.image
        address = "data:image/png;base64," + base64.b64encode(image.png).decode("ascii")
        packed |= {"kind": "image", "shapes": [], "image": address}
        packed |= {"corners": [image.south, image.west, image.north, image.east]}
    elif painting.units is not None:
        units = painting.units
        packed |= {"codes": list(units.index), "ja": list(units["name_ja"]), "en": list(units["name_en"])}
        packed |= {"kind": _kind(units), "shapes": [_pack_unit(shape) for shape in _simplified(units)]}
    text = json.dumps(packed, ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(text.encode(), compresslevel=6, mtime=0)


def mount_shapes(painting: Painting, *, key: str) -> None:
    """Send a painting's own shapes to the map ``key``, which draws them as the scene says; sent once by the server."""
    header = json.dumps({"key": key, "name": painting.geometry})
    packed = _packed(painting.geometry, painting)
    _component()(data=header.encode() + b"\n" + packed, key=f"{key}_shapes_{painting.geometry}", height="content")


def _kind(units: gpd.GeoDataFrame) -> str:
    for name in units.geom_type:
        if isinstance(name, str):
            return _KINDS.get(name.removeprefix("Multi"), "polygons")
    return "polygons"


def _simplified(units: gpd.GeoDataFrame) -> Any:
    """Thin the outlines out; where they share borders (wards, say) these stay shared."""
    shapes, kind = units.geometry.to_numpy(), _kind(units)
    if kind == "points":
        return shapes
    if kind == "polygons" and shapely.coverage_is_valid(shapes):
        return shapely.coverage_simplify(shapes, _TOLERANCE_DEGREES)
    return shapely.simplify(shapes, _TOLERANCE_DEGREES)


def _pack_unit(shape: shapely.Geometry | None) -> list[list[list[int]]]:
    if shape is None or shape.is_empty:
        return []
    parts = []
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            rings = [_steps(ring.coords, closed=True) for ring in (part.exterior, *part.interiors)]
            parts.append([ring for ring in rings if len(ring) >= 6])
        else:
            parts.append([_steps(part.coords, closed=False)])
    return [part for part in parts if part and part[0]]


def _steps(coordinates: Any, *, closed: bool) -> list[int]:
    points = np.asarray(coordinates)[: -1 if closed else None, :2]
    whole = np.rint(points / PRECISION).astype(np.int64)
    steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    return [int(step) for step in steps.ravel()]


@st.cache_resource(max_entries=32, show_spinner=False)
def _packed(name: str, _painting: Painting) -> bytes:
    return pack_shapes(_painting)


@st.cache_resource(max_entries=1, show_spinner=False)
def _component() -> Any:
    script = Path(__file__).with_name("own_message.js").read_text(encoding="utf-8")
    return st.components.v2.component("meguri_own_shapes", js=script, isolate_styles=False)
