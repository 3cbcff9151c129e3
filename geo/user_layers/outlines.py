"""Outlines of an upload put right: one kind, flat, valid, in EPSG:6668, in the area; each fault has its own words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer

from geo.dataset import STORAGE_CRS, Dataset
from geo.fragments import polygon_parts
from geo.user_layers.model import MOST_VERTICES, Note, UploadError
from geo.user_layers.parts import Parts

Bounds = tuple[float, float, float, float]
_KINDS = ("points", "lines", "polygons")
_FARTHEST_DEGREES = 180.0


@dataclass(frozen=True, eq=False)
class Outlines:
    """Outlines in EPSG:6668 with their attributes, and what was done to them."""

    table: gpd.GeoDataFrame
    kind: str
    bounds: Bounds
    repaired: int
    outside: int
    notes: tuple[Note, ...]


def settle_outlines(parts: Parts, crs: str, dataset: Dataset, file: str) -> Outlines:
    """Check and convert the outlines of an upload.

    Raises
    ------
    UploadError
        None at all, several kinds, too many vertices, coordinates that are no positions, swapped, over the
        antimeridian or outside the area, or an outline that cannot be mended.
    """
    shapes = parts.outlines
    present = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    notes = list(parts.notes)
    if not present.any():
        raise UploadError(f"{file}: it has no feature with an outline", key="upload_empty", file=file)
    if left_out := int((~present).sum()):
        notes.append(Note("no_outline", f"{left_out} rows without outline are left out", {"count": left_out}))
    rows, shapes = np.flatnonzero(present), shapes[present]
    if (vertices := int(shapely.get_num_coordinates(shapes).sum())) > MOST_VERTICES:
        message = f"{file}: {vertices:,} vertices; at most {MOST_VERTICES:,} are taken; simplify or cut to the area"
        raise UploadError(message, key="upload_vertices", file=file, most=MOST_VERTICES)
    if not np.isfinite(shapely.get_coordinates(shapes)).all():
        raise UploadError(f"{file}: a coordinate is not a finite number", key="upload_coordinates", file=file)
    kind = _kind(shapes, file)
    if shapely.has_z(shapes).any():
        notes.append(Note("flattened", "heights of the vertices are left out"))
    shapes = shapely.force_2d(shapes)
    _check_degrees(shapes, crs, file)
    shapes, repaired = _mended(shapes, rows, kind, file)
    if repaired:
        english = f"{repaired} outlines cross themselves and were repaired"
        notes.append(Note("repaired", english, {"count": repaired}))
    moved = to_storage(shapes, crs)
    if not np.isfinite(shapely.get_coordinates(moved)).all():
        raise UploadError(f"{file}: its coordinates do not fit its CRS {crs}", key="upload_coordinates", file=file)
    inside = touches_area(moved, dataset)
    if not inside.any():
        raise _elsewhere(shapes, moved, crs, dataset, file)
    if outside := int((~inside).sum()):
        notes.append(Note("outside_kept", f"{outside} features lie outside the area", {"count": outside}))
    table = gpd.GeoDataFrame(parts.table.iloc[rows].reset_index(drop=True), geometry=moved, crs=STORAGE_CRS)
    return Outlines(table, kind, _bounds(moved), repaired, outside, tuple(notes))


def to_storage(shapes: npt.NDArray[np.object_], crs: str) -> npt.NDArray[np.object_]:
    """Return the outlines in EPSG:6668."""
    return np.asarray(gpd.GeoSeries(shapes, crs=crs).to_crs(STORAGE_CRS), dtype=object)


def touches_area(shapes: npt.NDArray[np.object_], dataset: Dataset) -> npt.NDArray[np.bool_]:
    """Return whether each outline (EPSG:6668) meets a municipality of the area, bool (n,)."""
    shapely.prepare(shapes)
    found = shapely.STRtree(dataset.municipalities.geometry.to_numpy()).query(shapes, predicate="intersects")[0]
    inside = np.zeros(len(shapes), dtype=bool)
    inside[found] = True
    return inside


def elsewhere(bounds: Bounds, swapped: Bounds | None, dataset: Dataset, file: str) -> UploadError:
    """Return the error for an upload of which nothing is in the area: swapped coordinates, or simply elsewhere.

    Parameters
    ----------
    bounds
        Of the upload in degrees.
    swapped
        The same with its coordinates exchanged, None where they cannot be.
    """
    west, south, east, north = _area_bounds(dataset)
    if swapped is not None and swapped[0] < east and swapped[2] > west and swapped[1] < north and swapped[3] > south:
        message = f"{file}: latitude and longitude are swapped; expected longitude (x) first, then latitude (y)"
        return UploadError(message, key="upload_swapped", file=file)
    found = "–".join(f"{value:.3f}" for value in (bounds[0], bounds[2]))
    found += "°E, " + "–".join(f"{value:.3f}" for value in (bounds[1], bounds[3])) + "°N"
    expected = f"{west:.2f}–{east:.2f}°E, {south:.2f}–{north:.2f}°N"
    message = f"{file}: nothing of it lies in the area ({expected}); found {found}; check its CRS and place"
    return UploadError(message, key="upload_outside", file=file, found=found, expected=expected)


def _kind(shapes: npt.NDArray[np.object_], file: str) -> str:
    types = shapely.get_type_id(shapes)
    if (types < 0).any() or (types > 7).any():
        message = f"{file}: it has curved outlines; convert them to straight ones"
        raise UploadError(message, key="upload_curves", file=file)
    dimensions = shapely.get_dimensions(shapes)
    collections = types == 7
    for index in np.flatnonzero(collections):
        own = {int(part) for part in shapely.get_dimensions(shapely.get_parts(shapes[index]))}
        if len(own) > 1:
            dimensions = np.append(dimensions, sorted(own))
    counts = Counter(_KINDS[dimension] for dimension in dimensions.tolist())
    if len(counts) > 1:
        found = ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()))
        message = f"{file}: it mixes {found}; upload each kind as a file of its own"
        raise UploadError(message, key="upload_mixed", file=file, found=found)
    return next(iter(counts))


def _check_degrees(shapes: npt.NDArray[np.object_], crs: str, file: str) -> None:
    if not CRS.from_user_input(crs).is_geographic:
        return
    west, south, east, north = shapely.total_bounds(shapes)
    if max(abs(west), abs(east)) > 2 * _FARTHEST_DEGREES or max(abs(south), abs(north)) > 2 * _FARTHEST_DEGREES:
        message = f"{file}: its CRS is {crs} (degrees), but its coordinates are no degrees ({west:.0f}, {south:.0f})"
        raise UploadError(message, key="upload_no_degrees", file=file, crs=crs, found=f"{west:.0f}, {south:.0f}")
    if (west < -_FARTHEST_DEGREES or east > _FARTHEST_DEGREES) or (
        east - west > _FARTHEST_DEGREES and (shapely.bounds(shapes)[:, 2] - shapely.bounds(shapes)[:, 0]).max() > 180
    ):
        message = f"{file}: an outline runs over the 180th meridian; cut it there, or to the area"
        raise UploadError(message, key="upload_antimeridian", file=file)


def _mended(
    shapes: npt.NDArray[np.object_], rows: npt.NDArray[np.int64], kind: str, file: str
) -> tuple[npt.NDArray[np.object_], int]:
    """Return valid outlines and how many were not; shapes of one kind come out as that kind."""
    result = shapes.copy()
    collections = np.flatnonzero(shapely.get_type_id(shapes) == 7)
    for index in collections:
        result[index] = shapely.union_all(shapely.get_parts(shapes[index]))
    broken = np.flatnonzero(~shapely.is_valid(result))
    mended = shapely.make_valid(result[broken], method="structure", keep_collapsed=False)
    result[broken] = polygon_parts(mended) if kind == "polygons" else mended
    flat = shapely.area(result) <= 0 if kind == "polygons" else shapely.is_empty(result)
    if flat.any():
        row = int(rows[np.argmax(flat)]) + 1
        message = f"{file}, feature {row}: it encloses nothing and cannot be repaired; draw it anew or delete it"
        raise UploadError(message, key="upload_beyond_repair", file=file, row=row)
    return result, len(broken)


def _elsewhere(
    shapes: npt.NDArray[np.object_], moved: npt.NDArray[np.object_], crs: str, dataset: Dataset, file: str
) -> UploadError:
    west, south, east, north = shapely.total_bounds(shapes)
    return elsewhere(_bounds(moved), swapped_bounds((west, south, east, north), crs), dataset, file)


def swapped_bounds(bounds: Bounds, crs: str) -> Bounds | None:
    """Return the box in EPSG:6668 with its two coordinates exchanged; None where that is no place."""
    west, south, east, north = bounds
    transformer = Transformer.from_crs(crs, STORAGE_CRS, always_xy=True)
    try:
        found = transformer.transform_bounds(south, west, north, east)
    except Exception:
        return None
    return tuple(map(float, found)) if np.isfinite(found).all() else None  # type: ignore[return-value]


def _bounds(shapes: npt.NDArray[np.object_]) -> Bounds:
    west, south, east, north = map(float, shapely.total_bounds(shapes))
    return west, south, east, north


def _area_bounds(dataset: Dataset) -> Bounds:
    return _bounds(dataset.municipalities.geometry.to_numpy())
