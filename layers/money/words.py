"""Yen in words: estimates with two figures, counted as they are read aloud (億円, 万円; billion, million yen)."""

from __future__ import annotations

import math

from geo.terms import Factor
from layers.messages import text

# What is counted in: 兆, 億, 万, 1 and trillion, billion, million, 1; the number's rank is its place from the end.
_SIZES = {"ja": (10**12, 10**8, 10**4, 1), "en": (10**12, 10**9, 10**6, 1)}
# An estimate that may be half or double of what it says has no third figure.
_FIGURES = 2
# Units as on a bill, each 1,000 times in the other.
_ON_A_BILL = {"MWh": "kWh", "GJ": "MJ", "t": "kg"}


def yen(value: float, lang: str) -> str:
    """Write an amount of yen with two figures: '380億円', '38 billion yen'."""
    number, rank = _counted(value, lang)
    return text(f"money.yen.{rank}", lang, number=number)


def yen_range(low: float, high: float, lang: str) -> str:
    """Write a range of yen, '170億～730億円' or '17–73 billion yen'; one amount where both are written alike."""
    (first, rank), last = _counted(low, lang), yen(high, lang)
    if yen(low, lang) == last:
        return last
    # English tells what is counted once where both ends count the same.
    if lang == "ja" or rank != _counted(high, lang)[1]:
        first = text(f"money.yen_short.{rank}", lang, number=first)
    return text("money.range", lang, low=first, high=last)


def unit_price(paid: Factor, unit: str, lang: str) -> str:
    """Write a price per ``unit`` and its range as on a bill: 31,000 yen per MWh is '31円/kWh（20～36）'."""
    scale, shown_unit = bill_unit(unit, lang)
    number, low, high = (
        f"{shown:,.0f}" if shown >= 1000 else f"{shown:.4g}"
        for shown in (value * scale for value in (paid.central, paid.low, paid.high))
    )
    return text("money.unit_price", lang, number=number, low=low, high=high, unit=shown_unit)


def bill_unit(unit: str, lang: str) -> tuple[float, str]:
    """Return what a price per ``unit`` is multiplied by to stand as on a bill, and its unit there: 0.001, '円/kWh'."""
    small = _ON_A_BILL.get(unit)
    return (0.001 if small else 1.0), text("money.yen_per", lang, unit=small or unit)


def _counted(value: float, lang: str) -> tuple[str, int]:
    """Return the number as it is counted, and its rank: 3.84e10 is ('380', 2) in Japanese."""
    rounded = float(f"{value:.{_FIGURES}g}")
    sizes = _SIZES[lang]
    place = next((place for place, size in enumerate(sizes) if abs(rounded) >= size), len(sizes) - 1)
    shown, rank = rounded / sizes[place], len(sizes) - 1 - place
    if rank == 0 or abs(shown) >= 10:
        return f"{shown:,.0f}", rank
    decimals = _FIGURES - 1 - math.floor(math.log10(abs(shown)))
    return f"{shown:.{decimals}f}".removesuffix(".0"), rank
