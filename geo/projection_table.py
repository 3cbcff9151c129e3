"""A projection of the population that a user brings as CSV: one row a municipality and year, or a column a year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.changes import IndicatorChange
from geo.economy.labels import year_of
from geo.errors import InputError, MeguriError
from geo.projection import TABLE_SOURCE, population_of
from geo.scenario import is_plain
from geo.user_layers.csv_text import read_csv

LARGEST_FILE_BYTES = 1_000_000
FIRST_YEAR, LAST_YEAR = 2015, 2100
LARGEST_POPULATION = 1e8
_COLUMNS = ("municipality", "population", "year")
_TITLES = {
    "市町村": "municipality",
    "市町村コード": "municipality",
    "市町村名": "municipality",
    "市区町村": "municipality",
    "市区町村コード": "municipality",
    "市区町村名": "municipality",
    "地域": "municipality",
    "地域名": "municipality",
    "自治体": "municipality",
    "自治体名": "municipality",
    "code": "municipality",
    "人口": "population",
    "推計人口": "population",
    "将来推計人口": "population",
    "総人口": "population",
    "年": "year",
    "年次": "year",
    "年度": "year",
}
_CODES = ("市町村コード", "市区町村コード", "code")
_NAMES_JA = {"municipality": "市町村", "population": "人口", "year": "年"}
# Third digit 1: the cities that have wards, and their wards.
_WARD_CODE = re.compile(r"\d{2}1\d{2}")
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
        found = tuple(population_of(code, count) for code, of, count in self.rows if of == year)
        if not found:
            known = ", ".join(map(str, self.years))
            message = f"{self.file}: it has the years {known}; found {year}"
            raise InputError(message, key="projection_no_year", file=self.file, expected=known, found=year)
        return found

    def source(self, year: int) -> tuple[str, str]:
        """Return what a scenario's sources say of it."""
        shown = "".join(letter for letter in self.file if is_plain(letter))
        return TABLE_SOURCE, f"{shown} ({year})"


def read_projection(content: bytes, *, file: str, municipalities: pd.DataFrame) -> Projection:
    """Read a CSV with the columns municipality (code or name), population and year, in any order (Japanese titles too).

    Or with a column of its own for each year ('2040', '2040年', '令和22年'), in which an empty cell is not known and
    passed over. UTF-8, CP932 or Excel's UTF-16; thousands may be set apart, codes may have lost their zero; where a
    code and a name stand side by side, the code counts. Other columns are passed over.

    Parameters
    ----------
    municipalities
        The dataset's: ``code``, ``name_ja``, ``name_en``.

    Raises
    ------
    ProjectionError
        Too large, a column that is missing or twice, or a row that cannot be used: says which, what was expected and
        found, and the nearest municipality; of a ward, its city: wards are not added up, for one may be missing.
    UploadError
        It is no CSV.
    """
    if len(content) > LARGEST_FILE_BYTES:
        most, found = f"{LARGEST_FILE_BYTES / 1e6:g}", f"{len(content) / 1e6:.1f}"
        message = f"{file}: expected at most {most} MB; found {found} MB"
        raise ProjectionError(message, key="projection_size", file=file, row="", expected=most, found=found)
    table, _ = read_csv(file, content)
    reader = _Reader(file, municipalities)
    first: dict[tuple[str, int], int] = {}
    rows = []
    for number, words in _rows(table, file):
        row = reader.row(number, words)
        if row[:2] in first:
            earlier = first[row[:2]]
            message = f"{file}, row {number}: the same municipality and year as row {earlier}; keep one"
            raise ProjectionError(message, key="projection_twice", file=file, row=number, first=earlier)
        first[row[:2]] = number
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
            if city := self._city_of(municipality):
                self._refuse(
                    "projection_ward", number, "municipality", f"the whole city, {city}", municipality, city=city
                )
            near = self._nearest(municipality)
            key = "projection_municipality_nearest" if near else "projection_municipality"
            expected = f"a municipality of the area{f' (did you mean {near}?)' if near else ''}"
            self._refuse(key, number, "municipality", expected, municipality, nearest=near)
        # A spreadsheet that takes the year for a number with decimals writes them.
        year = year_of(words["year"].strip().removesuffix(".0"))
        if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
            self._refuse("projection_row_year", number, "year", f"{FIRST_YEAR}–{LAST_YEAR}", words["year"])
        count = _NUMBER.fullmatch(words["population"].strip())
        population = float(count[0].rstrip(" 人").replace(",", "")) if count else np.nan
        if not 0 <= population <= LARGEST_POPULATION:
            expected = f"persons, 0 to {LARGEST_POPULATION:,.0f}"
            self._refuse("projection_row_population", number, "population", expected, words["population"])
        return code, year, population

    def _city_of(self, found: str) -> str:
        """Return the city of the area that a ward belongs to, by its name or code; '' of anything else."""
        if _WARD_CODE.fullmatch(found):
            # The codes of a city's wards follow its own, up to the next city's.
            cities = [code for code in self.names if code[:3] == found[:3] and code.endswith("0") and code < found]
            return " ".join(self.names[max(cities)][:2]) if cities else ""
        cities = [
            code for code, (_, ja, _) in self.names.items() if ja and found.startswith(ja) and found.endswith("区")
        ]
        return " ".join(self.names[cities[0]][:2]) if cities else ""

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


def _rows(table: pd.DataFrame, file: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Return (row number, words of each of ``_COLUMNS``) of a table with a column a year, or with one of all years."""
    meant: dict[str, list[str]] = {name: [] for name in _COLUMNS}
    years: dict[int, list[str]] = {}
    for title in map(str, table.columns):
        name = _TITLES.get(title, title.lower())
        if name in meant:
            meant[name].append(title)
        elif (year := year_of(title)) is not None:
            years.setdefault(year, []).append(title)
    coded = [title for title in meant["municipality"] if title.lower() in _CODES]
    town = _one(coded or meant["municipality"], "municipality", "municipality", file)
    if years and not meant["year"]:
        wide = {str(year): _one(titles, "year", str(year), file) for year, titles in years.items()}
        for number, cells in zip(table.index, table.to_dict("records"), strict=True):
            for year_words, title in wide.items():
                if str(cells[title]).strip():
                    yield int(number), {"municipality": cells[town], "population": cells[title], "year": year_words}
        return
    columns = {"municipality": town} | {name: _one(meant[name], name, name, file) for name in _COLUMNS[1:]}
    for number, cells in zip(table.index, table.to_dict("records"), strict=True):
        yield int(number), {name: str(cells[title]) for name, title in columns.items()}


def _one(titles: Sequence[str], name: str, told: str, file: str) -> str:
    """Return the only title of a column; ``told`` is what an error calls it."""
    if len(titles) == 1:
        return titles[0]
    problem = "missing" if not titles else "twice"
    expected = ", ".join(_COLUMNS)
    message = f"{file}: expected the columns {expected}, once each; column '{told}' is {problem}"
    # A title in either language will do.
    column = f"{_NAMES_JA[name]} / {name}" if told == name else told
    raise ProjectionError(message, key=f"projection_column_{problem}", file=file, row=1, column=column)
