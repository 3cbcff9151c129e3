"""What a basin exchanges with others, as a diagram, as a table of the same figures, and as arrows for the map."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

import pandas as pd
import plotly.graph_objects as go

from geo.basin_exchange import INCOMING, OTHERS, OUTGOING
from geo.terms import Resource
from layers.basin.markup import bare_amount
from layers.basin.view import Exchange
from layers.basin.words import amount, annual_unit
from layers.flow_map import LINE_COLUMNS
from layers.messages import text
from layers.palette import SCALE_COLOURS, Paper
from layers.sankey import Band, sankey
from layers.scale_places import Place

# The bars of places, in ink that stands on light and dark paper; the basin's own in the colour of its rung.
_PLACE_COLOUR = "#7d8580"
# A label's line is no longer; what stands in brackets begins one.
_LINE_CHARACTERS = 30
_BRACKET = re.compile(r"\s*([（(])")


def exchange_figure(
    exchange: Exchange, basin: Place, names: Mapping[str, Place], resource: Resource, lang: str, *, paper: Paper
) -> go.Figure:
    """Return the diagram: other basins and this one as suppliers at the left, as those in need at the right.

    ``names`` are all basins and the lowland by code, ``paper`` the theme's colours. What stays within the basin is told
    in words only: it would dwarf the rest.
    """
    unit = annual_unit(resource, lang)
    incoming, outgoing = (exchange.partners[exchange.partners["direction"] == way] for way in (INCOMING, OUTGOING))
    flows = [
        *((row["partner"], basin.code, row) for row in incoming.to_dict("records")),
        *((basin.code, row["partner"], row) for row in outgoing.to_dict("records")),
    ]
    words = _Words(names, lang, basin.code)
    bands = [
        Band(
            source,
            target,
            row["amount"],
            SCALE_COLOURS.get(row["scale"], SCALE_COLOURS["outside"]),
            text(
                "basin.flows.told",
                lang,
                source=words.of(source),
                target=words.of(target),
                amount=amount(row["amount"], unit, lang),
                km=f"{row['distance_km']:,.0f}",
                scale=text(f"common.scale.{row['scale']}", lang),
            ),
        )
        for source, target, row in flows
        if row["amount"] > 0
    ]
    labels = {}
    for side in ("source", "target"):
        sums: dict[str, float] = {}
        for band in bands:
            end = getattr(band, side)
            sums[end] = sums.get(end, 0.0) + band.amount
        for code, total in sums.items():
            labels[side, code] = _label(words.of(code), bare_amount(total, lang), lang)
    colours = {code: SCALE_COLOURS["basin"] if code == basin.code else _PLACE_COLOUR for _, code in labels}
    side = "" if resource.perspective == "demand" else "_supply"
    heads = (text(f"basin.flows.from{side}", lang, unit=unit), text(f"basin.flows.to{side}", lang, unit=unit))
    return sankey(bands, labels, colours, heads=heads, paper=paper)


def exchange_table(exchange: Exchange, names: Mapping[str, Place], resource: Resource, lang: str) -> str:
    """Return the figures of the diagram as an accessible table: one row a partner."""
    unit = annual_unit(resource, lang)
    words = _Words(names, lang)
    rows = []
    for partner, own in exchange.partners.groupby("partner", sort=False):
        by_way = {str(way): float(of_way["amount"].sum()) for way, of_way in own.groupby("direction")}
        km = float((own["amount"] * own["distance_km"]).sum() / max(own["amount"].sum(), 1e-300))
        cells = "".join(
            f"<td>{escape(bare_amount(by_way[way], lang)) if by_way.get(way, 0.0) > 0 else '–'}</td>"
            for way in (INCOMING, OUTGOING)
        )
        rows.append(f'<tr><th scope="row">{escape(words.of(str(partner)))}</th>{cells}<td>{km:,.0f} km</td></tr>')
    heads = "".join(
        f'<th scope="col">{escape(text(f"basin.flows.column_{key}", lang))}</th>'
        for key in ("partner", "in", "out", "km")
    )
    caption = escape(
        text("basin.flows.caption_little" if exchange.is_little else "basin.flows.caption", lang, unit=unit)
    )
    return (
        f'<div class="basin-scroll" tabindex="0" role="region" aria-label="{caption}" lang="{lang}">'
        f'<table class="basin-table"><caption>{caption}</caption><thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def arrows(exchange: Exchange | None, basin: Place | None, centres: Mapping[str, tuple[float, float]]) -> pd.DataFrame:
    """Return the exchange as lines for the map; what is summed over several partners has no place there.

    A partner's flows of one direction are one line, filed under the scale with most of it: drawn apart, one would lie
    on the other. ``centres`` are longitude and latitude by river system code. Without an exchange there is no line, nor
    with one that is little: its largest arrow would be as wide as any basin's.
    """
    if exchange is None or basin is None or exchange.is_little:
        return pd.DataFrame(columns=list(LINE_COLUMNS), dtype=float)
    known = exchange.partners[(exchange.partners["partner"] != OTHERS) & (exchange.partners["amount"] > 0)]
    rows = []
    for (partner, direction), own in known.groupby(["partner", "direction"], sort=False):
        ends = (str(partner), basin.code)
        here, there = (centres[code] for code in (ends if direction == INCOMING else ends[::-1]))
        by_scale = own.groupby("scale", sort=False)["amount"].sum()
        rows.append((*here, *there, float(by_scale.sum()), by_scale.idxmax()))
    return pd.DataFrame(rows, columns=list(LINE_COLUMNS))


def _label(name: str, told_amount: str, lang: str) -> str:
    """Return a place's words in the diagram, in lines short enough for both sides to stand beside each other."""
    *lines, last = _BRACKET.sub(r"\n\1", name, count=1).split("\n")
    told = text("basin.flows.node", lang, name=last, amount=told_amount)
    lines += [told] if len(told) <= _LINE_CHARACTERS else [last, told_amount]
    return "<br>".join(escape(line) for line in lines)


class _Words:
    """Names of partners, 'others' among them."""

    def __init__(self, names: Mapping[str, Place], lang: str, own: str = "") -> None:
        self._names, self._lang, self._own = names, lang, own

    def of(self, code: str) -> str:
        if code in (OTHERS, self._own):
            return text("basin.flows.others" if code == OTHERS else "basin.flows.own", self._lang)
        return self._names[code].name(self._lang) if code in self._names else code
