"""Least-distance allocations of the embedded data, kept in bounded caches that all sessions share."""

from __future__ import annotations

import streamlit as st

from geo.allocation import Allocation, allocate_resource
from geo.dataset import Dataset
from geo.haul_nodes import Nodes, nodes_of
from geo.terms import Catalogue
from layers.assessed import Asked, assessment_of, settings_for, versions_of
from layers.assumptions import Assumed
from layers.kept import kept


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
    asked = Asked(versions_of(dataset, catalogue), resource_key, settings, by)
    return _allocation(asked, dataset, catalogue, assumed)


@kept(max_entries=64)
def _allocation(asked: Asked, dataset: Dataset, catalogue: Catalogue, assumed: Assumed) -> Allocation | None:
    area, version, _ = asked.versions
    nodes = _nodes(area, version, asked.by, catalogue.detour.central, dataset)
    return allocate_resource(assessment_of(dataset, catalogue, assumed, asked.resource), nodes)


@st.cache_resource(max_entries=4, show_spinner=False)
def _nodes(area: str, version: str, by: str, detour: float, _dataset: Dataset) -> Nodes:
    return nodes_of(_dataset.fragments, by=by, detour=detour)
