"""Circulation: what supply and demand of the fragments could cover of each other, scale by scale up a ladder.

A ladder is an ordered set of partitions of the fragments, smallest scale first; basins and municipalities
cross, so the netting works on fragments and not on a tree. In every unit of a rung, with S the surplus and D
the deficit left in it, M = min(S, D) is met; every surplus in the unit falls by the share M/S, every deficit
by M/D, and what is left climbs. Amounts are annual and net: what could be covered, not where it comes from.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.amounts import FloatArray, check_amounts, two_dimensional
from geo.coded_ladder import NO_DEMAND, NO_SUPPLY, OUTSIDE, CodedLadder, code_ladder
from geo.errors import InputError
from geo.labels import CodedLabels, code_labels

PERSPECTIVES = ("demand", "supply")
# A share that misses the threshold by rounding alone reaches it.
THRESHOLD_TOLERANCE = 1e-9

# Rows worked on at a time: some hundred kB a column block, so that a block stays in the processor's cache.
_BLOCK_ROWS = 8192
# Amounts (rows x columns) above which two threads are faster than one.
_THREADED_FROM = 1_000_000


@dataclass(frozen=True, eq=False)
class Circulation:
    """What was met and used at which scale; every array is float64 of the input's shape, (n,) or (n, m).

    Attributes
    ----------
    met
        Scale -> the part of each fragment's demand met at that scale.
    used
        Scale -> the part of each fragment's supply used at that scale.
    outside
        Demand that no scale met.
    surplus
        Supply that nobody took.
    ladder
        The ladder that it was computed on.
    """

    met: Mapping[str, FloatArray]
    used: Mapping[str, FloatArray]
    outside: FloatArray
    surplus: FloatArray
    ladder: CodedLadder


def circulate(supply: object, demand: object, ladder: Mapping[str, object] | CodedLadder) -> Circulation:
    """Net supply against demand up the ladder.

    Parameters
    ----------
    supply, demand
        float64 (n,) or (n, m), one row a fragment, one column a resource; >= 0 and finite; annual amounts in
        the resource's unit.
    ladder
        Ordered mapping scale -> (n,) labels, smallest scale first, or the result of :func:`code_ladder`.

    Returns
    -------
    Circulation
        In every fragment, the sum of ``met`` plus ``outside`` is the demand, that of ``used`` plus
        ``surplus`` the supply; in every unit of a rung the sums of ``met`` and ``used`` are equal; nothing is
        negative.

    Raises
    ------
    InputError
        Names the argument: amounts that are negative, NaN, infinite or of different shapes; a bad ladder.
    """
    # What is left: at first the (untouched) input, afterwards the two arrays that the result keeps.
    surplus, shape = check_amounts(supply, "supply")
    outside, _ = check_amounts(demand, "demand", shape=shape)
    surplus_next, outside_next = np.empty_like(surplus), np.empty_like(outside)
    coded = code_ladder(ladder, length=shape[0])
    met: dict[str, FloatArray] = {}
    used: dict[str, FloatArray] = {}
    # Demand and supply are two jobs of the same size: two threads share them and never touch the same memory.
    with ThreadPoolExecutor(max_workers=2) as pool:
        run = pool.map if surplus.size >= _THREADED_FROM else map
        for scale, labels in coded.rungs.items():
            used_share, met_share = _shares(labels.sums(surplus), labels.sums(outside))
            met[scale], used[scale] = np.empty_like(outside), np.empty_like(surplus)
            jobs = (
                _Job(labels.codes, met_share, outside, met[scale], outside_next),
                _Job(labels.codes, used_share, surplus, used[scale], surplus_next),
            )
            list(run(_take_share, jobs))
            outside, surplus = outside_next, surplus_next
    return Circulation(
        met={scale: amounts.reshape(shape) for scale, amounts in met.items()},
        used={scale: amounts.reshape(shape) for scale, amounts in used.items()},
        outside=outside.reshape(shape),
        surplus=surplus.reshape(shape),
        ladder=coded,
    )


def closing_scale(
    circulation: Circulation, units: object, *, threshold: float = 0.8, perspective: str = "demand"
) -> pd.Series | pd.DataFrame:
    """Name the smallest scale by which enough of each unit's demand is met.

    Parameters
    ----------
    circulation
        Result of :func:`circulate` for n fragments.
    units
        (n,) labels of the units judged, any partition of the fragments; a missing label is in no unit.
    threshold
        Share of the unit's demand, over 0 and up to 1, that must be met; reached within a tolerance of 1e-9.
    perspective
        'demand', or 'supply' to ask by which scale that share of the unit's supply is used.

    Returns
    -------
    Series (DataFrame for (n, m), one column a resource) indexed by the sorted units: a scale of the ladder,
    "outside", or "no_demand" ("no_supply") where there is nothing to meet (to use).

    Raises
    ------
    InputError
        Names the argument: units of another length, a threshold or perspective that cannot be.
    """
    coded = code_labels(units, length=len(circulation.outside))
    by_demand = perspective == "demand"
    steps = circulation.met if by_demand else circulation.used
    rest = circulation.outside if by_demand else circulation.surplus
    sums = {scale: _unit_sums(amounts, coded) for scale, amounts in steps.items()}
    names = name_scales(sums, _unit_sums(rest, coded), threshold=threshold, perspective=perspective)
    return _by_unit(names, coded, circulation.outside.ndim)


def name_scales(
    steps: Mapping[str, FloatArray], rest: FloatArray, *, threshold: float, perspective: str
) -> npt.NDArray[np.object_]:
    """Name the scale at which each unit closes, from its sums; :func:`closing_scale` on amounts already summed.

    Parameters
    ----------
    steps
        Scale -> what is met (perspective 'supply': used) there, any one shape, smallest scale first.
    rest
        What no scale meets (uses), of the same shape.

    Raises
    ------
    InputError
        A threshold or perspective that cannot be.
    """
    if perspective not in PERSPECTIVES:
        message = f"perspective: expected one of {', '.join(PERSPECTIVES)}; found {perspective!r}"
        raise InputError(message, key="perspective", argument="perspective", found=perspective)
    if not (isinstance(threshold, int | float | np.number) and 0 < threshold <= 1):
        message = f"threshold: expected a share over 0 and up to 1; found {threshold!r}"
        raise InputError(message, key="threshold", argument="threshold", found=threshold)
    whole = np.sum([*steps.values(), rest], axis=0)
    needed = whole * (threshold - THRESHOLD_TOLERANCE)
    names = np.full(whole.shape, OUTSIDE, dtype=object)
    so_far, open_still = np.zeros_like(whole), np.ones(whole.shape, dtype=bool)
    for scale, amounts in steps.items():
        so_far += amounts
        closes = open_still & (so_far >= needed)
        names[closes] = scale
        open_still &= ~closes
    names[whole == 0] = NO_DEMAND if perspective == "demand" else NO_SUPPLY
    return names


def self_sufficiency(supply: object, demand: object, units: object) -> pd.Series | pd.DataFrame:
    """Return each unit's supply over its demand, the literature's plain measure; NaN where demand is 0.

    Arguments, result and errors as for :func:`circulate` and :func:`closing_scale`; nothing is netted.
    """
    supply_2d, shape = check_amounts(supply, "supply")
    demand_2d, _ = check_amounts(demand, "demand", shape=shape)
    coded = code_labels(units, length=shape[0])
    supply_sums, demand_sums = _unit_sums(supply_2d, coded), _unit_sums(demand_2d, coded)
    ratio = np.full(demand_sums.shape, np.nan)
    np.divide(supply_sums, demand_sums, out=ratio, where=demand_sums > 0)
    return _by_unit(ratio, coded, len(shape))


def inside(circulation: Circulation, units: object) -> pd.Series | pd.DataFrame:
    """Return how much of what is met in each unit is met from inside the unit, by proportional mixing.

    For a unit T that need not be of the ladder's own kind, the sum over the rungs k and their units u of
    used_k(T and u) * met_k(T and u) / M_u, where M_u is what is met in u at that rung: the used supply of u
    is mixed, and every part of u draws the same mixture. met - inside comes from other units, used - inside
    is sent out.

    Arguments, index and errors as for :func:`closing_scale`; amounts in the resource's unit.
    """
    coded = code_labels(units, length=len(circulation.outside))
    amount = np.zeros((len(coded.units), two_dimensional(circulation.outside).shape[1]))
    for scale, labels in circulation.ladder.rungs.items():
        met, used = two_dimensional(circulation.met[scale]), two_dimensional(circulation.used[scale])
        pairs, unit_of_pair, rung_unit_of_pair = _crossing(coded, labels)
        met_in_pair, used_in_pair = pairs.sums(met)[:-1], pairs.sums(used)[:-1]
        met_in_rung_unit = labels.sums(met)[rung_unit_of_pair]
        share = np.zeros_like(met_in_pair)
        np.divide(met_in_pair, met_in_rung_unit, out=share, where=met_in_rung_unit > 0)
        # The bound only takes away rounding: a part cannot give itself more than it uses or needs.
        mixed = np.minimum(used_in_pair * share, np.minimum(used_in_pair, met_in_pair))
        np.add.at(amount, unit_of_pair, mixed)
    return _by_unit(amount, coded, circulation.outside.ndim)


class _Job(NamedTuple):
    """One side's step at a rung, take each unit's share of what is left: (n, m), share (units + 1, m)."""

    codes: npt.NDArray[np.int32]
    share: FloatArray
    left: FloatArray
    taken: FloatArray
    left_next: FloatArray


def _take_share(job: _Job) -> None:
    """Fill ``taken`` with share x left and ``left_next`` with what remains; a share of 1 leaves exactly 0."""
    for start in range(0, len(job.left), _BLOCK_ROWS):
        rows = slice(start, start + _BLOCK_ROWS)
        taken, left = job.taken[rows], job.left[rows]
        # Codes are in range by construction; mode="raise" would buffer the whole output.
        np.take(job.share, job.codes[rows], axis=0, out=taken, mode="clip")
        np.multiply(taken, left, out=taken)
        np.subtract(left, taken, out=job.left_next[rows])


def _shares(surplus: FloatArray, deficit: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return M/S and M/D of every unit, M = min(S, D); 0 where nothing is met and in no unit."""
    if not (np.isfinite(surplus).all() and np.isfinite(deficit).all()):
        message = "supply, demand: amounts so large that their sum is not a number; use a larger unit"
        raise InputError(message, key="amounts_overflow", argument="supply, demand")
    met = np.minimum(surplus, deficit)
    met[-1] = 0.0
    used_share, met_share = np.zeros_like(met), np.zeros_like(met)
    np.divide(met, surplus, out=used_share, where=met > 0)
    np.divide(met, deficit, out=met_share, where=met > 0)
    return used_share, met_share


def _unit_sums(amounts: FloatArray, coded: CodedLabels) -> FloatArray:
    return coded.sums(two_dimensional(amounts))[:-1]


def _by_unit(values: npt.NDArray[Any], coded: CodedLabels, ndim: int) -> pd.Series | pd.DataFrame:
    if ndim == 1:
        return pd.Series(values[:, 0], index=coded.units)
    return pd.DataFrame(values, index=coded.units)


def _crossing(
    first: CodedLabels, second: CodedLabels
) -> tuple[CodedLabels, npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Cross two partitions: the pairs of units that share fragments, and where each pair's units stand."""
    width = len(second.units)
    number = first.codes.astype(np.int64) * width + second.codes
    in_both = (first.codes < len(first.units)) & (second.codes < width)
    found, place = np.unique(number[in_both], return_inverse=True)
    codes = np.full(len(number), len(found), dtype=np.int32)
    codes[in_both] = place
    return CodedLabels(codes=codes, units=pd.Index(found)), *np.divmod(found, max(width, 1))
