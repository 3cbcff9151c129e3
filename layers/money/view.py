"""The ladder in yen as markup, in the look of the Scale page's ladder; every text is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from pathlib import Path

from layers.cite.marks import cite_attributes
from layers.ladder_rows import TELLING_SHARE
from layers.ladder_view.markup import swatch
from layers.ladder_view.words import percent
from layers.messages import text
from layers.money.rows import TOTAL, MoneyRow, scales_of
from layers.money.words import yen, yen_range

# Narrower parts carry no figure; narrower still on a phone.
_LABELLED_SHARE = 0.16
_LABELLED_ON_PHONE = 0.3


@lru_cache(maxsize=1)
def _style() -> str:
    return f"<style>{Path(__file__).with_name('view.css').read_text(encoding='utf-8')}</style>"


def money_ladder(rows: Sequence[MoneyRow], lang: str) -> str:
    """Return the ladder's markup: legend, all together, a row a resource; bars are as long as their yen.

    Parameters
    ----------
    rows
        Of :func:`layers.money.rows.rows_of`, all together first.
    lang
        'ja' or 'en'.
    """
    most = max((row.value.central for row in rows), default=0.0)
    items = "".join(_row(row, lang, most) for row in rows)
    label = escape(text("money.ladder.label", lang))
    return f'{_style()}<div role="group" aria-label="{label}" lang="{lang}">{_legend(rows, lang)}<ol>{items}</ol></div>'


def spoken(row: MoneyRow, lang: str) -> str:
    """Return a row's bar in words: every part worth telling with its yen."""
    whole = row.value.central
    told = [
        text("money.ladder.part", lang, scale=text(f"scale.bar.{key}", lang), amount=yen(amount, lang))
        for key, amount in row.met
        if whole > 0 and amount / whole >= TELLING_SHARE
    ]
    if whole > 0 and row.outside.central / whole >= TELLING_SHARE:
        bought = text("money.ladder.bought", lang, amount=yen(row.outside.central, lang))
        late = row.time_mismatch / whole >= TELLING_SHARE
        of_it = {"bought": bought, "late": yen(row.time_mismatch, lang)}
        told.append(text("money.ladder.bought_of", lang, **of_it) if late else bought)
    return text("scale.bar.joiner", lang).join(told) or text("scale.bar.no_demand", lang)


def _legend(rows: Sequence[MoneyRow], lang: str) -> str:
    states = [*scales_of(rows), "outside"]
    if any(row.time_mismatch > 0 for row in rows):
        states.append("time_mismatch")
    entries = [f"<li>{swatch(state)}{escape(_state_name(state, lang))}</li>" for state in states]
    entries += [
        f"<li>{swatch(part)}{escape(text(f'money.ladder.{part}', lang))}</li>" for part in ("staying", "leaving")
    ]
    entries.append(f'<li class="note">{escape(text("money.ladder.estimate", lang))}</li>')
    return f'<ul class="legend">{"".join(entries)}</ul>'


def _state_name(state: str, lang: str) -> str:
    return text("money.ladder.time_mismatch" if state == "time_mismatch" else f"scale.bar.{state}", lang)


def _row(row: MoneyRow, lang: str, most: float) -> str:
    is_total = row.resource == TOTAL
    name = text("money.ladder.total", lang) if is_total else row.name(lang)
    small = ""
    span = yen_range(row.outside.low, row.outside.high, lang)
    if span != yen(row.outside.central, lang):
        small = f"<small>{escape(text('money.ladder.range', lang, range=span))}</small>"
    if row.unknown >= TELLING_SHARE and not is_total:
        unknown = text("money.ladder.unknown", lang, percent=percent(row.unknown))
        small += f"<small>{escape(unknown)}</small>"
    bought = text("money.ladder.bought", lang, amount=yen(row.outside.central, lang))
    told = f'<span class="told"><span class="verdict">{escape(bought)}</span>{small}</span>'
    worth = text("money.ladder.value", lang, amount=yen(row.value.central, lang))
    label = f'<span class="name">{escape(name)}<small>{escape(worth)}</small></span>'
    kind = "money-row total" if is_total else "money-row"
    quoted = text("cite.joiner", lang).join([bought, worth])
    if span != yen(row.outside.central, lang):
        quoted += text("cite.joiner", lang) + text("money.ladder.range", lang, range=span)
    cited = cite_attributes(name, quoted, of="" if is_total else row.resource)
    return f'<li class="{kind}" data-key="{escape(row.resource)}"{cited}>{label}{_bar(row, lang, most)}{told}</li>'


def _bar(row: MoneyRow, lang: str, most: float) -> str:
    label = f'role="img" aria-label="{escape(spoken(row, lang))}"'
    whole = row.value.central
    if whole <= 0 or most <= 0:
        return f'<span class="bar" {label}></span>'
    length = whole / most
    parts = "".join(_part(key, amount, amount / whole, length, lang) for key, amount in row.parts)
    track = f'<span class="track" style="width:{100 * length:.3f}%">{parts}{_sum(row, length, lang)}</span>'
    if row.resource != TOTAL:
        return f'<span class="bar" {label}>{track}</span>'
    return f'<span class="bar two" {label}>{track}{_split(row, lang)}</span>'


def _part(key: str, amount: float, share: float, length: float, lang: str) -> str:
    seen = share * length
    classes = f"part fill-{key}{' shown' if amount > 0 else ''}{' tight' if seen < _LABELLED_ON_PHONE else ''}"
    words = text("money.ladder.part", lang, scale=_state_name(key, lang), amount=yen(amount, lang))
    # What is bought carries one figure over both its parts: the same as beside the bar.
    is_bought = key in ("time_mismatch", "outside")
    figure = f"<b>{escape(yen(amount, lang))}</b>" if seen >= _LABELLED_SHARE and not is_bought else ""
    width = f"width:{100 * share:.3f}%"
    return f'<span class="{classes}" data-key="{key}" style="{width}" title="{escape(words)}">{figure}</span>'


def _sum(row: MoneyRow, length: float, lang: str) -> str:
    """Return the figure of all that is bought, to stand over its parts at the bar's end; '' where it is too narrow."""
    share = row.outside.central / row.value.central
    if share * length < _LABELLED_SHARE:
        return ""
    tight = " tight" if share * length < _LABELLED_ON_PHONE else ""
    figure = f"<b>{escape(yen(row.outside.central, lang))}</b>"
    return f'<span class="sum{tight}" style="width:{100 * share:.3f}%">{figure}</span>'


def _split(row: MoneyRow, lang: str) -> str:
    """Return the thin bar under what is bought: the part that stays nearby, the part that leaves."""
    whole = row.value.central
    shares = {"staying": row.staying.central / whole, "leaving": row.leaving.central / whole}
    parts = f'<span style="width:{100 * (1 - sum(shares.values())):.3f}%"></span>'
    for key, share in shares.items():
        amount = getattr(row, key).central
        words = text("money.ladder.part", lang, scale=text(f"money.ladder.{key}", lang), amount=yen(amount, lang))
        figure = f"<b>{escape(yen(amount, lang))}</b>" if share >= _LABELLED_SHARE else ""
        tight = " tight" if share < _LABELLED_ON_PHONE else ""
        style = f"width:{100 * share:.3f}%"
        parts += f'<span class="fill-{key}{tight}" style="{style}" title="{escape(words)}">{figure}</span>'
    return f'<span class="split" title="{escape(text("money.ladder.split", lang))}">{parts}</span>'
