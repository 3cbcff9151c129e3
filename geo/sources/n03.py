"""N03 行政区域: the outlines of municipalities, islands and wards dissolved."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.prefectures import PREFECTURES
from geo.sources.archive import Source, open_source
from geo.sources.codes import DESIGNATED_CITIES, city_of, five_digits, is_ward
from geo.sources.fields import KSJ_TERMS, once
from geo.sources.outlines import dissolve, expect_polygons, layers_named, together, uneven
from geo.sources.product_names import editions_ja, year_told
from geo.sources.reading import Provenance, Reading, SourceError
from geo.sources.vector import read_vector

_URL = "https://nlftp.mlit.go.jp/ksj/gml/datalist/KsjTmplt-N03-2025.html"
_COLUMNS = {
    "prefecture": ("N03_001", "都道府県名"),
    "group": ("N03_003", "郡・政令市名", "郡名"),
    "town": ("N03_004", "市区町村名"),
    "code": ("N03_007", "行政区域コード"),
}
# N03_005 has been the ward since 2024. In the editions up to 2013 it was, with N03_006, a date.
_OPTIONAL = {"ward": ("N03_005", "政令市の行政区域名"), "abolished": ("N03_006",)}
_DATE = re.compile(r"\d{4}[-/.年]?\d{2}.*")
_PREFECTURE_CODES = {ja: code for code, (ja, _) in PREFECTURES.items()}
# The specification since 2.3 (2016). Only GeoJSON needs it, which rarely says its CRS.
_SPECIFIED_CRS = "EPSG:6668"


def read_n03(paths: Sequence[Path]) -> Reading:
    """Read the municipalities of one or several prefectures, or of the nation.

    Parameters
    ----------
    paths
        Archives as downloaded, folders, Shapefiles, GeoJSON; of the editions since 2016 (JGD2011) or before (JGD2000).
        A bare file is taken whatever it is called; in an archive or folder the layers named like the product are.

    Returns
    -------
    A reading whose table has, sorted by ``code``: ``code`` (five digits; a designated city's for all its wards, while
    Tokyo's special wards stay), ``name_ja`` (of the city, not its district 郡), ``prefecture_code``,
    ``prefecture_ja`` and outlines in EPSG:6668.
    ``counts``: ``rows`` (polygons read), ``repaired``, ``unassigned`` (所属未定地: of no municipality, left out),
    ``wards`` (codes that went into a city's), ``dissolved`` (polygons that went into others), ``uneven`` (polygons
    whose edges do not meet their neighbours' in the same file: neither closed nor moved), ``repeated`` (files given
    twice).

    Raises
    ------
    SourceError
        Not such a file, a code with a wrong check digit, of another prefecture or city than the names say, one
        municipality in two files, no municipality at all.
    """
    files, digests, repeated = once(paths)
    tables: list[gpd.GeoDataFrame] = []
    counts = {"rows": 0, "repaired": 0, "unassigned": 0, "wards": 0, "dissolved": 0, "uneven": 0, "repeated": repeated}
    seen: dict[str, str] = {}
    years: set[str] = set()
    for path in files:
        with open_source(path) as source:
            members = layers_named(
                source,
                path,
                "n03",
                expected="a layer N03-… of municipalities",
                remedy="Choose the archive of the administrative areas (N03).",
            )
            for member in members:
                table, found = _read_layer(source, member)
                for code in sorted(set(table["code"])):
                    if code in seen:
                        raise SourceError.of(
                            source.label,
                            layer=member,
                            expected="each municipality in one file",
                            found=f"{code}, which is in {seen[code]} too",
                            remedy="Give one edition only, of each prefecture or of the nation.",
                        )
                    seen[code] = source.label
                tables.append(table)
                for key, number in found.items():
                    counts[key] += number
                years.add(year_told("n03", member, path.name))
    table, counts["dissolved"] = dissolve(together(tables), ["code"])
    return Reading(
        product="N03",
        table=table,
        provenance=_provenance(sorted(years - {""})),
        files=tuple(digests),
        counts=counts,
    )


def _read_layer(source: Source, member: str) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    raw, repaired = read_vector(
        source, member, columns=_COLUMNS, optional=_OPTIONAL, declared_crs=_declared(source, member)
    )
    expect_polygons(raw, source.label, member)
    is_dated = raw["ward"].str.fullmatch(_DATE.pattern) | raw["abolished"].str.fullmatch(_DATE.pattern)
    if raw.loc[is_dated, "abolished"].ne("").any():
        raise SourceError.of(
            source.label,
            layer=member,
            row=int(np.flatnonzero(is_dated)[0]) + 1,
            expected="the municipalities of one day",
            found=f"one that was abolished on {raw.loc[is_dated, 'abolished'].max()}",
            remedy="Choose an edition of one day, not one of the historical editions.",
        )
    raw.loc[is_dated, "ward"] = ""
    counts = {"rows": len(raw), "repaired": repaired, "uneven": uneven(raw.geometry.to_numpy())}
    prefectures = raw["prefecture"].map(_PREFECTURE_CODES)
    if (unknown := prefectures.isna()).any():
        raise SourceError.of(
            source.label,
            layer=member,
            row=int(np.flatnonzero(unknown)[0]) + 1,
            expected="in N03_001 one of the 47 prefectures",
            found=f"'{raw.loc[unknown, 'prefecture'].iloc[0]}'",
            remedy="Choose an edition of this century, with its text in UTF-8 or CP932.",
        )
    is_nobodys = raw["code"].eq("") | raw["code"].str[2:5].eq("000")
    counts["unassigned"] = int(is_nobodys.sum())
    kept = raw[~is_nobodys]
    if kept.empty:
        raise SourceError.of(
            source.label, layer=member, expected="a municipality", found="none", remedy="Download it again."
        )
    given = kept["code"].map(five_digits)
    _check_codes(source, member, kept, given, prefectures[~is_nobodys])
    codes = given.map(city_of)
    counts["wards"] = int(given[given != codes].nunique())
    names = _names(kept, given)
    _check_cities(source, member, kept, codes, names)
    table = gpd.GeoDataFrame(
        {
            "code": codes,
            "name_ja": names,
            "prefecture_code": prefectures[~is_nobodys],
            "prefecture_ja": kept["prefecture"],
        },
        geometry=kept.geometry,
        crs=kept.crs,
    )
    return table.reset_index(drop=True), counts


def _declared(source: Source, member: str) -> str:
    """Return the CRS that the specification gives a GeoJSON; '' for the formats that have their own word for it."""
    return _SPECIFIED_CRS if member.lower().endswith(("json",)) else ""


def _check_codes(source: Source, member: str, rows: gpd.GeoDataFrame, codes: pd.Series, prefectures: pd.Series) -> None:
    wrong = codes.isna() | (codes.str[:2] != prefectures)
    if wrong.any():
        first = rows[wrong].iloc[0]
        raise SourceError.of(
            source.label,
            layer=member,
            row=int(rows.index[wrong][0]) + 1,
            expected=f"in N03_007 a code of {first['prefecture']}: five digits, or six with the check digit",
            found=f"'{first['code']}' ({first['group']}{first['town']})",
            remedy="Correct the code, or download the file again.",
        )


def _names(rows: gpd.GeoDataFrame, codes: pd.Series) -> pd.Series:
    """Return the municipality's name: before 2024 a ward's city stood in N03_003, since then in N03_004."""
    has_city_before = codes.map(is_ward) & rows["ward"].eq("")
    names: pd.Series = rows["town"].where(~has_city_before, rows["group"])
    return names


def _check_cities(source: Source, member: str, rows: gpd.GeoDataFrame, codes: pd.Series, names: pd.Series) -> None:
    """See that every ward is of the city that its code says, and that no municipality has two names."""
    expected = codes.map(DESIGNATED_CITIES)
    wrong = codes.isna() | (expected.notna() & (expected != names))
    if wrong.any():
        first = rows[wrong].iloc[0]
        raise SourceError.of(
            source.label,
            layer=member,
            row=int(rows.index[wrong][0]) + 1,
            expected=f"a ward of {expected[wrong].iloc[0]}" if pd.notna(expected[wrong].iloc[0]) else "a known city",
            found=f"'{first['code']}' ({first['group']}{first['town']}{first['ward']})",
            remedy="Correct the code or the name, or download the file again.",
        )
    named = names.groupby(codes).nunique()
    if (named > 1).any():
        code = str(named.index[named > 1][0])
        raise SourceError.of(
            source.label,
            layer=member,
            expected=f"one name for {code}",
            found=", ".join(sorted(set(names[codes == code]))),
            remedy="Correct the code or the name, or download the file again.",
        )


def _provenance(years: list[str]) -> Provenance:
    return Provenance(
        key="municipalities",
        title_ja="市区町村の境界",
        title_en="Municipal boundaries",
        source=f"国土数値情報（行政区域データ N03、{editions_ja(years)}）国土交通省",
        year=", ".join(years),
        resolution="1:25,000",
        licence=KSJ_TERMS,
        attribution="「国土数値情報（行政区域データ）」（国土交通省）を加工して作成",
        url=_URL,
        processing_ja="政令指定都市の区と島を市町村にまとめ、所属未定地を除いた。境界線は動かしていない。",
        processing_en="Wards of designated cities and islands united to municipalities, land of no municipality left "
        "out. No boundary was moved.",
        caveats_ja=() if len(years) < 2 else ("版の異なるファイルを合わせている。",),
        caveats_en=() if len(years) < 2 else ("Files of different editions are put together.",),
    )
