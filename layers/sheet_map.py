"""The map of the printed sheet: units coloured by the closing scale of one resource, with its legend."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd
import shapely

from geo.dataset import Dataset
from geo.uncertainty import OPEN
from layers import palette
from layers.catalogue import GEOMETRY_OF, geometry_of, outlines
from layers.ground import land
from layers.messages import text
from layers.partitions import brought_kinds
from layers.svg_map import LegendRow, Lines, fill_of, svg_map

WIDTH_PX = 640.0
_ACCENT = palette.LIGHT.accent
# Line and gap of the divide of a basin that goes on beyond the data.
_CUT_DASH = "5 3.5"


def closing_map_svg(
    dataset: Dataset,
    closing: pd.Series,
    *,
    by: str,
    lang: str,
    title: str,
    labels: Mapping[str, str] | None = None,
    place: str = "",
    certainty: pd.Series | None = None,
) -> str:
    """Return the map as SVG; '' where no unit of ``closing`` is on the map.

    Parameters
    ----------
    closing
        Closing scale or state by unit code, as ``unit_table`` gives it.
    by
        The partition of ``closing``: 'community', 'municipality', 'basin', 'prefecture', 'cells', or one that users
        brought.
    title
        What the picture shows, for readers that cannot see it.
    labels
        Closing scale -> legend words; a scale that the resource's ladder lacks is absent. All scales where None.
    place
        ``kind:code`` of a place to outline, '' for none.
    certainty
        How sure each closing scale is, by unit code (:func:`layers.certainty.shown_certainty`): units are marked whose
        answer is still open. None where nobody asked.
    """
    units = outlines(geometry_of(by), dataset)
    units = units[units.index.isin(closing.index)]
    if units.empty:
        return ""
    inside = _inside(units, dataset)
    states = closing.reindex(units.index).astype(str)
    patterned = [state for state in ("no_demand", "no_supply", "no_data") if (states == state).any()]
    words = {state: text(f"map.closing.{state}", lang) for state in palette.SCALE_COLOURS} if labels is None else labels
    legend = [LegendRow(words[state], fill_of(state)) for state in palette.SCALE_COLOURS if state in words]
    legend += [LegendRow(text(f"map.closing.{state}", lang), fill_of(state)) for state in patterned]
    undecided = None if certainty is None else inside[certainty.reindex(inside.index).eq(OPEN).to_numpy()]
    if undecided is not None and len(undecided):
        legend.append(LegendRow(text("map.legend.undecided", lang), fill_of("outside"), over=palette.UNDECIDED.name))
    lines = [
        Lines(_edges(inside), "#ffffff", 0.0 if by == "cells" else 0.5),
        Lines(_edges(outlines("municipality", dataset).geometry), palette.LINE, 0.45),
        Lines(_edges(dataset.prefecture.geometry), palette.LINE, 1.2),
    ]
    divides = _cut_divides(units, dataset)
    if divides is not None:
        lines += [Lines(divides, palette.LAND, 1.9), Lines(divides, palette.RIVER, 1.9, _CUT_DASH)]
        legend.append(LegendRow(text("sheet.cut", lang), "none", palette.RIVER, _CUT_DASH))
    outlined = _place(dataset, place)
    if outlined is not None:
        lines.append(Lines(outlined, "#ffffff", 4.6))
        lines.append(Lines(outlined, _ACCENT, 2.4))
        legend.append(LegendRow(text("sheet.place", lang), "none", _ACCENT))
    return svg_map(
        inside,
        [fill_of(state) for state in states],
        plane_crs=dataset.plane_crs,
        width_px=WIDTH_PX,
        title=title,
        undecided=undecided,
        lines=lines,
        land=land(dataset),
        labels=_names(dataset, inside, lang, place),
        legend=legend,
        legend_title=text("map.layer.closing_scale", lang),
    )


def _inside(units: gpd.GeoDataFrame, dataset: Dataset) -> gpd.GeoSeries:
    """Return the units cut at the prefecture's border: a basin's figures are those of its part inside."""
    return gpd.GeoSeries(
        units.geometry.intersection(dataset.prefecture.geometry.union_all()), index=units.index, crs=units.crs
    )


def _names(dataset: Dataset, inside: gpd.GeoSeries, lang: str, place: str) -> list[tuple[str, shapely.Point]]:
    """Return the municipalities' names, the place's first and then the largest: the map names what it has room for.

    English ones go without what kind of municipality it is ('Odawara City' is 'Odawara').
    """
    towns = outlines("municipality", dataset)
    towns = towns[towns.geometry.intersects(inside.union_all())]
    sizes = towns.geometry.to_crs(dataset.plane_crs).area
    order = sorted(towns.index, key=lambda code: (f"municipality:{code}" != place, -sizes[code]))
    words = towns[f"name_{lang}"].astype(str)
    spots = towns.geometry.representative_point()
    return [
        (words[code].removesuffix(" City").removesuffix(" Town").removesuffix(" Village"), spots[code])
        for code in order
    ]


def _edges(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    return gpd.GeoSeries(shapes.boundary, crs=shapes.crs)


def _cut_divides(units: gpd.GeoDataFrame, dataset: Dataset) -> gpd.GeoSeries | None:
    """Return the divides, inside the prefecture, of basins that go on beyond the data; None where there are none."""
    cut = units.geometry[units["is_cut"]]
    if cut.empty:
        return None
    # As one line, so that the dashes of two such neighbours do not fall into each other's gaps.
    divides = shapely.intersection(shapely.union_all(cut.boundary), dataset.prefecture.geometry.union_all())
    return gpd.GeoSeries([shapely.line_merge(divides)], crs=units.crs)


def _place(dataset: Dataset, place: str) -> gpd.GeoSeries | None:
    kind, _, code = place.partition(":")
    if not code or kind not in (*GEOMETRY_OF, *brought_kinds(dataset)):
        return None
    units = outlines(geometry_of(kind), dataset)
    found = units[units.index == code]
    return None if found.empty else _edges(_inside(found, dataset))
