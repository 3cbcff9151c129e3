"""What two scenarios assume differently, in the order in which it is told: factors, indicators, plants, threshold."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from geo.changes import FactorChange, IndicatorChange, Plant
from geo.scenario import Scenario
from geo.terms import SHARE_UNIT, Catalogue

_Value = TypeVar("_Value", bound=Hashable)

# Units of indicators, English and Japanese, by how their names end or begin.
_UNITS = (("_km2", ("km²", "km²")), ("_mm", ("mm", "mm")), ("_c", ("°C", "°C")))
_PERSONS = ("persons", "人")
_TIMES = ("×", "倍")
# An indicator as it is today.
_TODAY = ("times", 1.0)


@dataclass(frozen=True)
class Difference:
    """One thing that two scenarios, a and b, assume differently.

    Attributes
    ----------
    kind
        'factor', 'indicator', 'plant' or 'threshold'.
    what
        Full key of the factor, column of the indicator, name of the plant, '' for the threshold.
    municipalities
        Where: codes, sorted; () is the whole area but for ``besides``.
    besides
        Codes of the municipalities where something else holds: told by themselves, or the same in a and b.
    before, after
        In a and in b. A factor nobody sets has its central value; an indicator as it is today is 'times' 1; None is no
        such plant, and the view's own threshold.
    mode_before, mode_after
        Of an indicator: 'times' (× today's) or 'total'; '' for the rest.
    unit, unit_ja
        Of both values; where the modes differ, of the total.
    plant
        The plant itself, None for the rest.
    """

    kind: str
    what: str
    municipalities: tuple[str, ...]
    before: float | None
    after: float | None
    unit: str
    unit_ja: str
    besides: tuple[str, ...] = ()
    mode_before: str = ""
    mode_after: str = ""
    plant: Plant | None = None


def differences(a: Scenario, b: Scenario, catalogue: Catalogue) -> tuple[Difference, ...]:
    """Return what b assumes otherwise than a; () where both assume the same, however it was put together.

    Factors of which the catalogue knows nothing are left out. The whole area comes before its municipalities; those
    with the same values before and after are told together.
    """
    return (*_factors(a, b, catalogue), *_indicators(a, b), *_plants(a, b, catalogue), *_threshold(a, b))


def _factors(a: Scenario, b: Scenario, catalogue: Catalogue) -> list[Difference]:
    found = []
    keys = [key for one in (a, b) for key, _ in one.factors]
    keys += [change.factor for one in (a, b) for change in one.changes if isinstance(change, FactorChange)]
    for key in dict.fromkeys(keys):
        if key not in catalogue.factors:
            continue
        factor = catalogue.factors[key]
        before, after = (_factor_values(one, key, factor.central) for one in (a, b))
        for where, besides, was, becomes in _places(before, after):
            found.append(Difference("factor", key, where, was, becomes, factor.unit, factor.unit_ja, besides=besides))
    return found


def _factor_values(scenario: Scenario, key: str, central: float) -> dict[str, float]:
    """Return a factor's value by municipality where it is set by itself, and elsewhere ('')."""
    values = {"": dict(scenario.factors).get(key, central)}
    for change in scenario.changes:
        if isinstance(change, FactorChange) and change.factor == key:
            values |= dict.fromkeys(change.municipalities, change.value)
    return values


def _indicators(a: Scenario, b: Scenario) -> list[Difference]:
    found = []
    columns = [change.column for one in (a, b) for change in one.changes if isinstance(change, IndicatorChange)]
    for column in dict.fromkeys(columns):
        before, after = (_indicator_values(one, column) for one in (a, b))
        for where, besides, was, becomes in _places(before, after):
            unit, unit_ja = _TIMES if was[0] == becomes[0] == "times" else unit_of(column)
            found.append(
                Difference(
                    kind="indicator",
                    what=column,
                    municipalities=where,
                    before=was[1],
                    after=becomes[1],
                    unit=unit,
                    unit_ja=unit_ja,
                    besides=besides,
                    mode_before=was[0],
                    mode_after=becomes[0],
                )
            )
    return found


def _indicator_values(scenario: Scenario, column: str) -> dict[str, tuple[str, float]]:
    """Return (mode, value) of an indicator by municipality where it is changed by itself, and elsewhere ('')."""
    changes = [change for change in scenario.changes if isinstance(change, IndicatorChange) and change.column == column]
    named = dict.fromkeys(code for change in changes for code in change.municipalities)
    values = {}
    for place in ("", *named):
        mode, value = _TODAY
        for change in changes:
            if not change.municipalities or place in change.municipalities:
                mode, value = (mode, value * change.value) if change.mode == "times" else ("total", change.value)
        values[place] = (mode, value)
    return values


def _places(
    before: Mapping[str, _Value], after: Mapping[str, _Value]
) -> list[tuple[tuple[str, ...], tuple[str, ...], _Value, _Value]]:
    """Return (where, besides, before, after) of what differs: the whole area first, then municipalities alike together.

    Parameters
    ----------
    before, after
        Values by municipality, and elsewhere ('').
    """
    alike: dict[tuple[_Value, _Value], list[str]] = {}
    for code in sorted({*before, *after} - {""}):
        pair = (before.get(code, before[""]), after.get(code, after[""]))
        alike.setdefault(pair, []).append(code)
    elsewhere = (before[""], after[""])
    apart = tuple(sorted(code for pair, codes in alike.items() if pair != elsewhere for code in codes))
    found: list[tuple[tuple[str, ...], tuple[str, ...], _Value, _Value]] = []
    if elsewhere[0] != elsewhere[1]:
        found.append(((), apart, *elsewhere))
    found += [(tuple(codes), (), *pair) for pair, codes in alike.items() if pair != elsewhere and pair[0] != pair[1]]
    return found


def _plants(a: Scenario, b: Scenario, catalogue: Catalogue) -> list[Difference]:
    amounts = [_plant_amounts(one) for one in (a, b)]
    found = []
    for plant in dict.fromkeys([*amounts[0], *amounts[1]]):
        was, becomes = (known.get(plant) for known in amounts)
        if was != becomes and plant.resource in catalogue.resources:
            resource = catalogue.resources[plant.resource]
            told = replace(plant, amount_per_year=(was if becomes is None else becomes) or 0.0)
            found.append(
                Difference(
                    "plant",
                    plant.name,
                    (plant.municipality,),
                    was,
                    becomes,
                    f"{resource.unit}/yr",
                    f"{resource.unit_ja}/年",
                    plant=told,
                )
            )
    return found


def _plant_amounts(scenario: Scenario) -> dict[Plant, float]:
    """Return the amount of each plant, by the plant without its amount; equal ones together."""
    amounts: dict[Plant, float] = {}
    for change in scenario.changes:
        if isinstance(change, Plant):
            bare = replace(change, amount_per_year=0.0)
            amounts[bare] = amounts.get(bare, 0.0) + change.amount_per_year
    return amounts


def _threshold(a: Scenario, b: Scenario) -> list[Difference]:
    if a.threshold == b.threshold:
        return []
    return [Difference("threshold", "", (), a.threshold, b.threshold, SHARE_UNIT, "割合")]


def unit_of(column: str) -> tuple[str, str]:
    """Return the unit of an indicator as its name tells it, English and Japanese; ('', '') where it does not."""
    if column.startswith("population"):
        return _PERSONS
    return next((unit for ending, unit in _UNITS if column.endswith(ending)), ("", ""))
