"""What changes between two views of one resource: share covered and closing scale, unit by unit, and as a map layer."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geo.dataset import Dataset
from geo.terms import Resource
from layers.catalogue import legend_classes
from layers.described import closing_layer
from layers.layer import NOT_DRAWN, Layer, LegendEntry, Painting
from layers.messages import text
from layers.outlines import GEOMETRY_OF, outlines
from layers.palette import CHANGE_COLOURS, CHANGE_PATTERNS, NO_DATA, NO_NEED, RAMPS
from layers.partitions import is_brought, shapes_name

# What a difference map shows: percentage points of the share covered, or rungs of the ladder.
KINDS = ("points", "rungs")
# From these sizes on, a change is one of the levels 1, 2, 3; a smaller one is none worth telling.
POINT_LEVELS = (0.5, 5.0, 20.0)
RUNG_LEVELS = (1.0, 2.0, 3.0)
# Lower limits of the classes of the share covered after the first.
SHARE_LIMITS = (0.1, 0.2, 0.4, 0.6, 0.8)
_STATES = ("no_demand", "no_supply", "no_data")


@dataclass(frozen=True)
class Change:
    """One resource in one place, before and after.

    Attributes
    ----------
    covered_before, covered_after
        Share of the demand met (perspective supply: of the supply used) within the area's ladder, 0 to 1; NaN where
        there is none.
    closing_before, closing_after
        Closing scale, 'outside' or a state ('no_demand' ...).
    """

    resource: str
    covered_before: float
    covered_after: float
    closing_before: str
    closing_after: str

    @property
    def points(self) -> float:
        """Change of the share in percentage points, NaN where either is."""
        return 100 * (self.covered_after - self.covered_before)

    @property
    def is_telling(self) -> bool:
        """Whether there is a change worth a word."""
        return self.closing_before != self.closing_after or abs(self.points) >= POINT_LEVELS[0]


def covered_share(table: pd.DataFrame, resource: Resource) -> pd.Series:
    """Return the share covered of each unit of :func:`geo.unit_figures.unit_table`: 0 to 1, NaN where none is asked."""
    prefix, whole = ("met_", "demand") if resource.perspective == "demand" else ("used_", "supply")
    scales = [f"{prefix}{scale}" for scale in resource.scales if f"{prefix}{scale}" in table]
    covered = table[scales].sum(axis=1) / table[whole].where(table[whole] > 0)
    return covered.clip(0.0, 1.0).rename("covered")


def differences(before: pd.DataFrame, after: pd.DataFrame, resource: Resource) -> pd.DataFrame:
    """Return what changes in each unit from one unit table of a resource to another.

    Returns
    -------
    Indexed by unit code: ``closing_before``, ``closing_after``; ``covered_before``, ``covered_after`` (0 to 1, NaN
    where none is asked); ``points`` (percentage points, NaN where either share is); ``rungs`` (how many rungs of the
    ladder narrower the unit closes after, negative for wider, NaN where either names no scale);
    ``supply_before``, ``supply_after``, ``demand_before``, ``demand_after`` in the resource's unit a year.
    """
    shares = [covered_share(table, resource) for table in (before, after)]
    ladder = {scale: rung for rung, scale in enumerate((*resource.scales, "outside"))}
    rungs = [table["closing_scale"].map(ladder).astype("float64") for table in (before, after)]
    return pd.DataFrame(
        {
            "closing_before": before["closing_scale"],
            "closing_after": after["closing_scale"],
            "covered_before": shares[0],
            "covered_after": shares[1],
            "points": 100 * (shares[1] - shares[0]),
            "rungs": rungs[0] - rungs[1],
            **{
                f"{side}_{name}": table[side]
                for side in ("supply", "demand")
                for name, table in (("before", before), ("after", after))
            },
        }
    )


def difference_layer(layer: Layer, resource: Resource, dataset: Dataset, *, kind: str) -> Layer:
    """Return the difference map of a resource as a layer.

    Parameters
    ----------
    layer
        The closing scale's layer of the dataset, whose sources and lines it keeps.
    kind
        One of ``KINDS``.
    """
    described = closing_layer(layer, resource, dataset)
    side = "" if resource.perspective == "demand" else "_supply"
    titles = {lang: text(f"whatif.difference.{kind}{side}", lang, name=name) for lang, name in _names(resource).items()}
    units = {lang: text(f"whatif.difference.unit_{kind}", lang) for lang in titles}
    return replace(
        described,
        key=f"difference_{kind}",
        title_ja=titles["ja"],
        title_en=titles["en"],
        unit_ja=units["ja"],
        unit_en=units["en"],
        legend=(*(_entry(key, kind) for key in CHANGE_COLOURS), *(_state(state) for state in _STATES)),
    )


def paint_difference(layer: Layer, dataset: Dataset, found: pd.DataFrame, *, by: str, kind: str) -> Painting:
    """Return the layer with the units of :func:`differences` assigned to its classes."""
    return _painted(layer, dataset, change_classes(found, kind=kind), by)


def share_layer(layer: Layer, resource: Resource) -> Layer:
    """Return the share covered as a layer; ``layer`` is the resource's own of closing scales."""
    side = "" if resource.perspective == "demand" else "_supply"
    ja, en = (text(f"whatif.share.title{side}", lang, name=name) for lang, name in _names(resource).items())
    limits = [100 * limit for limit in SHARE_LIMITS]
    classes = legend_classes(RAMPS["forest"], limits)
    legend = (*classes, *(_state(state) for state in _STATES))
    return replace(layer, key="covered", title_ja=ja, title_en=en, unit_ja="%", unit_en="%", legend=legend)


def paint_share(layer: Layer, dataset: Dataset, table: pd.DataFrame, resource: Resource, *, by: str) -> Painting:
    """Return the layer with the units of a unit table assigned to its classes; states stay states."""
    share, closing = covered_share(table, resource), table["closing_scale"]
    numbers = np.searchsorted(SHARE_LIMITS, share.to_numpy(dtype=np.float64) + 1e-9, side="right")
    keys = pd.Series(numbers.astype(str), index=table.index, dtype=object)
    # Where nothing is asked the closing scale says why.
    return _painted(layer, dataset, keys.where(~closing.isin(_STATES), closing), by)


def change_classes(found: pd.DataFrame, *, kind: str) -> pd.Series:
    """Return the class of each unit: 'less_3' … 'same' … 'more_3', or the state that leaves nothing to compare."""
    values = found[kind].to_numpy(dtype=np.float64)
    levels = np.searchsorted(POINT_LEVELS if kind == "points" else RUNG_LEVELS, np.abs(values) + 1e-9, side="right")
    sides = np.where(values < 0, "less", "more")
    words = [f"{side}_{level}" if level else "same" for side, level in zip(sides, levels, strict=True)]
    classes = pd.Series(words, index=found.index, dtype=object, name=kind)
    # Where one side names a state, that state is told: there is nothing to subtract.
    for column in ("closing_before", "closing_after"):
        state = found[column]
        classes = classes.where(~state.isin(_STATES), state)
    return classes.where(~(pd.isna(found[kind]) & ~classes.isin(_STATES)), "no_data")


def _painted(layer: Layer, dataset: Dataset, keys: pd.Series, by: str) -> Painting:
    numbers = {entry.key: place for place, entry in enumerate(layer.legend)}
    classes = keys.map(lambda key: numbers.get(key, NOT_DRAWN)).astype("int16")
    if is_brought(by):
        units = outlines(by, dataset)
        classes = classes.reindex(units.index, fill_value=NOT_DRAWN)
        return Painting(layer=layer, geometry=shapes_name(by, dataset), classes=classes, units=units)
    return Painting(layer=layer, geometry=GEOMETRY_OF[by], classes=classes)


def _names(resource: Resource) -> dict[str, str]:
    """Return the resource's name as it stands inside a title, by language."""
    return {"ja": resource.name_ja, "en": resource.name_en[:1].lower() + resource.name_en[1:]}


def _entry(key: str, kind: str) -> LegendEntry:
    ja, en = (text(f"whatif.difference.{kind}_{key}", lang) for lang in ("ja", "en"))
    return LegendEntry(key, CHANGE_COLOURS[key], ja, en, pattern=key if key in CHANGE_PATTERNS else "")


def _state(state: str) -> LegendEntry:
    ja, en = (text(f"map.closing.{state}", lang) for lang in ("ja", "en"))
    pattern = NO_DATA if state == "no_data" else NO_NEED
    return LegendEntry(state, pattern.background, ja, en, pattern=pattern.name)
