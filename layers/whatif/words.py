"""A scenario in words: what it changes, and what follows; claiming only what the netting may claim."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geo.changes import Change, FactorChange, IndicatorChange, Plant
from geo.dataset import Dataset
from geo.scenario import Scenario
from geo.terms import Catalogue, Factor, Resource
from layers.assumption_panel import number
from layers.assumptions import Factors
from layers.difference import POINT_LEVELS
from layers.difference import Change as Outcome
from layers.exports import per_year
from layers.ladder_rows import TELLING_SHARE, LadderRow
from layers.ladder_view.words import percent, verdict
from layers.messages import text
from layers.place_picker import all_places
from layers.scale_places import Place
from layers.sentences import spoken_name

# As many changes as one sentence names (of more, the first), and as many places as a change does.
_NAMED_CHANGES = 2
_NAMED_PLACES = 2
# Smaller changes are none: percentage points, and share of the amount.
_LEAST_POINTS, _LEAST_AMOUNT = 0.05, 1e-4


@dataclass(frozen=True)
class ChangeLine:
    """One line of what a scenario changes.

    Attributes
    ----------
    factor
        Key of the factor of the whole area that it sets; '' for anything else.
    places
        Indices into ``Scenario.changes`` that it stands for; () for a factor of the whole area.
    words
        As it reads in a list and in a sentence.
    """

    factor: str
    places: tuple[int, ...]
    words: str


def change_lines(scenario: Scenario, catalogue: Catalogue, dataset: Dataset, lang: str) -> list[ChangeLine]:
    """Return what a scenario changes, one line each; municipalities' totals of one indicator are told together."""
    lines = [
        ChangeLine(key, (), factor_words(catalogue.factors[key], value, lang))
        for key, value in scenario.factors
        if key in catalogue.factors
    ]
    totals: dict[str, list[int]] = {}
    for index, change in enumerate(scenario.changes):
        if isinstance(change, IndicatorChange) and change.mode == "total":
            totals.setdefault(change.column, []).append(index)
    for index, change in enumerate(scenario.changes):
        if isinstance(change, IndicatorChange) and change.mode == "total":
            together = totals[change.column]
            if index == together[0]:
                lines.append(ChangeLine("", tuple(together), _totals_words(scenario, together, dataset, lang)))
        else:
            lines.append(ChangeLine("", (index,), _change_words(change, catalogue, dataset, lang)))
    return lines


def factor_words(factor: Factor, value: float, lang: str) -> str:
    """Say what a factor is set to, beside its usual value."""
    scale = 100.0 if factor.is_share else 1.0
    unit = "%" if factor.is_share else (factor.unit_ja if lang == "ja" else factor.unit)
    return text(
        "whatif.change.factor",
        lang,
        name=factor.name_ja if lang == "ja" else factor.name_en,
        usual=number(factor.central * scale),
        value=number(value * scale),
        unit=unit,
    )


def where_words(codes: Sequence[str], dataset: Dataset, lang: str) -> str:
    """Name municipalities, a long list by its first ones and a count; () is the whole area."""
    known = all_places(dataset, "municipality")
    if not codes or len(codes) == len(known):
        return text("whatif.change.everywhere", lang)
    names = [known[code].name(lang) if code in known else code for code in codes]
    if len(names) <= _NAMED_PLACES + 1:
        return text("whatif.joiner", lang).join(names)
    few = text("whatif.joiner", lang).join(names[:_NAMED_PLACES])
    return text("whatif.change.and_more", lang, names=few, count=len(names))


def column_name(column: str, lang: str) -> str:
    """Return what an indicator is called; its column's own name where it has no other."""
    known = {"population": "whatif.column.population"}
    return text(known[column], lang) if column in known else column


def opening_sentence(
    scenario: Scenario,
    against: str,
    lines: Sequence[ChangeLine],
    rows: tuple[LadderRow, LadderRow],
    place: Place,
    outcomes: Mapping[str, Outcome],
    lang: str,
    *,
    moved: str = "",
) -> str:
    """Say what the scenario changes and what follows for the place and the resource in focus, to be read aloud.

    Parameters
    ----------
    against
        Name of the scenario that it is compared with, '' for today's assumptions.
    rows
        The resource in focus in the place, before and after.
    outcomes
        Every resource's change in the place, by resource key.
    moved
        :func:`moved_words` of the resource in focus.
    """
    if not lines:
        return text("whatif.sentence.nothing", lang, name=scenario.name)
    if len(lines) > _NAMED_CHANGES:
        named = text("whatif.sentence.more", lang, names=_told_first(lines, scenario, place), count=len(lines) - 1)
    else:
        named = text("whatif.joiner", lang).join(line.words for line in lines)
    told = [text("whatif.sentence.changes", lang, name=scenario.name, changes=named)]
    told.append(_outcome(rows, against, place, moved, lang))
    told += _too_late(rows, lang)
    before, _ = rows
    others = [key for key, outcome in outcomes.items() if key != before.resource and outcome.is_telling]
    if len(others) > 1:
        told.append(text("whatif.sentence.others", lang, count=len(others)))
    elif others:
        told.append(text("whatif.sentence.other", lang))
    return ("" if lang == "ja" else " ").join(told)


def points_words(points: float, lang: str) -> str:
    """Return a change in percentage points with its sign: '+14', '−3', '±0'; '—' where there is none to tell."""
    if math.isnan(points):
        return "—"
    if abs(points) < POINT_LEVELS[0]:
        return text("whatif.points_same", lang)
    return text("whatif.points", lang, points=f"{_sign(points)}{abs(points):,.0f}")


def moved_words(before: LadderRow, after: LadderRow, resource: Resource, lang: str) -> str:
    """Say what moves of a resource though hardly anything changes: '+0.3 ポイント、供給 +20,000 m³/年'; '' for nothing.

    Amounts are told where they move by a ten-thousandth or more, in three digits; points from 0.05 on.
    """
    told = []
    points = 100 * (after.covered - before.covered)
    if abs(points) >= _LEAST_POINTS:
        told.append(text("whatif.points", lang, points=f"{_sign(points)}{abs(points):,.1f}"))
    unit = per_year(resource.unit_ja if lang == "ja" else resource.unit, lang)
    for side, was, becomes in (("supply", before.supply, after.supply), ("demand", before.demand, after.demand)):
        if abs(becomes - was) > _LEAST_AMOUNT * max(was, becomes):
            amount = f"{_sign(becomes - was)}{number(float(f'{abs(becomes - was):.3g}'))}"
            told.append(text(f"whatif.moved.{resource.perspective}.{side}", lang, amount=amount, unit=unit))
    return text("whatif.joiner", lang).join(told)


def _sign(value: float) -> str:
    return "+" if value > 0 else "−"


def _told_first(lines: Sequence[ChangeLine], scenario: Scenario, place: Place) -> str:
    """Return the words of the change that stands for all: the last one made for the place by itself, else the first."""
    here = [line.words for line in lines if any(place.code in _codes(scenario.changes[index]) for index in line.places)]
    return here[-1] if here and place.kind == "municipality" else lines[0].words


def _codes(change: Change) -> tuple[str, ...]:
    return (change.municipality,) if isinstance(change, Plant) else change.municipalities


def _too_late(rows: tuple[LadderRow, LadderRow], lang: str) -> list[str]:
    """Say, where most of what sun and wind give more comes at another time than it is needed, that this is why."""
    before, after = rows
    gained = after.time_mismatch - before.time_mismatch
    if after.supply <= before.supply or gained < TELLING_SHARE or gained <= after.covered - before.covered:
        return []
    shares = {"low": percent(before.time_mismatch), "high": percent(after.time_mismatch)}
    return [text("whatif.sentence.time", lang, **shares)]


def _outcome(rows: tuple[LadderRow, LadderRow], against: str, place: Place, moved: str, lang: str) -> str:
    before, after = rows
    words = {
        "place": place.name(lang),
        "name": spoken_name(after, lang),
        "before": verdict(before, lang, is_cut=place.is_cut),
        "after": verdict(after, lang, is_cut=place.is_cut),
    }
    base = text("whatif.sentence.against", lang, name=against) if against else ""
    points = 100 * (after.covered - before.covered)
    shares = {"low": percent(before.covered), "high": percent(after.covered), "points": points_words(points, lang)}
    side = "" if after.perspective == "demand" else "_supply"
    # Where no scale closes, the widest one that adds a share may change with a gain or a loss: the share alone says it.
    is_open = before.closing == after.closing == "outside"
    is_same = abs(points) < POINT_LEVELS[0] and (is_open or words["before"] == words["after"])
    if is_same and moved:
        key = f"nearly_open{side}" if is_open else "nearly"
    elif is_same:
        key = "same"
    elif is_open:
        key = f"open{side}"
    else:
        key = f"share{side}" if words["before"] == words["after"] else "becomes"
    return text(f"whatif.sentence.{key}", lang, base=base, moved=moved, **words, **shares)


def _change_words(change: Change, catalogue: Catalogue, dataset: Dataset, lang: str) -> str:
    if not _is_known(change, catalogue):
        name = change.name if isinstance(change, Plant) else change.factor if isinstance(change, FactorChange) else ""
        return text("whatif.change.unknown", lang, name=name)
    if isinstance(change, FactorChange):
        words = factor_words(catalogue.factors[change.factor], change.value, lang)
        return text("whatif.change.local", lang, words=words, where=where_words(change.municipalities, dataset, lang))
    if isinstance(change, Plant):
        resource = catalogue.resources[change.resource]
        return text(
            f"whatif.change.plant_{change.side}",
            lang,
            name=change.name,
            resource=resource.name_ja if lang == "ja" else resource.name_en,
            amount=number(change.amount_per_year),
            unit=per_year(resource.unit_ja if lang == "ja" else resource.unit, lang),
            where=where_words((change.municipality,), dataset, lang),
        )
    where = where_words(change.municipalities, dataset, lang)
    name = column_name(change.column, lang)
    return text("whatif.change.times", lang, name=name, value=number(change.value), where=where)


def _is_known(change: Change, catalogue: Catalogue) -> bool:
    if isinstance(change, FactorChange):
        return change.factor in catalogue.factors
    return not isinstance(change, Plant) or change.resource in catalogue.resources


def _totals_words(scenario: Scenario, places: Sequence[int], dataset: Dataset, lang: str) -> str:
    changes = [change for index in places if isinstance(change := scenario.changes[index], IndicatorChange)]
    codes = [change.municipalities[0] for change in changes]
    fragments = dataset.fragments
    if changes[0].column not in fragments:
        return text("whatif.change.unknown", lang, name=changes[0].column)
    inside = fragments["in_area"] & fragments["municipality_code"].isin(codes)
    usual = float(fragments.loc[inside, changes[0].column].sum())
    return text(
        "whatif.change.totals",
        lang,
        name=column_name(changes[0].column, lang),
        where=where_words(codes, dataset, lang),
        usual=f"{usual:,.0f}",
        value=f"{sum(change.value for change in changes):,.0f}",
    )


def outcomes_of(rows_before: Mapping[str, LadderRow], rows_after: Mapping[str, LadderRow]) -> dict[str, Outcome]:
    """Return every resource's change in one place, by resource key; NaN where a side asks for nothing."""
    return {
        key: Outcome(key, _covered(rows_before[key]), _covered(row), rows_before[key].closing, row.closing)
        for key, row in rows_after.items()
    }


def factors_told(factors: Factors, catalogue: Catalogue, lang: str) -> str:
    """Name the sliders that are not at their usual values, in one line."""
    names = [catalogue.factors[key] for key, _ in factors if key in catalogue.factors]
    return text("whatif.joiner", lang).join(each.name_ja if lang == "ja" else each.name_en for each in names)


def _covered(row: LadderRow) -> float:
    return math.nan if row.group == "none" else row.covered
