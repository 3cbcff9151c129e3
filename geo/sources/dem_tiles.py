"""Elevation tiles of the GSI (標高タイル, PNG): heights in the colours of z/x/y.png -> one grid in degrees."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from affine import Affine
from PIL import Image, UnidentifiedImageError
from rasterio.warp import Resampling, reproject

from geo.sources.archive import open_source
from geo.sources.dem import LAND, MOST_CELLS, UNKNOWN, Dem
from geo.sources.reading import Provenance, SourceError, file_digest

TILE_PX = 256
# Half the equator in Web Mercator's metres.
_HALF_M = math.pi * 6_378_137.0
_ADDRESS = re.compile(r"(?:^|/)(\d{1,2})/(\d{1,8})/(\d{1,8})\.png$", re.IGNORECASE)
_AGAIN = "Keep the tiles in folders as the GSI serves them, zoom/x/y.png, and do not edit the pictures."


def decode_tile(content: bytes, *, file: str, name: str) -> npt.NDArray[np.float32]:
    """Return a tile's elevations in metres, float32 (256, 256), north row first; NaN where it has none.

    Red, green and blue are the digits of x to the base 256: below 2^23 the height is x cm, above it x − 2^24 cm, at
    2^23 there is none (地理院タイル 標高タイルの作成方法と地形への適用, 国土地理院).

    Raises
    ------
    SourceError
        Not a picture of 256 × 256 pixels in PNG and true colour.
    """
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
            size, mode = picture.size, picture.mode
            pixels = (
                np.asarray(picture.convert("RGB"), dtype=np.int64)
                if size == (TILE_PX, TILE_PX) and mode in ("RGB", "RGBA")
                else None
            )
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise SourceError.of(file, layer=name, expected="a PNG", found=type(error).__name__, remedy=_AGAIN) from error
    if pixels is None:
        found = f"{size[0]} × {size[1]} pixels, {mode}"
        raise SourceError.of(file, layer=name, expected="256 × 256 pixels in RGB", found=found, remedy=_AGAIN)
    number = pixels @ np.array([65_536, 256, 1])
    signed = np.where(number < 2**23, number, number - 2**24)
    return np.where(number == 2**23, np.nan, signed * 0.01).astype(np.float32)


def read_tiles(paths: Sequence[Path], *, zoom: int | None = None) -> Dem:
    """Read elevation tiles (folders or zips of z/x/y.png) into one grid of the pixel's size in longitude.

    Parameters
    ----------
    zoom
        The zoom level to take; may be left out where there is only one.

    Notes
    -----
    Heights are decoded first and then warped (bilinear): colours must never be mixed. Tiles do not tell sea from
    missing data: both are ``UNKNOWN``.

    Raises
    ------
    SourceError
        No tile, several zoom levels and none chosen, one that is damaged, or more than 600 million cells in all.
    """
    found: dict[tuple[int, int, int], tuple[Path, str]] = {}
    for path in paths:
        with open_source(path) as source:
            names = source.find("*.png")
        # A folder may be given from its zoom level on.
        above = "/".join(path.resolve().parts[-2:]) + "/" if path.is_dir() else ""
        for name in names:
            address = _ADDRESS.search(above + name)
            if address is None:
                raise SourceError.of(path.name, layer=name, expected="zoom/x/y.png", found=name, remedy=_AGAIN)
            key = (int(address[1]), int(address[2]), int(address[3]))
            found.setdefault(key, (path, name))
    level = _level(found, zoom, paths)
    tiles = {(x, y): place for (z, x, y), place in sorted(found.items()) if z == level}
    mercator, transform = _laid_out(tiles, level)
    dem = _in_degrees(mercator, transform, level)
    return Dem(
        **dem,
        provenance=_provenance(level),
        files=tuple(file_digest(path) for path in paths if path.is_file()),
        counts={"tiles": len(tiles), "unknown": int((dem["surface"] == UNKNOWN).sum())},
    )


def _level(found: Mapping[tuple[int, int, int], object], zoom: int | None, paths: Sequence[Path]) -> int:
    levels = sorted({z for z, *_ in found})
    wanted = [z for z in levels if zoom is None or z == zoom]
    if len(wanted) != 1:
        raise SourceError.of(
            ", ".join(path.name for path in paths) or "tiles",
            expected="tiles of one zoom level" if zoom is None else f"tiles of zoom level {zoom}",
            found=f"zoom levels {', '.join(map(str, levels))}" if levels else "no tile",
            remedy="State the zoom level." if levels else _AGAIN,
        )
    level = wanted[0]
    outside = [(z, x, y) for z, x, y in found if z == level and not (x < 2**z and y < 2**z)]
    if level > 18 or outside:
        address = outside[0] if outside else (level, 0, 0)
        raise SourceError.of(
            "/".join(map(str, address)) + ".png", expected="a tile of the web map", found="one beyond it", remedy=_AGAIN
        )
    return level


def _laid_out(tiles: Mapping[tuple[int, int], tuple[Path, str]], level: int) -> tuple[npt.NDArray[np.float32], Affine]:
    columns, rows = [x for x, _ in tiles], [y for _, y in tiles]
    west, north = min(columns), min(rows)
    width, height = (max(columns) - west + 1) * TILE_PX, (max(rows) - north + 1) * TILE_PX
    if width * height > MOST_CELLS:
        raise SourceError.of(
            f"{level}/{west}/{north}.png",
            expected=f"tiles that lie within {MOST_CELLS:,} cells",
            found=f"{width:,} × {height:,}",
            remedy="Leave out remote islands, or take a lower zoom level.",
        )
    values = np.full((height, width), np.nan, dtype=np.float32)
    by_path: dict[Path, list[tuple[tuple[int, int], str]]] = {}
    for place, (path, name) in tiles.items():
        by_path.setdefault(path, []).append((place, name))
    for path, members in by_path.items():
        with open_source(path) as source:
            for (x, y), name in members:
                top, left = (y - north) * TILE_PX, (x - west) * TILE_PX
                tile = decode_tile(source.read(name), file=path.name, name=name)
                values[top : top + TILE_PX, left : left + TILE_PX] = tile
    pixel = 2 * _HALF_M / (2**level * TILE_PX)
    x0, y0 = west * TILE_PX * pixel - _HALF_M, _HALF_M - north * TILE_PX * pixel
    return values, Affine(pixel, 0, x0, 0, -pixel, y0)


def _in_degrees(mercator: npt.NDArray[np.float32], transform: Affine, level: int) -> dict[str, Any]:
    """Warp Web Mercator to a grid in degrees whose columns are the tiles' own."""
    height, width = mercator.shape
    step = 360 / (2**level * TILE_PX)
    west = transform.c / _HALF_M * 180
    north, south = (_latitude(transform.f + transform.e * row) for row in (0, height))
    rows = max(1, math.floor((north - south) / step))
    elevation = np.full((rows, width), np.nan, dtype=np.float32)
    reproject(
        mercator,
        elevation,
        src_transform=transform,
        src_crs="EPSG:3857",
        dst_transform=Affine(step, 0, west, 0, -step, north),
        dst_crs="EPSG:6668",
        src_nodata=np.nan,
        dst_nodata=np.nan,
        resampling=Resampling.bilinear,
    )
    surface = np.where(np.isnan(elevation), UNKNOWN, LAND).astype(np.uint8)
    return {
        "elevation_m": elevation,
        "surface": surface,
        "west": west,
        "north": north,
        "step_lon": step,
        "step_lat": step,
    }


def _latitude(y_m: float) -> float:
    return math.degrees(math.atan(math.sinh(y_m / 6_378_137.0)))


def _provenance(level: int) -> Provenance:
    metres = 2 * _HALF_M / (2**level * TILE_PX) * math.cos(math.radians(36))
    return Provenance(
        key="dem",
        title_ja="標高",
        title_en="Elevation",
        source=f"国土地理院 地理院タイル（標高タイル、ズーム{level}）",
        year="—",
        resolution=f"zoom {level} (about {metres:.0f} m)",
        licence="国土地理院コンテンツ利用規約",
        attribution="「地理院タイル（標高タイル）」（国土地理院）を加工して作成",
        url="https://maps.gsi.go.jp/development/ichiran.html#dem",
        processing_ja="色から標高を読み、緯度経度の格子に共一次内挿で移した。",
        processing_en="Heights read from the colours, then warped to degrees (bilinear).",
        caveats_ja=("タイルでは海とデータなしを区別できません。",),
        caveats_en=("Tiles do not tell sea from missing data.",),
    )
