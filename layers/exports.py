"""Tables and map layers as files to take away: GeoPackage, GeoJSON, CSV; same input, same bytes."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import tempfile
import zipfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from geo.dataset import Dataset
from geo.errors import InputError
from layers.messages import text

# A file must not differ because it was made later: GeoPackage stores when it was written, so the moment is
# fixed.
_FIXED_MOMENT = "2020-01-01T00:00:00.000Z"
_FIXED_ZIP_DATE = (2020, 1, 1, 0, 0, 0)
_SOURCES_TABLE = "meguri_sources"
# GDAL's options belong to the whole process; one file is written at a time.
_gdal_options = Lock()
# What a spreadsheet takes for the start of a formula (OWASP, CSV Injection), full-width signs included.
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# A figure of an estimate tells no more than this; whole numbers are never rounded, so that they still add up.
_SIGNIFICANT_DIGITS = 6
# All that a float holds for certain.
_ALL_DIGITS = 15
# What floats leave over where two amounts cancel out: absolute, and as a share of the column's largest.
_LEFT_OVER, _LEFT_OVER_SHARE = 1e-9, 1e-12
_LAYER_KEY = re.compile(r"[a-z][a-z0-9_]{0,62}")


@dataclass(frozen=True)
class SourceLine:
    """Where figures come from, in one language: what a reader needs to cite them."""

    title: str
    source: str
    year: str
    licence: str
    attribution: str


@dataclass(frozen=True)
class ExportLayer:
    """One map layer as a table: ``key`` names it in files; ``units`` tells column -> unit; any CRS."""

    key: str
    title: str
    table: gpd.GeoDataFrame
    sources: tuple[SourceLine, ...] = ()
    units: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Download:
    """A file to take away."""

    name: str
    mime: str
    data: bytes


def source_lines(dataset: Dataset, keys: Iterable[str], lang: str) -> tuple[SourceLine, ...]:
    """Return the sources of the dataset's layers ``keys``, in its order; keys it lacks are left out."""
    wanted = set(keys)
    return tuple(
        SourceLine(
            title=info.title_ja if lang == "ja" else info.title_en,
            source=info.source,
            year=info.year,
            licence=info.licence,
            attribution=info.attribution,
        )
        for info in dataset.layers
        if info.key in wanted
    )


def per_year(unit: str, lang: str) -> str:
    """Return the unit of an annual amount: 'm³' -> 'm³/年' or 'm³/yr'."""
    return text("export.per_year", lang, unit=unit)


def geopackage(layers: Sequence[ExportLayer], *, stem: str) -> Download:
    """Return a GeoPackage with one layer per map layer and the table ``meguri_sources``.

    The table has one row per layer, column and source: ``layer, title, column, unit, source_title, source,
    year, licence, attribution``. Geometry keeps the layer's CRS.

    Raises
    ------
    InputError
        No layer is given, a key is not usable as a layer name or appears twice, or a layer has no CRS.
    """
    _check(layers)
    with tempfile.TemporaryDirectory() as folder, _gdal_options:
        path = Path(folder) / "layers.gpkg"
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _FIXED_MOMENT})
        try:
            for layer in layers:
                table = _plain(layer.table)
                pyogrio.write_dataframe(
                    table,
                    path,
                    layer=layer.key,
                    driver="GPKG",
                    append=path.exists(),
                    IDENTIFIER=f"{layer.title} [{layer.key}]",
                )
            sources = pd.DataFrame(_source_rows(layers))
            pyogrio.write_dataframe(sources, path, layer=_SOURCES_TABLE, driver="GPKG", append=True)
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
        return Download(f"{stem}.gpkg", "application/geopackage+sqlite3", path.read_bytes())


def geojson(layers: Sequence[ExportLayer], *, stem: str) -> Download:
    """Return the layers as GeoJSON after RFC 7946 (WGS 84 longitude, latitude); several come in one zip.

    Each collection carries the foreign members ``title``, ``units`` and ``sources``. Raises InputError as
    :func:`geopackage` does.
    """
    _check(layers)
    files = [(f"{layer.key}.geojson", _collection(layer)) for layer in layers]
    if len(files) == 1:
        return Download(f"{stem}.geojson", "application/geo+json", files[0][1])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            entry = zipfile.ZipInfo(name, date_time=_FIXED_ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return Download(f"{stem}.zip", "application/zip", buffer.getvalue())


def csv_table(
    table: pd.DataFrame,
    *,
    stem: str,
    header: Mapping[str, str],
    constants: Mapping[str, str] | None = None,
    exact: Collection[str] = (),
) -> Download:
    """Return a table as CSV that opens in a Japanese Excel by double click: UTF-8 with BOM, CRLF.

    One header row and nothing but rows below it, so that sorting, filtering and other programs work; what
    holds for every row (years, sources) stands in columns of its own at the end.

    Parameters
    ----------
    table
        Geometry columns are left out; missing values become empty cells. Numbers are written as plain decimals,
        never with an exponent: six significant digits, whole numbers in full; what floats leave over is 0.
    header
        Column -> its title with unit, in the user's language, in the order wanted. Only these columns are
        written.
    constants
        Title -> text that every row repeats.
    exact
        Columns that are measures of place, not estimates: coordinates keep all their digits.

    Notes
    -----
    Text is quoted and numbers are not, so a code such as ``01100`` is told from a number. Text that a
    spreadsheet would run as a formula gets an apostrophe before it.
    """
    missing = [name for name in header if name not in table.columns]
    if missing:
        message = f"the table lacks the columns {', '.join(missing)} that the CSV's header names"
        raise InputError(message, key="export_columns", columns=", ".join(missing))
    constants = constants or {}
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([_guarded(title) for title in (*header.values(), *constants)])
    fixed = [_guarded(value) for value in constants.values()]
    columns = [_cells(table[name].tolist(), _ALL_DIGITS if name in exact else _SIGNIFICANT_DIGITS) for name in header]
    for row in zip(*columns, strict=True):
        writer.writerow([*row, *fixed])
    return Download(f"{stem}.csv", "text/csv", buffer.getvalue().encode("utf-8-sig"))


def plain_number(value: float, digits: int = _SIGNIFICANT_DIGITS) -> str:
    """Write a finite number as a plain decimal with ``digits`` significant digits, a whole number in full."""
    if abs(value) < _LEFT_OVER:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    words = f"{value:.{decimals}f}"
    return words.rstrip("0").rstrip(".") if decimals else words


class _Number(float):
    """A float that the csv module writes as :func:`plain_number` and without quotes."""

    digits: int

    def __new__(cls, value: float, digits: int) -> _Number:
        number = super().__new__(cls, value)
        number.digits = digits
        return number

    def __repr__(self) -> str:
        return plain_number(float(self), self.digits)

    __str__ = __repr__


def _cells(values: Sequence[object], digits: int) -> list[object]:
    """Return a column as the csv module should get it."""
    numbers = (abs(value) for value in values if isinstance(value, float) and math.isfinite(value))
    left_over = _LEFT_OVER_SHARE * max(numbers, default=0.0)
    return [_cell(value, left_over, digits) for value in values]


def _cell(value: object, left_over: float, digits: int) -> object:
    """Return a value as the csv module should get it: None is an empty cell, text is guarded."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return _Number(value if abs(value) >= left_over else 0.0, digits)
    return None if value is None or value is pd.NA else _guarded(str(value))


def _guarded(words: str) -> str:
    return f"'{words}" if words.startswith(_FORMULA_START) else words


def _check(layers: Sequence[ExportLayer]) -> None:
    if not layers:
        raise InputError("there is no layer to export: switch one on", key="export_empty")
    keys = [layer.key for layer in layers]
    for layer in layers:
        if not _LAYER_KEY.fullmatch(layer.key) or keys.count(layer.key) > 1 or layer.key == _SOURCES_TABLE:
            message = f"layer key '{layer.key}' cannot name a layer of a file: use a-z, 0-9, _ and each key once"
            raise InputError(message, key="export_key", layer=layer.key)
        if layer.table.crs is None:
            message = f"layer '{layer.key}' has no coordinate system, so its place on the ground is unknown"
            raise InputError(message, key="export_crs", layer=layer.key)


def _plain(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the table with its index as columns, ``geometry`` so named, and only cells files can hold."""
    if table.geometry.name != "geometry":
        table = table.rename_geometry("geometry")
    named = [name for name in table.index.names if name is not None and name not in table.columns]
    table = table.reset_index(drop=not named)
    simple = {
        name: table[name].map(lambda value: value if value is None else str(value))
        for name in table.columns
        if name != "geometry" and table[name].dtype == object
    }
    return gpd.GeoDataFrame(table.assign(**simple), geometry="geometry", crs=table.crs)


def _collection(layer: ExportLayer) -> bytes:
    """Return one layer as an RFC 7946 FeatureCollection, its sources as foreign members."""
    table = _plain(layer.table)
    if not table.crs.equals("EPSG:4326"):
        table = table.to_crs("EPSG:4326")
    table = table.set_geometry(shapely.orient_polygons(table.geometry.to_numpy()), crs="EPSG:4326")
    buffer = io.BytesIO()
    pyogrio.write_dataframe(table, buffer, driver="GeoJSON", layer=layer.key, RFC7946="YES", COORDINATE_PRECISION=6)
    written = json.loads(buffer.getvalue())
    collection = {
        "type": "FeatureCollection",
        "name": layer.key,
        "title": layer.title,
        "units": dict(layer.units or {}),
        "sources": [asdict(source) for source in layer.sources],
        "features": written["features"],
    }
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")


def _source_rows(layers: Sequence[ExportLayer]) -> list[dict[str, str]]:
    rows = []
    for layer in layers:
        units: list[tuple[str, str]] = sorted((layer.units or {}).items()) or [("", "")]
        sources = layer.sources or (SourceLine("", "", "", "", ""),)
        rows += [
            {
                "layer": layer.key,
                "title": layer.title,
                "column": column,
                "unit": unit,
                "source_title": source.title,
                "source": source.source,
                "year": source.year,
                "licence": source.licence,
                "attribution": source.attribution,
            }
            for column, unit in units
            for source in sources
        ]
    return rows
