"""Population carried forward by the trend between two censuses.

It is an extrapolation and no forecast: every municipality keeps the yearly rate of change between the 2015 and
2020 censuses (geometric: the same share every year), whatever its age structure. Births, deaths and moves are not
looked at; where those matter, a cohort projection (国立社会保障・人口問題研究所 makes them) is the thing to bring
(:mod:`geo.projection_table`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.amounts import FloatArray
from geo.changes import IndicatorChange
from geo.errors import InputError
from geo.prepared import PreparedFragments

TREND_FROM, TREND_BASE = 2015, 2020
TREND_YEARS = (2025, 2050)
# Which label of a scenario's sources says that it rests on the trend, and on a user's own table.
TREND_SOURCE, TABLE_SOURCE = "population_trend", "population_table"
_POPULATION = "population"


def yearly_rates(prepared: PreparedFragments) -> pd.Series:
    """Return by what each municipality's population is multiplied a year: (count of 2020 ÷ of 2015) ^ (1/5), float64.

    Both counts are the mesh statistics' (``population_mesh`` where the fragments have it): the population fitted to
    the municipalities' totals is not comparable with 2015's, which is not. Municipalities without people in 2015 or in
    2020, or with unknown counts, have none.

    Raises
    ------
    InputError
        The fragments have no ``population_2015``.
    """
    former = f"population_{TREND_FROM}"
    if former not in prepared.columns:
        message = f"fragments: column '{former}' is missing; without it the trend of the population is not known"
        raise InputError(message, key="projection_no_trend", column=former)
    latest = "population_mesh" if "population_mesh" in prepared.columns else _POPULATION
    before, after = _sums(prepared, former), _sums(prepared, latest)
    known = (before > 0) & (after > 0)
    rates: pd.Series = (after[known] / before[known]) ** (1 / (TREND_BASE - TREND_FROM))
    return rates


def population_trend(prepared: PreparedFragments, year: int) -> tuple[IndicatorChange, ...]:
    """Return each municipality's population of a year if the change of 2015 to 2020 went on.

    Today's population × :func:`yearly_rates` ^ (year − 2020), in whole persons. Municipalities without a rate, and the
    halo, stay as today.

    Parameters
    ----------
    year
        Within ``TREND_YEARS``.

    Raises
    ------
    InputError
        Another year, or no trend is known.
    """
    first, last = TREND_YEARS
    if isinstance(year, bool) or not first <= year <= last:
        message = f"year: expected {first} to {last}; found {year}"
        raise InputError(message, key="projection_year", expected=f"{first}–{last}", found=year)
    rates, today = yearly_rates(prepared), _sums(prepared, _POPULATION)
    later = today.reindex(rates.index) * rates ** (year - TREND_BASE)
    return tuple(population_of(str(code), round(count)) for code, count in later.dropna().items())


def trend_source(year: int) -> tuple[str, str]:
    """Return what a scenario's sources say of the trend."""
    return TREND_SOURCE, str(year)


def _sums(prepared: PreparedFragments, column: str) -> pd.Series:
    """Return each municipality's sum over the area, float64 by code; NaN where a part is unknown."""
    amounts: FloatArray = prepared.columns[column]
    units = prepared.units("municipality")
    return pd.Series(units.sums(amounts[:, np.newaxis])[:-1, 0], index=units.units)


def population_of(code: str, count: float) -> IndicatorChange:
    """Return the change that gives a municipality so many people."""
    return IndicatorChange(column=_POPULATION, mode="total", value=float(count), municipalities=(code,))
