"""One basin beside the others: a strip of dots by the share covered within the basin, and the same as a table.

Basins that the data cuts stand on a line of their own, the lowland on another: neither is ranked against whole basins.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import pandas as pd

from geo.dataset import LOWLAND
from geo.terms import Resource
from layers.ladder_rows import LadderRow, row_of
from layers.ladder_view.words import percent, verdict
from layers.messages import text
from layers.scale_places import Place

WHOLE, CUT, LOW = "whole", "cut", "lowland"
LINES = (WHOLE, CUT, LOW)
# Dots whose shares fall into one step of this width are stacked.
_STEP = 0.02
_DOT_PX = 14
# A stack is no higher than this: its dots move into each other.
_HIGHEST_PX = 126


@dataclass(frozen=True)
class Compared:
    """A basin (or the lowland) on the strip.

    Attributes
    ----------
    place, row
        Of the basin, for the resource in focus.
    line
        'whole', 'cut' or 'lowland'.
    share
        Share 0..1 of the need covered (perspective supply: used) by the basin rung, wider rungs left out.
    """

    place: Place
    row: LadderRow
    line: str
    share: float


def compared(table: pd.DataFrame, resource: Resource, places: Mapping[str, Place], threshold: float) -> list[Compared]:
    """Return every basin of the area in the order of the list (by land), the lowland last.

    Parameters
    ----------
    table
        Of :func:`geo.unit_figures.unit_table` by basin, with ``closing_scale``.
    places
        Basins and lowland by code, in the list's order.
    """
    found = []
    for code, place in places.items():
        if code not in table.index:
            continue
        unit = {str(name): value for name, value in table.loc[code].items()}
        row = row_of(resource, unit, threshold=threshold)
        line = LOW if code == LOWLAND else CUT if place.is_cut else WHOLE
        by_basin = [share for scale, share in row.cumulative if scale != "prefecture"]
        found.append(Compared(place, row, line, by_basin[-1] if by_basin else 0.0))
    return found


def strip_html(found: Sequence[Compared], chosen: str, lang: str) -> str:
    """Return the strip: a line for whole basins, one for those that the data cuts, one for the lowland."""
    judged = [one for one in found if one.row.group != "none"]
    lines = "".join(_line(kind, [one for one in judged if one.line == kind], chosen, lang) for kind in LINES)
    threshold = found[0].row.threshold if found else 0.8
    ticks = "".join(f'<span style="left:{at}%">{at}</span>' for at in (0, 20, 40, 60, 80, 100))
    unjudged = [one.place.name(lang) for one in found if one.row.group == "none"]
    note = ""
    if unjudged:
        names = text("scale.sentence.list_joiner", lang).join(unjudged)
        note = f'<p class="fine">{escape(text("basin.strip.unjudged", lang, names=names))}</p>'
    mark = escape(text("scale.bar.threshold", lang, percent=percent(threshold)))
    return (
        f'<section class="basin-strip" lang="{lang}">{lines}'
        f'<div class="axis" aria-hidden="true"><b></b><div>{ticks}'
        f'<em style="left:{100 * threshold:.1f}%">▲ {mark}</em></div></div>{note}</section>'
    )


def compare_table(found: Sequence[Compared], chosen: str, resource: Resource, lang: str) -> str:
    """Return the strip's figures: the basins by land, those that are cut and the lowland apart."""
    bodies = []
    for kind in LINES:
        own = [one for one in found if one.line == kind]
        if not own:
            continue
        head = f'<tr class="group"><th scope="rowgroup" colspan="4">{escape(_line_words(kind, lang))}</th></tr>'
        bodies.append(f"<tbody>{head}{''.join(_row(one, chosen, lang) for one in own)}</tbody>")
    side = "" if resource.perspective == "demand" else "_supply"
    heads = "".join(
        f'<th scope="col">{escape(text(f"basin.strip.column_{key}", lang))}</th>'
        for key in ("basin", f"share{side}", f"all{side}", f"closing{side}")
    )
    caption = escape(text("basin.strip.caption", lang))
    return (
        f'<div class="basin-scroll" tabindex="0" role="region" aria-label="{caption}" lang="{lang}">'
        f'<table class="basin-table"><caption>{caption}</caption><thead><tr>{heads}</tr></thead>{"".join(bodies)}'
        "</table></div>"
    )


def _line(kind: str, own: Sequence[Compared], chosen: str, lang: str) -> str:
    if not own:
        return ""
    counts = Counter(round(one.share / _STEP) for one in own)
    pitch = min(_DOT_PX, _HIGHEST_PX / max(counts.values()))
    stacks: dict[int, int] = {}
    dots = ""
    # The chosen one lies lowest in its stack, where the label's line begins.
    for one in sorted(own, key=lambda each: each.place.code != chosen):
        step = round(one.share / _STEP)
        level = stacks[step] = stacks.get(step, -1) + 1
        words = text("basin.strip.dot", lang, name=one.place.name(lang), percent=percent(one.share))
        mark = " chosen" if one.place.code == chosen else ""
        place = f"left:{100 * step * _STEP:.0f}%;bottom:{level * pitch:.3g}px"
        dots += f'<span class="dot {kind}{mark}" style="{place}" title="{escape(words)}"></span>'
    here = next((one for one in own if one.place.code == chosen), None)
    label = ""
    if here is not None:
        words = text("basin.strip.dot", lang, name=here.place.name(lang), percent=percent(here.share))
        side = "end" if here.share > 0.5 else "start"
        edge = f"right:{100 - 100 * here.share:.1f}%" if side == "end" else f"left:{100 * here.share:.1f}%"
        label = f'<b class="here {side}" style="{edge}">{escape(words)}</b>'
    height = round(max(stacks.values()) * pitch) + _DOT_PX + (26 if label else 4)
    spoken = text("basin.strip.spoken", lang, line=_line_words(kind, lang), count=len(own))
    track = f'<div class="track" role="img" aria-label="{escape(spoken)}" style="height:{height}px">{dots}{label}</div>'
    return (
        f'<div class="line"><span class="which">{escape(_line_words(kind, lang, count=len(own)))}</span>{track}</div>'
    )


def _line_words(kind: str, lang: str, *, count: int | None = None) -> str:
    words = text(f"basin.strip.line_{kind}", lang)
    return words if count is None or kind == LOW else text("basin.strip.counted", lang, line=words, count=count)


def _row(one: Compared, chosen: str, lang: str) -> str:
    current = ' aria-current="true"' if one.place.code == chosen else ""
    is_judged = one.row.group != "none"
    shares = (percent(one.share), percent(one.row.covered)) if is_judged else ("–", "–")
    cells = "".join(f"<td>{share}{' %' if is_judged else ''}</td>" for share in shares)
    said = verdict(one.row, lang, is_cut=one.place.is_cut)
    name = escape(one.place.name(lang))
    return f'<tr{current}><th scope="row">{name}</th>{cells}<td class="words">{escape(said)}</td></tr>'
