"""What the What-if page does to scenarios: put in force, save, take back; a problem is kept to be said on the page."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from geo.errors import MeguriError
from geo.scenario import LONGEST_NAME, Scenario
from geo.terms import Catalogue
from layers import session
from layers.assumptions import Factors
from layers.read_only import is_read_only
from layers.stored import scenario_of, store
from layers.whatif.names import with_free_name

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


def save(scenario: Scenario, catalogue: Catalogue) -> None:
    """Save a scenario and put it in force; usable as a widget's callback.

    A new one gets a name that no other has. Nothing is written on a server that only reads. A scenario that somebody
    else changed meanwhile stays as theirs.
    """
    is_saved(scenario, catalogue)


def is_saved(scenario: Scenario, catalogue: Catalogue) -> bool:
    """Do as :func:`save`, and tell whether it was saved."""

    def write() -> None:
        told = scenario if scenario.key else with_free_name(scenario, session.current().lang)
        made = store().save(told, base=told.changed_at or None)
        put_in_force(made, catalogue)

    return _try(write)


def duplicate(scenario: Scenario, catalogue: Catalogue) -> None:
    """Save a copy under a name of its own and put it in force, compared with the one it was copied from."""

    def write() -> None:
        copy = replace(scenario, name=session.say("whatif.copy_name", name=scenario.name)[:LONGEST_NAME])
        made = store().duplicate(scenario.key, with_free_name(copy, session.current().lang).name)
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
    _is_done(act)


def _try(write: Callable[[], None]) -> bool:
    return not is_read_only() and _is_done(write)


def _is_done(act: Callable[[], None]) -> bool:
    try:
        act()
    except MeguriError as error:
        st.session_state[_PROBLEM] = error
        return False
    return True
