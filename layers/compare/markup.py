"""Both ladders row by row on one scale, and the table of differences, as accessible markup; every text is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from layers.cite.marks import cite_attributes
from layers.compare.sides import Side
from layers.compare.words import difference, per_person_words
from layers.ladder_rows import LadderRow
from layers.ladder_view.markup import bar, legend
from layers.ladder_view.words import certainty_said, verdict
from layers.messages import text


def pair_body(left: Side, right: Side, lang: str, *, focus: str = "") -> str:
    """Return the ladders of both places, a resource a row, in the left one's order (for ladder_view.component)."""
    heads = "".join(
        f'<span class="versus-who">{letter}<b>{escape(side.place.name(lang))}</b></span>'
        for letter, side in (("A", left), ("B", right))
    )
    rows = []
    for row in left.rows:
        other = right.row(row.resource)
        current = ' aria-current="true"' if row.resource == focus else ""
        key, name = escape(row.resource), escape(row.name(lang))
        cells = _cell("A", row, left, lang) + (_cell("B", other, right, lang) if other else _lacking(lang))
        rows.append(
            f'<li class="row versus interactive" data-key="{key}" data-slides data-resource="{key}"{current}>'
            f'<span class="name"><button type="button">{name}</button></span>{cells}</li>'
        )
    label = escape(text("compare.ladder", lang))
    everything = [*left.rows, *right.rows]
    return (
        f'<div role="group" aria-label="{label}" lang="{lang}">{legend(everything, lang)}'
        f'<div class="row versus heads"><span></span>{heads}</div><ol>{"".join(rows)}</ol></div>'
    )


def table_html(left: Side, right: Side, lang: str) -> str:
    """Return the table of differences: what each has per person and year, and the difference in words."""
    rows = []
    for row in left.rows:
        other = right.row(row.resource)
        if other is None:
            continue
        first, second = ("demand", "supply") if row.perspective == "demand" else ("supply", "demand")
        cells = "".join(
            f"<td{_cite(words, row, side, what, lang)}>{escape(words)}</td>"
            for what in (first, second)
            for own, side in ((row, left), (other, right))
            for words in [per_person_words(getattr(own, what), own, side, lang)]
        )
        told = escape(difference(row, other, left, right, lang))
        names = "".join(
            f"<small>{escape(text(f'compare.what.{name}', lang))}</small>"
            for name in (("demand", "supply") if row.perspective == "demand" else ("waste", "room"))
        )
        rows.append(
            f'<tr><th scope="row">{escape(row.name(lang))}{names}</th>{cells}<td class="words">{told}</td></tr>'
        )
    caption = escape(text("compare.table.caption", lang))
    groups = "".join(
        f'<th scope="colgroup" colspan="2">{escape(text(f"compare.table.{key}", lang))}</th>'
        for key in ("first", "second")
    )
    corner = f'<th scope="col" rowspan="2">{escape(text("compare.table.resource", lang))}</th>'
    words = f'<th scope="col" rowspan="2">{escape(text("compare.table.words", lang))}</th>'
    sides = '<th scope="col">A</th><th scope="col">B</th>' * 2
    return (
        f'<div class="compare-scroll" tabindex="0" role="region" aria-label="{caption}" lang="{lang}">'
        f'<table class="compare-table"><caption>{caption}</caption>'
        f"<thead><tr>{corner}{groups}{words}</tr><tr>{sides}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def notes_html(told: Sequence[str], lang: str) -> str:
    """Return what has to be said of the pair, a line each."""
    lines = "".join(f"<li>{escape(words)}</li>" for words in told)
    return f'<ul class="compare-notes" lang="{lang}">{lines}</ul>'


def side_html(letter: str, side: Side, words: str, size: str, lang: str) -> str:
    """Return one side's opening: its letter, its sentence, how large it is."""
    return (
        f'<section class="compare-side" lang="{lang}" aria-label="{escape(side.place.name(lang), quote=True)}">'
        f'<p class="aloud"><b class="letter">{letter}</b>{escape(words)}</p>'
        f'<p class="fine">{escape(size)}</p></section>'
    )


def _cell(letter: str, row: LadderRow, side: Side, lang: str) -> str:
    said = verdict(row, lang, is_cut=side.place.is_cut)
    sure = certainty_said(row, lang)
    told = f'<span class="certainty {row.certainty_word}">{escape(sure)}</span>' if sure else ""
    return (
        f'<span class="versus-cell"{_cite(said, row, side, "", lang)}>{bar(row, lang)}'
        f'<span class="versus-told"><i aria-hidden="true">{letter}</i>'
        f'<span class="verdict">{escape(said)}</span>{told}</span></span>'
    )


def _lacking(lang: str) -> str:
    return f'<span class="versus-cell"><span class="verdict">{escape(text("compare.lacking", lang))}</span></span>'


def _cite(words: str, row: LadderRow, side: Side, what: str, lang: str) -> str:
    """Return the attributes by which a figure is copied with its place; the sources are the resource's."""
    kinds = (
        {"demand": "demand", "supply": "supply"}
        if row.perspective == "demand"
        else {"supply": "waste", "demand": "room"}
    )
    label = (
        f"{row.name(lang)}{text('cite.joiner', lang)}{text(f'compare.what.{kinds[what]}', lang)}"
        if what
        else row.name(lang)
    )
    return cite_attributes(label, words, of=row.resource, place=side.place.name(lang), area=side.dataset.area)
