"""Layers that users brought, described like any other layer of the map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import streamlit as st

from geo.dataset import Dataset
from geo.errors import MeguriError
from geo.user_layers import UserLayer, list_user_layers
from geo.user_layers.store import layers_digest
from layers.catalogue import legend_classes
from layers.layer import CELLS, OWN, Layer, LegendEntry
from layers.palette import RAMPS
from layers.upload.reading import own_values

PREFIX = "own_"
_RAMP = RAMPS["precipitation"]
_PLAIN = _RAMP[3]
_LINE = "#4a4a44"
# Kind of upload -> kind of layer; what has no class of its own to fill is drawn as lines.
_DRAWN_AS = {"raster": "raster", "lines": "lines", "points": "points", "polygons": "polygons"}
_OUTLINED = ("community", "partition")


@dataclass(frozen=True)
class Brought:
    """An area's own layers by key, as the map's list has them; those whose file is damaged; the first problem met."""

    layers: dict[str, Layer]
    damaged: tuple[UserLayer, ...] = ()
    problem: MeguriError | None = None


def brought(dataset: Dataset) -> Brought:
    """Return the layers that users brought into the area; described again only when one came or went."""
    return _brought(dataset.area, dataset.content_hash(), layers_digest(dataset.area, dataset.folder.parent), dataset)


def described(own: UserLayer, values: npt.NDArray[np.float64] | None) -> Layer:
    """Return one layer as the map draws it.

    Parameters
    ----------
    own
        As ``layers.toml`` has it.
    values
        Its values, float64 of any shape, NaN where unknown; None where it has no value column.
    """
    known = np.empty(0) if values is None else values[np.isfinite(values)]
    breaks = class_limits(known, len(_RAMP))
    plain = (LegendEntry("0", _PLAIN, own.title_ja, own.title_en),)
    legend = legend_classes(_RAMP, breaks) if known.size else plain
    kind, geometry = _DRAWN_AS.get(own.kind, ""), f"{PREFIX}{own.key}_{own.sha256[:8]}"
    if own.kind == "table":
        kind, geometry = (CELLS, CELLS) if own.key_kind == "mesh" else ("polygons", "municipality")
    elif own.kind == "polygons" and not known.size and own.role in _OUTLINED:
        kind, legend = "outline", ()
    return Layer(
        key=f"{PREFIX}{own.key}",
        group=OWN,
        kind=kind,
        geometry=geometry,
        title_ja=own.title_ja,
        title_en=own.title_en,
        legend=legend,
        breaks=breaks,
        unit_ja=own.unit,
        unit_en=own.unit,
        year=own.year,
        source_keys=(own.key,),
        line_colour=_LINE,
        line_width=1.3 if kind == "outline" else 0.6,
        own=own,
    )


def class_limits(values: npt.NDArray[np.float64], classes: int) -> tuple[float, ...]:
    """Return rising class limits near the quantiles, to three figures, each with values on both sides."""
    if not values.size:
        return ()
    rough = np.quantile(values, np.linspace(0, 1, classes + 1)[1:-1])
    limits = dict.fromkeys(float(f"{limit:.3g}") for limit in rough)
    return tuple(sorted(limit for limit in limits if values.min() < limit <= values.max()))


@st.cache_resource(max_entries=8, show_spinner=False)
def _brought(area: str, version: str, digest: str, _dataset: Dataset) -> Brought:
    try:
        listed = list_user_layers(_dataset.area, _dataset.folder.parent)
    except MeguriError as error:
        return Brought({}, problem=error)
    layers, damaged, problem = {}, [], None
    for own in listed:
        try:
            layer = described(own, own_values(own))
        except MeguriError as error:
            damaged.append(own)
            problem = problem or error
        else:
            layers[layer.key] = layer
    return Brought(layers, tuple(damaged), problem)
