"""What several readers share: which files and layers to read, numbers and prefectures out of text, planar areas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.sources.archive import Source
from geo.sources.reading import SourceError, file_digest

# Areas in this projection are areas on the GRS80 ellipsoid.
EQUAL_AREA = "+proj=cea +lat_ts=36 +lon_0=138 +ellps=GRS80 +units=m +no_defs"
KSJ_TERMS = "国土数値情報ダウンロードサイトの利用約款（使用許諾条件はファイルごとに配布ページで確認）"
SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_TWINS = (".geojson", ".json", ".gml", ".xml", ".tif", ".tiff")
_PREFECTURE = re.compile(r"(?<![A-Za-z0-9])[A-Z]\d{2}[-_]\d{2}[-_]([0-9]{2})(?![0-9])")
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?")


def once(paths: Sequence[Path]) -> tuple[list[Path], list[tuple[str, str]], int]:
    """Order what was given by name, and leave out what was given before: the same bytes, or the layer of a Shapefile
    that lies beside it in another format.

    Returns
    -------
    ``(paths, digests, repeated)``: the paths to read; (name, sha256) of every file in them, a Shapefile's other parts
    and a folder's members included; how many paths were left out.

    Raises
    ------
    SourceError
        One of them is not there.
    """
    kept: list[Path] = []
    digests: list[tuple[str, str]] = []
    seen: set[tuple[str, ...]] = set()
    shapefiles = {path.with_suffix("") for path in paths if path.suffix.lower() == ".shp"}
    for path in sorted(paths, key=lambda one: (one.name, str(one))):
        if path.suffix.lower() in _TWINS and path.with_suffix("") in shapefiles:
            continue
        found = [file_digest(member) for member in _members(path)]
        key = tuple(sorted(digest for _, digest in found))
        if key in seen:
            continue
        seen.add(key)
        kept.append(path)
        digests += found
    return kept, digests, len(paths) - len(kept)


def _members(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(member for member in path.rglob("*") if member.is_file())
    if not path.is_file():
        raise SourceError.of(path.name, expected="a file or a folder", found="none", remedy="Check the path.")
    if path.suffix.lower() == ".shp":
        beside = (member for member in path.parent.iterdir() if member.stem == path.stem)
        return sorted(member for member in beside if member.suffix.lower() in SHAPEFILE_PARTS)
    return [path]


def one_format_a_folder(source: Source) -> tuple[list[str], int]:
    """Return the layers to read where the formats of a download do not even share their names.

    Returns
    -------
    ``(members, twins)``: in every folder its Shapefiles, else its GeoJSON, else its JPGIS documents (metadata
    left aside); how many members were left out as the same rows in another format.
    """
    order = ((".shp",), (".geojson", ".json"), (".gml", ".xml"))
    folders: dict[str, list[list[str]]] = {}
    for member in source.names():
        path = PurePosixPath(member)
        for rank, suffixes in enumerate(order):
            is_about = path.name.upper().startswith("KS-META") or path.name.lower().endswith(".shp.xml")
            if path.suffix.lower() in suffixes and not is_about:
                folders.setdefault(str(path.parent), [[] for _ in order])[rank].append(member)
    kept = [next(members for members in ranks if members) for ranks in folders.values()]
    found = sum(len(members) for ranks in folders.values() for members in ranks)
    chosen = sorted(member for members in kept for member in members)
    return chosen, found - len(chosen)


def expect_each(
    column: pd.Series, is_right: pd.Series | NDArray[np.bool_], *, file: str, layer: str, expected: str, remedy: str
) -> None:
    """Refuse a column with a row that is not right.

    Parameters
    ----------
    column
        (n,) texts as the file has them.
    is_right
        (n,) of them, whether it may stand there.

    Raises
    ------
    SourceError
        Names the first row that is not right, and what stands in it.
    """
    wrong = np.flatnonzero(~np.asarray(is_right, dtype=bool))
    if len(wrong):
        row = int(wrong[0])
        raise SourceError.of(
            file, layer=layer, row=row + 1, expected=expected, found=f"'{column.iloc[row]}'", remedy=remedy
        )


def prefecture_of(*names: str) -> str:
    """Return the prefecture that a name tells ('A13-15_14_GML.zip' -> '14'), the first that does; '' where none."""
    for name in names:
        for code in _PREFECTURE.findall(name):
            if 1 <= int(code) <= 47:
                return str(code)
    return ""


def numbers(
    column: pd.Series, *, file: str, layer: str, field: str, unit: str, missing: Iterable[float] = ()
) -> NDArray[np.float64]:
    """Return a text column as (n,) numbers; NaN where it is empty or one of the ``missing`` marks.

    Raises
    ------
    SourceError
        Not a number, or below zero.
    """
    text = column.astype(str).str.strip()
    is_empty = text.eq("").to_numpy()
    is_number = text.str.fullmatch(_NUMBER.pattern).to_numpy(dtype=bool)
    values = np.full(len(text), np.nan)
    values[is_number] = text[is_number].astype(float).to_numpy()
    is_missing = np.isin(values, list(missing))
    is_right = np.where(is_number, ~(values < 0) | is_missing, is_empty)
    expected, remedy = f"in {field} a number of {unit}, zero or more", "Correct the row, or download the file again."
    expect_each(text, is_right, file=file, layer=layer, expected=expected, remedy=remedy)
    values[is_missing] = np.nan
    return values


def areas_km2(outlines: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return the (n,) areas on the ellipsoid in km² (0 for points and lines)."""
    return np.asarray(outlines.geometry.to_crs(EQUAL_AREA).area.to_numpy() / 1e6, dtype=np.float64)
