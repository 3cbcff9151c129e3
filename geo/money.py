"""Money: the yen value of what a place needs, of what it could cover itself, and of what it would still have to buy.

An estimate of what would be bought from outside if everything that a place has were used to the full, and no account of
what anybody pays today: amounts of :func:`geo.unit_figures.unit_table` × stated prices. A price has two parts: what
stays in the place wherever the resource comes from (the grid, the shop, local work, taxes) and what leaves with the
purchase.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from geo.errors import InputError
from geo.prepared import PreparedFragments, prepare
from geo.terms import CASES, Price

# Columns that have a range, as <name>_low and <name>_high.
RANGED = ("value", "from_inside", "outside", "staying", "leaving")
_ENDS = ("low", "high")
# Column of the money -> column of the unit table, after the value and the scales.
_SOURCES = {
    "from_inside": "met_from_inside",
    "from_other_units": "met_from_other_units",
    "time_mismatch": "time_mismatch",
    "outside": "outside",
}
_NO_SCALES = tuple(_SOURCES.values())


def money_table(tables: Mapping[str, pd.DataFrame], price: Price) -> pd.DataFrame:
    """Return the money of each unit for one resource, in yen per year.

    Parameters
    ----------
    tables
        Case ('low', 'central', 'high') -> the resource's unit table in it, all of the same units; perspective demand.
    price
        The resource's price.

    Returns
    -------
    Indexed as the tables, at the central case and price: ``value`` (of the whole demand), ``met_<scale>``,
    ``from_inside`` and ``from_other_units`` (the two together are what is met), ``outside`` (what would be bought from
    outside the area), ``time_mismatch`` (a part of it), ``staying`` and ``leaving`` (its two parts). In every unit
    Σ met + staying + leaving = value. For the columns of ``RANGED`` also ``_low`` and ``_high``: the least and the
    greatest amount of the cases × the low and the high price (and share that stays), outer ends that hold all at once.

    Raises
    ------
    InputError
        A case is missing, or the cases' tables are of different units.
    """
    for case in CASES:
        if case not in tables or not tables[case].index.equals(tables["central"].index):
            message = f"tables: expected the cases {', '.join(CASES)} of the same units; '{case}' is missing or differs"
            raise InputError(message, key="money_cases", case=case, expected=", ".join(CASES))
    paid, staying = price.paid, price.staying
    # Columns as arrays: a table of tables would take ten times as long.
    amounts = {case: {str(name): table[name].to_numpy() for name in table} for case, table in tables.items()}
    central = amounts["central"]
    scales = [name for name in central if name.startswith("met_") and name not in _NO_SCALES]
    sources = {"value": "demand", **{name: name for name in scales}, **_SOURCES}
    money = {name: central[column] * paid.central for name, column in sources.items()}
    money["staying"] = money["outside"] * staying.central
    money["leaving"] = money["outside"] - money["staying"]
    for name in ("value", "from_inside", "outside"):
        cases = [amounts[case][sources[name]] for case in CASES]
        money[f"{name}_low"] = np.minimum.reduce(cases) * paid.low
        money[f"{name}_high"] = np.maximum.reduce(cases) * paid.high
    money["staying_low"], money["staying_high"] = (money[f"outside_{end}"] * getattr(staying, end) for end in _ENDS)
    money["leaving_low"] = money["outside_low"] * (1 - staying.high)
    money["leaving_high"] = money["outside_high"] * (1 - staying.low)
    return pd.DataFrame(money, index=tables["central"].index)


def total_money(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Add up several resources' money, unit by unit; a scale that a resource's ladder lacks counts 0.

    Which resources add up is for :func:`geo.prices.counted_resources` to say.

    Raises
    ------
    InputError
        The tables are of different units, or there is none.
    """
    given = list(tables)
    if not given or not all(table.index.equals(given[0].index) for table in given):
        message = "tables: expected at least one table, all of the same units"
        raise InputError(message, key="money_tables")
    columns = [{str(name): table[name].to_numpy() for name in table} for table in given]
    names = dict.fromkeys(name for table in columns for name in table)
    sums = {name: np.add.reduce([table[name] for table in columns if name in table]) for name in names}
    return pd.DataFrame(sums, index=given[0].index)


def population_of(fragments: pd.DataFrame | PreparedFragments, by: str) -> pd.Series:
    """Return the people of each unit, from its fragments inside the area: float64 by code; unknown counts 0.

    Raises
    ------
    InputError
        An unknown partition.
    """
    prepared = prepare(fragments)
    units = prepared.units(by)
    people = np.nan_to_num(prepared.columns["population"])[:, np.newaxis]
    return pd.Series(units.sums(people)[:-1, 0], index=units.units, name="population")


def per_person(money: pd.DataFrame, population: pd.Series) -> pd.DataFrame:
    """Return yen per person and year: every column ÷ the unit's people, NaN where nobody lives."""
    people = population.reindex(money.index)
    return money.div(people.where(people > 0), axis=0)
