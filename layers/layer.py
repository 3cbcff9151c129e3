"""Layer: what is drawn, its legend and its source line; one description that every renderer follows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from geo.user_layers import UserLayer

if TYPE_CHECKING:
    from layers.mesh_image import MeshImage

OWN = "own"
GROUPS = ("boundaries", "water", "land", "people", "potential", "closing", OWN)
GEOMETRIES = ("prefecture", "river_system", "municipality", "unit_basin", "community")
CELLS = "cells"
NOT_DRAWN = -1
# Outlines that are dark on paper become light on the dark theme.
DARK_LINES = {"#4a4a44": "#cfccc0", "#3f74a3": "#86b4d8", "#8a867a": "#8b887c", "#ffffff": "#1d2322"}


@dataclass(frozen=True)
class LegendEntry:
    """One class of a layer: how it is filled and what it is called.

    Attributes
    ----------
    key
        What the class is, independent of language ('basin', 'no_data', or the class number).
    fill
        Fill as '#rrggbb'; the ground of the pattern where there is one.
    label_ja, label_en
        Words beside the swatch.
    pattern
        Key of a pattern of ``layers.palette`` laid over the fill, '' for a plain fill.
    """

    key: str
    fill: str
    label_ja: str
    label_en: str
    pattern: str = ""

    def label(self, lang: str) -> str:
        """Words beside the swatch in 'ja' or 'en'."""
        return self.label_ja if lang == "ja" else self.label_en


@dataclass(frozen=True)
class Layer:
    """A layer of a dataset, before any view has chosen its order or opacity.

    Attributes
    ----------
    key
        Key in addresses and exports.
    group
        One of ``GROUPS``: its place in the list.
    kind
        'outline' (lines only), 'polygons' (filled units) or 'cells' (the mesh, filled by class).
    geometry
        One of ``GEOMETRIES``, or ``CELLS``.
    title_ja, title_en
        Name in the list and over the legend.
    legend
        The classes, lowest first; empty for outlines.
    breaks
        Lower limits of the classes after the first; a value on a limit belongs to the class above it.
    unit_ja, unit_en
        Unit of the classes, '' where they are names.
    year
        Year (or years) of the data.
    source_keys
        Keys of the dataset's source layers (``Dataset.layer``).
    line_colour, line_width
        Outline as '#rrggbb' and pixels; a width of 0 draws none.
    is_estimate
        Whether the figures are estimates (推計).
    indicator
        What the cells' values are read from: a column, 'a/b' for a ratio of two, or 'raster:key'.
    own
        The layer that users brought and that it shows; None for the dataset's own.
    perspective
        Of a layer of closing scales: what is asked of its resource, 'demand' or 'supply'.
    """

    key: str
    group: str
    kind: str
    geometry: str
    title_ja: str
    title_en: str
    legend: tuple[LegendEntry, ...] = ()
    breaks: tuple[float, ...] = ()
    unit_ja: str = ""
    unit_en: str = ""
    year: str = ""
    source_keys: tuple[str, ...] = ()
    line_colour: str = ""
    line_width: float = 0.0
    is_estimate: bool = False
    indicator: str = ""
    own: UserLayer | None = None
    perspective: str = "demand"

    def title(self, lang: str) -> str:
        """Name in 'ja' or 'en'."""
        return self.title_ja if lang == "ja" else self.title_en

    def unit(self, lang: str) -> str:
        """Unit of the classes in 'ja' or 'en'."""
        return self.unit_ja if lang == "ja" else self.unit_en


@dataclass(frozen=True)
class Painting:
    """A layer with its classes assigned: all that a renderer needs besides the outlines.

    Attributes
    ----------
    layer
        The layer; its ``legend`` gives the fill of each class.
    geometry
        What is filled: one of ``GEOMETRIES`` or ``CELLS``; differs from ``layer.geometry`` where the units are chosen.
    classes
        int16 class number by unit code (mesh code for cells), an index into ``layer.legend``; ``NOT_DRAWN`` leaves
        blank. Empty for outlines.
    units
        What is drawn where it is none of the dataset's units: a GeoDataFrame (EPSG:6668) indexed as ``classes``, with
        ``name_ja``, ``name_en``, ``is_cut`` and ``is_river_estimated``; polygons, lines or points.
    certainty
        How sure each unit's class is, by unit code: 'sure', 'likely', 'open', or '' where it is not judged; None where
        nobody asked. Open ones are marked over their fill.
    image
        The picture that is drawn instead of units: a raster of the user's, coloured by class.
    """

    layer: Layer
    geometry: str
    classes: pd.Series = field(repr=False, compare=False)
    units: gpd.GeoDataFrame | None = field(default=None, repr=False, compare=False)
    image: MeshImage | None = field(default=None, repr=False, compare=False)
    certainty: pd.Series | None = field(default=None, repr=False, compare=False)
