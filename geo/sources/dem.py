"""Elevation: the GSI's 5 m and 10 m models (基盤地図情報 数値標高モデル) -> one grid in degrees."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import numpy as np
import numpy.typing as npt

from geo.sources.archive import Limits, open_source
from geo.sources.dem_xml import INLAND_WATER, LAND, SEA, UNKNOWN, Sheet, parse_sheet
from geo.sources.reading import Provenance, SourceError, file_digest

__all__ = ["INLAND_WATER", "LAND", "MOST_CELLS", "SEA", "UNKNOWN", "Dem", "read_dem"]

# A sheet of open sea says the same thing a million times: it packs as tightly as deflate can (1,032 : 1).
_LIMITS = Limits(ratio=1_100.0)
# 2.4 GB of elevations; a prefecture's mainland at 10 m has 60 million, Hokkaido 2,000 million.
MOST_CELLS = 600_000_000
_NAMED = re.compile(r"dem(\d+)([a-z]?)(?:\D.*?)?(\d{8})?\.xml$", re.IGNORECASE)

_PROVENANCE = {
    "title_ja": "標高",
    "title_en": "Elevation",
    "source": "国土地理院 基盤地図情報 数値標高モデル",
    "licence": "国土地理院コンテンツ利用規約（測量法による承認が要る使い方があります）",
    "attribution": "「基盤地図情報 数値標高モデル」（国土地理院）を加工して作成",
    "url": "https://fgd.gsi.go.jp/download/",
}


@dataclass(frozen=True, eq=False)
class Dem:
    """Elevations on a grid in degrees (EPSG:6668).

    Attributes
    ----------
    elevation_m
        float32 (rows, columns), north row first, metres above Tokyo Bay's mean sea level; NaN where there is none.
    surface
        uint8 (rows, columns): ``UNKNOWN``, ``LAND``, ``INLAND_WATER`` or ``SEA``, as the source says.
    west, north
        Degrees of the north-west cell's north-west corner.
    step_lon, step_lat
        Size of a cell in degrees, both above 0.
    provenance, files, counts
        Of a reading; empty where the grid comes from a dataset.
    """

    elevation_m: npt.NDArray[np.float32] = field(repr=False)
    surface: npt.NDArray[np.uint8] = field(repr=False)
    west: float
    north: float
    step_lon: float
    step_lat: float
    provenance: Provenance | None = None
    files: tuple[tuple[str, str], ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        rows, columns = self.elevation_m.shape
        return self.west, self.north - rows * self.step_lat, self.west + columns * self.step_lon, self.north


def read_dem(paths: Sequence[Path], *, say: Callable[[str], object] = lambda _: None) -> Dem:
    """Read elevation files as downloaded (XML, zip, zips in a zip, or a folder of these) into one grid.

    Parameters
    ----------
    paths
        All of one cell size, 5 m (0.2″) or 10 m (0.4″).
    say
        Told each file's name as its turn comes.

    Notes
    -----
    Where files overlap, the better measured comes first (model A before B before C), then the later edition: the
    others only fill what it leaves empty. Sheets in JGD2000 are taken as they are: its coordinates differ from
    JGD2011's by less than a cell, except for some metres in the north-east after 2011.

    Raises
    ------
    SourceError
        No elevation file, one that cannot be used, different cell sizes, or more than 600 million cells in all.
    """
    sheets: list[Sheet] = []
    for path in paths:
        with open_source(path, limits=_LIMITS) as source:
            for name in source.find("*.xml"):
                sheet = PurePosixPath(name).name
                # Metadata lie beside the elevations.
                if sheet.lower().startswith("fmdid") or "meta" in sheet.lower():
                    continue
                say(sheet)
                sheets.append(parse_sheet(source.read(name), file=path.name, name=sheet))
    if not sheets:
        raise SourceError.of(
            ", ".join(path.name for path in paths) or "elevation",
            expected="files of the 数値標高モデル (FG-GML-…-dem10b-….xml)",
            found="none",
            remedy="Choose the downloaded zip, or the folder that holds it.",
        )
    ordered = sorted(sheets, key=_precedence)
    elevation, surface, overlapped = _mosaic(ordered)
    first = ordered[0]
    step_lon, step_lat = first.step_lon_arcsec / 3600, first.step_lat_arcsec / 3600
    column, row = (min(getattr(sheet, name) for sheet in ordered) for name in ("west_column", "north_row"))
    counts = {
        "sheets": len(ordered),
        "overlapped": overlapped,
        "sea": int((surface == SEA).sum()),
        "unknown": int((surface == UNKNOWN).sum()),
        "jgd2000": sum(sheet.datum == "jgd2000" for sheet in ordered),
    }
    return Dem(
        elevation_m=elevation,
        surface=surface,
        west=column * step_lon,
        north=90 - row * step_lat,
        step_lon=step_lon,
        step_lat=step_lat,
        provenance=_provenance(ordered, counts),
        files=tuple(file_digest(path) for path in paths if path.is_file()),
        counts=counts,
    )


def _precedence(sheet: Sheet) -> tuple[str, int, str]:
    """Model A before B before C, the later edition first, then by name."""
    _, letter, date = _parts(sheet.name)
    return letter, -int(date or 0), sheet.name


def _parts(name: str) -> tuple[str, str, str]:
    """Read the model (5, 10), its letter and the edition's date out of a file name; '~' and '' where it has none."""
    found = _NAMED.search(name)
    return (found[1], (found[2] or "~").lower(), found[3] or "") if found else ("", "~", "")


def _mosaic(sheets: Sequence[Sheet]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.uint8], int]:
    steps = {(sheet.step_lon_arcsec, sheet.step_lat_arcsec) for sheet in sheets}
    if len(steps) > 1:
        first = sheets[0]
        other = next(sheet for sheet in sheets if sheet.step_lon_arcsec != first.step_lon_arcsec)
        raise SourceError.of(
            other.name,
            expected=f"cells of {first.step_lon_arcsec:g}″, like {first.name}",
            found=f"{other.step_lon_arcsec:g}″",
            remedy="Give the 5 m and the 10 m model one at a time.",
        )
    west = min(sheet.west_column for sheet in sheets)
    north = min(sheet.north_row for sheet in sheets)
    columns = max(sheet.west_column + sheet.surface.shape[1] for sheet in sheets) - west
    rows = max(sheet.north_row + sheet.surface.shape[0] for sheet in sheets) - north
    if rows * columns > MOST_CELLS:
        raise SourceError.of(
            sheets[0].name,
            expected=f"sheets that lie within {MOST_CELLS:,} cells",
            found=f"{columns:,} × {rows:,}",
            remedy="Leave out remote islands, or take the 10 m model.",
        )
    elevation = np.full((rows, columns), np.nan, dtype=np.float32)
    surface = np.full((rows, columns), UNKNOWN, dtype=np.uint8)
    overlapped = 0
    for sheet in sheets:
        height, width = sheet.surface.shape
        window = (
            slice(sheet.north_row - north, sheet.north_row - north + height),
            slice(sheet.west_column - west, sheet.west_column - west + width),
        )
        is_free = surface[window] == UNKNOWN
        overlapped += int((~is_free & (sheet.surface != UNKNOWN)).sum())
        elevation[window] = np.where(is_free, sheet.elevation_m, elevation[window])
        surface[window] = np.where(is_free, sheet.surface, surface[window])
    return elevation, surface, overlapped


def _provenance(sheets: Sequence[Sheet], counts: Mapping[str, int]) -> Provenance:
    years = sorted({date[:4] for *_, date in (_parts(sheet.name) for sheet in sheets) if date})
    step = sheets[0].step_lon_arcsec
    metres = round(step * 25)
    older_ja = (f"{counts['jgd2000']}図葉は測地成果2000の座標のまま使用。",) if counts["jgd2000"] else ()
    older_en = (f"{counts['jgd2000']} sheets are used in JGD2000 as they are.",) if counts["jgd2000"] else ()
    return Provenance(
        key="dem",
        year="–".join(dict.fromkeys((years[0], years[-1]))) if years else "—",
        resolution=f"{step:g}″ (about {metres} m)",
        processing_ja=f"{len(sheets)}図葉を1枚の格子にまとめた。海・データなしは標高なし。",
        processing_en=f"{len(sheets)} sheets put together on one grid; sea and missing data have no elevation.",
        caveats_ja=(*older_ja, "橋・暗渠・取水や導水の施設は入っていません。"),
        caveats_en=(*older_en, "Bridges, culverts, intakes and diversions are not in it."),
        **_PROVENANCE,
    )
