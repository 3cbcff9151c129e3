"""The matrix resource × scale as tables: how many units close where, and one place's cumulative shares."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from geo.coded_ladder import OUTSIDE
from geo.draws import DRAWS
from geo.uncertainty import SURE, judge_all
from layers.ladder_rows import SCALES, LadderRow, Tables, rungs_of
from layers.ladder_view.markup import css, swatch
from layers.ladder_view.words import certainty_said, percent
from layers.messages import text

# Columns of the matrix of units; what has no need and what has no supply share a pattern and a column.
COLUMNS = (*SCALES, OUTSIDE, "no_demand", "no_data")


@dataclass(frozen=True)
class MatrixRow:
    """How many units of a partition close at which scale.

    Attributes
    ----------
    resource, name_ja, name_en
        Of the resource.
    counts
        (column of ``COLUMNS``, number of units); columns with no unit may be left out.
    sure
        (scale or 'outside', how many of these units close there surely); None where nobody asked.
    """

    resource: str
    name_ja: str
    name_en: str
    counts: tuple[tuple[str, int], ...]
    sure: tuple[tuple[str, int], ...] | None = None

    @property
    def total(self) -> int:
        """Number of units counted."""
        return sum(count for _, count in self.counts)

    def name(self, lang: str) -> str:
        """Name of the resource in 'ja' or 'en'."""
        return self.name_ja if lang == "ja" else self.name_en


def matrix_rows(
    resources: Mapping[str, Any],
    tables: Tables,
    *,
    leave_out: frozenset[str] = frozenset(),
    certainty: Callable[[str], pd.DataFrame] | None = None,
) -> list[MatrixRow]:
    """Count the units of a partition by closing scale, one row a resource in the catalogue's order.

    Parameters
    ----------
    resources
        Key -> resource of the catalogue (``name_ja`` and ``name_en`` are read).
    tables
        Gives the unit table of a resource in a case for the partition; 'central' is asked for.
    leave_out
        Codes that are not ranked against the others: basins that go on beyond the data, the lowland.
    certainty
        Gives how sure a resource's closing scales are (:func:`layers.certainty.answers_of`) for the partition; None
        where it is not told.
    """
    rows = []
    for key, resource in resources.items():
        closing = tables(key, "central")["closing_scale"]
        kept = closing[~closing.index.isin(list(leave_out))].replace("no_supply", "no_demand")
        found = kept.value_counts()
        counts = tuple((column, int(found[column])) for column in COLUMNS if column in found.index)
        sure = None
        if certainty is not None:
            judged = judge_all(certainty(key).loc[kept.index], kept)
            agreed = kept[[each is not None and each.word == SURE for each in judged]].value_counts()
            sure = tuple((column, int(agreed[column])) for column in COLUMNS if column in agreed.index)
        rows.append(MatrixRow(key, resource.name_ja, resource.name_en, counts, sure))
    return rows


def matrix_html(rows: Sequence[MatrixRow], lang: str, *, kind: str, cut: int = 0) -> str:
    """Return the matrix of units as self-contained markup for a printed sheet."""
    body = matrix_body(rows, lang, kind=kind, cut=cut, is_interactive=False)
    return f'<style>{css()}</style><div class="meguri">{body}</div>'


def matrix_body(
    rows: Sequence[MatrixRow],
    lang: str,
    *,
    kind: str,
    cut: int = 0,
    has_lowland: bool = False,
    focus: str = "",
    is_interactive: bool = True,
    rungs: Collection[str] = SCALES,
    kind_words: str = "",
) -> str:
    """Return the matrix's markup without styles.

    Parameters
    ----------
    rows
        Of :func:`matrix_rows`.
    lang
        'ja' or 'en'.
    kind
        The partition that is counted: 'community', 'municipality', 'basin', 'prefecture' or 'cells'.
    cut
        Number of basins left out because they go on beyond the data; said under the table.
    has_lowland
        Whether the lowland outside any basin was left out; said as well.
    focus
        Key of the resource in focus.
    is_interactive
        Whether the names are buttons.
    rungs
        The scales that the area has data for; the others have no column.
    kind_words
        What the units of a partition that users brought are called.
    """
    if not rows:
        return ""
    shown = [c for c in COLUMNS if c in (*rungs, "outside") or any(c in dict(row.counts) for row in rows)]
    kind_name = kind_words or text(f"scale.matrix.kind_{kind}", lang)
    caption = text("scale.matrix.caption_units", lang, kind=kind_name, count=rows[0].total)
    body = "".join(_units_row(row, shown, lang, row.resource == focus, is_interactive) for row in rows)
    asides = [text("scale.matrix.cut", lang, count=cut)] if cut else []
    asides += [text("scale.matrix.lowland", lang)] if has_lowland else []
    asides += [text("certainty.matrix_note", lang, draws=DRAWS)] if rows[0].sure is not None else []
    notes = "".join(f'<p class="aside">{escape(words)}</p>' for words in asides)
    return _table(caption, shown, body, lang) + notes


def shares_html(rows: Sequence[LadderRow], lang: str, *, name: str) -> str:
    """Return one place's table without styles: shares covered up to each scale, the closing one marked."""
    if not rows:
        return ""
    rungs = rungs_of(rows)
    is_judged = any(row.certainty_word for row in rows)
    body = "".join(_shares_row(row, rungs, lang, is_judged=is_judged) for row in rows)
    caption = text("scale.matrix.caption_place", lang, name=name)
    return _table(caption, rungs, body, lang, more=[text("scale.table.certainty", lang)] if is_judged else [])


def _table(caption: str, columns: Sequence[str], body: str, lang: str, *, more: Sequence[str] = ()) -> str:
    heads = "".join(
        f'<th scope="col">{escape(text(f"scale.bar.{column}", lang))}{swatch(column)}</th>' for column in columns
    )
    heads += "".join(f'<th scope="col">{escape(words)}</th>' for words in more)
    corner = f'<th scope="col">{escape(text("scale.matrix.resource", lang))}</th>'
    label = escape(caption)
    # Reachable by keyboard, since on a phone it scrolls sideways.
    region = f'class="scroll" tabindex="0" role="region" aria-label="{label}" lang="{lang}"'
    return (
        f'<div {region}><table class="matrix">'
        f"<caption>{label}</caption><thead><tr>{corner}{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _units_row(row: MatrixRow, columns: Sequence[str], lang: str, is_focused: bool, is_interactive: bool) -> str:
    counts, sure = dict(row.counts), None if row.sure is None else dict(row.sure)
    cells = "".join(_count_cell(column, counts.get(column, 0), row.total, lang, sure) for column in columns)
    name = escape(row.name(lang))
    head = f'<button type="button">{name}</button>' if is_interactive else name
    picks = f' data-resource="{escape(row.resource)}"' if is_interactive else ""
    current = ' aria-current="true"' if is_focused else ""
    return f'<tr data-key="{escape(row.resource)}"{picks}{current}><th scope="row">{head}</th>{cells}</tr>'


def _count_cell(column: str, count: int, total: int, lang: str, sure: Mapping[str, int] | None) -> str:
    if not count:
        return f'<td class="nothing">{escape(text("scale.matrix.none", lang))}</td>'
    width = 100 * count / total
    bar = f'<span class="amount fill-{column}" style="width:{width:.1f}%"></span>'
    told = ""
    if sure is not None and column in (*SCALES, OUTSIDE):
        told = f"<small>{escape(text('certainty.matrix_sure', lang, count=sure.get(column, 0)))}</small>"
    return f"<td>{count}{bar}{told}</td>"


def _shares_row(row: LadderRow, rungs: Sequence[str], lang: str, *, is_judged: bool) -> str:
    covered = dict(row.cumulative)
    name = escape(row.name(lang))
    head = f'<tr data-key="{escape(row.resource)}"><th scope="row">{name}</th>'
    if row.group == "none":
        # No scale, but why: no need, none arises or no data are three different things.
        said = escape(text(f"scale.verdict.{row.closing}", lang))
        return f'{head}<td class="state" colspan="{len(rungs) + is_judged}">{swatch(row.closing)}{said}</td></tr>'
    cells = []
    for scale in rungs:
        if scale not in covered:
            cells.append(f'<td class="nothing">{escape(text("scale.matrix.none", lang))}</td>')
        elif scale == row.closing:
            cells.append(f'<td><span class="closes fill-{scale}">{percent(covered[scale])}</span></td>')
        else:
            cells.append(f"<td>{percent(covered[scale])}</td>")
    if is_judged:
        cells.append(f'<td class="judged">{escape(certainty_said(row, lang))}</td>')
    return f"{head}{''.join(cells)}</tr>"
