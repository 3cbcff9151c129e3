"""What is refused of a TOML text before it is read: Python's reader takes time that grows with the square of a key."""

from __future__ import annotations

import re

MOST_PARTS = 100
# A bare part, or a quoted one, in which a backslash may stand before a quotation mark. Possessive: no step is retried;
# and no part begins at a mark after a backslash, or a line of such marks would be read as often as there are.
_PART = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_LONG_KEY = re.compile(rf"(?<![A-Za-z0-9_\\-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{MOST_PARTS}}}")


def is_long_key(words: str) -> bool:
    """Tell whether a TOML text holds a key of more than ``MOST_PARTS`` dotted parts; this program writes two.

    Reading such a key would take seconds or hours. Told by the text alone: one inside quoted text counts, too.
    """
    return _LONG_KEY.search(words) is not None
