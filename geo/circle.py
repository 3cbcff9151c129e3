"""A circle (圏): several municipalities taken as one, netted among themselves from community to the circle as a whole.

Nothing from outside the circle is counted: what is left comes from elsewhere. The last rung is the circle itself; for
water it is a transfer over a divide (導水), as in the prefecture.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.amounts import FloatArray
from geo.assessment import Assessment, circulate_in_time
from geo.circulation import name_scales
from geo.coded_ladder import CodedLadder
from geo.errors import InputError
from geo.labels import CodedLabels
from geo.prepared import PreparedFragments

CIRCLE = "circle"
# The rungs of the ordinary ladder that stand under the circle.
INNER_SCALES = ("community", "municipality", "basin")
_UNIT = "municipality"


@dataclass(frozen=True)
class Joined:
    """One resource in a circle; amounts in the resource's unit per year.

    Attributes
    ----------
    members
        Codes of the municipalities, sorted.
    supply, demand
        Gross.
    met, used
        Scale -> what is met (used) there, smallest scale first, the last one ``CIRCLE``.
    outside
        Demand that the circle does not meet, ``time_mismatch`` included.
    time_mismatch
        What of it sun and wind left over could cover if they came at the right time.
    surplus
        Supply that nobody in the circle takes.
    closing_scale
        One of the scales, 'outside', 'no_demand' or 'no_supply'.
    perspective
        The resource's: whether the demand or the supply is judged.
    """

    members: tuple[str, ...]
    supply: float
    demand: float
    met: Mapping[str, float]
    used: Mapping[str, float]
    outside: float
    time_mismatch: float
    surplus: float
    closing_scale: str
    perspective: str

    @property
    def share(self) -> float:
        """Share of the demand met (perspective supply: of the supply used) inside the circle; NaN where none is."""
        whole = self.demand if self.perspective == "demand" else self.supply
        return sum((self.met if self.perspective == "demand" else self.used).values()) / whole if whole else np.nan


def join(
    assessment: Assessment, prepared: PreparedFragments, members: Collection[str], *, threshold: float = 0.8
) -> Joined:
    """Net one resource among the fragments of some municipalities only.

    Parameters
    ----------
    assessment
        Of these fragments; only its supply and demand are read.
    members
        Codes of municipalities; the order and repetitions do not matter.
    threshold
        Share from which a scale closes, over 0 and up to 1.

    Raises
    ------
    InputError
        No member, one that the area lacks, or a threshold that cannot be.
    """
    chosen = tuple(sorted(set(members)))
    rows = np.flatnonzero(_is_inside(prepared, chosen))
    resource = assessment.resource
    at_its_time = np.broadcast_to(np.asarray(assessment.at_its_time, dtype=np.float64), len(prepared))[rows]
    supply, variable, demand = (a[rows] for a in (assessment.supply, assessment.variable, assessment.demand))
    ladder = _ladder(prepared.ladders[resource.ladder], rows)
    # Rounding alone can take a difference of equal amounts below nothing.
    firm = np.maximum(supply - variable, 0.0)
    circulation, mismatch = circulate_in_time(firm, variable, demand, ladder, at_its_time=at_its_time)
    met = {scale: float(amount.sum()) for scale, amount in circulation.met.items()}
    used = {scale: float(amount.sum()) for scale, amount in circulation.used.items()}
    outside, surplus = float(circulation.outside.sum()), float(circulation.surplus.sum())
    steps, rest = (met, outside) if resource.perspective == "demand" else (used, surplus)
    closing = name_scales(
        {scale: np.array([amount]) for scale, amount in steps.items()},
        np.array([rest]),
        threshold=threshold,
        perspective=resource.perspective,
    )
    return Joined(
        members=chosen,
        supply=float(supply.sum()),
        demand=float(demand.sum()),
        met=MappingProxyType(met),
        used=MappingProxyType(used),
        outside=outside,
        time_mismatch=float(mismatch.sum()),
        surplus=surplus,
        closing_scale=str(closing[0]),
        perspective=resource.perspective,
    )


def circle_rungs(prepared: PreparedFragments, ladder: str, members: Collection[str]) -> tuple[CodedLadder, CodedLabels]:
    """Return a kind of ladder as of a circle, and the circle as a partition of one unit; others are in no unit.

    On this ladder all fragments net as :func:`join` nets those of the members alone.

    Raises
    ------
    InputError
        No member, or one that the area lacks.
    """
    is_inside = _is_inside(prepared, members)
    rungs = {
        scale: CodedLabels(np.where(is_inside, labels.codes, len(labels.units)).astype(np.int32), labels.units)
        for scale, labels in prepared.ladders[ladder].rungs.items()
        if scale in INNER_SCALES
    }
    whole = CodedLabels(np.where(is_inside, 0, 1).astype(np.int32), pd.Index([CIRCLE]))
    return CodedLadder(rungs | {CIRCLE: whole}, len(prepared)), whole


@dataclass(frozen=True, eq=False)
class Balances:
    """What n municipalities bring to a circle of one resource; float64 (n,), the resource's unit per year.

    Attributes
    ----------
    codes
        The municipalities, sorted.
    firm, variable
        Supply at any time, and of sun and wind.
    demand
        Gross.
    timely
        The part of the demand that sun and wind can meet as it arises.
    perspective
        Whether the demand or the supply is judged.
    """

    codes: tuple[str, ...]
    firm: FloatArray
    variable: FloatArray
    demand: FloatArray
    timely: FloatArray
    perspective: str = "demand"

    @property
    def whole(self) -> FloatArray:
        """What is judged: the demand or, by the perspective supply, the supply."""
        return self.demand if self.perspective == "demand" else self.firm + self.variable

    def met(self, chosen: npt.NDArray[np.bool_]) -> float:
        """Return what the chosen ones, bool (n,), meet together: sun and wind in time first, then the firm supply."""
        variable = min(float(self.variable[chosen].sum()), float(self.timely[chosen].sum()))
        return variable + min(float(self.firm[chosen].sum()), float(self.demand[chosen].sum()) - variable)

    def share(self, chosen: npt.NDArray[np.bool_]) -> float:
        """Return the share of what is judged that the chosen ones meet together; NaN where that is nothing."""
        whole = float(self.whole[chosen].sum())
        return self.met(chosen) / whole if whole > 0 else np.nan


def balances(assessment: Assessment, prepared: PreparedFragments) -> Balances:
    """Return what the area's municipalities bring to a circle, fragments inside the area only."""
    units = prepared.units(_UNIT)
    timely = assessment.demand * assessment.at_its_time
    firm = np.maximum(assessment.supply - assessment.variable, 0.0)
    sums = units.sums(np.column_stack([firm, assessment.variable, assessment.demand, timely]))[:-1]
    return Balances(
        codes=tuple(map(str, units.units)),
        firm=sums[:, 0],
        variable=sums[:, 1],
        demand=sums[:, 2],
        timely=sums[:, 3],
        perspective=assessment.resource.perspective,
    )


def neighbours(municipalities: gpd.GeoDataFrame, codes: Collection[str]) -> npt.NDArray[np.bool_]:
    """Return which municipalities share a border, bool (n, n) in the order of ``codes``.

    A corner in common is no border, and an island has none.
    """
    shapes = municipalities.set_index("code").geometry.loc[list(codes)].to_numpy()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    first, second = first[first < second], second[first < second]
    has_border = shapely.length(shapely.intersection(shapes[first], shapes[second])) > 0
    result = np.zeros((len(shapes), len(shapes)), dtype=bool)
    result[first[has_border], second[has_border]] = True
    return result | result.T


def _is_inside(prepared: PreparedFragments, members: Collection[str]) -> npt.NDArray[np.bool_]:
    """Tell of every fragment whether it lies in one of the municipalities; InputError for none and unknown ones."""
    units = prepared.units(_UNIT)
    wrong = [code for code in members if code not in units.units]
    if wrong or not members:
        message = f"members: expected municipalities of the area; found {wrong[0] if wrong else 'none'}"
        raise InputError(message, key="circle_member", found=wrong[0] if wrong else "—")
    return np.isin(units.codes, units.units.get_indexer(pd.Index([*members])))


def _ladder(ladder: CodedLadder, rows: npt.NDArray[np.intp]) -> CodedLadder:
    """Return the ladder of some fragments, with the circle as the last rung."""
    inner = {
        scale: CodedLabels(codes=labels.codes[rows], units=labels.units)
        for scale, labels in ladder.rungs.items()
        if scale in INNER_SCALES
    }
    whole = CodedLabels(codes=np.zeros(len(rows), dtype=np.int32), units=pd.Index([CIRCLE]))
    return CodedLadder(rungs=inner | {CIRCLE: whole}, length=len(rows))
