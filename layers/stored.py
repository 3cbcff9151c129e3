"""The scenarios kept on this server, read through a cache that knows when the store changed."""

from __future__ import annotations

import streamlit as st

from geo.changes import Change, check_changes
from geo.dataset import Dataset
from geo.errors import MeguriError
from geo.scenario import SCENARIO_KEY, Scenario, ScenarioError
from geo.store import Store, open_store
from geo.store_database import StoreError
from geo.terms import Catalogue
from layers import session
from layers.assessed import prepared
from layers.read_only import is_read_only


def store() -> Store:
    """Return the store of this server's data; one that may not be written refuses every change."""
    return open_store(session.data_dir(), is_writable=not is_read_only())


def scenario_of(key: str) -> Scenario | None:
    """Return a saved scenario, None where there is none; cached until the store changes. Raises StoreError."""
    if not SCENARIO_KEY.fullmatch(key):
        return None
    kept = store()
    return _scenario(str(kept.database.path), kept.stamp(), key, kept)


def scenarios_of(area: str) -> tuple[Scenario, ...]:
    """Return an area's saved scenarios, the one changed last first; cached as :func:`scenario_of`."""
    kept = store()
    return _scenarios(str(kept.database.path), kept.stamp(), area, kept)


def changes_in_force(
    key: str, dataset: Dataset, catalogue: Catalogue
) -> tuple[tuple[Change, ...], tuple[MeguriError, ...]]:
    """Return a saved scenario's changes that fit the area as it is, and what refuses the others; cached.

    A link's scenario may be of another area (then none of it holds here), of other data or of another catalogue; one
    that cannot be read is told in the same way. ((), ()) where there is none.
    """
    try:
        found = scenario_of(key)
    except StoreError as error:
        return (), (error,)
    if found is None:
        return (), ()
    versions = (dataset.area, dataset.content_hash(), catalogue.content_hash)
    return _fitting(*versions, found, dataset, catalogue)


@st.cache_resource(max_entries=256, show_spinner=False)
def _scenario(path: str, stamp: str, key: str, _store: Store) -> Scenario | None:
    return _store.scenario(key)


@st.cache_resource(max_entries=16, show_spinner=False)
def _scenarios(path: str, stamp: str, area: str, _store: Store) -> tuple[Scenario, ...]:
    return _store.scenarios(area)


@st.cache_resource(max_entries=64, show_spinner=False)
def _fitting(
    area: str, version: str, catalogue_version: str, scenario: Scenario, _dataset: Dataset, _catalogue: Catalogue
) -> tuple[tuple[Change, ...], tuple[MeguriError, ...]]:
    if scenario.area != area:
        message = f"scenario '{scenario.name}': it is of the area '{scenario.area}'; this is '{area}'"
        told = {"name": scenario.name, "expected": area, "found": scenario.area}
        return (), (ScenarioError(message, key="scenario_of_other_area", **told),)
    fragments = prepared(area, version, _dataset)
    fitting: list[Change] = []
    refused: list[MeguriError] = []
    for change in scenario.changes:
        try:
            check_changes((change,), fragments, _catalogue)
            fitting.append(change)
        except MeguriError as error:
            refused.append(error)
    return tuple(fitting), tuple(refused)
