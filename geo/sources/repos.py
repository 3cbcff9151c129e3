"""REPOS 再生可能エネルギー導入ポテンシャル (環境省): maps as downloaded -> capacity and energy of every place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.sources.archive import Source, open_source
from geo.sources.fields import areas_km2, numbers, once, one_format_a_folder
from geo.sources.outlines import expect_polygons, together
from geo.sources.reading import Provenance, Reading, SourceError
from geo.sources.vector import read_vector

KINDS = ("solar", "wind_land", "wind_sea", "small_hydro", "geothermal")
CAPACITY, ENERGY, KIND = "capacity_kw", "energy_kwh_per_year", "kind"
# Stems of the potential maps (…_i_s). Others of the site are gross resources or heat: those are asked for.
_STEMS = {
    re.compile(r"wind_land_i_s"): "wind_land",
    re.compile(r"wind_sea_i_s"): "wind_sea",
    re.compile(r"sunlight_(?!.*thermal)\w+_i_s(_sup)?"): "solar",
    re.compile(r"water_river_i_s"): "small_hydro",
    re.compile(r"geo_steam\d+_i_s"): "geothermal",
}
# Only names that say kW and kWh a year by their own definition; others are asked for.
_CAPACITY_FIELDS = ("設備容量", "HYDRO_IC")
_ENERGY_FIELDS = ("発電電力量", "年間発電電力量", "HYDRO_PG")
_GRID_FIELD = "gridcode"
# The map of fiscal year 2022 tells itself by these.
_HYDRO_2022 = {"hydro_kw": ("HYDRO_IC",), "hydro_kwh": ("HYDRO_PG",), "link": ("LINKID",)}
# Installed capacity on an area that is usable for wind, and the wind speed at the hub from which it counts as usable:
# the ministry's own assumptions for these maps (再生可能エネルギー導入ポテンシャル調査).
WIND_KW_PER_KM2 = {"wind_land": 10_000.0, "wind_sea": 8_000.0}
WIND_LEAST_GRIDCODE = {"wind_land": 55.0, "wind_sea": 65.0}
# Outlines are in degrees on JGD or WGS 84 (the same within a metre), or in UTM zones 51–55 of JGD2000 or JGD2011.
_ALLOWED_CRS = (
    "EPSG:6668",
    "EPSG:4612",
    "EPSG:4326",
    *(f"EPSG:{code}" for code in range(3097, 3102)),
    *(f"EPSG:{code}" for code in range(6688, 6693)),
)
_TWIN = re.compile(r"^(.*)_([pl])$", re.IGNORECASE)
_YEAR = re.compile(r"(?<![A-Za-z])(?:R|令和)0?(\d)(?!\d)|(?<!\d)(20\d{2})(?!\d)", re.IGNORECASE)
_QUESTION = (
    "Tell the fields by column_map: kind (solar, wind_land, wind_sea, small_hydro or geothermal) and the fields of "
    "capacity_kw (in kW) and energy_kwh_per_year (in kWh a year), at least one of the two."
)


@dataclass(frozen=True)
class _Layer:
    member: str
    stem: str
    path: Path


def read_repos(paths: Sequence[Path], column_map: Mapping[str, str] | None = None) -> Reading:
    """Read potential maps.

    Parameters
    ----------
    paths
        Downloads (zip, folder or bare Shapefile); a file given twice is read once.
    column_map
        For maps whose fields are not known here: ``kind`` (one of ``KINDS``), ``capacity_kw`` and
        ``energy_kwh_per_year`` -> the field's name in the file. It holds for every such map of the call.

    Returns
    -------
    ``table``: ``kind``, ``capacity_kw``, ``energy_kwh_per_year`` (float64, NaN where the map has none) and points,
    lines or polygons in EPSG:6668, in the order of the files' names and rows. ``counts``: ``rows``, ``repaired``,
    ``twins`` (lines left out because the same reaches are there as points), ``derived`` (capacities reckoned here
    from areas), ``below_threshold`` (wind too weak to count, left out), ``repeated``.

    Raises
    ------
    SourceError
        A map that is not known (its fields are listed), a value that is no number, twins that differ; see also
        :func:`geo.sources.vector.read_vector`.

    Notes
    -----
    Maps of fiscal year 2021: wind, ``gridcode`` = 10 × m/s, capacity = area × ``WIND_KW_PER_KM2`` from 5.5 m/s on
    land and 6.5 m/s at sea; geothermal, ``gridcode`` = kW/km², capacity = gridcode × area; hydro, ``設備容量`` kW;
    solar, ``発電電力量`` kWh a year. Fiscal year 2022, hydro: ``HYDRO_IC`` kW, ``HYDRO_PG`` kWh a year, as points
    (…_p) and as lines (…_l). Areas are on the ellipsoid.
    """
    _check_map(column_map)
    kept, digests, repeated = once(paths)
    layers = []
    for path in kept:
        with open_source(path) as source:
            members, _ = one_format_a_folder(source)
            layers += [_Layer(name, PurePosixPath(name).stem.lower(), path) for name in members]
    if not layers:
        raise SourceError.of(
            ", ".join(path.name for path in paths) or "REPOS",
            expected="at least one map (Shapefile)",
            found="none",
            remedy="Give the maps as downloaded; tables by municipality have no outlines and are not read.",
        )
    done = {"rows": 0, "repaired": 0, "twins": 0, "derived": 0, "below_threshold": 0, "repeated": repeated}
    links: dict[str, set[str]] = {}
    parts: list[gpd.GeoDataFrame] = []
    stems = {layer.stem for layer in layers}
    # Points before their lines, so that a line map meets the reaches that are there already.
    for layer in sorted(layers, key=lambda one: (_is_line_twin(one.stem, stems), one.path.name, one.member)):
        with open_source(layer.path) as source:
            part, found_links, done_here = _read_layer(source, layer, column_map or {})
        twin = _TWIN.match(layer.stem)
        if _is_line_twin(layer.stem, stems) and twin is not None:
            _check_twins(links[twin[1]], found_links, source.label, layer.member)
            done["twins"] += len(part)
            continue
        if twin is not None:
            links[twin[1]] = links.get(twin[1], set()) | found_links
        parts.append(part)
        for name, number in done_here.items():
            done[name] += number
    table = together(parts)
    done["rows"] = len(table)
    years = {_year(f"{layer.path.name}/{layer.member}") for layer in layers} - {""}
    return Reading(
        product="REPOS",
        table=table,
        provenance=_provenance(sorted(years), bool(done["derived"])),
        files=tuple(digests),
        counts=done,
    )


def _check_map(column_map: Mapping[str, str] | None) -> None:
    if column_map is None:
        return
    known = {KIND, CAPACITY, ENERGY}
    if (
        set(column_map) - known
        or column_map.get(KIND, KINDS[0]) not in KINDS
        or not set(column_map) & {CAPACITY, ENERGY}
    ):
        raise SourceError.of(
            "REPOS",
            expected="a column_map of kind, capacity_kw and energy_kwh_per_year",
            found=", ".join(f"{name}={value}" for name, value in column_map.items()) or "an empty one",
            remedy=_QUESTION,
        )


def _is_line_twin(stem: str, stems: set[str]) -> bool:
    found = _TWIN.match(stem)
    return found is not None and found[2] == "l" and f"{found[1]}_p" in stems


def _read_layer(
    source: Source, layer: _Layer, column_map: Mapping[str, str]
) -> tuple[gpd.GeoDataFrame, set[str], dict[str, int]]:
    member = layer.member
    by_stem = next((kind for pattern, kind in _STEMS.items() if pattern.fullmatch(layer.stem)), "")
    wanted = {CAPACITY: _CAPACITY_FIELDS, ENERGY: _ENERGY_FIELDS, "grid": (_GRID_FIELD,)}
    columns: dict[str, Sequence[str]] = {"any_field": [name for names in wanted.values() for name in names]}
    if column_map and not by_stem:
        told = {name: (column_map[name], *wanted[name]) for name in (CAPACITY, ENERGY) if name in column_map}
        wanted |= told
        columns = dict(told)
    try:
        raw, repaired = read_vector(
            source,
            member,
            columns=columns,
            optional={**{name: names for name, names in wanted.items() if name not in columns}, **_HYDRO_2022},
            allowed_crs=_ALLOWED_CRS,
        )
    except SourceError as error:
        if not str(error.params["expected"]).startswith("a field"):
            raise
        raise _unknown(source, member, f"the fields {error.params['found']}") from error
    is_hydro = bool(raw["hydro_kw"].ne("").any() or raw["hydro_kwh"].ne("").any())
    kind = by_stem or ("small_hydro" if is_hydro else column_map.get(KIND, ""))
    if not kind:
        raise _unknown(source, member, f"a map called {layer.stem}")
    done = {"repaired": repaired, "derived": 0, "below_threshold": 0}
    capacity = _number(raw[CAPACITY], wanted[CAPACITY][0], "kW", source, member)
    energy = _number(raw[ENERGY], wanted[ENERGY][0], "kWh a year", source, member)
    keep = np.ones(len(raw), dtype=bool)
    if np.isnan(capacity).all() and np.isnan(energy).all():
        grid = _number(raw["grid"], _GRID_FIELD, "its own unit", source, member)
        capacity, keep = _from_grid(raw, kind, grid, source, member)
        done |= {"derived": int(keep.sum()), "below_threshold": int((~keep).sum())}
    table = gpd.GeoDataFrame(
        {KIND: kind, CAPACITY: capacity, ENERGY: energy}, geometry=raw.geometry, crs=raw.crs, index=raw.index
    )
    return table[keep], set(raw["link"]) - {""}, done


def _number(column: pd.Series, field: str, unit: str, source: Source, member: str) -> NDArray[np.float64]:
    return numbers(column, file=source.label, layer=member, field=field, unit=unit)


def _from_grid(
    raw: gpd.GeoDataFrame, kind: str, grid: NDArray[np.float64], source: Source, member: str
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Capacity in kW of each outline from its ``gridcode`` and area, and which of them count."""
    if kind not in ("geothermal", *WIND_KW_PER_KM2) or np.isnan(grid).any():
        found = "gridcode, which is known for wind and geothermal maps only" if np.isfinite(grid).all() else "no figure"
        raise _unknown(source, member, found)
    expect_polygons(raw, source.label, member)
    area_km2 = areas_km2(raw)
    if kind == "geothermal":
        return grid * area_km2, np.ones(len(raw), dtype=bool)
    return WIND_KW_PER_KM2[kind] * area_km2, grid >= WIND_LEAST_GRIDCODE[kind]


def _check_twins(points: set[str], lines: set[str], file: str, member: str) -> None:
    """The line map may only be left out where every reach of it is among the points."""
    only_lines = sorted(lines - points)
    if only_lines:
        raise SourceError.of(
            file,
            layer=member,
            expected="the same reaches (LINKID) as in the map of points",
            found=f"{len(only_lines)} that are not there, the first {only_lines[0]}",
            remedy="Give the points and the lines of one edition, or only one of the two.",
        )


def _unknown(source: Source, member: str, found: str) -> SourceError:
    known = ", ".join((*_CAPACITY_FIELDS, *_ENERGY_FIELDS, _GRID_FIELD))
    return SourceError.of(
        source.label, layer=member, expected=f"a map with {known}, named as downloaded", found=found, remedy=_QUESTION
    )


def _year(name: str) -> str:
    """Return the fiscal year that a name tells; '' where it tells none."""
    found = _YEAR.search(name)
    if found is None:
        return ""
    return found[2] or str(2018 + int(found[1]))


def _provenance(years: Sequence[str], has_derived: bool) -> Provenance:
    year = "・".join(years)
    caveats_ja = [
        "導入ポテンシャルの推計で、実際に設置された量でも設置できる量でもない。除外条件は過大に効くことがある。",
        "中小水力は河川の合流点に仮想した発電所で、既に開発された分を含む。",
    ]
    caveats_en = [
        "Estimated potential, neither what is installed nor what can be; exclusions can be too wide.",
        "Small hydro is of imagined plants at confluences and includes what is built already.",
    ]
    if not year:
        caveats_ja.append("年度はファイルの名から分からない。配布ページで確認すること。")
        caveats_en.append("The file names do not tell the fiscal year: see the download page.")
    if has_derived:
        caveats_ja.append(
            "風力と地熱の設備容量は、範囲の面積に単位面積当たりの容量（風力は陸上1万・洋上8千 kW/km²）を掛けた。"
        )
        caveats_en.append(
            "Capacity of wind and geothermal is area × capacity per km² (wind: 10,000 kW on land, 8,000 kW at sea)."
        )
    return Provenance(
        key="renewable_potential",
        title_ja="再生可能エネルギーの導入ポテンシャル",
        title_en="Renewable energy potential",
        source=f"再生可能エネルギー情報提供システム REPOS{f'（{year}年度）' if year else ''}（環境省）",
        year=year,
        resolution="100–500 m",
        licence="配布ページの利用条件を確認",
        attribution="「再生可能エネルギー情報提供システム［REPOS］」（環境省）を加工して作成",
        url="https://www.renewable-energy-potential.env.go.jp/RenewableEnergy/",
        processing_ja="設備容量（kW）と年間発電電力量（kWh）を読み込み、点と線で重なる中小水力は点だけを数えた。",
        processing_en="Capacity and energy a year were read; reaches given as points and as lines count once.",
        caveats_ja=tuple(caveats_ja),
        caveats_en=tuple(caveats_en),
    )
