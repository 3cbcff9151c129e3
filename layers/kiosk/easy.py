"""The kiosk's words in Japanese, English and やさしい日本語, the last with the reading over every kanji.

A reading stands in the catalogue of words as ``｜漢字《かんじ》`` (the marks of Aozora Bunko) and travels to the
browser as parts ``[base, reading]``, which become ``<ruby>`` elements there: no markup is ever put together from words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from geo.dataset import Dataset
from geo.prefectures import prefecture_names
from layers.messages import EASY, LANGUAGES, text
from layers.scale_places import Place

KIOSK_LANGUAGES = (*LANGUAGES, EASY)
# Chinese characters, the sign that repeats one, and the small ヶ of names such as 茅ヶ崎.
KANJI = re.compile(r"[㐀-鿿豈-﫿々〆]")
_MARKED = re.compile(r"｜([^｜《》]+)《([^｜《》]+)》")
_MARKS = str.maketrans("", "", "｜《》")
_READING = re.compile(r"[ぁ-ゖー・]+")
# What stands in amounts, units and years.
_COMMON = {"億": "おく", "万": "まん", "年": "ねん", "人": "にん", "以上": "いじょう", "未満": "みまん"}
_COMMON_WORDS = re.compile("|".join(_COMMON))
_UNITS = {"市": "city", "町": "town", "村": "village"}
# By JIS X 0401 code, from 01 on.
_READINGS = """
ほっかいどう あおもりけん いわてけん みやぎけん あきたけん やまがたけん ふくしまけん いばらきけん とちぎけん ぐんまけん
さいたまけん ちばけん とうきょうと かながわけん にいがたけん とやまけん いしかわけん ふくいけん やまなしけん ながのけん
ぎふけん しずおかけん あいちけん みえけん しがけん きょうとふ おおさかふ ひょうごけん ならけん わかやまけん
とっとりけん しまねけん おかやまけん ひろしまけん やまぐちけん とくしまけん かがわけん えひめけん こうちけん
ふくおかけん さがけん ながさきけん くまもとけん おおいたけん みやざきけん かごしまけん おきなわけん
"""
PREFECTURES = tuple(_READINGS.split())

# A line as it is sent: plain words, or parts of which some are (base, reading).
Line = str | list[str | list[str]]


@dataclass(frozen=True)
class Words:
    """The same words in three languages; ``easy`` still has the marks of its readings."""

    ja: str
    en: str
    easy: str

    def of(self, lang: str) -> str:
        """Return the words in 'ja', 'en' or 'easy'."""
        return str(getattr(self, lang))

    @property
    def spoken(self) -> Words:
        """The words inside a sentence: without a capital at the beginning."""
        return Words(self.ja, self.en[:1].lower() + self.en[1:], self.easy)

    def message(self) -> dict[str, Line]:
        """Return the words as they are sent: 'ja', 'en', 'easy' -> line."""
        return {"ja": self.ja, "en": self.en, EASY: parts(self.easy)}


# Between sentences: Japanese leaves no room there.
SENTENCES = Words("", " ", " ")


def words(key: str, **params: Words | str | int) -> Words:
    """Return the entry ``key`` in all three languages, its places filled in; raises KeyError where there is none."""
    filled = {
        lang: {name: value.of(lang) if isinstance(value, Words) else str(value) for name, value in params.items()}
        for lang in KIOSK_LANGUAGES
    }
    return Words(*(text(key, lang, **filled[lang]) for lang in KIOSK_LANGUAGES))


def parts(marked: str) -> Line:
    """Return marked words as parts: strings, and [base, reading]; a plain string where nothing is marked."""
    found: list[str | list[str]] = []
    at = 0
    for match in _MARKED.finditer(marked):
        if match.start() > at:
            found.append(marked[at : match.start()])
        found.append([match[1], match[2]])
        at = match.end()
    if not found:
        return marked
    return [*found, marked[at:]] if at < len(marked) else found


def named(ja: str, en: str, kana: str = "") -> Words:
    """Return a name from the data; the reading goes over it as a whole where it is known and there is a kanji."""
    plain = ja.translate(_MARKS)
    is_read = bool(KANJI.search(plain)) and bool(_READING.fullmatch(kana))
    return Words(ja, en, f"｜{plain}《{kana}》" if is_read else plain)


def place_name(place: Place) -> Words:
    """Return a place's name, with its reading where that is known."""
    return named(place.name_ja, place.name_en, place.kana)


def unit_word(place: Place) -> Words:
    """Return what a municipality is: city, town, village."""
    return words(f"kiosk.unit.{_UNITS.get(place.name_ja[-1:], 'other')}")


def area_name(dataset: Dataset) -> Words:
    """Return the area's name, with its reading where it is one prefecture's."""
    code = dataset.prefecture_code
    is_prefecture = len(dataset.prefecture_codes) == 1 and dataset.name_ja == prefecture_names(code)[0]
    return named(dataset.name_ja, dataset.name_en, PREFECTURES[int(code) - 1] if is_prefecture else "")


def read(ja: str) -> str:
    """Mark the readings in an amount, a unit or a year: '4,640万 m³' -> '4,640｜万《まん》 m³'."""
    return _COMMON_WORDS.sub(lambda match: f"｜{match[0]}《{_COMMON[match[0]]}》", ja.translate(_MARKS))


def joined(told: Iterable[Words], between: Words) -> Words:
    """Put words one after another, ``between`` standing between two."""
    several = list(told)
    return Words(*(between.of(lang).join(each.of(lang) for each in several) for lang in KIOSK_LANGUAGES))
