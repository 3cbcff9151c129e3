"""What a cell of an economic table says: an item, a unit, a number, a year; anything else is not guessed at."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from geo.economy.figures import ITEMS, UNITS

# How a label says whose amount it is: 'bare' does not, 'flow' is net (in less out), 'in' and 'out' are one way only.
KINDS = ("bare", "residents", "local", "flow", "in", "out")
_NAMES = {
    "employee_income": r"雇用者所得",
    "other_income": r"その他(?:の)?所得|雇用者所得以外の所得",
    "income": r"所得",
    "consumption": r"民間消費(?:支出)?|消費",
    "investment": r"民間投資|投資",
    "other_spending": r"その他(?:の)?支出(?:\((?:政府支出|移輸出入)[^)]*\))?",
    "energy": r"エネルギー(?:代金|収支)",
}
_RESIDENTS = r"地域住民|住民|居住者|居住地|地域住民・企業|地域企業|地域住民・企業・行政|住民・企業・行政"
_LOCAL = r"地域内|域内|地域内勤務者|従業地|地域内の雇用者|地域内支出"
_WAYS = (
    (r"の?純?(?:流出入|流入出)|の?収支|の?純流入", "flow"),
    (r"の?(?:地域外|域外)?(?:への)?流出", "out"),
    (r"の?(?:地域外|域外)?(?:からの)?流入", "in"),
)
# '地域外への所得流出', 'エネルギー代金の地域外への流出' and the like are told by the same words in another order.
_BEFORE = (
    (r"(?:地域外|域外)への", "流出", "out"),
    (r"(?:地域外|域外)からの", "流入", "in"),
    (r"(?:地域外|域外)との", "流出入", "flow"),
)
_PLACE = r"(?:地域|域|市町村|市区町村|市|町|村)内"
_PRODUCTION = re.compile(
    rf"(?:{_PLACE})?総生産(?:額)?(?:\((?:付加価値額?|GRP|名目|生産側?)\))?|生産\(付加価値額?\)|付加価値額(?:合計)?|GRP"
)
_SECTORS = {
    "1": "production_primary",
    "2": "production_secondary",
    "3": "production_tertiary",
    "一": "production_primary",
    "二": "production_secondary",
    "三": "production_tertiary",
}
_SECTOR = re.compile(r"第?([123一二三])次産業(?:\(付加価値額?\)|の付加価値額?|付加価値額?)?")
_TELLING = re.compile("所得|消費|投資|支出|生産|産業|価値|エネルギー|GRP")
_NUMBERED = re.compile(r"^(?:\(\d{1,2}\)|\d{1,2}[.):、]|\d{1,2}(?![\d次.,年])|[・\-‐ー○●◆■□※])+")
_UNIT_AT_END = re.compile(r"\((?:単位[::]?)?([^()]*円|[^()]*yen)\)$", re.IGNORECASE)
_STATED_UNIT = re.compile(r"単位[::]?(.*?円)")
_UNIT_WORDS = {
    "yen": "円",
    "jpy": "円",
    "thousandyen": "千円",
    "millionyen": "百万円",
    "100millionyen": "億円",
    "hundredmillionyen": "億円",
    "billionyen": "十億円",
    "trillionyen": "兆円",
}
_NUMBER = re.compile(r"([+\-△▲−]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?", re.ASCII)
_ERA_YEAR = r"(?:平成|令和)(?:元|\d{1,2})年度?"
_YEAR = re.compile(
    rf"(?:(\d{{4}})|(平成|令和|H|R)(元|\d{{1,2}}))(?:年度?(?:版|データ)?|FY)?(?:\({_ERA_YEAR}\))?", re.ASCII
)
_ERAS = {"平成": 1988, "H": 1988, "令和": 2018, "R": 2018}
EARLIEST_YEAR, LATEST_YEAR = 1955, 2100


@dataclass(frozen=True)
class Label:
    """What a label names.

    Attributes
    ----------
    name
        'production', a sector, one of ``INCOMES`` and ``SPENDINGS``, 'income' (all of it) or 'energy'.
    kind
        One of ``KINDS``; 'bare' for production and sectors.
    unit
        The unit that stands in the label's brackets, '' where none does.
    """

    name: str
    kind: str
    unit: str = ""


def plain(words: object) -> str:
    """Return a cell's words in half width, without any blanks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(words)))


@lru_cache(maxsize=4096)
def label_of(words: str) -> Label | None:
    """Return the item that a label names, None where it is not one of those known: never the most alike."""
    bare = plain(words)
    if bare.lower() in ITEMS:
        return _of_item(bare.lower())
    # Most cells of a table are numbers.
    if not _TELLING.search(bare):
        return None
    bare = _NUMBERED.sub("", bare)
    found = _UNIT_AT_END.search(bare)
    unit = unit_of(found[1]) if found else ""
    if found and unit:
        bare = bare[: found.start()]
    bare = bare.removeprefix("うち")
    if _PRODUCTION.fullmatch(bare):
        return Label("production", "bare", unit)
    sector = _SECTOR.fullmatch(bare)
    if sector:
        return Label(_SECTORS[sector[1]], "bare", unit)
    return next((label for name in _NAMES if (label := _named(name, bare, unit)) is not None), None)


def unit_of(words: str) -> str:
    """Return the unit of ``UNITS`` that words are, '' where they are none."""
    bare = plain(words)
    return bare if bare in UNITS else _UNIT_WORDS.get(bare.lower(), "")


def stated_unit(words: str) -> str:
    """Return the unit that a cell like '（単位：百万円）' states for its table, '' where it states none."""
    found = _STATED_UNIT.search(plain(words))
    return unit_of(found[1]) if found else ""


def number_of(words: str) -> float:
    """Return a number with or without thousands set apart; △ and ▲ are below zero; NaN where it is none."""
    found = _NUMBER.fullmatch(plain(words))
    if found is None:
        return math.nan
    value = float(found[2].replace(",", "") + (found[3] or ""))
    return -value if found[1] not in ("", "+") else value


def year_of(words: str) -> int | None:
    """Return the year of a cell such as '2018', '2018年度' or '平成30年'; None where it is no year."""
    found = _YEAR.fullmatch(plain(words).strip("()"))
    if found is None:
        return None
    era = 1 if found[3] == "元" else int(found[3] or 0)
    year = int(found[1]) if found[1] else _ERAS[found[2]] + era
    return year if EARLIEST_YEAR <= year <= LATEST_YEAR else None


def _of_item(item: str) -> Label:
    """Return the label of an item's own key, as the stored table has it."""
    for ending, kind in (("_local", "local"), ("_flow", "flow")):
        if item.endswith(ending):
            return Label(item.removesuffix(ending), kind)
    return Label(item, "bare" if item.startswith("production") else "residents")


def _named(name: str, bare: str, unit: str) -> Label | None:
    words = f"(?:{_NAMES[name]})(?:額)?"
    is_flow_only = name in ("income", "energy")
    based = re.fullmatch(rf"{words}(?:\((.+?)(?:ベース)?\))?", bare)
    if based and not is_flow_only:
        base = based[1] or ""
        if not base or re.fullmatch(_RESIDENTS, base):
            return Label(name, "residents" if base else "bare", unit)
        if re.fullmatch(_LOCAL, base):
            return Label(name, "local", unit)
    for way, kind in _WAYS:
        if re.fullmatch(rf"{words}(?:{way})(?:額|量)?", bare):
            return Label(name, kind, unit)
    for before, after, kind in _BEFORE:
        if re.fullmatch(rf"{before}{words}の?{after}(?:額)?", bare):
            return Label(name, kind, unit)
    return Label(name, "flow", unit) if name == "energy" and bare == "エネルギー収支" else None
