"""Ready-made drafts of scenarios, from the catalogue's own ranges and the census: what a council asks first."""

from __future__ import annotations

from dataclasses import dataclass

from geo.changes import Change
from geo.factor_uses import pool_takers
from geo.prepared import PreparedFragments
from geo.projection import TREND_FROM, TREND_YEARS, population_trend, trend_source
from geo.terms import Catalogue

_ROOFS = ("electricity.usable_roof_share",)
_FOREST_POOL = "forest_growth"
_SAVINGS = (
    "electricity.use_per_person",
    "household_electricity.use_per_household",
    "wood_heat.heat_per_household",
    "water.withdrawal_per_person",
)


@dataclass(frozen=True)
class Starter:
    """A draft; nothing in it is a plan or a promise of anybody.

    Attributes
    ----------
    key
        'roofs', 'forest', 'savings' or 'population'.
    factors, changes, sources
        As in :class:`geo.scenario.Scenario`.
    """

    key: str
    factors: tuple[tuple[str, float], ...] = ()
    changes: tuple[Change, ...] = ()
    sources: tuple[tuple[str, str], ...] = ()


def starters(prepared: PreparedFragments, catalogue: Catalogue) -> tuple[Starter, ...]:
    """Return the drafts that the catalogue and the area's data have the figures for.

    Usable roof at the high end of its range; every share of the forest's growth at its high end; use of electricity,
    heat and water at its low end; the population of the last year that the trend is carried to.
    """
    known = catalogue.factors
    forest = dict.fromkeys(term.share for _, term in pool_takers(catalogue.resources, _FOREST_POOL))
    drafts = [
        Starter("roofs", factors=tuple((key, known[key].high) for key in _ROOFS if key in known)),
        Starter("forest", factors=tuple((key, known[key].high) for key in forest)),
        Starter("savings", factors=tuple((key, known[key].low) for key in _SAVINGS if key in known)),
    ]
    if f"population_{TREND_FROM}" in prepared.columns:
        year = TREND_YEARS[1]
        drafts.append(Starter("population", changes=population_trend(prepared, year), sources=(trend_source(year),)))
    return tuple(draft for draft in drafts if draft.factors or draft.changes)
