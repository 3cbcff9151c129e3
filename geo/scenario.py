"""Scenario: a named set of changes to factors and indicators; made, changed and checked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from geo.changes import Change, FactorChange, IndicatorChange, Plant, check_changes
from geo.dataset import AREA_NAME
from geo.errors import InputError, MeguriError
from geo.prepared import PreparedFragments
from geo.resources import check_factors
from geo.terms import Catalogue

LONGEST_NAME = 100
LONGEST_NOTE = 2_000
LONGEST_SOURCE = 500
MOST_CHANGES = 2_000
MOST_SOURCES = 100
SCENARIO_KEY = re.compile(r"[a-z0-9]{12}")
_HASH = re.compile(r"[0-9a-f]{0,128}")
# Joins emoji of several signs; it is no letter by itself.
_JOINER = "\u200d"


class ScenarioError(MeguriError):
    """A scenario, or a file that holds one, cannot be used.

    ``params`` of what is wrong inside it hold ``where`` (the table, as its file has it: ``changes[3]``), ``field``,
    ``expected`` and ``found``; of a file also ``file``.
    """

    default_key = "scenario"


@dataclass(frozen=True)
class Scenario:
    """What is assumed otherwise than today (hashable).

    Attributes
    ----------
    key
        What the store and links know it by: 12 of [a-z0-9]; '' where it has not been saved.
    name, note
        The user's words: 1 to 100 letters in a line; up to 2,000, lines allowed.
    area
        Folder name of the dataset.
    factors
        Set in the whole area: (full key, value).
    changes
        What is not the same everywhere, in the order made; later ones come on top of earlier ones.
    threshold
        Share from which a scale is named, over 0 and up to 1; None is the view's own.
    dataset_hash
        :meth:`geo.dataset.Dataset.content_hash` when it was made, '' where unknown.
    made_at, changed_at
        ISO 8601 in UTC; '' until it is saved. ``changed_at`` is never the same for two versions.
    sources
        What a change stands on: (label, words).
    """

    key: str
    name: str
    note: str
    area: str
    factors: tuple[tuple[str, float], ...] = ()
    changes: tuple[Change, ...] = ()
    threshold: float | None = None
    dataset_hash: str = ""
    made_at: str = ""
    changed_at: str = ""
    sources: tuple[tuple[str, str], ...] = ()


def new_scenario(
    name: str,
    area: str,
    *,
    note: str = "",
    factors: Sequence[tuple[str, float]] = (),
    changes: Sequence[Change] = (),
    threshold: float | None = None,
    dataset_hash: str = "",
    sources: Sequence[tuple[str, str]] = (),
) -> Scenario:
    """Return a scenario that is not saved; raises ScenarioError for a name or note that cannot be."""
    made = Scenario(
        key="",
        name=name.strip(),
        note=_lines(note),
        area=area,
        factors=tuple(factors),
        changes=tuple(changes),
        threshold=threshold,
        dataset_hash=dataset_hash,
        sources=tuple(sources),
    )
    check_words(made)
    return made


def renamed(scenario: Scenario, name: str, note: str | None = None) -> Scenario:
    """Return it with another name, and another note where one is given; errors as for :func:`new_scenario`."""
    made = replace(scenario, name=name.strip(), note=scenario.note if note is None else _lines(note))
    check_words(made)
    return made


def with_factor(scenario: Scenario, factor: str, value: float | None) -> Scenario:
    """Return it with a factor set in the whole area, in its place among the others; None takes it out."""
    factors = dict(scenario.factors)
    if value is None:
        factors.pop(factor, None)
    else:
        factors[factor] = value
    return replace(scenario, factors=tuple(factors.items()))


def with_change(scenario: Scenario, change: Change) -> Scenario:
    """Return it with a change added last; what it takes the place of altogether goes.

    That is the same factor in no other municipalities, or the same column in the same municipalities: × anew for ×,
    a total for either. × after a total works on the total.
    """
    kept = tuple(known for known in scenario.changes if not _supersedes(change, known))
    return replace(scenario, changes=(*kept, change))


def without_change(scenario: Scenario, index: int) -> Scenario:
    """Return it without the change at a place of ``changes``; raises InputError where there is none."""
    if not 0 <= index < len(scenario.changes):
        message = f"changes: expected a place from 0 to {len(scenario.changes) - 1}; found {index}"
        raise InputError(message, key="scenario_no_change", found=index)
    return replace(scenario, changes=(*scenario.changes[:index], *scenario.changes[index + 1 :]))


def check_words(scenario: Scenario) -> None:
    """Refuse names, notes and sources that cannot be kept or shown; raises ScenarioError."""
    if not (0 < len(scenario.name) <= LONGEST_NAME and scenario.name.strip() and is_plain(scenario.name)):
        expected = f"1 to {LONGEST_NAME} letters in one line"
        _refuse("scenario_name", "name", expected, scenario.name, longest=LONGEST_NAME)
    if len(scenario.note) > LONGEST_NOTE or not is_plain(scenario.note, lines=True):
        expected = f"up to {LONGEST_NOTE} letters"
        _refuse("scenario_note", "note", expected, f"{len(scenario.note)} letters", longest=LONGEST_NOTE)
    if len(scenario.sources) > MOST_SOURCES or not all(
        len(words) <= LONGEST_SOURCE and is_plain(words, lines=True) for source in scenario.sources for words in source
    ):
        expected = f"up to {MOST_SOURCES} of up to {LONGEST_SOURCE} letters"
        _refuse("scenario_sources", "sources", expected, len(scenario.sources), longest=LONGEST_SOURCE)


def check_scenario(scenario: Scenario, prepared: PreparedFragments, catalogue: Catalogue) -> None:
    """Check a scenario against an area's data and the catalogue.

    Raises
    ------
    ScenarioError
        Its words, threshold, number of changes, or what a factor or change names cannot be; ``where`` says which. Of
        what the catalogue or the fragments refuse, the key is theirs with ``scenario_`` before it.
    """
    check_words(scenario)
    if not AREA_NAME.fullmatch(scenario.area):
        _refuse("scenario_area", "area", "lower-case letters, digits, '-' and '_'", scenario.area)
    if not _HASH.fullmatch(scenario.dataset_hash):
        _refuse("scenario_hash", "dataset_hash", "a digest in hexadecimal", scenario.dataset_hash)
    threshold = scenario.threshold
    if threshold is not None and not (_is_number(threshold) and 0 < threshold <= 1):
        _refuse("scenario_threshold", "threshold", "a share over 0 and up to 1", threshold)
    if len(scenario.changes) > MOST_CHANGES:
        _refuse("scenario_too_many", "changes", f"at most {MOST_CHANGES}", len(scenario.changes), most=MOST_CHANGES)
    try:
        check_factors(catalogue, scenario.factors)
    except InputError as error:
        raise _within(error, "factors") from error
    for number, change in enumerate(scenario.changes, start=1):
        where = f"changes[{number}]"
        if isinstance(change, Plant) and not (0 < len(change.name) <= LONGEST_NAME and is_plain(change.name)):
            expected = f"1 to {LONGEST_NAME} letters in one line"
            _refuse("scenario_plant_name", "name", expected, change.name, where=where, longest=LONGEST_NAME)
        if not isinstance(change, Plant) and len(set(change.municipalities)) < len(change.municipalities):
            _refuse("scenario_twice", "municipalities", "no code twice", ", ".join(change.municipalities), where=where)
        try:
            check_changes((change,), prepared, catalogue)
        except InputError as error:
            raise _within(error, where) from error


def is_of_other_data(scenario: Scenario, dataset_hash: str) -> bool:
    """Tell whether it was made on another version of the area's data: its figures may differ from those seen then."""
    return bool(scenario.dataset_hash) and scenario.dataset_hash != dataset_hash


def is_plain(words: str, *, lines: bool = False) -> bool:
    """Tell whether words hold only what can be shown (spaces of every width), and line ends where ``lines``."""
    allowed = f"{_JOINER}\n\t" if lines else _JOINER
    return all(letter.isprintable() or letter in allowed or unicodedata.category(letter) == "Zs" for letter in words)


def _lines(words: str) -> str:
    """Return words without space around them, every line ended alike."""
    return "\n".join(words.strip().splitlines())


def _supersedes(new: Change, known: Change) -> bool:
    """Tell whether nothing is left of a known change once the new one is made."""
    if isinstance(new, FactorChange) and isinstance(known, FactorChange):
        return new.factor == known.factor and set(known.municipalities) <= set(new.municipalities)
    if isinstance(new, IndicatorChange) and isinstance(known, IndicatorChange):
        same = new.column == known.column and new.municipalities == known.municipalities
        return same and new.mode in ("total", known.mode)
    return False


def _within(error: InputError, where: str) -> ScenarioError:
    """Return what the catalogue or the fragments refuse, said of a place in the scenario."""
    told = {"where": where, "field": error.params.get("what", where)} | error.params
    return ScenarioError(f"scenario: {where}: {error}", key=f"scenario_{error.key}", **told)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _refuse(key: str, field: str, expected: str, found: object, *, where: str = "", **more: object) -> NoReturn:
    place = f"{where}: {field}" if where else field
    message = f"scenario: {place}: expected {expected}; found '{found}'"
    raise ScenarioError(message, key=key, where=where, field=field, expected=expected, found=found, **more)
