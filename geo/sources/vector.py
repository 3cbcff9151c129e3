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
from geo.sources.encodings import BYTES, encodings, seen, uncut
from geo.sources.jpgis import SRS_NAMES, read_jpgis
from geo.sources.reading import SourceError

_DRIVERS = {
    ".shp": "ESRI Shapefile",
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".gpkg": "GPKG",
    ".gml": "JPGIS (GML)",
    ".xml": "JPGIS (GML)",
}
# The name before the path leaves the file to one driver: several others would take a file for theirs by its content,
# among them the virtual ones (VRT, GDALG) that name further files to read. A Shapefile has no such prefix: its first
# bytes are looked at instead, which no other driver knows.
_PREFIXES = {".geojson": "GeoJSON:", ".json": "GeoJSON:", ".gpkg": "GPKG:"}
_SHAPEFILE_MAGIC = b"\x00\x00\x27\x0a"
# JGD2000 and JGD2011 differ by the earthquakes' movement: metres in the north-east, else centimetres. Tokyo's datum
# (EPSG:4301) lies 400 m off and is refused.
GEOGRAPHIC = ("EPSG:6668", "EPSG:4612")


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
        Of a Shapefile's attributes; '' takes what its .cpg says, then tries UTF-8, then CP932.

    Returns
    -------
    ``(table, repaired)``: the wanted columns as text ('' where null) and valid outlines in EPSG:6668, in the file's
    order; how many outlines were not valid and were repaired (``shapely.make_valid``, structure method), or left out
    because they hold no area.

    Raises
    ------
    SourceError
        No such driver, not readable, no rows, a column missing, CRS missing or not allowed, an outline missing.
    """
    suffix = PurePosixPath(member).suffix.lower()
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
    # A ring that runs to and fro on itself holds no area: repaired, nothing is left.
    stays = ~shapely.is_empty(outlines)
    result = gpd.GeoDataFrame(table[stays].reset_index(drop=True), geometry=outlines[stays], crs=given)
    return result.to_crs(STORAGE_CRS), int(broken.sum())


def read_attributes(
    source: Source, member: str, *, columns: Mapping[str, Sequence[str]], encoding: str = ""
) -> pd.DataFrame:
    """Read a Shapefile's attributes without its outlines: a tile of 640,000 cells is tens of megabytes then.

    Returns
    -------
    The wanted columns as text, '' where null, in the file's order.

    Raises
    ------
    SourceError
        Not a .shp or .dbf, not readable, no rows, a column missing.
    """
    table = member if member.lower().endswith(".dbf") else f"{member[:-4]}.dbf"
    beside = {name.lower(): name for name in source.names()}
    if PurePosixPath(member).suffix.lower() not in (".shp", ".dbf") or table.lower() not in beside:
        raise _refuse(source, member, expected="a Shapefile with its .dbf", found="none")
    with tempfile.TemporaryDirectory(prefix="meguri-") as name:
        path = source.extract(beside[table.lower()], Path(name))
        page = beside.get(f"{table[:-4]}.cpg".lower())
        says = source.read(page).decode("ascii", "replace") if page else ""
        raw = _decoded(source, member, path, encodings(encoding, says), reads_outlines=False)
    if not len(raw):
        raise _refuse(source, member, expected="at least one row", found="none")
    return pd.DataFrame({wanted: _column(raw, names, source, member) for wanted, names in columns.items()})


def fields_of(source: Source, member: str) -> tuple[tuple[str, ...], str]:
    """Return a layer's field names and its kind of outline ('Polygon', 'Point' ...; '' in a JPGIS document).

    Raises
    ------
    SourceError
        As :func:`read_vector`.
    """
    suffix = PurePosixPath(member).suffix.lower()
    with tempfile.TemporaryDirectory(prefix="meguri-") as name:
        path = _extract(source, member, suffix, Path(name))
        try:
            if suffix in (".gml", ".xml"):
                return tuple(read_jpgis(path).table.columns), ""
            info = pyogrio.read_info(f"{_PREFIXES.get(suffix, '')}{path}", force_total_bounds=False)
        except (ValueError, pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
            raise _unreadable(source, member, suffix, error) from error
    return tuple(map(str, info["fields"])), str(info["geometry_type"] or "")


def one_format(source: Source, members: Sequence[str]) -> list[str]:
    """Return each layer once where a download has it in several formats: Shapefile, else GeoJSON, else JPGIS.

    Layers are the same where folder and stem are; a JPGIS document counts only where its folder has no other format,
    for its stem may differ.
    """
    layers: dict[tuple[str, str], dict[str, str]] = {}
    for member in sorted(members):
        path = PurePosixPath(member)
        layers.setdefault((str(path.parent), path.stem.lower()), {})[path.suffix.lower()] = member
    order = (".shp", ".gpkg", ".geojson", ".json")
    plain = {key: next(found[s] for s in order if s in found) for key, found in layers.items() if set(found) & {*order}}
    folders = {folder for folder, _ in plain}
    documents = [
        found[suffix]
        for (folder, _), found in layers.items()
        for suffix in (".gml", ".xml")
        if suffix in found and folder not in folders
    ]
    return sorted([*plain.values(), *documents])


def _extract(source: Source, member: str, suffix: str, folder: Path) -> Path:
    """Write the member into ``folder`` and see that it is of the kind that its suffix says."""
    if suffix not in _DRIVERS:
        raise _refuse(source, member, expected=f"one of {', '.join(sorted(_DRIVERS))}", found=suffix or "no suffix")
    path = source.extract(member, folder)
    if suffix == ".shp":
        with path.open("rb") as handle:
            head = handle.read(4)
        if head != _SHAPEFILE_MAGIC:
            raise _refuse(source, member, expected="a Shapefile", found=f"a file that begins with {head!r}")
    return path


def _read_raw(source: Source, member: str, suffix: str, encoding: str) -> gpd.GeoDataFrame:
    """Read with the reader that the suffix stands for and no other."""
    with tempfile.TemporaryDirectory(prefix="meguri-") as name:
        path = _extract(source, member, suffix, Path(name))
        if suffix in (".gml", ".xml"):
            try:
                document = read_jpgis(path)
            except ValueError as error:
                raise _unreadable(source, member, suffix, error) from error
            has_outline = ~shapely.is_missing(document.outlines)
            if document.srs_name and document.srs_name not in SRS_NAMES:
                raise _refuse(source, member, expected=f"CRS {', '.join(SRS_NAMES)}", found=document.srs_name)
            crs = SRS_NAMES.get(document.srs_name)
            table = document.table[has_outline].reset_index(drop=True)
            return gpd.GeoDataFrame(table, geometry=document.outlines[has_outline], crs=crs)
        cpg = path.with_suffix(".cpg")
        says = cpg.read_text("ascii", "replace") if cpg.is_file() else ""
        tries = encodings(encoding, says) if suffix == ".shp" else [""]
        return _decoded(source, member, path, tries, reads_outlines=True)


def _decoded(source: Source, member: str, path: Path, tries: Sequence[str], *, reads_outlines: bool) -> pd.DataFrame:
    """Read with the first encoding in which all of the text makes sense."""
    suffix = path.suffix.lower()
    problem: Exception | None = None
    attributes = path.with_suffix(".dbf")
    bytes_are = seen(attributes) if len(tries) > 1 and attributes.is_file() else ""
    if bytes_are == "cut":
        tries = [BYTES]
    elif bytes_are == "other":
        # Spares reading all of it in vain.
        tries = [one for one in tries if one not in ("utf-8", "utf8")]
    for tried in tries:
        try:
            table: pd.DataFrame = pyogrio.read_dataframe(
                f"{_PREFIXES.get(suffix, '')}{path}",
                read_geometry=reads_outlines,
                use_arrow=False,
                **({"encoding": tried} if tried else {}),
            )
            return _uncut(table) if bytes_are == "cut" else table
        except (ValueError, pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
            problem = error
    raise _unreadable(source, member, suffix, problem) from problem


def _uncut(table: pd.DataFrame) -> pd.DataFrame:
    whole = table.copy()
    for name in whole.columns:
        if pd.api.types.is_string_dtype(whole[name]):
            whole[name] = [text if pd.isna(text) else uncut(text) for text in whole[name]]
    return whole.rename(columns={name: uncut(str(name)) for name in whole.columns if name != "geometry"})


def _unreadable(source: Source, member: str, suffix: str, problem: Exception | None) -> SourceError:
    """Return the refusal; the path of the temporary copy is no help to anybody."""
    words = " ".join(word for word in str(problem).split() if "meguri-" not in word)
    return _refuse(source, member, expected=f"a {_DRIVERS.get(suffix, 'Shapefile')} file", found=words or "damaged")


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
    raw: pd.DataFrame, names: Sequence[str], source: Source, member: str, *, is_needed: bool = True
) -> pd.Series:
    known = {str(column).lower(): column for column in raw.columns}
    for name in names:
        if name.lower() in known:
            column = raw[known[name.lower()]]
            if pd.api.types.is_float_dtype(column):
                column = pd.Series(["" if pd.isna(value) else f"{value:.15g}" for value in column], index=raw.index)
            text: pd.Series = column.astype("str").fillna("").str.strip()
            return text
    if is_needed:
        raise _refuse(
            source,
            member,
            expected=f"a field {' or '.join(names)}",
            found=", ".join(str(column) for column in raw.columns if column != "geometry") or "no field",
        )
    return pd.Series([""] * len(raw), index=raw.index, dtype="str")


def _refuse(source: Source, member: str, *, expected: str, found: str, row: int | str = "") -> SourceError:
    return SourceError.of(
        source.label,
        layer=member,
        row=row,
        expected=expected,
        found=found,
        remedy="Download the product again, or another edition of it.",
    )
