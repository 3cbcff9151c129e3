"""A13 森林地域: the forest areas of the land-use plan as downloaded -> outlines by class, which overlap one another."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.sources.archive import Source, open_source
from geo.sources.fields import KSJ_TERMS, expect_each, once, one_format_a_folder, prefecture_of
from geo.sources.outlines import expect_polygons, together
from geo.sources.reading import Provenance, Reading, SourceError
from geo.sources.vector import read_vector

_LAYER_NUMBERS = {7: "forest_region", 8: "national", 9: "private_planned", 10: "protection"}
_FOREST_AREA_CD = {1: "forest_region", 2: "national", 3: "private_planned", 4: "protection"}
# 4 is 保安施設地区 (Forest Act, art. 41), to which the rules of protection forests apply.
_CATEGORIES = {1: "national", 2: "private_planned", 3: "protection", 4: "protection"}
# The two readings of A13_001 that are in use; only the file's own page tells which one is its.
CLASS_TABLES: Mapping[str, Mapping[int, str]] = {"ForestAreaCd": _FOREST_AREA_CD, "category": _CATEGORIES}
_QUESTION = (
    "Tell which list A13_001 follows, as the download page of this file says: class_table='ForestAreaCd' "
    "(1 森林地域, 2 国有林, 3 地域森林計画対象民有林, 4 保安林) or class_table='category' "
    "(1 国有林, 2 地域森林計画対象民有林, 3 保安林, 4 保安施設地区)."
)
_EDITION = re.compile(r"A13-(\d{2})(?!\d)", re.IGNORECASE)
_CLASS_FIELDS = ("layer_no", "A13_003", "A13_001")


def read_a13(paths: Sequence[Path], *, class_table: str = "") -> Reading:
    """Read the forest areas of one or several prefectures.

    **The classes overlap** (a protection forest also lies in a national or private forest, and all of them in the
    forest region): their areas must never be summed over classes.

    Parameters
    ----------
    paths
        Downloads (zip, folder or bare file); a file given twice is read once.
    class_table
        For files whose class stands in ``A13_001`` alone: a key of ``CLASS_TABLES``.

    Returns
    -------
    ``table``: ``forest_class`` ('forest_region', 'national', 'private_planned' or 'protection'), ``prefecture_code``
    (2 digits; '' where neither a field nor the name tells) and polygons in EPSG:6668, in the order of the files'
    names and rows. ``counts``: ``rows``, ``repaired``, ``twins`` (the same layer in another format, left out),
    ``repeated`` (files given twice).

    Raises
    ------
    SourceError
        No class field, an unknown class, or one in ``A13_001`` without ``class_table``; see also
        :func:`geo.sources.vector.read_vector`.

    Notes
    -----
    Fields by edition: ``layer_no`` 7–10 (2015, Shapefile); ``A13_003`` by the list ForestAreaCd with the prefecture
    in ``A13_001`` (2006, 2011); ``A13_001`` alone is read differently by different sources, so it is asked for.
    """
    if class_table and class_table not in CLASS_TABLES:
        raise SourceError.of(
            "A13",
            expected=f"class_table {' or '.join(CLASS_TABLES)}",
            found=f"'{class_table}'",
            remedy=_QUESTION,
        )
    kept, digests, repeated = once(paths)
    parts: list[gpd.GeoDataFrame] = []
    done = {"rows": 0, "repaired": 0, "twins": 0, "repeated": repeated}
    years: set[str] = set()
    for path in kept:
        with open_source(path) as source:
            members, twins = one_format_a_folder(source)
            done["twins"] += twins
            for member in members:
                # Unpacked, the layer has a name of its own and its folder the archive's.
                part, repaired = _read_layer(source, member, path.parent.name, class_table)
                parts.append(part)
                done["repaired"] += repaired
                years |= {f"20{year}" for year in _EDITION.findall(f"{path.parent.name}/{source.label}/{member}")}
    if not parts:
        raise SourceError.of(
            ", ".join(path.name for path in paths) or "A13",
            expected="at least one layer of A13",
            found="none",
            remedy="Give the download as it came.",
        )
    table = together(parts)
    done["rows"] = len(table)
    return Reading(product="A13", table=table, provenance=_provenance(sorted(years)), files=tuple(digests), counts=done)


def _read_layer(source: Source, member: str, folder: str, class_table: str) -> tuple[gpd.GeoDataFrame, int]:
    raw, repaired = read_vector(
        source,
        member,
        columns={"any_class": _CLASS_FIELDS},
        optional={"layer_no": ("layer_no",), "old": ("A13_003",), "first": ("A13_001",)},
    )
    expect_polygons(raw, source.label, member)
    prefecture = prefecture_of(member, source.label, folder)
    prefectures = pd.Series(prefecture, index=raw.index)
    if raw["layer_no"].ne("").any():
        field, known, codes = "layer_no", _LAYER_NUMBERS, raw["layer_no"]
    elif raw["old"].ne("").any():
        field, known, codes = "A13_003", _FOREST_AREA_CD, raw["old"]
        told = raw["first"].str.strip().str.zfill(2)
        prefectures = told.where(told.str.fullmatch(r"0[1-9]|[1-3][0-9]|4[0-7]"), prefecture)
    elif class_table:
        field, known, codes = "A13_001", dict(CLASS_TABLES[class_table]), raw["first"]
    else:
        raise SourceError.of(
            source.label,
            layer=member,
            expected="a class in layer_no or A13_003, or to be told how to read A13_001",
            found="A13_001 alone, which is read in two ways",
            remedy=_QUESTION,
        )
    classes = _classes(codes, field, known, source.label, member)
    table = gpd.GeoDataFrame(
        {"forest_class": classes, "prefecture_code": prefectures}, geometry=raw.geometry, crs=raw.crs
    )
    return table, repaired


def _classes(codes: pd.Series, field: str, known: Mapping[int, str], file: str, layer: str) -> pd.Series:
    text = codes.str.strip()
    named = text.where(text.str.fullmatch(r"[0-9]{1,2}"), "0").astype(int).map(known)
    expect_each(
        text,
        named.notna(),
        file=file,
        layer=layer,
        expected=f"in {field} one of {', '.join(map(str, known))}",
        remedy="Download the file again, or read another edition.",
    )
    return named.astype(str)


def _provenance(years: Sequence[str]) -> Provenance:
    year = "・".join(years)
    return Provenance(
        key="forest_areas",
        title_ja="森林地域（国有林・民有林・保安林）",
        title_en="Forest areas (national, private, protection forests)",
        source=f"国土数値情報（森林地域データ A13{f', {year}年' if year else ''}）国土交通省",
        year=year,
        resolution="1:50,000",
        licence=KSJ_TERMS,
        attribution="「国土数値情報（森林地域データ）」（国土交通省）を加工して作成",
        url="https://nlftp.mlit.go.jp/ksj/gml/datalist/KsjTmplt-A13.html",
        processing_ja="区分ごとの範囲をそのまま読み込んだ。",
        processing_en="The outlines of each class were read as they are.",
        caveats_ja=("区分は重なり合う。面積を区分の間で足してはならない。",),
        caveats_en=("The classes overlap: never sum areas over classes.",),
    )
