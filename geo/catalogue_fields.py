"""The tables of ``resources.toml``: how strict they are, and how a field of one is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NoReturn

from geo.errors import CatalogueError
from geo.shown import shown
from geo.toml_fields import Fields, Problem, Rules

_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")


def refuse(where: str, field: str, expected: str, found: object) -> NoReturn:
    """Raise CatalogueError for one field of the catalogue."""
    message = f"resources.toml: {where}: {field}: expected {expected}; found {found}"
    raise CatalogueError(message, key="catalogue_field", where=where, field=field, expected=expected, found=found)


def catalogue_fields(parsed: Mapping[str, Any]) -> Fields:
    """Return the catalogue's top table: no text is blank, rows count from 0, refusals are CatalogueErrors."""
    return Fields(parsed, "", Rules(refuse=_refuse, may_be_blank=False, first_row=0))


def keyed_tables(fields: Fields, name: str) -> dict[str, Fields]:
    """Return the tables under ``name`` by key, {} where left out; a key that is no lower-case word is refused."""
    under = fields.optional_table(name)
    if under is None:
        return {}
    for key in under.names:
        if not _KEY.fullmatch(key):
            refuse(under.where, repr(key), "a key of lower-case letters, digits and _", repr(key))
    return {key: under.table(key) for key in under.names}


def different_texts(fields: Fields, name: str) -> tuple[str, ...]:
    """Return a list of texts, () where left out; one that stands twice is refused."""
    texts = fields.texts(name, may_lack=True)
    if len(set(texts)) < len(texts):
        refuse(fields.where, name, "no text twice", list(texts))
    return texts


def _refuse(problem: Problem) -> NoReturn:
    where = problem.where or "top level"
    if problem.kind == "missing":
        refuse(where, problem.field, problem.expected, "nothing")
    if problem.kind == "unknown":
        refuse(where, problem.field, f"no such field, but {problem.expected}", "it")
    # Of a list of texts the one that is none is looked for.
    found = problem.found if problem.kind == "texts" else _kind(problem.found)
    refuse(where, problem.field, problem.expected, found)


def _kind(value: object) -> str:
    """Name a TOML value's kind, with the value where it is short."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    return repr(value) if isinstance(value, str) else shown(value)
