"""Communities by official outlines: school districts (A27 小学校区) and small areas (e-Stat 町丁・字等)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.sources.archive import Source, open_source
from geo.sources.codes import city_of, five_digits
from geo.sources.fields import KSJ_TERMS, once
from geo.sources.outlines import dissolve, expect_polygons, layers_named, together, uneven
from geo.sources.product_names import editions_ja, year_told
from geo.sources.reading import Provenance, Reading, SourceError
from geo.sources.vector import fields_of, read_vector

_SCHOOLS_URL = "https://nlftp.mlit.go.jp/ksj/gml/datalist/KsjTmplt-A27-v3_0.html"
_SMALL_AREAS_URL = "https://www.e-stat.go.jp/gis/statmap-search?type=2"
_SCHOOLS = {"municipality": ("A27_001",), "school": ("A27_003",), "name_ja": ("A27_004",)}
# Up to 2016 the schools' points had 001 to 004 and the districts 005 to 008.
_OLD_SCHOOLS = {"municipality": ("A27_005",), "name_ja": ("A27_007",)}
_SMALL_AREAS = {
    "key": ("KEY_CODE", "KEYCODE2"),
    "prefecture": ("PREF", "KEN"),
    "city": ("CITY",),
    "name_ja": ("S_NAME", "MOJI"),
    "kind": ("HCODE",),
}
_WATER = "8154"
_REMEDY = "Download the file again, or choose the right one."


def read_school_districts(paths: Sequence[Path]) -> Reading:
    """Read the districts of public elementary schools of one or several prefectures.

    Parameters
    ----------
    paths
        Archives as downloaded, folders, Shapefiles, GeoJSON; of 2021 and later, or the older districts. The schools'
        points that some archives have beside them are passed over.

    Returns
    -------
    A reading whose table has, sorted by ``code``: ``code`` (the school's; where there is none, the municipality's and
    a number in the order of the names), ``name_ja``, ``municipality_code`` (a designated city's for its wards) and
    outlines in EPSG:6668, one row a code. Districts can overlap where a family may choose, and need not cover all.
    ``counts``: ``rows``, ``repaired``, ``dissolved``, ``uneven`` (outlines that overlap a neighbour or leave a gap of
    up to a metre), ``points`` (layers passed over), ``repeated``.

    Raises
    ------
    SourceError
        Not such a file, CRS missing or not allowed, a municipality code that is none, a district without a name.
    """
    counts = {"rows": 0, "repaired": 0, "dissolved": 0, "uneven": 0, "points": 0, "repeated": 0}
    files, digests, counts["repeated"] = once(paths)
    tables: list[gpd.GeoDataFrame] = []
    years: set[str] = set()
    for path in files:
        with open_source(path) as source:
            expected = "a layer A27-…, of school districts"
            for member in layers_named(source, path, "school_districts", expected=expected, remedy=_REMEDY):
                table = _districts(source, member, counts)
                if table is not None:
                    tables.append(table)
                    years.add(year_told("school_districts", member, path.name))
    if not tables:
        raise _refuse(files[0].name, "", expected="a layer of school districts", found="points only")
    table, counts["dissolved"] = dissolve(_numbered(together(tables)), ["code"])
    return Reading("A27", table, _schools_provenance(sorted(years - {""})), tuple(digests), counts)


def read_small_areas(paths: Sequence[Path]) -> Reading:
    """Read the outlines of small areas (町丁・字等) of one or several prefectures, of the census 2000 to 2020.

    Parameters
    ----------
    paths
        Archives as downloaded from e-Stat (latitude and longitude), folders, Shapefiles.

    Returns
    -------
    A reading whose table has, sorted by ``code``: ``code`` (KEY_CODE), ``name_ja``, ``municipality_code`` (a
    designated city's for its wards) and outlines in EPSG:6668, one row a code. Population and households, which the
    file repeats on every part of an area, are not read.
    ``counts``: ``rows``, ``repaired``, ``water`` (HCODE 8154, left out), ``dissolved``, ``uneven``, ``repeated``.

    Raises
    ------
    SourceError
        Not such a file, CRS missing or plane, a code that is not its municipality's, nothing but water.
    """
    counts = {"rows": 0, "repaired": 0, "water": 0, "dissolved": 0, "uneven": 0, "repeated": 0}
    files, digests, counts["repeated"] = once(paths)
    tables: list[gpd.GeoDataFrame] = []
    years: set[str] = set()
    for path in files:
        with open_source(path) as source:
            expected = "a layer r2ka….shp, of small areas"
            for member in layers_named(source, path, "small_areas", expected=expected, remedy=_REMEDY):
                raw, repaired = read_vector(source, member, columns=_SMALL_AREAS)
                expect_polygons(raw, source.label, member)
                counts["rows"] += len(raw)
                counts["repaired"] += repaired
                counts["uneven"] += uneven(raw.geometry.to_numpy())
                is_water = raw["kind"].eq(_WATER)
                counts["water"] += int(is_water.sum())
                raw = raw[~is_water]
                town = raw["prefecture"].str.zfill(2) + raw["city"].str.zfill(3)
                # A numeric field has lost the zero of Hokkaido to Tochigi.
                key = raw["key"].where(raw["key"].str[:1].ne(town.str[1:2]) | town.str[:1].ne("0"), "0" + raw["key"])
                codes = _municipalities(raw, town, source, member, "PREF and CITY")
                wrong = np.flatnonzero((key.str[:5] != town).to_numpy(dtype=bool))
                if len(wrong):
                    raise _refuse(
                        source.label,
                        member,
                        row=int(raw.index[wrong[0]]) + 1,
                        expected=f"a KEY_CODE that begins with {town.iloc[wrong[0]]}",
                        found=f"'{raw['key'].iloc[wrong[0]]}'",
                    )
                columns = pd.DataFrame({"code": key, "name_ja": raw["name_ja"], "municipality_code": codes})
                tables.append(gpd.GeoDataFrame(columns, geometry=raw.geometry, crs=raw.crs))
                years.add(year_told("small_areas", member, path.name))
    every = together(tables)
    if every.empty:
        raise _refuse(files[0].name, "", expected="an area that is not water", found="none")
    table, counts["dissolved"] = dissolve(every, ["code"])
    return Reading("町丁・字等境界", table, _small_areas_provenance(sorted(years - {""})), tuple(digests), counts)


def _districts(source: Source, member: str, counts: dict[str, int]) -> gpd.GeoDataFrame | None:
    """Return a layer's districts; None where it holds the schools' points. Adds to ``counts``."""
    fields, kind = fields_of(source, member)
    if "Point" in kind:
        counts["points"] += 1
        return None
    is_old = {"A27_005", "A27_007"} <= {name.upper() for name in fields} and "A27_003" not in map(str.upper, fields)
    raw, repaired = read_vector(
        source,
        member,
        columns=_OLD_SCHOOLS if is_old else _SCHOOLS,
        declared_crs="EPSG:6668" if member.lower().endswith("json") else "",
    )
    expect_polygons(raw, source.label, member)
    counts["rows"] += len(raw)
    counts["repaired"] += repaired
    counts["uneven"] += uneven(raw.geometry.to_numpy())
    codes = _municipalities(raw, raw["municipality"], source, member, "A27_005" if is_old else "A27_001")
    nameless = np.flatnonzero(raw["name_ja"].eq("").to_numpy())
    if len(nameless):
        raise _refuse(
            source.label, member, row=int(nameless[0]) + 1, expected="the name of the school", found="an empty field"
        )
    school = pd.Series("", index=raw.index, dtype="str") if is_old else raw["school"]
    columns = pd.DataFrame({"code": school, "name_ja": raw["name_ja"], "municipality_code": codes})
    return gpd.GeoDataFrame(columns, geometry=raw.geometry, crs=raw.crs)


def _numbered(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give districts without a school's code their municipality's and a number in the order of the names."""
    bare = table["code"].eq("")
    keys = table.loc[bare, ["municipality_code", "name_ja"]]
    number = keys.groupby("municipality_code")["name_ja"].transform(lambda names: names.rank(method="dense"))
    numbered = keys["municipality_code"] + "-" + number.astype(int).astype(str).str.zfill(3)
    return table.assign(code=table["code"].where(~bare, numbered))


def _municipalities(rows: gpd.GeoDataFrame, texts: pd.Series, source: Source, member: str, field: str) -> pd.Series:
    codes: pd.Series = texts.map(lambda text: city_of(code) if (code := five_digits(text)) else None)
    wrong = np.flatnonzero(codes.isna().to_numpy())
    if len(wrong):
        raise _refuse(
            source.label,
            member,
            row=int(rows.index[wrong[0]]) + 1,
            expected=f"in {field} a municipality code",
            found=f"'{texts.iloc[wrong[0]]}'",
        )
    return codes


def _schools_provenance(years: list[str]) -> Provenance:
    return Provenance(
        key="communities",
        title_ja="小学校区",
        title_en="Elementary school districts",
        source=f"国土数値情報（小学校区データ A27、{editions_ja(years)}）国土交通省",
        year=", ".join(years),
        resolution="school district",
        licence=KSJ_TERMS,
        attribution="「国土数値情報（小学校区データ）」（国土交通省）を加工して作成",
        url=_SCHOOLS_URL,
        processing_ja="飛び地を学校ごとにまとめ、区を政令指定都市にまとめた。",
        processing_en="Parts united by school, wards' codes replaced by their designated city's.",
        caveats_ja=(
            "利用条件は市町村ごとに異なる（ダウンロードに付く一覧表を参照）。",
            "学校を選べる地域では校区が重なる。",
        ),
        caveats_en=(
            "Terms of use differ by municipality: see the list that comes with the download.",
            "Districts overlap where families may choose.",
        ),
    )


def _small_areas_provenance(years: list[str]) -> Provenance:
    return Provenance(
        key="communities",
        title_ja="町丁・字",
        title_en="Small areas (neighbourhoods)",
        source=f"国勢調査 町丁・字等境界データ（{editions_ja(years)}、総務省統計局、e-Stat）",
        year=", ".join(years),
        resolution="small area (neighbourhood)",
        licence="政府統計の総合窓口(e-Stat)利用規約（CC BY 4.0 互換）",
        attribution="「政府統計の総合窓口(e-Stat)」の境界データを加工して作成",
        url=_SMALL_AREAS_URL,
        processing_ja="同じKEY_CODEの部分をまとめ、水面（HCODE 8154）を除いた。",
        processing_en="Parts of one KEY_CODE united, water (HCODE 8154) left out.",
        caveats_ja=("統計のための区域で、行政上の町界と異なることがある。",),
        caveats_en=("Areas for statistics: they can differ from the administrative ones.",),
    )


def _refuse(file: str, layer: str, *, expected: str, found: str, row: int | str = "") -> SourceError:
    return SourceError.of(
        file,
        layer=layer,
        row=row,
        expected=expected,
        found=found,
        remedy=_REMEDY,
    )
