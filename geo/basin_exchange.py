"""What a river system's parts could give each other, and what it exchanges with other basins where distance decides."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.amounts import FloatArray
from geo.assessment import Assessment
from geo.errors import InputError
from geo.prepared import PreparedFragments

RUNG = "basin"
INCOMING, OUTGOING = "in", "out"
# Stands for all partners beyond the largest.
OTHERS = "others"


def exchange_of_parts(assessment: Assessment, prepared: PreparedFragments, code: str) -> pd.DataFrame:
    """Return what the parts of a river system have over, lack, and could give each other at the basin rung.

    A part is the system's share of a municipality; what lies outside the area (the halo) is one part a prefecture.
    The netting at the rung mixes all that is offered: it says what the parts together could cover, not who gives whom,
    and nothing about upstream and downstream.

    Parameters
    ----------
    assessment
        Of a resource on the fragments.
    prepared
        The fragments that it was made of.
    code
        River system code.

    Returns
    -------
    Indexed by municipality code (a halo part: the prefecture's), area first, then by code. ``is_beyond`` (bool), and in
    the resource's unit per year: ``supply``, ``demand``; ``offered``, ``wanted``: what the narrower rungs left over and
    left open; ``given``, ``taken``: the parts of these netted at the basin rung. Over all parts, given and taken are
    equal.

    Raises
    ------
    InputError
        The resource's ladder has no basin rung here.
    """
    circulation = assessment.circulation
    scales = list(circulation.met)
    if RUNG not in scales:
        message = f"{assessment.resource.key}: its ladder has no rung '{RUNG}' here"
        raise InputError(message, key="basin_rung", resource=assessment.resource.key)
    from_rung = scales[scales.index(RUNG) :]
    rows = prepared.codes["river_system_code"] == code
    amounts = {
        "supply": assessment.supply,
        "demand": assessment.demand,
        "offered": sum((circulation.used[scale] for scale in from_rung), start=circulation.surplus),
        "given": circulation.used[RUNG],
        "wanted": sum((circulation.met[scale] for scale in from_rung), start=circulation.outside),
        "taken": circulation.met[RUNG],
    }
    beyond = ~prepared.in_area[rows]
    place = np.where(beyond, prepared.codes["prefecture_code"][rows], prepared.codes["municipality_code"][rows])
    table = pd.DataFrame({name: values[rows] for name, values in amounts.items()})
    sums = table.groupby([beyond, place]).sum()
    return sums.rename_axis(["is_beyond", "place"]).reset_index(level="is_beyond")


def partners(flows: pd.DataFrame, code: str, *, most: int = 12, least_share: float = 0.0) -> pd.DataFrame:
    """Return what a river system gets from others and gives to others, its largest partners told one by one.

    Parameters
    ----------
    flows
        As :func:`geo.allocation.flows_between` by basin: ``source``, ``target``, ``amount``, ``delivered``,
        ``distance_km``, ``scale``.
    code
        River system code.
    most
        At most so many partners, by what is exchanged both ways; the others are summed as ``OTHERS``.
    least_share
        A partner with less than this share of all that is exchanged is one of the others.

    Returns
    -------
    One row a (partner, direction, scale), the largest partner first, the others last: ``partner``, ``direction``
    ('in': to this basin, 'out': from it), ``scale``, ``amount`` in the resource's unit per year (of 'in' what arrives
    here, of 'out' what leaves here), ``distance_km`` (mean, weighted by amount). What stays within the basin is not in
    it.
    """
    crossing = flows[(flows["source"] == code) ^ (flows["target"] == code)]
    is_out = (crossing["source"] == code).to_numpy()
    partner = pd.Series(np.where(is_out, crossing["target"], crossing["source"]), index=crossing.index, dtype=object)
    by_size = crossing.groupby(partner)["amount"].sum().sort_values(ascending=False, kind="stable")
    large = by_size.index[by_size >= least_share * by_size.sum()]
    kept = list(large[: most - 1] if len(by_size) > most else large)
    # A single one that is left is told by its name: "others" would take as much room.
    kept = list(by_size.index) if len(by_size) - len(kept) == 1 else kept
    order = {name: number for number, name in enumerate([*kept, OTHERS])}
    table = pd.DataFrame(
        {
            "partner": partner.where(partner.isin(kept), OTHERS),
            "direction": np.where(is_out, OUTGOING, INCOMING),
            "scale": crossing["scale"],
            "amount": np.where(is_out, crossing["amount"], crossing["delivered"]),
        }
    )
    table["amount_km"] = table["amount"] * crossing["distance_km"]
    sums = table.groupby(["partner", "direction", "scale"], sort=False)[["amount", "amount_km"]].sum().reset_index()
    sums["distance_km"] = _ratio(sums.pop("amount_km"), sums["amount"])
    sums["order"] = sums["partner"].map(order).astype(int)
    sums = sums.sort_values(["order", "direction", "amount"], ascending=[True, True, False], kind="stable")
    return sums[["partner", "direction", "scale", "amount", "distance_km"]].reset_index(drop=True)


def within(flows: pd.DataFrame, code: str) -> pd.DataFrame:
    """Return what a river system gives itself: ``scale``, ``amount`` (what arrives), ``distance_km``, a row a scale."""
    own = flows[(flows["source"] == code) & (flows["target"] == code)]
    table = pd.DataFrame({"scale": own["scale"], "amount": own["delivered"], "distance_km": own["distance_km"]})
    return table.reset_index(drop=True)


def _ratio(part: pd.Series, whole: pd.Series) -> FloatArray:
    amounts = whole.to_numpy(dtype=np.float64)
    ratio: FloatArray = np.zeros(len(amounts))
    np.divide(part.to_numpy(dtype=np.float64), amounts, out=ratio, where=amounts > 0)
    return ratio
