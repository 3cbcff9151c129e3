"""Partners: who has left, after their own needs, what a place lacks, or lacks what it has left.

Each place is first netted by itself; what it lacks or has left is then held against every other place of its kind.
These are amounts that could complete each other by calculation; nothing says that anything really goes there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.amounts import FloatArray
from geo.assessment import Assessment
from geo.dataset import LOWLAND
from geo.errors import InputError
from geo.nearness import RELATIONS, Nearness, known_codes
from geo.prepared import UNIT_COLUMNS, PreparedFragments

KINDS = ("municipality", "community", "basin")
_ONE_POOL = ("",)
# A smaller share of what a place needs (has) is told as none.
TELLING_SHARE = 0.005


@dataclass(frozen=True)
class Standing:
    """What a place needs and has by itself; amounts in the resource's unit per year.

    Attributes
    ----------
    supply, demand
        Gross.
    missing
        Demand that it does not meet by itself (for water: within each basin by itself).
    left
        Supply that it does not use by itself.
    direction
        'need': somebody could complete it; 'give': it could complete somebody; 'even': it needs and has left nothing
        worth telling; 'nothing': there is neither need nor supply.
    """

    supply: float
    demand: float
    missing: float
    left: float
    direction: str


@dataclass(frozen=True)
class Partner:
    """Another place that could complete a place; amounts in the resource's unit per year.

    Attributes
    ----------
    code
        Its code.
    relation
        The smallest institution that holds both: one of ``RELATIONS``; 'beyond' is another prefecture of the area.
    shared_basin
        Code of the largest river system that both have land in, '' for none.
    distance_km
        By road between the centres of population, estimated.
    is_within_reach
        Whether any part of it is near enough for the resource to be worth carrying.
    amount
        What it has left after its own needs (direction 'give': what it still needs).
    could
        What of it could cover the place's need (direction 'give': take what the place has left).
    share
        ``could`` as a share of what the place lacks (has left).
    sent
        What the least-distance allocation of the whole area would send between the two in this direction.
    """

    code: str
    relation: str
    shared_basin: str
    distance_km: float
    is_within_reach: bool
    amount: float
    could: float
    share: float
    sent: float


@dataclass(frozen=True, eq=False)
class OwnNetting:
    """Every place of a kind netted by itself; float64 (units, pools), the resource's unit per year.

    A pool is what a place can net within: the whole place, or, for water, its part of each river system.

    Attributes
    ----------
    by
        One of ``KINDS``.
    units
        The places' codes, sorted.
    pools
        The river systems, for water; one pool '' otherwise.
    supply, demand, missing
        Gross, and what is not met.
    left_firm, left_variable
        Supply that is left, at any time, and of sun and wind.
    room
        How much more sun and wind could still meet as it arises.
    perspective
        The resource's.
    """

    by: str
    units: pd.Index
    pools: tuple[str, ...]
    supply: FloatArray = field(repr=False)
    demand: FloatArray = field(repr=False)
    missing: FloatArray = field(repr=False)
    left_firm: FloatArray = field(repr=False)
    left_variable: FloatArray = field(repr=False)
    room: FloatArray = field(repr=False)
    perspective: str = "demand"

    def row(self, code: str) -> int:
        """Return a place's row; raises InputError where there is none."""
        place = int(self.units.get_indexer(pd.Index([code]))[0])
        if place < 0:
            message = f"code: expected a {self.by} of the area; found '{code}'"
            raise InputError(message, key="partners_place", found=code)
        return place

    def left(self) -> FloatArray:
        """What every place has left in all, float64 (units,)."""
        return np.asarray((self.left_firm + self.left_variable).sum(axis=1))

    def could_cover(self, code: str) -> FloatArray:
        """What every place could cover of what this one lacks, float64 (units,), each as if it were alone."""
        row = self.row(code)
        variable = np.minimum(self.left_variable, np.minimum(self.room[row], self.missing[row]))
        firm = np.minimum(self.left_firm, self.missing[row] - variable)
        return self._others(variable + firm, row)

    def could_take(self, code: str) -> FloatArray:
        """What every place could take of what this one has left, float64 (units,), each as if it were alone."""
        row = self.row(code)
        variable = np.minimum(self.left_variable[row], np.minimum(self.room, self.missing))
        firm = np.minimum(self.left_firm[row], self.missing - variable)
        return self._others(variable + firm, row)

    def together(self, code: str, others: Collection[str]) -> float:
        """What other places could cover together of what this one lacks, or take of what it has left.

        Which of the two is the direction of :meth:`standing`.
        """
        row = self.row(code)
        rows = [self.row(other) for other in others]
        if self.standing(code).direction == "need":
            variable = np.minimum(self.left_variable[rows].sum(axis=0), np.minimum(self.room[row], self.missing[row]))
            firm = np.minimum(self.left_firm[rows].sum(axis=0), self.missing[row] - variable)
        else:
            taken = np.minimum(self.room[rows], self.missing[rows]).sum(axis=0)
            variable = np.minimum(self.left_variable[row], taken)
            firm = np.minimum(self.left_firm[row], self.missing[rows].sum(axis=0) - variable)
        return float((variable + firm)[self._shared].sum())

    def standing(self, code: str) -> Standing:
        """Return what the place lacks and has left."""
        row = self.row(code)
        supply, demand = float(self.supply[row].sum()), float(self.demand[row].sum())
        missing, left = float(self.missing[row].sum()), float(self.left()[row])
        needs, gives = missing > TELLING_SHARE * demand, left > TELLING_SHARE * supply
        order = ("need", "give") if self.perspective == "demand" else ("give", "need")
        direction = next((word for word in order if (needs if word == "need" else gives)), "even")
        return Standing(supply, demand, missing, left, direction if supply or demand else "nothing")

    @property
    def _shared(self) -> npt.NDArray[np.bool_]:
        return np.array([pool != LOWLAND for pool in self.pools])

    def _others(self, amounts: FloatArray, row: int) -> FloatArray:
        """Add up over the pools that two places can share; lowland is no basin."""
        result = np.asarray(amounts[:, self._shared].sum(axis=1), dtype=np.float64)
        result[row] = 0.0
        return result


def own_netting(assessment: Assessment, prepared: PreparedFragments, by: str) -> OwnNetting:
    """Net every place of a kind by itself, from its fragments inside the area.

    Raises
    ------
    InputError
        An unknown ``by``, or one that the fragments lack.
    """
    if by not in KINDS:
        message = f"by: expected one of {', '.join(KINDS)}; found '{by}'"
        raise InputError(message, key="by", found=by, expected=", ".join(KINDS))
    units = prepared.units(by)
    pools, pool_of = _pools(assessment, prepared)
    firm = np.maximum(assessment.supply - assessment.variable, 0.0)
    timely = assessment.demand * assessment.at_its_time
    n, m = len(units.units), len(pools)
    place = np.where(units.codes < n, units.codes.astype(np.int64) * m + pool_of, n * m)

    def summed(amounts: FloatArray) -> FloatArray:
        sums = np.bincount(place, amounts, minlength=n * m + 1).astype(np.float64)
        return sums[:-1].reshape(n, m)

    firm_sum, variable_sum, demand, timely_sum = map(summed, (firm, assessment.variable, assessment.demand, timely))
    met_variable = np.minimum(variable_sum, timely_sum)
    met_firm = np.minimum(firm_sum, np.maximum(demand - met_variable, 0.0))
    return OwnNetting(
        by=by,
        units=units.units,
        pools=pools,
        supply=firm_sum + variable_sum,
        demand=demand,
        missing=np.maximum(demand - met_variable - met_firm, 0.0),
        left_firm=firm_sum - met_firm,
        left_variable=variable_sum - met_variable,
        room=timely_sum - met_variable,
        perspective=assessment.resource.perspective,
    )


def partners(
    netting: OwnNetting,
    around: Nearness,
    code: str,
    *,
    reach_km: float | None = None,
    sent: Mapping[str, float] | None = None,
) -> tuple[Partner, ...]:
    """Return the places that have left what a place lacks (or lack what it has left), the nearest institution first.

    Parameters
    ----------
    netting, around
        Of one kind of place.
    code
        The place.
    reach_km
        How far the resource is worth carrying; None is no limit.
    sent
        Code -> what the least-distance allocation would send between the two.

    Returns
    -------
    Those within reach first; within the same basin, then the prefecture, then beyond; the nearer first, then the one
    that could cover more. () where the place neither lacks nor has left anything.

    Raises
    ------
    InputError
        No such place.
    """
    standing = netting.standing(code)
    if standing.direction not in ("need", "give"):
        return ()
    needs = standing.direction == "need"
    amounts = netting.left() if needs else netting.missing.sum(axis=1)
    could = netting.could_cover(code) if needs else netting.could_take(code)
    whole = standing.missing if needs else standing.left
    row = netting.row(code)
    basins, relations = around.shared_basins(code), around.relations(code)
    if netting.pools != _ONE_POOL:
        # A sliver of a basin is not shared: nothing is netted over it.
        could = np.where([basin != "" for basin in basins], could, 0.0)
    near_enough = np.inf if reach_km is None else reach_km
    found = [
        Partner(
            code=str(other),
            relation=relations[place],
            shared_basin=basins[place],
            distance_km=float(around.distance_km[row, place]),
            is_within_reach=bool(min(around.nearest_km[row, place], around.distance_km[row, place]) <= near_enough),
            amount=float(amounts[place]),
            could=float(could[place]),
            share=float(could[place] / whole),
            sent=float((sent or {}).get(str(other), 0.0)),
        )
        for place, other in enumerate(netting.units)
        if place != row and amounts[place] > 0 and other != LOWLAND
    ]
    return tuple(sorted(found, key=_order))


def _order(partner: Partner) -> tuple[bool, int, float, float, str]:
    near = round(partner.distance_km, 1)
    return not partner.is_within_reach, RELATIONS.index(partner.relation), near, -partner.could, partner.code


def _pools(assessment: Assessment, prepared: PreparedFragments) -> tuple[tuple[str, ...], npt.NDArray[np.int64]]:
    """Return what a place can net within, and each fragment's: for what is not carried, the river systems."""
    if assessment.resource.reach.carried or "basin" not in prepared.ladders[assessment.resource.ladder].rungs:
        return _ONE_POOL, np.zeros(len(prepared), dtype=np.int64)
    systems = known_codes(prepared.codes[UNIT_COLUMNS["basin"]])
    codes, place = np.unique(np.where(systems == "", LOWLAND, systems).astype(np.str_), return_inverse=True)
    return tuple(map(str, codes)), place.astype(np.int64)
