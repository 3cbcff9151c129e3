"""Draws over what is uncertain: Latin hypercube samples of the factors' ranges and of the data's own ranges.

Every factor has its own column of the hypercube, chosen by its key and not by its place in a list: a factor that
several resources share takes the same values in all of them, and one factor more leaves the draws of the others alone.
Between low and high the values are distributed as a triangle whose peak is the central value.

Source: McKay, Beckman & Conover (1979), A Comparison of Three Methods for Selecting Values of Input Variables in the
Analysis of Output from a Computer Code, Technometrics 21(2), 239–245.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import prod

import numpy as np

from geo.amounts import FloatArray
from geo.errors import InputError
from geo.factor_uses import pool_takers
from geo.terms import Catalogue, Factor, Resource, Term

DRAWS = 500
SEED = 1979
MOST_DRAWS = 10_000
# What a range of the data, which is no factor, is called among the factors.
DATA = "data."


@dataclass(frozen=True)
class Sample:
    """How many draws are made and from which seed; the same sample always gives the same draws.

    Raises
    ------
    InputError
        A number of draws that cannot be (1 to ``MOST_DRAWS``).
    """

    count: int = DRAWS
    seed: int = SEED

    def __post_init__(self) -> None:
        if not (isinstance(self.count, int) and 1 <= self.count <= MOST_DRAWS):
            message = f"draws: expected a whole number from 1 to {MOST_DRAWS}; found {self.count}"
            raise InputError(message, key="draws", expected=f"1–{MOST_DRAWS}", found=self.count)

    def of_factor(self, factor: Factor) -> FloatArray:
        """Return the factor's value in every draw, float64 (draws,) in its unit, not to be changed."""
        return _triangular(self, factor.key, factor.low, factor.central, factor.high)

    def of_column(self, column: str) -> FloatArray:
        """Return where a column's amounts stand in their range, float64 (draws,): −1 low, 0 central, 1 high."""
        return _triangular(self, f"{DATA}{column}", -1.0, 0.0, 1.0)


def drawn_values(
    catalogue: Catalogue, resource: Resource, given: Mapping[str, float], sample: Sample
) -> dict[str, FloatArray]:
    """Return the values that a resource's factors take, by full key, float64 (draws,).

    A setting (of a full key, checked) holds in every draw. In the draws in which the shares of a pool then sum to more
    than 1, they are scaled down in proportion.
    """
    scales = {pool: pool_scale(catalogue, pool, given, sample) for pool in {f.pool for f in resource.factors if f.pool}}
    return {
        factor.key: _value(factor, given, sample) * scales[factor.pool]
        if factor.pool
        else _value(factor, given, sample)
        for factor in resource.factors
    }


def pool_scale(catalogue: Catalogue, pool: str, given: Mapping[str, float], sample: Sample) -> FloatArray:
    """Return by what a pool's shares are multiplied, (draws,): 1, or less where they would take more than there is."""
    taken = np.zeros(sample.count)
    for _, term in pool_takers(catalogue.resources, pool):
        taken += prod(_value(catalogue.factors[name], given, sample) for name in (term.share, *term.pool_weight))
    return 1 / np.maximum(taken, 1.0)


def moving_factors(
    catalogue: Catalogue, resource: Resource, terms: Iterable[Term], given: Mapping[str, float], sample: Sample
) -> dict[str, FloatArray]:
    """Return what is drawn of the factors that can move a resource's amounts: full key -> (draws,), not to be changed.

    Left out are factors set by hand, those of terms that are not among ``terms``, and what other resources take of a
    pool that no draw overdraws.
    """
    present = list(terms)
    keys = dict.fromkeys(key for term in present for key, _ in term.effects())
    keys |= dict.fromkeys([resource.time_factor] if resource.time_factor else [])
    for pool in dict.fromkeys(term.pool for term in present if term.pool):
        if (pool_scale(catalogue, pool, given, sample) < 1).any():
            takers = (term for _, term in pool_takers(catalogue.resources, pool))
            keys |= dict.fromkeys(name for term in takers for name in (term.share, *term.pool_weight))
    factors = (catalogue.factors[key] for key in keys if key not in given)
    return {factor.key: sample.of_factor(factor) for factor in factors if factor.low < factor.high}


def _value(factor: Factor, given: Mapping[str, float], sample: Sample) -> FloatArray:
    return np.full(sample.count, given[factor.key]) if factor.key in given else sample.of_factor(factor)


@lru_cache(maxsize=1024)
def _triangular(sample: Sample, key: str, low: float, peak: float, high: float) -> FloatArray:
    # Imported only here: it takes longer than all else that the first page needs to begin.
    from scipy.stats import qmc, triang  # noqa: PLC0415

    # A column of its own for each key: strata in an order of its own, as in one hypercube over all of them.
    digest = hashlib.sha256(key.encode()).digest()
    generator = np.random.default_rng([sample.seed, int.from_bytes(digest[:8], "big")])
    quantiles = qmc.LatinHypercube(d=1, rng=generator).random(sample.count)[:, 0]
    values = np.full(sample.count, float(peak))
    if low < high:
        values = np.asarray(triang.ppf(quantiles, (peak - low) / (high - low), loc=low, scale=high - low))
    values.setflags(write=False)
    return values
