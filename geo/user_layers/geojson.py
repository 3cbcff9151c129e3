"""GeoJSON (RFC 7946, and the older ``crs`` member) read without GDAL: nothing in it can name a file or an address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn

import numpy as np
import pandas as pd
import shapely

from geo.user_layers.crs import from_name
from geo.user_layers.model import MOST_FEATURES, MOST_VERTICES, UploadError
from geo.user_layers.parts import Parts, check_count, check_names, damaged

_GEOMETRIES = {
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
}


def read_geojson(name: str, content: bytes) -> Parts:
    """Read a FeatureCollection, a Feature or a bare geometry.

    Without ``crs`` the coordinates are WGS 84 by the standard.

    Raises
    ------
    UploadError
        Not JSON, not GeoJSON, a member that refers elsewhere, a name twice in one feature, a geometry that is none.
    """
    # Every position opens one bracket, and every ring, part and feature a few more: told before it fills the memory.
    if content.count(b"[") > MOST_VERTICES + 4 * MOST_FEATURES:
        message = f"{name}: more than {MOST_VERTICES:,} vertices; simplify the outlines or cut to the area"
        raise UploadError(message, key="upload_vertices", file=name, most=MOST_VERTICES)
    try:
        document = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_Table, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise damaged(name, "GeoJSON", error) from error
    if not isinstance(document, _Table):
        raise _not_geojson(name, "a list")
    crs = _crs(document, name)
    features = list(_features(document, name))
    check_count(len(features), name)
    rows, outlines = [], []
    for number, feature in enumerate(features, start=1):
        properties = feature.get("properties") or {}
        if not isinstance(properties, dict):
            raise damaged(name, "GeoJSON", f"feature {number}: properties")
        if isinstance(properties, _Table) and properties.twice:
            message = f"{name}: feature {number}: column '{properties.twice}' is there twice; rename one of them"
            raise UploadError(message, key="upload_column_twice", file=name, column=properties.twice)
        rows.append({str(key): _plain(value) for key, value in properties.items()})
        outlines.append(_outline(feature.get("geometry"), name, number))
    table = pd.DataFrame(rows, index=range(len(rows)))
    check_names([str(column) for column in table.columns], name)
    shapes = np.empty(len(outlines), dtype=object)
    shapes[:] = outlines
    return Parts(table=table, outlines=shapes, crs=crs)


class _Table(dict[str, Any]):
    """A JSON object that remembers a name that it was given twice."""

    twice: str = ""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        if len(self) < len(pairs):
            names = [key for key, _ in pairs]
            self.twice = next(key for key in names if names.count(key) > 1)


def _features(document: _Table, name: str) -> Iterator[dict[str, Any]]:
    kind = document.get("type")
    if kind == "FeatureCollection":
        features = document.get("features")
        if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
            raise _not_geojson(name, "features")
        yield from features
    elif kind == "Feature":
        yield document
    elif kind in _GEOMETRIES:
        yield {"geometry": document}
    else:
        raise _not_geojson(name, f"type {str(kind)[:40]!r}")


def _crs(document: _Table, name: str) -> str:
    """Return what the old ``crs`` member says; '' where there is none, and it is WGS 84 unless declared otherwise."""
    crs = document.get("crs")
    if crs is None:
        return ""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    if not isinstance(crs, dict) or not isinstance(properties, dict):
        raise damaged(name, "GeoJSON", "crs")
    if crs.get("type") == "link" or "href" in properties:
        message = f"{name}: its crs refers to a file or address; write the CRS by name, such as EPSG:6668"
        raise UploadError(message, key="upload_refers", file=name, found="crs: link")
    return from_name(str(properties.get("name", "")), name)


def _outline(geometry: object, name: str, number: int) -> shapely.Geometry | None:
    if geometry is None:
        return None
    if not isinstance(geometry, dict) or geometry.get("type") not in _GEOMETRIES:
        raise damaged(name, "GeoJSON", f"feature {number}: geometry")
    try:
        return shapely.from_geojson(json.dumps(geometry))
    except (shapely.GEOSException, ValueError) as error:
        raise damaged(name, "GeoJSON", f"feature {number}: {error}") from error


def _plain(value: object) -> object:
    """Return a cell's value; what is nested is kept as its text."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON number")


def _not_geojson(name: str, found: str) -> UploadError:
    message = f"{name}: expected GeoJSON (a FeatureCollection); found {found}; export it as GeoJSON (RFC 7946)"
    return UploadError(message, key="upload_not_geojson", file=name, found=found)
