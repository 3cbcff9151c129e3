"""Reading one TOML table strictly: every field of the kind it must be, and none that nothing asked for.

What is wrong is a :class:`Problem`, told to the refusal of the file that the table is of: that knows the file's name,
its error and the words for whoever wrote it.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn


@dataclass(frozen=True)
class Problem:
    """A field that cannot be.

    Attributes
    ----------
    kind
        'missing', 'unknown', or what the field should have been: 'text', 'choice', 'number', 'flag', 'time', 'texts',
        'table' or, of too many, 'many'; a file's own checks may have kinds of their own.
    where
        The table as a path, ``hands[1].counts[2]``; '' at the top.
    field
        The field's name.
    expected
        What would be right, in English; of an unknown field, the known ones.
    found
        What stands there, as it was read; 'nothing' where it is missing, the number of them where there are too many.
    """

    kind: str
    where: str
    field: str
    expected: str
    found: object


@dataclass(frozen=True)
class Rules:
    """What all tables of a file have in common.

    Attributes
    ----------
    refuse
        Raises the file's error for a problem.
    longest_text
        Most letters of a text, None where any length will do.
    may_be_blank
        Whether a text may be empty or blank.
    first_row
        Number of an array's first table in its path.
    """

    refuse: Callable[[Problem], NoReturn]
    longest_text: int | None = None
    may_be_blank: bool = True
    first_row: int = 1


class Fields:
    """The fields of one table; what was never asked for is refused by :meth:`finish`, so that no typo is lost.

    A field that is left out is refused, unless a ``default`` is given, or ``may_lack`` for none at all.

    Parameters
    ----------
    table
        The table as parsed.
    where
        Its path in the file, '' for the file's top.
    rules
        Of the file; whatever cannot be goes to their ``refuse``.

    Attributes
    ----------
    names
        The fields that are there, in the file's order.
    where
        As given.
    """

    def __init__(self, table: Mapping[str, Any], where: str, rules: Rules) -> None:
        self.names = tuple(table)
        self.where = where
        self._table, self._rules = table, rules
        self._asked: set[str] = set()

    def refuse(self, kind: str, name: str, expected: str, found: object) -> NoReturn:
        """Refuse a field for a reason that only the file's own reader knows; arguments as of :class:`Problem`."""
        self._rules.refuse(Problem(kind, self.where, name, expected, found))

    def text(self, name: str, *, default: str | None = None) -> str:
        """Return a text within the file's rules; a blank ``default`` may be written out, too."""
        longest = self._rules.longest_text
        expected = "text" if longest is None else f"text of up to {longest} letters"
        value = self._take(name, expected, default)
        if not isinstance(value, str) or (longest is not None and len(value) > longest):
            self.refuse("text", name, expected, value)
        if value != default and not self._is_allowed(value):
            self.refuse("text", name, "text that is not blank", value)
        return value

    def choice(self, name: str, choices: Collection[str], *, default: str | None = None) -> str:
        """Return one of ``choices``, or the ``default``."""
        value = self.text(name, default=default)
        if value != default and value not in choices:
            self.refuse("choice", name, f"one of {', '.join(choices) or '(none is defined)'}", value)
        return value

    def moment(self, name: str, *, default: str | None = None) -> str:
        """Return a time in ISO 8601 with its zone, as written; '' where none is known."""
        value = self.text(name, default=default)
        try:
            is_known = not value or datetime.fromisoformat(value).tzinfo is not None
        except ValueError:
            is_known = False
        if not is_known:
            self.refuse("time", name, "a time in ISO 8601, as 2026-01-31T09:00:00+00:00", value)
        return value

    def number(
        self, name: str, *, default: float | None = None, least: float = -math.inf, most: float = math.inf
    ) -> float:
        """Return a finite number from ``least`` to ``most``; whole numbers are numbers, true and false are not."""
        value = self._take(name, "a number", default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse("number", name, "a number", value)
        # A whole number of some hundred digits fits no float.
        if not (abs(value) <= sys.float_info.max and least <= value <= most):
            limits = f" within {least:g} and {most:g}" if most < math.inf else f" of at least {least:g}"
            self.refuse("number", name, f"a finite number{'' if least == -math.inf else limits}", value)
        return float(value)

    def optional_number(self, name: str, *, least: float = -math.inf) -> float | None:
        """Return a finite number of at least ``least``, or None where the field is left out."""
        return self.number(name, least=least) if name in self._table else None

    def whole(self, name: str, *, least: int | None = None, most: int | None = None) -> int:
        """Return a whole number, of those from ``least`` to ``most`` where both are given."""
        value = self._take(name, "a whole number", None)
        if isinstance(value, bool) or not isinstance(value, int):
            self.refuse("number", name, "a whole number", value)
        if least is not None and most is not None and not least <= value <= most:
            self.refuse("number", name, f"a whole number from {least} to {most:,}", value)
        return value

    def flag(self, name: str, *, default: bool | None = None) -> bool:
        """Return true or false."""
        value = self._take(name, "true or false", default)
        if not isinstance(value, bool):
            self.refuse("flag", name, "true or false", value)
        return value

    def texts(self, name: str, *, may_lack: bool = False) -> tuple[str, ...]:
        """Return a list of texts."""
        expected = 'a list of texts, as ["a", "b"]'
        value = self._take(name, expected, [] if may_lack else None)
        if not isinstance(value, list) or not all(isinstance(text, str) and self._is_allowed(text) for text in value):
            self.refuse("texts", name, expected, value)
        return tuple(value)

    def table(self, name: str) -> Fields:
        """Return the fields of a table within this one."""
        expected = f"a table [{self._header(name)}]"
        value = self._take(name, expected, None)
        if not isinstance(value, dict):
            self.refuse("table", name, expected, value)
        return Fields(value, self._path(name), self._rules)

    def optional_table(self, name: str) -> Fields | None:
        """Return the fields of a table within this one, None where it is left out."""
        self._asked.add(name)
        return self.table(name) if name in self._table else None

    def rows(self, name: str, *, most: int | None = None, may_lack: bool = False) -> tuple[Fields, ...]:
        """Return the fields of each of an array of up to ``most`` tables."""
        expected = f"tables [[{self._header(name)}]]"
        value = self._take(name, expected, [] if may_lack else None)
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            self.refuse("table", name, expected, value)
        if most is not None and len(value) > most:
            self.refuse("many", name, f"at most {most:,}", len(value))
        path = self._path(name)
        numbered = enumerate(value, start=self._rules.first_row)
        return tuple(Fields(row, f"{path}[{number}]", self._rules) for number, row in numbered)

    def finish(self) -> None:
        """Refuse a field that nothing asked for."""
        unknown = next((name for name in self.names if name not in self._asked), None)
        if unknown is not None:
            self.refuse("unknown", unknown, f"one of {', '.join(sorted(self._asked))}", unknown)

    def _take(self, name: str, expected: str, default: object) -> Any:
        self._asked.add(name)
        if name in self._table:
            return self._table[name]
        if default is None:
            self.refuse("missing", name, expected, "nothing")
        return default

    def _is_allowed(self, text: str) -> bool:
        return self._rules.may_be_blank or bool(text.strip())

    def _path(self, name: str) -> str:
        return f"{self.where}.{name}" if self.where else name

    def _header(self, name: str) -> str:
        """Return a table's name as the file writes it above the table: without the numbers of rows."""
        return re.sub(r"\[\d+\]", "", self._path(name))
