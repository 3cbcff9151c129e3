"""Both sides of a resource under given settings: supply and demand of each fragment before anything is netted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from geo.actuals import Actual
from geo.actuals_scaling import with_actuals
from geo.amounts import FloatArray
from geo.changes import Change, Zone, changed, plant_amounts, plants_of, zones
from geo.prepared import PreparedFragments
from geo.resources import Amounts, check_factors, factor_values, side_amounts
from geo.terms import Catalogue, Resource


class Assumptions(Protocol):
    """What the sides hang on; :class:`geo.assessment.Settings` is one."""

    @property
    def case(self) -> str: ...  # noqa: D102
    @property
    def factors(self) -> tuple[tuple[str, float], ...]: ...  # noqa: D102
    @property
    def actuals(self) -> tuple[Actual, ...]: ...  # noqa: D102
    @property
    def changes(self) -> tuple[Change, ...]: ...  # noqa: D102


@dataclass(frozen=True, eq=False)
class Sides:
    """Supply and demand of n fragments.

    Attributes
    ----------
    values
        The factors' values by full key, where no scenario sets one locally.
    at_its_time
        Share of the demand that variable supply meets at most: one number, or (n,) where it is not the same
        everywhere.
    """

    supply: Amounts
    demand: Amounts
    values: Mapping[str, float]
    at_its_time: float | FloatArray


def resource_sides(
    prepared: PreparedFragments, resource: Resource, catalogue: Catalogue, settings: Assumptions
) -> Sides:
    """Return a resource's supply and demand, measured values and a scenario's changes included.

    A measured value is of today: where a scenario changes what an estimate stands on, the measured amount changes in
    the proportion in which the estimate does. Plants come on top.

    Raises
    ------
    InputError, CatalogueError
        As :func:`geo.assessment.assess`; changes are taken as checked.
    """
    given = check_factors(catalogue, settings.factors)
    everywhere = Zone(np.ones(len(prepared), dtype=bool), given)
    values, supply, demand, at_its_time = _estimate(prepared, resource, catalogue, settings.case, (everywhere,))
    measured = {
        "supply": with_actuals(supply, "supply", resource, settings.actuals, prepared),
        "demand": with_actuals(demand, "demand", resource, settings.actuals, prepared),
    }
    if not settings.changes:
        return Sides(measured["supply"], measured["demand"], values, at_its_time)
    of_scenario = changed(prepared, settings.changes)
    places = zones(prepared, settings.changes, given)
    values, new_supply, new_demand, at_its_time = _estimate(of_scenario, resource, catalogue, settings.case, places)
    plants = plants_of(settings.changes, resource)
    sides = {}
    for side, before, after in (("supply", supply, new_supply), ("demand", demand, new_demand)):
        moved = _moved(measured[side], before, after) if measured[side] is not before else after
        firm, variable = plant_amounts(plants, side, prepared)
        sides[side] = replace(moved, firm=moved.firm + firm, variable=moved.variable + variable)
    return Sides(sides["supply"], sides["demand"], values, at_its_time)


def _estimate(
    prepared: PreparedFragments, resource: Resource, catalogue: Catalogue, case: str, places: tuple[Zone, ...]
) -> tuple[dict[str, float], Amounts, Amounts, float | FloatArray]:
    """Return factors' values (of the first zone), both sides, and the share met as it arises."""
    found = []
    for zone in places:
        values = factor_values(catalogue, resource, case=case, settings=zone.factors)
        supply = side_amounts(resource, "supply", prepared.columns, values, case=case)
        demand = side_amounts(resource, "demand", prepared.columns, values, case=case)
        at_its_time = min(values[resource.time_factor], 1.0) if resource.time_factor else 1.0
        found.append((values, supply, demand, at_its_time))
    if len(found) == 1:
        return found[0]
    rows = [zone.rows for zone in places]
    shares: FloatArray = np.select(rows, [each[3] for each in found])
    one_share = shares if np.ptp(shares) > 0 else float(shares[0])
    supply, demand = _joined([each[1] for each in found], rows), _joined([each[2] for each in found], rows)
    return found[0][0], supply, demand, one_share


def _joined(amounts: list[Amounts], rows: list[np.ndarray[tuple[int], np.dtype[np.bool_]]]) -> Amounts:
    """Take each zone's fragments from that zone's amounts."""
    parts = {
        name: np.select(rows, [getattr(each, name) for each in amounts]) for name in ("firm", "variable", "unknown")
    }
    return replace(amounts[0], **parts)


def _moved(measured: Amounts, before: Amounts, after: Amounts) -> Amounts:
    """Carry measured amounts along with their estimate; where there was no estimate, what is new comes on top."""
    parts = {}
    for name in ("firm", "variable"):
        old, new, known = (getattr(each, name) for each in (before, after, measured))
        ratio = np.divide(new, old, out=np.ones_like(new), where=old > 0)
        parts[name] = np.where(old > 0, known * ratio, known + new)
    # Where a measured value made it known it stays known; elsewhere it is as the scenario has it.
    unknown = np.where(measured.unknown != before.unknown, measured.unknown, after.unknown)
    return replace(measured, unknown=unknown, **parts)
