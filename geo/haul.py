"""Haulage: who supplies whom where distance decides, within reach; the greatest amount first, then the least distance.

The transportation problem (Hitchcock 1941) is solved exactly by the network simplex of POT (Flamary et al. 2021, after
Bonneel et al. 2011). Where a share is lost on the way it is a generalised transportation problem and a linear
program, which HiGHS (Huangfu and Hall 2018, through scipy) solves.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.amounts import FloatArray, check_amounts
from geo.errors import InputError

IntArray = npt.NDArray[np.int64]
# Amounts are moved in whole quanta of the larger total's 2^-52: sums of whole numbers up to 2^53 are exact in float64,
# so that no rounding can make up or lose a flow.
_QUANTA_BITS = 52
# With losses: HiGHS's own least tolerance, and from which share of the smaller total a flow is one and not noise.
_LP_TOLERANCE = 1e-10
_LP_LEAST_SHARE = 1e-9
# The simplex needs some ten thousand steps for 2,500 × 2,500; this ends only a run that has gone astray.
_MOST_STEPS = 100_000_000


@dataclass(frozen=True, eq=False)
class Flows:
    """f flows, sorted by source, then target; every amount is greater than 0.

    Attributes
    ----------
    source, target
        int64 (f,): indices into supply and demand.
    amount
        float64 (f,): what leaves the source, in the unit of the supply.
    distance_km
        float64 (f,): of the flow's arc (or what stood in its place).
    loss_per_km
        Share of the amount that is lost per km; 0 where nothing is.
    """

    source: IntArray
    target: IntArray
    amount: FloatArray
    distance_km: FloatArray
    loss_per_km: float = 0.0

    def __len__(self) -> int:
        return len(self.amount)

    @property
    def delivered(self) -> FloatArray:
        """float64 (f,): what arrives at the target; the same as ``amount`` where nothing is lost."""
        return self.amount * np.maximum(1.0 - self.loss_per_km * self.distance_km, 0.0)


def allocate(
    supply: object,
    demand: object,
    distance_km: object,
    *,
    reach_km: float | None = None,
    loss_per_km: float = 0.0,
) -> Flows:
    """Send supply to demand: of all ways that deliver the most within reach, the one of least amount × distance.

    Parameters
    ----------
    supply, demand
        float64 (p,) and (q,), finite and not negative, one unit for both.
    distance_km
        float64 (p, q), finite and not negative; any cost per unit may stand in its place.
    reach_km
        Nothing goes farther than this; None is no limit.
    loss_per_km
        Share of the amount lost on each km (linear: after d km, 1 − loss_per_km · d arrives, never less than nothing;
        nothing is sent where nothing arrives).

    Returns
    -------
    Flows
        At most p + q − 1 of them without losses. No source sends more than its supply, no target receives more than
        its demand. The same input gives the same flows every time; among equally good ones the order of the nodes
        decides, so callers sort them.

    Raises
    ------
    InputError
        Names the argument: amounts or distances that are negative, not finite or of another shape, a reach or a loss
        that cannot be.
    RuntimeError
        The solver did not reach the optimum (a fault, not a matter of the input).

    Notes
    -----
    Without losses amounts are rounded down to 2^-52 of the larger total and what is below it is not moved: each
    node's figures are exact within that, the sum's within (p + q) · 2^-52; the least distance is exact within 1e-9 of
    itself. With losses the amounts are those of a linear program with a tolerance of 1e-10 of the smaller total (the
    least distance may give up as much), and flows below 1e-9 of it are none; some hundred nodes take about a second.
    """
    amounts, needs = _one_side(supply, "supply"), _one_side(demand, "demand")
    costs = _costs(distance_km, (len(amounts), len(needs)))
    _check_number(reach_km, "reach_km", most=math.inf)
    _check_number(loss_per_km, "loss_per_km", most=1.0)
    with np.errstate(over="ignore"):
        _check_number(float(amounts.sum()), "supply", most=np.finfo(np.float64).max)
        _check_number(float(needs.sum()), "demand", most=np.finfo(np.float64).max)
    sources, targets = np.flatnonzero(amounts > 0), np.flatnonzero(needs > 0)
    amounts, needs, costs = amounts[sources], needs[targets], costs[np.ix_(sources, targets)]
    allowed = np.ones(costs.shape, dtype=bool) if reach_km is None else costs <= reach_km
    if loss_per_km > 0:
        allowed &= loss_per_km * costs < 1
    if not allowed.any():
        none = np.zeros(0, dtype=np.int64)
        return Flows(none, none, np.zeros(0), np.zeros(0), loss_per_km)
    if loss_per_km > 0:
        row, column, amount = _with_losses(amounts, needs, costs, allowed, loss_per_km)
    elif needs.sum() > amounts.sum():
        # The simplex is several times faster where the larger total stands in the rows.
        column, row, amount = _transported(needs, amounts, costs.T, allowed.T)
    else:
        row, column, amount = _transported(amounts, needs, costs, allowed)
    order = np.lexsort((column, row))
    row, column = row[order], column[order]
    return Flows(sources[row], targets[column], amount[order], costs[row, column], loss_per_km)


def merged(first: Flows, second: Flows, distance_km: FloatArray) -> Flows:
    """Return both together, flows of the same two ends as one; ``distance_km`` is the matrix that both are of.

    The losses are those of the first.
    """
    source, target = np.concatenate([first.source, second.source]), np.concatenate([first.target, second.target])
    amount = np.concatenate([first.amount, second.amount])
    arcs, place = np.unique(source * distance_km.shape[1] + target, return_inverse=True)
    source, target = np.divmod(arcs, distance_km.shape[1])
    together = np.bincount(place, amount, minlength=len(arcs)).astype(np.float64)
    return Flows(source, target, together, distance_km[source, target], first.loss_per_km)


def _transported(
    supply: FloatArray, demand: FloatArray, costs: FloatArray, allowed: npt.NDArray[np.bool_]
) -> tuple[IntArray, IntArray, FloatArray]:
    """Solve without losses for positive amounts, Σ supply >= Σ demand; rows, columns and amounts of the flows.

    One more row and column take what is not sent and not met, at no cost to each other. What a demand draws from that
    row, and what crosses an arc that is not allowed, is undelivered and costs a penalty. The difference of two plans
    falls apart into cycles that visit each row and column once: no cycle can save as much distance as one penalty, so
    the least cost is the greatest amount and then the least distance.
    """
    # Imported only here: it takes longer than all else that a page needs to begin.
    import ot  # noqa: PLC0415

    shift = _QUANTA_BITS - math.frexp(float(supply.sum()))[1]
    rows, columns = np.floor(np.ldexp(supply, shift)), np.floor(np.ldexp(demand, shift))
    # A power of two: the solver evens out its totals by a product and a quotient, which then change nothing.
    total = math.ldexp(1.0, _QUANTA_BITS)
    rows, columns = np.append(rows, total - rows.sum()), np.append(columns, total - columns.sum())
    # Scaled by a power of two, which changes no digit, the costs lie within 0 and 1.
    padded = np.full((len(rows), len(columns)), min(costs.shape) + 2.0)
    np.copyto(padded[:-1, :-1], np.ldexp(costs, -math.frexp(float(costs[allowed].max()))[1]), where=allowed)
    padded[:, -1] = 0.0
    plan, log = ot.emd(rows, columns, padded, numItermax=_MOST_STEPS, log=True, center_dual=False)
    if log["warning"] is not None:
        message = f"the allocation of {len(supply)} × {len(demand)} nodes was not solved: {log['warning']}"
        raise RuntimeError(message)
    row, column = np.nonzero(plan[:-1, :-1])
    taken = allowed[row, column]
    row, column = row[taken], column[taken]
    return row, column, np.ldexp(plan[row, column], -shift)


def _with_losses(
    supply: FloatArray, demand: FloatArray, costs: FloatArray, allowed: npt.NDArray[np.bool_], loss_per_km: float
) -> tuple[IntArray, IntArray, FloatArray]:
    """Solve with losses for positive amounts; rows, columns and amounts sent of the flows."""
    from scipy import sparse  # noqa: PLC0415
    from scipy.optimize import linprog  # noqa: PLC0415

    row, column = np.nonzero(allowed)
    distance = costs[row, column]
    kept = 1.0 - loss_per_km * distance
    total = min(float(supply.sum()), float(demand.sum()))
    arcs = np.arange(len(row))
    sent = sparse.csr_array((np.ones(len(row)), (row, arcs)), shape=(len(supply), len(row)))
    received = sparse.csr_array((kept, (column, arcs)), shape=(len(demand), len(row)))
    limits, bounds = sparse.vstack([sent, received]), np.concatenate([supply, demand]) / total

    def solved(cost: FloatArray, matrix: sparse.csr_array, most: FloatArray) -> FloatArray:
        tolerances = {"primal_feasibility_tolerance": _LP_TOLERANCE, "dual_feasibility_tolerance": _LP_TOLERANCE}
        found = linprog(cost, A_ub=matrix, b_ub=most, method="highs-ds", options=tolerances)
        if found.status != 0:
            message = f"the allocation of {len(supply)} × {len(demand)} nodes was not solved: {found.message}"
            raise RuntimeError(message)
        return np.maximum(np.asarray(found.x, dtype=np.float64), 0.0)

    greatest = float(kept @ solved(-kept, limits, bounds))
    # Least distance among what delivers (all but a rounding of) the greatest amount.
    at_least = sparse.vstack([limits, sparse.csr_array(-kept[np.newaxis, :])])
    scale = float(distance.max()) or 1.0
    shares = solved(distance / scale, at_least, np.append(bounds, _LP_TOLERANCE - greatest))
    shares[shares < _LP_LEAST_SHARE] = 0.0
    # The tolerance may have taken a node past its limit: its flows shrink by that.
    over_sent = (sent @ shares) / (supply / total)
    shares = shares / np.maximum(over_sent, 1.0)[row]
    over_received = (received @ shares) / (demand / total)
    shares = shares / np.maximum(over_received, 1.0)[column]
    real = np.flatnonzero(shares)
    return row[real], column[real], shares[real] * total


def _one_side(values: object, argument: str) -> FloatArray:
    amounts, shape = check_amounts(values, argument)
    if len(shape) != 1:
        message = f"{argument}: expected numbers of shape (n,); found shape {shape}"
        raise InputError(message, key="amounts_shape", argument=argument, expected="(n,)", found=shape)
    return amounts[:, 0]


def _costs(values: object, shape: tuple[int, int]) -> FloatArray:
    costs, found = check_amounts(values, "distance_km")
    if found != shape:
        message = f"distance_km: expected one row a supply and one column a demand, {shape}; found {found}"
        raise InputError(message, key="haul_distance", expected=shape, found=found)
    return costs


def _check_number(value: float | None, argument: str, *, most: float) -> None:
    """Refuse what is no number within 0 and ``most``; None passes."""
    if value is None or (isinstance(value, int | float | np.number) and 0 <= value <= most):
        return
    message = f"{argument}: expected a number within 0 and {most:g}; found {value}"
    raise InputError(message, key="haul_number", argument=argument, most=most, found=value)
