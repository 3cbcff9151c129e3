"""The data layers that a resource's figures stand on, and their years: what is told beside every figure."""

from __future__ import annotations

from collections.abc import Iterable

from geo.dataset import Dataset
from geo.layer_info import LayerInfo
from geo.terms import Resource
from layers.resource_detail import data_layers


def figure_sources(resource: Resource, dataset: Dataset) -> list[LayerInfo]:
    """Return the source layers of a resource's amounts, in the dataset's order."""
    return [dataset.layer(key) for key in data_layers(resource, dataset)]


def figure_years(resource: Resource, dataset: Dataset) -> str:
    """Return the years of those data, by when each ends: '2016, 2020, 2000–2025'.

    The mesh of the population also holds earlier counts; the figures use the one fitted to the census.
    """
    keys = data_layers(resource, dataset)
    told = [key for key in keys if not (key == "population" and "census" in keys)]
    return ", ".join(in_order(dataset.layer(key).year for key in told))


def in_order(years: Iterable[str]) -> list[str]:
    """Return years and spans of years, each once, by when they end: a mean of 2000–2025 is no older than 2020."""
    return sorted({year for year in years if year}, key=lambda year: (year[-4:], year))


def sides_with_gaps(resource: Resource, dataset: Dataset) -> frozenset[str]:
    """Return which of 'supply' and 'demand' rest on an indicator that is unknown somewhere in the area."""
    fragments = dataset.fragments
    terms = {"supply": resource.supply, "demand": resource.demand}
    used = {side: {name for term in of for name in term.indicators} & set(fragments) for side, of in terms.items()}
    return frozenset(side for side, names in used.items() if fragments[sorted(names)].isna().any(axis=None))
