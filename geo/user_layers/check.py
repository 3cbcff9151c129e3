"""An uploaded file -> what it is understood as, or a refusal that says why."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path, PurePosixPath

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.dataset import STORAGE_CRS, Dataset
from geo.user_layers import sniffing
from geo.user_layers.codes import (
    LATITUDE_NAMES,
    LONGITUDE_NAMES,
    MESH,
    Coded,
    find_codes,
    find_column,
    settle_meshes,
    settle_municipalities,
)
from geo.user_layers.crs import from_name, settled
from geo.user_layers.csv_text import read_csv, to_numbers
from geo.user_layers.geojson import read_geojson
from geo.user_layers.geopackage import read_geopackage
from geo.user_layers.geoparquet import read_geoparquet
from geo.user_layers.geotiff import read_geotiff
from geo.user_layers.model import PAGE_LIMIT_BYTES, Checked, Note, Raster, UploadError
from geo.user_layers.outlines import elsewhere, settle_outlines, swapped_bounds, touches_area
from geo.user_layers.parts import Parts
from geo.user_layers.shapefile import read_shapefile
from geo.user_layers.tidying import column_list, tidied

_LONGEST_NAME = 120
_ROLES = {
    "polygons": ("layer", "indicator", "community", "partition"),
    "lines": ("layer", "indicator"),
    "points": ("layer", "indicator"),
    "raster": ("layer", "indicator", "potential"),
    "table": ("layer", "indicator"),
}


def check_upload(
    name: str,
    content: bytes | Path,
    *,
    dataset: Dataset,
    declared_crs: str = "",
    layer: str = "",
    limit_bytes: int = PAGE_LIMIT_BYTES,
) -> Checked:
    """Read an upload and check it against an area; nothing is written.

    Parameters
    ----------
    name
        The file's name as the user gave it: shown in messages, never used as a path.
    content
        Its bytes, or the path of a file (command line).
    dataset
        The area that it is for.
    declared_crs
        'EPSG:<code>' as the owner says, for a file that cannot say its own; refused where the file says another.
    layer
        Which layer of a GeoPackage, or which member (stem) of a zip with several Shapefiles; '' where there is one.
    limit_bytes
        The largest file taken.

    Raises
    ------
    UploadError
        Cannot be used; ``key`` says which of the many reasons.
    """
    shown = _shown(name)
    raw = _bytes(content, shown, limit_bytes)
    found = sniffing.sniff(shown, raw)
    if found == sniffing.GEOTIFF:
        checked = _grid(shown, raw, declared_crs, dataset)
    elif found == sniffing.CSV:
        checked = _csv(shown, raw, declared_crs, dataset)
    else:
        parts, crs = _vector(shown, raw, found, declared_crs, layer)
        checked = _features(shown, found, parts, crs, dataset)
    return replace(checked, sha256=hashlib.sha256(raw).hexdigest())


def _shown(name: str) -> str:
    """Return the last part of a name, without what could break a line."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(letter for letter in last if letter.isprintable())[-_LONGEST_NAME:] or "?"


def _bytes(content: bytes | Path, name: str, limit_bytes: int) -> bytes:
    """Return the bytes; a file's size is looked at before it is read."""
    try:
        size = len(content) if isinstance(content, bytes) else content.stat().st_size
        if size > limit_bytes:
            found, most = size / 1e6, limit_bytes / 1e6
            message = f"{name}: {found:,.1f} MB; at most {most:,.0f} MB are taken; cut it to the area or simplify it"
            raise UploadError(message, key="upload_size", file=name, found=f"{found:,.1f}", most=f"{most:,.0f}")
        return content if isinstance(content, bytes) else content.read_bytes()
    except OSError as error:
        message = f"{name}: cannot be read ({error.strerror})"
        raise UploadError(message, key="upload_file", file=name, detail=str(error.strerror)) from error


def _vector(name: str, raw: bytes, found: str, declared: str, layer: str) -> tuple[Parts, str]:
    """Read outlines; return them and their CRS."""
    if found == sniffing.GEOJSON:
        parts = read_geojson(name, raw)
        # Without a crs member it is WGS 84 by the standard; its owner may know better.
        return parts, settled(parts.crs, declared, name) if parts.crs or declared else "EPSG:4326"
    if found == sniffing.GEOPARQUET:
        parts = read_geoparquet(name, raw)
    elif found == sniffing.GEOPACKAGE:
        parts = read_geopackage(name, raw, layer)
    else:
        parts = read_shapefile(name, raw, layer)
    return parts, settled(parts.crs, declared, name)


def _features(name: str, found: str, parts: Parts, crs: str, dataset: Dataset) -> Checked:
    settled_outlines = settle_outlines(parts, crs, dataset, name)
    table, more = tidied(settled_outlines.table)
    return Checked(
        name=name,
        format=found,
        kind=settled_outlines.kind,
        table=table,
        raster=None,
        columns=column_list(table.drop(columns="geometry")),
        count=len(table),
        bounds=settled_outlines.bounds,
        crs=crs,
        repaired=settled_outlines.repaired,
        outside=settled_outlines.outside,
        key_column="",
        key_kind="",
        roles=_ROLES[settled_outlines.kind],
        notes=(*settled_outlines.notes, *more),
        sha256="",
        area=dataset.area,
    )


def _csv(name: str, raw: bytes, declared: str, dataset: Dataset) -> Checked:
    """Understand a CSV: by coordinates where it has them, else by codes."""
    texts, notes = read_csv(name, raw)
    latitude, longitude = find_column(texts, LATITUDE_NAMES), find_column(texts, LONGITUDE_NAMES)
    if latitude and longitude:
        return _points(name, texts, (longitude, latitude), declared, dataset, notes)
    municipalities = dict(zip(dataset.municipalities["code"], dataset.municipalities["name_ja"], strict=True))
    column, kind = find_codes(texts, municipalities)
    if not column:
        message = (
            f"{name}: no column of coordinates (lat, lon), municipality codes (municipality_code) or mesh codes "
            f"(mesh_code); it has {', '.join(map(str, texts.columns))}"
        )
        known = ", ".join(map(str, texts.columns))
        raise UploadError(message, key="upload_no_key", file=name, known=known)
    cells = dict.fromkeys(dataset.fragments["mesh_code"].unique().tolist(), "")
    coded = (
        settle_meshes(texts, column, cells, name)
        if kind == MESH
        else settle_municipalities(texts, column, municipalities, name)
    )
    if not len(coded.table):
        message = f"{name}: none of its {len(texts)} rows lies in the area; check the codes in '{column}'"
        raise UploadError(message, key="upload_outside_codes", file=name, count=len(texts), column=column)
    numbers, more = to_numbers(texts, name, but=column)
    return _coded(name, coded, numbers, (*notes, *coded.notes, *more), dataset)


def _coded(name: str, coded: Coded, numbers: pd.DataFrame, notes: tuple[Note, ...], dataset: Dataset) -> Checked:
    # The rows that were kept, in their order; all columns but the codes as numbers where they are.
    kept = numbers.loc[list(coded.rows)].reset_index(drop=True)
    table, more = tidied(kept.assign(**{coded.column: coded.table[coded.column].to_numpy()}))
    if coded.kind != MESH:
        missing = len(dataset.municipalities) - len(table)
        if missing > 0:
            english = f"{missing} municipalities have no row: unknown there"
            notes = (*notes, Note("municipalities_missing", english, {"count": missing}))
    return Checked(
        name=name,
        format=sniffing.CSV,
        kind="table",
        table=table,
        raster=None,
        columns=column_list(table),
        count=len(table),
        bounds=None,
        crs="",
        repaired=0,
        outside=coded.outside,
        key_column=coded.column,
        key_kind=coded.kind,
        roles=_ROLES["table"],
        notes=(*notes, *more),
        sha256="",
        area=dataset.area,
    )


def _points(
    name: str,
    texts: pd.DataFrame,
    columns: tuple[str, str],
    declared: str,
    dataset: Dataset,
    notes: tuple[Note, ...],
) -> Checked:
    numbers, more = to_numbers(texts, name, but="")
    for column in columns:
        if not pd.api.types.is_float_dtype(numbers[column]):
            row = int(numbers.index[0])
            found = str(numbers[column].iloc[0])
            message = f"{name}, row {row}, column '{column}': expected a coordinate in degrees; found '{found}'"
            raise UploadError(message, key="upload_number", file=name, row=row, column=column, found=found)
    east, north = (numbers[column].to_numpy(dtype=np.float64) for column in columns)
    crs = settled("", declared, name)
    shapes = np.array(shapely.points(east, north), dtype=object)
    shapes[np.isnan(east) | np.isnan(north)] = None
    parts = Parts(numbers.drop(columns=list(columns)).reset_index(drop=True), shapes, crs, (*notes, *more))
    return _features(name, sniffing.CSV, parts, crs, dataset)


def _grid(name: str, raw: bytes, declared: str, dataset: Dataset) -> Checked:
    told = from_name(declared, name) if declared else ""
    raster, own, notes = read_geotiff(name, raw, told)
    crs = settled(own, declared, name)
    known = np.isfinite(raster.values)
    if not known.any():
        raise UploadError(f"{name}: no pixel has a value", key="upload_empty", file=name)
    bounds, outside = _placed(raster, dataset, name)
    return Checked(
        name=name,
        format=sniffing.GEOTIFF,
        kind="raster",
        table=pd.DataFrame(),
        raster=replace(raster, crs=crs),
        columns=(),
        count=int(known.sum()),
        bounds=bounds,
        crs=crs,
        repaired=0,
        outside=outside,
        key_column="",
        key_kind="",
        roles=_ROLES["raster"],
        notes=notes,
        sha256="",
        area=dataset.area,
    )


def _placed(raster: Raster, dataset: Dataset, name: str) -> tuple[tuple[float, float, float, float], int]:
    """Return the grid's bounds in degrees and how many of its known pixels have their centre outside the area's box."""
    rows, columns = raster.values.shape
    west, north = raster.transform @ (0, 0)
    east, south = raster.transform @ (columns, rows)
    if not (np.isfinite([west, south, east, north]).all() and east > west and north > south):
        raise UploadError(f"{name}: its grid does not fit its CRS {raster.crs}", key="upload_coordinates", file=name)
    frame = gpd.GeoSeries([shapely.segmentize(shapely.box(west, south, east, north), (east - west) / 8)])
    moved = frame.set_crs(raster.crs).to_crs(STORAGE_CRS).to_numpy()
    if not np.isfinite(shapely.bounds(moved)).all():
        raise UploadError(f"{name}: its grid does not fit its CRS {raster.crs}", key="upload_coordinates", file=name)
    bounds = tuple(map(float, shapely.bounds(moved[0])))
    if not touches_area(moved, dataset).any():
        swapped = swapped_bounds((west, south, east, north), raster.crs)
        raise elsewhere(bounds, swapped, dataset, name)  # type: ignore[arg-type]
    area = dataset.municipalities.geometry.to_crs(raster.crs).total_bounds
    ys, xs = np.nonzero(np.isfinite(raster.values))
    x = raster.transform.c + (xs + 0.5) * raster.transform.a
    y = raster.transform.f + (ys + 0.5) * raster.transform.e
    inside = (x >= area[0]) & (x <= area[2]) & (y >= area[1]) & (y <= area[3])
    return bounds, int((~inside).sum())  # type: ignore[return-value]
