"""One painted layer of a map as SVG: areas with their fills and edges, or lines and points."""

from __future__ import annotations

from contextlib import suppress
from html import escape

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.dataset import Dataset
from geo.uncertainty import OPEN
from layers import palette
from layers.catalogue import painted_outlines
from layers.handout.canvas import BLEED_PX, Canvas, stroke
from layers.layer import CELLS, Painting
from layers.live import Shown
from layers.outlines import has_cut
from layers.svg_parts import undecided_mark

# A line's width on paper, as a share of what it is on the screen.
_LINE_SHARE = 0.62
# What is known of the area alone, also where a unit reaches beyond it.
_OF_THE_AREA = ("closing_scale", "covered")
_CUT_DASH = "5 3.5"
_CUT_PX = 1.9
_POINT_PX, _LINE_PX = 3.2, 2.2


def layer_svg(shown: Shown, canvas: Canvas) -> str:
    """Return a painted layer as one group, '' where there is nothing to draw."""
    painting = shown.painting
    units = painted_outlines(painting, canvas.dataset)
    units = units[~units.geometry.is_empty & units.geometry.notna()]
    if units.empty:
        return ""
    drawn = _lines_and_points(units, canvas) if _has_no_areas(painting) else _areas(painting, units, canvas)
    # As a group: where lines and fills of one layer overlap, they do not darken each other.
    return f'<g opacity="{shown.opacity / 100:g}">{drawn}</g>' if shown.opacity < 100 else f"<g>{drawn}</g>"


def has_cut_divides(painting: Painting, dataset: Dataset) -> bool:
    """Tell whether a painting is drawn with the dashed divides of basins that go on beyond the data."""
    return has_cut(painting.geometry, dataset) if painting.units is None else False


def edges_once(areas: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the lines of areas that share their vertices, each stretch once: a neighbour's is the same, backwards."""
    lines = shapely.get_rings(shapely.get_parts(areas))
    points, line_of = shapely.get_coordinates(lines, return_index=True)
    segments = np.concatenate([points[:-1], points[1:]], axis=1)[line_of[:-1] == line_of[1:]]
    is_backwards = (segments[:, 0] > segments[:, 2]) | (
        (segments[:, 0] == segments[:, 2]) & (segments[:, 1] > segments[:, 3])
    )
    segments[is_backwards] = segments[is_backwards][:, [2, 3, 0, 1]]
    once = np.unique(segments, axis=0).reshape(-1, 2, 2)
    return np.array([shapely.line_merge(shapely.multilinestrings(shapely.linestrings(once)))], dtype=object)


def _has_no_areas(painting: Painting) -> bool:
    """Tell whether a painting is of lines or points: users may bring them."""
    units = painting.units
    return units is not None and not units.geom_type.isin(("Polygon", "MultiPolygon")).any()


def _areas(painting: Painting, units: gpd.GeoDataFrame, canvas: Canvas) -> str:
    layer = painting.layer
    is_cells = painting.geometry == CELLS
    # The dataset's own units share their edges; those that users brought need not.
    is_own = painting.units is None
    is_coverage = is_own and not is_cells
    shapes = canvas.plane(units.geometry)
    if is_coverage:
        shapes = canvas.thinned(shapes)
    parts = []
    if layer.legend:
        is_inside = is_own and (is_cells or layer.key in _OF_THE_AREA)
        is_open = np.zeros(len(units), dtype=bool)
        if painting.certainty is not None:
            is_open = painting.certainty.reindex(units.index).eq(OPEN).to_numpy(dtype=bool)
        parts += _fills(units, is_open, shapes, canvas, is_coverage=is_coverage, is_inside=is_inside)
    # Squares need no lines: the fills show them.
    if layer.line_width and not is_cells:
        edges = edges_once(shapes) if is_coverage else np.array([_merged(shapely.boundary(canvas.cut(shapes)), canvas)])
        parts.append(stroke(canvas.path(edges), layer.line_colour or palette.LINE, layer.line_width * _LINE_SHARE))
    cut = units["is_cut"].to_numpy(dtype=bool)
    if cut.any():
        divides = canvas.path(np.array([shapely.line_merge(shapely.union_all(shapely.boundary(shapes[cut])))]))
        parts += [stroke(divides, palette.LAND, _CUT_PX), stroke(divides, palette.RIVER, _CUT_PX, _CUT_DASH)]
    return "".join(parts)


def _fills(
    units: gpd.GeoDataFrame,
    is_open: NDArray[np.bool_],
    shapes: NDArray[np.object_],
    canvas: Canvas,
    *,
    is_coverage: bool,
    is_inside: bool,
) -> list[str]:
    """Return one path a class, and one of the mark over the units whose answer ``is_open``.

    ``is_inside`` cuts them at the area's border, where its figures end.
    """
    paints = np.array(
        [f"url(#{pattern})" if pattern else fill for fill, pattern in zip(units["fill"], units["pattern"], strict=True)]
    )
    border = shapely.union_all(canvas.plane(canvas.dataset.prefecture.geometry)) if is_inside else None

    def path_around(chosen: NDArray[np.bool_]) -> str:
        merged = _united(shapes[chosen], is_coverage=is_coverage)
        if border is not None:
            merged = shapely.intersection(merged, border)
        return canvas.path(np.array([merged], dtype=object))

    parts = []
    for paint in sorted(set(paints) - {""}):
        drawing = path_around(paints == paint)
        edge = "" if paint.startswith("url(") else f' stroke="{escape(paint)}" stroke-width="0.25"'
        if drawing:
            parts.append(f'<path d="{drawing}" fill="{escape(paint)}" fill-rule="evenodd"{edge}/>')
    return [*parts, *([undecided_mark(path_around(is_open))] if is_open.any() else [])]


def _united(areas: NDArray[np.object_], *, is_coverage: bool) -> shapely.Geometry:
    """Return areas as one: where they share their vertices, by leaving out the lines between them."""
    if is_coverage:
        # It refuses areas that do not meet as they should.
        with suppress(shapely.errors.GEOSException):
            return shapely.coverage_union_all(areas)
    return shapely.union_all(areas)


def _merged(lines: NDArray[np.object_], canvas: Canvas) -> shapely.Geometry:
    """Return lines as few long ones, each stretch once, without those along the frame that cutting made."""
    inside = shapely.clip_by_rect(shapely.union_all(lines), *canvas.window(BLEED_PX - 0.5))
    return shapely.line_merge(inside) if inside.geom_type == "MultiLineString" else inside


def _lines_and_points(units: gpd.GeoDataFrame, canvas: Canvas) -> str:
    """Return lines and points as strokes and dots in their class's colour."""
    shapes = canvas.plane(units.geometry)
    parts = []
    for fill in sorted(set(units["fill"]) - {""}):
        own = shapely.get_parts(shapes[(units["fill"] == fill).to_numpy()])
        is_point = shapely.get_type_id(own) == 0
        if (~is_point).any():
            parts.append(stroke(canvas.path(own[~is_point]), fill, _LINE_PX))
        spots = canvas.frame.place(shapely.get_coordinates(canvas.cut(own[is_point])))
        edge = f'stroke="{palette.LIGHT.ink}" stroke-width="0.6"'
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_POINT_PX}" fill="{escape(fill)}" {edge}/>' for x, y in spots]
    return "".join(parts)
