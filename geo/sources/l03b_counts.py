"""Cells of L03-b -> how many of each class lie in every third mesh, one file at a time and never all rows at once."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyogrio
import rasterio
from numpy.typing import NDArray
from pyproj import CRS

from geo.sources.l03b_codes import CLASSES, RASTER, RASTER_OUTSIDE, Edition
from geo.sources.reading import SourceError

# Primary mesh -> (6400, classes) cells of each third mesh, ordered by second mesh row, column, third mesh row, column.
Counts = dict[int, NDArray[np.int64]]

THIRD_MESHES = 6400
CELLS_OF_THIRD_MESH = 100
# The last of each: what a table's ten bytes leave of the name in UTF-8.
_MESH_FIELDS = ("L03b_001", "メッシュ", "メッシュコード", "メッシ")
_CLASS_FIELDS = ("L03b_002", "土地利用種", "土地利用種別", "土地利")
_MESH_CODE = r"^(3\d|[45]\d|6[0-8])[2-5]\d[0-7]{2}\d{4}$"
_ROWS_AT_ONCE = 65_536
_RASTER_SIZE = 800
_DBASE = b"\x03"
_REMEDY = "Download this tile again, or another edition of it."


def count_rows(path: Path, file: str, layer: str, edition: Edition, encodings: Sequence[str]) -> Counts:
    """Count the rows of a DBF or GeoJSON.

    Parameters
    ----------
    path
        The file, suffix .dbf or .geojson.
    file, layer
        What refusals call it.
    edition
        Says what the codes mean.
    encodings
        Of the field names, tried in turn.

    Raises
    ------
    SourceError
        Not of this format, a field missing, a mesh code or a class code that is none.
    """
    _check_head(path, file, layer)
    named = _named(path)
    try:
        mesh_field, class_field, encoding = _fields(named, file, layer, encodings)
        with pyogrio.raw.open_arrow(
            named,
            columns=[mesh_field, class_field],
            read_geometry=False,
            encoding=encoding,
            batch_size=_ROWS_AT_ONCE,
            use_pyarrow=True,
        ) as (_, batches):
            return _sum_batches(batches, (mesh_field, class_field), file, layer, edition)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pa.ArrowInvalid, UnicodeError) as error:
        raise _refuse(file, layer, expected="a table of cells", found=" ".join(str(error).split())) from error


def count_pixels(path: Path, file: str, layer: str, primary: int) -> tuple[Counts, int]:
    """Count the pixels of the raster edition (L03-b_r): 800 × 800, north row first.

    Parameters
    ----------
    primary
        Primary mesh that the name tells: it says where the raster lies.

    Returns
    -------
    ``(counts, outside)``: pixels outside the surveyed land (0) are in no count.

    Raises
    ------
    SourceError
        Not such a TIFF, one that says it lies elsewhere, or a value that is no class.
    """
    try:
        with warnings.catch_warnings():
            # Most tiles do not say where they lie; their name does.
            warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
            raster = rasterio.open(path, driver="GTiff")
        with raster:
            shape = (raster.count, raster.height, raster.width, raster.dtypes[0])
            if shape != (1, _RASTER_SIZE, _RASTER_SIZE, "uint8"):
                raise _refuse(
                    file,
                    layer,
                    expected="one band of 800 × 800 values of 8 bit",
                    found=f"{shape[0]} band(s) of {shape[1]} × {shape[2]} values, {shape[3]}",
                )
            _check_place(raster.transform, raster.crs, file, layer, primary)
            values = raster.read(1)
    except rasterio.errors.RasterioError as error:
        raise _refuse(file, layer, expected="a TIFF", found=" ".join(str(error).split())) from error
    table = np.full(256, -1, dtype=np.int64)
    table[list(RASTER)] = [CLASSES.index(name) for name in RASTER.values()]
    classes = table[values]
    wrong = np.argwhere((classes < 0) & (values != RASTER_OUTSIDE))
    if len(wrong):
        row, column = wrong[0]
        raise _refuse(
            file,
            layer,
            row=int(row) + 1,
            expected=f"values {', '.join(map(str, RASTER))} or {RASTER_OUTSIDE}",
            found=f"{values[row, column]} in column {column + 1}",
        )
    north, west = np.divmod(np.arange(values.size).reshape(values.shape), _RASTER_SIZE)
    south = _RASTER_SIZE - 1 - north
    third = (south // 100 * 8 + west // 100) * 100 + south // 10 % 10 * 10 + west // 10 % 10
    inside = values != RASTER_OUTSIDE
    counts = np.bincount((third * len(CLASSES) + classes)[inside], minlength=THIRD_MESHES * len(CLASSES))
    return {primary: counts.reshape(THIRD_MESHES, len(CLASSES))}, int((~inside).sum())


def third_mesh_codes(primary: int) -> NDArray[np.str_]:
    """Return the (6400,) codes of a primary mesh's third meshes, in the counts' order."""
    second, third = np.divmod(np.arange(THIRD_MESHES), 100)
    return np.asarray(primary * 10_000 + (second // 8 * 10 + second % 8) * 100 + third).astype(np.str_)


def _named(path: Path) -> str:
    """Leave a GeoJSON to its own driver; a DBF has no such prefix and was looked at instead."""
    return str(path) if path.suffix.lower() == ".dbf" else f"GeoJSON:{path}"


def _check_head(path: Path, file: str, layer: str) -> None:
    """See that the file is of the kind that its suffix says: other drivers would take it by its content."""
    with path.open("rb") as handle:
        head = handle.read(4096)
    if path.suffix.lower() == ".dbf":
        if not head.startswith(_DBASE):
            raise _refuse(file, layer, expected="a dBASE III table", found="something else")
    elif not (head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") and b"FeatureCollection" in head):
        raise _refuse(file, layer, expected="a GeoJSON feature collection", found="something else")


def _fields(named: str, file: str, layer: str, encodings: Sequence[str]) -> tuple[str, str, str]:
    names: list[str] = []
    for encoding in encodings:
        try:
            names = [str(name) for name in pyogrio.read_info(named, encoding=encoding)["fields"]]
        except UnicodeDecodeError:
            continue
        lower = {name.lower(): name for name in names}
        mesh = next((lower[name.lower()] for name in _MESH_FIELDS if name.lower() in lower), "")
        land_use = next((lower[name.lower()] for name in _CLASS_FIELDS if name.lower() in lower), "")
        if mesh and land_use:
            return mesh, land_use, encoding
    raise _refuse(
        file,
        layer,
        expected=f"the fields {' or '.join(_MESH_FIELDS)}, and {' or '.join(_CLASS_FIELDS)}",
        found=", ".join(names) or "no readable field name",
    )


def _sum_batches(
    batches: pa.RecordBatchReader, fields: tuple[str, str], file: str, layer: str, edition: Edition
) -> Counts:
    total: Counts = {}
    before = 0
    for batch in batches:
        meshes = _as_text(batch.column(fields[0]))
        is_code = pc.fill_null(pc.match_substring_regex(meshes, _MESH_CODE), False).to_numpy(zero_copy_only=False)
        if not is_code.all():
            row = int(np.flatnonzero(~is_code)[0])
            raise _refuse(
                file,
                layer,
                row=before + row + 1,
                expected="a mesh code of ten digits",
                found=f"'{meshes[row].as_py() or ''}'",
            )
        cell = pc.cast(meshes, pa.int64()).to_numpy(zero_copy_only=False)
        classes = _classes(_as_text(batch.column(fields[1])), file, layer, before, edition)
        second, third = cell // 10_000 % 100, cell // 100 % 100
        index = ((second // 10 * 8 + second % 10) * 100 + third) * len(CLASSES) + classes
        primaries = cell // 1_000_000
        for primary in np.unique(primaries).tolist():
            part = np.bincount(index[primaries == primary], minlength=THIRD_MESHES * len(CLASSES))
            known = total.setdefault(primary, np.zeros((THIRD_MESHES, len(CLASSES)), dtype=np.int64))
            known += part.reshape(THIRD_MESHES, len(CLASSES))
        before += len(batch)
    return total


def _as_text(column: pa.Array) -> pa.Array:
    if pa.types.is_floating(column.type):
        column = pc.cast(column, pa.int64())
    return pc.utf8_trim_whitespace(pc.cast(column, pa.string()))


def _classes(codes: pa.Array, file: str, layer: str, before: int, edition: Edition) -> NDArray[np.int64]:
    """Number of each row's class; a table that was through a spreadsheet has lost its leading zeros."""
    encoded = pc.dictionary_encode(pc.fill_null(codes, ""))
    known = edition.codes or {}
    numbers = []
    for code in encoded.dictionary.to_pylist():
        name = known.get(code.upper().zfill(edition.width) if code else "")
        numbers.append(CLASSES.index(name) if name else -1)
    classes: NDArray[np.int64] = np.array(numbers, dtype=np.int64)[encoded.indices.to_numpy(zero_copy_only=False)]
    wrong = np.flatnonzero(classes < 0)
    if len(wrong):
        raise _refuse(
            file,
            layer,
            row=before + int(wrong[0]) + 1,
            expected=f"a code of {edition.list_name} ({edition.year}): {', '.join(known)}",
            found=f"'{codes[int(wrong[0])].as_py() or ''}'",
        )
    return classes


def _check_place(transform: rasterio.Affine, crs: rasterio.crs.CRS | None, file: str, layer: str, primary: int) -> None:
    """Refuse a raster that says it lies elsewhere than its name, or on another datum; most say nothing."""
    if crs is not None and not is_jgd(CRS.from_wkt(crs.to_wkt())):
        raise _refuse(file, layer, expected="JGD2000 or JGD2011", found=CRS.from_wkt(crs.to_wkt()).name)
    if transform.is_identity:
        return
    wanted = (100 + primary % 100, (primary // 100 + 1) / 1.5, 1 / 800, -1 / 1200)
    found = (transform.c, transform.f, transform.a, transform.e)
    tolerance = (1e-5, 1e-5, 1e-8, 1e-8)
    is_straight = transform.b == 0 and transform.d == 0
    if not is_straight or any(abs(a - b) > c for a, b, c in zip(wanted, found, tolerance, strict=True)):
        raise _refuse(
            file,
            layer,
            expected=f"the place of primary mesh {primary}: west {wanted[0]}, north {wanted[1]:.5f}",
            found=f"west {found[0]:.5f}, north {found[1]:.5f}, steps {found[2]:.7f} and {found[3]:.7f}",
        )


def is_jgd(crs: CRS) -> bool:
    """Tell whether a CRS is geographic on JGD2000 or JGD2011, whoever worded it."""
    datum = "" if crs.datum is None else crs.datum.name.replace("_", " ").upper()
    return bool(crs.is_geographic) and any(
        name in f"{datum} {crs.name.upper()}" for name in ("JGD", "JAPANESE GEODETIC DATUM")
    )


def geojson_crs(path: Path, file: str, layer: str) -> str:
    """Return the CRS that a GeoJSON tells; '' where it has none and is taken for WGS 84."""
    _check_head(path, file, layer)
    try:
        found = str(pyogrio.read_info(_named(path))["crs"] or "")
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError):
        return ""
    return "" if found in ("EPSG:4326", "OGC:CRS84") else found


def _refuse(file: str, layer: str, *, expected: str, found: str, row: int | str = "") -> SourceError:
    return SourceError.of(file, layer=layer, row=row, expected=expected, found=found, remedy=_REMEDY)
