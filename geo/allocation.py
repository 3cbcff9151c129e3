"""One resource's least-distance allocation on an area's nodes, its flows filed under scales, and the fitting scale.

The netting (:mod:`geo.circulation`) says what the institutions of each scale could close; this says what distance
allows. Amounts are annual and net: who could supply whom at the least distance, not who does.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.amounts import FloatArray
from geo.assessment import Assessment
from geo.circulation import name_scales
from geo.coded_ladder import NO_DEMAND, NO_SUPPLY, OUTSIDE
from geo.dataset import LOWLAND
from geo.errors import InputError
from geo.haul import Flows, allocate, merged
from geo.haul_nodes import UNITS, Nodes

# Less than this share of the area's larger total is nothing: the solver moves whole quanta, a thousandth of it.
_LEAST_SHARE = 1e-12


@dataclass(frozen=True, eq=False)
class Allocation:
    """A resource's flows between k nodes; amounts in the resource's unit per year.

    Attributes
    ----------
    resource
        Its key.
    flows
        ``source`` and ``target`` are indices into the nodes; within a node the distance is 0.
    scale
        object (f,): the smallest scale of the resource's ladder whose one unit holds both ends, 'outside' where none
        does (nodes of two prefectures).
    supply, demand
        float64 (k,), gross.
    reach_km
        How far the resource is worth carrying, km by road; None is no limit.
    unit, perspective
        The resource's.
    scales
        Those of its ladder that any node has a unit of, smallest first.
    """

    resource: str
    nodes: Nodes = field(repr=False)
    flows: Flows
    scale: npt.NDArray[np.object_]
    supply: FloatArray
    demand: FloatArray
    reach_km: float | None
    unit: str = ""
    perspective: str = "demand"
    scales: tuple[str, ...] = tuple(UNITS)

    @property
    def least_amount(self) -> float:
        """The amount per year up to which what is left over is the solver's rounding and not told."""
        return float(max(self.supply.sum(), self.demand.sum())) * _LEAST_SHARE


def allocate_resource(assessment: Assessment, nodes: Nodes) -> Allocation | None:
    """Allocate a resource's supply inside the area to its demand there; None for what is not hauled (water).

    Parameters
    ----------
    assessment
        Of the fragments that the nodes were made of.

    Notes
    -----
    What sun and wind supply meets at most its share of each node's demand as it arises; it is allocated first, then
    the firm supply to the demand left, as the netting does. Each of the two is a least-distance plan by itself.

    Raises
    ------
    InputError
        The nodes are of another table of fragments.
    """
    resource = assessment.resource
    if not resource.reach.carried:
        return None
    if len(nodes.of_fragment) != len(assessment.supply):
        message = f"nodes: expected those of {len(assessment.supply)} fragments; found {len(nodes.of_fragment)}"
        raise InputError(message, key="haul_nodes", expected=len(assessment.supply), found=len(nodes.of_fragment))
    demand, variable = nodes.sums(assessment.demand), nodes.sums(assessment.variable)
    firm = nodes.sums(np.maximum(assessment.supply - assessment.variable, 0.0))
    reach_km, loss_per_km = resource.reach.reach_km, resource.reach.loss_per_km

    def sent(supply: FloatArray, needs: FloatArray) -> Flows:
        return _sent(supply, needs, nodes.distance_km, reach_km=reach_km, loss_per_km=loss_per_km)

    if variable.any():
        flows = sent(variable, nodes.sums(assessment.demand * assessment.at_its_time))
        if firm.any():
            met = np.bincount(flows.target, flows.delivered, minlength=len(nodes))
            flows = merged(flows, sent(firm, np.maximum(demand - met, 0.0)), nodes.distance_km)
    else:
        flows = sent(firm, demand)
    # Where the area has no basins, say, or the nodes are larger than communities, nothing is filed there.
    scales = tuple(scale for scale in resource.scales if _is_unit(nodes, scale).any())
    return Allocation(
        resource=resource.key,
        nodes=nodes,
        flows=flows,
        scale=_filed(flows, nodes, scales),
        supply=firm + variable,
        demand=demand,
        reach_km=reach_km,
        unit=resource.unit,
        perspective=resource.perspective,
        scales=scales,
    )


def flows_between(allocation: Allocation, by: str) -> pd.DataFrame:
    """Return what goes from unit to unit, what stays in a unit included (``source`` == ``target``).

    Parameters
    ----------
    by
        'community', 'municipality', 'basin' (with ``lowland`` where it is an end) or 'prefecture'.

    Returns
    -------
    One row a (source, target, scale), sorted by these, the scales smallest first: two municipalities that share a
    basin may exchange some of their amounts within it and others only within the prefecture. ``source``, ``target``
    (codes, '' in no unit), ``amount`` (what leaves) and ``delivered`` (what arrives; the same where nothing is lost)
    in the resource's unit per year, ``distance_km`` by road (mean, weighted by the amount), ``scale``.

    Raises
    ------
    InputError
        An unknown ``by``, or one smaller than the nodes.
    """
    units = _units(allocation, by)
    flows = allocation.flows
    table = pd.DataFrame(
        {
            "source": units[flows.source],
            "target": units[flows.target],
            "scale": pd.Categorical(allocation.scale, categories=[*allocation.scales, OUTSIDE], ordered=True),
            "amount": flows.amount,
            "delivered": flows.delivered,
            "amount_km": flows.amount * flows.distance_km,
        }
    )
    sums = table.groupby(["source", "target", "scale"], observed=True, sort=True).sum().reset_index()
    sums["distance_km"] = sums["amount_km"] / sums["amount"]
    sums["scale"] = sums["scale"].astype(object)
    return sums[["source", "target", "amount", "delivered", "distance_km", "scale"]]


def fitting(allocation: Allocation, by: str, *, threshold: float = 0.8) -> pd.DataFrame:
    """Name the fitting scale of each unit: the smallest within which enough of its demand is delivered.

    For a resource of the perspective 'supply' it is the unit's supply that is judged: what leaves it.

    Parameters
    ----------
    by
        As for :func:`flows_between`.
    threshold
        Share, over 0 and up to 1, reached within a tolerance of 1e-9.

    Returns
    -------
    Indexed by the units' sorted codes: ``demand`` (``supply``), ``delivered_<scale>`` for the allocation's scales
    (``delivered_outside`` only where the area has several prefectures) and ``undelivered`` in the resource's unit per
    year; ``delivered_share`` 0 to 1, NaN where there is nothing to deliver; ``fitting_scale``: a scale, 'outside'
    where none is reached, 'no_demand' ('no_supply').

    Raises
    ------
    InputError
        As for :func:`flows_between`, or a threshold that cannot be.
    """
    units = _units(allocation, by)
    by_demand = allocation.perspective == "demand"
    flows = allocation.flows
    known = pd.Index(sorted(set(units) - {""}), name="code")
    place = known.get_indexer(pd.Index(units))
    amounts, ends, nodes_whole = (
        (flows.delivered, flows.target, allocation.demand)
        if by_demand
        else (flows.amount, flows.source, allocation.supply)
    )

    def summed(values: FloatArray, nodes: npt.NDArray[np.int64]) -> FloatArray:
        in_unit = place[nodes] >= 0
        return np.bincount(place[nodes[in_unit]], values[in_unit], minlength=len(known)).astype(np.float64)

    whole = summed(nodes_whole, np.arange(len(nodes_whole)))
    scales = [*allocation.scales, *([OUTSIDE] if (allocation.scale == OUTSIDE).any() else [])]
    delivered = {scale: summed(amounts[allocation.scale == scale], ends[allocation.scale == scale]) for scale in scales}
    # What is too little to be hauled is nothing to deliver, nor anything left undelivered.
    least = allocation.least_amount
    left = whole - np.sum([*delivered.values()], axis=0)
    undelivered = np.where(left > least, left, 0.0)
    named = {scale: amount for scale, amount in delivered.items() if scale != OUTSIDE}
    rest = undelivered + delivered.get(OUTSIDE, 0.0)
    fits = name_scales(named, rest, threshold=threshold, perspective=allocation.perspective)
    nothing = whole <= least
    fits[nothing] = NO_DEMAND if by_demand else NO_SUPPLY
    share = np.full(len(known), np.nan)
    np.divide(whole - undelivered, whole, out=share, where=~nothing)
    columns = {"demand" if by_demand else "supply": whole}
    columns |= {f"delivered_{scale}": amount for scale, amount in delivered.items()}
    columns |= {"undelivered": undelivered, "delivered_share": share}
    return pd.DataFrame(columns, index=known).assign(fitting_scale=fits)


def distance_quantile_km(allocation: Allocation, share: float) -> float:
    """Return within how many km by road the given share (0 to 1) of the amounts sent stays; NaN where nothing goes."""
    flows = allocation.flows
    if not len(flows):
        return float("nan")
    order = np.argsort(flows.distance_km, kind="stable")
    so_far = np.cumsum(flows.amount[order])
    # The sum's own rounding must not push the last flow out.
    reached = np.searchsorted(so_far, share * so_far[-1] * (1 - 1e-12))
    return float(flows.distance_km[order][min(reached, len(flows) - 1)])


def _sent(
    supply: FloatArray, demand: FloatArray, distance_km: FloatArray, *, reach_km: float | None, loss_per_km: float
) -> Flows:
    """Return :func:`geo.haul.allocate` between the same nodes, whose distances obey the triangle inequality."""
    if loss_per_km > 0 or (reach_km is not None and reach_km < distance_km.max()):
        return allocate(supply, demand, distance_km, reach_km=reach_km, loss_per_km=loss_per_km)
    # Where everything is within reach, a node that takes in and sends out does no worse to use its own first: no way
    # is shorter by a third place. What is left to solve is two to four times faster.
    own = np.minimum(supply, demand)
    at_home = np.flatnonzero(own)
    stays = Flows(at_home, at_home, own[at_home], np.zeros(len(at_home)))
    return merged(stays, allocate(supply - own, demand - own, distance_km), distance_km)


def _filed(flows: Flows, nodes: Nodes, scales: tuple[str, ...]) -> npt.NDArray[np.object_]:
    """Return each flow's smallest scale whose one unit holds both ends; a node's own flow may be within a community."""
    filed = np.full(len(flows), OUTSIDE, dtype=object)
    for scale in reversed(scales):
        units, is_unit = nodes.units(scale), _is_unit(nodes, scale)
        filed[(units[flows.source] == units[flows.target]) & is_unit[flows.source]] = scale
    return filed


def _is_unit(nodes: Nodes, scale: str) -> npt.NDArray[np.bool_]:
    """Return which nodes lie in a unit of a scale, bool (k,): lowland is no basin, and '' no unit."""
    units = nodes.units(scale)
    return np.asarray((units != "") & ((units != LOWLAND) if scale == "basin" else True), dtype=bool)


def _units(allocation: Allocation, by: str) -> npt.NDArray[np.object_]:
    known = [scale for scale in UNITS if (allocation.nodes.units(scale) != "").any()]
    if by not in known:
        message = f"by: expected one of {', '.join(known)}; found '{by}'"
        raise InputError(message, key="by", found=by, expected=", ".join(known))
    return allocation.nodes.units(by)
