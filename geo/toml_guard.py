"""Reading TOML that somebody brings; keys that Python's reader would take hours for are found by the text alone."""

from __future__ import annotations

import re
import tomllib
from typing import Any

MOST_PARTS = 100
# A bare part, or a quoted one, in which a backslash may stand before a quotation mark. Possessive: no step is retried;
# and no part begins at a mark after a backslash, or a line of such marks would be read as often as there are.
_PART = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_LONG_KEY = re.compile(rf"(?<![A-Za-z0-9_\\-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{MOST_PARTS}}}")
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)$")


class LongKeyError(ValueError):
    """A TOML text holds a key of more than ``MOST_PARTS`` parts."""


class TomlLineError(ValueError):
    """A text is no TOML.

    Attributes
    ----------
    line
        Number of the line, from 1, that cannot be read.
    """

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def read_toml(content: bytes) -> dict[str, Any]:
    """Read TOML in UTF-8, with or without a byte order mark, with any system's line ends.

    Raises
    ------
    ValueError
        It is not TOML in UTF-8: as :class:`TomlLineError` where a line is to blame, as :class:`LongKeyError` where a
        key would take seconds or hours to read.
    """
    words = content.decode("utf-8-sig").replace("\r\n", "\n")
    if is_long_key(words):
        raise LongKeyError(f"a key of more than {MOST_PARTS} parts")
    try:
        return tomllib.loads(words)
    except tomllib.TOMLDecodeError as error:
        # Python 3.11 tells the place in its English words alone, '(at line 3, column 1)' or '(at end of document)'.
        found = _AT_LINE.search(str(error))
        raise TomlLineError(str(error), int(found[1]) if found else words.rstrip("\n").count("\n") + 1) from error
    # Brackets in brackets without end are nothing that a hand writes.
    except RecursionError as error:
        raise ValueError(str(error)) from error


def is_long_key(words: str) -> bool:
    """Tell whether a TOML text holds a key of more than ``MOST_PARTS`` dotted parts; this program writes two.

    Reading such a key would take seconds or hours. Told by the text alone: one inside quoted text counts, too.
    """
    return _LONG_KEY.search(words) is not None
