"""Figures of money as tables: those of a circle with their shares and flows, and those loaded as they were stated."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

import pandas as pd

from geo.dataset import Dataset
from geo.economy.circle import Circle
from geo.economy.figures import ENERGY_FLOW, ITEMS, Figure
from layers.economy.words import flow_words, item_words, money, share
from layers.messages import text

_COLUMNS = ("item", "amount", "share", "flow")
_STATED = ("municipality", "year", "item", "value", "unit", "source")
_STYLE = """<style>
.economy-scroll { overflow-x: auto; }
.economy-table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.economy-table caption { text-align: left; font-size: 0.9375rem; padding-bottom: 6px; }
.economy-table :is(th, td) { padding: 6px 18px 6px 0; border-bottom: 1px solid var(--rule); text-align: left; }
.economy-table :is(th, td) { font-weight: 400; }
.economy-table :is(td, tbody th) { white-space: nowrap; }
.economy-table :is(td:nth-child(2), td:nth-child(3)) { text-align: right; }
</style>"""


def municipality_names(dataset: Dataset, lang: str) -> dict[str, str]:
    """Return the municipalities' names by code."""
    table = dataset.municipalities
    names = table["name_ja" if lang == "ja" else "name_en"]
    return {str(code): str(name) for code, name in zip(table["code"], names, strict=True)}


def figures_table(figures: Sequence[Figure], names: Mapping[str, str], lang: str) -> pd.DataFrame:
    """Return figures as they are shown: one a row, as the table states them."""
    columns = {name: text(f"economy.column.{name}", lang) for name in _STATED}
    rows = [
        (
            names[figure.municipality],
            str(figure.year),
            text(f"economy.item.{figure.item}", lang),
            f"{figure.value:,.10g}",
            figure.unit,
            figure.source,
        )
        for figure in sorted(figures, key=_order)
    ]
    return pd.DataFrame(rows, columns=list(columns.values()))


def _order(figure: Figure) -> tuple[str, int, int]:
    return figure.municipality, figure.year, ITEMS.index(figure.item)


def table_html(circle: Circle, place: str, lang: str) -> str:
    """Return the same figures as a table: what, how much, share of production, what leaves or comes in."""
    rows = [(text("economy.station.production", lang), circle.production, math.nan)]
    rows += [(f"　{item_words(item, lang)}", yen, math.nan) for item, yen in circle.sectors]
    rows += [(text("economy.station.distribution", lang), circle.received, circle.income_flow)]
    rows += [(f"　{item_words(part.item, lang)}", part.residents, part.flow) for part in circle.incomes]
    rows += [(text("economy.station.spending", lang), circle.spent, circle.spending_flow)]
    rows += [(f"　{item_words(part.item, lang)}", part.residents, part.flow) for part in circle.spendings]
    body = "".join(_row(*row, circle.production, lang) for row in rows)
    if not math.isnan(circle.energy_flow):
        name = text("economy.energy_row", lang, item=item_words(ENERGY_FLOW, lang))
        body += _row(name, math.nan, circle.energy_flow, circle.production, lang)
    head = "".join(f"<th scope='col'>{escape(text(f'economy.column.{name}', lang))}</th>" for name in _COLUMNS)
    caption = escape(text("economy.group", lang, place=place, year=circle.year))
    return (
        f"{_STYLE}<div class='economy-scroll' tabindex='0'><table class='economy-table'><caption>{caption}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(name: str, yen: float, flow: float, production: float, lang: str) -> str:
    is_known = not math.isnan(yen)
    sign = "−" if is_known and yen < 0 else ""
    cells = (
        f"{sign}{money(yen, lang)}" if is_known else "",
        f"{sign}{share(yen, production)} %" if is_known and production > 0 else "",
        "" if math.isnan(flow) else flow_words(flow, production, lang),
    )
    return f"<tr><th scope='row'>{escape(name)}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
