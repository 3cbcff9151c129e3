"""A river system described: its land and people, what the land is used for, whom it joins, what it could supply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import pandas as pd

from geo.assessment import Assessment
from geo.changes import changed, zones
from geo.dataset import LOWLAND
from geo.errors import InputError
from geo.prepared import PreparedFragments
from geo.resources import check_factors, factor_values, side_amounts
from geo.terms import Catalogue

LAND_USES = ("forest_km2", "paddy_km2", "farmland_km2", "built_km2", "grass_km2", "water_km2", "other_km2")
_PEOPLE = ("population", "population_mesh", "population_2015")
# A municipality of which (and of whose basin) less lies here is no member: outlines differ by about this much.
MEMBER_FROM = 0.01
# What a resource's amount has beside its catalogue's terms: measured values, and a scenario's plants.
OTHER_TERM = "measured_or_planned"
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Land:
    """Land and people of a set of fragments; float, NaN where nothing is known.

    Attributes
    ----------
    area_km2, population
        Geodesic area; people of the census year (fitted to the municipalities' totals inside the area).
    population_mesh, population_2015
        People by the mesh alone, now and in 2015: of one kind, so that they may be compared.
    uses_km2
        Land by use, a key of ``LAND_USES`` each; the sum over what is known.
    unknown_km2
        Land whose use is not wholly known.
    """

    area_km2: float
    population: float
    population_mesh: float
    population_2015: float
    uses_km2: Mapping[str, float]
    unknown_km2: float

    @property
    def density_per_km2(self) -> float:
        """People per km²; NaN without land."""
        return self.population / self.area_km2 if self.area_km2 > 0 else np.nan

    @property
    def change_since_2015(self) -> float:
        """Change of the people 2015 to now as a share of those of 2015 (−0.02 is 2 % fewer); NaN where unknown."""
        return self.population_mesh / self.population_2015 - 1 if self.population_2015 > 0 else np.nan


@dataclass(frozen=True, eq=False)
class BasinProfile:
    """A river system.

    Attributes
    ----------
    code
        Its river system code.
    land
        Its part inside the area, to which all shares refer.
    beyond
        Its part in the data but outside the area (the halo).
    unit_basins
        Number of unit basins inside the area.
    precipitation_mm
        Rain of a mean year inside the area, mean over its land; NaN where unknown.
    municipalities
        Indexed by municipality code, the largest part of the basin's land first: ``area_km2``, ``population``,
        ``share_of_basin_land``, ``share_of_basin_people``, ``share_of_municipality_land``,
        ``share_of_municipality_people`` (0..1, NaN where nobody is counted), ``is_member`` (bool: any of these shares
        reaches ``MEMBER_FROM``).
    beyond_by_prefecture
        Indexed by prefecture code: ``area_km2``, ``population`` of the halo, the largest first.
    """

    code: str
    land: Land
    beyond: Land
    unit_basins: int
    precipitation_mm: float
    municipalities: pd.DataFrame
    beyond_by_prefecture: pd.DataFrame

    @property
    def members(self) -> tuple[str, ...]:
        """Codes of the municipalities that the basin joins, the largest part of its land first."""
        return tuple(str(code) for code in self.municipalities.index[self.municipalities["is_member"]])


def basin_profile(fragments: pd.DataFrame, code: str) -> BasinProfile:
    """Describe a river system from the dataset's fragments.

    Parameters
    ----------
    fragments
        Columns ``river_system_code``, ``municipality_code``, ``prefecture_code``, ``basin_code``, ``in_area``,
        ``area_km2`` and ``population``; land uses, other years and ``precipitation_mm`` where the dataset has them.
    code
        A river system code of fragments inside the area; not the lowland's, which is no basin.

    Raises
    ------
    InputError
        No fragment inside the area has this code, or it is the lowland's.
    """
    inside = fragments[fragments["in_area"]]
    own = inside[inside["river_system_code"] == code]
    if own.empty or code in ("", LOWLAND):
        message = f"basin: expected the code of a river system inside the area; found '{code}'"
        raise InputError(message, key="basin_unknown", found=code)
    beyond = fragments[~fragments["in_area"] & (fragments["river_system_code"] == code)]
    by_prefecture = beyond.groupby("prefecture_code")[["area_km2", "population"]].sum(min_count=1)
    return BasinProfile(
        code=code,
        land=_land(own),
        beyond=_land(beyond),
        unit_basins=int(own["basin_code"].nunique()),
        precipitation_mm=_mean_rain(own),
        municipalities=_municipalities(own, inside),
        beyond_by_prefecture=by_prefecture.sort_values("area_km2", ascending=False),
    )


def supply_by_term(
    assessments: Sequence[Assessment], prepared: PreparedFragments, catalogue: Catalogue, code: str
) -> pd.DataFrame:
    """Return what each supply term of some resources amounts to in a river system's part of the area.

    Parameters
    ----------
    assessments
        Of the resources, under the settings that they carry.
    prepared
        The fragments that they were made of.

    Returns
    -------
    One row a term in the catalogue's order: ``resource``, ``term`` (its key), ``amount`` in the resource's unit per
    year, ``variable`` (sun or wind), ``is_missing`` (the dataset lacks the term's indicator). What an assessment's
    supply has beyond its terms (measured values, plants of a scenario) is a row ``OTHER_TERM``, which may be negative;
    the rows of a resource sum to its supply there.
    """
    rows = (prepared.codes["river_system_code"] == code) & prepared.in_area
    found: list[tuple[str, str, float, bool, bool]] = []
    for assessment in assessments:
        resource, settings = assessment.resource, assessment.settings
        given = check_factors(catalogue, settings.factors)
        columns = changed(prepared, settings.changes).columns
        # One value of each factor a zone, so that a scenario's local factors are kept to their municipalities.
        valued = [
            (zone.rows & rows, factor_values(catalogue, resource, case=settings.case, settings=zone.factors))
            for zone in zones(prepared, settings.changes, given)
        ]
        left = float(assessment.supply[rows].sum())
        whole = left
        for term in resource.supply:
            alone = replace(resource, supply=(term,))
            amount, is_missing = 0.0, False
            for place, values in valued:
                side = side_amounts(alone, "supply", columns, values, case=settings.case)
                amount += float((side.firm + side.variable)[place].sum())
                is_missing = bool(side.skipped)
            found.append((resource.key, term.key, amount, term.variable, is_missing))
            left -= amount
        if abs(left) > _ROUNDING * max(whole, 1.0):
            found.append((resource.key, OTHER_TERM, left, False, False))
    return pd.DataFrame(found, columns=["resource", "term", "amount", "variable", "is_missing"])


def _land(fragments: pd.DataFrame) -> Land:
    known = [name for name in LAND_USES if name in fragments]
    sums = fragments[[*known, *(name for name in _PEOPLE if name in fragments)]].sum(min_count=1)
    area = fragments["area_km2"].to_numpy(dtype=np.float64)
    unknown = fragments[known].isna().any(axis=1).to_numpy() if known else np.ones(len(area), dtype=bool)
    return Land(
        area_km2=float(area.sum()),
        uses_km2=MappingProxyType({name: float(sums.get(name, np.nan)) for name in LAND_USES}),
        unknown_km2=float(area[unknown].sum()),
        **{name: float(sums.get(name, np.nan)) for name in _PEOPLE},
    )


def _mean_rain(fragments: pd.DataFrame) -> float:
    if "precipitation_mm" not in fragments:
        return np.nan
    known = fragments["precipitation_mm"].notna()
    area = fragments.loc[known, "area_km2"]
    return float((fragments.loc[known, "precipitation_mm"] * area).sum() / area.sum()) if area.sum() > 0 else np.nan


def _municipalities(own: pd.DataFrame, inside: pd.DataFrame) -> pd.DataFrame:
    measures = ["area_km2", "population"]
    parts = own.groupby("municipality_code")[measures].sum(min_count=1)
    whole = inside[inside["municipality_code"].isin(parts.index)].groupby("municipality_code")[measures].sum()
    basin = own[measures].sum()
    table = parts.assign(
        share_of_basin_land=parts["area_km2"] / basin["area_km2"],
        share_of_basin_people=parts["population"] / _positive(basin["population"]),
        share_of_municipality_land=parts["area_km2"] / whole["area_km2"],
        share_of_municipality_people=parts["population"] / whole["population"].where(whole["population"] > 0),
    )
    shares = table.filter(like="share_of_")
    table["is_member"] = (shares.fillna(0.0) >= MEMBER_FROM).any(axis=1)
    return table.sort_values("area_km2", ascending=False, kind="stable")


def _positive(amount: float) -> float:
    return amount if amount > 0 else np.nan
