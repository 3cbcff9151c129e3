"""The ladder as markup: one list of rows for the screen and for paper; every text is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import groupby
from pathlib import Path

from layers.actuals.words import measured_words
from layers.cite.marks import cite_attributes
from layers.ladder_rows import TELLING_SHARE, LadderRow, rungs_of
from layers.ladder_view.words import (
    certainty,
    certainty_full,
    certainty_range,
    certainty_said,
    certainty_short,
    cited_words,
    parts,
    percent,
    spoken,
    verdict,
)
from layers.messages import text
from layers.palette import PATTERNS, SCALE_COLOURS, STATE_PATTERNS, fill_css, text_on


@dataclass(frozen=True)
class FigureRoom:
    """What room the figures in a bar need, in shares of the whole bar: more where the bar is short.

    Attributes
    ----------
    least
        A narrower segment carries no figure.
    least_on_phone
        A narrower segment carries none on a phone.
    line
        A figure whose middle is closer to the threshold's line would be covered by it.
    """

    least: float
    least_on_phone: float
    line: float


# The bar of a row that has the page's width.
_WIDE = FigureRoom(least=0.065, least_on_phone=0.16, line=0.03)


@lru_cache(maxsize=1)
def css() -> str:
    """Return the style sheet of ladder and matrix, a class ``fill-<step>`` for every step and state."""
    states = [*SCALE_COLOURS, *PATTERNS, "no_demand", "no_supply"]
    fills = "".join(
        f".fill-{state}{{background:{fill_css(state)};color:{text_on(ground(state))}}}\n" for state in states
    )
    return Path(__file__).with_name("ladder.css").read_text(encoding="utf-8") + fills


def ladder_html(rows: Sequence[LadderRow], lang: str, *, is_cut: bool = False, notes: Sequence[str] = ()) -> str:
    """Return the ladder as self-contained markup for a printed sheet: a ``<style>`` and the list.

    Parameters
    ----------
    rows
        In the order in which they are shown (:func:`layers.ladder_rows.ladder_rows`).
    lang
        'ja' or 'en'.
    is_cut
        Whether the place is a basin that goes on beyond the data; its basin step then says so.
    notes
        Sentences under the ladder.
    """
    body = ladder_body(rows, lang, is_cut=is_cut, notes=notes, is_interactive=False)
    return f'<style>{css()}</style><div class="meguri">{body}</div>'


def ladder_body(
    rows: Sequence[LadderRow],
    lang: str,
    *,
    focus: str = "",
    is_cut: bool = False,
    notes: Sequence[str] = (),
    is_interactive: bool = True,
    is_far: bool = False,
) -> str:
    """Return the ladder's markup without styles: the legend, the groups of rows, the notes.

    ``focus`` is the key of the resource in focus; with ``is_interactive`` every name is a button. With ``is_far`` it is
    read across a room: how sure a row is stands there in a word, without the shares and without what explains them.
    """
    groups = []
    for group, members in groupby(rows, key=lambda row: row.heading):
        items = "".join(
            _row(row, lang, row.resource == focus, is_cut, is_interactive, is_far=is_far) for row in members
        )
        heading = escape(text(f"scale.group.{group}", lang))
        groups.append(f'<section class="group" data-key="group-{group}"><h3>{heading}</h3><ol>{items}</ol></section>')
    explained = [] if is_far else _certainty_notes(rows, lang)
    asides = "".join(f'<p class="aside">{escape(note)}</p>' for note in (*notes, *explained))
    label = escape(text("scale.bar.label", lang))
    return f'<div role="group" aria-label="{label}" lang="{lang}">{legend(rows, lang)}{"".join(groups)}{asides}</div>'


def row_body(row: LadderRow, lang: str, *, is_cut: bool = False) -> str:
    """Return one row on its own, without legend and controls: the ladder's answer repeated where it is needed."""
    return f'<ol lang="{lang}">{_row(row, lang, False, is_cut, False)}</ol>'


def swatch(state: str) -> str:
    """Return a small sample of a step's colour or a state's pattern."""
    return f'<span class="swatch fill-{escape(state)}"></span>'


def legend(rows: Sequence[LadderRow], lang: str) -> str:
    """Return the legend of these rows' bars: the scales and states that they have, and the threshold."""
    present = {key for row in rows for key, share in parts(row) if share > 0 and row.group != "none"}
    states = [*rungs_of(rows), "outside"]
    if "time_mismatch" in present:
        states.append("time_mismatch")
    closings = {row.closing for row in rows}
    states += [state for state in ("no_demand", "no_supply", "no_data") if state in closings]
    entries = [f"<li>{swatch(state)}{escape(text(f'scale.bar.{state}', lang))}</li>" for state in states]
    if rows:
        line = text("scale.bar.threshold", lang, percent=percent(rows[0].threshold))
        entries.append(f'<li><span class="swatch tick"></span>{escape(line)}</li>')
    entries.append(f'<li class="note">{escape(text("scale.estimate_note", lang))}</li>')
    return f'<ul class="legend">{"".join(entries)}</ul>'


def certainty_mark(row: LadderRow, lang: str) -> str:
    """Return the sign and the word for how sure a row's answer is; an empty element where no scale is judged."""
    return f'<span class="certainty {row.certainty_word}">{escape(certainty(row, lang))}</span>'


def _row(
    row: LadderRow, lang: str, is_focused: bool, is_cut: bool, is_interactive: bool, *, is_far: bool = False
) -> str:
    key, name = escape(row.resource), escape(row.name(lang))
    mark = _measured(row, lang) if row.measured else ""
    label = f'<span class="name">{name}{mark}</span>'
    attributes = f'class="row" data-key="{key}"'
    if is_interactive:
        label = f'<span class="name"><button type="button">{name}</button>{mark}</span>'
        attributes = f'class="row interactive" data-key="{key}" data-slides data-resource="{key}"'
    current = ' aria-current="true"' if is_focused else ""
    certain = certainty_mark(row, lang) if is_far else _certain(row, lang, is_cut)
    unsure = ""
    if row.unknown >= TELLING_SHARE and row.closing != "no_data":
        partly = text("scale.certain.partly_unknown", lang, percent=percent(row.unknown))
        unsure = f'<span class="unsure">{escape(partly)}</span>'
    told = f'<span class="verdict">{escape(verdict(row, lang, is_cut=is_cut))}{unsure}</span>'
    cited = cite_attributes(row.name(lang), cited_words(row, lang, is_cut=is_cut), of=row.resource)
    return f"<li {attributes}{current}{cited}>{label}{bar(row, lang)}{told}{certain}</li>"


def _certain(row: LadderRow, lang: str, is_cut: bool) -> str:
    """Return how sure a row's answer is, with the shares of the draws and of the cases."""
    detail = [part for part in (certainty_full(row, lang), certainty_range(row, lang, is_cut=is_cut)) if part]
    title = f' title="{escape(text("certainty.joiner", lang).join(detail))}"' if detail else ""
    short = certainty_short(row, lang)
    cases = f'<span class="cases">{escape(short)}</span>' if short else ""
    said = escape(certainty_said(row, lang))
    return f'<span class="certainty {row.certainty_word}"{title}>{said}{cases}</span>'


def _certainty_notes(rows: Sequence[LadderRow], lang: str) -> list[str]:
    """Return what the words for how sure a row is mean, where any row has them."""
    told = [row.certainty for row in rows if row.certainty and row.certainty_word]
    notes = [text("certainty.legend", lang, draws=told[0].draws)] if told else []
    if notes and any(certainty_short(row, lang) for row in rows):
        notes[0] += ("" if lang == "ja" else " ") + text("certainty.extremes", lang)
    return [*notes, *([text("certainty.cut", lang)] if any(found.is_cut for found in told) else [])]


def _measured(row: LadderRow, lang: str) -> str:
    values = measured_words(row.measured, row.unit, lang, most=3)
    title = escape(text("actuals.mark_title", lang, values=values))
    return f'<span class="measured" title="{title}">{escape(text("actuals.mark", lang))}</span>'


def bar(row: LadderRow, lang: str, room: FigureRoom = _WIDE) -> str:
    """Return a row's bar: a segment for each scale, the line of the threshold, read out in words."""
    label = f'role="img" aria-label="{escape(spoken(row, lang))}"'
    if row.group == "none":
        fill = f"part shown fill-{row.closing}"
        whole = f'<span class="{fill}" data-key="{row.closing}" style="width:100%"></span>'
        return f'<span class="bar" {label}><span class="track">{whole}</span></span>'
    segments, start = "", 0.0
    for key, share in parts(row):
        segments += _segment(key, share, lang, room, to_line=row.threshold - start)
        start += share
    line = f'<span class="threshold" data-key="threshold" style="left:{100 * row.threshold:.2f}%"></span>'
    return f'<span class="bar" {label}><span class="track">{segments}</span>{line}</span>'


def _segment(key: str, share: float, lang: str, room: FigureRoom, *, to_line: float) -> str:
    """Return one segment; ``to_line`` is how far its start lies before the line of the threshold."""
    classes = f"part fill-{key}"
    # The line would run through a figure in the middle: it moves to the segment's wider side.
    if share >= room.least and abs(share / 2 - to_line) < room.line:
        classes += " left" if to_line >= share / 2 else " right"
    classes += " shown" if share > 0 else ""
    classes += " tight" if share < room.least_on_phone else ""
    # On the hatch the figure needs a plain ground of its own.
    plate = f' style="background:{ground(key)}"' if key in PATTERNS else ""
    figure = f"<b{plate}>{percent(share)}</b>" if share >= room.least else ""
    words = text("scale.bar.share", lang, scale=text(f"scale.bar.{key}", lang), percent=percent(share))
    width = f"width:{100 * share:.3f}%"
    return f'<span class="{classes}" data-key="{key}" style="{width}" title="{escape(words)}">{figure}</span>'


def ground(state: str) -> str:
    """Return the plain colour of a step or under a state's pattern: what text stands on."""
    pattern = STATE_PATTERNS.get(state) or PATTERNS.get(state)
    return pattern.background if pattern else SCALE_COLOURS[state]
