"""What the Basin page shows, computed once for all sessions: the profile, its potential, and its exchanges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from geo.allocation import flows_between
from geo.assessment import Settings
from geo.basin_exchange import exchange_of_parts, partners, within
from geo.basin_profile import BasinProfile, basin_profile, supply_by_term
from geo.dataset import Dataset
from geo.terms import Catalogue
from layers.allocated import allocation_of
from layers.assessed import Asked, assessment_of, prepared, settings_for, versions_of
from layers.assumptions import Assumed
from layers.kept import kept

# As many partners as can be told apart in a diagram across a room.
MOST_PARTNERS = 12
# A thinner band than this share of all is none.
_LEAST_SHARE = 0.005
# An exchange below this share of what is needed is told in words: bands and arrows, drawn to the largest among them,
# would make it look large.
_LITTLE = 0.01


@dataclass(frozen=True, eq=False)
class Exchange:
    """What a basin exchanges with others by the least-distance allocation.

    Attributes
    ----------
    partners
        As of :func:`geo.basin_exchange.partners`.
    within
        As of :func:`geo.basin_exchange.within`.
    reach_km
        How far the resource is worth carrying; None where nothing limits it.
    whole
        What the basin needs (what arises there, of a resource that looks for a use), in the resource's unit per year.
    """

    partners: pd.DataFrame
    within: pd.DataFrame
    reach_km: float | None
    whole: float

    def amount(self, direction: str) -> float:
        """What comes ('in') from other basins or goes ('out') to them, in the resource's unit per year."""
        return float(self.partners.loc[self.partners["direction"] == direction, "amount"].sum())

    @property
    def own(self) -> float:
        """What stays within the basin, in the resource's unit per year."""
        return float(self.within["amount"].sum())

    @property
    def is_little(self) -> bool:
        """Tell whether there is an exchange, but one too small beside what the basin needs to be drawn."""
        return 0 < max(self.amount("in"), self.amount("out")) < _LITTLE * self.whole


@dataclass(frozen=True, eq=False)
class _Flows:
    """What all basins exchange, and what each of them needs (or has to place) in all."""

    table: pd.DataFrame
    whole: Mapping[str, float]
    reach_km: float | None


def profile_of(dataset: Dataset, code: str) -> BasinProfile:
    """Return the river system's description, cached; not to be changed."""
    return _profile(dataset.area, dataset.content_hash(), code, dataset)


def potential_of(dataset: Dataset, catalogue: Catalogue, assumed: Assumed, code: str) -> pd.DataFrame:
    """Return what the supply terms of every resource amount to there, cached; not to be changed."""
    settings = tuple(settings_for(catalogue, assumed, resource) for resource in catalogue.resources.values())
    return _potential(*versions_of(dataset, catalogue), code, settings, dataset, catalogue, assumed)


def parts_of(
    dataset: Dataset, catalogue: Catalogue, assumed: Assumed, resource_key: str, code: str
) -> pd.DataFrame | None:
    """Return what the basin's parts could give each other, cached; None where the ladder has no basin rung."""
    return _parts(_asked(dataset, catalogue, assumed, resource_key, code), dataset, catalogue, assumed)


def exchange_of(
    dataset: Dataset, catalogue: Catalogue, assumed: Assumed, resource_key: str, code: str
) -> Exchange | None:
    """Return what the basin exchanges with others, cached; None for what is not hauled (water)."""
    return _exchange(_asked(dataset, catalogue, assumed, resource_key, code), dataset, catalogue, assumed)


def _asked(dataset: Dataset, catalogue: Catalogue, assumed: Assumed, resource_key: str, code: str) -> Asked:
    settings = settings_for(catalogue, assumed, catalogue.resources[resource_key])
    return Asked(versions_of(dataset, catalogue), resource_key, settings, code=code)


@st.cache_resource(max_entries=64, show_spinner=False)
def _profile(area: str, version: str, code: str, _dataset: Dataset) -> BasinProfile:
    return basin_profile(_dataset.fragments, code)


@st.cache_resource(max_entries=128, show_spinner=False)
def _potential(
    area: str,
    version: str,
    catalogue_version: str,
    code: str,
    settings: tuple[Settings, ...],
    _dataset: Dataset,
    _catalogue: Catalogue,
    _assumed: Assumed,
) -> pd.DataFrame:
    found = [assessment_of(_dataset, _catalogue, _assumed, key) for key in _catalogue.resources]
    return supply_by_term(found, prepared(area, version, _dataset), _catalogue, code)


@kept(max_entries=128)
def _parts(asked: Asked, dataset: Dataset, catalogue: Catalogue, assumed: Assumed) -> pd.DataFrame | None:
    assessment = assessment_of(dataset, catalogue, assumed, asked.resource)
    if "basin" not in assessment.circulation.met:
        return None
    area, version, _ = asked.versions
    return exchange_of_parts(assessment, prepared(area, version, dataset), asked.code)


@kept(max_entries=128)
def _exchange(asked: Asked, dataset: Dataset, catalogue: Catalogue, assumed: Assumed) -> Exchange | None:
    found = _flows(replace(asked, code=""), dataset, catalogue, assumed)
    if found is None:
        return None
    return Exchange(
        partners=partners(found.table, asked.code, most=MOST_PARTNERS, least_share=_LEAST_SHARE),
        within=within(found.table, asked.code),
        reach_km=found.reach_km,
        whole=found.whole.get(asked.code, 0.0),
    )


@kept(max_entries=32)
def _flows(asked: Asked, dataset: Dataset, catalogue: Catalogue, assumed: Assumed) -> _Flows | None:
    allocation = allocation_of(dataset, catalogue, assumed, asked.resource)
    if allocation is None:
        return None
    amounts = allocation.demand if allocation.perspective == "demand" else allocation.supply
    sums = pd.Series(amounts).groupby(allocation.nodes.basin).sum()
    whole = {str(code): float(amount) for code, amount in sums.items()}
    return _Flows(flows_between(allocation, "basin"), whole, allocation.reach_km)
