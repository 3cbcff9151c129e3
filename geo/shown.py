"""What stands in somebody's file, as it may stand in a sentence about it."""

from __future__ import annotations

import re

LONGEST_SHOWN = 60


def shown(value: object) -> str:
    """Return a value as it may stand in a sentence: short, in one line, without what cannot be shown."""
    words = "{…}" if isinstance(value, dict) else "[…]" if isinstance(value, list | tuple) else _words(value)
    words = re.sub(r"\s+", " ", "".join(letter if letter.isprintable() else " " for letter in words)).strip()
    return words if len(words) <= LONGEST_SHOWN else f"{words[:LONGEST_SHOWN]}…"


def _words(value: object) -> str:
    try:
        return str(value)
    # A whole number of more digits than Python writes.
    except ValueError:
        return type(value).__name__
