"""The money of one place: a row for each priced resource and one for all of them together, in yen per year."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import streamlit as st

from geo.changes import IndicatorChange, changed
from geo.dataset import Dataset
from geo.money import money_table, population_of, total_money
from geo.prices import counted_resources, price_under
from geo.terms import CASES, Catalogue
from layers.assessed import prepared, tables_of
from layers.assumptions import Assumed
from layers.ladder_rows import SCALES

TOTAL = "total"
# Fewer would be told as 0 people, and yen per person of nobody.
_SOMEBODY = 0.5


@dataclass(frozen=True)
class Span:
    """An estimate and its outer ends, yen per year."""

    low: float
    central: float
    high: float


@dataclass(frozen=True)
class MoneyRow:
    """The money of one resource (or of all) in one place, yen per year.

    Attributes
    ----------
    resource
        Key of the resource, 'total' for all together.
    value
        Of the whole need.
    met
        (scale, yen) of what each scale could cover, smallest first.
    time_mismatch
        The part of ``outside`` that sun and wind could cover if it came at the right time.
    from_inside, from_other_units
        The two parts of what is met: by the place's own amounts, and by others of the area.
    outside
        What would be bought from outside the area; ``staying`` and ``leaving`` are its two parts.
    unknown
        Share of the place's area without the indicator, 0..1; of all, the greatest.
    """

    resource: str
    name_ja: str
    name_en: str
    value: Span
    met: tuple[tuple[str, float], ...]
    time_mismatch: float
    from_inside: Span
    from_other_units: float
    outside: Span
    staying: Span
    leaving: Span
    unknown: float = 0.0

    def name(self, lang: str) -> str:
        """Name of the resource in 'ja' or 'en'."""
        return self.name_ja if lang == "ja" else self.name_en

    @property
    def parts(self) -> tuple[tuple[str, float], ...]:
        """The whole value in order: the scales, 'time_mismatch', 'outside' without it."""
        return (
            *self.met,
            ("time_mismatch", self.time_mismatch),
            ("outside", max(self.outside.central - self.time_mismatch, 0.0)),
        )


@dataclass(frozen=True, eq=False)
class Money:
    """The money of a partition's units: tables of :mod:`geo.money`, yen per year, and the people who live there.

    Attributes
    ----------
    by_resource
        Of the resources that add up.
    unknown
        Like ``by_resource``: the share of each unit's area without the indicator.
    """

    by_resource: Mapping[str, pd.DataFrame]
    total: pd.DataFrame
    population: pd.Series
    unknown: Mapping[str, pd.Series]


def money_of(dataset: Dataset, catalogue: Catalogue, assumed: Assumed, *, by: str) -> Money | None:
    """Return the money of the units of a partition under a view's assumptions, None where no resource has a price.

    Cached for all sessions, not to be changed.
    """
    if not counted_resources(catalogue):
        return None
    # Money hangs on no threshold.
    digest = hashlib.sha256(repr(replace(assumed, threshold=Assumed.threshold)).encode()).hexdigest()
    versions = (dataset.area, dataset.content_hash(), catalogue.content_hash)
    return _money(*versions, by, digest, dataset, catalogue, assumed)


@st.cache_resource(max_entries=16, show_spinner=False)
def _money(
    area: str,
    version: str,
    catalogue_version: str,
    by: str,
    digest: str,
    _dataset: Dataset,
    _catalogue: Catalogue,
    _assumed: Assumed,
) -> Money:
    keys, settings = counted_resources(_catalogue), dict(_assumed.factors)
    of_units = tables_of(_dataset, _catalogue, _assumed, by=by)
    tables = {
        key: money_table({case: of_units(key, case) for case in CASES}, price_under(price, settings))
        for key in keys
        if (price := _catalogue.resources[key].price) is not None
    }
    fragments = prepared(area, version, _dataset)
    return Money(
        by_resource=tables,
        total=total_money(tables.values()),
        population=population_of(changed(fragments, _assumed.changes), by),
        unknown={key: of_units(key, "central")["unknown_share"] for key in keys},
    )


def rows_of(money: Money, catalogue: Catalogue, code: str) -> list[MoneyRow]:
    """Return a place's rows: all together, then each resource, the most valuable first.

    Raises
    ------
    KeyError
        There is no unit ``code``.
    """
    unknown = {key: float(shares.loc[code]) for key, shares in money.unknown.items()}
    rows = [
        _row(key, resource.name_ja, resource.name_en, table, code, unknown[key])
        for key, table in money.by_resource.items()
        for resource in [catalogue.resources[key]]
    ]
    total = _row(TOTAL, "", "", money.total, code, max(unknown.values()))
    return [total, *sorted(rows, key=lambda row: -row.value.central)]


def people_of(money: Money, code: str) -> float:
    """Return the people of a unit; 0 where nobody is counted, or less than half a person (a sliver of a cell)."""
    people = float(money.population.get(code, 0.0))
    return people if people >= _SOMEBODY else 0.0


def population_years(dataset: Dataset) -> str:
    """Return the year (or years) of the people counted: of the census where there is one."""
    told = [info for info in dataset.layers if "population" in info.columns]
    census = [info for info in told if info.key == "census"]
    return ", ".join(sorted({info.year for info in census or told}))


def has_changed_people(assumed: Assumed) -> bool:
    """Tell whether a scenario changes how many people there are."""
    return any(isinstance(change, IndicatorChange) and change.column == "population" for change in assumed.changes)


def scales_of(rows: Sequence[MoneyRow]) -> tuple[str, ...]:
    """Return the scales that any row has, smallest first."""
    return tuple(scale for scale in SCALES if any(scale in dict(row.met) for row in rows))


def _row(key: str, name_ja: str, name_en: str, table: pd.DataFrame, code: str, unknown: float) -> MoneyRow:
    values: Any = table.iloc[table.index.get_loc(code)]
    unit = {str(name): float(value) for name, value in values.items()}

    def span(name: str) -> Span:
        return Span(unit[f"{name}_low"], unit[name], unit[f"{name}_high"])

    return MoneyRow(
        resource=key,
        name_ja=name_ja,
        name_en=name_en,
        value=span("value"),
        met=tuple((scale, unit[f"met_{scale}"]) for scale in SCALES if f"met_{scale}" in unit),
        time_mismatch=unit["time_mismatch"],
        from_inside=span("from_inside"),
        from_other_units=unit["from_other_units"],
        outside=span("outside"),
        staying=span("staying"),
        leaving=span("leaving"),
        unknown=unknown,
    )
