"""Small files in the formats of the official downloads, byte for byte as their programs write them."""

from __future__ import annotations

import struct
import tempfile
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from pyproj import CRS

JGD2000 = CRS.from_epsg(4612).to_wkt("WKT1_ESRI").encode()
JGD2011 = CRS.from_epsg(6668).to_wkt("WKT1_ESRI").encode()
TOKYO = CRS.from_epsg(4301).to_wkt("WKT1_ESRI").encode()


def dbf(fields: Mapping[str, int], rows: Sequence[Sequence[str]], encoding: str = "cp932") -> bytes:
    """Return a dBASE III table of text fields (name -> width), without a word about its encoding."""
    widths = list(fields.values())
    head = struct.pack("<4BIHH20x", 3, 124, 1, 1, len(rows), 32 + 32 * len(fields) + 1, 1 + sum(widths))
    for name, width in fields.items():
        head += struct.pack("<11sc4xBB14x", name.encode(encoding), b"C", width, 0)
    lines = [
        b" " + b"".join(value.encode(encoding).ljust(width) for value, width in zip(row, widths, strict=True))
        for row in rows
    ]
    return head + b"\r" + b"".join(lines) + b"\x1a"


def shapefile(
    stem: str,
    outlines: Sequence[shapely.Geometry],
    fields: Mapping[str, int],
    rows: Sequence[Sequence[str]],
    *,
    prj: bytes | None = JGD2011,
    encoding: str = "cp932",
) -> dict[str, bytes]:
    """Return the parts of a Shapefile by name: GDAL's outlines beside a table written here."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.shp"
        gpd.GeoDataFrame({"a": range(len(outlines))}, geometry=list(outlines), crs=6668).to_file(path)
        parts = {f"{stem}{suffix}": path.with_suffix(suffix).read_bytes() for suffix in (".shp", ".shx")}
    parts[f"{stem}.dbf"] = dbf(fields, rows, encoding)
    return parts if prj is None else {**parts, f"{stem}.prj": prj}


def packed(path: Path, members: Mapping[str, bytes]) -> Path:
    """Write a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def tiff(values: NDArray[np.uint8], transform: rasterio.Affine | None = None, crs: str | None = None) -> bytes:
    """Return an uncompressed 8-bit palette TIFF; without ``transform`` and ``crs`` it does not say where it lies."""
    placed = {} if transform is None else {"transform": transform}
    with rasterio.MemoryFile() as memory, warnings.catch_warnings():
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        height, width = values.shape
        with memory.open(
            driver="GTiff", count=1, height=height, width=width, dtype=values.dtype.name, crs=crs, **placed
        ) as raster:
            raster.write(values, 1)
            raster.write_colormap(1, {10: (255, 255, 0, 255), 50: (0, 170, 0, 255)})
        return bytes(memory.read())


def cells_of(third_mesh: str) -> list[str]:
    """Return the hundred 100 m cells of a third mesh, south-west first."""
    return [f"{third_mesh}{row}{column}" for row in range(10) for column in range(10)]


def census_text(
    columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]], *, encoding: str = "cp932", bom: bytes = b""
) -> bytes:
    """Return an e-Stat mesh table: a row of codes, a row of titles (blank over the first four), the rows."""
    head = ["KEY_CODE", "HTKSYORI", "HTKSAKI", "GASSAN", *(code for code, _ in columns)]
    titles = ["", "", "", "", *(title for _, title in columns)]
    return bom + "".join(",".join(line) + "\r\n" for line in [head, titles, *rows]).encode(encoding)
