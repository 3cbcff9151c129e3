"""What a file is, told from its first bytes and not from its name."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from geo.user_layers.model import UploadError

GEOPACKAGE, GEOJSON, SHAPEFILE, GEOPARQUET, GEOTIFF, CSV = (
    "GeoPackage",
    "GeoJSON",
    "Shapefile",
    "GeoParquet",
    "GeoTIFF",
    "CSV",
)
FORMATS = (GEOPACKAGE, GEOJSON, SHAPEFILE, GEOPARQUET, GEOTIFF, CSV)
_SUFFIXES = {
    ".gpkg": GEOPACKAGE,
    ".geojson": GEOJSON,
    ".json": GEOJSON,
    ".zip": SHAPEFILE,
    ".parquet": GEOPARQUET,
    ".geoparquet": GEOPARQUET,
    ".tif": GEOTIFF,
    ".tiff": GEOTIFF,
    ".csv": CSV,
    ".txt": CSV,
    ".tsv": CSV,
}
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# What refers to other files by design.
_REFERRING = re.compile(
    rb"<(\w+:)?(VRTDataset|OGRVRTDataSource|GDALTileIndexDataset|GDAL_WMS|MRF_META|WMS_Capabilities|OGRWFSDataSource|"
    rb"WFS_Capabilities|CSW_|GDALWMTS|GDALProxy|PAMDataset)"
)
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_LOOKED_AT = 65_536


def sniff(name: str, content: bytes) -> str:
    """Return the format, one of ``FORMATS``.

    Raises
    ------
    UploadError
        Empty, of another kind, of a kind that refers to other files, or not what its name's ending says.
    """
    if not content:
        raise UploadError(f"{name}: the file is empty", key="upload_no_bytes", file=name)
    found = _by_magic(name, content)
    promised = _SUFFIXES.get(PurePosixPath(name.lower()).suffix, "")
    if not promised:
        message = f"{name}: expected a name that ends in {', '.join(_SUFFIXES)}"
        raise UploadError(message, key="upload_suffix", file=name, expected=", ".join(_SUFFIXES))
    if not found:
        if promised == CSV:
            message = f"{name}: it is called a CSV, but holds bytes that are no text; save it as CSV (UTF-8) again"
            raise UploadError(message, key="upload_binary", file=name)
        message = f"{name}: it is called a {promised}, but does not begin like one; the file may be damaged"
        raise UploadError(message, key="upload_not_as_named", file=name, expected=promised, found="?")
    if found != promised:
        message = f"{name}: its name says {promised}, its content is {found}; give it its right name"
        raise UploadError(message, key="upload_not_as_named", file=name, expected=promised, found=found)
    return found


def _by_magic(name: str, content: bytes) -> str:  # noqa: PLR0911 - one a format
    """Return the format, '' for none that is known."""
    if content.startswith(b"SQLite format 3\0"):
        return GEOPACKAGE
    if content.startswith(b"PAR1"):
        return GEOPARQUET
    if content.startswith(_TIFF):
        return GEOTIFF
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return SHAPEFILE
    start = content[:_LOOKED_AT].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<"):
        if _REFERRING.search(start):
            message = f"{name}: it only refers to other files or servers; upload the data itself"
            raise UploadError(message, key="upload_refers", file=name, found="VRT / XML")
        message = f"{name}: XML (GML, KML ...) is not taken, since it can refer to other files; save as GeoPackage"
        raise UploadError(message, key="upload_xml", file=name)
    if start.startswith((b"{", b"[")):
        return GEOJSON
    if content.startswith(_UTF16) or not _CONTROL.search(content):
        return CSV
    return ""
