"""What differs between two places, in plain words: per person and by share, since places differ in size.

Neither is called better. Of a basin that the data cuts, and of the lowland, nothing is compared with a whole.
"""

from __future__ import annotations

import math

from layers.basin.words import census_year, people, square_km
from layers.compare.sides import Side
from layers.exports import per_year
from layers.ladder_rows import LadderRow
from layers.ladder_view.words import verdict
from layers.messages import text
from layers.resource_detail import amount

# Amounts per person closer than this are told as about the same.
_SAME = 0.05
_FAR = 1000.0
_FEW_PEOPLE = 0.5


def size_said(side: Side, letter: str, lang: str) -> str:
    """Say how large a place is: people with the year they are of, and land."""
    told = {
        "side": letter,
        "name": side.place.name(lang),
        "area": square_km(side.area_km2, lang),
        "year": census_year(side.dataset),
    }
    if math.isnan(side.people):
        return text("compare.size_unknown", lang, **told)
    return text("compare.size", lang, people=people(side.people, lang), **told)


def cautions(left: Side, right: Side, lang: str) -> list[str]:
    """Return what has to be said of the pair: sizes that differ, parts of basins, nobody counted, other data."""
    said = [text("compare.same_assumptions", lang)]
    if left.is_whole and right.is_whole:
        said.insert(0, text("compare.per_person", lang))
    else:
        said.insert(0, text("compare.partial", lang))
    if any(not side.people >= _FEW_PEOPLE for side in (left, right)):
        said.append(text("compare.nobody", lang))
    if left.place.kind != right.place.kind:
        said.append(text("compare.kinds_differ", lang))
    if left.dataset.area != right.dataset.area:
        said.append(text("compare.areas_differ", lang))
    return said


def per_person_words(value: float, row: LadderRow, side: Side, lang: str) -> str:
    """Write an annual amount of a place per person, '–' where nobody lives or is counted, or it is not known."""
    each = side.per_person(value)
    if math.isnan(each) or row.closing == "no_data":
        return "–"
    resource = side.catalogue.resources[row.resource]
    unit = resource.unit_ja if lang == "ja" else resource.unit
    # One person's tonnes are kilograms.
    if unit == "t" and 0 < each < 1:
        each, unit = 1000 * each, "kg"
    unit = per_year(unit, lang)
    return text("compare.each", lang, amount=amount(each, unit, lang))


def difference(left: LadderRow, right: LadderRow, a: Side, b: Side, lang: str) -> str:
    """Say how one resource differs between two places; A is the left one, B the right one."""
    if not (a.is_whole and b.is_whole):
        return text("compare.difference.partial", lang)
    if "no_data" in (left.closing, right.closing):
        return text("compare.difference.no_data", lang)
    verdicts = [verdict(row, lang) for row in (left, right)]
    if verdicts[0] == verdicts[1]:
        told = [text("compare.difference.same_scale", lang, verdict=verdicts[0])]
    else:
        told = [text("compare.difference.scales", lang, a=verdicts[0], b=verdicts[1])]
    names = ("demand", "supply") if left.perspective == "demand" else ("waste", "room")
    # Of what looks for a place, the supply is what arises.
    amounts = [("demand", "supply"), ("supply", "demand")][left.perspective != "demand"]
    for name, column in zip(names, amounts, strict=True):
        pair = a.per_person(getattr(left, column)), b.per_person(getattr(right, column))
        if not any(math.isnan(value) for value in pair):
            told.append(_compared(text(f"compare.what.{name}", lang), *pair, lang))
    return text("compare.difference.joiner", lang).join(told)


def _compared(what: str, a: float, b: float, lang: str) -> str:
    if a <= 0 and b <= 0:
        return text("compare.difference.none", lang, what=what)
    if a <= 0 or b <= 0:
        return text("compare.difference.only", lang, what=what, side="A" if b <= 0 else "B")
    ratio = max(a, b) / min(a, b)
    if ratio - 1 < _SAME:
        return text("compare.difference.same", lang, what=what)
    more, less = ("A", "B") if a > b else ("B", "A")
    return text("compare.difference.times", lang, what=what, more=more, less=less, times=times(ratio, lang))


def times(ratio: float, lang: str) -> str:
    """Write a ratio of 1 and more with two telling figures: '1.4', '12', 'over 1,000'."""
    if ratio >= _FAR:
        return text("compare.difference.over", lang, number=f"{_FAR:,.0f}")
    rounded = float(f"{ratio:.2g}")
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:.1f}"
