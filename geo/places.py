"""Finding a place: by name in kanji, kana or romaji, by a typed coordinate, or by a point on the map."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from geo.coordinate_text import parse_coordinate
from geo.dataset import LOWLAND, Dataset
from geo.prepared import unit_column
from geo.spellings import likeness, spellings

KINDS = ("municipality", "basin", "community")
POINT = "point"
# Below this likeness (0..100) a name is somebody else's.
_LEAST_LIKENESS = 72.0


@dataclass(frozen=True)
class Hit:
    """A place that answers a search.

    Attributes
    ----------
    kind
        'municipality', 'basin' (river system), 'community' or 'point'.
    code
        Its code in that partition; '' for a point.
    name_ja, name_en
        Names as the dataset has them; the coordinate for a point.
    latitude, longitude
        A point inside it, degrees.
    bounds
        South, west, north, east in degrees.
    score
        Likeness 0..100; 100 for an exact match.
    """

    kind: str
    code: str
    name_ja: str
    name_en: str
    latitude: float
    longitude: float
    bounds: tuple[float, float, float, float]
    score: float


@dataclass(frozen=True)
class Named:
    """A unit's code and names ('' where it has none); ``is_cut`` where its basin goes on beyond the data."""

    code: str
    name_ja: str
    name_en: str
    is_cut: bool = False


@dataclass(frozen=True)
class PlaceNames:
    """The units a point lies in, small to large; community and basins may be missing at a coverage's hairline gap."""

    community: Named | None
    municipality: Named
    unit_basin: Named | None
    river_system: Named | None
    prefecture: Named


def find_places(dataset: Dataset, query: str, *, limit: int = 8) -> list[Hit]:
    """Return the places that answer ``query``, best first; a coordinate gives one point.

    Parameters
    ----------
    dataset
        The area.
    query
        A name in kanji, kana or romaji, whole or in part, or several of them ('小田原 久野川'), or a coordinate;
        anything else finds nothing.
    limit
        The most hits to return.

    Notes
    -----
    Whole names come before beginnings, beginnings before parts, parts before likeness (normalised indel
    similarity, rapidfuzz); among equals the municipality comes first, then the river system, then the community.
    """
    point = parse_coordinate(query)
    if point is not None:
        latitude, longitude = point
        words = f"{latitude:.5f}, {longitude:.5f}"
        span = (latitude - 0.02, longitude - 0.025, latitude + 0.02, longitude + 0.025)
        return [Hit(POINT, "", words, words, latitude, longitude, span, 100.0)]
    # A town and a river: both are in the name, though not side by side.
    typed = query[:80].split()
    wanted = [spellings(part, "", part) for part in (query[:80], *(typed if 2 <= len(typed) <= 3 else []))]
    if not wanted[0]:
        return []
    scored = []
    for row in _gazetteer(dataset):
        forms = spellings(row["name_ja"], row["kana"], row["name_en"])
        whole, *each = (likeness(part, forms) for part in wanted)
        scored.append((round(max(whole, min(each, default=0.0)), 3), row))
    found = [pair for pair in scored if pair[0] >= _LEAST_LIKENESS]
    found.sort(key=lambda pair: (-pair[0], KINDS.index(pair[1]["kind"]), pair[1]["code"]))
    return [_hit(row, score) for score, row in found[:limit]]


def names_at(dataset: Dataset, latitude: float, longitude: float) -> PlaceNames | None:
    """Return the units a point lies in, or None outside the area.

    Parameters
    ----------
    latitude, longitude
        Degrees, JGD2011.
    """
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        return None
    point = shapely.Point(longitude, latitude)
    municipality = _row_at(dataset.municipalities, point)
    if municipality is None:
        return None
    community = _row_at(dataset.communities, point)
    basin = _row_at(dataset.basins, point)
    prefectures = dataset.prefecture.set_index("code", drop=False)
    prefecture = prefectures.loc[str(municipality["prefecture_code"])]
    return PlaceNames(
        community=None if community is None else _named(community),
        municipality=_named(municipality),
        unit_basin=None if basin is None else Named(str(basin["code"]), _words(basin["rivers"]), ""),
        river_system=None if basin is None else _system(basin),
        prefecture=_named(prefecture),
    )


def prefecture_of(dataset: Dataset, kind: str, code: str) -> str:
    """Return the code of the prefecture that a place lies in; '' for a place that is in several, or is not there.

    Parameters
    ----------
    kind, code
        'community', 'municipality', 'basin', 'prefecture' or ``partition_<key>`` and the place's code; of a basin, its
        part in the area.
    """
    if len(dataset.prefecture_codes) == 1:
        return dataset.prefecture_code
    if kind == "prefecture":
        return code if code in dataset.prefecture_codes else ""
    fragments = dataset.fragments
    column = unit_column(kind)
    if column not in fragments:
        return ""
    found = fragments.loc[fragments["in_area"] & (fragments[column] == code), "prefecture_code"].unique()
    return str(found[0]) if len(found) == 1 else ""


def _gazetteer(dataset: Dataset) -> list[dict[str, Any]]:
    """One entry a place: kind, code, names, kana, geometry; from the dataset's cached tables."""
    towns = dataset.municipalities.assign(kind="municipality", kana=dataset.municipalities["name_kana"])
    systems = dataset.basins[dataset.basins["code"] != LOWLAND].drop_duplicates("river_system_code")
    kana = systems.set_index("river_system_code").get("river_system_kana", pd.Series(dtype=str))
    rivers = dataset.river_systems.drop(index=LOWLAND, errors="ignore").rename_axis("code").reset_index()
    rivers = rivers.assign(
        kind="basin",
        kana=rivers["code"].map(kana),
        name_ja=rivers["river_system_name"],
        name_en=rivers["river_system_name_en"],
    )
    communities = dataset.communities.assign(kind="community", kana="")
    if "name_kana" in communities:
        read = communities["name_kana"].fillna("")
        # Where only the town is read, the reading goes on: it is the beginning of the name, never the whole.
        communities["kana"] = read.where(read.str.contains("・") | (read == ""), read + "・")
    columns = ["kind", "code", "name_ja", "name_en", "kana", "geometry"]
    table = pd.concat([frame[columns] for frame in (towns, rivers, communities)], ignore_index=True)
    filled = table.fillna({"name_ja": "", "name_en": "", "kana": ""})
    return [{str(name): value for name, value in row.items()} for row in filled.to_dict("records")]


def _hit(row: dict[str, Any], score: float) -> Hit:
    shape: shapely.Geometry = row["geometry"]
    inside = shape.representative_point()
    west, south, east, north = shape.bounds
    return Hit(
        kind=row["kind"],
        code=str(row["code"]),
        name_ja=row["name_ja"],
        name_en=row["name_en"],
        latitude=float(inside.y),
        longitude=float(inside.x),
        bounds=(south, west, north, east),
        score=float(score),
    )


def _row_at(table: gpd.GeoDataFrame, point: shapely.Point) -> pd.Series | None:
    """The row whose shape holds the point; on a shared border the first. The tree is the table's own, built once."""
    found = sorted(table.sindex.query(point, predicate="intersects"))
    return table.iloc[int(found[0])] if found else None


def _named(row: pd.Series) -> Named:
    return Named(str(row["code"]), _words(row["name_ja"]), _words(row["name_en"]))


def _system(row: pd.Series) -> Named:
    return Named(
        str(row["river_system_code"]),
        _words(row["river_system_name"]),
        _words(row["river_system_name_en"]),
        bool(row["is_cut"]),
    )


def _words(value: object) -> str:
    return value if isinstance(value, str) else ""
