"""The outlines the live map draws, simplified as coverages and packed small: sent once, cached by the browser."""

from __future__ import annotations

import gzip
import json
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.dataset import Dataset
from geo.surroundings import land_around, land_beyond
from layers.layer import CELLS, GEOMETRIES
from layers.live.thorns import without_thorns
from layers.mesh_image import COLUMNS_PER_DEGREE, ROWS_PER_DEGREE, mesh_rows_columns
from layers.outlines import outlines

# Degrees per unit of the packed integers, about a metre.
PRECISION = 1e-5
# Borders move by less than a pixel at the closest zoom the map is read at.
TOLERANCE_M = 30.0
# With land drawn beyond it, one can move so much farther than the neighbours' land reaches.
_ROOM = 0.2
# The outlines that official borders and the coast draw; those of basins and of the mesh have no thorns.
_WITH_THORNS = ("prefecture", "municipality")


def unit_codes(geometry: str, dataset: Dataset) -> list[str]:
    """Return the codes of a geometry's units in the order in which they are packed and painted."""
    tables = {
        "prefecture": lambda: dataset.prefecture["code"],
        "river_system": lambda: dataset.river_systems.index,
        "municipality": lambda: dataset.municipalities["code"],
        "unit_basin": lambda: dataset.basins["code"],
        "community": lambda: dataset.communities["code"],
        CELLS: lambda: dataset.cells["mesh_code"],
    }
    return sorted(map(str, tables[geometry]()))


def pack_geometry(dataset: Dataset, *, version: str) -> bytes:
    """Return all outlines of an area as gzipped JSON, the same bytes for the same data.

    Parameters
    ----------
    dataset
        The area.
    version
        Names the content, so that the browser can tell whether it already holds it.

    Notes
    -----
    ``layers.<geometry>`` has ``codes``, ``ja``, ``en`` (names), ``at`` (label point, degrees), ``cut`` and
    ``estimated`` (places of the units that the data cuts, and of those with an estimated river's name) and ``shapes``:
    polygons of rings of integers, the first point and then differences, longitude and latitude in turn, in units of
    ``PRECISION``. Municipalities have their ``people`` too, by which the map names the largest first; [] where nobody
    is counted. ``surroundings`` is the land beyond the area, ``around`` (west, south, east, north; None without any)
    the part of it that one can move about in. ``cells`` has the ``rows`` (from the equator north) and ``columns``
    (from 100°E) of the mesh, likewise as first value and differences, and how many of them make a degree.
    """
    packed: dict[str, Any] = {"version": version, "precision": PRECISION, "layers": {}, "cells": _pack_cells(dataset)}
    for geometry in GEOMETRIES:
        units = outlines(geometry, dataset).sort_index()
        packed["layers"][geometry] = _pack_units(units, dataset.plane_crs, has_thorns=geometry in _WITH_THORNS)
    packed["layers"]["municipality"]["people"] = _people(dataset)
    bounds = dataset.municipalities.total_bounds
    packed["bounds"] = [round(float(edge), 5) for edge in bounds]
    packed["surroundings"], packed["around"] = _pack_surroundings(dataset)
    text = json.dumps(packed, ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(text.encode(), compresslevel=9, mtime=0)


def _pack_cells(dataset: Dataset) -> dict[str, Any]:
    rows, columns = mesh_rows_columns(pd.Index(unit_codes(CELLS, dataset)))
    return {
        "rows": np.diff(rows, prepend=0).tolist(),
        "columns": np.diff(columns, prepend=0).tolist(),
        "per_degree": [ROWS_PER_DEGREE, COLUMNS_PER_DEGREE],
    }


def _pack_units(units: gpd.GeoDataFrame, plane_crs: str, *, has_thorns: bool) -> dict[str, Any]:
    plane = _polygons_only(units.geometry.to_crs(plane_crs))
    # Rounding on the way to the plane can open a border by a hair; a clean coverage keeps shared borders shared.
    clean = shapely.coverage_clean(plane, gap_width=0)
    simple = shapely.coverage_simplify(without_thorns(clean) if has_thorns else clean, TOLERANCE_M)
    # The centre of the largest circle inside: the label stands on the unit, also where it is crescent-shaped.
    centres = [_centre(shape) for shape in simple]
    shapes = gpd.GeoSeries(simple, crs=plane_crs).to_crs(units.crs)
    points = gpd.GeoSeries(centres, crs=plane_crs).to_crs(units.crs)
    return {
        "codes": list(units.index),
        "ja": list(units["name_ja"]),
        "en": list(units["name_en"]),
        "at": [[round(point.y, 4), round(point.x, 4)] for point in points],
        "cut": np.flatnonzero(units["is_cut"]).tolist(),
        "estimated": np.flatnonzero(units["is_river_estimated"]).tolist(),
        "shapes": [pack_shape(shape) for shape in shapes],
    }


def _people(dataset: Dataset) -> list[int]:
    """People of each municipality in the order in which they are packed; [] where nobody is counted."""
    inside = dataset.fragments[dataset.fragments["in_area"]]
    counted = inside.groupby("municipality_code")["population"].sum(min_count=1)
    people = counted.reindex(unit_codes("municipality", dataset))
    return [] if people.isna().all() else [int(number) for number in people.fillna(0.0).round()]


def _pack_surroundings(dataset: Dataset) -> tuple[list[Any], list[float] | None]:
    """Pack the land around the area, and the bounds of what is near; an area without neighbours on file has none."""
    land = land_around(dataset)
    if land is None:
        return [], None
    plane = _polygons_only(land.geometry.to_crs(dataset.plane_crs))
    # Dissolved: the neighbours' own borders would compete with the area's.
    near = shapely.simplify(shapely.coverage_union_all(plane), TOLERANCE_M)
    beyond = land_beyond(dataset, land).to_crs(dataset.plane_crs).iloc[0]
    shape = gpd.GeoSeries([shapely.union(near, beyond)], crs=dataset.plane_crs).to_crs(land.crs).iloc[0]
    west, south, east, north = land.total_bounds
    across, up = (0.0, 0.0) if beyond.is_empty else (_ROOM * (east - west), _ROOM * (north - south))
    around = (west - across, south - up, east + across, north + up)
    return pack_shape(shape), [round(float(edge), 5) for edge in around]


def _polygons_only(shapes: gpd.GeoSeries) -> np.ndarray[Any, np.dtype[Any]]:
    """Keep the polygon parts of each shape; an empty polygon stands for a unit that has none."""
    return np.array(
        [
            shapely.MultiPolygon([part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"])
            if shape is not None
            else shapely.MultiPolygon()
            for shape in shapes
        ],
        dtype=object,
    )


def _centre(shape: shapely.Geometry) -> shapely.Point:
    if shape.is_empty:
        return shapely.Point(0, 0)
    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    return shapely.get_point(shapely.maximum_inscribed_circle(largest, tolerance=200), 0)


def pack_shape(shape: shapely.Geometry, precision: float = PRECISION) -> list[Any]:
    """Return a (multi)polygon in degrees as polygons of rings of integers; what is smaller than a unit is left out."""
    polygons = []
    for part in shapely.get_parts(shape):
        rings = [_pack_ring(ring, precision) for ring in (part.exterior, *part.interiors)]
        if rings[0]:
            polygons.append([ring for ring in rings if ring])
    return polygons


def _pack_ring(ring: shapely.LinearRing, precision: float) -> list[int]:
    whole = np.rint(np.asarray(ring.coords)[:-1, :2] / precision).astype(np.int64)
    steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    return [int(step) for step in steps.ravel()] if len(whole) >= 3 else []
