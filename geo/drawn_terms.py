"""What the terms of a side amount to in every draw, on as few rows as the netting can tell apart.

Fragments that lie in the same units of all rungs give and take the same shares: netting them is netting their sums.
An amount is linear in its indicator, so the indicators are summed to those rows (nodes) once, and a draw is one product
of sums and rates. Where a term is an excess (water: rain over evapotranspiration), it is linear too in the fragments
that lie above or below in every draw; the others are computed one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.amounts import FloatArray
from geo.changes import Zone
from geo.coded_ladder import CodedLadder
from geo.draws import Sample
from geo.labels import CodedLabels
from geo.prepared import PreparedFragments
from geo.resources import term_rate
from geo.terms import Term

IntArray = npt.NDArray[np.intp]


def group_labels(keys: Sequence[npt.NDArray[Any]]) -> tuple[CodedLabels, IntArray]:
    """Return the partition of n things by all of some (n,) labels, and one thing of each of its units."""
    number = pd.DataFrame(dict(enumerate(keys))).groupby(list(range(len(keys))), sort=False).ngroup().to_numpy()
    _, first = np.unique(number, return_index=True)
    return CodedLabels(number.astype(np.int32), pd.RangeIndex(len(first))), first


@dataclass(frozen=True, eq=False)
class Nodes:
    """Groups of the n fragments that no rung, unit or assumption tells apart.

    Attributes
    ----------
    of_fragment
        Partition of the fragments into k nodes.
    first
        int (k,): a fragment of each node.
    """

    of_fragment: CodedLabels
    first: IntArray

    def __len__(self) -> int:
        return len(self.first)

    def sums(self, amounts: FloatArray) -> FloatArray:
        """Add up float64 (n, m) by node: (k, m)."""
        return self.of_fragment.sums(amounts)[:-1]

    def labels(self, coded: CodedLabels) -> CodedLabels:
        """Return the nodes' units of a partition of the fragments that no node crosses."""
        return CodedLabels(coded.codes[self.first], coded.units)

    def ladder(self, ladder: CodedLadder) -> CodedLadder:
        """Return a ladder of the fragments as one of the nodes."""
        return CodedLadder({scale: self.labels(coded) for scale, coded in ladder.rungs.items()}, len(self))


@dataclass(frozen=True, eq=False)
class _Excess:
    """A term's fragments that lie above their threshold in some draws only."""

    node: IntArray
    excess_of: FloatArray
    over: FloatArray
    # (fragments, parts) and (parts, draws): the indicator and its rates, as in an estimate.
    weights: FloatArray
    rates: FloatArray

    def add_to(self, amounts: FloatArray, draws: slice) -> None:
        excess = np.maximum(self.excess_of[:, np.newaxis] - self.over[draws], 0.0)
        np.add.at(amounts, self.node, excess * (self.weights @ self.rates[:, draws]))


@dataclass(frozen=True, eq=False)
class Estimate:
    """What the terms of a side amount to: (k, parts) sums of indicators and their (parts, draws) rates."""

    weights: Mapping[bool, FloatArray]
    rates: Mapping[bool, FloatArray]
    excesses: tuple[tuple[bool, _Excess], ...]

    @classmethod
    def of(
        cls,
        terms: Sequence[Term],
        prepared: PreparedFragments,
        nodes: Nodes,
        places: Sequence[Zone],
        values: Sequence[Mapping[str, FloatArray]],
        sample: Sample,
    ) -> Estimate:
        """Sum the terms' indicators by node; ``values`` are the factors' (draws,) values in each of the ``places``."""
        weights: dict[bool, list[FloatArray]] = {False: [], True: []}
        rates: dict[bool, list[FloatArray]] = {False: [], True: []}
        excesses = []
        for term in terms:
            for zone, of_zone in zip(places, values, strict=True):
                rate = np.broadcast_to(term_rate(term, cast(Any, of_zone)), (sample.count,))
                parts = [(np.where(zone.rows, part, 0.0), at) for part, at in _parts(term, prepared, rate, sample)]
                if term.excess_of:
                    over = of_zone[term.excess_over]
                    column = prepared.columns[term.excess_of]
                    # NaN is unknown: neither above nor between, so it counts as nothing.
                    always = column >= over.max()
                    between = np.flatnonzero(zone.rows & (column > over.min()) & ~always)
                    if len(between):
                        piece = np.column_stack([part[between] for part, _ in parts])
                        of_node = nodes.of_fragment.codes[between].astype(np.intp)
                        at = np.stack([at for _, at in parts])
                        excesses.append((term.variable, _Excess(of_node, column[between], over, piece, at)))
                    above = [(np.where(always, part, 0.0), at) for part, at in parts]
                    filled = np.nan_to_num(column)
                    parts = [each for part, at in above for each in ((part * filled, at), (part, -at * over))]
                weights[term.variable] += [part for part, _ in parts]
                rates[term.variable] += [at for _, at in parts]
        return cls(
            weights={kind: nodes.sums(np.column_stack(of_kind)) for kind, of_kind in weights.items() if of_kind},
            rates={kind: np.stack(of_kind) for kind, of_kind in rates.items() if of_kind},
            excesses=tuple(excesses),
        )

    def amounts(self, kind: bool, count: int, draws: slice, width: int) -> FloatArray:
        """Return the firm (False) or variable (True) amounts, float64 (k, draws)."""
        if kind not in self.weights:
            return np.zeros((count, width))
        # Rain less evapotranspiration, each summed by itself, may end below nothing by rounding.
        amounts = np.maximum(self.weights[kind] @ self.rates[kind][:, draws], 0.0)
        for of_kind, excess in self.excesses:
            if of_kind == kind:
                excess.add_to(amounts, draws)
        return amounts


def _parts(
    term: Term, prepared: PreparedFragments, rate: FloatArray, sample: Sample
) -> list[tuple[FloatArray, FloatArray]]:
    """Return (n,) weights and (draws,) rates whose products sum to the term's amounts, unknown counted as nothing."""
    central = prepared.columns[term.indicator]
    parts = [(np.nan_to_num(central), rate)]
    if has_range(term.indicator, prepared):
        position = sample.of_column(term.indicator)
        for ending, sign in (("low", -1.0), ("high", 1.0)):
            end = prepared.columns.get(f"{term.indicator}_{ending}", central)
            towards = np.maximum(sign * position, 0.0)
            parts.append((np.nan_to_num(end - central), rate * towards))
    return parts


def has_range(column: str, prepared: PreparedFragments) -> bool:
    """Tell whether the data give a range of a column."""
    return f"{column}_low" in prepared.columns or f"{column}_high" in prepared.columns
