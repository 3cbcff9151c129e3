"""A scenario as a TOML file, to take along and bring back; the same document is what the store keeps (as JSON).

Reading is strict, as for any upload: a field that is not known, lacks or is of another kind is refused with its table
and name. Whether factors, columns, municipalities and cells exist is for :func:`geo.scenario.check_scenario`.
"""

from __future__ import annotations

import re
import sys
import tomllib
from datetime import datetime
from typing import Any, NoReturn

import tomli_w

from geo.changes import Change, FactorChange, IndicatorChange, Plant
from geo.prepared import PreparedFragments
from geo.scenario import MOST_CHANGES, Scenario, ScenarioError, check_scenario
from geo.terms import Catalogue
from geo.toml_guard import MOST_PARTS, is_long_key

FORMAT = 1
LARGEST_FILE_BYTES = 1_000_000
_FORMAT_FIELD = "meguri_scenario"
_LONGEST_TEXT = 10_000
_LONGEST_FOUND = 60
_KINDS = ("factor", "indicator", "plant")


def to_toml(scenario: Scenario) -> str:
    """Return a scenario as TOML that reads back to it, but for its key, which belongs to the store it is in."""
    return tomli_w.dumps(to_document(scenario))


def read_scenario(
    content: bytes, *, file: str, area: str, prepared: PreparedFragments, catalogue: Catalogue
) -> Scenario:
    """Read and check a file that a user brings: the scenario without a key, ready to be saved.

    Raises
    ------
    ScenarioError
        As :func:`from_toml` and :func:`geo.scenario.check_scenario`; ``scenario_other_area`` where it was made for
        another area. ``params`` hold the file.
    """
    scenario = from_toml(content, file=file)
    if scenario.area != area:
        message = f"{file}: it is a scenario of the area '{scenario.area}'; expected '{area}'. Open that area first"
        raise ScenarioError(message, key="scenario_other_area", file=file, expected=area, found=_told(scenario.area))
    try:
        check_scenario(scenario, prepared, catalogue)
    except ScenarioError as error:
        raise ScenarioError(f"{file}: {error}", key=error.key, **(error.params | {"file": file})) from error
    return scenario


def from_toml(content: bytes, *, file: str) -> Scenario:
    """Read a file's content.

    Raises
    ------
    ScenarioError
        Larger than 1 MB (``scenario_size``), a key that takes hours to read (``scenario_long_key``), not TOML in UTF-8
        (``scenario_file``), not such a document (``scenario_format``), or a field that cannot be
        (``scenario_field_…``, with table and field).
    """
    if len(content) > LARGEST_FILE_BYTES:
        most, found = f"{LARGEST_FILE_BYTES / 1e6:g}", f"{len(content) / 1e6:.1f}"
        message = f"{file}: expected at most {most} MB; found {found} MB"
        raise ScenarioError(message, key="scenario_size", file=file, expected=most, found=found)
    if is_long_key(content.decode("utf-8", "replace")):
        message = f"{file}: expected keys of at most {MOST_PARTS} parts (a.b.c); found a longer one"
        raise ScenarioError(message, key="scenario_long_key", file=file, expected=MOST_PARTS)
    try:
        document = tomllib.loads(content.decode("utf-8-sig").replace("\r\n", "\n"))
    # Brackets in brackets without end are nothing that a hand writes.
    except (ValueError, RecursionError) as error:
        message = f"{file}: expected TOML in UTF-8, as this program exports it: {error}"
        raise ScenarioError(message, key="scenario_file", file=file, detail=str(error)) from error
    return from_document(document, file=file)


def to_document(scenario: Scenario) -> dict[str, Any]:
    """Return everything but the key as text, numbers, lists and tables; what is not set is left out."""
    document: dict[str, Any] = {_FORMAT_FIELD: FORMAT, "name": scenario.name, "note": scenario.note}
    document["area"] = scenario.area
    if scenario.threshold is not None:
        document["threshold"] = float(scenario.threshold)
    for name in ("dataset_hash", "made_at", "changed_at"):
        if getattr(scenario, name):
            document[name] = getattr(scenario, name)
    if scenario.factors:
        document["factors"] = {key: float(value) for key, value in scenario.factors}
    if scenario.changes:
        document["changes"] = [_change_table(change) for change in scenario.changes]
    if scenario.sources:
        document["sources"] = [{"label": label, "words": words} for label, words in scenario.sources]
    return document


def from_document(document: object, *, file: str) -> Scenario:
    """Return the scenario of a :func:`to_document`, without a key; errors as for :func:`from_toml`."""
    if not isinstance(document, dict) or _FORMAT_FIELD not in document:
        message = f"{file}: it is no scenario of this program: '{_FORMAT_FIELD} = {FORMAT}' is missing"
        raise ScenarioError(message, key="scenario_format", file=file, expected=f"{_FORMAT_FIELD} = {FORMAT}")
    fields = _Fields(document, "", file)
    if fields.whole(_FORMAT_FIELD) != FORMAT:
        fields.refuse("scenario_field_format", _FORMAT_FIELD, str(FORMAT), document[_FORMAT_FIELD])
    factors = fields.table("factors")
    scenario = Scenario(
        key="",
        name=fields.text("name"),
        note=fields.text("note", default=""),
        area=fields.text("area"),
        factors=tuple((name, factors.number(name)) for name in factors.names),
        changes=tuple(_change(row) for row in fields.rows("changes")),
        threshold=fields.number("threshold") if "threshold" in fields.names else None,
        dataset_hash=fields.text("dataset_hash", default=""),
        made_at=fields.moment("made_at"),
        changed_at=fields.moment("changed_at"),
        sources=tuple((row.text("label"), row.text("words", default="")) for row in fields.rows("sources")),
    )
    fields.finish()
    return scenario


def _change_table(change: Change) -> dict[str, Any]:
    if isinstance(change, FactorChange):
        told: dict[str, Any] = {"kind": "factor", "factor": change.factor, "value": float(change.value)}
        return told | {"municipalities": list(change.municipalities)}
    if isinstance(change, IndicatorChange):
        told = {"kind": "indicator", "column": change.column, "mode": change.mode, "value": float(change.value)}
        return told | ({"municipalities": list(change.municipalities)} if change.municipalities else {})
    return {
        "kind": "plant",
        "name": change.name,
        "resource": change.resource,
        "side": change.side,
        "amount_per_year": float(change.amount_per_year),
        "mesh_code": change.mesh_code,
        "municipality": change.municipality,
        "variable": change.variable,
    }


def _change(fields: _Fields) -> Change:
    kind = fields.text("kind")
    change: Change
    if kind == "factor":
        change = FactorChange(fields.text("factor"), fields.number("value"), fields.texts("municipalities"))
    elif kind == "indicator":
        change = IndicatorChange(
            fields.text("column"), fields.text("mode"), fields.number("value"), fields.texts("municipalities")
        )
    elif kind == "plant":
        change = Plant(
            name=fields.text("name"),
            resource=fields.text("resource"),
            side=fields.text("side"),
            amount_per_year=fields.number("amount_per_year"),
            mesh_code=fields.text("mesh_code"),
            municipality=fields.text("municipality"),
            variable=fields.flag("variable"),
        )
    else:
        fields.refuse("scenario_field_choice", "kind", ", ".join(_KINDS), kind)
    fields.finish()
    return change


class _Fields:
    """The fields of one table of the file; what nothing asked for is refused by :meth:`finish`."""

    def __init__(self, table: dict[str, Any], where: str, file: str) -> None:
        self.names = tuple(table)
        self._table, self._where, self._file = table, where, file
        self._asked: set[str] = set()

    def text(self, name: str, *, default: str | None = None) -> str:
        value = self._take(name, default)
        if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
            self.refuse("scenario_field_text", name, f"text of up to {_LONGEST_TEXT} letters", value)
        return value

    def number(self, name: str) -> float:
        value = self._take(name, None)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not abs(value) <= sys.float_info.max:
            self.refuse("scenario_field_number", name, "a finite number", value)
        return float(value)

    def whole(self, name: str) -> int:
        value = self._take(name, None)
        if isinstance(value, bool) or not isinstance(value, int):
            self.refuse("scenario_field_number", name, "a whole number", value)
        return value

    def flag(self, name: str) -> bool:
        value = self._take(name, False)
        if not isinstance(value, bool):
            self.refuse("scenario_field_flag", name, "true or false", value)
        return value

    def moment(self, name: str) -> str:
        """Return a time as text, '' where left out: what is no time in ISO 8601 with its zone is refused."""
        value = self.text(name, default="")
        try:
            is_known = not value or datetime.fromisoformat(value).tzinfo is not None
        except ValueError:
            is_known = False
        if not is_known:
            self.refuse("scenario_field_time", name, "a time in ISO 8601, as 2026-01-31T09:00:00+00:00", value)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._take(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.refuse("scenario_field_texts", name, 'a list of texts, as ["14201"]', value)
        return tuple(value)

    def table(self, name: str) -> _Fields:
        value = self._take(name, {})
        if not isinstance(value, dict):
            self.refuse("scenario_field_table", name, f"a table [{name}]", value)
        return _Fields(value, name, self._file)

    def rows(self, name: str) -> tuple[_Fields, ...]:
        value = self._take(name, [])
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            self.refuse("scenario_field_table", name, f"tables [[{name}]]", value)
        if len(value) > MOST_CHANGES:
            self.refuse("scenario_field_many", name, f"at most {MOST_CHANGES}", len(value))
        return tuple(_Fields(row, f"{name}[{number}]", self._file) for number, row in enumerate(value, start=1))

    def finish(self) -> None:
        """Refuse a field that nothing asked for."""
        unknown = next((name for name in self.names if name not in self._asked), None)
        if unknown is not None:
            self.refuse("scenario_field_unknown", _told(unknown), f"one of {', '.join(sorted(self._asked))}", unknown)

    def refuse(self, key: str, field: str, expected: str, found: object) -> NoReturn:
        """Raise ScenarioError for one field."""
        place = f"{self._where}: {field}" if self._where else field
        message = f"{self._file}: {place}: expected {expected}; found {_told(found)}"
        told = {"where": self._where or "—", "field": _told(field), "expected": expected, "found": _told(found)}
        raise ScenarioError(message, key=key, file=self._file, **told)

    def _take(self, name: str, default: object) -> Any:
        self._asked.add(name)
        if name in self._table:
            return self._table[name]
        if default is None:
            self.refuse("scenario_field_missing", name, "a value", "nothing")
        return default


def _told(value: object) -> str:
    """Return a value as it may stand in a sentence: short, in one line, without what cannot be shown."""
    words = "{…}" if isinstance(value, dict) else "[…]" if isinstance(value, list) else str(value)
    words = re.sub(r"\s+", " ", "".join(letter if letter.isprintable() else " " for letter in words)).strip()
    return words if len(words) <= _LONGEST_FOUND else f"{words[:_LONGEST_FOUND]}…"
