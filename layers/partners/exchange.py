"""What the least-distance allocation would exchange between a place and the others, both ways, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import pandas as pd

from geo.terms import Resource
from layers.cite.marks import cite_attributes
from layers.exports import per_year
from layers.messages import text
from layers.partners.figures import Found
from layers.partners.words import annual, resource_name
from layers.resource_detail import amount
from layers.scale_places import Place

# Others beyond these are summed in one row.
MOST = 12


def exchange_body(found: Found, place: Place, resource: Resource, names: Mapping[str, Place], lang: str) -> str:
    """Return the table's markup: a row for each of the largest others, one for the rest, the sum; '' for nothing.

    Every text is escaped. Net is what comes less what goes where the place lacks something, the reverse where it has
    something left.
    """
    both = found.exchanged
    if both.empty:
        return ""
    unit = per_year(resource.unit_ja if lang == "ja" else resource.unit, lang)
    words = {"place": place.name(lang), "resource": resource_name(resource, lang), "unit": unit}
    needs = found.standing.direction != "give"
    net = "partners.exchange.net_in" if needs else "partners.exchange.net_out"
    heads = ("partners.list.name", "partners.exchange.incoming", "partners.exchange.outgoing", net)
    head = "".join(f'<th scope="col">{escape(text(key, lang))}</th>' for key in heads)
    body = ""
    for code, amounts in both.iloc[:MOST].iterrows():
        name = names[str(code)].name(lang)
        body += _row(name, amounts, lang, needs=needs, cited=_cited(name, amounts, place, resource, lang))
    if len(both) > MOST:
        rest = text("partners.exchange.others", lang, count=len(both) - MOST)
        body += _row(rest, both.iloc[MOST:].sum(), lang, needs=needs)
    foot = _row(text("partners.exchange.sum", lang), both.sum(), lang, needs=needs)
    caption = escape(text("partners.exchange.caption", lang, **words))
    return (
        f'<div class="scroll" tabindex="0" role="region" lang="{lang}" aria-label="{caption}">'
        f'<table class="matrix exchange"><caption>{caption}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody><tfoot>{foot}</tfoot></table></div>"
    )


def _row(name: str, amounts: pd.Series, lang: str, *, needs: bool, cited: str = "") -> str:
    incoming, outgoing = float(amounts["incoming"]), float(amounts["outgoing"])
    net = incoming - outgoing if needs else outgoing - incoming
    told = (_told(value, lang) for value in (incoming, outgoing, net))
    cells = "".join(f'<td class="figure">{escape(words)}</td>' for words in told)
    return f'<tr{cited}><th scope="row">{escape(name)}</th>{cells}</tr>'


def _told(value: float, lang: str) -> str:
    """Write an amount; none at all as a dash, what is under nothing with a minus sign."""
    if value == 0:
        return text("partners.list.none_sent", lang)
    words = amount(abs(value), "", lang).strip()
    return text("partners.exchange.below", lang, amount=words) if value < 0 else words


def _cited(name: str, amounts: pd.Series, place: Place, resource: Resource, lang: str) -> str:
    label = text("partners.exchange.cited", lang, resource=resource_name(resource, lang), name=name)
    told = [
        text(
            "partners.list.cited_figure",
            lang,
            title=text(f"partners.exchange.{way}", lang),
            value=annual(float(amounts[way]), resource, lang),
        )
        for way in ("incoming", "outgoing")
    ]
    return cite_attributes(label, text("cite.joiner", lang).join(told), of=resource.key, place=place.name(lang))
