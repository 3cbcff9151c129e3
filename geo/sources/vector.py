"""Outlines out of a download: read by a named driver, field names told apart by vintage, CRS and validity checked."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyproj import CRS

from geo.dataset import STORAGE_CRS
from geo.fragments import polygon_parts
from geo.sources.archive import Source
from geo.sources.reading import SourceError

_DRIVERS = {
    ".shp": "ESRI Shapefile",
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".gpkg": "GPKG",
    ".gml": "GML",
    ".xml": "GML",
}
# JGD2000 and JGD2011 differ by the earthquakes' movement: metres in the north-east, else centimetres. Tokyo's datum
# (EPSG:4301) lies 400 m off and is refused.
GEOGRAPHIC = ("EPSG:6668", "EPSG:4612")
_ENCODINGS = ("cp932", "utf-8")


def read_vector(
    source: Source,
    member: str,
    *,
    columns: Mapping[str, Sequence[str]],
    optional: Mapping[str, Sequence[str]] | None = None,
    allowed_crs: Sequence[str] = GEOGRAPHIC,
    declared_crs: str = "",
    encoding: str = "",
) -> tuple[gpd.GeoDataFrame, int]:
    """Read one layer.

    Parameters
    ----------
    source, member
        The download and the member's name in it.
    columns, optional
        Name wanted -> names it may have in the file (letter case aside), the first that is there counts. One of
        ``columns`` that is missing is an error, one of ``optional`` becomes a column of ''.
    allowed_crs
        What the file may be in; anything else is refused.
    declared_crs
        CRS by the product's specification, for files that cannot say theirs (GeoJSON without ``crs``, G04 without
        .prj); '' refuses them.
    encoding
        Of the attributes; '' takes a Shapefile's .cpg, else tries CP932, then UTF-8.

    Returns
    -------
    ``(table, repaired)``: the wanted columns as text ('' where null) and valid outlines in EPSG:6668, in the file's
    order; how many outlines were not valid and were repaired (``shapely.make_valid``, structure method).

    Raises
    ------
    SourceError
        No such driver, not readable, no rows, a column missing, CRS missing or not allowed, an outline missing.
    """
    suffix = PurePosixPath(member).suffix.lower()
    if suffix not in _DRIVERS:
        raise _refuse(source, member, expected=f"one of {', '.join(sorted(_DRIVERS))}", found=suffix or "no suffix")
    raw = _read_raw(source, member, suffix, encoding)
    if not len(raw):
        raise _refuse(source, member, expected="at least one row", found="none")
    given = _crs(raw, source, member, suffix, declared_crs, allowed_crs)
    table = pd.DataFrame({name: _column(raw, names, source, member) for name, names in columns.items()})
    for name, names in (optional or {}).items():
        table[name] = _column(raw, names, source, member, is_needed=False)
    outlines = shapely.force_2d(raw.geometry.to_numpy())
    missing = np.flatnonzero(shapely.is_missing(outlines) | shapely.is_empty(outlines))
    if len(missing):
        raise _refuse(source, member, row=int(missing[0]) + 1, expected="an outline", found="none")
    broken = ~shapely.is_valid(outlines)
    if broken.any():
        repaired = shapely.make_valid(outlines[broken], method="structure", keep_collapsed=False)
        is_area = shapely.get_dimensions(outlines[broken]) == 2
        outlines[broken] = np.where(is_area, polygon_parts(repaired), repaired)
    result = gpd.GeoDataFrame(table, geometry=outlines, crs=given).to_crs(STORAGE_CRS)
    return result, int(broken.sum())


def _read_raw(source: Source, member: str, suffix: str, encoding: str) -> gpd.GeoDataFrame:
    """Read with the driver that the suffix stands for and no other."""
    with tempfile.TemporaryDirectory(prefix="meguri-") as name:
        path = source.extract(member, Path(name))
        has_cpg = path.with_suffix(".cpg").is_file()
        tries: Sequence[str] = [encoding] if encoding else ([""] if suffix != ".shp" or has_cpg else _ENCODINGS)
        problem: Exception | None = None
        for tried in tries:
            try:
                # The driver stands before the path: nothing in the file can ask for another one.
                return gpd.read_file(
                    f"{_DRIVERS[suffix]}:{path}" if suffix in (".gml", ".xml") else path,
                    engine="pyogrio",
                    **({"encoding": tried} if tried else {}),
                )
            except (
                UnicodeDecodeError,
                pyogrio.errors.DataSourceError,
                pyogrio.errors.DataLayerError,
                ValueError,
            ) as error:
                problem = error
    raise _refuse(
        source, member, expected=f"a {_DRIVERS[suffix]} file", found=" ".join(str(problem).split())
    ) from problem


def _crs(raw: gpd.GeoDataFrame, source: Source, member: str, suffix: str, declared: str, allowed: Sequence[str]) -> CRS:
    """Return the file's CRS, or the declared one where the format cannot say it."""
    # GeoJSON without a ``crs`` member is read as WGS 84 whatever it is.
    silent = raw.crs is None or (suffix in (".json", ".geojson") and raw.crs.equals("EPSG:4326"))
    found = CRS.from_user_input(declared) if silent and declared else raw.crs
    if found is None:
        raise _refuse(source, member, expected=f"a CRS, one of {', '.join(allowed)}", found="none (no .prj)")
    for one in allowed:
        if CRS.from_user_input(found).equals(CRS.from_user_input(one), ignore_axis_order=True) or _same_datum(
            found, one
        ):
            return CRS.from_user_input(one)
    raise _refuse(source, member, expected=f"CRS {' or '.join(allowed)}", found=CRS.from_user_input(found).name)


def _same_datum(found: CRS, wanted: str) -> bool:
    """Tell whether a CRS is the wanted one in another's words (a .prj by ESRI: 'GCS_JGD_2011')."""
    matched = CRS.from_user_input(found).to_epsg(min_confidence=70)
    return matched is not None and f"EPSG:{matched}" == wanted


def _column(
    raw: gpd.GeoDataFrame, names: Sequence[str], source: Source, member: str, *, is_needed: bool = True
) -> pd.Series:
    known = {str(column).lower(): column for column in raw.columns}
    for name in names:
        if name.lower() in known:
            column = raw[known[name.lower()]]
            if pd.api.types.is_float_dtype(column):
                return column.map(lambda value: "" if pd.isna(value) else f"{value:.15g}").astype(str)
            return column.map(lambda value: "" if pd.isna(value) else str(value)).astype(str)
    if is_needed:
        raise _refuse(
            source,
            member,
            expected=f"a field {' or '.join(names)}",
            found=", ".join(str(column) for column in raw.columns if column != "geometry") or "no field",
        )
    return pd.Series([""] * len(raw), index=raw.index)


def _refuse(source: Source, member: str, *, expected: str, found: str, row: int | str = "") -> SourceError:
    return SourceError.of(
        source.label,
        layer=member,
        row=row,
        expected=expected,
        found=found,
        remedy="Download the product again, or another edition of it.",
    )
