"""The joint ladder of a circle as markup, in the look of the Scale page's ladder: what is met inside, by scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from geo.circle import CIRCLE
from layers.cite.marks import cite_attributes
from layers.ladder_rows import TELLING_SHARE
from layers.ladder_view.markup import ground, swatch
from layers.ladder_view.words import closing_word, percent
from layers.messages import text
from layers.palette import PATTERNS
from layers.partners.figures import InCircle

# The circle takes the prefecture's place on the ladder, and its colour.
_FILL = {CIRCLE: "prefecture"}
# A narrower part carries no figure; a figure closer to the line than this share of the bar would be covered.
_LABELLED_SHARE = 0.065
_LINE_ROOM = 0.03
_STATES = ("no_demand", "no_supply")


def circle_ladder(rows: Sequence[InCircle], lang: str, *, place: str, focus: str, threshold: float) -> str:
    """Return the ladder without styles (those of ``ladder_view``); every name is a button that picks its resource.

    Parameters
    ----------
    rows
        In the catalogue's order.
    place
        Name of the circle, with which a row is quoted.
    focus
        Key of the resource in focus.
    threshold
        Share from which a row closes.
    """
    items = "".join(_row(row, lang, place, is_focused=row.resource.key == focus, threshold=threshold) for row in rows)
    label = escape(text("partners.circle.ladder_label", lang))
    legend = _legend(rows, lang, threshold)
    return (
        f'<div role="group" aria-label="{label}" lang="{lang}">{legend}<ol style="margin-top:10px">{items}</ol></div>'
    )


def shares(row: InCircle) -> list[tuple[str, float]]:
    """Return the bar's parts in order, 0 to 1: scales, 'time_mismatch', 'outside'; [] where none is judged."""
    joined = row.joined
    by_demand = joined.perspective == "demand"
    whole = joined.demand if by_demand else joined.supply
    if not whole > 0:
        return []
    steps = joined.met if by_demand else joined.used
    found = [(scale, amount / whole) for scale, amount in steps.items()]
    late = joined.time_mismatch / whole if by_demand else 0.0
    left = (joined.outside if by_demand else joined.surplus) / whole - late
    return [*found, ("time_mismatch", late), ("outside", max(left, 0.0))]


def scale_name(scale: str, lang: str) -> str:
    """Return the short name of a part of the bar."""
    if scale in (CIRCLE, "outside"):
        return text(f"partners.circle.legend_{scale}", lang)
    return text(f"scale.bar.{scale}", lang)


def verdict(row: InCircle, lang: str) -> str:
    """Say where the circle closes the resource, or which share it reaches."""
    joined = row.joined
    if joined.closing_scale in _STATES:
        return text(f"partners.circle.{joined.closing_scale}", lang)
    if joined.closing_scale == "outside":
        return text("partners.circle.share", lang, percent=percent(joined.share))
    table = "closes" if joined.perspective == "demand" else "used"
    return text(f"partners.circle.{table}.{joined.closing_scale}", lang)


def certainty_said(row: InCircle, lang: str) -> str:
    """Return :func:`certainty_word` with the share of the draws that bear it out; '' where no scale is judged."""
    if row.judged is None:
        return ""
    return text("certainty.with_share", lang, word=certainty_word(row, lang), percent=percent(row.judged.share))


def certainty_word(row: InCircle, lang: str) -> str:
    """Say how sure the verdict is; '' where no scale is judged."""
    if row.judged is None:
        return ""
    # The circle stands for the rung of the ordinary ladder whose place it takes.
    closing = _FILL.get(row.joined.closing_scale, row.joined.closing_scale)
    return closing_word(closing, row.judged.word, row.joined.perspective, lang)


def _legend(rows: Sequence[InCircle], lang: str, threshold: float) -> str:
    present = {scale for row in rows for scale, share in shares(row) if share > 0 or scale != "time_mismatch"}
    order = [
        scale
        for scale in ("community", "municipality", "basin", CIRCLE, "outside", "time_mismatch")
        if scale in present
    ]
    entries = [f"<li>{swatch(_FILL.get(scale, scale))}{escape(scale_name(scale, lang))}</li>" for scale in order]
    line = escape(text("scale.bar.threshold", lang, percent=percent(threshold)))
    entries.append(f'<li><span class="swatch tick"></span>{line}</li>')
    entries.append(f'<li class="note">{escape(text("scale.estimate_note", lang))}</li>')
    return f'<ul class="legend">{"".join(entries)}</ul>'


def _row(row: InCircle, lang: str, place: str, *, is_focused: bool, threshold: float) -> str:
    key = escape(row.resource.key)
    name = row.resource.name_ja if lang == "ja" else row.resource.name_en
    current = ' aria-current="true"' if is_focused else ""
    said = verdict(row, lang)
    told = f'<span class="verdict">{escape(said)}</span>'
    apart = ""
    if not math.isnan(row.joined.share):
        apart = text("partners.circle.apart", lang, apart=percent(row.apart), together=percent(row.joined.share))
    sure, word = certainty_said(row, lang), row.judged.word if row.judged else ""
    cases = f'<span class="cases">{escape(apart)}</span>' if apart else ""
    beside = f'<span class="certainty {word}">{escape(sure)}{cases}</span>'
    quoted = text("cite.joiner", lang).join(words for words in (said, sure, apart) if words)
    cited = cite_attributes(name, quoted, of=row.resource.key, place=place)
    label = f'<span class="name"><button type="button">{escape(name)}</button></span>'
    return (
        f'<li class="row interactive" data-key="{key}" data-slides data-resource="{key}"{current}{cited}>'
        f"{label}{_bar(row, lang, threshold)}{told}{beside}</li>"
    )


def _bar(row: InCircle, lang: str, threshold: float) -> str:
    parts = shares(row)
    if not parts:
        state = row.joined.closing_scale
        whole = f'<span class="part shown fill-{escape(state)}" style="width:100%"></span>'
        return _labelled(verdict(row, lang), f'<span class="track">{whole}</span>')
    told = [(scale, share) for scale, share in parts if share >= TELLING_SHARE]
    spoken = text("scale.bar.joiner", lang).join(_share_words(scale, share, lang) for scale, share in told)
    segments, start = "", 0.0
    for scale, share in parts:
        segments += _segment(scale, share, lang, to_line=threshold - start)
        start += share
    line = f'<span class="threshold" data-key="threshold" style="left:{100 * threshold:.2f}%"></span>'
    return _labelled(spoken, f'<span class="track">{segments}</span>{line}')


def _labelled(spoken: str, inner: str) -> str:
    return f'<span class="bar" role="img" aria-label="{escape(spoken)}">{inner}</span>'


def _segment(scale: str, share: float, lang: str, *, to_line: float) -> str:
    """Return one part of the bar; ``to_line`` is how far its start lies before the line of the threshold."""
    fill = _FILL.get(scale, scale)
    shown = " shown" if share > 0 else ""
    # The line would run through a figure in the middle: it moves to the part's wider side.
    if share >= _LABELLED_SHARE and abs(share / 2 - to_line) < _LINE_ROOM:
        shown += " left" if to_line >= share / 2 else " right"
    plate = f' style="background:{ground(fill)}"' if fill in PATTERNS else ""
    figure = f"<b{plate}>{percent(share)}</b>" if share >= _LABELLED_SHARE else ""
    title = escape(_share_words(scale, share, lang))
    width = f"width:{100 * share:.3f}%"
    return f'<span class="part fill-{fill}{shown}" data-key="{scale}" style="{width}" title="{title}">{figure}</span>'


def _share_words(scale: str, share: float, lang: str) -> str:
    return text("scale.bar.share", lang, scale=scale_name(scale, lang), percent=percent(share))
