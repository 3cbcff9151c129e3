"""Whom to compare a place with, before anybody has said so: the places of its kind that share its border."""

from __future__ import annotations

import numpy as np
import shapely
import streamlit as st

from geo.dataset import LOWLAND, Dataset
from layers.catalogue import geometry_of, outlines
from layers.partitions import is_brought
from layers.place_picker import all_places
from layers.scale_places import Place

MOST = 4
# About 50 m: outlines of one kind meet exactly, but for what rounding and islands leave.
_NEAR_DEGREES = 5e-4


def neighbours(dataset: Dataset, place: Place) -> list[Place]:
    """Return places of the same kind along the longest common borders first, at most ``MOST``.

    For the whole area: its municipalities, in the order of their list. Basins that the data cuts and the lowland are
    left out, since they cannot be compared as wholes.
    """
    if not place.key:
        return list(all_places(dataset, "municipality").values())[:MOST]
    if is_brought(place.kind):
        return [other for other in all_places(dataset, place.kind).values() if other.code != place.code][:MOST]
    codes = _beside(dataset.area, dataset.content_hash(), place.kind, place.code, dataset)
    known = all_places(dataset, place.kind)
    found = [known[code] for code in codes if code in known and not known[code].is_cut and code != LOWLAND]
    return found[:MOST]


@st.cache_data(max_entries=256, show_spinner=False)
def _beside(area: str, version: str, kind: str, code: str, _dataset: Dataset) -> tuple[str, ...]:
    """Return the codes of what touches a unit, longest common border (in degrees) first."""
    shapes = outlines(geometry_of(kind), _dataset).geometry
    own = shapes.loc[code]
    around = shapely.buffer(own, _NEAR_DEGREES)
    others = shapes.iloc[shapes.sindex.query(around, predicate="intersects")].drop(code)
    # A prefecture's extent: degrees are near enough to put neighbours in order.
    lengths = shapely.length(shapely.intersection(shapely.boundary(others.to_numpy()), around))
    return tuple(str(others.index[place]) for place in np.argsort(-lengths, kind="stable"))
