"""Unit basins (W12) -> a valid coverage, river systems, and marks where a basin goes on beyond the data."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

SNAPPING_M = 60.0
GAP_WIDTH_M = 300.0
AREA_TOLERANCE = 0.03
# A system "reaches into" the area when more than this lies inside: less is the outlines' own thickness at a divide.
REACHES_KM2 = 0.5


@dataclass(frozen=True)
class AreaChange:
    """How far one unit basin's area moved: published figure, area after cleaning, both in km²."""

    code: str
    published_km2: float
    cleaned_km2: float

    @property
    def relative(self) -> float:
        """Change against the published area."""
        return self.cleaned_km2 / self.published_km2 - 1


def clean_coverage(polygons: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the polygons as a valid coverage: shared edges identical, no overlaps, no gaps between neighbours.

    Parameters
    ----------
    polygons
        (n,) polygons in a projected CRS with metres.

    Notes
    -----
    ``shapely.coverage_clean`` (GEOS 3.14). The source was thinned polygon by polygon, so neighbours miss each other by
    tens of metres: snapping at 60 m closes most of it, and gaps up to 300 m go to the neighbour with the longest
    common border. Of the distances tried (0, 10, 30, 60, 100 m), 60 m moves the fewest areas by more than 3 %.
    """
    cleaned = shapely.coverage_clean(polygons, snapping_distance=SNAPPING_M, gap_width=GAP_WIDTH_M)
    return np.asarray(cleaned)


def area_changes(basins: gpd.GeoDataFrame) -> list[AreaChange]:
    """Return each unit basin's change of area; ``basins`` in a projected CRS with ``code`` and ``area_km2``."""
    areas = shapely.area(basins.geometry.to_numpy()) / 1e6
    return [
        AreaChange(code=code, published_km2=float(published), cleaned_km2=float(area))
        for code, published, area in zip(basins["code"], basins["area_km2"], areas, strict=True)
    ]


def shared_borders(polygons: NDArray[np.object_]) -> pd.DataFrame:
    """Return the pairs of polygons that share a border line: columns ``left``, ``right``, ``length_m``, both ways."""
    tree = shapely.STRtree(polygons)
    left, right = tree.query(polygons, predicate="intersects")
    once = left < right
    left, right = left[once], right[once]
    edges = shapely.intersection(shapely.boundary(polygons[left]), shapely.boundary(polygons[right]))
    pairs = pd.DataFrame({"left": left, "right": right, "length_m": shapely.length(edges)})
    pairs = pairs[pairs["length_m"] > 0]
    mirrored = pairs.rename(columns={"left": "right", "right": "left"})
    return pd.concat([pairs, mirrored], ignore_index=True)


def river_systems(basins: gpd.GeoDataFrame, *, composite: list[str], names: dict[str, str]) -> pd.DataFrame:
    """Give every unit basin its river system.

    Parameters
    ----------
    basins
        A clean coverage with ``code``, ``water_system_code``, ``river_system_estimated`` and ``rivers`` (may be empty).
    composite
        Codes that hold several small systems; each is split into connected groups of one name.
    names
        Names of the codes that are one river system each, whatever single polygons are called.

    Returns
    -------
    DataFrame with ``river_system_code``, ``river_system_name`` ('' where unnamed), and ``doubt_ja`` and ``doubt_en``:
    '' or the reason why the polygon's own estimate was not taken. Within a composite, a polygon whose estimate names a
    system of another code takes the name of the neighbour with which it shares a river (else the longest border); an
    unnamed one does so only where it shares a river, and else stays unnamed, its own system together with the unnamed
    ones it touches.
    """
    codes = basins["water_system_code"].to_numpy()
    estimated = basins["river_system_estimated"].fillna("").to_numpy(dtype=object)
    rivers = [set(filter(None, str(text).split(";"))) for text in basins["rivers"].fillna("")]
    borders = shared_borders(basins.geometry.to_numpy())
    name = np.array([names.get(code, own) for code, own in zip(codes, estimated, strict=True)], dtype=object)
    doubt = pd.DataFrame("", index=range(len(basins)), columns=["doubt_ja", "doubt_en"], dtype=object)
    mistaken = np.isin(codes, composite) & np.isin(estimated, list(names.values()))
    for index in np.flatnonzero(np.isin(codes, composite) & ((name == "") | mistaken)):
        near = borders[(borders["left"] == index) & (codes[borders["right"]] == codes[index])]
        near = near[near["right"].map(lambda j: bool(name[j]) and not mistaken[j]).astype(bool)]
        akin = near[near["right"].map(lambda j, own=rivers[index]: bool(own & rivers[j])).astype(bool)]
        chosen = akin if len(akin) else near.iloc[:0] if not mistaken[index] else near
        taken = name[chosen.loc[chosen["length_m"].idxmax(), "right"]] if len(chosen) else ""
        if mistaken[index]:
            other = estimated[index]
            doubt.loc[index] = [
                f"推定では{other}だが、{other}は別のコード（{_code_of(names, other)}）なので、隣の{taken}とした",
                f"estimated as {other}, which is code {_code_of(names, other)}; taken as the adjacent {taken}",
            ]
        elif taken:
            doubt.loc[index] = [
                f"名前がなく、隣の{taken}と同じ川を含むので{taken}とした",
                f"unnamed; shares a river with the adjacent {taken}",
            ]
        name[index] = taken
    different = np.isin(codes, composite)
    for code, own in names.items():
        odd = (codes == code) & (estimated != "") & (estimated != own)
        doubt.loc[odd] = [f"推定の名が{own}と違う", f"estimated otherwise than {own}"]
    key = codes.astype(object)
    named = np.isin(codes, list(names))
    groups = _connected_groups(borders, codes, name, different | ~named)
    for code in sorted(set(codes[different | ~named])):
        members = np.flatnonzero(codes == code)
        order = pd.unique(groups[members])
        number = {group: position + 1 for position, group in enumerate(order)}
        key[members] = [f"{code}-{number[groups[index]]:02d}" for index in members]
    doubts = {column: doubt[column].to_numpy() for column in doubt}
    return pd.DataFrame({"river_system_code": key.astype(str), "river_system_name": name, **doubts}, index=basins.index)


def absorb_slivers(
    basins: NDArray[np.object_], land: shapely.Geometry, coast: shapely.Geometry, *, width_m: float = 200.0
) -> NDArray[np.object_]:
    """Let strips of land left between the basins and the land's inland outline join their basin.

    What no basin covers is lowland, but a strip narrower than ``width_m`` that keeps ``width_m`` away from the coast is
    only the disagreement of two thinned outlines at a divide. Each joins the basin with the longest common border.
    """
    rest = shapely.get_parts(shapely.difference(land, shapely.union_all(basins)))
    thin = shapely.is_empty(shapely.buffer(rest, -width_m / 2)) & (shapely.distance(rest, coast) > width_m)
    grown = basins.copy()
    for strip in rest[thin]:
        touching = np.flatnonzero(shapely.dwithin(basins, strip, 1.0))
        if len(touching):
            outline = shapely.buffer(shapely.boundary(strip), 0.5)
            common = shapely.length(shapely.intersection(shapely.boundary(basins[touching]), outline))
            chosen = touching[int(np.argmax(common))]
            grown[chosen] = shapely.union(grown[chosen], strip)
    return grown


def open_edges_km(basins: gpd.GeoDataFrame, area: shapely.Geometry, coast: shapely.Geometry) -> dict[str, float]:
    """Return the length of each system's outline, outside the area, where no other unit basin lies beyond.

    Parameters
    ----------
    basins
        A coverage with ``river_system_code``; metres.
    area, coast
        The area's land, and the shoreline (edges within 500 m of it are mouths, not cuts).

    Notes
    -----
    A basin that ends at a map-sheet edge has a long open edge; so has one along a divide whose other side is not in
    the data. It is evidence for a cut, not proof; only systems with more than 1 km are listed.
    """
    shore = shapely.buffer(coast, 500)
    home = shapely.buffer(area, 100)
    lengths = {}
    for code, group in basins.groupby("river_system_code"):
        others = shapely.union_all(basins.geometry[basins["river_system_code"] != code].to_numpy())
        edge = shapely.boundary(shapely.union_all(group.geometry.to_numpy()))
        for known in (shapely.buffer(others, 50), shore, home):
            edge = shapely.difference(edge, known)
        if shapely.length(edge) > 1000:
            lengths[str(code)] = float(shapely.length(edge)) / 1000
    return lengths


def _code_of(names: dict[str, str], name: str) -> str:
    return next(code for code, own in names.items() if own == name)


def _connected_groups(
    borders: pd.DataFrame, codes: NDArray[np.object_], name: NDArray[np.object_], take: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Label the groups of touching polygons with one code and one name."""
    left, right = borders["left"].to_numpy(), borders["right"].to_numpy()
    same = take[left] & take[right] & (codes[left] == codes[right]) & (name[left] == name[right])
    links = coo_array((np.ones(int(same.sum())), (left[same], right[same])), shape=(len(codes), len(codes)))
    _, labels = connected_components(links, directed=False)
    return np.asarray(labels, dtype=np.int64)
