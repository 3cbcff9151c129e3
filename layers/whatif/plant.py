"""Adding a new facility to a scenario: what it supplies or uses, how much a year, and in which 1 km cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from geo.changes import LARGEST_AMOUNT, PLANT_SIDES, Plant
from geo.dataset import Dataset
from geo.mesh import codes_of_points
from geo.places import names_at
from geo.scenario import LONGEST_NAME, Scenario, with_change
from geo.terms import Catalogue
from layers import session
from layers.exports import per_year
from layers.place_picker import all_places
from layers.session import say
from layers.unique_labels import unique_labels
from layers.whatif.look import save_and_look

_SPOT = "whatif_spot"
_CLICKED = "clicked"


@dataclass(frozen=True)
class Spot:
    """A cell and a municipality that lies in it."""

    area: str
    mesh_code: str
    municipality: str


def remember_spot(dataset: Dataset, latitude: float, longitude: float) -> None:
    """Keep where a map was pressed, for a facility to stand there; a press outside the area changes nothing."""
    found = spot_at(dataset, latitude, longitude)
    if found is not None:
        st.session_state[_SPOT] = found


def spot_at(dataset: Dataset, latitude: float, longitude: float) -> Spot | None:
    """Return cell and municipality under a point in degrees; None where no fragment of the area is both."""
    names = names_at(dataset, latitude, longitude)
    if names is None:
        return None
    mesh_code = str(codes_of_points(np.array([latitude]), np.array([longitude]))[0])
    rows = dataset.fragments
    is_there = (
        rows["in_area"] & (rows["mesh_code"] == mesh_code) & (rows["municipality_code"] == names.municipality.code)
    )
    return Spot(dataset.area, mesh_code, names.municipality.code) if is_there.any() else None


def busiest_spot(dataset: Dataset, municipality: str) -> Spot:
    """Return the cell of a municipality in which most of its people live, of equal ones the largest."""
    rows = dataset.fragments
    inside = rows[rows["in_area"] & (rows["municipality_code"] == municipality)]
    measures = [name for name in ("population", "area_km2") if name in inside]
    sums = inside.groupby("mesh_code")[measures].sum()
    best = sums.sort_values(measures, ascending=False).index[0]
    return Spot(dataset.area, str(best), municipality)


def plant_form(dataset: Dataset, catalogue: Catalogue, scenario: Scenario) -> None:
    """Draw the fields of a new facility; it is saved when its button is pressed."""
    lang = session.current().lang
    name = st.text_input(
        say("whatif.add.plant_name"),
        placeholder=say("whatif.add.plant_hint"),
        max_chars=LONGEST_NAME,
        key="whatif_plant_name",
    )
    resources = {key: resource for key, resource in catalogue.resources.items() if not resource.view_of}
    first, second = st.columns(2)
    names = {key: resource.name_ja if lang == "ja" else resource.name_en for key, resource in resources.items()}
    key = first.selectbox(
        say("whatif.add.plant_resource"),
        list(resources),
        format_func=unique_labels(names, lang).__getitem__,
        key="whatif_plant_resource",
    )
    side = second.segmented_control(
        say("whatif.add.plant_side"),
        PLANT_SIDES,
        format_func={side: say(f"whatif.add.plant_{side}") for side in PLANT_SIDES}.__getitem__,
        default="supply",
        required=True,
        key="whatif_plant_side",
    )
    resource = resources[str(key)]
    unit = per_year(resource.unit_ja if lang == "ja" else resource.unit, lang)
    amount = st.number_input(
        say("whatif.add.plant_amount", unit=unit),
        min_value=0.0,
        max_value=LARGEST_AMOUNT,
        value=None,
        key="whatif_plant_amount",
    )
    may_vary = bool(resource.time_factor) and side == "supply"
    varies = may_vary and st.toggle(say("whatif.add.plant_variable"), key="whatif_plant_variable")
    spot = _where(dataset, lang)
    problem = "whatif.add.plant_no_name" if not name.strip() else "" if amount else "whatif.add.plant_no_amount"

    def add() -> None:
        plant = Plant(
            name=name.strip(),
            resource=resource.key,
            side=str(side),
            amount_per_year=float(amount or 0.0),
            mesh_code=spot.mesh_code,
            municipality=spot.municipality,
            variable=bool(varies),
        )
        made = with_change(scenario, plant)
        save_and_look(made, dataset, catalogue, former=scenario, where=(spot.municipality,))

    st.button(
        say("whatif.add.button"), key="whatif_add_plant_button", type="primary", disabled=bool(problem), on_click=add
    )
    if problem:
        st.caption(say(problem))


def _where(dataset: Dataset, lang: str) -> Spot:
    known = all_places(dataset, "municipality")
    spot = st.session_state.get(_SPOT)
    clicked = spot if isinstance(spot, Spot) and spot.area == dataset.area else None
    words = {code: say("whatif.add.plant_in", name=place.name(lang)) for code, place in known.items()}
    if clicked:
        name = known[clicked.municipality].name(lang)
        words = {_CLICKED: say("whatif.add.plant_at_click", name=name, mesh=clicked.mesh_code), **words}
    words = unique_labels(words, lang)
    chosen = st.selectbox(
        say("whatif.add.plant_where"),
        list(words),
        format_func=lambda option: words.get(option, str(option)),
        # A newly pressed spot is what is meant: it comes first.
        key=f"whatif_plant_where_{clicked.mesh_code if clicked else ''}",
    )
    if not clicked:
        st.caption(say("whatif.add.plant_click_hint"))
    return clicked if chosen == _CLICKED and clicked else busiest_spot(dataset, str(chosen))
