"""W12 流域界・非集水域: the outlines of unit basins, and of the land that drains to no mapped river."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import geopandas as gpd
import pandas as pd

from geo.sources.archive import Source, open_source
from geo.sources.fields import KSJ_TERMS, expect_each, once
from geo.sources.outlines import dissolve, expect_polygons, together
from geo.sources.product_names import name_of
from geo.sources.reading import Provenance, Reading, SourceError
from geo.sources.vector import fields_of, one_format, read_vector

_URL = "https://nlftp.mlit.go.jp/ksj/gmlold/datalist/gmlold_KsjTmplt-W12.html"
# The Shapefile's fields, and names that a document may have for the same.
_COLUMNS = {
    "kind": ("W12_001", "watershedBoundaryDivision", "division", "category", "流域界・非集水域区分"),
    "system": ("W12_002", "waterSystemCode", "oldWaterSystemCode", "水系域コード"),
    "unit": ("W12_003", "unitBasinCode", "unitWatershedCode", "単位流域コード"),
}
_KINDS = {"0": "basin", "1": "lowland"}
# Bureau 81 to 90, then 000 outside, 001–199 first class, 201–499 larger second class, 501–949 composite, 951–999
# without outlet.
_SYSTEM = r"(?:8[1-9]|90)(?:\d{3})"
_JGD2000 = "EPSG:4612"


def read_w12(paths: Sequence[Path], *, declared_crs: str = "") -> Reading:
    """Read unit basins of one or several prefectures.

    Parameters
    ----------
    paths
        Archives as downloaded, folders, Shapefiles, JPGIS documents.
    declared_crs
        CRS of Shapefiles without .prj, as the product's page says. Where it is '' those of the edition 01.0a, whose
        layers are named '2K', are JGD2000; others may be on Tokyo's datum, 400 m off, and are refused.

    Returns
    -------
    A reading whose table has, sorted by ``code``, then ``kind``: ``code`` ('83030-0001', water system and unit basin),
    ``water_system_code`` (the old five digits), ``kind`` ('basin', or 'lowland' for 非集水域) and outlines in
    EPSG:6668. A basin that several prefectures' files have is one row.
    ``counts``: ``rows``, ``repaired`` (invalid outlines made valid), ``dissolved`` (polygons that went into others of
    their file), ``united`` (codes that several files have), ``lowland`` (polygons of that class), ``repeated`` (files
    given twice).

    Raises
    ------
    SourceError
        Not such a file, CRS missing or Tokyo's, a class or code that is not of the lists.
    """
    files, digests, repeated = once(paths)
    tables: list[gpd.GeoDataFrame] = []
    counts = {"rows": 0, "repaired": 0, "dissolved": 0, "united": 0, "lowland": 0, "repeated": repeated}
    for path in files:
        with open_source(path) as source:
            for member in _members(source, path):
                raw, repaired = read_vector(
                    source,
                    member,
                    columns=_columns(source, member),
                    allowed_crs=(_JGD2000, "EPSG:6668"),
                    declared_crs=declared_crs or _declared(source, member, path),
                )
                expect_polygons(raw, source.label, member)
                table = _coded(raw, source.label, member)
                counts["rows"] += len(table)
                counts["repaired"] += repaired
                counts["lowland"] += int(table["kind"].eq("lowland").sum())
                table, dissolved = dissolve(table, ["code", "kind"])
                counts["dissolved"] += dissolved
                tables.append(table)
    every = together(tables)
    counts["united"] = int((every.groupby(["code", "kind"]).size() > 1).sum())
    table, _ = dissolve(every, ["code", "kind"])
    return Reading("W12", table, _PROVENANCE, tuple(digests), counts)


def _members(source: Source, path: Path) -> list[str]:
    if path.is_file() and path.suffix.lower() != ".zip":
        return [path.name]
    known = [
        name
        for name in source.find("*.shp", "*.geojson", "*.json", "*.gml", "*.xml")
        if "watershedboundary" in name.lower()
        or ((named := name_of(PurePosixPath(name).name)) is not None and named.product == "w12")
    ]
    if not known:
        raise SourceError.of(
            source.label,
            expected="a layer W12-…_WatershedBoundary",
            found=", ".join(source.names()[:8]) or "nothing",
            remedy="Choose the archive of basin outlines (W12).",
        )
    return one_format(source, known)


def _declared(source: Source, member: str, path: Path) -> str:
    """Return JGD2000 for the layers named '2K'; raise for a Shapefile that tells its datum nowhere."""
    if "-2k-" in member.lower() or not member.lower().endswith(".shp"):
        return _JGD2000 if "-2k-" in member.lower() else ""
    beside = {name.lower() for name in source.names()}
    if f"{member[:-4]}.prj".lower() not in beside:
        raise SourceError.of(
            source.label,
            layer=member,
            expected="a .prj, or the edition 01.0a whose layers are named W12-52A-2K-…",
            found="neither: it may be on Tokyo's datum, 400 m off",
            remedy="Download the edition 01.0a. If the product's page says JGD2000 for this file, declare that.",
        )
    return ""


def _columns(source: Source, member: str) -> dict[str, tuple[str, ...]]:
    """Return the fields to read; a document's are told by what they hold where their names are not known.

    The three codes cannot be taken for one another: one digit of 0 and 1, five digits that begin with a bureau's
    number, and up to four.
    """
    if not member.lower().endswith((".gml", ".xml")):
        return dict(_COLUMNS)
    known = {name.lower() for name in fields_of(source, member)[0]}
    if all(known & {name.lower() for name in names} for names in _COLUMNS.values()):
        return dict(_COLUMNS)
    return _by_content(source, member)


def _by_content(source: Source, member: str) -> dict[str, tuple[str, ...]]:
    fields = [name for name in fields_of(source, member)[0] if name != "feature"]
    table, _ = read_vector(source, member, columns={name: (name,) for name in fields}, declared_crs=_JGD2000)
    formats = {"kind": r"[01]", "system": _SYSTEM, "unit": r"\d{2,4}"}
    fitting = {
        wanted: [name for name in fields if table[name].str.fullmatch(pattern).all()]
        for wanted, pattern in formats.items()
    }
    if any(len(names) != 1 for names in fitting.values()):
        raise SourceError.of(
            source.label,
            layer=member,
            expected="fields W12_001 (class), W12_002 (water system) and W12_003 (unit basin)",
            found=", ".join(fields) or "no field",
            remedy="Take the Shapefile of the same archive.",
        )
    return {wanted: (names[0],) for wanted, names in fitting.items()}


def _coded(raw: gpd.GeoDataFrame, file: str, member: str) -> gpd.GeoDataFrame:
    """Check the codes and put the key together."""
    system = raw["system"].str.zfill(5)
    unit = raw["unit"].str.zfill(4)
    is_basin = raw["kind"].eq("0")
    checks = (
        (raw["kind"].isin(list(_KINDS)), "kind", "in W12_001 0 (basin) or 1 (land without catchment)"),
        (system.str.fullmatch(_SYSTEM), "system", "in W12_002 five digits that begin with 81 to 90"),
        (
            unit.str.fullmatch(r"\d{4}") & (raw["unit"].ne("") | ~is_basin),
            "unit",
            "in W12_003 the four digits of a unit basin",
        ),
    )
    remedy = "Download the file again; the current codes of rivers (W05) are others and do not fit."
    for is_right, column, expected in checks:
        expect_each(raw[column], is_right, file=file, layer=member, expected=expected, remedy=remedy)
    codes = pd.DataFrame({"code": system + "-" + unit, "water_system_code": system, "kind": raw["kind"].map(_KINDS)})
    return gpd.GeoDataFrame(codes, geometry=raw.geometry, crs=raw.crs)


_PROVENANCE = Provenance(
    key="basins",
    title_ja="流域界",
    title_en="Basin outlines",
    source="国土数値情報（流域・非集水域データ W12、1977年）国土交通省",
    year="1977",
    resolution="1:50,000 or coarser",
    licence=KSJ_TERMS,
    attribution="「国土数値情報（流域・非集水域データ）」（国土交通省）を加工して作成",
    url=_URL,
    processing_ja="都道府県ごとのファイルにまたがる単位流域を一つにまとめ、壊れた輪郭を直した。",
    processing_en="Unit basins that several prefectures' files have were united, broken outlines repaired.",
    caveats_ja=("1977年の調査で、その後の河川改修は入っていない。", "非集水域が省かれている都道府県がある。"),
    caveats_en=(
        "A survey of 1977: later river works are not in it.",
        "The files of some prefectures leave out the land without catchment.",
    ),
)
