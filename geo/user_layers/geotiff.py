"""GeoTIFF read with the GTiff driver alone; what its own metadata may tell GDAL to open is taken out beforehand.

The GDAL_METADATA tag of a TIFF can name an overview file (domain OVERVIEWS) that GDAL then opens, also over the
network. The tag is read here, refused where it names one, and hidden from GDAL in any case.
"""

from __future__ import annotations

import re
import struct

import numpy as np
import numpy.typing as npt
import rasterio
from affine import Affine
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader, MemoryFile

from geo.user_layers.crs import from_definition
from geo.user_layers.model import MOST_PIXELS, Note, Raster, UploadError
from geo.user_layers.parts import damaged

_EXPECTED = "GeoTIFF"
_GDAL_METADATA = 42112
# A private tag that nobody reads.
_NO_TAG = 65_000
_SUB_IFDS = 330
_TYPE_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_MOST_DIRECTORIES = 64
_MOST_METADATA = 1_000_000
_REFERRING = re.compile(
    rb"domain\s*=\s*[\"']\s*(OVERVIEWS|xml:VRT|SUBDATASETS|ProxyOverviewRequest|GEOLOCATION|DERIVED)|"
    rb"OVERVIEW_FILE|MASK_FILE|X_DATASET|/vsi|VRTDataset|&#",
    re.IGNORECASE,
)
_SCALING = re.compile(rb"<Item name=\"(SCALE|OFFSET)\" sample=\"0\" role=\"\w+\">\s*([-+.\deE]+)\s*</Item>")
_ENVIRONMENT = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_PAM_ENABLED": "NO",
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",
    "GDAL_HTTP_TIMEOUT": "1",
    "GDAL_GEOREF_SOURCES": "INTERNAL",
}
_SAME_SPOT = 1e-9


def read_geotiff(name: str, content: bytes, declared_crs: str) -> tuple[Raster, str, tuple[Note, ...]]:
    """Read the one band of a grid.

    Returns
    -------
    The grid (its ``crs`` is what the file says, else ``declared_crs``, else ''), what the file itself says of the CRS
    ('' where nothing), and notes.

    Raises
    ------
    UploadError
        Cut off, referring to another file, several bands, complex numbers, rotated, not placed, too many pixels.
    """
    safe, scale, offset = without_references(name, content)
    try:
        with (
            rasterio.Env(**_ENVIRONMENT),
            MemoryFile(safe) as memory,
            memory.open(driver="GTiff", sharing=False) as raster,
        ):
            _check(raster, name)
            crs = from_definition(raster.crs.to_wkt(), name) if raster.crs is not None else ""
            values, notes = _values(raster)
            values = values * scale + offset
            transform = raster.transform
    except (RasterioError, ValueError, MemoryError, struct.error) as error:
        if isinstance(error, UploadError):
            raise
        raise damaged(name, _EXPECTED, error) from error
    if transform.e > 0:
        values = values[::-1]
        transform = transform @ Affine(1, 0, 0, 0, -1, values.shape[0])
    return Raster(values=values, transform=transform, crs=crs or declared_crs), crs, notes


def without_references(name: str, content: bytes) -> tuple[bytes, float, float]:
    """Return the TIFF with GDAL's metadata tag made unreadable in every directory, and the scale and offset it told.

    Raises
    ------
    UploadError
        The tag names another file, or the directories lead out of the file.
    """
    buffer = bytearray(content)
    told = {"SCALE": 1.0, "OFFSET": 0.0}
    order = "<" if content[:2] == b"II" else ">"
    is_big = struct.unpack(f"{order}H", content[2:4])[0] == 43
    offset_format, count_format, entry_bytes = ("Q", "Q", 20) if is_big else ("I", "H", 12)
    offset_bytes, count_bytes = struct.calcsize(offset_format), struct.calcsize(count_format)
    first = 8 if is_big else 4
    try:
        waiting = [struct.unpack_from(f"{order}{offset_format}", content, first)[0]]
        seen: set[int] = set()
        while waiting and (start := waiting.pop(0)):
            if start in seen or len(seen) >= _MOST_DIRECTORIES:
                raise damaged(name, _EXPECTED, f"{len(seen)} directories")
            seen.add(start)
            count = struct.unpack_from(f"{order}{count_format}", content, start)[0]
            for number in range(count):
                entry = start + count_bytes + number * entry_bytes
                tag, kind = struct.unpack_from(f"{order}HH", content, entry)
                amount = struct.unpack_from(f"{order}{offset_format}", content, entry + 4)[0]
                size = _TYPE_BYTES.get(kind, 1) * amount
                value = entry + 4 + offset_bytes
                at = value if size <= offset_bytes else struct.unpack_from(f"{order}{offset_format}", content, value)[0]
                if tag == _GDAL_METADATA:
                    text = content[at : at + min(size, _MOST_METADATA)]
                    _check_metadata(name, text, size)
                    told |= {key.decode(): float(number) for key, number in _SCALING.findall(text)}
                    struct.pack_into(f"{order}H", buffer, entry, _NO_TAG)
                elif tag == _SUB_IFDS and kind in (4, 13, 16, 18):
                    width = "Q" if _TYPE_BYTES[kind] == 8 else "I"
                    waiting += struct.unpack_from(f"{order}{min(amount, _MOST_DIRECTORIES)}{width}", content, at)
            waiting.append(
                struct.unpack_from(f"{order}{offset_format}", content, start + count_bytes + count * entry_bytes)[0]
            )
    except (struct.error, ValueError) as error:
        if isinstance(error, UploadError):
            raise
        raise damaged(name, _EXPECTED, error) from error
    return bytes(buffer), told["SCALE"], told["OFFSET"]


def _check_metadata(name: str, text: bytes, size: int) -> None:
    found = _REFERRING.search(text)
    if found or size > _MOST_METADATA:
        words = found.group().decode("ascii", errors="replace") if found else f"{size:,} bytes"
        message = f"{name}: its metadata refers to another file ({words}); export the GeoTIFF anew, on its own"
        raise UploadError(message, key="upload_refers", file=name, found=words)


def _check(raster: DatasetReader, name: str) -> None:
    if raster.count != 1:
        message = f"{name}: {raster.count} bands; expected one band of values (a picture in colours is no data)"
        raise UploadError(message, key="upload_bands", file=name, found=raster.count)
    if raster.width * raster.height > MOST_PIXELS:
        found = raster.width * raster.height
        message = f"{name}: {found:,} pixels; at most {MOST_PIXELS:,} are taken; make it coarser or cut it to the area"
        raise UploadError(message, key="upload_pixels", file=name, found=found, most=MOST_PIXELS)
    if "complex" in raster.dtypes[0]:
        message = f"{name}: its values are complex numbers; expected plain ones"
        raise UploadError(message, key="upload_complex", file=name)
    transform = raster.transform
    if transform.is_identity or (raster.gcps[0] and not transform.e) or (transform.a == 0 and transform.b == 0):
        message = f"{name}: it does not say where it lies; georeference it first"
        raise UploadError(message, key="upload_not_placed", file=name)
    if abs(transform.b) > _SAME_SPOT * abs(transform.a) or abs(transform.d) > _SAME_SPOT * abs(transform.e):
        message = f"{name}: its grid is rotated or sheared; warp it to north up first"
        raise UploadError(message, key="upload_rotated", file=name)
    if transform.a < 0:
        message = f"{name}: its columns run from east to west; warp it to north up first"
        raise UploadError(message, key="upload_rotated", file=name)


def _values(raster: DatasetReader) -> tuple[npt.NDArray[np.float64], tuple[Note, ...]]:
    values = raster.read(1, masked=True).astype(np.float64).filled(np.nan)
    notes = []
    hidden = int(np.isnan(values).sum())
    if hidden:
        notes.append(Note("nodata", f"{hidden:,} pixels have no value", {"count": hidden}))
    endless = ~np.isfinite(values) & ~np.isnan(values)
    if endless.any():
        values[endless] = np.nan
        count = int(endless.sum())
        notes.append(Note("infinite", f"{count:,} infinite values are taken as unknown", {"count": count}))
    return values, tuple(notes)
