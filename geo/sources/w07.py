"""W07 流域メッシュ: the water system, river and unit basin of every 100 m cell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import pandas as pd
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.sources.archive import Source, open_source
from geo.sources.fields import KSJ_TERMS, expect_each, once
from geo.sources.product_names import name_of
from geo.sources.reading import Provenance, Reading, SourceError
from geo.sources.vector import read_attributes

_URL = "https://nlftp.mlit.go.jp/ksj/gml/datalist/KsjTmplt-W07.html"
_COLUMNS = {
    "mesh10": ("W07_001",),
    "water_system_code": ("W07_002",),
    "river_code": ("W07_003",),
    "water_system_name": ("W07_004",),
    "river_name": ("W07_005",),
    "unit_basin_code": ("W07_006",),
}
# Primary mesh of Japan (30 to 69, 22 to 54), second mesh 0 to 7, third mesh, its tenths.
_MESH10 = r"[3-6]\d[2-5]\d[0-7]{2}\d{4}"
_UNKNOWN = ("unknown", "unkown", "不明", "名称不明")
_DATUMS = ("EPSG:4612", "EPSG:6668")


def read_w07(paths: Sequence[Path]) -> Reading:
    """Read the basin mesh of one or several primary meshes.

    Parameters
    ----------
    paths
        Archives as downloaded, folders, Shapefiles (their .dbf is read, the outlines follow from the codes).

    Returns
    -------
    A reading whose table has, sorted by ``mesh10``: ``mesh10`` (ten digits: third mesh and tenths), ``mesh_code`` (its
    first eight), ``water_system_code``, ``river_code``, ``water_system_name``, ``river_name`` and ``unit_basin_code``,
    '' where the file has nothing or says ``unknown``.
    ``counts``: ``rows``, ``unknown`` (cells without a water system), ``dissolved`` (rows that repeat another),
    ``conflicting`` (further rows of a cell that say something else: the first stands), ``repeated`` (files given
    twice).

    Raises
    ------
    SourceError
        Not such a file, on Tokyo's datum or on none that it tells, a mesh code that is none.
    """
    files, digests, repeated = once(paths)
    tables: list[pd.DataFrame] = []
    counts = {"rows": 0, "unknown": 0, "dissolved": 0, "conflicting": 0, "repeated": repeated}
    for path in files:
        with open_source(path) as source:
            for member in _members(source, path):
                _check_datum(source, member)
                table = read_attributes(source, member, columns=_COLUMNS)
                codes = table["mesh10"]
                expect_each(
                    codes,
                    codes.str.fullmatch(_MESH10),
                    file=source.label,
                    layer=member,
                    expected="in W07_001 a 100 m mesh code (ten digits)",
                    remedy="Download the file again.",
                )
                tables.append(table.assign(**{name: _known(table[name]) for name in list(_COLUMNS)[1:]}))
    every = pd.concat(tables, ignore_index=True)
    counts["rows"] = len(every)
    distinct = every.drop_duplicates()
    counts["dissolved"] = len(every) - len(distinct)
    cells = distinct.drop_duplicates("mesh10")
    counts["conflicting"] = len(distinct) - len(cells)
    counts["unknown"] = int(cells["water_system_code"].eq("").sum())
    cells = cells.sort_values("mesh10", kind="stable").reset_index(drop=True)
    cells.insert(1, "mesh_code", cells["mesh10"].str[:8])
    return Reading("W07", cells, _PROVENANCE, tuple(digests), counts)


def _members(source: Source, path: Path) -> list[str]:
    if path.is_file() and path.suffix.lower() in (".shp", ".dbf"):
        return [path.name]
    known = [
        name
        for name in source.find("*.shp")
        if "valleymesh" in name.lower() or ((named := name_of(PurePosixPath(name).name)) and named.product == "w07")
    ]
    if not known:
        raise SourceError.of(
            source.label,
            expected="a Shapefile W07-…_ValleyMesh.shp",
            found=", ".join(source.names()[:8]) or "nothing",
            remedy="Choose the archive of the basin mesh (W07).",
        )
    return known


def _check_datum(source: Source, member: str) -> None:
    """See that the mesh is the one of JGD2000 or JGD2011, by the .prj or else by the name: codes do not tell."""
    stem = member.lower()[: -len(PurePosixPath(member).suffix)]
    page = next((name for name in source.names() if name.lower() == f"{stem}.prj"), "")
    if page:
        try:
            crs = CRS.from_wkt(source.read(page).decode("utf-8", "replace"))
        except CRSError:
            found = "a .prj that is none"
        else:
            matched = crs.to_epsg(min_confidence=70)
            if f"EPSG:{matched}" in _DATUMS:
                return
            found = crs.name
    elif "-jgd" in stem:
        return
    else:
        found = "no .prj, and a name that does not say -jgd"
    raise SourceError.of(
        source.label,
        layer=member,
        expected="the mesh of JGD2000 or JGD2011",
        found=found,
        remedy="Download the edition whose name has -jgd.",
    )


def _known(column: pd.Series) -> pd.Series:
    known: pd.Series = column.where(~column.str.lower().isin(_UNKNOWN), "")
    return known


_PROVENANCE = Provenance(
    key="basin_mesh",
    title_ja="流域メッシュ",
    title_en="Basin mesh",
    source="国土数値情報（流域メッシュデータ W07、2009年）国土交通省",
    year="2009",
    resolution="100 m",
    licence=KSJ_TERMS,
    attribution="「国土数値情報（流域メッシュデータ）」（国土交通省）を加工して作成",
    url=_URL,
    processing_ja="水系と河川の名前を読み取った。「unknown」は不明とした。",
    processing_en="Names of water systems and rivers were read; 'unknown' is taken as not known.",
)
