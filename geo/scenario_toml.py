"""A scenario as a TOML file, to take along and bring back; the same document is what the store keeps (as JSON).

Reading is strict, as for any upload: a field that is not known, lacks or is of another kind is refused with its table
and name. Whether factors, columns, municipalities and cells exist is for :func:`geo.scenario.check_scenario`.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NoReturn

import tomli_w

from geo.changes import Change, FactorChange, IndicatorChange, Plant
from geo.prepared import PreparedFragments
from geo.scenario import MOST_CHANGES, Scenario, ScenarioError, check_scenario
from geo.shown import shown
from geo.terms import Catalogue
from geo.toml_fields import Fields, Problem, Rules
from geo.toml_guard import MOST_PARTS, LongKeyError, TomlLineError, read_toml

FORMAT = 1
LARGEST_FILE_BYTES = 1_000_000
_FORMAT_FIELD = "meguri_scenario"
_LONGEST_TEXT = 10_000
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
        raise ScenarioError(message, key="scenario_other_area", file=file, expected=area, found=shown(scenario.area))
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
        (``scenario_file_line`` where a line is to blame, else ``scenario_file``), not such a document
        (``scenario_format``), or a field that cannot be (``scenario_field_…``, with table and field).
    """
    if len(content) > LARGEST_FILE_BYTES:
        most, found = f"{LARGEST_FILE_BYTES / 1e6:g}", f"{len(content) / 1e6:.1f}"
        message = f"{file}: expected at most {most} MB; found {found} MB"
        raise ScenarioError(message, key="scenario_size", file=file, expected=most, found=found)
    try:
        document = read_toml(content)
    except LongKeyError as error:
        message = f"{file}: expected keys of at most {MOST_PARTS} parts (a.b.c); found a longer one"
        raise ScenarioError(message, key="scenario_long_key", file=file, expected=MOST_PARTS) from error
    except TomlLineError as error:
        message = f"{file}, line {error.line}: expected TOML, as this program exports it: {error}"
        raise ScenarioError(message, key="scenario_file_line", file=file, line=error.line) from error
    except ValueError as error:
        message = f"{file}: expected TOML in UTF-8, as this program exports it: {error}"
        raise ScenarioError(message, key="scenario_file", file=file) from error
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
    fields = Fields(document, "", Rules(refuse=partial(_refuse, file=file), longest_text=_LONGEST_TEXT))
    if fields.whole(_FORMAT_FIELD) != FORMAT:
        fields.refuse("format", _FORMAT_FIELD, str(FORMAT), document[_FORMAT_FIELD])
    factors = fields.optional_table("factors")
    scenario = Scenario(
        key="",
        name=fields.text("name"),
        note=fields.text("note", default=""),
        area=fields.text("area"),
        factors=() if factors is None else tuple((name, factors.number(name)) for name in factors.names),
        changes=tuple(_change(row) for row in fields.rows("changes", most=MOST_CHANGES, may_lack=True)),
        threshold=fields.optional_number("threshold"),
        dataset_hash=fields.text("dataset_hash", default=""),
        made_at=fields.moment("made_at", default=""),
        changed_at=fields.moment("changed_at", default=""),
        sources=tuple(
            (row.text("label"), row.text("words", default=""))
            for row in fields.rows("sources", most=MOST_CHANGES, may_lack=True)
        ),
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


def _change(fields: Fields) -> Change:
    kind = fields.text("kind")
    change: Change
    if kind == "factor":
        change = FactorChange(
            fields.text("factor"), fields.number("value"), fields.texts("municipalities", may_lack=True)
        )
    elif kind == "indicator":
        change = IndicatorChange(
            fields.text("column"),
            fields.text("mode"),
            fields.number("value"),
            fields.texts("municipalities", may_lack=True),
        )
    elif kind == "plant":
        change = Plant(
            name=fields.text("name"),
            resource=fields.text("resource"),
            side=fields.text("side"),
            amount_per_year=fields.number("amount_per_year"),
            mesh_code=fields.text("mesh_code"),
            municipality=fields.text("municipality"),
            variable=fields.flag("variable", default=False),
        )
    else:
        fields.refuse("choice", "kind", ", ".join(_KINDS), kind)
    fields.finish()
    return change


def _refuse(problem: Problem, *, file: str) -> NoReturn:
    where, field, found = problem.where, shown(problem.field), shown(problem.found)
    place = f"{where}: {field}" if where else field
    message = f"{file}: {place}: expected {problem.expected}; found {found}"
    told = {"where": where or "—", "field": field, "expected": problem.expected, "found": found}
    raise ScenarioError(message, key=f"scenario_field_{problem.kind}", file=file, **told)
