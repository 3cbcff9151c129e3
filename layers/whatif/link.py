"""A link that names a scenario and nothing that it sets: the scenario's own values hold then."""

from __future__ import annotations

from geo.errors import MeguriError
from layers import session
from layers.stored import scenario_of
from layers.upload.dataset import catalogue_of
from layers.whatif.actions import moved_factors


def complete_link() -> None:
    """Put the scenario's factors and threshold into the view where the session's link left them to it; once.

    A scenario that is not there or is of another area, and what cannot be read, change nothing: the page says so.
    """
    left = session.left_to_scenario()
    if left:
        try:
            _complete(left)
        except MeguriError:
            return


def _complete(left: tuple[str, ...]) -> None:
    state = session.current()
    scenario = scenario_of(state.scenario)
    if scenario is None or scenario.area != state.area:
        return
    factors = moved_factors(catalogue_of(session.dataset(state.area)), scenario.factors) if scenario.factors else ()
    own = {"factors": factors, "threshold": scenario.threshold or state.threshold}
    session.update(**{field: own[field] for field in left})
