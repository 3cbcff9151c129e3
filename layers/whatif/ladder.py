"""The ladder before and after: one row a resource, two bars, and the change in words; every text is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from layers.difference import Change
from layers.ladder_rows import LadderRow, in_order, rungs_of
from layers.ladder_view.markup import ground, swatch
from layers.ladder_view.words import parts, percent, spoken, verdict
from layers.messages import text
from layers.palette import PATTERNS
from layers.whatif.words import points_words

# Narrower segments carry no figure.
_LABELLED_SHARE = 0.1
# A figure closer to the threshold's line than this share of the bar would be covered.
_LINE_ROOM = 0.07
_STYLE = """<style>
.pair { display: grid; grid-template-columns: minmax(6em, 9.5em) minmax(0, 1fr) minmax(10em, 15em); gap: 2px 16px;
  align-items: center; padding: 7px 8px 7px 10px; border-left: 3px solid transparent; border-radius: 3px;
  cursor: pointer; }
.pair:hover, .pair[aria-current="true"] { background: var(--surface); }
.pair[aria-current="true"] { border-left-color: var(--accent); }
.pair .name button { min-height: 36px; }
.pair .bars { display: grid; grid-template-columns: 1.2em minmax(0, 1fr); gap: 3px 4px; align-items: center; }
.pair .bars > b { font-size: 0.875rem; color: var(--muted); }
.pair .bar { height: 22px; }
.pair .bar, .pair .name { grid-area: auto; }
.pair .part { line-height: 20px; }
.pair .told strong { display: block; font-weight: 600; }
.pair .told span { display: block; font-size: 0.9375rem; color: var(--muted); }
.pair.same .told strong { font-weight: 400; color: var(--muted); }
@container (max-width: 620px) {
  .pair { grid-template-columns: minmax(0, 1fr); }
}
</style>"""


def pairs_body(
    before: Sequence[LadderRow],
    after: Sequence[LadderRow],
    changes: Mapping[str, Change],
    lang: str,
    *,
    focus: str = "",
    is_cut: bool = False,
    notes: Sequence[str] = (),
) -> str:
    """Return the markup, in the order of the ladder after the change.

    Parameters
    ----------
    before, after
        One row a resource of the same place; only their central case is shown.
    changes
        By resource key (:func:`layers.whatif.words.outcomes_of`).
    focus
        Key of the resource in focus.
    is_cut
        Whether the place is a basin that goes on beyond the data.
    notes
        Sentences under the rows.
    """
    known = {row.resource: row for row in before}
    rows = "".join(
        _pair(known[row.resource], row, changes[row.resource], lang, row.resource == focus, is_cut)
        for row in in_order(after)
    )
    asides = "".join(f'<p class="aside">{escape(note)}</p>' for note in notes)
    label = escape(text("whatif.ladder.label", lang))
    legend = _legend([*before, *after], lang)
    return f'{_STYLE}<div role="group" aria-label="{label}" lang="{lang}">{legend}<ol>{rows}</ol>{asides}</div>'


def change_words(change: Change, before: LadderRow, after: LadderRow, lang: str) -> str:
    """Say in a few words what a change means for the scale: closer by, wider, newly closing, no longer; '' for none."""
    ladder = [scale for scale, _ in after.shares]
    one, other = change.closing_before, change.closing_after
    if one == other or not {one, other} <= {*ladder, "outside"}:
        return ""
    if one == "outside":
        return text("whatif.ladder.now_closes", lang)
    if other == "outside":
        return text("whatif.ladder.no_longer", lang)
    key = "closer" if ladder.index(other) < ladder.index(one) else "wider"
    return text(f"whatif.ladder.{key}", lang)


def _pair(before: LadderRow, after: LadderRow, change: Change, lang: str, is_focused: bool, is_cut: bool) -> str:
    key, name = escape(after.resource), escape(after.name(lang))
    bars = "".join(f"<b>{letter}</b>{_bar(row, lang)}" for letter, row in (("A", before), ("B", after)))
    first, second = (verdict(row, lang, is_cut=is_cut) for row in (before, after))
    if change.is_telling:
        words = change_words(change, before, after, lang)
        head = "　".join(part for part in (points_words(change.points, lang), words) if part)
        told = second if first == second else text("whatif.ladder.from_to", lang, before=first, after=second)
    else:
        head, told = text("whatif.ladder.unchanged", lang), second
    state = "" if change.is_telling else " same"
    current = ' aria-current="true"' if is_focused else ""
    return (
        f'<li class="pair{state}" data-key="{key}" data-slides data-resource="{key}"{current}>'
        f'<span class="name"><button type="button">{name}</button></span><span class="bars">{bars}</span>'
        f'<span class="told"><strong>{escape(head)}</strong><span>{escape(told)}</span></span></li>'
    )


def _bar(row: LadderRow, lang: str) -> str:
    label = f'role="img" aria-label="{escape(spoken(row, lang))}"'
    if row.group == "none":
        whole = f'<span class="part shown fill-{row.closing}" style="width:100%"></span>'
        return f'<span class="bar" {label}><span class="track">{whole}</span></span>'
    segments, start = "", 0.0
    for key, share in parts(row):
        segments += _segment(key, share, lang, to_line=row.threshold - start)
        start += share
    line = f'<span class="threshold" style="left:{100 * row.threshold:.2f}%"></span>'
    return f'<span class="bar" {label}><span class="track">{segments}</span>{line}</span>'


def _segment(key: str, share: float, lang: str, *, to_line: float) -> str:
    """Return one segment; ``to_line`` is how far its start lies before the line of the threshold."""
    plate = f' style="background:{ground(key)}"' if key in PATTERNS else ""
    figure = f"<b{plate}>{percent(share)}</b>" if share >= _LABELLED_SHARE else ""
    words = text("scale.bar.share", lang, scale=text(f"scale.bar.{key}", lang), percent=percent(share))
    shown = " shown" if share > 0 else ""
    # The line would run through a figure in the middle: it moves to the segment's wider side.
    if figure and abs(share / 2 - to_line) < _LINE_ROOM:
        shown += " left" if to_line >= share / 2 else " right"
    return (
        f'<span class="part fill-{key}{shown}" data-key="{key}" style="width:{100 * share:.3f}%" '
        f'title="{escape(words)}">{figure}</span>'
    )


def _legend(rows: Sequence[LadderRow], lang: str) -> str:
    present = {key for row in rows for key, share in parts(row) if share > 0 and row.group != "none"}
    states = [*rungs_of(rows), "outside", *(["time_mismatch"] if "time_mismatch" in present else [])]
    closings = {row.closing for row in rows}
    states += [state for state in ("no_demand", "no_supply", "no_data") if state in closings]
    entries = [f"<li>{swatch(state)}{escape(text(f'scale.bar.{state}', lang))}</li>" for state in states]
    if rows:
        line = text("scale.bar.threshold", lang, percent=percent(rows[0].threshold))
        entries.append(f'<li><span class="swatch tick"></span>{escape(line)}</li>')
    entries.append(f'<li class="note">{escape(text("scale.estimate_note", lang))}</li>')
    return f'<ul class="legend">{"".join(entries)}</ul>'
