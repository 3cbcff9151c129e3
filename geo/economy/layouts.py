"""Finding amounts in a sheet: a table of one amount a row, items down the side, or items along the top.

Rows and columns are found by what their labels say, never by where they stand: how the ministry's tool lays its sheets
out is not published.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from geo.economy.cells import Sheet
from geo.economy.figures import LARGEST_YEN, UNITS, EconomyError
from geo.economy.labels import Label, label_of, number_of, plain, stated_unit, unit_of, year_of
from geo.economy.places import Places

LONGEST_SOURCE = 300
# Titles of a column, and words beside which a sheet tells the same for all of it.
_WORDS = {
    "municipality": "市町村 市町村名 市町村コード 市区町村 市区町村名 自治体 自治体名 municipality",
    "year": "年 年度 対象年 対象年度 データ年 year",
    "item": "項目 item",
    "value": "値 金額 額 実額 value",
    "unit": "単位 unit",
    "source": "出典 資料 資料出所 source",
}
TITLES = tuple(_WORDS)
_TITLE_OF = {title: name for name, titles in _WORDS.items() for title in titles.split()}
_SOURCE = re.compile(r"\s*(?:出典|資料)\s*[:：]\s*(.+)")
_NOT_KNOWN = frozenset({"", "-", "―", "—", "–", "…", "...", "***", "x", "X", "n/a", "N/A"})
_FORMULA_START = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_SHARES = frozenset({"%", "パーセント", "割合"})


@dataclass(frozen=True)
class Stated:
    """What a user says of a table that does not say it itself; '' and 0 where nothing is said."""

    municipality: str = ""
    year: int = 0
    unit: str = ""
    source: str = ""


@dataclass(frozen=True)
class Entry:
    """An amount as it stands in a table: ``words`` is its label as written, ``sheet`` and ``row`` where it stands."""

    municipality: str
    year: int
    label: Label
    words: str
    value: float
    unit: str
    source: str
    sheet: str
    row: int


@dataclass(frozen=True)
class Page:
    """A sheet being read, with what its errors and its gaps are told from."""

    sheet: Sheet
    file: str
    places: Places
    stated: Stated

    def refuse(self, key: str, row: int, **params: object) -> EconomyError:
        """Return the error of a row."""
        told = ", ".join(f"{name} '{value}'" for name, value in params.items())
        where = f"{self.file}{sheet_words(self.sheet.name)}, row {row}"
        message = f"{where}: {key.removeprefix('economy_').replace('_', ' ')}: {told}"
        return EconomyError(message, key=key, file=self.file, sheet=sheet_words(self.sheet.name), row=row, **params)


def sheet_words(name: str) -> str:
    """Return a sheet's name as it follows the file's, '' for a file that has no sheets."""
    return f" › {name}" if name else ""


def entries_of(page: Page) -> list[Entry]:
    """Return the amounts of a sheet; [] where it has no table that is known.

    Raises
    ------
    EconomyError
        A row of a known table has a wrong item, place, year, unit, amount or source, lacks one that nobody stated, or
        it cannot be told which of several columns is meant.
    """
    for at, (_, row) in enumerate(page.sheet.rows):
        titles = {column: _TITLE_OF[plain(cell).lower()] for column, cell in enumerate(row) if _is_title(cell)}
        if {"item", "value"} <= set(titles.values()):
            return list(_listed(page, at, titles))
        labels = {column: label for column, cell in enumerate(row) if (label := label_of(cell)) is not None}
        if len(labels) > 1:
            return list(_across(page, at, titles, labels))
        if labels:
            return list(_down(page, at))
    return []


def _listed(page: Page, header: int, titles: Mapping[int, str]) -> Iterator[Entry]:
    """One amount a row, under titles: the plain template, and the stored table."""
    first = page.sheet.rows[header][0]
    twice = {name for name in titles.values() if list(titles.values()).count(name) > 1}
    if twice:
        raise page.refuse("economy_title_twice", first, found=" / ".join(sorted(twice)))
    for number, row in page.sheet.rows[header + 1 :]:
        cells = {name: row[column] if column < len(row) else "" for column, name in titles.items()}
        if plain(cells["value"]) in _NOT_KNOWN:
            continue
        label = label_of(cells["item"])
        if label is None:
            raise page.refuse("economy_item", number, found=cells["item"] or "—")
        yield _entry(page, number, label, cells["item"], cells["value"], cells)


def _across(page: Page, header: int, titles: Mapping[int, str], labels: Mapping[int, Label]) -> Iterator[Entry]:
    """Items along the top, a municipality and year a row."""
    sheet_wide = _sheet_wide(page, header)
    names = page.sheet.rows[header][1]
    for number, row in page.sheet.rows[header + 1 :]:
        cells = sheet_wide | {name: row[at] for at, name in titles.items() if at < len(row) and row[at]}
        told = [at for at in labels if at < len(row) and plain(row[at]) not in _NOT_KNOWN]
        # A line of notes under the table has no number in it.
        if any(math.isfinite(number_of(row[at])) for at in told):
            for at in told:
                yield _entry(page, number, labels[at], names[at], row[at], cells)


def _down(page: Page, first: int) -> Iterator[Entry]:
    """Items down the side; amounts in one column, or in one column a year."""
    sheet_wide = _sheet_wide(page, first)
    above = page.sheet.rows[max(0, first - 4) : first]
    for number, row in page.sheet.rows[first:]:
        found = [(column, label) for column, cell in enumerate(row) if (label := label_of(cell)) is not None]
        if not found:
            continue
        if len(found) > 1:
            raise page.refuse("economy_labels", number, found=" / ".join(row[column] for column, _ in found))
        column, label = found[0]
        unit = next((named for cell in row[column + 1 :] if (named := unit_of(cell))), "")
        if any(plain(cell) in _SHARES for cell in row[column + 1 :]):
            continue
        cells = sheet_wide | ({"unit": unit} if unit else {})
        for at, year in _columns(page, number, row, column, above):
            if at < len(row) and plain(row[at]) not in _NOT_KNOWN:
                yield _entry(page, number, label, row[column], row[at], cells | ({"year": year} if year else {}))


def _columns(
    page: Page, number: int, row: tuple[str, ...], column: int, above: tuple[tuple[int, tuple[str, ...]], ...]
) -> list[tuple[int, str]]:
    """Return the columns of a row's amounts, with the year of each, '' where the column has none of its own."""
    for _, titles in reversed(above):
        years = [(at, title) for at, title in enumerate(titles) if at > column and year_of(title) is not None]
        named = [at for at, title in enumerate(titles) if at > column and _TITLE_OF.get(plain(title)) == "value"]
        if len(years) > 1 or (years and not _is_title(titles[years[0][0] - 1])):
            return years
        if len(named) == 1:
            return [(named[0], "")]
    numbers = [at for at in range(column + 1, len(row)) if math.isfinite(number_of(row[at]))]
    if len(numbers) > 1:
        raise page.refuse("economy_columns", number, found=" / ".join(row[at] for at in numbers))
    return [(at, "") for at in numbers]


def _sheet_wide(page: Page, before: int) -> dict[str, str]:
    """Return what a sheet says once for all its amounts: beside a title, in a line of its own, or by its name."""
    found: dict[str, set[str]] = {name: set() for name in TITLES}
    for at, (_, row) in enumerate(page.sheet.rows):
        for column, cell in enumerate(row):
            told = _SOURCE.fullmatch(cell)
            if told:
                found["source"].add(told[1].strip())
            if stated_unit(cell):
                found["unit"].add(stated_unit(cell))
            if at >= before:
                continue
            name = _TITLE_OF.get(plain(cell).lower(), "")
            beside = next((other for other in row[column + 1 :] if other), "")
            if name in ("municipality", "year", "unit", "source") and beside and not _says_more(beside):
                found[name].add(beside)
            if page.places.code_of(cell):
                found["municipality"].add(cell)
            # A bare number is a year only beside its title.
            if not plain(cell).isdigit() and year_of(cell) is not None:
                found["year"].add(cell)
    if not found["municipality"] and page.places.code_of(page.sheet.name):
        found["municipality"].add(page.sheet.name)
    # Years above columns are the columns' own; two municipalities or units of one table are not.
    known = found | {"municipality": {page.places.code_of(words) or words for words in found["municipality"]}}
    known["year"] = {str(year_of(words) or words) for words in found["year"]}
    for name in ("municipality", "unit"):
        if len(known[name]) > 1:
            told_of = " / ".join(sorted(known[name]))
            raise page.refuse(f"economy_several_{name}", page.sheet.rows[0][0], found=told_of)
    return {name: next(iter(words)) for name, words in known.items() if len(words) == 1}


def _entry(page: Page, row: int, label: Label, words: str, value: str, cells: Mapping[str, str]) -> Entry:
    """Check one amount; what its row and sheet do not say is taken from what the user stated."""
    amount = number_of(value)
    if not math.isfinite(amount):
        raise page.refuse("economy_value", row, item=words, found=value)
    # A flow out or in that is below zero is refused later, with what it could mean.
    is_signed = label.kind in ("flow", "in", "out") or label.name == "other_spending"
    if amount < 0 and not is_signed:
        raise page.refuse("economy_amount", row, item=words, found=value)
    place = cells.get("municipality") or page.stated.municipality
    year = cells.get("year") or (str(page.stated.year) if page.stated.year else "")
    unit = cells.get("unit") or label.unit or page.stated.unit
    source = (cells.get("source") or page.stated.source).strip()
    for name, told in (("municipality", place), ("year", year), ("unit", unit), ("source", source)):
        if not told:
            raise page.refuse(f"economy_unstated_{name}", row, item=words)
    code = page.places.code_of(place)
    if not code:
        nearest = page.places.nearest(place)
        key = "economy_municipality_nearest" if nearest else "economy_municipality"
        raise page.refuse(key, row, found=place, nearest=nearest)
    when = year_of(year)
    if when is None:
        raise page.refuse("economy_year", row, found=year)
    money = unit_of(unit)
    if not money:
        raise page.refuse("economy_unit", row, item=words, found=unit)
    if abs(amount) * UNITS[money] > LARGEST_YEN:
        raise page.refuse("economy_amount", row, item=words, found=f"{value} {money}")
    if label.unit and cells.get("unit") and label.unit != money:
        raise page.refuse("economy_several_unit", row, found=f"{label.unit} / {money}")
    if len(source) > LONGEST_SOURCE or source.startswith(_FORMULA_START) or not source.isprintable():
        raise page.refuse("economy_source", row, found=source[:80], longest=LONGEST_SOURCE)
    return Entry(code, when, label, words, amount, money, source, page.sheet.name, row)


def _says_more(cell: str) -> bool:
    """Tell whether a cell is no answer to the title before it, but a title or a statement of its own."""
    return _is_title(cell) or bool(stated_unit(cell) or _SOURCE.fullmatch(cell))


def _is_title(cell: str) -> bool:
    return plain(cell).lower() in _TITLE_OF
