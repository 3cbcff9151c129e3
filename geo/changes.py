"""Changes of a scenario that are not the same everywhere: local factors, changed indicators, new plants.

Factors that hold in the whole area stand in :class:`geo.assessment.Settings`; what is here comes on top of them. A
change touches amounts, never labels: the ladder of a scenario is that of today.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NoReturn

import numpy as np
import numpy.typing as npt

from geo.amounts import FloatArray
from geo.errors import InputError
from geo.factor_uses import bearing_factors
from geo.prepared import PreparedFragments
from geo.resources import check_factors, get_resource
from geo.terms import Catalogue, Resource

INDICATOR_MODES = ("times", "total")
PLANT_SIDES = ("supply", "demand")
# 1e15 of any unit of the catalogue is beyond what a place turns over in a year.
LARGEST_AMOUNT = 1e15
# Land is not made: what it is used for may change, its area may not. A temperature is no amount to multiply.
_FIXED = ("area_km2", "population_mesh", "population_2010", "population_2015", "temperature_c")
# No sums: rain over a place is a mean.
_INTENSIVE = ("_mm",)
# Ten times today's forest or people is beyond any scenario; it also keeps changes upon changes within numbers.
MOST_TIMES = 10.0
# A sum below this is none to keep shares of.
_LEAST_SUM = 1e-9
# An indicator's own range goes with it.
_RANGES = ("", "_low", "_high")
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class FactorChange:
    """A factor's value in some municipalities; ``municipalities`` (five-digit codes) is never empty."""

    factor: str
    value: float
    municipalities: tuple[str, ...]


@dataclass(frozen=True)
class IndicatorChange:
    """An indicator of the fragments, changed.

    Attributes
    ----------
    column
        A numeric column of the fragments.
    mode
        'times': every amount × ``value``; 'total': the municipality's sum over the area becomes ``value`` (in the
        column's unit), its fragments keep their shares of it.
    municipalities
        Codes; () is the whole area with its halo, for 'times' only; 'total' takes exactly one.
    """

    column: str
    mode: str
    value: float
    municipalities: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plant:
    """Something new that supplies or needs a resource at a place.

    Attributes
    ----------
    name
        What a user calls it.
    resource, side, amount_per_year
        'supply' or 'demand' of a resource, in its unit a year. A supply counts for views of the resource too.
    mesh_code, municipality
        The cell and the municipality that it stands in.
    variable
        Sun or wind: supply at its own time.
    """

    name: str
    resource: str
    side: str
    amount_per_year: float
    mesh_code: str
    municipality: str
    variable: bool = False


Change = FactorChange | IndicatorChange | Plant


@dataclass(frozen=True, eq=False)
class Zone:
    """Fragments in which the same factors are set by hand: bool (n,) and factor -> value, by full key."""

    rows: BoolArray
    factors: Mapping[str, float]


def check_changes(changes: Sequence[Change], prepared: PreparedFragments, catalogue: Catalogue) -> None:
    """Refuse changes that cannot be.

    Raises
    ------
    InputError
        Names the change and what was expected: an unknown factor, resource, column, municipality or cell, a value that
        cannot be.
    """
    known = frozenset(prepared.units("municipality").units)
    for change in changes:
        if isinstance(change, Plant):
            _check_plant(change, prepared, catalogue)
            continue
        for code in change.municipalities:
            if code not in known:
                _refuse("change_municipality", "municipality", "a municipality of the area", code)
        if isinstance(change, FactorChange):
            if change.factor not in catalogue.factors:
                near = next(iter(check_factors(catalogue, [(change.factor, change.value)])))
                _refuse("change_factor", "factor", f"the full key '{near}'", change.factor)
            check_factors(catalogue, [(change.factor, change.value)])
            if catalogue.factors[change.factor].kind == "price":
                _refuse("change_factor", "factor", "one of amounts; a price holds in the whole area", change.factor)
            if not change.municipalities:
                _refuse("change_municipality", change.factor, "at least one municipality", "none")
        else:
            _check_indicator(change, prepared)


def changed(prepared: PreparedFragments, changes: Sequence[Change]) -> PreparedFragments:
    """Return fragments with the indicators changed, in the order of the changes; without any, ``prepared`` itself.

    Unknown (NaN) stays unknown, except where a 'total' says what a municipality has. A column's range
    (``x_low``, ``x_high``) is changed in proportion with it.
    """
    wanted = [change for change in changes if isinstance(change, IndicatorChange)]
    if not wanted:
        return prepared
    columns = dict(prepared.columns)
    for change in wanted:
        ratio, made = _ratio(change, prepared, columns[change.column])
        for ending in _RANGES:
            name = f"{change.column}{ending}"
            if name in columns:
                columns[name] = np.where(np.isnan(made), columns[name] * ratio, made)
    result = replace(prepared, columns=MappingProxyType(columns))
    # Labels and areas are those of before: what was coded of them is handed on.
    for name in ("ladders", "_partitions", "single_municipality_basins"):
        result.__dict__[name] = getattr(prepared, name)
    return result


def zones(prepared: PreparedFragments, changes: Sequence[Change], given: Mapping[str, float]) -> tuple[Zone, ...]:
    """Return a partition of the fragments by the factors set there: first where only ``given`` holds, if anywhere.

    Parameters
    ----------
    given
        What is set in the whole area, by full key; local factors take its place. Of two changes of one factor in one
        municipality the later holds.
    """
    local: dict[str, dict[str, float]] = {}
    for change in changes:
        if isinstance(change, FactorChange):
            for code in change.municipalities:
                local.setdefault(code, {})[change.factor] = change.value
    if not local:
        return (Zone(np.ones(len(prepared), dtype=bool), MappingProxyType(dict(given))),)
    alike: dict[tuple[tuple[str, float], ...], list[str]] = {}
    for code, factors in sorted(local.items()):
        alike.setdefault(tuple(sorted(factors.items())), []).append(code)
    labels = prepared.codes["municipality_code"]
    places = {key: np.isin(labels, codes) & prepared.in_area for key, codes in alike.items()}
    elsewhere = ~np.any([*places.values()], axis=0)
    found = [Zone(rows, MappingProxyType({**given, **dict(key)})) for key, rows in places.items()]
    rest = [Zone(elsewhere, MappingProxyType(dict(given)))] if elsewhere.any() else []
    return (*rest, *found)


def plants_of(changes: Sequence[Change], resource: Resource) -> tuple[Plant, ...]:
    """Return the plants that count for a resource: its own, and of what it is a view of, those that supply."""
    plants = (change for change in changes if isinstance(change, Plant))
    return tuple(
        plant
        for plant in plants
        if plant.resource == resource.key or (plant.resource == resource.view_of and plant.side == "supply")
    )


def plant_amounts(plants: Sequence[Plant], side: str, prepared: PreparedFragments) -> tuple[FloatArray, FloatArray]:
    """Return what plants add to a side, firm and variable: float64 (n,) each, spread over their cell by area."""
    firm, variable = np.zeros(len(prepared)), np.zeros(len(prepared))
    for plant in plants:
        if plant.side == side:
            spread = _by_area(_rows_of(plant, prepared), prepared)
            (variable if plant.variable else firm)[:] += spread * plant.amount_per_year
    return firm, variable


def relevant_changes(changes: Sequence[Change], catalogue: Catalogue, resource: Resource) -> tuple[Change, ...]:
    """Return the changes that can move a resource's amounts, in their order: a key for caches."""
    factors = bearing_factors(catalogue, resource)
    columns = {name for term in (*resource.supply, *resource.demand) for name in term.indicators}
    plants = plants_of(changes, resource)
    return tuple(
        change
        for change in changes
        if (isinstance(change, FactorChange) and change.factor in factors)
        or (isinstance(change, IndicatorChange) and change.column in columns)
        or (isinstance(change, Plant) and change in plants)
    )


def _ratio(
    change: IndicatorChange, prepared: PreparedFragments, amounts: FloatArray
) -> tuple[float | FloatArray, FloatArray]:
    """Return by what the fragments' amounts are multiplied, and (n,) amounts made anew, NaN where they are not."""
    made = np.full(len(prepared), np.nan)
    rows = np.ones(len(prepared), dtype=bool)
    if change.municipalities:
        rows = np.isin(prepared.codes["municipality_code"], change.municipalities) & prepared.in_area
    if change.mode == "times":
        return np.where(rows, change.value, 1.0), made
    whole = float(np.nansum(amounts[rows]))
    if whole > _LEAST_SUM:
        return np.where(rows, change.value / whole, 1.0), made
    made[rows] = (_by_area(rows, prepared) * change.value)[rows]
    return 1.0, made


def _by_area(rows: BoolArray, prepared: PreparedFragments) -> FloatArray:
    """Return shares of the rows by their area, (n,) with sum 1; equal ones where they have none."""
    area = np.where(rows, prepared.columns["area_km2"], 0.0)
    return np.asarray(area / area.sum() if area.any() else rows / rows.sum(), dtype=np.float64)


def _rows_of(plant: Plant, prepared: PreparedFragments) -> BoolArray:
    in_cell = prepared.codes["mesh_code"] == plant.mesh_code
    rows: BoolArray = in_cell & (prepared.codes["municipality_code"] == plant.municipality) & prepared.in_area
    return rows


def _check_indicator(change: IndicatorChange, prepared: PreparedFragments) -> None:
    usable = [name for name in prepared.columns if name not in _FIXED and not name.endswith(_RANGES[1:])]
    if change.column not in usable:
        _refuse("change_column", "column", f"one of {', '.join(sorted(usable))}", change.column)
    if change.mode not in INDICATOR_MODES:
        _refuse("change_value", change.column, " or ".join(INDICATOR_MODES), change.mode)
    if change.mode == "total" and len(change.municipalities) != 1:
        _refuse("change_municipality", change.column, "exactly one municipality", len(change.municipalities))
    if change.mode == "total" and change.column.endswith(_INTENSIVE):
        _refuse("change_value", change.column, "times, since it is no sum", change.mode)
    if change.mode == "times" and not (_is_amount(change.value) and change.value <= MOST_TIMES):
        _refuse("change_value", change.column, f"a number from 0 to {MOST_TIMES:g}", change.value)
    if not _is_amount(change.value):
        _refuse("change_value", change.column, f"a number from 0 to {LARGEST_AMOUNT:g}", change.value)


def _check_plant(plant: Plant, prepared: PreparedFragments, catalogue: Catalogue) -> None:
    resource = get_resource(catalogue, plant.resource)
    if resource.view_of:
        _refuse("change_plant", plant.name, f"the resource '{resource.view_of}', of which it is a view", resource.key)
    if plant.side not in PLANT_SIDES:
        _refuse("change_plant", plant.name, " or ".join(PLANT_SIDES), plant.side)
    if not _is_amount(plant.amount_per_year):
        _refuse("change_plant", plant.name, f"a number from 0 to {LARGEST_AMOUNT:g}", plant.amount_per_year)
    if plant.variable and (plant.side == "demand" or not resource.time_factor):
        _refuse("change_plant", plant.name, "variable only for a supply of electricity", f"{resource.key} {plant.side}")
    if "mesh_code" not in prepared.codes or not _rows_of(plant, prepared).any():
        where = f"{plant.mesh_code} / {plant.municipality}"
        _refuse("change_plant", plant.name, "a cell of the area and a municipality that lies in it", where)


def _is_amount(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and 0 <= value <= LARGEST_AMOUNT  # type: ignore[arg-type,operator]


def _refuse(key: str, what: str, expected: str, found: object) -> NoReturn:
    message = f"change '{what}': expected {expected}; found '{found}'"
    raise InputError(message, key=key, what=what, expected=expected, found=found)
