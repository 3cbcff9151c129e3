"""How rivers' names are read: kana put in by hand, and the romaji and English that follow from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jaconv

_HIRAGANA = re.compile(r"[ぁ-ゖー]+")
_RIVER = re.compile(r"(がわ|かわ)$")


@dataclass(frozen=True)
class Reading:
    """How a river is read: ``kana`` in hiragana, ``en`` its English name ('Kuno River', 'Lake Ashi')."""

    kana: str
    en: str


def romaji(kana: str) -> str:
    """Return Hepburn without macrons, capitalised: 'おおおか' -> 'Ooka', 'はっちょう' -> 'Hatcho'."""
    letters = jaconv.kana2alphabet(kana)
    # A long o or u is one letter, pair by pair: the o of 'oka' after a long o is a sound of its own.
    letters = re.sub(r"o[ou]", "o", letters).replace("uu", "u").replace("cch", "tch")
    return letters.capitalize()


def river_readings(config: Mapping[str, Any]) -> dict[str, Reading]:
    """Return the readings of an area's rivers by their Japanese name; a river without one is left out.

    Parameters
    ----------
    config
        The area's ``area.toml``: ``readings`` (the river systems: ``kana``, ``en``) and, where it has them,
        ``river_readings`` (single rivers: ``kana``, and ``en`` where it is not the stem of the kana and 'River').
        Of a name in both the single river's counts.

    Raises
    ------
    ValueError
        A river's kana is missing or not hiragana, or ends in neither がわ nor かわ and there is no ``en``.
    """
    listed = {**config["readings"], **config.get("river_readings", {})}
    return {name: _reading(name, row) for name, row in listed.items()}


def _reading(name: str, row: object) -> Reading:
    kana, english = (str(row.get(key, "")) for key in ("kana", "en")) if isinstance(row, Mapping) else ("", "")
    if not _HIRAGANA.fullmatch(kana):
        raise ValueError(f"the reading '{kana}' of {name} is not hiragana")
    if not english and not _RIVER.search(kana):
        raise ValueError(f"{name} ({kana}) needs 'en': its English does not follow from the reading")
    return Reading(kana, english or f"{romaji(_RIVER.sub('', kana))} River")
