"""Measured values (実績): a municipality's own figure for a supply, a demand or what is installed, and its checks."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.dataset import Dataset
from geo.errors import InputError, MeguriError
from geo.japan_time import today_in_japan
from geo.terms import Catalogue, Resource

SIDES = ("supply", "demand", "installed")
COLUMNS = ("municipality", "resource", "side", "value", "unit", "year", "source")
EARLIEST_YEAR = 1900
# 1e15 of any unit of the catalogue is beyond what a municipality turns over in a year.
LARGEST_VALUE = 1e15
LONGEST_SOURCE = 500
# Share of the letters (0..1) that agree, two exchanged counting as one slip; below it a word is another one.
_LEAST_LIKENESS = 0.5
# What Excel writes to keep a code's leading zero.
_QUOTED = re.compile(r'="?(.*?)"?')
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d*)?(e[+-]?\d{1,3})?|[+-]?\.\d+", re.IGNORECASE)
# A cell that begins so is a formula to a spreadsheet that opens the file (OWASP, CSV Injection).
_FORMULA_START = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_YEAR = re.compile(r"(?:FY\s*)?(\d{4})(?:\.0+)?\s*(?:年度?|FY)?", re.IGNORECASE)
# Words in which a table by hand may say the same.
_SIDE_WORDS = {"供給": "supply", "需要": "demand", "導入済み": "installed", "導入済": "installed", "導入": "installed"}
_PER_YEAR = re.compile(r"(/年|/yr|/year|peryear|ayear)$", re.IGNORECASE)


class ActualsError(MeguriError):
    """A row of ``actuals.csv``, or the file itself, cannot be used.

    ``params`` hold ``file`` and ``row`` (the line of the file, or the row of the table edited; '' for the whole), and
    what the sentence names beside.
    """

    default_key = "actuals"


@dataclass(frozen=True, order=True)
class Actual:
    """One measured value; the order is that of municipality, resource and side.

    Attributes
    ----------
    municipality
        Five-digit JIS X 0402 code of a municipality of the area.
    resource
        Key of a resource of the catalogue.
    side
        'supply' or 'demand', the amount of a year; 'installed', the annual amount of what is already in use.
    value
        In ``unit``, finite and not negative.
    unit
        The resource's unit as the catalogue writes it in English.
    year
        The (fiscal) year measured.
    source
        Who measured it, or the document it stands in.
    """

    municipality: str
    resource: str
    side: str
    value: float
    unit: str
    year: int
    source: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is the figure of: municipality, resource and side."""
        return self.municipality, self.resource, self.side


@dataclass(frozen=True)
class CheckedRows:
    """Rows of a table that were checked: those that can be used, and for each other row its first fault."""

    actuals: tuple[Actual, ...]
    errors: tuple[ActualsError, ...]


def check_rows(
    rows: Iterable[tuple[int, Mapping[str, object]]], dataset: Dataset, catalogue: Catalogue, *, file: str
) -> CheckedRows:
    """Check rows as text or numbers, by the names of ``COLUMNS``; rows that are empty throughout are passed over.

    Parameters
    ----------
    rows
        (number that the user knows the row by, its fields).
    file
        What an error calls the table.

    Returns
    -------
    The usable ones sorted, and an error for each row that is not: keys ``actuals_municipality``,
    ``actuals_resource``, ``actuals_side``, ``actuals_value``, ``actuals_unit``, ``actuals_year``, ``actuals_source``
    or ``actuals_twice`` (two rows of one figure: both would claim to be measured).
    """
    check = _Check(dataset, catalogue, file)
    found: dict[tuple[str, str, str], tuple[int, Actual]] = {}
    errors = []
    for number, fields in rows:
        words = {name: _plain(fields.get(name), keep_width=name == "source") for name in COLUMNS}
        if not any(words.values()):
            continue
        try:
            actual = check.row(number, words)
            if actual.key in found:
                first = found[actual.key][0]
                message = f"{file}, row {number}: the same municipality, resource and side as row {first}; keep one"
                raise ActualsError(message, key="actuals_twice", file=file, row=number, first=first)
            found[actual.key] = (number, actual)
        except ActualsError as error:
            errors.append(error)
    return CheckedRows(actuals=tuple(sorted(actual for _, actual in found.values())), errors=tuple(errors))


def check_actuals(actuals: Sequence[Actual], municipalities: Iterable[str]) -> None:
    """Refuse values that no computation can take; raises InputError (keys ``actuals_place``, ``actuals_amount``)."""
    known = set(municipalities)
    seen = set()
    for actual in actuals:
        if actual.municipality not in known:
            message = f"actuals: the area has no municipality '{actual.municipality}'"
            raise InputError(message, key="actuals_place", found=actual.municipality)
        fits = actual.side in SIDES and math.isfinite(actual.value) and 0 <= actual.value <= LARGEST_VALUE
        if not fits or actual.key in seen:
            message = (
                f"actuals: {actual.municipality}, {actual.resource}: expected one {', '.join(SIDES)} of a finite "
                f"amount within 0 and {LARGEST_VALUE:g}; found {actual.side} {actual.value}"
            )
            raise InputError(message, key="actuals_amount", municipality=actual.municipality, found=actual.value)
        seen.add(actual.key)


def overlay(below: Iterable[Actual], above: Iterable[Actual]) -> tuple[Actual, ...]:
    """Return both together, sorted; where both have a figure of the same thing, the one of ``above``."""
    return tuple(sorted(({actual.key: actual for actual in below} | {actual.key: actual for actual in above}).values()))


def merge(before: Iterable[Actual], mine: Iterable[Actual], theirs: Iterable[Actual]) -> tuple[Actual, ...]:
    """Return theirs with what was changed, added or taken out between ``before`` and ``mine``, sorted."""
    first, own = {actual.key: actual for actual in before}, {actual.key: actual for actual in mine}
    kept = {actual.key: actual for actual in theirs if actual.key in own or actual.key not in first}
    changed = {key: actual for key, actual in own.items() if first.get(key) != actual}
    return tuple(sorted((kept | changed).values()))


class _Check:
    """The checks of a row, against one area and catalogue."""

    def __init__(self, dataset: Dataset, catalogue: Catalogue, file: str) -> None:
        table = dataset.municipalities
        self.names = dict(zip(table["code"].astype(str), table["name_ja"].astype(str), strict=True))
        self.english = dict(zip(table["code"].astype(str), table["name_en"].astype(str), strict=True))
        self.catalogue = catalogue
        self.file = file
        self.latest_year = today_in_japan().year

    def row(self, number: int, words: Mapping[str, str]) -> Actual:
        """Return the value that a row states; raises ActualsError at its first fault."""

        def refuse(column: str, expected: str, *, nearest: str = "", **more: object) -> NoReturn:
            found = words[column] or "—"
            near = f" (did you mean {nearest}?)" if nearest else ""
            message = f"{self.file}, row {number}: {column}: expected {expected}; found '{found}'{near}"
            key = f"actuals_{column}" + ("_nearest" if nearest else "")
            told = {"file": self.file, "row": number, "expected": expected, "found": found, "nearest": nearest}
            raise ActualsError(message, key=key, **told, **more)

        # A spreadsheet that takes the code for a number drops its zero.
        code = (
            words["municipality"].zfill(5) if re.fullmatch(r"\d{4}", words["municipality"]) else words["municipality"]
        )
        if code not in self.names:
            refuse("municipality", "the 5-digit code of a municipality of the area", nearest=self._municipality(code))
        if words["resource"] not in self.catalogue.resources:
            known = {key: (key, item.name_ja, item.name_en) for key, item in self.catalogue.resources.items()}
            refuse("resource", ", ".join(known), nearest=_nearest(words["resource"], known, _itself))
        resource = self.catalogue.resources[words["resource"]]
        side = _SIDE_WORDS.get(words["side"], words["side"].lower())
        if side not in SIDES:
            refuse("side", ", ".join(SIDES))
        value = _number(words["value"])
        if not 0 <= value <= LARGEST_VALUE:
            refuse("value", "a finite number of at least 0")
        if not _is_unit(words["unit"], resource):
            refuse("unit", resource.unit, unit_ja=resource.unit_ja, unit_en=resource.unit)
        year = _YEAR.fullmatch(words["year"])
        if year is None or not EARLIEST_YEAR <= int(year[1]) <= self.latest_year:
            span = f"{EARLIEST_YEAR}–{self.latest_year}"
            refuse("year", f"a year within {span}", span=span)
        source = words["source"]
        if not 0 < len(source) <= LONGEST_SOURCE or source.startswith(_FORMULA_START) or not source.isprintable():
            expected = f"who measured it or the document it stands in, 1 to {LONGEST_SOURCE} letters, no formula"
            refuse("source", expected, longest=LONGEST_SOURCE)
        return Actual(code, resource.key, side, value, resource.unit, int(year[1]), source)

    def _municipality(self, found: str) -> str:
        """Return the code (with its name) that is nearest to what was written: a code or a name."""
        known = {code: (code, name, self.english[code]) for code, name in self.names.items()}
        return _nearest(found, known, lambda code: f"{code} {self.names[code]}")


def _nearest(found: str, known: Mapping[str, tuple[str, ...]], told: Callable[[str], str]) -> str:
    """Return what is known by the words most like those found, '' where nothing is alike."""
    words = {(key, place): word.lower() for key, forms in known.items() for place, word in enumerate(forms) if word}
    alike = OSA.normalized_similarity
    best = process.extractOne(found.lower(), words, scorer=alike, score_cutoff=_LEAST_LIKENESS) if found else None
    return told(best[2][0]) if best else ""


def _itself(key: str) -> str:
    return key


def _is_unit(found: str, resource: Resource) -> bool:
    """Tell whether a unit as written is the resource's: with or without 'a year', ³ or 3, full or half width."""

    def bare(unit: str) -> str:
        return _PER_YEAR.sub("", unicodedata.normalize("NFKC", unit).replace(" ", ""))

    return bare(found) in {bare(resource.unit), bare(resource.unit_ja)}


def _number(words: str) -> float:
    """Read a number with or without thousands set apart; NaN where it is none."""
    return float(words.replace(",", "")) if _NUMBER.fullmatch(words) else math.nan


def _plain(value: object, *, keep_width: bool) -> str:
    """Return a field as text: half width unless kept, without what a spreadsheet put around it; '' where empty."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    words = str(value) if keep_width else unicodedata.normalize("NFKC", str(value))
    quoted = _QUOTED.fullmatch(words.strip()) if not keep_width else None
    return (quoted[1] if quoted else words).strip()
