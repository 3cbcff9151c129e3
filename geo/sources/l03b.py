"""L03-b 土地利用細分メッシュ: a 100 m land use as downloaded -> cells of each class in every third mesh."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.sources.archive import Source, open_source
from geo.sources.fields import once
from geo.sources.l03b_codes import CLASSES, EDITIONS, Edition
from geo.sources.l03b_counts import (
    CELLS_OF_THIRD_MESH,
    Counts,
    count_pixels,
    count_rows,
    geojson_crs,
    is_jgd,
    third_mesh_codes,
)
from geo.sources.reading import Provenance, Reading, SourceError

# One tile often holds the same cells in several formats: the first of these is read.
_FORMATS = (".dbf", ".geojson", ".tif", ".tiff")
_NAME = re.compile(r"L03-?b(?:_r)?-(\d{2})(?:_(\d{4}))?(?!\d)", re.IGNORECASE)
_TOKYO_WORD = re.compile(r"[-_]tky", re.IGNORECASE)
_JGD_WORD = re.compile(r"[-_]jgd", re.IGNORECASE)
_RASTERS = (".tif", ".tiff")
_FIRST_ON_JGD = 2006
_TOKYO_REASON = "its mesh codes name cells about 400 m away from today's"


@dataclass(frozen=True)
class _Tile:
    member: str
    mesh: str
    edition: Edition

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.member).suffix.lower()


def read_l03b(paths: Sequence[Path]) -> Reading:
    """Read tiles of one edition and count their cells by third mesh.

    Parameters
    ----------
    paths
        Downloads of L03-b (Shapefile, of which only the table is read, or GeoJSON) or L03-b_r (TIFF): zips, folders
        or bare files under their own names, which tell the edition. A file given twice is read once.

    Returns
    -------
    ``table``: ``mesh_code`` (8 digits, sorted), a count of 100 m cells for each class of
    ``geo.sources.l03b_codes.CLASSES`` and their sum ``cells``, all int64; a whole third mesh has 100 cells.
    ``counts``: ``files`` read, ``twins`` (the same tile in another format, left out), ``repeated`` (files given
    twice), ``outside`` (raster cells beyond the surveyed land), ``partial`` (third meshes with fewer than 100 cells).

    Raises
    ------
    SourceError
        Tokyo datum or no datum told, an edition whose code list is not known, two editions at once, a cell twice, a
        code that is none, or nothing to read.

    Notes
    -----
    Old editions do not tell roads from railways (幹線交通用地): those cells are counted as ``road``. Datum: the
    .prj of a Shapefile, else the word in the file's name; the rasters from 2006 on are JGD2000 or JGD2011 by their
    specification.
    """
    kept, digests, repeated = once(paths)
    total: Counts = {}
    editions: dict[int, tuple[Edition, str]] = {}
    done = {"files": 0, "twins": 0, "repeated": repeated, "outside": 0}
    for path in kept:
        with open_source(path) as source:
            tiles, twins = _tiles(source)
            done["twins"] += twins
            for tile in tiles:
                editions.setdefault(tile.edition.year, (tile.edition, f"{source.label}/{tile.member}"))
                if len(editions) > 1:
                    raise _two_editions(editions)
                counts, outside = _count(source, tile)
                _add(total, counts, source.label, tile.member)
                done["files"] += 1
                done["outside"] += outside
    if not editions:
        raise SourceError.of(
            ", ".join(path.name for path in paths) or "L03-b",
            expected="at least one tile of L03-b",
            found="none",
            remedy="Give the downloads under their own names (L03-b-…).",
        )
    table = _table(total)
    done["partial"] = int((table["cells"] < CELLS_OF_THIRD_MESH).sum())
    edition = next(iter(editions.values()))[0]
    return Reading(product="L03-b", table=table, provenance=_provenance(edition), files=tuple(digests), counts=done)


def _tiles(source: Source) -> tuple[list[_Tile], int]:
    """Return the tables and rasters to read, one a primary mesh, and how many were the same tile again."""
    best: dict[str, list[_Tile]] = {}
    twins = 0
    for suffix in _FORMATS:
        for member in source.find(f"*{suffix}"):
            tile = _tile(source, member)
            if tile is None:
                continue
            known = best.setdefault(tile.mesh or member, [tile])
            if known[0].edition != tile.edition:
                raise _two_editions({one.edition.year: (one.edition, one.member) for one in (known[0], tile)})
            if known[0].suffix != tile.suffix:
                twins += 1
            elif known[0] is not tile:
                known.append(tile)
    return [tile for key in sorted(best) for tile in best[key]], twins


def _tile(source: Source, member: str) -> _Tile | None:
    found = _NAME.search(PurePosixPath(member).name) or _NAME.search(f"{source.label}/{member}")
    if found is None:
        return None
    edition = EDITIONS.get(found[1])
    if edition is None:
        raise SourceError.of(
            source.label,
            layer=member,
            expected=f"an edition {', '.join(EDITIONS)}",
            found=found[1],
            remedy="This edition is not known here: choose another.",
        )
    return _Tile(member, found[2] or "", edition)


def _count(source: Source, tile: _Tile) -> tuple[Counts, int]:
    with tempfile.TemporaryDirectory(prefix="meguri-") as folder:
        path = source.extract(tile.member, Path(folder))
        _check_datum(source, tile, path)
        if tile.edition.codes is None:
            raise SourceError.of(
                source.label,
                layer=tile.member,
                expected="an edition whose code list is known",
                found=f"{tile.edition.year}, of which the list {tile.edition.list_name} is not known here",
                remedy="Choose another edition.",
            )
        if tile.suffix in _RASTERS:
            if not tile.mesh:
                raise SourceError.of(
                    source.label,
                    layer=tile.member,
                    expected="the primary mesh in the name (…_5339.tif)",
                    found=tile.member,
                    remedy="Keep the download's own name.",
                )
            return count_pixels(path, source.label, tile.member, int(tile.mesh))
        encodings = _encodings(source, tile.member) if tile.suffix == ".dbf" else ("utf-8",)
        return count_rows(path, source.label, tile.member, tile.edition, encodings), 0


def _encodings(source: Source, member: str) -> tuple[str, ...]:
    told = _beside(source, member, ".cpg")
    words = {"UTF-8": "utf-8", "UTF8": "utf-8", "65001": "utf-8"}
    name = source.read(told).decode("ascii", errors="replace").strip().upper() if told else ""
    return ("utf-8", "cp932") if name in words else ("cp932", "utf-8")


def _beside(source: Source, member: str, suffix: str) -> str:
    """Return the name of a table's other part, letter case aside; '' where there is none."""
    wanted = str(PurePosixPath(member).with_suffix(suffix)).lower()
    return next((name for name in source.names() if name.lower() == wanted), "")


def _check_datum(source: Source, tile: _Tile, path: Path) -> None:
    """Refuse Tokyo datum, and tables that tell none: the same code names another cell there."""
    name = f"{source.label}/{tile.member}"
    told = _told_crs(source, tile, path)
    if _TOKYO_WORD.search(name) or (told is not None and "TOKYO" in told.name.upper()):
        found = f"Tokyo datum: {_TOKYO_REASON}"
    elif told is not None:
        if is_jgd(told):
            return
        found = told.name
    elif tile.edition.year < _FIRST_ON_JGD and not _JGD_WORD.search(name):
        found = f"nothing, and the edition of {tile.edition.year} is on Tokyo datum: {_TOKYO_REASON}"
    elif tile.suffix in _RASTERS or _JGD_WORD.search(name):
        return
    else:
        found = "nothing"
    raise SourceError.of(
        source.label,
        layer=tile.member,
        expected="JGD2000 or JGD2011, told by the .prj or by -jgd in the name",
        found=found,
        remedy="Download the edition for JGD2000 or JGD2011 (-jgd, -jgd2011) and keep its name and its .prj.",
    )


def _told_crs(source: Source, tile: _Tile, path: Path) -> CRS | None:
    """Return the CRS that a table tells; None where it tells none (a GeoJSON without one is taken for WGS 84)."""
    text = ""
    try:
        if tile.suffix == ".dbf" and (part := _beside(source, tile.member, ".prj")):
            text = source.read(part).decode("utf-8", errors="replace")
            # WKT and nothing else: other ways to write a CRS can name a file.
            return CRS.from_wkt(text)
        if tile.suffix == ".geojson":
            text = geojson_crs(path, source.label, tile.member)
        return CRS.from_user_input(text) if text else None
    except CRSError as error:
        raise SourceError.of(
            source.label,
            layer=tile.member,
            expected="a CRS that can be read",
            found=" ".join(text.split())[:80],
            remedy="Download the tile again, with its .prj.",
        ) from error


def _add(total: Counts, counts: Counts, file: str, member: str) -> None:
    """Add a file's counts into the total; no cell may be there twice."""
    for primary, part in counts.items():
        known = total.get(primary)
        if known is not None and ((known.sum(axis=1) > 0) & (part.sum(axis=1) > 0)).any():
            twice = (known.sum(axis=1) > 0) & (part.sum(axis=1) > 0)
            found = f"cells of {third_mesh_codes(primary)[twice][0]} in this file and in one read before"
        elif (part.sum(axis=1) > CELLS_OF_THIRD_MESH).any():
            row = int(np.argmax(part.sum(axis=1)))
            found = f"{part.sum(axis=1)[row]} cells in {third_mesh_codes(primary)[row]}"
        else:
            total[primary] = part if known is None else known + part
            continue
        raise SourceError.of(
            file,
            layer=member,
            expected=f"every cell once, at most {CELLS_OF_THIRD_MESH} in a third mesh",
            found=found,
            remedy="Give every tile once, in one format and one edition.",
        )


def _table(total: Counts) -> pd.DataFrame:
    parts = [pd.DataFrame({"mesh_code": np.array([], dtype=np.str_), **{name: np.array([], int) for name in CLASSES}})]
    for primary in sorted(total):
        part = pd.DataFrame(total[primary], columns=list(CLASSES))
        part.insert(0, "mesh_code", third_mesh_codes(primary))
        parts.append(part[total[primary].sum(axis=1) > 0])
    table = pd.concat(parts[1:] or parts, ignore_index=True).sort_values("mesh_code", ignore_index=True)
    return table.assign(cells=table[list(CLASSES)].sum(axis=1).astype(np.int64))


def _two_editions(editions: dict[int, tuple[Edition, str]]) -> SourceError:
    names = [f"{edition.year} ({name})" for edition, name in editions.values()]
    return SourceError.of(
        editions[max(editions)][1],
        expected="tiles of one edition",
        found=" and ".join(names),
        remedy="Read one edition at a time: years must not be mixed.",
    )


def _provenance(edition: Edition) -> Provenance:
    caveats_ja = ["1区画（約100 m四方）に一つの種別。小さな土地利用は表れない。"]
    caveats_en = ["One class for each cell of about 100 m: small patches do not show."]
    if not edition.tells_railways:
        caveats_ja.append("この年次は道路と鉄道を分けない（幹線交通用地を道路として数える）。")
        caveats_en.append("This edition does not tell roads from railways: both are counted as road.")
    return Provenance(
        key="landuse",
        title_ja="土地利用（100 m）",
        title_en="Land use (100 m)",
        source=f"国土数値情報（土地利用細分メッシュデータ L03-b, {edition.year}年）国土交通省",
        year=str(edition.year),
        resolution="100 m",
        licence=edition.licence,
        attribution="「国土数値情報（土地利用細分メッシュデータ）」（国土交通省）を加工して作成",
        url="https://nlftp.mlit.go.jp/ksj/gml/datalist/KsjTmplt-L03-b.html",
        processing_ja="100 m区画を3次メッシュごと・種別ごとに数えた。",
        processing_en="The 100 m cells were counted by third mesh and class.",
        caveats_ja=tuple(caveats_ja),
        caveats_en=tuple(caveats_en),
    )
