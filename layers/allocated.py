"""Least-distance allocations of the embedded data, kept in bounded caches that all sessions share."""

from __future__ import annotations

import streamlit as st

from geo.allocation import Allocation, allocate_resource
from geo.assessment import Settings
from geo.dataset import Dataset
from geo.haul_nodes import Nodes, nodes_of
from geo.terms import Catalogue
from layers.assessed import assessment_of, settings_for
from layers.assumptions import Assumed


def allocation_of(
    dataset: Dataset, catalogue: Catalogue, assumed: Assumed, resource_key: str, *, by: str = "community"
) -> Allocation | None:
    """Return a resource's allocation under a view's assumptions, None for what is not hauled (water).

    Parameters
    ----------
    by
        What the nodes are: 'community', 'municipality' or 'cells', each ∩ river system.

    Notes
    -----
    Cached by what can move the resource's amounts, and not to be changed: another assumption, or another threshold,
    redoes no other resource.
    """
    resource = catalogue.resources[resource_key]
    if not resource.reach.carried:
        return None
    settings = settings_for(catalogue, assumed, resource)
    versions = (dataset.area, dataset.content_hash(), catalogue.content_hash)
    return _allocation(*versions, resource_key, settings, by, dataset, catalogue, assumed)


@st.cache_resource(max_entries=64, show_spinner=False)
def _allocation(
    area: str,
    version: str,
    catalogue_version: str,
    resource: str,
    settings: Settings,
    by: str,
    _dataset: Dataset,
    _catalogue: Catalogue,
    _assumed: Assumed,
) -> Allocation | None:
    nodes = _nodes(area, version, by, _catalogue.detour.central, _dataset)
    return allocate_resource(assessment_of(_dataset, _catalogue, _assumed, resource), nodes)


@st.cache_resource(max_entries=4, show_spinner=False)
def _nodes(area: str, version: str, by: str, detour: float, _dataset: Dataset) -> Nodes:
    return nodes_of(_dataset.fragments, by=by, detour=detour)
