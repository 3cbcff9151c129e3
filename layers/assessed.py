"""Assessments and unit tables of the embedded data, kept in bounded caches that all sessions share."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache

import pandas as pd
import streamlit as st

from geo.actuals import Actual
from geo.actuals_scaling import relevant_actuals
from geo.assessment import Assessment, Settings, assess, closing_of, unit_table
from geo.changes import Change, relevant_changes
from geo.dataset import Dataset
from geo.errors import InputError
from geo.prepared import PreparedFragments, prepare
from geo.resources import check_factors
from geo.terms import Catalogue, Resource
from layers.assumptions import Assumed, Factors, relevant
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
    versions = (dataset.area, dataset.content_hash(), catalogue.content_hash)
    return _tables(*versions, by, factors, threshold, _digest(actuals), changes, dataset, catalogue, actuals)


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
    versions = (dataset.area, dataset.content_hash(), catalogue.content_hash)
    return _assessment(*versions, resource_key, settings, dataset, catalogue)


def _digest(actuals: tuple[Actual, ...]) -> str:
    return hashlib.sha256(repr(actuals).encode()).hexdigest() if actuals else ""


@st.cache_resource(max_entries=16, show_spinner=False)
def _tables(
    area: str,
    version: str,
    catalogue_version: str,
    by: str,
    factors: Factors,
    threshold: float,
    measured: str,
    changes: tuple[Change, ...],
    _dataset: Dataset,
    _catalogue: Catalogue,
    _actuals: tuple[Actual, ...],
) -> Tables:
    assumed = Assumed(factors=factors, threshold=threshold, actuals=_actuals, changes=changes)
    versions = (area, version, catalogue_version)

    @cache
    def table(resource: str, case: str) -> pd.DataFrame:
        settings = settings_for(_catalogue, assumed, _catalogue.resources[resource], case)
        return _closed(_Asked(versions, resource, settings, _dataset, _catalogue, by, threshold))

    return table


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


@st.cache_resource(max_entries=96, show_spinner=False)
def _assessment(
    area: str,
    version: str,
    catalogue_version: str,
    resource: str,
    settings: Settings,
    _dataset: Dataset,
    _catalogue: Catalogue,
) -> Assessment:
    return assess(prepared(area, version, _dataset), resource, _catalogue, settings)


@dataclass(frozen=True)
class _Asked:
    """What a table hangs on; the data and the catalogue are known by their versions.

    Streamlit takes half a millisecond to make the key of so many arguments, and a page asks for fifty tables.
    """

    versions: tuple[str, str, str]
    resource: str
    settings: Settings
    dataset: Dataset = field(compare=False, repr=False)
    catalogue: Catalogue = field(compare=False, repr=False)
    by: str = ""
    threshold: float = 0.0


@lru_cache(maxsize=256)
def _table(asked: _Asked) -> pd.DataFrame:
    area, version, _ = asked.versions
    of_fragments = _assessment(*asked.versions, asked.resource, asked.settings, asked.dataset, asked.catalogue)
    return unit_table(of_fragments, prepared(area, version, asked.dataset), asked.by)


# A slider moves the resources that its factor is of; the closing scales of the others are taken as they are.
@lru_cache(maxsize=256)
def _closed(asked: _Asked) -> pd.DataFrame:
    amounts = _table(replace(asked, threshold=0.0))
    known = asked.catalogue.resources[asked.resource]
    return amounts.assign(closing_scale=closing_of(amounts, known, threshold=asked.threshold))
