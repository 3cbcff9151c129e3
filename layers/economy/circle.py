"""The circle of production, distribution and spending as a drawing: arrows as thick as their money, leaks beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from geo.economy.circle import Circle, Part
from geo.economy.figures import ENERGY_FLOW, INCOME_FLOW
from layers.economy.words import flow_words, item_words, money_short, sentence
from layers.messages import text

# The drawing's own units; on a page of 1,280 px one of them is a pixel.
_WIDTH, _HEIGHT = 1280, 592
_MIDDLE = _WIDTH / 2
_BOX_WIDTH = 276
# Left, top and height of the stations' boxes.
_PRODUCTION = (_MIDDLE - _BOX_WIDTH / 2, 12, 158)
_DISTRIBUTION = (_MIDDLE + 76, 322, 152)
_SPENDING = (_MIDDLE - 76 - _BOX_WIDTH, 322, 152)
_THICKEST, _THINNEST = 46.0, 2.0
_LEAK_LENGTH = 60.0
_STYLE = """<style>
.economy { overflow-x: auto; }
.economy:focus-visible { outline: 3px solid var(--accent); outline-offset: -3px; border-radius: 3px; }
.economy svg { display: block; width: 100%; min-width: 900px; max-width: 1280px; margin: 0 auto; height: auto; }
.economy text { font-family: var(--sans, sans-serif); fill: var(--ink); font-size: 20px; }
.economy .name { font-size: 22px; font-weight: 700; }
.economy .amount { font-size: 28px; font-weight: 700; font-variant-numeric: tabular-nums; }
.economy .fine { font-size: 18px; }
.economy .box { fill: var(--surface); stroke: var(--rule); stroke-width: 2; }
.economy .round, .economy .in { fill: var(--accent); }
.economy .curve { fill: none; stroke: var(--accent); }
.economy .out { fill: var(--muted); }
.economy .energy { fill: none; stroke: var(--muted); stroke-width: 2; stroke-dasharray: 5 4; }
</style>"""


@dataclass(frozen=True)
class _Leak:
    """A flow over the place's border: what it is, and its net amount from outside in yen."""

    item: str
    yen: float


def circle_svg(circle: Circle, place: str, lang: str) -> str:
    """Return the drawing as markup with its own style; every text is escaped.

    Parameters
    ----------
    circle
        Without gaps: production, income and spending agree.
    place
        The municipality's name.
    lang
        'ja' or 'en'.
    """
    scale = _THICKEST / max(circle.production, circle.received, circle.spent, circle.returned, 1.0)
    incomes = [_Leak(part.item, part.flow) for part in circle.incomes]
    if any(math.isnan(leak.yen) for leak in incomes):
        incomes = [_Leak(INCOME_FLOW, circle.income_flow)]
    spendings = [_Leak(part.item, part.flow) for part in circle.spendings]
    drawing = [
        _turns(circle, scale, lang),
        _station("production", circle.production, _PRODUCTION, _sectors(circle, lang), lang),
        _station("distribution", circle.received, _DISTRIBUTION, _parts(circle.incomes, lang), lang),
        _station("spending", circle.spent, _SPENDING, _parts(circle.spendings, lang), lang),
        _leaks(incomes, circle.production, scale, lang, to_right=True),
        _leaks(spendings, circle.production, scale, lang, to_right=False),
        _energy(circle, lang),
    ]
    label = escape(sentence(circle, place, lang), quote=True)
    return (
        f'{_STYLE}<div class="economy" tabindex="0" lang="{lang}"><svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
        f' aria-label="{label}" xmlns="http://www.w3.org/2000/svg">{"".join(drawing)}</svg></div>'
    )


def mount(markup: str, *, key: str) -> None:
    """Put the drawing on the page; it stays mounted, and changes only where it is another one."""
    _component()(data={"html": markup}, key=key)


@lru_cache(maxsize=1)
def _component() -> Any:
    script = Path(__file__).with_name("circle.js").read_text(encoding="utf-8")
    return st.components.v2.component("meguri_economy_circle", html="<div data-root></div>", js=script)


def _turns(circle: Circle, scale: float, lang: str) -> str:
    """The three arrows round: paid out in the place, received and spent, spent in the place."""
    top, left, right = _PRODUCTION[1] + 79, _SPENDING[0] + _BOX_WIDTH / 2, _DISTRIBUTION[0] + _BOX_WIDTH / 2
    low, floor = _DISTRIBUTION[1], _DISTRIBUTION[1] + 75
    outer = _PRODUCTION[0] + _BOX_WIDTH
    paid, spent, back = (_thick(amount, scale) for amount in (circle.production, circle.received, circle.returned))
    gap = _DISTRIBUTION[0] - _SPENDING[0] - _BOX_WIDTH
    return "".join(
        (
            _curve(f"M{outer},{top} C{right},{top} {right},{top} {right},{low - _head(paid)}", paid),
            _tip(right, low, paid, "down"),
            _bar(_DISTRIBUTION[0], floor, gap, spent, "left", "round"),
            _curve(f"M{left},{low} C{left},{top} {left},{top} {_PRODUCTION[0] - _head(back)},{top}", back),
            _tip(_PRODUCTION[0], top, back, "right"),
            _words(right + 40, 196, "fine", text("economy.turn.paid", lang)),
            _words(right + 40, 224, "", money_short(circle.production, lang)),
            _words(left - 40, 196, "fine", text("economy.turn.returned", lang), anchor="end"),
            _words(left - 40, 224, "", money_short(circle.returned, lang), anchor="end"),
        )
    )


def _station(name: str, yen: float, place: tuple[float, float, float], lines: Sequence[str], lang: str) -> str:
    left, top, height = place
    middle = left + _BOX_WIDTH / 2
    # With fewer lines below them, name and amount stand nearer the middle.
    top_line = top + 11.5 * (3 - len(lines))
    parts = [
        f'<rect class="box" x="{left:g}" y="{top:g}" width="{_BOX_WIDTH}" height="{height:g}" rx="6"/>',
        _words(middle, top_line + 32, "name", text(f"economy.station.{name}", lang), anchor="middle"),
        _words(middle, top_line + 66, "amount", money_short(yen, lang), anchor="middle"),
    ]
    for at, line in enumerate(lines):
        parts.append(_words(middle, top_line + 92 + 23 * at, "fine", line, anchor="middle"))
    return "".join(parts)


def _sectors(circle: Circle, lang: str) -> list[str]:
    return [
        text("economy.part", lang, item=item_words(item, lang), amount=money_short(yen, lang))
        for item, yen in circle.sectors
    ]


def _parts(parts: Sequence[Part], lang: str) -> list[str]:
    return [_part(part, lang) for part in parts]


def _part(part: Part, lang: str) -> str:
    key = "economy.part" if part.residents >= 0 else "economy.part_below"
    return text(key, lang, item=item_words(part.item, lang), amount=money_short(part.residents, lang))


def _leaks(leaks: Sequence[_Leak], production: float, scale: float, lang: str, *, to_right: bool) -> str:
    """The flows over the border beside a station: arrows away from it leave the place, arrows to it come in."""
    left, top, height = _DISTRIBUTION if to_right else _SPENDING
    edge = left + _BOX_WIDTH if to_right else left
    step = height / len(leaks)
    drawn = []
    for at, leak in enumerate(leaks):
        y = top + step * (at + 0.5)
        thick = _thick(leak.yen, scale)
        outward = leak.yen < 0
        start = edge if to_right else edge - _LEAK_LENGTH
        side = "right" if outward == to_right else "left"
        if leak.yen:
            from_x = start if side == "right" else start + _LEAK_LENGTH
            drawn.append(_bar(from_x, y, _LEAK_LENGTH, thick, side, "out" if outward else "in"))
        x = edge + (_LEAK_LENGTH + 10 if to_right else -_LEAK_LENGTH - 10)
        anchor = "start" if to_right else "end"
        drawn.append(_words(x, y - 5, "fine", item_words(leak.item, lang), anchor=anchor))
        drawn.append(_words(x, y + 18, "fine", flow_words(leak.yen, production, lang, is_short=True), anchor=anchor))
    return "".join(drawn)


def _energy(circle: Circle, lang: str) -> str:
    """The payment for energy below the circle: a part of the flows beside it, and not one more."""
    if math.isnan(circle.energy_flow):
        return ""
    words = text(
        "economy.energy",
        lang,
        item=item_words(ENERGY_FLOW, lang),
        flow=flow_words(circle.energy_flow, circle.production, lang, is_short=True),
    )
    return (
        f'<rect class="energy" x="{_SPENDING[0]:g}" y="524" width="{_DISTRIBUTION[0] + _BOX_WIDTH - _SPENDING[0]:g}"'
        f' height="52" rx="6"/>{_words(_MIDDLE, 557, "", words, anchor="middle")}'
    )


def _thick(yen: float, scale: float) -> float:
    return max(_THINNEST, abs(yen) * scale)


def _head(thick: float) -> float:
    """Length of an arrow's head."""
    return max(14.0, 0.8 * thick)


def _bar(x: float, y: float, length: float, thick: float, side: str, kind: str) -> str:
    """A straight arrow from ``x`` to the left or right, its head within its length."""
    sign = 1 if side == "right" else -1
    head, half = min(_head(thick), length), max(9.0, thick * 0.8)
    neck, tip = x + sign * (length - head), x + sign * length
    points = [(x, y - thick / 2), (neck, y - thick / 2), (neck, y - half), (tip, y)]
    points += [(neck, y + half), (neck, y + thick / 2), (x, y + thick / 2)]
    return f'<polygon class="{kind}" points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in points)}"/>'


def _curve(path: str, thick: float) -> str:
    return f'<path class="curve" d="{path}" stroke-width="{thick:.1f}"/>'


def _tip(x: float, y: float, thick: float, side: str) -> str:
    """The head of a curved arrow, its point at (x, y)."""
    head, half = _head(thick), max(9.0, thick * 0.8)
    points = {
        "down": [(x, y), (x - half, y - head), (x + half, y - head)],
        "right": [(x, y), (x - head, y - half), (x - head, y + half)],
    }[side]
    return f'<polygon class="round" points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in points)}"/>'


def _words(x: float, y: float, kind: str, words: str, *, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'
