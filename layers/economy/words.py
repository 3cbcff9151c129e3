"""A circle of money in words: amounts, shares of production, where a flow goes, and the sentence read aloud."""

from __future__ import annotations

import math

from geo.economy.circle import Circle
from geo.economy.figures import FLOW
from layers.messages import text

# One amount of these is written without decimals from here on: 億円, billion yen.
_OKU, _BILLION = 1e8, 1e9


def money(yen: float, lang: str) -> str:
    """Write an amount without its sign: '1,234億円', '12.3億円', '450万円'; '123.4 billion yen', '45 million yen'."""
    number, rank = _counted(abs(yen), lang)
    return text(f"economy.yen.{rank}", lang, number=number)


def money_short(yen: float, lang: str) -> str:
    """Write an amount as :func:`money`, as short as a drawing asks for: '¥123.4 bn'."""
    number, rank = _counted(abs(yen), lang)
    return text(f"economy.yen_short.{rank}", lang, number=number)


def share(yen: float, production: float) -> str:
    """Write an amount's share of production in percent, '' where nothing is produced."""
    if production <= 0:
        return ""
    percent = 100 * abs(yen) / production
    return f"{percent:.0f}" if percent >= 10 else f"{percent:.1f}"


def flow_words(yen: float, production: float, lang: str, *, is_short: bool = False) -> str:
    """Say whether a net flow leaves or comes in, how much, and what share of production that is."""
    way = "none" if yen == 0 else "in" if yen > 0 else "out"
    amount = money_short(yen, lang) if is_short else money(yen, lang)
    return text(f"economy.flow.{way}", lang, amount=amount, percent=share(yen, production))


def item_words(item: str, lang: str) -> str:
    """Return the short name of an item: '雇用者所得' for all three amounts of it."""
    return text(f"economy.short.{item.removesuffix('_local').removesuffix(FLOW)}", lang)


def sentence(circle: Circle, place: str, lang: str) -> str:
    """Return what the circle shows in words that can be read aloud."""
    income = "in" if circle.income_flow >= 0 else "out"
    spending = "in" if circle.spending_flow >= 0 else "out"
    words = [
        text(
            f"economy.sentence.income_{income}",
            lang,
            place=place,
            year=circle.year,
            production=money(circle.production, lang),
            flow=money(circle.income_flow, lang),
            received=money(circle.received, lang),
        ),
        text(
            f"economy.sentence.spending_{spending}",
            lang,
            flow=money(circle.spending_flow, lang),
            returned=money(circle.returned, lang),
        ),
    ]
    if not math.isnan(circle.energy_flow):
        way = "in" if circle.energy_flow >= 0 else "out"
        words.append(text(f"economy.sentence.energy_{way}", lang, flow=money(circle.energy_flow, lang)))
    return (" " if lang == "en" else "").join(words)


def gap_lines(circle: Circle, lang: str) -> list[str]:
    """Say of every two amounts that ought to agree and do not what they are, and by how much they differ."""
    parts = {part.item for part in (*circle.incomes, *circle.spendings)}
    lines = []
    for gap in circle.gaps:
        amounts = {"found": _signed(gap.found, lang), "expected": _signed(gap.expected, lang)}
        amounts["difference"] = money(gap.found - gap.expected, lang)
        if gap.what in parts:
            lines.append(text("economy.gap.part", lang, item=text(f"economy.short.{gap.what}", lang), **amounts))
        else:
            lines.append(text(f"economy.gap.{gap.what}", lang, **amounts))
    return lines


def _signed(yen: float, lang: str) -> str:
    return ("−" if yen < 0 else "") + money(yen, lang)


def _counted(size: float, lang: str) -> tuple[str, str]:
    """Return a number and what it counts: 'oku' (億円, billion yen) or 'man' (万円, million yen)."""
    if lang == "ja":
        return (_number(size / _OKU, 100, 1), "oku") if size >= _OKU / 10 else (f"{size / 1e4:,.0f}", "man")
    return (_number(size / _BILLION, 1000, 2), "oku") if size >= _BILLION / 10 else (_number(size / 1e6, 100, 1), "man")


def _number(value: float, whole_from: float, decimals: int) -> str:
    if value >= whole_from:
        return f"{value:,.0f}"
    return f"{value:,.{decimals}f}".rstrip("0").rstrip(".")
