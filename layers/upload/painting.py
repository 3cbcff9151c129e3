"""Users' layers painted: their rows classed, their outlines as units of their own, a raster as a picture."""

from __future__ import annotations

import io
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import rasterio.features
import shapely
import streamlit as st
from affine import Affine
from PIL import Image

from geo.dataset import STORAGE_CRS, Dataset
from geo.user_layers import UserLayer
from geo.user_layers.store import read_table
from layers.catalogue import classify
from layers.layer import CELLS, NOT_DRAWN, OWN, Layer, Painting
from layers.mesh_image import MeshImage
from layers.palette import rgb
from layers.upload.reading import Picture, own_picture

# Class outlines of a raster in a file to take away are traced at this many pixels along the longer side.
_TRACED_PX = 400
# Digits of a third-mesh code (JIS X 0410).
_MESH_DIGITS = 8


def is_own(layer: Layer) -> bool:
    """Tell whether a layer was brought by users."""
    return layer.group == OWN and layer.own is not None


def paint_own(layer: Layer, dataset: Dataset) -> Painting:
    """Return a layer that users brought with its classes assigned; cached, not to be changed.

    Raises
    ------
    UploadError
        Its file is missing or damaged.
    """
    own = layer.own
    if own is None:
        message = f"layer '{layer.key}' is one of the dataset's own"
        raise ValueError(message)
    return _painted(dataset.area, own.key, own.sha256, layer, own)


def paint_table(layer: Layer, table: pd.DataFrame, own: UserLayer) -> Painting:
    """Return rows painted: by code where they are of municipalities or cells, else as units of their own."""
    values = _numbers(table, own.column)
    if own.kind == "table":
        # Half and quarter cells are drawn on the cell that holds them: an amount adds up, a rate is averaged.
        codes = table[own.key_column].astype(str).str[: _MESH_DIGITS if own.key_kind == "mesh" else None]
        grouped = values.groupby(codes.to_numpy())
        by_code = grouped.sum(min_count=1) if own.measure == "extensive" else grouped.mean()
        return Painting(layer, CELLS if own.key_kind == "mesh" else layer.geometry, classify(layer, by_code))
    units = units_of(table, own)
    numbers = pd.Series(values.to_numpy(), index=units.index)
    if layer.breaks or own.column:
        classes = classify(layer, numbers)
    elif layer.legend:
        classes = pd.Series(0, index=units.index, dtype="int16")
    else:
        classes = pd.Series(dtype="int16")
    return Painting(layer, layer.geometry, classes, units=units)


def paint_picture(layer: Layer, picture: Picture) -> Painting:
    """Return a raster painted: a picture for the map, and its classes' outlines as units for files."""
    classes = classify(layer, pd.Series(picture.values.ravel())).to_numpy().reshape(picture.values.shape)
    image = MeshImage(_png(classes, layer), picture.south, picture.west, picture.north, picture.east)
    units = _traced(classes, picture, layer)
    numbers = pd.Series(units["number"].to_numpy(), index=units.index, dtype="int16")
    return Painting(layer, layer.geometry, numbers, units=units.drop(columns="number"), image=image)


def units_of(table: pd.DataFrame, own: UserLayer) -> gpd.GeoDataFrame:
    """Return a layer's rows as the units of an outline: indexed by number, with names and marks."""
    names = table[own.name_column].astype(str) if own.name_column in table else pd.Series("", index=table.index)
    frame = gpd.GeoDataFrame(
        {"name_ja": names.to_numpy(), "name_en": names.to_numpy(), "is_cut": False, "is_river_estimated": False},
        geometry=np.asarray(table["geometry"]),
        crs=STORAGE_CRS,
    )
    if own.column:
        frame["value"] = _numbers(table, own.column).to_numpy()
    frame.index = pd.Index([str(number) for number in range(len(frame))], name="code")
    return frame


@st.cache_resource(max_entries=32, show_spinner=False)
def _painted(area: str, key: str, digest: str, layer: Layer, _own: UserLayer) -> Painting:
    if _own.kind == "raster":
        return paint_picture(layer, own_picture(_own))
    return paint_table(layer, read_table(_own), _own)


def _numbers(table: pd.DataFrame, column: str) -> pd.Series:
    values = pd.to_numeric(table[column], errors="coerce") if column else pd.Series(np.nan, index=table.index)
    return pd.Series(values.to_numpy(dtype=np.float64))


def _png(classes: npt.NDArray[np.int16], layer: Layer) -> bytes:
    image = Image.fromarray((classes + 1).astype(np.uint8))
    image.putpalette([band for colour in [(0, 0, 0), *(rgb(entry.fill) for entry in layer.legend)] for band in colour])
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", transparency=0, compress_level=6)
    return buffer.getvalue()


def _traced(classes: npt.NDArray[np.int16], picture: Picture, layer: Layer) -> gpd.GeoDataFrame:
    """Outline the classes of a picture: one multipolygon a class, in EPSG:6668."""
    step = max(1, max(classes.shape) // _TRACED_PX)
    small = np.ascontiguousarray(classes[::step, ::step])
    transform: Any = picture.transform @ Affine.scale(step, step)
    parts: dict[int, list[shapely.Geometry]] = {}
    for shape, number in rasterio.features.shapes(small, mask=small != NOT_DRAWN, transform=transform):
        parts.setdefault(int(number), []).append(shapely.geometry.shape(shape))
    numbers = sorted(parts)
    labels = {lang: [layer.legend[number].label(lang) for number in numbers] for lang in ("ja", "en")}
    frame = gpd.GeoDataFrame(
        {
            "name_ja": labels["ja"],
            "name_en": labels["en"],
            "is_cut": False,
            "is_river_estimated": False,
            "number": numbers,
        },
        geometry=[shapely.MultiPolygon(parts[number]) for number in numbers],
        crs="EPSG:3857",
    ).to_crs(STORAGE_CRS)
    frame.index = pd.Index([str(number) for number in numbers], name="code")
    return frame
