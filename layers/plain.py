"""Words of the data as Streamlit shows them: it reads labels and text as Markdown."""

from __future__ import annotations

_MARKS = frozenset("\\`*_{}[]()#+-.!:$~<>|")


def plain(words: str) -> str:
    """Return the words so that they are shown as they stand."""
    return "".join(f"\\{letter}" if letter in _MARKS else letter for letter in words)
