"""One sheet of the GSI's elevation model (基盤地図情報 数値標高モデル), as its GML file has it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from xml.parsers import expat

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.sources.reading import SourceError

# What a cell's surface is. An unknown one has no data: it may be land or sea.
UNKNOWN, LAND, INLAND_WATER, SEA = 0, 1, 2, 3
_SURFACES = {
    "地表面": LAND,
    "表層面": LAND,
    "その他": LAND,
    "内水面": INLAND_WATER,
    "海水面": SEA,
    "データなし": UNKNOWN,
}
_NO_DATA = -9999.0
# Nothing in Japan lies lower or higher; what does is in another unit.
_LOWEST_M, _HIGHEST_M = -500.0, 4000.0
_MOST_CELLS = 20_000_000
_DATUM = re.compile(r"jgd20\d\d", re.IGNORECASE)
_AGAIN = "Download the file again from the 基盤地図情報 site, in GML form."
# (expected, found, row=, remedy=) -> the error to raise
Refuse = Callable[..., SourceError]
_TEXTS = {"type", "lowerCorner", "upperCorner", "low", "high", "startPoint", "tupleList"}
_NEEDED = ("lowerCorner", "upperCorner", "low", "high", "tupleList")


@dataclass(frozen=True, eq=False)
class Sheet:
    """One mesh of elevations.

    Attributes
    ----------
    name
        The file's.
    elevation_m
        float32 (rows, columns), north row first; NaN where there is none.
    surface
        uint8 (rows, columns): ``UNKNOWN``, ``LAND``, ``INLAND_WATER`` or ``SEA``.
    step_lon_arcsec, step_lat_arcsec
        Size of a cell.
    west_column, north_row
        Place of the north-west cell, counted in cells from longitude 0 eastwards and from latitude 90 southwards.
    datum
        'jgd2011', 'jgd2000' ...
    """

    name: str
    elevation_m: npt.NDArray[np.float32]
    surface: npt.NDArray[np.uint8]
    step_lon_arcsec: float
    step_lat_arcsec: float
    west_column: int
    north_row: int
    datum: str


def parse_sheet(content: bytes, *, file: str, name: str) -> Sheet:
    """Read one file of the 5 m or 10 m model.

    Parameters
    ----------
    content
        The XML, UTF-8 or Shift_JIS.
    file, name
        The download and its member, for the errors.

    Raises
    ------
    SourceError
        Not this kind of file, a document type declaration (which could refer to other files), no or another datum,
        another order of cells than +x−y, a surface or an elevation that cannot be, more values than cells.
    """
    found = _Collected()
    parser = expat.ParserCreate(encoding="UTF-8")
    parser.buffer_text = True
    parser.StartElementHandler = found.start
    parser.EndElementHandler = found.end
    parser.CharacterDataHandler = found.text
    parser.StartDoctypeDeclHandler = found.doctype
    try:
        parser.Parse(_as_utf8(content), True)
    except expat.ExpatError as error:
        raise SourceError.of(
            file, layer=name, row=error.lineno, expected="well-formed XML", found=str(error), remedy=_AGAIN
        ) from error
    except UnicodeDecodeError as error:
        raise SourceError.of(file, layer=name, expected="Shift_JIS text", found=str(error), remedy=_AGAIN) from error
    except _DoctypeError as error:
        raise SourceError.of(
            file,
            layer=name,
            expected="an elevation file without a document type declaration",
            found="one, which could draw in other files",
            remedy=_AGAIN,
        ) from error
    return _sheet(found, file, name)


class _DoctypeError(Exception):
    pass


class _Collected:
    """What a sheet's XML says, by local element name; handlers for expat, which never opens anything itself."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.datum = ""
        self.order = "+x-y"
        self.sheets = 0
        self._parts: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(":")[2]
        if local == "Envelope":
            self.datum = attributes.get("srsName", "")
        elif local == "sequenceRule":
            self.order = attributes.get("order", self.order)
        elif local == "tupleList":
            self.sheets += 1
        self._parts = [] if local in _TEXTS else None

    def text(self, content: str) -> None:
        if self._parts is not None:
            self._parts.append(content)

    def end(self, tag: str) -> None:
        if self._parts is not None:
            self.texts[tag.rpartition(":")[2]] = "".join(self._parts).strip()
            self._parts = None

    def doctype(self, *_: object) -> None:
        raise _DoctypeError


def _as_utf8(content: bytes) -> bytes:
    declared = re.match(rb"\s*<\?xml[^>]*encoding=[\"']([A-Za-z0-9_-]+)", content[:200])
    if declared and declared[1].lower() in (b"shift_jis", b"sjis", b"cp932", b"windows-31j"):
        return content.decode("cp932").encode("utf-8")
    return content


def _sheet(found: _Collected, file: str, name: str) -> Sheet:
    def refuse(expected: str, was: str, *, row: str | int = "", remedy: str = _AGAIN) -> SourceError:
        return SourceError.of(file, layer=name, row=row, expected=expected, found=was, remedy=remedy)

    missing = [key for key in _NEEDED if key not in found.texts]
    if missing or found.sheets != 1:
        raise refuse(
            "one grid of elevations (DEM, GML)",
            f"no <{missing[0]}>" if missing else f"{found.sheets} grids",
            remedy="Choose the files of the 数値標高モデル (FG-GML-…-dem10b-….xml or …-DEM5A-….xml).",
        )
    datum = _DATUM.search(found.datum)
    if datum is None:
        raise refuse(
            "coordinates in JGD2000 or JGD2011 (srsName fguuid:jgd2011.bl)",
            found.datum or "no srsName",
            remedy="Use the present edition of the elevation model.",
        )
    if found.order.replace(" ", "") != "+x-y":
        raise refuse("cells in the order +x-y (from the north-west, eastwards)", found.order)
    south, west = _pair(found, "lowerCorner", refuse)
    north, east = _pair(found, "upperCorner", refuse)
    if not (20 <= south < north <= 46 and 122 <= west < east <= 154):
        raise refuse("corners as latitude, longitude within Japan", f"{south} {west} – {north} {east}")
    low, high = _pair(found, "low", refuse), _pair(found, "high", refuse)
    columns, rows = (int(top - bottom) + 1 for bottom, top in zip(low, high, strict=True))
    if rows < 1 or columns < 1 or rows * columns > _MOST_CELLS:
        raise refuse(f"up to {_MOST_CELLS:,} cells", f"{columns} × {rows}")
    start = _pair(found, "startPoint", refuse) if "startPoint" in found.texts else (0.0, 0.0)
    offset = int(start[1]) * columns + int(start[0])
    elevation, surface = _values(found.texts["tupleList"], rows * columns, offset, refuse)
    # Corners are written to nine digits: the cell's size is a round number of arc-seconds.
    step_lon, step_lat = (
        round(span * 3600 / count, 4) for span, count in ((east - west, columns), (north - south, rows))
    )
    return Sheet(
        name=name,
        elevation_m=elevation.reshape(rows, columns),
        surface=surface.reshape(rows, columns),
        step_lon_arcsec=step_lon,
        step_lat_arcsec=step_lat,
        west_column=_whole(west * 3600 / step_lon, "west edge", refuse),
        north_row=_whole((90 - north) * 3600 / step_lat, "north edge", refuse),
        datum=datum.group().lower(),
    )


def _values(
    text: str, cells: int, offset: int, refuse: Refuse
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.uint8]]:
    """Lay the tuples 'surface,elevation' out on the cells; those before the start and after the end are left out."""
    elevation = np.full(cells, np.nan, dtype=np.float32)
    surface = np.full(cells, UNKNOWN, dtype=np.uint8)
    if not text:
        return elevation, surface
    try:
        table = pd.read_csv(
            io.StringIO(text),
            header=None,
            names=["kind", "value"],
            dtype=str,
            quoting=3,
            na_filter=False,
            index_col=False,
            skipinitialspace=True,
        )
    except pd.errors.ParserError as error:
        raise refuse("tuples of surface and elevation", str(error)) from error
    if not 0 <= offset <= cells - len(table):
        raise refuse(f"at most {cells} values from the start point on", f"{len(table)} from cell {offset} on")
    kinds = table["kind"].str.strip().map(_SURFACES)
    values = pd.to_numeric(table["value"], errors="coerce")
    for column, bad in (("kind", kinds.isna()), ("value", values.isna())):
        if bad.any():
            row = int(bad.to_numpy().argmax())
            expected = f"a surface, one of {'・'.join(_SURFACES)}" if column == "kind" else "an elevation in metres"
            raise refuse(expected, repr(table[column].iloc[row]), row=row + 1)
    metres = values.to_numpy(dtype=np.float32)
    is_known = (metres > _NO_DATA + 1) & (kinds.to_numpy() != UNKNOWN) & (kinds.to_numpy() != SEA)
    beyond = is_known & ((metres < _LOWEST_M) | (metres > _HIGHEST_M))
    if beyond.any():
        row = int(beyond.argmax())
        raise refuse(f"elevations within {_LOWEST_M:g} and {_HIGHEST_M:g} m", f"{metres[row]:g}", row=row + 1)
    filled = slice(offset, offset + len(table))
    elevation[filled] = np.where(is_known, metres, np.nan)
    # Land without an elevation is as good as unknown; water without one keeps its kind.
    kind = kinds.to_numpy(dtype=np.uint8)
    surface[filled] = np.where((kind == LAND) & ~is_known, UNKNOWN, kind)
    return elevation, surface


def _pair(found: _Collected, key: str, refuse: Refuse) -> tuple[float, float]:
    parts = found.texts[key].split()
    try:
        first, second = (float(part) for part in parts)
    except ValueError as error:
        raise refuse(f"two numbers in <{key}>", found.texts[key][:60] or "nothing") from error
    return first, second


def _whole(value: float, what: str, refuse: Refuse) -> int:
    nearest = round(value)
    if abs(value - nearest) > 0.01:
        raise refuse(f"a {what} on the grid of its cells", f"{value:.3f} cells")
    return nearest
