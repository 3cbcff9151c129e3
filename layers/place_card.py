"""The card of a place on the map: its names from small to large, and at which scale each resource closes there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

from geo.places import PlaceNames
from layers.ladder_rows import LadderRow
from layers.ladder_view.words import verdict
from layers.messages import text
from layers.palette import fill_css
from layers.state import PLACE_KINDS


def place_card(
    names: Mapping[str, str], rows: Sequence[LadderRow], *, chosen: str, lang: str, is_cut: bool = False
) -> str:
    """Return the card as HTML; every text of the data is escaped.

    Parameters
    ----------
    names
        Kind of place (``PLACE_KINDS``) -> its name, small to large; a kind that the point lacks is absent.
    rows
        One row a resource, for the chosen unit.
    chosen
        The kind whose figures the rows tell.
    is_cut
        Whether the chosen unit is a basin that the data cuts.
    """
    listed = "".join(
        f'<li class="{"chosen" if kind == chosen else ""}"><span>{escape(text(f"common.scale.{kind}", lang))}</span>'
        f"<b>{escape(names[kind])}</b></li>"
        for kind in PLACE_KINDS
        if kind in names
    )
    told = "".join(_row(row, lang, is_cut=is_cut) for row in rows)
    note = escape(text("map.card.note", lang, scale=text(f"common.scale.{chosen}", lang)))
    body = f'<ol>{listed}</ol><p class="note">{note}</p><ul>{told}</ul>'
    return f'<div class="meguri-card">{body}</div>'


def named_units(names: PlaceNames) -> dict[str, str]:
    """Return the place that each kind of unit has at a point: kind -> code."""
    units = {
        "community": names.community,
        "municipality": names.municipality,
        "basin": names.river_system,
        "prefecture": names.prefecture,
    }
    return {kind: unit.code for kind, unit in units.items() if unit is not None}


def amount(value: float, lang: str) -> str:
    """Write an amount with three telling figures: '0.42', '18', '12,300', '4.12 million' / '412万'."""
    if not math.isfinite(value):
        return "—"
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    if lang == "ja" and size >= 8:
        return text("map.card.hundred_million", lang, number=_figures(value / 1e8))
    if lang == "ja" and size >= 5:
        return text("map.card.ten_thousand", lang, number=_figures(value / 1e4))
    if lang == "en" and size >= 6:
        return text("map.card.million", lang, number=_figures(value / 1e6))
    return _figures(value)


def _figures(value: float) -> str:
    decimals = max(0, 2 - math.floor(math.log10(abs(value))))
    rounded = round(value, 2 - math.floor(math.log10(abs(value))))
    return f"{rounded:,.{min(decimals, 2)}f}" if abs(value) >= 0.01 else "<0.01"


def _row(row: LadderRow, lang: str, *, is_cut: bool) -> str:
    fill = fill_css(row.closing)
    said = escape(verdict(row, lang, is_cut=is_cut))
    parts = [
        text(f"map.card.{side}", lang, amount=amount(value, lang), unit=row.unit)
        for side, value in (("supply", row.supply), ("demand", row.demand))
    ]
    spans = "".join(f"<span>{escape(part)}</span>" for part in parts)
    return (
        f"<li><h4>{escape(row.name(lang))}<em><i style='background:{escape(fill, quote=True)}'></i>{said}</em></h4>"
        f"<p class='sums'>{spans}</p></li>"
    )
