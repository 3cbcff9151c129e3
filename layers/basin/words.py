"""A basin in words: the sentence that opens its page, and how its figures are written."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from geo.basin_profile import BasinProfile
from geo.dataset import Dataset
from geo.prefectures import prefecture_names
from geo.terms import Resource
from layers.exports import per_year
from layers.ladder_rows import SCALES, LadderRow
from layers.ladder_view.words import percent
from layers.messages import text
from layers.resource_detail import amount as exact_amount
from layers.scale_places import Place
from layers.sentences import closing_words

# Members named in a sentence; the others are counted.
_NAMED = 3
# A change below this is told as none.
_NO_CHANGE = 0.0005


def sentence(
    profile: BasinProfile,
    basin: Place,
    municipalities: Mapping[str, Place],
    row: LadderRow,
    dataset: Dataset,
    lang: str,
) -> str:
    """Say who lives in the basin, what it joins, how much of it is forest, and where the resource in focus closes."""
    forest, area = profile.land.uses_km2["forest_km2"], profile.land.area_km2
    has_people, has_forest = math.isfinite(profile.land.population), math.isfinite(forest) and area > 0
    # That people and forest are estimates is said once, after the last of them.
    told = [_opening(profile, basin, municipalities, dataset, lang, is_alone=not has_forest)]
    if has_forest:
        key = "forest" if has_people else "forest_alone"
        told.append(text(f"basin.sentence.{key}", lang, percent=percent(forest / area)))
    told.append(_closing(row, basin, lang))
    return ("" if lang == "ja" else " ").join(part for part in told if part)


def people(count: float, lang: str) -> str:
    """Write a number of people with three significant digits: '17万人', '170,000 people'."""
    if not math.isfinite(count):
        return text("common.scale.no_data", lang)
    unit = text("basin.people", lang)
    # Few are told in whole people: three digits would make a decimal.
    words = f"{round(count)} {unit}" if count < 100 else exact_amount(round(count), unit, lang)
    return words.replace(" ", "") if lang == "ja" else words


def amount(value: float, unit: str, lang: str) -> str:
    """Write an estimate with its unit, '4,640万 m³'; below one unit only that: '1 t/年未満', '<1 t/yr', '1未満'."""
    if 0 < abs(value) < 1:
        return text("basin.amount.under" if unit else "basin.amount.under_bare", lang, unit=unit)
    return exact_amount(value, unit, lang)


def resource_name(resource: Resource, lang: str) -> str:
    """Return a resource's name."""
    return resource.name_ja if lang == "ja" else resource.name_en


def annual_unit(resource: Resource, lang: str) -> str:
    """Return the unit of a resource's annual amounts."""
    return per_year(resource.unit_ja if lang == "ja" else resource.unit, lang)


def prefecture_name(code: str, lang: str) -> str:
    """Return the name of a prefecture, one that the area's data does not hold too."""
    ja, en = prefecture_names(code)
    return ja if lang == "ja" else en


def prefecture_side(code: str, lang: str) -> str:
    """Return what the part of a basin is called that lies in another prefecture."""
    return text("basin.beyond.side", lang, prefecture=prefecture_name(code, lang))


def square_km(area_km2: float, lang: str) -> str:
    """Write an area: '389 km²'; under 10 km² with a decimal."""
    if not math.isfinite(area_km2):
        return text("common.scale.no_data", lang)
    return f"{area_km2:,.0f} km²" if area_km2 >= 10 else f"{area_km2:.1f} km²"


def share_words(share: float, lang: str) -> str:
    """Write a share 0..1 in percent; 'no data' where it is unknown."""
    return f"{percent(share)} %" if math.isfinite(share) else text("common.scale.no_data", lang)


def change_words(change: float, lang: str) -> str:
    """Write the change of the people since 2015: '2.4 %減'."""
    if not math.isfinite(change):
        return text("common.scale.no_data", lang)
    if abs(change) < _NO_CHANGE:
        return text("basin.change.same", lang)
    return text(f"basin.change.{'more' if change > 0 else 'fewer'}", lang, percent=f"{100 * abs(change):.1f}")


def census_year(dataset: Dataset) -> str:
    """Return the year that the population is of."""
    return str(dataset.meta.get("census_year", "")) or year_of("population", dataset)


def year_of(column: str, dataset: Dataset) -> str:
    """Return the year (or years) of the source that a column comes from; '' where none is described."""
    return next((info.year for info in dataset.layers if column in info.columns), "")


def _opening(
    profile: BasinProfile,
    basin: Place,
    municipalities: Mapping[str, Place],
    dataset: Dataset,
    lang: str,
    *,
    is_alone: bool,
) -> str:
    by_people = profile.municipalities["population"].fillna(0.0).sort_values(ascending=False, kind="stable")
    members = [str(code) for code in by_people.index if str(code) in profile.members]
    names = [municipalities[code].name(lang) if code in municipalities else code for code in members]
    if len(names) > _NAMED:
        where = text("basin.sentence.many", lang, names=listed(names[:_NAMED], lang), count=len(names))
    else:
        where = text("basin.sentence.few", lang, names=listed(names, lang)) if len(names) > 1 else ""
        where = where or text("basin.sentence.single", lang, name=names[0] if names else "")
    if not math.isfinite(profile.land.population):
        return text("basin.sentence.opening_unknown", lang, basin=basin.name(lang), where=where)
    counted = people(profile.land.population, lang)
    year = census_year(dataset)
    key = "opening_alone" if is_alone else "opening"
    return text(f"basin.sentence.{key}", lang, basin=basin.name(lang), where=where, people=counted, year=year)


def listed(names: Sequence[str], lang: str) -> str:
    """Write names one after the other: 'A・B・C', 'A, B and C'."""
    head = text("scale.sentence.list_joiner", lang).join(names[:-1])
    return f"{head}{text('scale.sentence.list_last', lang)}{names[-1]}" if head else names[0]


def _closing(row: LadderRow, basin: Place, lang: str) -> str:
    words = closing_words(row, basin, lang)
    is_named = row.closing in SCALES or row.closing == "outside"
    return text("basin.sentence.calculated", lang, words=words) if is_named else words
