"""The interface's words, Japanese and English, from the TOML catalogues in ``layers/messages/``.

Each file is one topic; each entry has both languages: ``[scale.title]`` with ``ja = "…"`` and ``en = "…"`` in
``scale.toml`` is the key ``scale.title``. ``{name}`` places are filled with :meth:`str.format`. The kiosk's entries
have a third form, ``easy``: やさしい日本語, with readings (:mod:`layers.kiosk.easy`).
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from geo.errors import MeguriError

LANGUAGES = ("ja", "en")
# The kiosk's third language; no other words have it.
EASY = "easy"
_FOLDER = Path(__file__).parent / "messages"


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[str, str]]:
    """Return every entry: dotted key -> language -> text."""
    entries: dict[str, dict[str, str]] = {}
    for path in sorted(_FOLDER.glob("*.toml")):
        _collect(tomllib.loads(path.read_text(encoding="utf-8")), "", entries)
    return entries


def text(key: str, lang: str, **params: object) -> str:
    """Return the words for ``key`` in ``lang`` ('ja', 'en', the kiosk's also 'easy').

    Raises
    ------
    KeyError
        The catalogue lacks them.
    """
    words = catalogue()[key][lang]
    return words.format(**params) if params else words


def error_text(error: MeguriError, lang: str) -> str:
    """Return what an error says in the user's language; the English message where it has no entry."""
    entry = catalogue().get(f"errors.{error.key}")
    if entry is None:
        return str(error)
    try:
        return entry[lang].format(**error.params)
    except (KeyError, IndexError):
        return str(error)


def _collect(node: dict[str, Any], prefix: str, entries: dict[str, dict[str, str]]) -> None:
    for name, value in node.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict) and all(isinstance(part, str) for part in value.values()):
            entries[key] = value
        elif isinstance(value, dict):
            _collect(value, f"{key}.", entries)
