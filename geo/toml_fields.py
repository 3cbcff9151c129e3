"""Reading one TOML table strictly: every refusal names the table, the field and what was expected."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Collection
from typing import Any, NoReturn

from geo.errors import CatalogueError

KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")


def refuse(where: str, field: str, expected: str, found: object) -> NoReturn:
    """Raise CatalogueError for one field of the catalogue."""
    message = f"resources.toml: {where}: {field}: expected {expected}; found {found}"
    raise CatalogueError(message, key="catalogue_field", where=where, field=field, expected=expected, found=found)


class Fields:
    """The fields of one table; what was never asked for is refused by :meth:`finish`, so that no typo is lost.

    Parameters
    ----------
    table
        Parsed TOML table; anything else is refused.
    where
        The table's dotted name, for the errors.
    """

    def __init__(self, table: object, where: str) -> None:
        if not isinstance(table, dict):
            refuse(where, "table", "a table of fields", _kind(table))
        self.where = where
        self._table: dict[str, Any] = table
        self._asked: set[str] = set()

    def text(self, name: str, *, default: str | None = None) -> str:
        """Return text that is not blank; ``default`` where the field is left out."""
        value = self._take(name, "text", default)
        if not isinstance(value, str):
            refuse(self.where, name, "text", _kind(value))
        if not value.strip() and value != default:
            refuse(self.where, name, "text that is not blank", repr(value))
        return value

    def choice(self, name: str, choices: Collection[str], *, default: str | None = None) -> str:
        """Return one of ``choices``."""
        value = self.text(name, default=default)
        if value != default and value not in choices:
            refuse(self.where, name, f"one of {', '.join(choices) or '(none is defined)'}", repr(value))
        return value

    def number(self, name: str, *, default: float | None = None, least: float = 0.0, most: float = math.inf) -> float:
        """Return a finite number within ``least`` and ``most``; whole numbers are numbers, true and false are not."""
        value = self._take(name, "a number", default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            refuse(self.where, name, "a number", _kind(value))
        # A whole number of some hundred digits fits no float.
        fits = abs(value) <= sys.float_info.max and least <= value <= most
        if not fits:
            limits = f"of at least {least:g}" if most == math.inf else f"within {least:g} and {most:g}"
            refuse(self.where, name, f"a finite number {limits}", value)
        return float(value)

    def optional_number(self, name: str) -> float | None:
        """Return a number of at least 0, or None where the field is left out."""
        return self.number(name) if name in self._table else None

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return true or false."""
        value = self._take(name, "true or false", default)
        if not isinstance(value, bool):
            refuse(self.where, name, "true or false", _kind(value))
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of different texts, () where the field is left out."""
        value = self._take(name, "a list of texts", [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            refuse(self.where, name, "a list of texts", value)
        if len(set(value)) < len(value):
            refuse(self.where, name, "no text twice", value)
        return tuple(value)

    def tables(self, name: str) -> dict[str, Fields]:
        """Return the tables under this one by key, {} where left out; keys are lower-case words."""
        value = self._take(name, "tables", {})
        if not isinstance(value, dict):
            refuse(self.where, name, "tables", _kind(value))
        prefix = f"{self.where}.{name}" if self.where else name
        for key in value:
            if not KEY.fullmatch(key):
                refuse(prefix, repr(key), "a key of lower-case letters, digits and _", repr(key))
        return {key: Fields(table, f"{prefix}.{key}") for key, table in value.items()}

    def table(self, name: str) -> Fields | None:
        """Return the one table under this name, None where left out."""
        value = self._take(name, "a table", {})
        return Fields(value, f"{self.where}.{name}") if name in self._table else None

    def rows(self, name: str) -> tuple[Fields, ...]:
        """Return an array of tables, () where left out."""
        value = self._take(name, "an array of tables", [])
        if not isinstance(value, list):
            refuse(self.where, name, f"an array of tables ([[{self.where}.{name}]])", _kind(value))
        return tuple(Fields(row, f"{self.where}.{name}[{index}]") for index, row in enumerate(value))

    def finish(self) -> None:
        """Refuse fields that nothing asked for."""
        for name in self._table:
            if name not in self._asked:
                refuse(
                    self.where or "top level", name, f"no such field (known: {', '.join(sorted(self._asked))})", "it"
                )

    def _take(self, name: str, expected: str, default: object) -> Any:
        self._asked.add(name)
        if name in self._table:
            return self._table[name]
        if default is None:
            refuse(self.where or "top level", name, expected, "nothing")
        return default


def _kind(value: object) -> str:
    """Name a TOML value's kind, with the value where it is short."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    return repr(value)
