"""A45 国有林野: stands of the national forest as downloaded -> outlines with growing stock, species and age."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np

from geo.sources.archive import Source, open_source
from geo.sources.fields import areas_km2, expect_each, numbers, once, one_format_a_folder, prefecture_of
from geo.sources.outlines import expect_polygons, together
from geo.sources.reading import Provenance, Reading, SourceError
from geo.sources.vector import read_vector

# Marks for "unknown" that occur in this family of products.
_UNKNOWN = (-1.0, -999.0, -9999.0, 999_999.0, 99_999_999.0)
_UNKNOWN_AGE = (*_UNKNOWN, 999.0, 9999.0)
_HECTARES_PER_KM2 = 100.0
# Stated areas in another unit are 100 or 10,000 times off; the registers' own areas are within a few tens of percent.
_LARGEST_RATIO = 5.0
_EDITION = re.compile(r"A45-(\d{2})(?!\d)", re.IGNORECASE)
_YEAR_OF_EDITION = {"19": "2018"}
_COLUMNS = ["stand_id", "prefecture_code", "municipality_ja", "area_ha", "stock_m3", "species", "age_years"]


def read_a45(paths: Sequence[Path]) -> Reading:
    """Read the stands (小班) of one or several prefectures; national forest only.

    Parameters
    ----------
    paths
        Downloads (zip, folder or bare file); a file given twice is read once.

    Returns
    -------
    ``table``: ``stand_id`` (A45_001), ``prefecture_code`` (2 digits; '' where the name does not tell),
    ``municipality_ja`` (A45_014), ``area_ha`` (A45_027), ``stock_m3`` (A45_012, growing stock), ``species``
    (A45_015, the first species), ``age_years`` (its age: A45_017, brought up to the edition, else A45_016) and
    polygons in EPSG:6668, in the order of the files' names and rows. Unknown figures are NaN. ``counts``: ``rows``,
    ``repaired``, ``dissolved`` (rows of one stand with the same figures, united so that nothing counts twice),
    ``unknown_stock``, ``twins``, ``repeated``.

    Raises
    ------
    SourceError
        A field missing, no number where one belongs, a stand without an id, or stated areas that are not hectares
        (median more than five times the outlines' or less than a fifth); see also
        :func:`geo.sources.vector.read_vector`.
    """
    kept, digests, repeated = once(paths)
    parts: list[gpd.GeoDataFrame] = []
    done = {"rows": 0, "repaired": 0, "dissolved": 0, "unknown_stock": 0, "twins": 0, "repeated": repeated}
    editions: set[str] = set()
    for path in kept:
        with open_source(path) as source:
            members, twins = one_format_a_folder(source)
            done["twins"] += twins
            for member in members:
                part, repaired = _read_layer(source, member)
                parts.append(part)
                done["repaired"] += repaired
                editions |= set(_EDITION.findall(f"{source.label}/{member}"))
    if not parts:
        raise SourceError.of(
            ", ".join(path.name for path in paths) or "A45",
            expected="at least one layer of A45",
            found="none",
            remedy="Give the download as it came.",
        )
    joined = together(parts)
    table = _unite(joined)
    done["rows"], done["dissolved"] = len(table), len(joined) - len(table)
    done["unknown_stock"] = int(table["stock_m3"].isna().sum())
    years = sorted({_YEAR_OF_EDITION.get(edition, f"20{edition}") for edition in editions})
    return Reading(product="A45", table=table, provenance=_provenance(years), files=tuple(digests), counts=done)


def _read_layer(source: Source, member: str) -> tuple[gpd.GeoDataFrame, int]:
    raw, repaired = read_vector(
        source,
        member,
        columns={
            "stand_id": ("A45_001",),
            "municipality_ja": ("A45_014",),
            "area_ha": ("A45_027",),
            "stock_m3": ("A45_012",),
            "species": ("A45_015",),
        },
        optional={"latest_age": ("A45_017",), "planned_age": ("A45_016",)},
    )
    expect_polygons(raw, source.label, member)
    stands = raw["stand_id"].str.strip()
    expect_each(
        stands,
        stands.ne(""),
        file=source.label,
        layer=member,
        expected="in A45_001 the id of the stand",
        remedy="Download the file again.",
    )

    def number(column: str, field: str, unit: str, missing: Sequence[float]) -> np.ndarray:
        return numbers(raw[column], file=source.label, layer=member, field=field, unit=unit, missing=missing)

    latest = number("latest_age", "A45_017", "years", _UNKNOWN_AGE)
    planned = number("planned_age", "A45_016", "years", _UNKNOWN_AGE)
    table = raw.assign(
        stand_id=stands,
        prefecture_code=prefecture_of(member, source.label),
        area_ha=number("area_ha", "A45_027", "ha", _UNKNOWN),
        stock_m3=number("stock_m3", "A45_012", "m³", _UNKNOWN),
        age_years=np.where(np.isnan(latest), planned, latest),
    )[[*_COLUMNS, "geometry"]]
    _check_hectares(table, source.label, member)
    return table, repaired


def _check_hectares(table: gpd.GeoDataFrame, file: str, layer: str) -> None:
    outlined_ha = areas_km2(table) * _HECTARES_PER_KM2
    stated_ha = table["area_ha"].to_numpy()
    has_both = (stated_ha > 0) & (outlined_ha > 0)
    if not has_both.any():
        return
    ratio = float(np.median(stated_ha[has_both] / outlined_ha[has_both]))
    if not 1 / _LARGEST_RATIO <= ratio <= _LARGEST_RATIO:
        raise SourceError.of(
            file,
            layer=layer,
            expected="in A45_027 areas in ha, about those of the outlines",
            found=f"areas {ratio:.3g} times the outlines' (median)",
            remedy="See on the product's page what unit this edition has; it is not read.",
        )


def _unite(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Unite the rows of one stand that repeat its figures; parts with figures of their own stay rows."""
    same = [name for name in _COLUMNS if name != "prefecture_code"]
    if not table.duplicated(same).any():
        return table
    united = table.dissolve(by=same, as_index=False, sort=False, dropna=False, aggfunc="first")
    return united[[*_COLUMNS, "geometry"]]


def _provenance(years: Sequence[str]) -> Provenance:
    year = "・".join(years)
    return Provenance(
        key="national_forest_stands",
        title_ja="国有林の小班（蓄積・樹種・林齢）",
        title_en="Stands of the national forest (growing stock, species, age)",
        source=f"国土数値情報（国有林野データ A45{f', {year}年' if year else ''}）国土交通省",
        year=year,
        resolution="小班",
        licence="CC BY 4.0",
        attribution="「国土数値情報（国有林野データ）」（国土交通省）を加工して作成",
        url="https://nlftp.mlit.go.jp/ksj/gml/datalist/KsjTmplt-A45.html",
        processing_ja="小班ごとの材積・第一樹種・林齢を読み込み、同じ小班が同じ値で繰り返すときは一つにまとめた。",
        processing_en="Stock, first species and age of each stand; repeated rows of one stand were united.",
        caveats_ja=("国有林だけのデータで、民有林を含まない。材積は森林簿の値で、現地の測定ではない。",),
        caveats_en=("National forest only, no private forest. Stock is the register's, not measured in place.",),
    )
