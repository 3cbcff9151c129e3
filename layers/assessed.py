"""Assessments and unit tables of the embedded data, kept in bounded caches that all sessions share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import pandas as pd
import streamlit as st

from geo.actuals import Actual
from geo.actuals_scaling import relevant_actuals
from geo.assessment import Assessment, Settings, assess
from geo.changes import Change, relevant_changes
from geo.dataset import Dataset
from geo.errors import InputError
from geo.prepared import PreparedFragments, prepare
from geo.resources import check_factors
from geo.terms import Catalogue, Resource
from geo.unit_figures import unit_amounts, with_closing
from layers.assumptions import Assumed, Factors, relevant
from layers.kept import kept
from layers.ladder_rows import Tables


def tables(
    dataset: Dataset,
    catalogue: Catalogue,
    *,
    by: str,
    factors: Factors,
    threshold: float,
    actuals: tuple[Actual, ...] = (),
    changes: tuple[Change, ...] = (),
) -> Tables:
    """Return what gives the unit table of (resource, case) under these settings; cached, not to be changed."""
    # The amounts of a resource hang on few of the factors, and not on the threshold: they are kept by themselves.
    assumed = Assumed(factors=factors, threshold=threshold, actuals=actuals, changes=changes)
    versions = versions_of(dataset, catalogue)

    @cache
    def table(resource: str, case: str) -> pd.DataFrame:
        settings = settings_for(catalogue, assumed, catalogue.resources[resource], case)
        return _closed(Asked(versions, resource, settings, by, threshold=threshold), dataset, catalogue)

    return table


def tables_of(dataset: Dataset, catalogue: Catalogue, assumed: Assumed, *, by: str) -> Tables:
    """Return :func:`tables` for all that a view assumes."""
    return tables(
        dataset,
        catalogue,
        by=by,
        factors=assumed.factors,
        threshold=assumed.threshold,
        actuals=assumed.actuals,
        changes=assumed.changes,
    )


def settings_for(catalogue: Catalogue, assumed: Assumed, resource: Resource, case: str = "central") -> Settings:
    """Return what of a view's assumptions can move a resource's amounts: a key for caches; no threshold in it."""
    return Settings(
        case=case,
        factors=relevant(catalogue, resource, assumed.factors),
        actuals=relevant_actuals(assumed.actuals, resource.key),
        changes=relevant_changes(assumed.changes, catalogue, resource),
    )


def assessment_of(
    dataset: Dataset, catalogue: Catalogue, assumed: Assumed, resource_key: str, case: str = "central"
) -> Assessment:
    """Return a resource's assessment under a view's assumptions; cached, not to be changed."""
    settings = settings_for(catalogue, assumed, catalogue.resources[resource_key], case)
    return _assessment(Asked(versions_of(dataset, catalogue), resource_key, settings), dataset, catalogue)


def versions_of(dataset: Dataset, catalogue: Catalogue) -> tuple[str, str, str]:
    """Return by what the data and the catalogue are known in the key of a cache."""
    return dataset.area, dataset.content_hash(), catalogue.content_hash


def usable(catalogue: Catalogue, factors: Factors) -> tuple[Factors, tuple[str, ...]]:
    """Split settings (of a link) into those that the catalogue accepts, by full key, and the others' names."""
    kept: dict[str, float] = {}
    refused = []
    for name, value in factors:
        try:
            kept |= check_factors(catalogue, [(name, value)])
        except InputError:
            refused.append(name)
    return tuple(kept.items()), tuple(refused)


@st.cache_resource(max_entries=4, show_spinner=False)
def prepared(area: str, version: str, _dataset: Dataset) -> PreparedFragments:
    """Return the area's fragments with labels coded; ``version`` is the dataset's content hash."""
    return prepare(_dataset.fragments)


@dataclass(frozen=True)
class Asked:
    """What a result hangs on: a key for caches (:mod:`layers.kept`); data and catalogue are known by their versions."""

    versions: tuple[str, str, str]
    resource: str
    settings: Settings
    by: str = ""
    code: str = ""
    threshold: float = 0.0


# Some 200 bytes a row: the tables of fifty views by municipalities, or of five by cells.
_MOST_ROWS = 120_000


# About a megabyte each; of few of them more is asked than one table.
@kept(max_entries=48)
def _assessment(asked: Asked, dataset: Dataset, catalogue: Catalogue) -> Assessment:
    area, version, _ = asked.versions
    return assess(prepared(area, version, dataset), asked.resource, catalogue, asked.settings)


@kept(max_entries=1024, max_rows=_MOST_ROWS)
def _amounts(asked: Asked, dataset: Dataset, catalogue: Catalogue) -> pd.DataFrame:
    area, version, _ = asked.versions
    of_fragments = _assessment(replace(asked, by=""), dataset, catalogue)
    return unit_amounts(of_fragments, prepared(area, version, dataset), asked.by)


# A slider moves the resources that its factor is of; the closing scales of the others are taken as they are.
@kept(max_entries=1024, max_rows=_MOST_ROWS)
def _closed(asked: Asked, dataset: Dataset, catalogue: Catalogue) -> pd.DataFrame:
    amounts = _amounts(replace(asked, threshold=0.0), dataset, catalogue)
    return with_closing(amounts, catalogue.resources[asked.resource], threshold=asked.threshold)
