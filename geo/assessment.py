"""Assessment: one resource's supply, demand and circulation under given settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import pandas as pd

from geo.actuals import Actual
from geo.amounts import FloatArray
from geo.changes import Change, check_changes
from geo.circulation import Circulation, circulate
from geo.coded_ladder import CodedLadder
from geo.errors import InputError
from geo.prepared import PreparedFragments, prepare
from geo.resources import get_resource
from geo.sides import resource_sides
from geo.terms import CASES, Catalogue, Resource


@dataclass(frozen=True)
class Settings:
    """What an assessment assumes (hashable).

    Attributes
    ----------
    case
        'low', 'central' or 'high': which end of their ranges the factors take.
    factors
        Factors set by hand, (key, value); they hold in every case.
    threshold
        Share of the demand (supply) from which a scale is named, over 0 and up to 1.
    actuals
        Measured values that replace the municipalities' estimates, in every case; those of other resources, and what
        is installed, change nothing.
    changes
        What a scenario changes beside factors of the whole area: local factors, indicators, plants.
    """

    case: str = "central"
    factors: tuple[tuple[str, float], ...] = ()
    threshold: float = 0.8
    actuals: tuple[Actual, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, eq=False)
class Assessment:
    """One resource on n fragments; amounts float64 (n,) in the resource's unit per year.

    Attributes
    ----------
    values
        The value of each factor, by full key, after case, settings and pools; where a scenario sets a factor in some
        municipalities only, the others'.
    circulation
        Firm and variable supply together: in every fragment met + outside = demand, used + surplus = supply.
    time_mismatch
        The part of ``outside`` that sun and wind left over could cover if it came at the right time.
    unknown
        0 to 1: the share of what is to be expected in the fragment whose indicator is unknown (and counted as 0).
    skipped
        Optional terms for which the dataset has no layer.
    variable
        The part of ``supply`` that comes at its own time: sun and wind.
    at_its_time
        Share of the demand that variable supply meets at most: one number, or (n,) where a scenario sets it locally.
    """

    resource: Resource
    settings: Settings
    values: Mapping[str, float]
    supply: FloatArray
    demand: FloatArray
    circulation: Circulation
    time_mismatch: FloatArray
    unknown: FloatArray
    skipped: tuple[str, ...]
    variable: FloatArray
    at_its_time: float | FloatArray


def assess(
    fragments: pd.DataFrame | PreparedFragments,
    resource_key: str,
    catalogue: Catalogue,
    settings: Settings | None = None,
) -> Assessment:
    """Compute a resource's supply and demand and net them up its ladder.

    Parameters
    ----------
    fragments
        The dataset's table, or, faster for several calls, the result of :func:`geo.prepared.prepare`.
    settings
        The central case with nothing set by hand where omitted.

    Raises
    ------
    InputError
        An unknown resource, factor or case, or a (measured) value or change that cannot be.
    CatalogueError
        The catalogue needs a column that the fragments lack.
    """
    settings = settings or Settings()
    check_settings(settings)
    prepared = prepare(fragments)
    resource = get_resource(catalogue, resource_key)
    check_changes(settings.changes, prepared, catalogue)
    sides = resource_sides(prepared, resource, catalogue, settings)
    supply, demand = sides.supply, sides.demand
    whole_demand = demand.firm + demand.variable
    circulation, time_mismatch = circulate_in_time(
        supply.firm, supply.variable, whole_demand, prepared.ladders[resource.ladder], at_its_time=sides.at_its_time
    )
    return Assessment(
        resource=resource,
        settings=settings,
        values=MappingProxyType(dict(sides.values)),
        supply=supply.firm + supply.variable,
        demand=whole_demand,
        circulation=circulation,
        time_mismatch=time_mismatch,
        unknown=np.maximum(supply.unknown, demand.unknown),
        skipped=(*supply.skipped, *demand.skipped),
        variable=supply.variable,
        at_its_time=sides.at_its_time,
    )


def check_settings(settings: Settings) -> None:
    """Refuse an unknown case or a threshold that cannot be; raises InputError."""
    if settings.case not in CASES:
        message = f"case: expected one of {', '.join(CASES)}; found '{settings.case}'"
        raise InputError(message, key="case", found=settings.case, expected=", ".join(CASES))
    threshold = settings.threshold
    if not (isinstance(threshold, int | float) and 0 < threshold <= 1):
        message = f"threshold: expected a share over 0 and up to 1; found {threshold}"
        raise InputError(message, key="threshold", argument="threshold", found=threshold)


def circulate_in_time(
    firm: FloatArray, variable: FloatArray, demand: FloatArray, ladder: CodedLadder, *, at_its_time: float | FloatArray
) -> tuple[Circulation, FloatArray]:
    """Net variable supply against the part of the demand that it can meet as it arises, then firm supply.

    Parameters
    ----------
    firm, variable, demand
        float64 (n,), the resource's unit per year.
    at_its_time
        Share of every fragment's demand that variable supply (sun and wind together) meets at most; one, or (n,).

    Returns
    -------
    The circulation of both together, and the (n,) part of its ``outside`` that variable supply left over could cover
    within the ladder if time did not matter.
    """
    if not variable.any():
        return circulate(firm, demand, ladder), np.zeros_like(demand)
    first = circulate(variable, demand * at_its_time, ladder)
    met_first = sum(first.met.values(), start=np.zeros_like(demand))
    # The variable supply's own part can round above the whole where the share is 1.
    second = circulate(firm, np.maximum(demand - met_first, 0.0), ladder)
    left_over = circulate(first.surplus, second.outside, ladder)
    together = Circulation(
        met={scale: first.met[scale] + second.met[scale] for scale in first.met},
        used={scale: first.used[scale] + second.used[scale] for scale in first.used},
        outside=second.outside,
        surplus=first.surplus + second.surplus,
        ladder=ladder,
    )
    return together, sum(left_over.met.values(), start=np.zeros_like(demand))


def assess_cases(
    fragments: pd.DataFrame | PreparedFragments, resource_key: str, catalogue: Catalogue, settings: Settings
) -> dict[str, Assessment]:
    """Assess a resource in every case, the settings by hand on top: case -> assessment."""
    prepared = prepare(fragments)
    return {case: assess(prepared, resource_key, catalogue, replace(settings, case=case)) for case in CASES}
