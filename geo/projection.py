"""Population carried forward: the trend between two censuses, or a projection that a user brings as CSV.

The trend is an extrapolation and no forecast: every municipality keeps the yearly rate of change between the 2015 and
2020 censuses (geometric: the same share every year), whatever its age structure. Births, deaths and moves are not
looked at; where those matter, a cohort projection (国立社会保障・人口問題研究所 makes them) is the thing to bring.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.amounts import FloatArray
from geo.changes import IndicatorChange
from geo.errors import InputError, MeguriError
from geo.prepared import PreparedFragments
from geo.scenario import is_plain
from geo.user_layers.csv_text import read_csv

TREND_FROM, TREND_BASE = 2015, 2020
TREND_YEARS = (2025, 2050)
# Which label of a scenario's sources says that it rests on the trend, and on a user's own table.
TREND_SOURCE, TABLE_SOURCE = "population_trend", "population_table"
LARGEST_FILE_BYTES = 1_000_000
FIRST_YEAR, LAST_YEAR = 2015, 2100
LARGEST_POPULATION = 1e8
_POPULATION = "population"
_COLUMNS = ("municipality", "population", "year")
_TITLES = {
    "市町村": "municipality",
    "市町村コード": "municipality",
    "市町村名": "municipality",
    "市区町村": "municipality",
    "市区町村コード": "municipality",
    "市区町村名": "municipality",
    "code": "municipality",
    "人口": "population",
    "推計人口": "population",
    "将来推計人口": "population",
    "総人口": "population",
    "年": "year",
    "年次": "year",
    "年度": "year",
}
_YEAR = re.compile(r"(\d{4})(?:\.0+)?\s*年?")
_NUMBER = re.compile(r"(\d{1,3}(,\d{3})+|\d+)(\.\d*)?\s*人?")
# Share of the letters (0..1) that agree; below it a word is another one.
_LEAST_LIKENESS = 0.5


class ProjectionError(MeguriError):
    """A population table cannot be used; ``params`` hold ``file``, ``row``, and what the sentence names beside."""

    default_key = "projection"


@dataclass(frozen=True)
class Projection:
    """A user's own projection.

    Attributes
    ----------
    file
        What the user calls it.
    rows
        (municipality, year, population), sorted.
    """

    file: str
    rows: tuple[tuple[str, int, float], ...]

    @property
    def years(self) -> tuple[int, ...]:
        """The years that it has, sorted."""
        return tuple(sorted({year for _, year, _ in self.rows}))

    def changes(self, year: int) -> tuple[IndicatorChange, ...]:
        """Return each municipality's population of a year; municipalities that the table lacks stay as today.

        Raises InputError where it has nothing of the year.
        """
        found = tuple(_total(code, count) for code, of, count in self.rows if of == year)
        if not found:
            known = ", ".join(map(str, self.years))
            message = f"{self.file}: it has the years {known}; found {year}"
            raise InputError(message, key="projection_no_year", file=self.file, expected=known, found=year)
        return found

    def source(self, year: int) -> tuple[str, str]:
        """Return what a scenario's sources say of it."""
        shown = "".join(letter for letter in self.file if is_plain(letter))
        return TABLE_SOURCE, f"{shown} ({year})"


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
    return tuple(_total(str(code), round(count)) for code, count in later.dropna().items())


def trend_source(year: int) -> tuple[str, str]:
    """Return what a scenario's sources say of the trend."""
    return TREND_SOURCE, str(year)


def read_projection(content: bytes, *, file: str, municipalities: pd.DataFrame) -> Projection:
    """Read a CSV with the columns municipality (code or name), population and year, in any order (Japanese titles too).

    UTF-8, CP932 or Excel's UTF-16; thousands may be set apart, codes may have lost their zero. Other columns are
    passed over.

    Parameters
    ----------
    municipalities
        The dataset's: ``code``, ``name_ja``, ``name_en``.

    Raises
    ------
    ProjectionError
        Too large, a column that is missing or twice, or a row that cannot be used: says which, what was expected and
        found, and the nearest municipality.
    UploadError
        It is no CSV.
    """
    if len(content) > LARGEST_FILE_BYTES:
        most, found = f"{LARGEST_FILE_BYTES / 1e6:g}", f"{len(content) / 1e6:.1f}"
        message = f"{file}: expected at most {most} MB; found {found} MB"
        raise ProjectionError(message, key="projection_size", file=file, row="", expected=most, found=found)
    table, _ = read_csv(file, content)
    columns = _columns(table, file)
    reader = _Reader(file, municipalities)
    first: dict[tuple[str, int], int] = {}
    rows = []
    for number, cells in zip(table.index, table[[*columns.values()]].itertuples(index=False), strict=True):
        row = reader.row(int(number), dict(zip(columns, map(str, cells), strict=True)))
        if row[:2] in first:
            earlier = first[row[:2]]
            message = f"{file}, row {number}: the same municipality and year as row {earlier}; keep one"
            raise ProjectionError(message, key="projection_twice", file=file, row=int(number), first=earlier)
        first[row[:2]] = int(number)
        rows.append(row)
    return Projection(file, tuple(sorted(rows)))


class _Reader:
    """The checks of a row, against one area's municipalities."""

    def __init__(self, file: str, municipalities: pd.DataFrame) -> None:
        self.file = file
        named = municipalities[["code", "name_ja", "name_en"]].astype(str)
        self.names = {code: (code, ja, en) for code, ja, en in named.itertuples(index=False)}
        self.codes = {form.lower(): code for code, forms in self.names.items() for form in forms if form}

    def row(self, number: int, words: Mapping[str, str]) -> tuple[str, int, float]:
        """Return (municipality, year, population); raises ProjectionError at the first fault."""
        municipality = words["municipality"].strip()
        # A spreadsheet that takes the code for a number drops its zero.
        municipality = municipality.zfill(5) if re.fullmatch(r"\d{4}", municipality) else municipality
        code = self.codes.get(municipality.lower())
        if code is None:
            near = self._nearest(municipality)
            key = "projection_municipality_nearest" if near else "projection_municipality"
            expected = f"a municipality of the area{f' (did you mean {near}?)' if near else ''}"
            self._refuse(key, number, "municipality", expected, municipality, nearest=near)
        year = _YEAR.fullmatch(words["year"].strip())
        if year is None or not FIRST_YEAR <= int(year[1]) <= LAST_YEAR:
            self._refuse("projection_row_year", number, "year", f"{FIRST_YEAR}–{LAST_YEAR}", words["year"])
        count = _NUMBER.fullmatch(words["population"].strip())
        population = float(count[0].rstrip(" 人").replace(",", "")) if count else np.nan
        if not 0 <= population <= LARGEST_POPULATION:
            expected = f"persons, 0 to {LARGEST_POPULATION:,.0f}"
            self._refuse("projection_row_population", number, "population", expected, words["population"])
        return code, int(year[1]), population

    def _nearest(self, found: str) -> str:
        best = process.extractOne(
            found.lower(), [*self.codes], scorer=OSA.normalized_similarity, score_cutoff=_LEAST_LIKENESS
        )
        if not found or best is None:
            return ""
        code, name, _ = self.names[self.codes[best[0]]]
        return f"{code} {name}"

    def _refuse(self, key: str, row: int, column: str, expected: str, found: str, **more: object) -> NoReturn:
        found = found or "—"
        message = f"{self.file}, row {row}: {column}: expected {expected}; found '{found}'"
        raise ProjectionError(message, key=key, file=self.file, row=row, expected=expected, found=found, **more)


def _columns(table: pd.DataFrame, file: str) -> dict[str, str]:
    """Return the table's column of each of ``_COLUMNS``."""
    meant = [_TITLES.get(str(title), str(title).lower()) for title in table.columns]
    found = {}
    for name in _COLUMNS:
        titles = [str(title) for title, known in zip(table.columns, meant, strict=True) if known == name]
        if len(titles) != 1:
            problem = "missing" if not titles else "twice"
            expected = ", ".join(_COLUMNS)
            message = f"{file}: expected the columns {expected}, once each; column '{name}' is {problem}"
            key = f"projection_column_{problem}"
            raise ProjectionError(message, key=key, file=file, row=1, column=name, expected=expected)
        found[name] = titles[0]
    return found


def _sums(prepared: PreparedFragments, column: str) -> pd.Series:
    """Return each municipality's sum over the area, float64 by code; NaN where a part is unknown."""
    amounts: FloatArray = prepared.columns[column]
    units = prepared.units("municipality")
    return pd.Series(units.sums(amounts[:, np.newaxis])[:-1, 0], index=units.units)


def _total(code: str, count: float) -> IndicatorChange:
    return IndicatorChange(column=_POPULATION, mode="total", value=float(count), municipalities=(code,))
