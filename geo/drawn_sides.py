"""Supply and demand of a resource in every draw: its estimate, measured values, a scenario's changes and plants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.actuals import Actual
from geo.actuals_scaling import relevant_actuals, with_actuals
from geo.amounts import FloatArray
from geo.assessment import Settings
from geo.changes import Zone, changed, plant_amounts, plants_of, zones
from geo.coded_ladder import CodedLadder
from geo.drawn_terms import Estimate, IntArray, Nodes, group_labels, has_range
from geo.draws import Sample, drawn_values
from geo.labels import CodedLabels
from geo.prepared import PreparedFragments
from geo.resources import Amounts, check_factors
from geo.sides import resource_sides
from geo.terms import Catalogue, Resource, Term

SIDES = ("supply", "demand")


@dataclass(frozen=True, eq=False)
class DrawnSides:
    """Both sides of a resource in any of the draws, by node.

    Attributes
    ----------
    units
        The partition of the fragments by which the draws are told.
    ladder
        The ladder of the fragments on which they are netted.
    central
        The sides of the fragments by the central values: what of them is unknown.
    present
        Terms for which there is data.
    columns
        Columns with a range that the amounts stand on.
    """

    nodes: Nodes
    units: CodedLabels
    ladder: CodedLadder
    central: Mapping[str, Amounts]
    present: tuple[Term, ...]
    columns: tuple[str, ...]
    _sides: Mapping[str, _Side]
    _at_its_time: FloatArray

    def amounts(self, side: str, draws: slice) -> tuple[FloatArray, FloatArray]:
        """Return a side's firm and variable amounts in some of the draws, float64 (k, draws) each."""
        return self._sides[side].amounts(draws)

    def at_its_time(self, draws: slice) -> FloatArray:
        """Return the share of the demand that variable supply meets at most, float64 (k, draws) or (1, draws)."""
        return self._at_its_time[:, draws]


def drawn_sides(
    prepared: PreparedFragments,
    resource: Resource,
    catalogue: Catalogue,
    settings: Settings,
    sample: Sample,
    *,
    units: CodedLabels,
    ladder: CodedLadder,
) -> DrawnSides:
    """Prepare a resource's supply and demand in every draw; no case counts, what is set by hand is held.

    ``units`` is the partition of the fragments by which the draws will be told, ``ladder`` that on which they will be
    netted.

    Measured values and changes hold as in :func:`geo.sides.resource_sides`, draw by draw. The column whose excess a
    term takes stays central, as in the cases.

    Raises
    ------
    InputError, CatalogueError
        As :func:`geo.sides.resource_sides`.
    """
    settings = replace(settings, case="central")
    given = check_factors(catalogue, settings.factors)
    central = resource_sides(prepared, resource, catalogue, settings)
    places = zones(prepared, settings.changes, given)
    measured = relevant_actuals(settings.actuals, resource.key)
    before = []
    if measured and settings.changes:
        today_sides = resource_sides(prepared, resource, catalogue, replace(settings, actuals=(), changes=()))
        before = [today_sides.supply, today_sides.demand]
    nodes = _nodes(prepared, ladder, units, places, before)
    everywhere = (Zone(np.ones(len(prepared), dtype=bool), given),)
    of_scenario = changed(prepared, settings.changes)
    values = [drawn_values(catalogue, resource, zone.factors, sample) for zone in places]
    today_values = [drawn_values(catalogue, resource, given, sample)]
    plants = plants_of(settings.changes, resource)
    sides = {}
    for side in SIDES:
        terms = _present(getattr(resource, side), prepared.columns)
        today = Estimate.of(terms, prepared, nodes, everywhere, today_values, sample)
        own = tuple(actual for actual in measured if actual.side == side)
        sides[side] = _Side(
            estimate=Estimate.of(terms, of_scenario, nodes, places, values, sample) if settings.changes else today,
            today=today if own and settings.changes else None,
            measured=_measured(own, side, resource, prepared, nodes),
            plants=nodes.sums(np.column_stack(plant_amounts(plants, side, prepared))),
        )
    present = _present((*resource.supply, *resource.demand), prepared.columns)
    return DrawnSides(
        nodes=nodes,
        units=units,
        ladder=ladder,
        central={"supply": central.supply, "demand": central.demand},
        present=tuple(present),
        columns=tuple(dict.fromkeys(term.indicator for term in present if has_range(term.indicator, prepared))),
        _sides=sides,
        _at_its_time=_at_its_time(resource, nodes, places, values),
    )


@dataclass(frozen=True, eq=False)
class _Measured:
    """A municipality's measured value: its nodes, and (nodes, 2) how it is spread, firm and variable, over nothing."""

    rows: IntArray
    value: float
    spread: FloatArray


@dataclass(frozen=True, eq=False)
class _Side:
    """One side: its estimate, today's where that differs and is measured, measured values, and (k, 2) of plants."""

    estimate: Estimate
    today: Estimate | None
    measured: tuple[_Measured, ...]
    plants: FloatArray

    def amounts(self, draws: slice) -> tuple[FloatArray, FloatArray]:
        base = self.today or self.estimate
        width = draws.stop - draws.start
        firm, variable = (base.amounts(kind, len(self.plants), draws, width) for kind in (False, True))
        estimated = [firm.copy(), variable.copy()] if self.today else []
        for actual in self.measured:
            _set_measured(firm, variable, actual)
        parts = [firm, variable]
        if self.today:
            scenario = [self.estimate.amounts(kind, len(self.plants), draws, width) for kind in (False, True)]
            parts = [_moved(*each) for each in zip(parts, estimated, scenario, strict=True)]
        if self.plants.any():
            parts = [part + added[:, np.newaxis] for part, added in zip(parts, self.plants.T, strict=True)]
        return parts[0], parts[1]


def _set_measured(firm: FloatArray, variable: FloatArray, actual: _Measured) -> None:
    """Put a measured value in the place of its municipality's estimate, draw by draw; changes the arrays."""
    rows = actual.rows
    whole = firm[rows].sum(axis=0) + variable[rows].sum(axis=0)
    share = np.divide(actual.value, whole, out=np.zeros_like(whole), where=whole > 0)
    for column, amounts in enumerate((firm, variable)):
        amounts[rows] = np.where(whole > 0, amounts[rows] * share, actual.spread[:, column, np.newaxis])


def _moved(measured: FloatArray, before: FloatArray, after: FloatArray) -> FloatArray:
    """Carry measured amounts along with their estimate, as :func:`geo.sides.resource_sides` does."""
    ratio = np.divide(after, before, out=np.ones_like(after), where=before > 0)
    return np.where(before > 0, measured * ratio, measured + after)


def _measured(
    actuals: Sequence[Actual], side: str, resource: Resource, prepared: PreparedFragments, nodes: Nodes
) -> tuple[_Measured, ...]:
    if not actuals:
        return ()
    nothing = np.zeros(len(prepared))
    empty = Amounts(nothing, nothing, nothing, tuple(_absent(getattr(resource, side), prepared.columns)))
    spread = with_actuals(empty, side, resource, actuals, prepared)
    by_node = nodes.sums(np.column_stack([spread.firm, spread.variable]))
    places = nodes.labels(prepared.units("municipality"))
    found = []
    for actual in actuals:
        rows = np.flatnonzero(places.codes == places.units.get_loc(actual.municipality))
        found.append(_Measured(rows, actual.value, by_node[rows]))
    return tuple(found)


def _at_its_time(
    resource: Resource, nodes: Nodes, places: Sequence[Zone], values: Sequence[Mapping[str, FloatArray]]
) -> FloatArray:
    if not resource.time_factor:
        return np.ones((1, len(next(iter(values[0].values())))))
    shares = [np.minimum(of_zone[resource.time_factor], 1.0) for of_zone in values]
    if len(places) == 1:
        return shares[0][np.newaxis]
    result = np.empty((len(nodes), len(shares[0])))
    for zone, share in zip(places, shares, strict=True):
        result[zone.rows[nodes.first]] = share
    return result


def _nodes(
    prepared: PreparedFragments,
    ladder: CodedLadder,
    units: CodedLabels,
    places: Sequence[Zone],
    before: Sequence[Amounts],
) -> Nodes:
    """Group the fragments by all that tells them apart; ``before`` is what was estimated under a scenario's changes."""
    if len(places) == 1 and not before:
        return _plain_nodes(prepared, ladder, units)
    keys = _labels(prepared, ladder, units)
    if len(places) > 1:
        keys.append(np.argmax([zone.rows for zone in places], axis=0))
    # A measured value moves with its estimate; where there was none, what is new comes on top, not in proportion.
    keys += [part > 0 for amounts in before for part in (amounts.firm, amounts.variable)]
    return Nodes(*group_labels(keys))


# No factor moves these; without a scenario's changes they are the same at every draw of a partition.
@lru_cache(maxsize=32)
def _plain_nodes(prepared: PreparedFragments, ladder: CodedLadder, units: CodedLabels) -> Nodes:
    return Nodes(*group_labels(_labels(prepared, ladder, units)))


def _labels(prepared: PreparedFragments, ladder: CodedLadder, units: CodedLabels) -> list[npt.NDArray[Any]]:
    rungs = ladder.rungs.values()
    return [*(coded.codes for coded in rungs), units.codes, prepared.units("municipality").codes]


def _present(terms: Sequence[Term], columns: Mapping[str, FloatArray]) -> list[Term]:
    return [term for term in terms if not term.optional or all(name in columns for name in term.indicators)]


def _absent(terms: Sequence[Term], columns: Mapping[str, FloatArray]) -> list[str]:
    present = _present(terms, columns)
    return [term.key for term in terms if term not in present]
