"""The ladder before and after: one row a resource, two bars, and the change in words; every text is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from layers.cite.marks import cite_attributes
from layers.difference import Change
from layers.ladder_rows import LadderRow, in_order
from layers.ladder_view.markup import FigureRoom, bar, certainty_mark, legend
from layers.ladder_view.words import cited_words, percent, verdict
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
.pair .bars.judged { grid-template-columns: 1.2em minmax(0, 1fr) auto; column-gap: 8px; }
.pair .bars > b { font-size: 0.875rem; color: var(--muted); }
.pair .bar { height: 22px; }
.pair :is(.bar, .name, .certainty) { grid-area: auto; }
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
    sides: tuple[str, str] | None = None,
) -> str:
    """Return the markup, in the order of the ladder after the change.

    Parameters
    ----------
    before, after
        One row a resource of the same place; only their central case is shown, and how sure it is where that is told.
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
    sides
        Names of what is compared, with which a row is quoted; without them none can be copied.
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
            sides=sides,
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
    before: LadderRow,
    after: LadderRow,
    change: Change,
    lang: str,
    *,
    is_focused: bool,
    is_cut: bool,
    moved: str,
    sides: tuple[str, str] | None,
) -> str:
    key, name = escape(after.resource), escape(after.name(lang))
    is_judged = bool(before.certainty_word or after.certainty_word)
    bars = "".join(
        f"<b>{letter}</b>{bar(row, lang, _ROOM)}{certainty_mark(row, lang) if is_judged else ''}"
        for letter, row in (("A", before), ("B", after))
    )
    judged = " judged" if is_judged else ""
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
    cited = ""
    if sides is not None:
        quoted = _cited((before, after), sides, change, lang, is_cut=is_cut)
        cited = cite_attributes(after.name(lang), quoted, of=after.resource)
    return (
        f'<li class="pair{state}" data-key="{key}" data-slides data-resource="{key}"{current}{cited}>'
        f'<span class="name"><button type="button">{name}</button></span><span class="bars{judged}">{bars}</span>'
        f'<span class="told"><strong>{escape(head)}</strong><span>{escape(told)}</span></span></li>'
    )


def _cited(
    rows: tuple[LadderRow, LadderRow], sides: tuple[str, str], change: Change, lang: str, *, is_cut: bool
) -> str:
    """Return both answers as they are quoted, each with what it assumes."""
    told_before, told_after = (cited_words(row, lang, is_cut=is_cut) for row in rows)
    words = {"before": sides[0], "after": sides[1], "told_before": told_before, "told_after": told_after}
    return text("whatif.table.cited", lang, points=points_words(change.points, lang), **words)
