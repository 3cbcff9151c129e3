"""The card of a place on the map: its names from small to large, and at which scale each resource closes there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from geo.places import PlaceNames
from layers.actuals.words import measured_words
from layers.cite.marks import cite_attributes
from layers.ladder_rows import TELLING_SHARE, LadderRow
from layers.ladder_view.words import certainty_said, percent, verdict
from layers.messages import text
from layers.palette import fill_css
from layers.state import PLACE_KINDS


@dataclass(frozen=True)
class Told:
    """What stands beside the figures of a card.

    Attributes
    ----------
    marks
        Kind of place -> a remark on its name ('river name estimated'); kinds without one are absent.
    years
        Resource key -> years of the data that its figures stand on.
    gaps
        Resource key -> its sides ('supply', 'demand') that lack data somewhere: unknown where a row says "no data".
    sources
        One line for each data layer used: title, source, year.
    """

    marks: Mapping[str, str] = field(default_factory=dict)
    years: Mapping[str, str] = field(default_factory=dict)
    gaps: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sources: Sequence[str] = ()


def place_card(
    names: Mapping[str, str],
    rows: Sequence[LadderRow],
    *,
    chosen: str,
    lang: str,
    is_cut: bool = False,
    told: Told | None = None,
    kinds: Mapping[str, str] | None = None,
) -> str:
    """Return the card as HTML; every text of the data is escaped.

    Parameters
    ----------
    names
        Kind of place (``PLACE_KINDS`` and partitions that users brought) -> its name, small to large; a kind that the
        point lacks is absent.
    rows
        One row a resource, for the chosen unit.
    chosen
        The kind whose figures the rows tell.
    is_cut
        Whether the chosen unit is a basin that the data cuts.
    told
        Remarks on the names, years and sources.
    kinds
        Kind of place -> what it is called; needed for partitions that users brought.
    """
    told = told or Told()
    words = {kind: text(f"common.scale.{kind}", lang) for kind in PLACE_KINDS} | dict(kinds or {})
    order = [*(kind for kind in PLACE_KINDS if kind in names), *(kind for kind in names if kind not in PLACE_KINDS)]
    listed = "".join(_place(kind, words[kind], names[kind], told, chosen) for kind in order)
    figures = "".join(_row(row, lang, is_cut=is_cut, told=told) for row in rows)
    scale = text("common.cut_basin", lang) if is_cut else words[chosen]
    scale = scale if lang == "ja" else scale[0].lower() + scale[1:]
    note = escape(text("map.card.note", lang, scale=scale))
    if rows:
        threshold = text("map.card.threshold", lang, percent=percent(rows[0].threshold))
        note += escape(("" if lang == "ja" else " ") + threshold)
    draws = next((row.certainty.draws for row in rows if row.certainty and row.certainty_word), 0)
    if draws:
        note += escape(("" if lang == "ja" else " ") + text("certainty.card", lang, draws=draws))
    lines = "".join(f"<li>{escape(line)}</li>" for line in told.sources)
    heading = escape(text("map.card.sources", lang))
    origin = f"<details><summary>{heading}</summary><ul>{lines}</ul></details>" if lines else ""
    body = f'<ol>{listed}</ol><p class="note">{note}</p><ul class="figures">{figures}</ul>{origin}'
    return f'<div class="meguri-card" lang="{lang}">{body}</div>'


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


def _place(kind: str, words: str, name: str, told: Told, chosen: str) -> str:
    mark = f"<small>{escape(told.marks[kind])}</small>" if kind in told.marks else ""
    return (
        f'<li class="{"chosen" if kind == chosen else ""}"><span>{escape(words)}</span>'
        f"<div><b>{escape(name)}</b>{mark}</div></li>"
    )


def _row(row: LadderRow, lang: str, *, is_cut: bool, told: Told) -> str:
    fill = fill_css(row.closing)
    said = escape(verdict(row, lang, is_cut=is_cut))
    # What is not known is not nothing: no sum stands for it.
    unknown = told.gaps.get(row.resource, frozenset()) if row.closing == "no_data" else frozenset()
    sides = _sides(row, row.supply, row.demand, lang, unknown=unknown)
    spans = "".join(f"<span>{escape(part)}</span>" for part in sides)
    quoted = text("cite.joiner", lang).join([verdict(row, lang, is_cut=is_cut), *sides])
    sure = certainty_said(row, lang)
    sure = f"<p class='sure-mark {row.certainty_word}'>{escape(sure)}</p>" if sure else ""
    # Said before all else: why a supply over the need is not enough.
    timing = row.time_mismatch >= TELLING_SHARE
    small = [text("map.card.time_mismatch", lang, percent=percent(row.time_mismatch))] if timing else []
    small += [text("map.card.years", lang, years=told.years[row.resource])] if told.years.get(row.resource) else []
    mark = ""
    if row.measured:
        mark = f"<span class='measured'>{escape(text('actuals.mark', lang))}</span>"
        small.append(text("actuals.card", lang, values=measured_words(row.measured, row.unit, lang, most=2)))
    if row.unknown >= TELLING_SHARE:
        small.append(text("map.card.partly_unknown", lang, percent=percent(row.unknown)))
    if row.halo_supply > 0 or row.halo_demand > 0:
        beyond = text("map.live.between", lang).join(_sides(row, row.halo_supply, row.halo_demand, lang))
        small.append(text("map.card.halo", lang, amounts=beyond))
    fine = "".join(f"<p class='fine'>{escape(line)}</p>" for line in small)
    return (
        f"<li{cite_attributes(row.name(lang), quoted, of=row.resource)}><h2>{escape(row.name(lang))}{mark}"
        f"<em><i style='background:{escape(fill, quote=True)}'></i>{said}</em></h2>"
        f"{sure}<p class='sums'>{spans}</p>{fine}</li>"
    )


def _sides(
    row: LadderRow, supply: float, demand: float, lang: str, *, unknown: frozenset[str] = frozenset()
) -> list[str]:
    """Return supply and demand in words; what arises and what there is room for where the supply is looked at."""
    names = ("supply", "demand") if row.perspective == "demand" else ("waste", "room")
    amounts = {"supply": supply, "demand": demand}
    return [
        text(f"map.card.{name}_unknown", lang)
        if side in unknown
        else text(f"map.card.{name}", lang, amount=amount(amounts[side], lang), unit=row.unit)
        for name, side in zip(names, amounts, strict=True)
    ]
