"""The layers that a dataset offers, and how each assigns its units to the classes of its legend."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import rasterio.transform

from geo.dataset import Dataset
from geo.errors import DatasetError
from geo.mesh import cell_centres
from geo.potential import read_potential
from geo.user_layers import UserLayer
from layers.area_missing import has
from layers.layer import CELLS, NOT_DRAWN, Layer, LegendEntry, Painting
from layers.messages import text
from layers.outlines import GEOMETRY_OF, geometry_of, outlines
from layers.palette import LINE, NO_DATA, NO_NEED, RAMPS, RIVER, SCALE_COLOURS
from layers.partitions import is_brought, shapes_name

__all__ = [
    "CLOSING_CLASSES",
    "GEOMETRY_OF",
    "NEEDS",
    "POTENTIALS",
    "available_layers",
    "cell_values",
    "classify",
    "geometry_of",
    "legend_classes",
    "outlines",
    "own_credit",
    "paint",
    "painted_outlines",
    "source_lines",
]

# Line weights say the hierarchy; the order here is also the order of the list and, without a choice, of the map.
_OUTLINES = {
    "prefecture": ("boundaries", "prefecture", LINE, 2.6, "municipalities"),
    "municipality": ("boundaries", "municipality", LINE, 1.3, "municipalities"),
    "community": ("boundaries", "community", "#8a867a", 0.5, "municipalities"),
    "river_system": ("water", "river_system", RIVER, 1.9, "basins"),
    "unit_basin": ("water", "unit_basin", RIVER, 0.7, "basins"),
}
_SHARE_BREAKS = (0.1, 0.3, 0.5, 0.7, 0.9)
_DENSITY_BREAKS = (100.0, 500.0, 2000.0, 5000.0, 10000.0)
# key -> group, indicator, ramp, breaks, source layers
_CELLS = {
    "forest_share": ("land", "forest_km2/area_km2", "forest", _SHARE_BREAKS, ("landuse", "landcover")),
    "farmland_share": (
        "land",
        "farmland_km2/area_km2",
        "farmland",
        (0.05, 0.1, 0.2, 0.3, 0.5),
        ("landuse", "landcover"),
    ),
    "built_share": ("land", "built_km2/area_km2", "built", _SHARE_BREAKS, ("landuse", "landcover")),
    "population_density": (
        "people",
        "population/area_km2",
        "population",
        _DENSITY_BREAKS,
        ("census",),
    ),
}
# key -> group, and the geometry or indicator that the layer is drawn from
NEEDS = {key: (row[0], row[1]) for key, row in (*_OUTLINES.items(), *_CELLS.items())}
POTENTIALS = ("rooftop_solar", "solar_sharing", "wood_heat", "biomass")
CLOSING_CLASSES = (*SCALE_COLOURS, "no_demand", "no_supply", "no_data")


def available_layers(dataset: Dataset, catalogue: Any = None) -> dict[str, Layer]:
    """Return every layer the dataset has, by key, in the order of the list.

    Parameters
    ----------
    dataset
        The area; a potential whose raster it lacks is left out, as are outlines and cells that it has no data for.
    catalogue
        The resource catalogue; without one there is no closing scale to show.
    """
    layers = [_outline(key, dataset) for key, outline in _OUTLINES.items() if has(outline[1], dataset)]
    layers += [_share(key, dataset) for key, cells in _CELLS.items() if has(cells[1], dataset)]
    layers += [layer for key in POTENTIALS if (layer := _potential(key, dataset)) is not None]
    if catalogue is not None:
        layers.append(_closing(dataset))
    return {layer.key: layer for layer in layers}


def cell_values(layer: Layer, dataset: Dataset) -> pd.Series:
    """Return a cell layer's value of each in-area cell: float64 indexed by mesh code, NaN where unknown.

    Shares are 0..1 of the cell's area inside the prefecture, densities per km2, potentials the raster's own unit.
    """
    cells = dataset.cells.set_index("mesh_code")
    if layer.indicator.startswith("raster:"):
        return _raster_values(layer.indicator.removeprefix("raster:"), dataset, cells.index)
    amount, _, base = layer.indicator.partition("/")
    denominator = cells[base].where(cells[base] > 0)
    return pd.Series(cells[amount] / denominator, dtype="float64", name=layer.key)


def classify(layer: Layer, values: pd.Series) -> pd.Series:
    """Assign values to the layer's classes: int16 index into its legend, ``NOT_DRAWN`` where NaN."""
    numbers = values.to_numpy(dtype=np.float64)
    found = np.searchsorted(np.asarray(layer.breaks), numbers, side="right").astype(np.int16)
    found[np.isnan(numbers)] = NOT_DRAWN
    return pd.Series(found, index=values.index, dtype="int16", name=layer.key)


def paint(
    layer: Layer,
    dataset: Dataset,
    *,
    closing: pd.Series | None = None,
    by: str = "municipality",
    certainty: pd.Series | None = None,
) -> Painting:
    """Return the layer with its classes assigned.

    Parameters
    ----------
    layer
        A layer of ``available_layers``.
    dataset
        The area.
    closing
        For the closing scale only: what ``unit_table`` says in ``closing_scale``, by unit code.
    by
        For the closing scale only: the partition of ``closing``.
    certainty
        For the closing scale only: how sure it is (:func:`layers.certainty.shown_certainty`), by unit code.
    """
    if layer.key == "closing_scale":
        series = closing if closing is not None else pd.Series(dtype=object)
        number = {entry.key: place for place, entry in enumerate(layer.legend)}
        classes = series.map(lambda scale: number.get(scale, NOT_DRAWN)).astype("int16")
        if is_brought(by):
            units = outlines(by, dataset)
            classes = classes.reindex(units.index, fill_value=NOT_DRAWN)
            shapes = shapes_name(by, dataset)
            return Painting(layer=layer, geometry=shapes, classes=classes, units=units, certainty=certainty)
        return Painting(layer=layer, geometry=GEOMETRY_OF[by], classes=classes, certainty=certainty)
    if layer.kind == CELLS:
        return Painting(layer=layer, geometry=CELLS, classes=classify(layer, cell_values(layer, dataset)))
    return Painting(layer=layer, geometry=layer.geometry, classes=pd.Series(dtype="int16"))


def painted_outlines(painting: Painting, dataset: Dataset) -> gpd.GeoDataFrame:
    """Return the units with what a renderer draws: ``class_key``, ``class_ja``, ``class_en``, ``fill``, ``pattern``.

    Unfilled units have '' in all five; the index is the unit code, the CRS EPSG:6668.
    """
    units = outlines(painting.geometry, dataset) if painting.units is None else painting.units
    legend = painting.layer.legend
    classes = painting.classes.reindex(units.index).fillna(NOT_DRAWN).astype(int)
    entries = [legend[number] if number >= 0 else None for number in classes]
    columns = {
        "class_key": "key",
        "class_ja": "label_ja",
        "class_en": "label_en",
        "fill": "fill",
        "pattern": "pattern",
    }
    filled = {
        name: [getattr(entry, attribute) if entry else "" for entry in entries] for name, attribute in columns.items()
    }
    return units.assign(**filled)


def source_lines(layer: Layer, dataset: Dataset) -> tuple[str, ...]:
    """Return the attribution lines of the layer's sources, in order, each once."""
    known = {info.key: info.attribution for info in dataset.layers}
    if layer.own is not None:
        known[layer.own.key] = own_credit(layer.own)
    return tuple(dict.fromkeys(known[key] for key in layer.source_keys if key in known))


def own_credit(own: UserLayer) -> str:
    """Return the attribution line of a layer that users brought."""
    told = (own.source, own.year, own.licence)
    return " / ".join(part for part in told if part)


def _outline(key: str, dataset: Dataset) -> Layer:
    group, geometry, colour, width, source = _OUTLINES[key]
    return Layer(
        key=key,
        group=group,
        kind="outline",
        geometry=geometry,
        title_ja=_outline_title(key, dataset, "ja"),
        title_en=_outline_title(key, dataset, "en"),
        source_keys=(source,),
        year=_years((source,), dataset),
        line_colour=colour,
        line_width=width,
    )


def _outline_title(key: str, dataset: Dataset, lang: str) -> str:
    kind = dataset.community_kind(lang) if key == "community" else ""
    return text("map.layer.community_of", lang, kind=kind) if kind else text(f"map.layer.{key}", lang)


def _share(key: str, dataset: Dataset) -> Layer:
    group, indicator, ramp, breaks, sources = _CELLS[key]
    percent = key.endswith("_share")
    scale = 100.0 if percent else 1.0
    return Layer(
        key=key,
        group=group,
        kind=CELLS,
        geometry=CELLS,
        title_ja=text(f"map.layer.{key}", "ja"),
        title_en=text(f"map.layer.{key}", "en"),
        legend=legend_classes(RAMPS[ramp], [limit * scale for limit in breaks]),
        breaks=breaks,
        unit_ja="%" if percent else "人/km²",
        unit_en="%" if percent else "people/km²",
        year=_years(sources, dataset),
        source_keys=sources,
        indicator=indicator,
        is_estimate=True,
    )


def _potential(name: str, dataset: Dataset) -> Layer | None:
    try:
        path = dataset.raster_path(name)
    except DatasetError:
        return None
    with rasterio.open(path) as raster:
        values = raster.read(1)
        unit = str((raster.units or ("",))[0] or raster.tags(1).get("units", ""))
    breaks = _round_quantiles(values[np.isfinite(values) & (values > 0)], len(RAMPS["potential"]) - 1)
    sources = (f"potential_{name}",)
    return Layer(
        key=f"potential_{name}",
        group="potential",
        kind=CELLS,
        geometry=CELLS,
        title_ja=text(f"map.layer.potential_{name}", "ja"),
        title_en=text(f"map.layer.potential_{name}", "en"),
        legend=legend_classes(RAMPS["potential"], breaks),
        breaks=tuple(breaks),
        unit_ja=_per_cell(unit, "ja"),
        unit_en=_per_cell(unit, "en"),
        year=_years(sources, dataset),
        source_keys=sources,
        indicator=f"raster:{name}",
        is_estimate=True,
    )


def _closing(dataset: Dataset) -> Layer:
    def entry(scale: str) -> LegendEntry:
        ja, en = (text(f"map.closing.{scale}", lang) for lang in ("ja", "en"))
        if scale in SCALE_COLOURS:
            return LegendEntry(scale, SCALE_COLOURS[scale], ja, en)
        pattern = NO_DATA if scale == "no_data" else NO_NEED
        return LegendEntry(scale, pattern.background, ja, en, pattern=pattern.name)

    # The mesh of the population holds earlier counts too; what is used is fitted to the census.
    sources = ("population", "census", "landuse", "landcover", "climate")
    return Layer(
        key="closing_scale",
        group="closing",
        kind="polygons",
        geometry="municipality",
        title_ja=text("map.layer.closing_scale", "ja"),
        title_en=text("map.layer.closing_scale", "en"),
        legend=tuple(entry(scale) for scale in CLOSING_CLASSES),
        year=_years(sources[1:], dataset),
        source_keys=sources,
        line_colour="#ffffff",
        line_width=0.6,
        is_estimate=True,
    )


def legend_classes(ramp: tuple[str, ...], limits: Sequence[float]) -> tuple[LegendEntry, ...]:
    """Name the classes between the limits; a ramp longer than the classes is thinned, its ends kept."""
    shown = [f"{limit:,.10g}" for limit in limits]
    if not shown:
        return (LegendEntry("0", ramp[-1], "すべて", "all"),)
    places = np.linspace(0, len(ramp) - 1, len(limits) + 1).round().astype(int)
    labels = [(f"{shown[0]} 未満", f"under {shown[0]}")]
    labels += [(f"{low}–{high}", f"{low}–{high}") for low, high in pairwise(shown)]
    labels += [(f"{shown[-1]} 以上", f"{shown[-1]} and more")]
    return tuple(
        LegendEntry(str(number), ramp[place], *words)
        for number, (place, words) in enumerate(zip(places, labels, strict=True))
    )


def _round_quantiles(values: np.ndarray[Any, np.dtype[Any]], count: int) -> list[float]:
    """Class limits near the quantiles, rounded to one or two figures, rising and each once."""
    if not values.size:
        return []
    rough = np.quantile(values, np.linspace(0, 1, count + 2)[1:-1])
    limits: list[float] = []
    for limit in rough:
        size = 10.0 ** math.floor(math.log10(limit))
        steps = np.array([1, 1.5, 2, 3, 4, 5, 6, 8, 10])
        nice = float(np.round(steps[np.abs(steps - limit / size).argmin()] * size, 10))
        if not limits or nice > limits[-1]:
            limits.append(nice)
    return limits


def _per_cell(unit: str, lang: str) -> str:
    return f"{unit.replace('/yr', '/年')}・1 km メッシュ" if lang == "ja" else f"{unit} per 1 km cell"


def _years(keys: tuple[str, ...], dataset: Dataset) -> str:
    known: Mapping[str, str] = {info.key: info.year for info in dataset.layers}
    return ", ".join(dict.fromkeys(known[key] for key in keys if known.get(key)))


def _raster_values(name: str, dataset: Dataset, mesh_codes: pd.Index[Any]) -> pd.Series:
    """Return the raster's value at each cell's centre; NaN outside the raster."""
    latitude, longitude = cell_centres(mesh_codes.to_numpy(dtype=np.str_))
    raster = read_potential(dataset.raster_path(name))
    rows, columns = (np.asarray(part) for part in rasterio.transform.rowcol(raster.transform, longitude, latitude))
    inside = (rows >= 0) & (rows < raster.values.shape[0]) & (columns >= 0) & (columns < raster.values.shape[1])
    values = np.full(len(rows), np.nan)
    values[inside] = raster.values[rows[inside], columns[inside]]
    return pd.Series(values, index=mesh_codes, name=name)
