"""GeoPackage read with SQLite alone, out of memory and under an authoriser: no file is opened, no address called.

GDAL's driver would run views, SQL functions and virtual tables of the file, some of which open other files. Here only
plain tables are read (OGC 12-128r19, Annex B for the binary header of a geometry).
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd
import shapely

from geo.user_layers.crs import from_code, from_definition
from geo.user_layers.model import Note, UploadError
from geo.user_layers.parts import Parts, check_count, check_names, damaged

_EXPECTED = "GeoPackage"
_APPLICATION_IDS = (b"GPKG", b"GP10", b"GP11")
_HEADER_BYTES = 100
_ENVELOPE_BYTES = (0, 32, 48, 48, 64)
_MOST_STEPS = 20_000
_STEP = 100_000
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
_FUNCTIONS = {"count", "length"}


def read_geopackage(name: str, content: bytes, layer: str) -> Parts:
    """Read one table of features.

    Parameters
    ----------
    layer
        Its name; '' where the file has one only.

    Raises
    ------
    UploadError
        No GeoPackage, cut off, with virtual tables or views for layers, no or several layers, a geometry that is none.
    """
    _check_header(name, content)
    try:
        with _opened(content) as database:
            _check_schema(database, name)
            table, column, srs = _layer(database, name, layer)
            crs = _crs(database, name, srs)
            return _rows(database, name, table, column, crs)
    except (sqlite3.Error, struct.error, IndexError, OverflowError, UnicodeDecodeError) as error:
        raise damaged(name, _EXPECTED, error) from error


@contextmanager
def _opened(content: bytes) -> Iterator[sqlite3.Connection]:
    database = sqlite3.connect(":memory:", isolation_level=None)
    try:
        # A file in write-ahead mode opens as an ordinary one: what is not in it yet is lost to the copy anyway.
        database.deserialize(content[:18] + b"\x01\x01" + content[20:])
        database.execute("PRAGMA trusted_schema = OFF")
        database.execute("PRAGMA cell_size_check = ON")
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 200_000_000)
        database.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        steps = iter(range(_MOST_STEPS))
        database.set_progress_handler(lambda: next(steps, None) is None, _STEP)
        database.set_authorizer(_authorise)
        yield database
    finally:
        database.close()


def _authorise(action: int, first: str | None, second: str | None, _database: str | None, _source: str | None) -> int:
    """Allow reading tables and counting, and nothing else: no ATTACH, no function that could open anything."""
    if action in _ALLOWED or (action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _FUNCTIONS):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and first == "table_info":
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _check_header(name: str, content: bytes) -> None:
    if len(content) < _HEADER_BYTES:
        raise damaged(name, _EXPECTED, f"{len(content)} bytes")
    if content[68:72] not in _APPLICATION_IDS and b"gpkg_contents" not in content:
        message = f"{name}: it is an SQLite database, but no GeoPackage; export it as GeoPackage"
        raise UploadError(message, key="upload_not_geopackage", file=name)
    page = int.from_bytes(content[16:18], "big")
    whole = (65_536 if page == 1 else page) * int.from_bytes(content[28:32], "big")
    if whole > len(content):
        raise damaged(name, _EXPECTED, f"{len(content):,} / {whole:,} bytes")


def _check_schema(database: sqlite3.Connection, name: str) -> None:
    """Refuse virtual tables, but for the spatial index that every GeoPackage has."""
    for table, sql in database.execute("SELECT name, sql FROM sqlite_master"):
        words = " ".join(str(sql or "").lower().split())
        is_index = str(table).lower().startswith("rtree_") and " using rtree" in words
        if words.startswith("create virtual table") and not is_index:
            message = f"{name}: table '{table}' is a virtual table, which can refer to other files; export it anew"
            raise UploadError(message, key="upload_refers", file=name, found=f"virtual table {table}")


def _layer(database: sqlite3.Connection, name: str, layer: str) -> tuple[str, str, int]:
    """Return table, geometry column and CRS number of the layer."""
    plain = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    found = database.execute("SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns").fetchall()
    tables = {str(table): (str(column), int(srs)) for table, column, srs in found}
    if views := sorted(set(tables) - plain):
        message = f"{name}: layer '{views[0]}' is a view, not a table; export it anew"
        raise UploadError(message, key="upload_refers", file=name, found=f"view {views[0]}")
    if not tables:
        message = f"{name}: it has no layer of features; export points, lines or polygons"
        raise UploadError(message, key="upload_no_layer", file=name)
    return _chosen(tables, layer, name)


def _chosen(tables: dict[str, tuple[str, int]], layer: str, name: str) -> tuple[str, str, int]:
    known = ", ".join(tables)
    if layer and layer not in tables:
        message = f"{name}: it has no layer '{layer}'; it has {known}"
        raise UploadError(message, key="upload_layer_unknown", file=name, layer=layer, known=known)
    if not layer and len(tables) > 1:
        message = f"{name}: it has {len(tables)} layers ({known}); say which, or export one of them"
        raise UploadError(message, key="upload_layers", file=name, count=len(tables), known=known)
    table = layer or next(iter(tables))
    return (table, *tables[table])


def _crs(database: sqlite3.Connection, name: str, srs: int) -> str:
    # −1 and 0 are the format's "undefined".
    if srs in (-1, 0):
        return ""
    rows = database.execute(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?", (srs,)
    ).fetchall()
    if not rows:
        return ""
    organisation, code, definition = rows[0]
    # GDAL writes a number of its own with an undefined engineering CRS where a layer has none.
    if "undefined" in str(definition)[:80].lower():
        return ""
    if str(organisation).upper() == "EPSG":
        return from_code(int(code), name)
    return from_definition(str(definition), name)


def _rows(database: sqlite3.Connection, name: str, table: str, column: str, crs: str) -> Parts:
    quoted = '"' + table.replace('"', '""') + '"'
    count = database.execute(f"SELECT count(*) FROM {quoted}").fetchone()[0]  # noqa: S608 - the name is quoted
    check_count(int(count), name)
    cursor = database.execute(f"SELECT * FROM {quoted}")  # noqa: S608 - the name is quoted
    names = [str(entry[0]) for entry in cursor.description]
    check_names(names, name)
    rows = cursor.fetchall()
    if column not in names:
        raise damaged(name, _EXPECTED, column)
    position = names.index(column)
    outlines = np.empty(len(rows), dtype=object)
    for number, row in enumerate(rows):
        outlines[number] = _outline(row[position], name, number + 1)
    # The format's own row number is no value that anybody wrote.
    keys = {str(entry[1]) for entry in database.execute(f"PRAGMA table_info({quoted})") if entry[5]}
    values = {
        other: [row[at] for row in rows] for at, other in enumerate(names) if at != position and other not in keys
    }
    dropped = [other for other, cells in values.items() if any(isinstance(cell, bytes) for cell in cells)]
    notes = tuple(
        Note("dropped", f"column '{other}' holds bytes and is left out", {"column": other}) for other in dropped
    )
    attributes = pd.DataFrame(
        {other: cells for other, cells in values.items() if other not in dropped}, index=range(len(rows))
    )
    return Parts(table=attributes, outlines=outlines, crs=crs, notes=notes)


def _outline(blob: object, name: str, number: int) -> shapely.Geometry | None:
    """Take a geometry out of its GeoPackage header ('GP', version, flags, srs_id, envelope, then WKB)."""
    if blob is None:
        return None
    if not isinstance(blob, bytes) or blob[:2] != b"GP" or len(blob) < 8:
        raise damaged(name, _EXPECTED, f"feature {number}: geometry")
    envelope = blob[3] >> 1 & 0b111
    if envelope >= len(_ENVELOPE_BYTES):
        raise damaged(name, _EXPECTED, f"feature {number}: geometry")
    try:
        return shapely.from_wkb(blob[8 + _ENVELOPE_BYTES[envelope] :])
    except shapely.GEOSException as error:
        raise damaged(name, _EXPECTED, f"feature {number}: {error}") from error
