"""The two sides of a comparison: whose they are, their rows under the same assumptions, their people and land."""

from __future__ import annotations

import math
from dataclasses import dataclass

import streamlit as st

from geo.areas import AreaEntry
from geo.changes import changed
from geo.dataset import LOWLAND, Dataset
from geo.money import population_of
from geo.prepared import unit_column
from geo.terms import Catalogue
from layers import session
from layers.actuals.used import with_measured
from layers.area_picker import known_areas
from layers.assessed import prepared, tables_of
from layers.assumed import assumed_of
from layers.assumptions import Assumed
from layers.certainty import with_certainty
from layers.ladder_rows import LadderRow, ladder_rows
from layers.place_picker import all_places
from layers.scale_places import Place
from layers.state import ViewState
from layers.upload.dataset import catalogue_of

# As the maps and the words name them: left, right.
SIDES = ("a", "b")
# Fewer would be told as 0 people.
_SOMEBODY = 0.5


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two places, with what is told of it.

    Attributes
    ----------
    dataset, catalogue, place, assumed
        Where it lies, and what is assumed there.
    rows
        Its ladder's rows.
    people
        Who lives there inside the area, under what is assumed; NaN where nobody is counted.
    area_km2
        Its land inside the area.
    """

    dataset: Dataset
    catalogue: Catalogue
    place: Place
    assumed: Assumed
    rows: tuple[LadderRow, ...]
    people: float
    area_km2: float

    @property
    def is_whole(self) -> bool:
        """Whether it is a place of its own: not a basin that the data cuts, nor the lowland, which is no basin."""
        return not self.place.is_cut and not (self.place.kind == "basin" and self.place.code == LOWLAND)

    @property
    def key(self) -> str:
        """The place as the address has it: ``area/kind:code``."""
        return f"{self.dataset.area}/{self.place.key}"

    def row(self, resource: str) -> LadderRow | None:
        """Return the row of a resource, None where the area's catalogue lacks it."""
        return next((row for row in self.rows if row.resource == resource), None)

    def per_person(self, amount: float) -> float:
        """Return an annual amount per person; NaN where nobody lives or is counted."""
        return amount / self.people if self.people >= _SOMEBODY else math.nan


def areas() -> dict[str, AreaEntry]:
    """Return the areas that can be opened, by folder name."""
    return {entry.area: entry for entry in known_areas() if entry.problem is None}


def beside_of(state: ViewState) -> tuple[str, str] | None:
    """Return area and place key of the right side, None where none is chosen or there is none such."""
    area, slash, key = state.beside.partition("/")
    if not slash or area not in areas():
        return None
    if not key:
        return area, ""
    kind, _, code = key.partition(":")
    return (area, key) if code in all_places(session.dataset(area), kind) else None


def place_of(dataset: Dataset, key: str) -> Place:
    """Return the place of a key, the area's (first) prefecture for '' or one that is not there."""
    kind, _, code = key.partition(":")
    whole = all_places(dataset, "prefecture")[dataset.prefecture_code]
    return all_places(dataset, kind or "prefecture").get(code, whole)


def side_of(state: ViewState, dataset: Dataset, place: Place) -> Side:
    """Return one side under the view's assumptions; a scenario of another area holds nothing here."""
    catalogue = catalogue_of(dataset)
    assumed = assumed_of(state, dataset, catalogue)
    tables = tables_of(dataset, catalogue, assumed, by=place.kind)
    rows = ladder_rows(catalogue.resources, tables, code=place.code, threshold=state.threshold)
    rows = with_measured(rows, state, dataset, catalogue, kind=place.kind, code=place.code)
    rows = with_certainty(rows, dataset, catalogue, assumed, kind=place.kind, code=place.code)
    people, area_km2 = _size(dataset, place, assumed)
    return Side(dataset, catalogue, place, assumed, tuple(rows), people, area_km2)


def _size(dataset: Dataset, place: Place, assumed: Assumed) -> tuple[float, float]:
    version = dataset.content_hash()
    is_counted, area_km2 = _land(dataset.area, version, place.kind, place.code, dataset)
    if not is_counted:
        return math.nan, area_km2
    fragments = changed(prepared(dataset.area, version, dataset), assumed.changes)
    return float(population_of(fragments, place.kind).get(place.code, 0.0)), area_km2


@st.cache_data(max_entries=256, show_spinner=False)
def _land(area: str, version: str, kind: str, code: str, _dataset: Dataset) -> tuple[bool, float]:
    """Return whether anybody is counted in a place at all, and its land in km²."""
    fragments = _dataset.fragments
    inside = fragments[fragments["in_area"] & (fragments[unit_column(kind)] == code)]
    return bool(inside["population"].notna().any()), float(inside["area_km2"].sum())
