"""How a place's name may be spelled, with and without its ending (市, City), and how alike two names are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import jaconv
from rapidfuzz import fuzz

# Endings that a person may leave out or add: 小田原, 小田原市, Odawara City.
_ENDINGS_JA = re.compile(r"(市|町|村|区|水系|流域|川|河川)$")
_ENDINGS_KANA = re.compile(r"(し|まち|ちょう|むら|そん|く|すいけい|りゅういき|がわ|かわ)$")
_KANA = re.compile(r"[ぁ-ゖー]+")
_ENDINGS_EN = re.compile(r"[\s-]+(city|town|village|ward|river|basin|shi|machi|cho|mura|gawa|kawa)$")


# Every search compares the same thousand names; a name's spellings do not change.
@lru_cache(maxsize=8192)
def spellings(japanese: str, kana: str, latin: str) -> frozenset[str]:
    """Return what a name is compared by: kanji, hiragana, plain romaji, each with and without its ending."""
    return frozenset(form for form in _every_form(japanese, kana, latin) if form)


def _every_form(japanese: str, kana: str, latin: str) -> Iterator[str]:
    for words in (japanese, kana):
        plain = jaconv.kata2hira(unicodedata.normalize("NFKC", words)).strip().lower().replace(" ", "")
        yield plain
        yield _ENDINGS_JA.sub("", plain) if len(plain) > 2 else plain
        # A community is read as its town and its river, おだわらし・くのがわ; each has an ending of its own.
        parts = plain.split("・")
        if all(_KANA.fullmatch(part) for part in parts):
            for form in ("".join(parts), "".join(_without_ending(part) for part in parts)):
                yield form
                yield _plain_romaji(jaconv.kana2alphabet(form))
    roman = unicodedata.normalize("NFKD", latin).lower().strip()
    if roman.isascii() or any("LATIN" in unicodedata.name(letter, "") for letter in roman):
        yield _plain_romaji(roman)
        yield _plain_romaji(_ENDINGS_EN.sub("", roman))


def _without_ending(kana: str) -> str:
    return _ENDINGS_KANA.sub("", kana) if len(kana) > 3 else kana


def _plain_romaji(words: str) -> str:
    """Bring the ways of writing one sound together: macrons, ou/oo/uu, si/shi, tu/tsu, hyphens and spaces."""
    letters = "".join(letter for letter in words if not unicodedata.combining(letter))
    letters = re.sub(r"[^a-z0-9]", "", letters)
    for found, written in (("si", "shi"), ("ti", "chi"), ("tu", "tsu"), ("hu", "fu"), ("zi", "ji"), ("sy", "sh")):
        letters = re.sub(rf"(?<![sct]){found}", written, letters)
    return re.sub(r"o[ou]+", "o", re.sub(r"u+", "u", letters)).replace("mb", "nb").replace("mp", "np")


def likeness(wanted: frozenset[str], forms: frozenset[str]) -> float:
    """Return how alike two names' spellings are at best, 0..100: the same, a beginning, a part, else by letters."""
    best = 0.0
    for query in wanted:
        for form in forms:
            if query == form:
                return 100.0
            # A single letter is in everybody's name.
            if len(query) > 1 and form.startswith(query):
                score = 90 + 8 * len(query) / len(form)
            elif len(query) > 1 and query in form:
                score = 80 + 8 * len(query) / len(form)
            else:
                score = 0.88 * fuzz.ratio(query, form) if min(len(query), len(form)) > 2 else 0.0
            best = max(best, score)
    return best
