"""Assumptions as a user sets them: which belong to a resource, and how those that share a pool give way."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import prod

from geo.actuals import Actual
from geo.changes import Change
from geo.factor_uses import bearing_factors, pool_takers
from geo.terms import Catalogue, Factor, Resource

Factors = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Assumed:
    """What a view assumes (hashable).

    Attributes
    ----------
    factors
        Factors set by hand in the whole area, (full key, value).
    threshold
        Share from which a scale is named.
    actuals
        Measured values that replace estimates.
    changes
        What a scenario changes beside factors of the whole area.
    """

    factors: Factors = ()
    threshold: float = 0.8
    actuals: tuple[Actual, ...] = ()
    changes: tuple[Change, ...] = ()


# Settings are kept to this many decimals, so that an address stays short; a pool is full within the rounding.
_DECIMALS = 6
_FULL = 1e-5


def value_of(factor: Factor, factors: Factors) -> float:
    """Return what a factor is set to: the user's value, else the catalogue's central one."""
    return dict(factors).get(factor.key, factor.central)


def own_factors(resource: Resource, columns: Collection[str]) -> tuple[Factor, ...]:
    """Return the factors that a resource's amounts hang on, the widest range (by its central value) first.

    Factors of optional terms whose indicator is not among the dataset's ``columns`` change nothing and are left out.
    """
    terms = (*resource.supply, *resource.demand)
    bearing = {resource.time_factor}
    for term in terms:
        if not term.optional or all(name in columns for name in term.indicators):
            bearing |= {key for key, _ in term.effects()}
    found = (factor for factor in resource.factors if factor.key in bearing)
    return tuple(sorted(found, key=lambda factor: (factor.low - factor.high) / factor.central))


def pool_mates(catalogue: Catalogue, resource: Resource) -> tuple[Factor, ...]:
    """Return other resources' shares of the pools that a resource draws on."""
    own = {factor.key for factor in resource.factors}
    pools = dict.fromkeys(factor.pool for factor in resource.factors if factor.pool)
    shares = dict.fromkeys(term.share for pool in pools for _, term in pool_takers(catalogue.resources, pool))
    return tuple(catalogue.factors[key] for key in shares if key not in own)


def relevant(catalogue: Catalogue, resource: Resource, factors: Factors) -> Factors:
    """Return the settings that can change a resource's amounts, sorted: a key for caches."""
    keys = bearing_factors(catalogue, resource)
    return tuple(sorted(pair for pair in factors if pair[0] in keys))


def set_factor(catalogue: Catalogue, factors: Factors, key: str, value: float) -> Factors:
    """Return the settings with one factor moved; the others in its pool give way, so that the pool's sum is kept.

    Settings equal to the central value are dropped; the order of the others stays, a new one comes last.
    """
    moved = {key: value}
    pool = catalogue.factors[key].pool
    if pool:
        weights = _weights(catalogue, factors, pool)
        members = {name: catalogue.factors[name] for name in weights}
        moved = keep_sum(
            {name: value_of(factor, factors) for name, factor in members.items()},
            weights=weights,
            central={name: factor.central for name, factor in members.items()},
            moved=key,
            value=value,
        )
    settings = dict(factors) | {name: round(number, _DECIMALS) for name, number in moved.items()}
    kept = ((name, number) for name, number in settings.items() if name in catalogue.factors)
    return tuple((name, v) for name, v in kept if not _same(v, catalogue.factors[name].central))


def reset_factor(catalogue: Catalogue, factors: Factors, key: str) -> Factors:
    """Return the settings with one factor back at its central value; its pool gives way as for any move."""
    return set_factor(catalogue, factors, key, catalogue.factors[key].central)


def keep_sum(
    values: Mapping[str, float],
    *,
    weights: Mapping[str, float],
    central: Mapping[str, float],
    moved: str,
    value: float,
) -> dict[str, float]:
    """Move one share of a pool and let the others give way in proportion.

    The pool's sum is Σ weight × share by the central shares. A move that would take more scales the others down
    until the sum fits (to nothing at most). While the pool is full, moving back gives the others the room again, up to
    their central values; in a pool that is not full, the others stay as they were set.

    Parameters
    ----------
    values
        Share by factor before the move, 0..1.
    weights
        How much of the pool a unit of each share takes, > 0.
    central
        The catalogue's shares.
    moved, value
        The factor that is moved, and its new share; it is taken as it is, even where it exceeds the sum.
    """
    total = math.fsum(weights[name] * share for name, share in central.items())
    others = [name for name in values if name != moved]
    taken = math.fsum(weights[name] * values[name] for name in others)
    room = max(total - weights[moved] * value, 0.0)
    is_full = taken + weights[moved] * values[moved] >= total - _FULL
    result = {moved: value} | {name: values[name] for name in others}
    if taken > room:
        return result | {name: values[name] * room / taken for name in others}
    if is_full:
        below = {name: max(central[name] - values[name], 0.0) for name in others}
        missing = math.fsum(weights[name] * gap for name, gap in below.items())
        share = min(1.0, (room - taken) / missing) if missing > 0 else 0.0
        return result | {name: values[name] + gap * share for name, gap in below.items()}
    return result


def _weights(catalogue: Catalogue, factors: Factors, pool: str) -> dict[str, float]:
    """Return how much of the pool a unit of each share takes, by factor, at the present settings."""
    weights: dict[str, float] = {}
    for _, term in pool_takers(catalogue.resources, pool):
        weight = prod(value_of(catalogue.factors[name], factors) for name in term.pool_weight)
        weights[term.share] = weights.get(term.share, 0.0) + weight
    return weights


def _same(first: float, second: float) -> bool:
    return math.isclose(first, second, rel_tol=1e-6, abs_tol=1e-9)
