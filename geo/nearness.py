"""How places lie to each other: by road, and which institution holds them both."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
from pyproj import Geod

from geo.amounts import FloatArray
from geo.dataset import LOWLAND
from geo.haul_nodes import Nodes
from geo.mesh import cell_centres
from geo.prepared import UNIT_COLUMNS, PreparedFragments

RELATIONS = ("municipality", "basin", "prefecture", "beyond")
# Of a smaller share of a place's land in a river system only slivers are known: where a border follows a divide, the
# outlines of the two sources do not quite meet.
SHARED_LEAST = 0.01


@dataclass(frozen=True, eq=False)
class Nearness:
    """How the places of a kind lie to each other.

    Attributes
    ----------
    by
        One of ``KINDS``.
    units
        The places' codes, sorted.
    latitude, longitude
        float64 (units,), degrees: the centre of population, or of the land where nobody is counted.
    distance_km
        float64 (units, units), by road between the centres, estimated: geodesic × detour.
    nearest_km
        float64 (units, units), by road between their nearest nodes of the allocation, estimated.
    land_km2
        Land by place and river system.
    municipality, prefecture
        object (units,): the one with most of the place's land.
    """

    by: str
    units: pd.Index
    latitude: FloatArray
    longitude: FloatArray
    distance_km: FloatArray = field(repr=False)
    nearest_km: FloatArray = field(repr=False)
    land_km2: pd.DataFrame = field(repr=False)
    municipality: npt.NDArray[np.object_] = field(repr=False)
    prefecture: npt.NDArray[np.object_] = field(repr=False)

    def shared_basins(self, code: str) -> list[str]:
        """Return, for every place, the largest river system that it shares with this one, '' where it shares none."""
        land = self.land_km2.drop(columns=[LOWLAND, ""], errors="ignore")
        if self.by == "basin" or land.empty:
            return [""] * len(self.units)
        whole = self.land_km2.sum(axis=1)
        known = land.where(land.ge(SHARED_LEAST * whole, axis=0), 0.0)
        amounts = known.to_numpy(dtype=np.float64)
        both = np.minimum(amounts, amounts[int(self.units.get_indexer(pd.Index([code]))[0])])
        systems = [str(system) for system in known.columns]
        return [systems[place] if row[place] > 0 else "" for row, place in zip(both, both.argmax(axis=1), strict=True)]

    def relations(self, code: str) -> list[str]:
        """Return, for every place, the smallest institution that holds it and this one: one of ``RELATIONS``."""
        row = int(self.units.get_indexer(pd.Index([code]))[0])
        basins = self.shared_basins(code)
        found = []
        for other in range(len(self.units)):
            if self.by == "community" and self.municipality[other] == self.municipality[row]:
                found.append("municipality")
            elif basins[other]:
                found.append("basin")
            else:
                found.append("prefecture" if self.prefecture[other] == self.prefecture[row] else "beyond")
        return found


def nearness_of(prepared: PreparedFragments, by: str, nodes: Nodes) -> Nearness:
    """Return how the places of a kind lie to each other.

    Parameters
    ----------
    nodes
        Those of the allocation on the same fragments; their detour is taken.
    """
    units = prepared.units(by)
    inside = np.flatnonzero(units.codes < len(units.units))
    codes = units.codes[inside]
    latitude, longitude = cell_centres(prepared.codes[UNIT_COLUMNS["cells"]][inside].astype(np.str_))
    people = np.nan_to_num(prepared.columns.get("population", np.zeros(len(prepared)))[inside])
    area = prepared.columns["area_km2"][inside]
    counted = np.bincount(codes, people, minlength=len(units.units))[codes] > 0
    weight = np.where(counted, people, area)
    total = np.bincount(codes, weight, minlength=len(units.units))
    centre_lat, centre_lon = (
        np.bincount(codes, weight * part, minlength=len(units.units)) / total for part in (latitude, longitude)
    )
    land = pd.DataFrame(
        {
            "unit": units.units.to_numpy()[codes],
            "area": area,
            **{name: known_codes(prepared.codes[column][inside]) for name, column in UNIT_COLUMNS.items()},
        }
    )
    by_system = land.pivot_table(index="unit", columns="basin", values="area", aggfunc="sum", fill_value=0.0)
    return Nearness(
        by=by,
        units=units.units,
        latitude=centre_lat,
        longitude=centre_lon,
        distance_km=_roads_km(centre_lat, centre_lon) * nodes.detour,
        nearest_km=_nearest_km(units.codes, len(units.units), nodes),
        land_km2=by_system.reindex(units.units, fill_value=0.0),
        municipality=_main(land, "municipality", units.units),
        prefecture=_main(land, "prefecture", units.units),
    )


def known_codes(codes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Return codes with '' where there is none."""
    return np.where(pd.isna(codes), "", codes)


def _main(land: pd.DataFrame, column: str, units: pd.Index) -> npt.NDArray[np.object_]:
    area = land.groupby(["unit", column])["area"].sum().reset_index()
    first = area.sort_values(["unit", "area", column], ascending=[True, False, True]).drop_duplicates("unit")
    return first.set_index("unit")[column].reindex(units, fill_value="").to_numpy(dtype=object)


def _roads_km(latitude: FloatArray, longitude: FloatArray) -> FloatArray:
    n = len(latitude)
    first, second = np.triu_indices(n, 1)
    _, _, metres = Geod(ellps="GRS80").inv(longitude[first], latitude[first], longitude[second], latitude[second])
    result = np.zeros((n, n))
    result[first, second] = np.asarray(metres) / 1000
    return np.asarray(result + result.T)


def _nearest_km(unit_of_fragment: npt.NDArray[np.int32], n: int, nodes: Nodes) -> FloatArray:
    """Return the least road distance between the nodes of any two units; a node of two units is in both."""
    inside = (nodes.of_fragment >= 0) & (unit_of_fragment < n)
    pairs = np.unique(np.column_stack([unit_of_fragment[inside], nodes.of_fragment[inside]]), axis=0)
    result = np.full((n, n), np.inf)
    if not len(pairs):
        return result
    starts = np.flatnonzero(np.r_[True, np.diff(pairs[:, 0]) > 0])
    by_row = np.minimum.reduceat(nodes.distance_km[pairs[:, 1]], starts, axis=0)
    both = np.minimum.reduceat(by_row[:, pairs[:, 1]], starts, axis=1)
    present = pairs[starts, 0]
    result[np.ix_(present, present)] = both
    return result
