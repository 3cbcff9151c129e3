"""What is done once the tiles are one table: communities by outlines, and amounts of single places."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np

from geo.dataset import MESH_COMMUNITIES
from geo.official.extra_columns import (
    EXTRA,
    NATIONAL_FOREST,
    forest_amounts,
    in_plane,
    renewable_amounts,
    share_places,
    unknown_where_no_prefecture,
)
from geo.official.inputs import OfficialInputs
from geo.official.parquet import store
from geo.official.places import Placed, place_communities
from geo.official.reduce import EXTENSIVE
from geo.official.tiles import BuildError

_PREFECTURE_DIGITS = 2
_KINDS = {
    "mesh": (MESH_COMMUNITIES["ja"], MESH_COMMUNITIES["en"]),
    "schools": ("小学校区（国土数値情報 A27{}）", "elementary school districts (A27{})"),
    "towns": ("町丁・字（国勢調査の小地域{}）", "neighbourhoods (small areas of the census{})"),
}
_ELSEWHERE = ("。区域のない土地は約2 km四方", "; squares of about 2 km on land without one")
_RENEWABLE_USE = (
    "点は含まれる断片へ、線は長さ、面は面積で断片に分けた。地図にない所は0とした。太陽光と洋上風力は使わない。",
    "Points fell to their fragments, lines were shared by length, outlines by area; 0 where the maps show nothing. "
    "Solar and wind at sea are not used.",
)
_FOREST_USE = (
    "小班の面積（森林簿）を断片に面積で分けた。蓄積・樹種・林齢は数値に使わない。",
    "The stands' areas (of the register) were shared onto the fragments by area. Stock, species and age are not used.",
)


def check_outlines(inputs: OfficialInputs, prefectures: Sequence[str]) -> None:
    """Refuse communities whose outlines are not there for every prefecture of the area.

    Raises
    ------
    BuildError
        Says which lack them.
    """
    if inputs.communities == "mesh":
        return
    given = inputs.community_outlines
    codes = set() if given is None else set(given.table["municipality_code"].str[:_PREFECTURE_DIGITS])
    lacking = ", ".join(sorted(set(prefectures) - codes))
    if lacking:
        there = ", ".join(sorted(codes)) or "–"
        message = (
            f"the outlines that the communities are to be have none of prefecture {lacking}; they have {there}: "
            "download theirs, too, or leave --communities out"
        )
        raise BuildError(message, key="build_communities_prefecture", lacking=lacking, there=there)


def community_kind(inputs: OfficialInputs) -> dict[str, str]:
    """Return what the communities are, in both languages."""
    ja, en = _KINDS[inputs.communities]
    if inputs.communities == "mesh" or inputs.community_outlines is None:
        return {"ja": ja, "en": en}
    year = str(inputs.community_outlines.layer["year"])
    in_en = f", {year}" if year else ""
    return {
        "ja": ja.format(f"、{year}年" if year else "") + _ELSEWHERE[0],
        "en": en.format(in_en) + _ELSEWHERE[1],
    }


def add_details(
    made: Path, cells: gpd.GeoDataFrame, inputs: OfficialInputs, say: Callable[[str], object]
) -> tuple[OfficialInputs, gpd.GeoDataFrame]:
    """Write the tables of ``made`` anew with what ``inputs`` has beside the tiles' products.

    Parameters
    ----------
    cells
        The table ``cells`` as written.

    Returns
    -------
    The inputs with the rows of what was used (layers, missing, counts), and the cells. Everything is as it was where
    none of these products is given.

    Notes
    -----
    All fragments are in memory at once; the work is done in one process, so the workers change nothing.
    """
    outlines, renewables, forest = inputs.community_outlines, inputs.renewables, inputs.national_forest
    if outlines is None and renewables is None and forest is None:
        return inputs, cells
    fragments = gpd.read_parquet(made / "fragments.parquet")
    towns = gpd.read_parquet(made / "municipalities.parquet")
    layers: list[Mapping[str, Any]] = list(inputs.layers)
    missing = list(inputs.missing)
    counts = dict(inputs.counts)
    if outlines is not None:
        say("cutting by the communities' outlines")
        tables = [gpd.read_parquet(made / f"{name}.parquet") for name in ("communities", "basins")]
        placed = place_communities(fragments, tables[0], towns, tables[1], outlines.table, EXTENSIVE)
        fragments = placed.fragments
        store(placed.communities, made / "communities.parquet")
        layers.append(_outlines_row(outlines.layer, placed))
        counts["communities"] = {"communities": len(placed.communities), "overlapping": placed.overlapping}
    columns: dict[str, np.ndarray] = {}
    if renewables is not None or forest is not None:
        say("sharing out the amounts of single places")
        plane, plane_towns = in_plane(fragments), in_plane(towns)
    if renewables is not None:
        amounts = renewable_amounts(renewables.table, towns)
        columns |= {name: share_places(places, plane, plane_towns) for name, places in amounts.places.items()}
        missing += amounts.left_out
        layers.append(_used(renewables.layer, tuple(amounts.places), _RENEWABLE_USE))
    if forest is not None:
        shared = share_places(forest_amounts(forest.table), plane, plane_towns)
        columns[NATIONAL_FOREST] = unknown_where_no_prefecture(shared, fragments["prefecture_code"].tolist())
        layers.append(_used(forest.layer, (NATIONAL_FOREST,), _FOREST_USE))
    columns = {name: columns[name] for name in EXTRA if name in columns}
    at = list(fragments.columns).index("geometry")
    for offset, (name, values) in enumerate(columns.items()):
        fragments.insert(at + offset, name, values)
    store(fragments, made / "fragments.parquet")
    if columns:
        sums = fragments[fragments["in_area"]].groupby("mesh_code")[list(columns)].sum(min_count=1)
        known = sums.reindex(cells["mesh_code"]).reset_index(drop=True)
        cells = cells.reset_index(drop=True).assign(**{name: known[name] for name in columns})
        cells = cells[[*(name for name in cells.columns if name != "geometry"), "geometry"]]
        store(cells, made / "cells.parquet")
    return replace(inputs, layers=tuple(layers), missing=tuple(missing), counts=counts), cells


def _used(layer: Mapping[str, Any], columns: Sequence[str], how: tuple[str, str]) -> dict[str, Any]:
    """Return a layer's row with the columns that it makes and what was done for them."""
    processing = {
        f"processing_{lang}": f"{layer[f'processing_{lang}']} {text}".strip()
        for lang, text in zip(("ja", "en"), how, strict=True)
    }
    return {**layer, **processing, "columns": list(columns)}


def _outlines_row(layer: Mapping[str, Any], placed: Placed) -> dict[str, Any]:
    """Return the row of the communities' outlines, with what had to be settled about them."""
    how = (
        "断片をこの区域で切り、量は面積で分けた。市町村の境をまたぐ区域は市町村ごとに分けた。",
        "Fragments were cut by these outlines, amounts shared by area; an outline over a municipal border is one "
        "community on either side.",
    )
    row = _used(layer, ("community_code",), how)
    ja, en = list(layer["caveats_ja"]), list(layer["caveats_en"])
    if placed.overlapping:
        ja.append(f"重なる区域では、土地（{placed.overlap_km2:.3g} km²）を小さい方の区域に入れた。")
        en.append(f"Where outlines overlap ({placed.overlap_km2:.3g} km²), the land is in the smaller one.")
    if placed.uncovered_km2 > 0:
        ja.append(f"区域のない土地（{placed.uncovered_km2:.3g} km²）は約2 km四方のコミュニティのまま。")
        en.append(f"Land without an outline ({placed.uncovered_km2:.3g} km²) keeps its squares of about 2 km.")
    return {**row, "caveats_ja": ja, "caveats_en": en}
