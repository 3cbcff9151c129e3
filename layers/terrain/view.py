"""From a view's state to what drains to its point: computed once for all sessions, drawn over the live map."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
import streamlit as st

from geo.assessment import Settings
from geo.dataset import Dataset
from geo.terms import CASES, Catalogue
from geo.terrain import Downstream, Terrain, Upstream, downstream_path, upstream_of
from geo.terrain_build import has_dem, open_terrain
from geo.terrain_figures import DrainFigures, ladder_figures
from geo.terrain_hydro import small_hydro
from layers.actuals.used import actuals_in_use
from layers.assessed import prepared, usable
from layers.live import Extra
from layers.state import ViewState


@dataclass(frozen=True, eq=False)
class Drain:
    """What drains to a point, its way down to the sea, and how fine the grid is (m)."""

    upstream: Upstream
    downstream: Downstream
    resolution_m: float


@dataclass(frozen=True)
class Hydro:
    """Small hydro of the reaches within the upstream area.

    Attributes
    ----------
    reaches
        Number of them.
    capacity_kw, energy_kwh_per_year
        In the cases 'low', 'central', 'high'.
    unknown_share
        0 to 1: of the land upstream, without climate: it adds no water.
    """

    reaches: int
    capacity_kw: tuple[float, float, float]
    energy_kwh_per_year: tuple[float, float, float]
    unknown_share: float


def is_offered(state: ViewState, dataset: Dataset) -> bool:
    """Whether the view has a point and its dataset elevation."""
    return state.at is not None and has_dem(dataset)


def drain_of(state: ViewState, dataset: Dataset) -> Drain | None:
    """Return what drains to the view's point; None where it was not asked for or there is no elevation.

    Raises
    ------
    InputError
        The point is not near land with a known elevation.
    DatasetError
        The elevation cannot be read.
    """
    if not (state.upstream and state.at is not None and has_dem(dataset)):
        return None
    return _drain(dataset.area, dataset.content_hash(), state.at, dataset)


def is_ready(dataset: Dataset) -> bool:
    """Whether the flow has been computed, and not another area's since."""
    return (dataset.area, dataset.content_hash()) in _computed()


def make_ready(dataset: Dataset) -> None:
    """Compute the flow, which takes a while; errors as for :func:`geo.terrain_build.open_terrain`."""
    _terrain(dataset.area, dataset.content_hash(), dataset)
    # Said here and not where it is computed: whoever waited for it must find it ready.
    _computed().clear()
    _computed().add((dataset.area, dataset.content_hash()))


def extras(drain: Drain) -> tuple[Extra, ...]:
    """Return the upstream area and the way down as the live map draws them, thinned to half a cell."""
    half = drain.resolution_m / 2 / 111_000
    polygon = shapely.simplify(drain.upstream.polygon, 1.5 * half)
    return (
        Extra("area", drain.upstream.polygon if polygon.is_empty else polygon),
        Extra("line", shapely.simplify(drain.downstream.line, half)),
    )


def figures_of(state: ViewState, dataset: Dataset, catalogue: Catalogue, drain: Drain) -> DrainFigures:
    """Return people, land and resources of the upstream area under the view's assumptions."""
    factors, _ = usable(catalogue, state.factors)
    actuals = actuals_in_use(state, dataset, catalogue)
    settings = Settings(factors=factors, threshold=state.threshold, actuals=actuals)
    versions = (dataset.area, dataset.content_hash(), catalogue.content_hash)
    return _figures(*versions, shapely.to_wkb(drain.upstream.polygon), settings, dataset, catalogue)


def hydro_of(dataset: Dataset, catalogue: Catalogue, drain: Drain) -> Hydro:
    """Return the small hydro of the reaches that begin in the upstream area, the last by its length inside."""
    tables = [
        _reaches(dataset.area, dataset.content_hash(), catalogue.content_hash, case, dataset, catalogue)
        for case in CASES
    ]
    lines = tables[0].geometry.to_numpy()
    polygon = drain.upstream.polygon
    shapely.prepare(polygon)
    begins, ends = (shapely.contains(polygon, shapely.get_point(lines, place)) for place in (0, -1))
    share = np.where(begins, 1.0, 0.0)
    # The point asked for lies somewhere along it.
    leaving = np.flatnonzero(begins & ~ends)
    share[leaving] = shapely.length(shapely.intersection(lines[leaving], polygon)) / shapely.length(lines[leaving])
    low, central, high = (float(np.dot(table["capacity_kw"], share)) for table in tables)
    low_kwh, central_kwh, high_kwh = (float(np.dot(table["energy_kwh_per_year"], share)) for table in tables)
    # Through the last reach passes the water of all others.
    own = tables[1][begins]
    unknown = float(own["unknown_share"].iloc[own["upstream_km2"].argmax()]) if begins.any() else 0.0
    return Hydro(int(begins.sum()), (low, central, high), (low_kwh, central_kwh, high_kwh), unknown)


@st.cache_resource(max_entries=1, show_spinner=False)
def _computed() -> set[tuple[str, str]]:
    return set()


# A prefecture's flow takes some hundred megabytes: one area at a time.
@st.cache_resource(max_entries=1, show_spinner=False)
def _terrain(area: str, version: str, _dataset: Dataset) -> Terrain:
    return open_terrain(_dataset)


@st.cache_resource(max_entries=32, show_spinner=False)
def _drain(area: str, version: str, at: tuple[float, float], _dataset: Dataset) -> Drain:
    terrain = _terrain(area, version, _dataset)
    return Drain(upstream_of(terrain, *at), downstream_path(terrain, *at), terrain.resolution_m)


@st.cache_resource(max_entries=32, show_spinner=False)
def _figures(
    area: str,
    version: str,
    catalogue_version: str,
    polygon: bytes,
    settings: Settings,
    _dataset: Dataset,
    _catalogue: Catalogue,
) -> DrainFigures:
    fragments = prepared(area, version, _dataset)
    return ladder_figures(_dataset, shapely.from_wkb(polygon), _catalogue, settings, prepared=fragments)


@st.cache_resource(max_entries=3, show_spinner=False)
def _reaches(
    area: str, version: str, catalogue_version: str, case: str, _dataset: Dataset, _catalogue: Catalogue
) -> gpd.GeoDataFrame:
    return small_hydro(_terrain(area, version, _dataset), _dataset.fragments, _catalogue, case=case)
