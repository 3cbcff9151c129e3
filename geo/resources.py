"""The resource catalogue at work: its factors' values in a case, and supply and demand of each fragment."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from pathlib import Path

import numpy as np
import numpy.typing as npt

from geo.amounts import FloatArray
from geo.catalogue_reading import read_catalogue
from geo.dataset import DATA_DIR
from geo.errors import CatalogueError, InputError
from geo.factor_uses import pool_takers
from geo.terms import SHARED, Catalogue, Factor, Resource, Term

CATALOGUE_PATH = DATA_DIR / "resources.toml"
BoolArray = npt.NDArray[np.bool_]
_LARGEST_RATE = 1e100


@dataclass(frozen=True, eq=False)
class Amounts:
    """Supply or demand of the fragments, from the terms of one side.

    Attributes
    ----------
    firm, variable
        float64 (n,) in the resource's unit per year; variable is sun and wind.
    unknown
        float64 (n,), 0 to 1: the share of what is to be expected here whose indicator is not known (counted as 0).
    skipped
        Keys of the optional terms for which the dataset has no layer.
    """

    firm: FloatArray
    variable: FloatArray
    unknown: FloatArray
    skipped: tuple[str, ...]


def load_catalogue(path: Path = CATALOGUE_PATH) -> Catalogue:
    """Read a catalogue file; the same text is read only once.

    Raises
    ------
    CatalogueError
        The file is missing, not UTF-8 (a byte-order mark is let pass) or malformed; says where and what was expected.
    """
    try:
        return _read_once(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path.name}: cannot be read: {error}"
        raise CatalogueError(message, key="catalogue_file", file=path.name, detail=str(error)) from error


def load_catalogue_of(data_dir: Path) -> Catalogue:
    """Read the catalogue beside the areas of ``data_dir``; this checkout's where they have none."""
    own = data_dir / CATALOGUE_PATH.name
    return load_catalogue(own if own.is_file() else CATALOGUE_PATH)


def get_resource(catalogue: Catalogue, key: str) -> Resource:
    """Return a resource; raises InputError with the nearest key where there is none."""
    if key not in catalogue.resources:
        known = ", ".join(catalogue.resources)
        message = f"unknown resource '{key}'{_nearest(key, list(catalogue.resources))}: the catalogue has {known}"
        raise InputError(message, key="resource_unknown", resource=key, known=known)
    return catalogue.resources[key]


def get_factor(catalogue: Catalogue, name: str) -> Factor:
    """Return a factor by its full key, or by ``resource.name`` for one that the resource shares.

    Raises
    ------
    InputError
        There is no such factor; names the nearest.
    """
    if name in catalogue.factors:
        return catalogue.factors[name]
    resource, _, short = name.partition(".")
    shared = {f"{key}.{factor.name}": factor for key, owner in catalogue.resources.items() for factor in owner.factors}
    if name in shared:
        return shared[name]
    same_resource = [key for key in shared if key.startswith(f"{resource}.")]
    near = _nearest(name, same_resource) or _nearest(name, [*catalogue.factors, *shared])
    message = f"unknown factor '{name}'{near}: expected RESOURCE.FACTOR, as 'python -m geo resources' lists them"
    raise InputError(message, key="factor_unknown", factor=name, nearest=near.strip(" ()"), short=short)


def check_factors(catalogue: Catalogue, pairs: Sequence[tuple[str, float]]) -> dict[str, float]:
    """Check settings of factors and return them by full key.

    A value outside the factor's low–high range is allowed (see :func:`outside_range`).

    Raises
    ------
    InputError
        An unknown factor, one set twice to different values, or a value that is not finite, negative, above 1 for a
        share, or 0 for a factor that divides; names the factor.
    """
    checked: dict[str, float] = {}
    divisors = {
        key for owner in catalogue.resources.values() for term in (*owner.supply, *owner.demand) for key in term.per
    }
    for name, value in pairs:
        factor = get_factor(catalogue, name)
        expected = "a share within 0 and 1" if factor.is_share else "a finite number of at least 0"
        fits = (
            isinstance(value, int | float)
            and math.isfinite(value)
            and 0 <= value <= (1 if factor.is_share else math.inf)
        )
        if fits and value == 0 and factor.key in divisors:
            fits, expected = False, f"{expected}, not 0 since amounts are divided by it"
        if not fits:
            message = f"factor '{name}': expected {expected}; found {value}"
            raise InputError(message, key="factor_value", factor=name, expected=expected, found=value)
        if checked.setdefault(factor.key, float(value)) != value:
            message = f"factor '{name}' is set twice: {checked[factor.key]:g} and {value:g}"
            raise InputError(message, key="factor_twice", factor=name, first=checked[factor.key], second=value)
    return checked


def outside_range(catalogue: Catalogue, settings: Mapping[str, float]) -> tuple[Factor, ...]:
    """Return the factors (of full keys) whose setting lies outside their low–high range."""
    factors = (catalogue.factors[key] for key in settings)
    return tuple(factor for factor in factors if not factor.low <= settings[factor.key] <= factor.high)


def factor_values(
    catalogue: Catalogue, resource: Resource, *, case: str = "central", settings: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Return the values that a resource's factors take, by full key.

    A setting (of a full key, checked) holds in every case. Otherwise 'low' takes the end of the range that makes
    supply meet demand worst, 'high' the end that makes it best. Where the shares of a pool then sum to more than 1,
    they are scaled down in proportion.
    """
    given = dict(settings or {})
    scales = pool_scales(catalogue, case=case, settings=given)
    return {
        factor.key: _value(factor, resource, case, given) * scales.get(factor.pool, 1.0) for factor in resource.factors
    }


def pool_scales(
    catalogue: Catalogue, *, case: str = "central", settings: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Return by what each pool's shares are multiplied: 1, or less where they would take more than there is."""
    given = dict(settings or {})
    scales = {}
    for pool in catalogue.pools:
        taken = 0.0
        for key, term in pool_takers(catalogue.resources, pool):
            owner = catalogue.resources[key]
            taken += prod(
                _value(catalogue.factors[name], owner, case, given) for name in (term.share, *term.pool_weight)
            )
        scales[pool] = 1.0 if taken <= 1 else 1 / taken
    return scales


def side_amounts(
    resource: Resource,
    side: str,
    columns: Mapping[str, FloatArray],
    values: Mapping[str, float],
    *,
    case: str = "central",
) -> Amounts:
    """Compute supply or demand of the fragments.

    Parameters
    ----------
    side
        'supply' or 'demand'.
    columns
        Indicators by name, float64 (n,); NaN is unknown: counted as 0 and told in ``unknown``. Where ``x_low`` and
        ``x_high`` stand beside ``x``, the low and the high case take them as they take a factor's range.
    values
        Result of :func:`factor_values`.

    Raises
    ------
    CatalogueError
        An indicator that no column carries, of a term that is not optional.
    InputError
        Factors set so large (or, dividing, so small) that no amount can be reckoned.
    """
    terms: tuple[Term, ...] = getattr(resource, side)
    present = [term for term in terms if not term.optional or all(name in columns for name in term.indicators)]
    n = len(next(iter(columns.values())))
    firm, variable = np.zeros(n), np.zeros(n)
    unknown_terms: list[tuple[BoolArray, float]] = []
    both_sides = {name for term in resource.supply for name in term.indicators} & {
        name for term in resource.demand for name in term.indicators
    }
    ends = {"supply": {"low": "_low", "high": "_high"}, "demand": {"low": "_high", "high": "_low"}}[side]
    for term in present:
        suffix = "" if term.indicator in both_sides else ends.get(case, "")
        indicator = _column(term.indicator, suffix, columns, resource, term)
        rate = term_rate(term, values)
        # 1e100 of any unit is nobody's amount, and far from where sums leave the range of numbers.
        if not rate <= _LARGEST_RATE:
            message = f"{resource.key}.{term.key}: its factors make {rate:g} per {term.indicator}; set smaller values"
            raise InputError(message, key="factor_too_large", resource=resource.key, found=rate)
        amount = indicator * rate
        if term.excess_of:
            amount *= np.maximum(_column(term.excess_of, "", columns, resource, term) - values[term.excess_over], 0.0)
        missing = np.isnan(amount)
        amount[missing] = 0.0
        unknown_terms.append((missing, float(amount.sum()) / max(n - int(missing.sum()), 1)))
        (variable if term.variable else firm)[:] += amount
    skipped = tuple(term.key for term in terms if term not in present)
    return Amounts(firm=firm, variable=variable, unknown=_unknown_share(unknown_terms, n), skipped=skipped)


def term_rate(term: Term, values: Mapping[str, float]) -> float:
    """Return what a term's indicator is multiplied by (its excess apart)."""
    raising = prod(values[name] for name in (*term.times, *((term.share,) if term.share else ())))
    kept = 1 - prod(values[name] for name in term.reduced_by) if term.reduced_by else 1.0
    return raising * kept * term.conversion / prod(values[name] for name in term.per)


def _unknown_share(terms: Sequence[tuple[BoolArray, float]], n: int) -> FloatArray:
    """Weigh each fragment's unknown terms by what they amount to where they are known (mean of a fragment)."""
    whole = sum(mean for _, mean in terms)
    unknown = np.zeros(n)
    for missing, mean in terms:
        # With nothing known anywhere, the terms count alike.
        unknown += missing * (mean / whole if whole > 0 else 1 / len(terms))
    return np.minimum(unknown, 1.0)


def _column(name: str, suffix: str, columns: Mapping[str, FloatArray], resource: Resource, term: Term) -> FloatArray:
    if name not in columns:
        message = (
            f"resources.toml: {resource.key}.{term.key}: indicator: expected a column of the dataset, one of "
            f"{', '.join(sorted(columns))}; found '{name}' (mark the term optional = true if datasets may lack it)"
        )
        raise CatalogueError(message, key="catalogue_indicator", where=f"{resource.key}.{term.key}", indicator=name)
    return columns.get(f"{name}{suffix}", columns[name])


def _value(factor: Factor, resource: Resource, case: str, settings: Mapping[str, float]) -> float:
    if factor.key in settings:
        return settings[factor.key]
    direction = resource.directions.get(factor.key, 0)
    if case == "central" or direction == 0:
        return factor.central
    return factor.low if (case == "low") == (direction > 0) else factor.high


def _nearest(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f" (did you mean '{near[0]}'?)" if near else ""


@lru_cache(maxsize=4)
def _read_once(text: str) -> Catalogue:
    return read_catalogue(text)


__all__ = [
    "CATALOGUE_PATH",
    "SHARED",
    "Amounts",
    "Catalogue",
    "Factor",
    "Resource",
    "check_factors",
    "factor_values",
    "get_factor",
    "get_resource",
    "load_catalogue",
    "load_catalogue_of",
    "outside_range",
    "pool_scales",
    "side_amounts",
    "term_rate",
]
