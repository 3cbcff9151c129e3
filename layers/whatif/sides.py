"""The two sides of the What-if page: what is compared, and the figures of each."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from geo.dataset import Dataset
from geo.scenario import Scenario
from geo.terms import Catalogue
from layers.actuals.used import actuals_in_use
from layers.assessed import tables_of, usable
from layers.assumed import Assumed
from layers.difference import differences
from layers.ladder_rows import Tables
from layers.messages import text
from layers.state import ViewState
from layers.stored import changes_in_force, scenario_of


@dataclass(frozen=True)
class Side:
    """One side of a comparison.

    Attributes
    ----------
    scenario
        None for today's assumptions: the central values, and what is measured where measured values are in use.
    assumed
        What its figures assume.
    """

    scenario: Scenario | None
    assumed: Assumed

    @property
    def key(self) -> str:
        """The scenario's key, '' for today's assumptions."""
        return self.scenario.key if self.scenario else ""

    def name(self, lang: str) -> str:
        """What the side is called on the page."""
        return self.scenario.name if self.scenario else text("whatif.today", lang)

    def tables(self, dataset: Dataset, catalogue: Catalogue, by: str) -> Tables:
        """Return its unit tables of a partition, cached."""
        return tables_of(dataset, catalogue, self.assumed, by=by)


@dataclass(frozen=True)
class Sides:
    """What is compared: ``before`` at the left, ``after`` at the right."""

    before: Side
    after: Side

    @property
    def assumed(self) -> tuple[Assumed, Assumed]:
        """What both assume: the key of everything that is computed from the comparison."""
        return self.before.assumed, self.after.assumed


def side_of(scenario: Scenario | None, state: ViewState, dataset: Dataset, catalogue: Catalogue) -> Side:
    """Return a side as the view sees it: its threshold and its choice of measured values hold on both sides."""
    factors, _ = usable(catalogue, scenario.factors if scenario else ())
    changes = scenario.changes if scenario else ()
    if scenario is not None and scenario.key:
        # What the area's data or the catalogue no longer has is left out, and told by the editor.
        changes, _ = changes_in_force(scenario.key, dataset, catalogue)
    return Side(scenario, Assumed(factors, state.threshold, actuals_in_use(state, dataset, catalogue), changes))


def sides_of(state: ViewState, dataset: Dataset, catalogue: Catalogue) -> Sides | None:
    """Return what the view compares: the scenario in force with another or with today; None where none is in force."""
    after = scenario_of(state.scenario) if state.scenario else None
    if after is None:
        return None
    before = scenario_of(state.against) if state.against else None
    return Sides(*(side_of(scenario, state, dataset, catalogue) for scenario in (before, after)))


def names_of(state: ViewState) -> tuple[str, str]:
    """Return what the two sides that the view compares are called; today's assumptions where it names no scenario."""
    before, after = (scenario_of(key) if key else None for key in (state.against, state.scenario))
    today = text("whatif.today", state.lang)
    return before.name if before else today, after.name if after else today


def differences_of(dataset: Dataset, catalogue: Catalogue, sides: Sides, resource_key: str, *, by: str) -> pd.DataFrame:
    """Return :func:`layers.difference.differences` of a resource between the sides; cached, not to be changed."""
    versions = (dataset.area, dataset.content_hash(), catalogue.content_hash)
    return _differences(*versions, resource_key, by, sides.assumed, dataset, catalogue)


@st.cache_resource(max_entries=64, show_spinner=False)
def _differences(
    area: str,
    version: str,
    catalogue_version: str,
    resource_key: str,
    by: str,
    assumed: tuple[Assumed, Assumed],
    _dataset: Dataset,
    _catalogue: Catalogue,
) -> pd.DataFrame:
    before, after = (tables_of(_dataset, _catalogue, each, by=by)(resource_key, "central") for each in assumed)
    return differences(before, after, _catalogue.resources[resource_key])
