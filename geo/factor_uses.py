"""What follows from how a catalogue's terms use its factors: side, effect, direction, and what a pool has to give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import prod
from types import MappingProxyType

from geo.catalogue_fields import refuse
from geo.terms import Catalogue, Factor, Pool, Potential, Resource, Term
from geo.toml_fields import Fields

SIDES = ("supply", "demand")
# Shares that sum to 1 but for rounding do not overdraw a pool.
POOL_TOLERANCE = 1e-9


def check_pools(resources: Mapping[str, Resource], factors: Mapping[str, Factor], pools: Mapping[str, Pool]) -> None:
    """Refuse a pool of which the central shares take more than all; raises CatalogueError."""
    for pool in pools:
        takers = pool_takers(resources, pool)
        takes = {
            f"{key}.{term.key}": prod(factors[name].central for name in (term.share, *term.pool_weight))
            for key, term in takers
        }
        if sum(takes.values()) > 1 + POOL_TOLERANCE:
            listed = ", ".join(f"{name} {take:g}" for name, take in takes.items())
            refuse(
                f"pools.{pool}", "share", "central shares that sum to at most 1", f"{sum(takes.values()):g} ({listed})"
            )


def pool_takers(resources: Mapping[str, Resource], pool: str) -> list[tuple[str, Term]]:
    """Return (resource key, supply term) of all that draws on a pool; a view of another resource does not count."""
    return [
        (key, term)
        for key, resource in resources.items()
        if not resource.view_of
        for term in resource.supply
        if term.pool == pool
    ]


def factor_uses(resource: Resource) -> list[tuple[str, str, int]]:
    """Return (factor, side, effect) of every use of a factor in a resource, supply first."""
    uses = [(key, side, effect) for side in SIDES for term in getattr(resource, side) for key, effect in term.effects()]
    return [*uses, *([(resource.time_factor, "supply", 1)] if resource.time_factor else [])]


def bearing_factors(catalogue: Catalogue, resource: Resource) -> frozenset[str]:
    """Return the factors that can change a resource's amounts, by full key.

    These are its own and, since an overdrawn pool scales every share, all that weighs on its pools.
    """
    keys = {factor.key for factor in resource.factors}
    for pool in {factor.pool for factor in resource.factors if factor.pool}:
        for _, term in pool_takers(catalogue.resources, pool):
            keys |= {term.share, *term.pool_weight}
    return frozenset(keys)


def described(
    factors: Mapping[str, Factor],
    fields: Mapping[str, Fields],
    resources: Mapping[str, Resource],
    potentials: Iterable[Potential],
) -> dict[str, Factor]:
    """Add to each factor what follows from its uses: side, effect, pool; refuse one that is stated otherwise."""
    uses = [use for resource in resources.values() for use in factor_uses(resource)]
    uses += [(key, "supply", 1) for potential in potentials for key in potential.times]
    shares = {(term.share, term.pool) for r in resources.values() for term in r.supply if term.pool}
    result = {}
    for key, factor in factors.items():
        where = fields[key].where
        sides = {side for used, side, _ in uses if used == key}
        effects = {effect for used, _, effect in uses if used == key}
        if not sides:
            refuse(where, "factor", "to be used by a term, a time_factor or a potential", "no use of it")
        pools = sorted(pool for share, pool in shares if share == key)
        if len(pools) > 1:
            refuse(where, "pool", "to be the share of one pool only", ", ".join(pools))
        effect = "mixed" if len(effects) > 1 else "increasing" if effects == {1} else "decreasing"
        if factor.effect and factor.effect != effect:
            refuse(where, "effect", f"'{effect}', as its terms use it", repr(factor.effect))
        kind = "shared" if len(sides) > 1 else min(sides)
        result[key] = replace(factor, kind=kind, effect=effect, pool=pools[0] if pools else "")
    return result


def with_factors(resource: Resource, factors: Mapping[str, Factor]) -> Resource:
    """Add the factors that a resource's amounts hang on, and which way each works."""
    uses = factor_uses(resource)
    directions: dict[str, int] = {}
    for key, _, _ in uses:
        ways = {(side, effect) for used, side, effect in uses if used == key}
        (side, effect), *others = sorted(ways)
        # Both sides, or both ways on one side: no end of its range is the pessimistic one.
        directions[key] = 0 if others else effect if side == "supply" else -effect
    return replace(
        resource,
        factors=tuple(factors[key] for key in directions),
        directions=MappingProxyType(directions),
    )
