"""The ladder before and after: one row a resource, two bars, and the change in words; every text is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from layers.difference import Change
from layers.ladder_rows import LadderRow, in_order
from layers.ladder_view.markup import FigureRoom, bar, legend
from layers.ladder_view.words import percent, verdict
from layers.messages import text
from layers.whatif.words import points_words

# Between name and words the bars are short; on a phone they have the page's width, and room for the same figures.
_ROOM = FigureRoom(least=0.1, least_on_phone=0.1, line=0.07)
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
    moved: Mapping[str, str] | None = None,
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
    moved
        :func:`layers.whatif.words.moved_words` by resource key.
    is_cut
        Whether the place is a basin that goes on beyond the data.
    notes
        Sentences under the rows.
    """
    known = {row.resource: row for row in before}
    told = moved or {}
    rows = "".join(
        _pair(
            known[row.resource],
            row,
            changes[row.resource],
            lang,
            is_focused=row.resource == focus,
            is_cut=is_cut,
            moved=told.get(row.resource, ""),
        )
        for row in in_order(after)
    )
    asides = "".join(f'<p class="aside">{escape(note)}</p>' for note in notes)
    label = escape(text("whatif.ladder.label", lang))
    keys = legend([*before, *after], lang)
    return f'{_STYLE}<div role="group" aria-label="{label}" lang="{lang}">{keys}<ol>{rows}</ol>{asides}</div>'


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


def _pair(
    before: LadderRow, after: LadderRow, change: Change, lang: str, *, is_focused: bool, is_cut: bool, moved: str
) -> str:
    key, name = escape(after.resource), escape(after.name(lang))
    bars = "".join(f"<b>{letter}</b>{bar(row, lang, _ROOM)}" for letter, row in (("A", before), ("B", after)))
    first, second = (verdict(row, lang, is_cut=is_cut) for row in (before, after))
    if change.is_telling:
        words = change_words(change, before, after, lang)
        head = "　".join(part for part in (points_words(change.points, lang), words) if part)
        # Where no scale closes, the widest that adds a share may be smaller after a gain: the share alone says it.
        if before.closing == after.closing == "outside":
            first, second = (f"{percent(row.covered)} %" for row in (before, after))
        told = second if first == second else text("whatif.ladder.from_to", lang, before=first, after=second)
    else:
        head = text("whatif.ladder.nearly", lang, moved=moved) if moved else text("whatif.ladder.unchanged", lang)
        told = second
    state = "" if change.is_telling else " same"
    current = ' aria-current="true"' if is_focused else ""
    return (
        f'<li class="pair{state}" data-key="{key}" data-slides data-resource="{key}"{current}>'
        f'<span class="name"><button type="button">{name}</button></span><span class="bars">{bars}</span>'
        f'<span class="told"><strong>{escape(head)}</strong><span>{escape(told)}</span></span></li>'
    )
