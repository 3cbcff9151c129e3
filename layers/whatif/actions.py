"""What the What-if page does to scenarios: put in force, save, take back; a problem is kept to be said on the page."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from geo.dataset import Dataset
from geo.errors import MeguriError
from geo.scenario import Scenario
from geo.terms import Catalogue
from layers import session
from layers.assumptions import Factors
from layers.difference import POINT_LEVELS
from layers.read_only import is_read_only
from layers.stored import scenario_of, store
from layers.whatif.sides import Sides, differences_of, side_of

# What the maps show, as the page's control has it.
VIEW = "whatif_view"
# The sliders as they stood before a scenario was put in force; the problem to be said; the scenario just removed.
_BEFORE, _PROBLEM, _REMOVED = "whatif_before", "whatif_problem", "whatif_removed"


@dataclass(frozen=True)
class Removed:
    """A scenario that was just removed, to be had back."""

    key: str
    name: str


def moved_factors(catalogue: Catalogue, factors: Factors) -> Factors:
    """Return the settings that are not the catalogue's central values, in their order; unknown ones are left out."""
    known = ((key, value, catalogue.factors[key].central) for key, value in factors if key in catalogue.factors)
    return tuple(
        (key, value) for key, value, usual in known if not math.isclose(value, usual, rel_tol=1e-6, abs_tol=1e-9)
    )


def put_in_force(scenario: Scenario, catalogue: Catalogue) -> None:
    """Look at everything under a scenario; its factors of the whole area take the sliders' place."""
    state = session.current()
    if not state.scenario:
        st.session_state[_BEFORE] = state.factors
    session.update(
        scenario=scenario.key,
        against="" if state.against == scenario.key else state.against,
        factors=moved_factors(catalogue, scenario.factors),
        threshold=state.threshold if scenario.threshold is None else scenario.threshold,
    )


def leave() -> None:
    """Go back to today's assumptions, with the sliders as they stood before."""
    before = st.session_state.pop(_BEFORE, ())
    session.update(scenario="", against="", factors=before)


def open_key(key: str, catalogue: Catalogue) -> None:
    """Put a saved scenario in force; one that is not there any more changes nothing."""
    scenario = scenario_of(key)
    if scenario is not None:
        put_in_force(scenario, catalogue)


def look_at_change(scenario: Scenario, dataset: Dataset, catalogue: Catalogue) -> None:
    """Bring the resource into focus that the scenario changes most, where the one in focus would stay as it is."""
    state = session.current()
    sides = Sides(*(side_of(each, state, dataset, catalogue) for each in (None, scenario)))
    sizes = {
        key: float(differences_of(dataset, catalogue, sides, key, by="prefecture")["points"].abs().max())
        for key in catalogue.resources
    }
    told = {key: size for key, size in sizes.items() if size >= POINT_LEVELS[0]}
    if told and state.resource not in told:
        state = session.update(resource=max(told, key=told.__getitem__))
    found = differences_of(dataset, catalogue, sides, state.resource, by=state.by)
    if VIEW not in st.session_state and not found["rungs"].any() and found["points"].abs().ge(POINT_LEVELS[0]).any():
        # No scale moves, but shares do: two maps of the same scales would show nothing.
        st.session_state[VIEW] = "share"


def save(scenario: Scenario, catalogue: Catalogue) -> None:
    """Save a scenario and put it in force; usable as a widget's callback.

    Nothing is written on a server that only reads. A scenario that somebody else changed meanwhile stays as theirs.
    """

    def write() -> None:
        made = store().save(scenario, base=scenario.changed_at or None)
        put_in_force(made, catalogue)

    _try(write)


def duplicate(scenario: Scenario, name: str, catalogue: Catalogue) -> None:
    """Save a copy under another name and put it in force, compared with the one it was copied from."""

    def write() -> None:
        made = store().duplicate(scenario.key, name)
        put_in_force(made, catalogue)
        session.update(against=scenario.key)

    _try(write)


def remove(scenario: Scenario) -> None:
    """Remove a scenario; it can be had back as long as :func:`removed` tells of it."""

    def write() -> None:
        store().remove(scenario.key)
        st.session_state[_REMOVED] = Removed(scenario.key, scenario.name)
        leave()

    _try(write)


def step(name: str, key: str, catalogue: Catalogue) -> None:
    """Go a version of a scenario back ('undo', its removal too) or forward ('redo'), and look through what is there."""

    def write() -> None:
        kept = store()
        found = kept.undo(key) if name == "undo" else kept.redo(key)
        st.session_state.pop(_REMOVED, None)
        if found is not None:
            put_in_force(found, catalogue)

    _try(write)


def removed() -> Removed | None:
    """Return the scenario that was removed last in this session and not had back, None for none."""
    found = st.session_state.get(_REMOVED)
    return found if isinstance(found, Removed) else None


def forget_removed() -> None:
    """Say no more of the scenario that was removed."""
    st.session_state.pop(_REMOVED, None)


def problem() -> MeguriError | None:
    """Return what went wrong since it was last asked, once."""
    found = st.session_state.pop(_PROBLEM, None)
    return found if isinstance(found, MeguriError) else None


def attempt(act: Callable[[], None]) -> None:
    """Do something; what a user can mend is kept to be said on the page, in place of a broken run."""
    try:
        act()
    except MeguriError as error:
        st.session_state[_PROBLEM] = error


def _try(write: Callable[[], None]) -> None:
    if not is_read_only():
        attempt(write)
