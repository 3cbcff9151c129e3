"""Netting of many draws at once, summed by unit: rung by rung, on as few rows as the rungs to come can tell apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from geo.amounts import FloatArray
from geo.circulation import circulate
from geo.coded_ladder import CodedLadder
from geo.drawn_sides import DrawnSides
from geo.drawn_terms import Nodes, group_labels
from geo.draws import Sample
from geo.labels import CodedLabels
from geo.terms import Resource

# Amounts (rows x draws) netted at a time: about a megabyte an array stays in the processor's cache.
_BLOCK_AMOUNTS = 131_072


@dataclass(frozen=True, eq=False)
class _Rung:
    """One rung: its ladder and the units told, by row; and which row of the next rung each row is part of."""

    scale: str
    ladder: CodedLadder
    units: CodedLabels
    onwards: CodedLabels | None


def unit_sums(sides: DrawnSides, resource: Resource, sample: Sample) -> tuple[dict[str, FloatArray], FloatArray]:
    """Net all draws on the ladder, and sum them by the units, that the sides were prepared for.

    Returns
    -------
    Scale -> float64 (u, draws), what is met (perspective supply: used) of the unit's fragments at that scale, and
    (u, draws) its whole demand (supply); in the resource's unit per year, fragments inside the area only.
    """
    ladder, units, rungs = _of_nodes(sides.nodes, sides.ladder, sides.units)
    by_demand = resource.perspective == "demand"
    steps = {scale: np.zeros((len(units.units), sample.count)) for scale in ladder.scales}
    whole = np.empty((len(units.units), sample.count))
    width = max(1, _BLOCK_AMOUNTS // len(sides.nodes))
    for start in range(0, sample.count, width):
        draws = slice(start, min(start + width, sample.count))
        firm, variable = sides.amounts("supply", draws)
        demand = np.asarray(sum(sides.amounts("demand", draws)))
        whole[:, draws] = units.sums(demand if by_demand else firm + variable)[:-1]
        if variable.any() and firm.any():
            # Firm supply meets what variable supply leaves of each row: all rungs have to be known on all rows.
            told = _in_time(firm, variable, demand, ladder, units, sides.at_its_time(draws), by_demand=by_demand)
        elif variable.any():
            told = _climb(variable, demand * sides.at_its_time(draws), rungs, by_demand=by_demand)
        else:
            told = _climb(firm, demand, rungs, by_demand=by_demand)
        for scale, sums in told:
            steps[scale][:, draws] += sums
    return steps, whole


def _climb(
    supply: FloatArray, demand: FloatArray, rungs: Sequence[_Rung], *, by_demand: bool
) -> Iterator[tuple[str, FloatArray]]:
    """Net rung by rung; yield each scale's sums by unit."""
    for rung in rungs:
        found = circulate(supply, demand, rung.ladder)
        yield rung.scale, rung.units.sums((found.met if by_demand else found.used)[rung.scale])[:-1]
        supply, demand = found.surplus, found.outside
        if rung.onwards:
            supply, demand = rung.onwards.sums(supply)[:-1], rung.onwards.sums(demand)[:-1]


def _in_time(
    firm: FloatArray,
    variable: FloatArray,
    demand: FloatArray,
    ladder: CodedLadder,
    units: CodedLabels,
    at_its_time: FloatArray,
    *,
    by_demand: bool,
) -> Iterator[tuple[str, FloatArray]]:
    """Net as :func:`geo.assessment.circulate_in_time` does: variable supply in its time, then firm supply."""
    first = circulate(variable, demand * at_its_time, ladder)
    met_first = sum(first.met.values(), start=np.zeros_like(demand))
    second = circulate(firm, np.maximum(demand - met_first, 0.0), ladder)
    for each in (first, second):
        for scale, amounts in (each.met if by_demand else each.used).items():
            yield scale, units.sums(amounts)[:-1]


# The nodes of a partition are the same at every move of a factor (see geo.drawn_sides).
@lru_cache(maxsize=32)
def _of_nodes(nodes: Nodes, ladder: CodedLadder, units: CodedLabels) -> tuple[CodedLadder, CodedLabels, list[_Rung]]:
    """Return ladder and units by node, and the rungs; not to be changed."""
    of_nodes, own = nodes.ladder(ladder), nodes.labels(units)
    return of_nodes, own, _rungs(of_nodes, own)


def _rungs(ladder: CodedLadder, units: CodedLabels) -> list[_Rung]:
    """Return the rungs, each on rows that are merged once no later rung and no unit tells them apart."""
    result = []
    labels, scales = dict(ladder.rungs), ladder.scales
    for rung, scale in enumerate(scales):
        own = CodedLadder({scale: labels[scale]}, len(units))
        later = scales[rung + 1 :]
        merged, first = group_labels([units.codes, *(labels[name].codes for name in later)])
        # Merging costs a sum, so it has to spare some rows.
        onwards = merged if later and 2 * len(first) <= len(units) else None
        result.append(_Rung(scale, own, units, onwards))
        if onwards:
            units = CodedLabels(units.codes[first], units.units)
            labels = {name: CodedLabels(labels[name].codes[first], labels[name].units) for name in later}
    return result
