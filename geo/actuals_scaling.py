"""Measured values in place of estimates: a municipality's fragments take its figure, spread as the estimate was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from geo.actuals import Actual, check_actuals
from geo.amounts import FloatArray
from geo.prepared import PreparedFragments
from geo.resources import Amounts
from geo.terms import Resource


def relevant_actuals(actuals: Sequence[Actual], resource_key: str) -> tuple[Actual, ...]:
    """Return the values that stand in for a resource's estimates, sorted: what is installed replaces nothing."""
    return tuple(sorted(a for a in actuals if a.resource == resource_key and a.side in ("supply", "demand")))


def with_actuals(
    amounts: Amounts, side: str, resource: Resource, actuals: Sequence[Actual], prepared: PreparedFragments
) -> Amounts:
    """Return the amounts of a side with each measured municipality's sum over the area at its measured value.

    Parameters
    ----------
    amounts
        The estimate, n fragments.
    side
        'supply' or 'demand'.
    actuals
        Measured values; those of other resources or sides are passed over. They hold in every case.

    Returns
    -------
    Where a municipality's estimate is not 0, its fragments keep their shares of it (and sun and wind their part);
    where it is 0, the value is spread by population for a demand and by area for a supply. What was unknown there is
    known. Other municipalities and the halo are as they were; without a value, it is ``amounts`` itself.

    Raises
    ------
    InputError
        A municipality that the area lacks, two values of one figure, or one that is not a finite amount.
    """
    wanted = [actual for actual in relevant_actuals(actuals, resource.key) if actual.side == side]
    if not wanted:
        return amounts
    municipalities = prepared.units("municipality")
    check_actuals(wanted, municipalities.units)
    firm, variable, unknown = amounts.firm.copy(), amounts.variable.copy(), amounts.unknown.copy()
    terms = getattr(resource, side)
    only_variable = bool(terms) and all(term.variable for term in terms if term.key not in amounts.skipped)
    for actual in wanted:
        of_it = np.flatnonzero(municipalities.codes == municipalities.units.get_loc(actual.municipality))
        estimate = firm[of_it] + variable[of_it]
        if estimate.sum() > 0:
            # Parts of the sum first: a factor could leave the range of numbers.
            whole = estimate.sum()
            firm[of_it] = firm[of_it] / whole * actual.value
            variable[of_it] = variable[of_it] / whole * actual.value
        else:
            spread = _shares(prepared, of_it, by="population" if side == "demand" else "area_km2") * actual.value
            (variable if only_variable else firm)[of_it] = spread
        unknown[of_it] = 0.0
    return replace(amounts, firm=firm, variable=variable, unknown=unknown)


def _shares(prepared: PreparedFragments, of_it: np.ndarray[tuple[int], np.dtype[np.intp]], *, by: str) -> FloatArray:
    """Return each fragment's share of an indicator; of the area where that is unknown or 0, else equal shares."""
    for name in (by, "area_km2"):
        if name in prepared.columns:
            weights = np.nan_to_num(prepared.columns[name][of_it])
            if weights.sum() > 0:
                return np.asarray(weights / weights.sum(), dtype=np.float64)
    return np.full(len(of_it), 1 / len(of_it))
