"""``notes.gpkg``: what was drawn, as three layers that any GIS opens; and read again, without GDAL.

GeoPackage is an SQLite file. It is written by GDAL's driver into a folder of its own, and read by
:mod:`geo.user_layers.geopackage`: out of memory, plain tables only.
"""

from __future__ import annotations

import math
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from geo.meeting import Meeting, Note
from geo.meeting_file.archive import NOTES
from geo.meeting_file.document import is_drawn
from geo.meeting_file.refusing import refuse, within
from geo.shown import shown
from geo.user_layers.geopackage import read_geopackage
from geo.user_layers.model import UploadError

CRS = "EPSG:6668"
LAYERS = {"pin": ("pins", "Point"), "line": ("lines", "LineString"), "area": ("areas", "Polygon")}
# What stands in the table beside the outline; ``agenda`` is the title of the item that the note is about.
_COLUMNS = ("key", "number", "agenda", "words", "author", "made_at")
_NO_MOMENT = "1980-01-01T00:00:00.000Z"


def to_geopackage(meeting: Meeting) -> bytes:
    """Return a GeoPackage (EPSG:6668) with the layers ``pins``, ``lines`` and ``areas``, empty ones among them.

    Columns: key, number, agenda (title of the item, '' for the whole meeting), words, author, made_at. The file says
    the meeting's time of change as its own, so that equal meetings give equal bytes.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NOTES
        for kind, (layer, geometry) in LAYERS.items():
            notes = [note for note in meeting.notes if note.kind == kind]
            table = pd.DataFrame([_row(note, meeting) for note in notes], columns=list(_COLUMNS)).astype(
                {name: "int64" if name == "number" else "object" for name in _COLUMNS}
            )
            outlines = [_outline(note) for note in notes]
            pyogrio.write_dataframe(
                gpd.GeoDataFrame(table, geometry=outlines, crs=CRS),
                path,
                layer=layer,
                driver="GPKG",
                append=path.exists(),
                geometry_type=geometry,
                GEOMETRY_NAME="geometry",
                # A few hundred features need none, and an index is a virtual table.
                SPATIAL_INDEX="NO",
            )
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute("UPDATE gpkg_contents SET last_change = ?", (_moment(meeting.changed_at),))
            # What was written over still lies in the pages, the clock's time in it.
            database.execute("VACUUM")
        content = bytearray(path.read_bytes())
    # How often the driver wrote, which is not the same each time, stands twice in the head (SQLite's format, 1.3).
    for at in (24, 92):
        content[at : at + 4] = (1).to_bytes(4, "big")
    return bytes(content)


def with_points(meeting: Meeting, content: bytes, file: str) -> Meeting:
    """Return a meeting from ``meeting.toml`` with the points of its drawn notes.

    Raises
    ------
    MeetingError
        It is no GeoPackage or a damaged one, lacks a layer or a column, is not in EPSG:6668 or holds another kind of
        geometry; or a note stands in one of the two files only, or not alike in both (``meeting_file_apart``).
    """
    points: dict[str, tuple[tuple[float, float], ...]] = {}
    for kind in LAYERS:
        points |= _points(meeting, kind, _table(content, kind, file), file)
    notes = (replace(note, points=points[note.key]) if is_drawn(note) else note for note in meeting.notes)
    return replace(meeting, notes=tuple(notes))


def _row(note: Note, meeting: Meeting) -> dict[str, object]:
    item = meeting.item(note.item)
    told_of = {name: getattr(note, name) for name in _COLUMNS if name != "agenda"}
    return told_of | {"agenda": item.title if item else ""}


def _outline(note: Note) -> shapely.Geometry:
    if note.kind == "pin":
        return shapely.Point(note.points[0])
    if note.kind == "line":
        return shapely.LineString(note.points)
    # The first point again, also where the last one drawn lies on it: reading takes exactly one away.
    return shapely.Polygon([*note.points, note.points[0]])


def _moment(changed_at: str) -> str:
    """Return a time as a GeoPackage writes it."""
    try:
        moment = datetime.fromisoformat(changed_at).astimezone(UTC)
    # None is known, or the first year's or the last's first or last hours.
    except (ValueError, OverflowError):
        return _NO_MOMENT
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _table(content: bytes, kind: str, file: str) -> tuple[pd.DataFrame, Sequence[shapely.Geometry | None]]:
    """Return the rows of a kind's layer and their outlines, of the right columns, CRS and kind of geometry."""
    layer, geometry = LAYERS[kind]
    try:
        parts = read_geopackage(NOTES, content, layer)
    except UploadError as error:
        raise within(error, f"{file}/{NOTES}") from error
    table = parts.table
    if parts.crs != CRS:
        message = f"{NOTES}: layer {layer}: expected {CRS}; found {parts.crs or 'none'}"
        refuse("crs", file, message, layer=layer, expected=CRS, found=parts.crs or "—")
    lacking = next((name for name in _COLUMNS if name not in table.columns), None)
    if lacking is not None:
        message = f"{NOTES}: layer {layer}: column '{lacking}' is missing, or holds bytes"
        refuse("layer", file, message, layer=layer, expected=lacking, found=", ".join(map(str, table.columns)))
    for outline in parts.outlines:
        plain = outline is not None and outline.geom_type == geometry and not outline.has_z
        if not plain or (geometry == "Polygon" and len(outline.interiors) > 0):
            found = "—" if outline is None else outline.geom_type + (" Z" if outline.has_z else "")
            message = f"{NOTES}: layer {layer}: expected a plain {geometry}; found {found}"
            refuse("layer", file, message, layer=layer, expected=geometry, found=found)
    return table, list(parts.outlines)


def _points(
    meeting: Meeting, kind: str, found: tuple[pd.DataFrame, Sequence[shapely.Geometry | None]], file: str
) -> dict[str, tuple[tuple[float, float], ...]]:
    """Return the points of a kind's notes by key; raises MeetingError where the two files do not agree."""
    table, outlines = found
    wanted = {
        note.key: (f"notes[{place}]", _row(note, meeting))
        for place, note in enumerate(meeting.notes, start=1)
        if note.kind == kind
    }
    points: dict[str, tuple[tuple[float, float], ...]] = {}
    for row, outline in zip(table[list(_COLUMNS)].to_dict("records"), outlines, strict=True):
        where, note = wanted.get(row["key"], ("", {})) if isinstance(row["key"], str) else ("", {})
        if not note or row["key"] in points:
            message = f"{NOTES}: layer {LAYERS[kind][0]}: a feature belongs to no note, or to one that has another"
            refuse("apart", file, message, where=LAYERS[kind][0], field="key", expected="—", found=row["key"])
        for name in _COLUMNS:
            value = _value(row[name])
            if value != note[name]:
                message = f"{where}: {name}: meeting.toml has '{shown(note[name])}', {NOTES} '{shown(value)}'"
                refuse("apart", file, message, where=where, field=name, expected=note[name], found=value)
        points[row["key"]] = _coordinates(outline, kind)
    without = next((key for key in wanted if key not in points), None)
    if without is not None:
        message = f"{wanted[without][0]}: there is no feature in {NOTES} for it"
        refuse("apart", file, message, where=wanted[without][0], field="key", expected=without, found="—")
    return points


def _value(value: object) -> object:
    """Return a cell; some programs write nothing where there was empty text."""
    is_nothing = value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))
    return "" if is_nothing else value


def _coordinates(outline: shapely.Geometry | None, kind: str) -> tuple[tuple[float, float], ...]:
    found = tuple((float(x), float(y)) for x, y in shapely.get_coordinates(outline))
    return found[:-1] if kind == "area" else found
