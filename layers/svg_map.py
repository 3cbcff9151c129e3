"""A small vector map: polygons in a plane projection as SVG, with scale bar, north arrow and legend.

Used where a picture must be sharp and self-contained: the printed sheet and the README. It knows nothing of
resources; it draws the fills and lines it is given.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.errors import InputError
from layers import palette

_MARGIN_SHARE = 0.03
_SIMPLIFY_PX = 0.35
_LEGEND_ROW_PX = 22.0
# A strip under the map for the scale bar, so that it never lies on the land that is shown.
_FOOT_PX = 26.0
_HALO = f'stroke="{palette.LAND}" stroke-width="3" stroke-linejoin="round"'


@dataclass(frozen=True)
class Lines:
    """Outlines over the fills: ``width_px`` in pixels of the picture, ``dash`` as in SVG, '' is solid."""

    shapes: gpd.GeoSeries
    colour: str
    width_px: float
    dash: str = ""


@dataclass(frozen=True)
class LegendRow:
    """One row of the legend.

    Attributes
    ----------
    label
        Words beside the swatch.
    fill, edge
        The swatch's fill, as :func:`fill_of` gives it, and its outline.
    dash
        Where given, the row is of a line in the colour ``edge``, dashed as SVG has it.
    """

    label: str
    fill: str
    edge: str = palette.LINE
    dash: str = ""


@dataclass(frozen=True)
class _Frame:
    """From plane coordinates in metres to pixels, y downwards."""

    west: float
    north: float
    px_per_m: float
    width_px: float
    height_px: float

    def place(self, coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (n, 2) pixel coordinates of (n, 2) metres."""
        flipped = (coordinates - (self.west, self.north)) * (self.px_per_m, -self.px_per_m)
        return np.asarray(flipped, dtype=np.float64)


def fill_of(state: str) -> str:
    """Return the SVG paint of a closing scale or state: its colour, or a reference to its pattern."""
    pattern = palette.STATE_PATTERNS.get(state) or palette.PATTERNS.get(state)
    return f"url(#{pattern.name})" if pattern else palette.SCALE_COLOURS[state]


def svg_map(
    fills: gpd.GeoSeries,
    paints: Sequence[str],
    *,
    plane_crs: str,
    width_px: float,
    title: str,
    lines: Sequence[Lines] = (),
    land: gpd.GeoSeries | None = None,
    labels: Sequence[tuple[str, shapely.Point]] = (),
    legend: Sequence[LegendRow] = (),
    legend_title: str = "",
    legend_width_px: float = 0.0,
    kilometre: str = "km",
    north: str = "N",
    font: str = "Noto Sans CJK JP, Noto Sans JP, sans-serif",
) -> str:
    """Return an ``<svg>`` document as text.

    Parameters
    ----------
    fills, paints
        Polygons (any CRS) and the SVG paint of each; the picture is framed on them.
    plane_crs
        Projected CRS in metres in which the map is drawn.
    width_px
        Width of the whole picture; the height follows from the map's shape.
    title
        What the picture shows, for readers that cannot see it.
    lines
        Outlines over the fills, lowest first.
    land
        Polygons drawn in the paper tone beneath (neighbours, islands); they do not widen the frame.
    labels
        (words, point) in the CRS of ``fills``.
    legend, legend_title, legend_width_px
        Rows right of the map; the map becomes narrower by ``legend_width_px``.

    Raises
    ------
    InputError
        There is nothing to draw, a CRS is missing, or ``paints`` has another length than ``fills``.
    """
    if fills.crs is None or len(fills) == 0 or len(fills) != len(paints):
        message = f"a map needs polygons with a CRS and one paint each; got {len(fills)} with {len(paints)} paints"
        raise InputError(message, key="svg_map_input", polygons=len(fills), paints=len(paints))
    shapes = fills.to_crs(plane_crs)
    frame = _frame(shapes.total_bounds, width_px - legend_width_px)
    body = [f'<rect width="{frame.width_px:g}" height="{frame.height_px:g}" fill="{palette.SEA}"/>']
    if land is not None:
        body.append(f'<path d="{_path(land.to_crs(plane_crs).to_numpy(), frame)}" fill="{palette.LAND}"/>')
    body += _filled(shapes, paints, frame)
    for line in lines:
        outline = _path(line.shapes.to_crs(plane_crs).to_numpy(), frame)
        dash = f' stroke-dasharray="{escape(line.dash)}"' if line.dash else ""
        body.append(
            f'<path d="{outline}" fill="none" stroke="{line.colour}" stroke-width="{line.width_px:g}"'
            f' stroke-linejoin="round"{dash}/>'
        )
    body += _labelled(labels, fills, plane_crs, frame)
    body += [_scale_bar(frame, kilometre), _north_arrow(frame, north)]
    height = max(frame.height_px, _LEGEND_ROW_PX * (len(legend) + 1.5) if legend else 0)
    key = _legend(legend, legend_title, frame.width_px + 16) if legend else ""
    patterns = "".join(palette.svg_pattern(pattern) for pattern in palette.PATTERNS.values())
    clip = f'<clipPath id="frame"><rect width="{frame.width_px:g}" height="{frame.height_px:.1f}"/></clipPath>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width_px:g} {height:.1f}" role="img"'
        f' width="{width_px:g}" height="{height:.1f}" font-family="{escape(font)}" font-size="12"'
        f' fill="{palette.LIGHT.ink}"><title>{escape(title)}</title><defs>{patterns}{clip}</defs>'
        f'<g clip-path="url(#frame)">{"".join(body)}</g>{key}</svg>'
    )


def _frame(bounds: NDArray[np.float64], width_px: float) -> _Frame:
    west, south, east, north = (float(value) for value in bounds)
    margin = _MARGIN_SHARE * max(east - west, north - south)
    px_per_m = width_px / (east - west + 2 * margin)
    return _Frame(west - margin, north + margin, px_per_m, width_px, (north - south + 2 * margin) * px_per_m + _FOOT_PX)


def _filled(shapes: gpd.GeoSeries, paints: Sequence[str], frame: _Frame) -> list[str]:
    """Return one path a paint: no hairlines show between cells of one colour, and the file stays small."""
    by_paint: dict[str, list[int]] = {}
    for place, paint in enumerate(paints):
        by_paint.setdefault(paint, []).append(place)
    geometries = shapes.to_numpy()
    paths = []
    for paint, places in sorted(by_paint.items()):
        merged = shapely.union_all(geometries[places])
        edge = "" if paint.startswith("url(") else f' stroke="{escape(paint)}" stroke-width="0.3"'
        drawing = _path(np.array([merged], dtype=object), frame)
        paths.append(f'<path d="{drawing}" fill="{escape(paint)}" fill-rule="evenodd"{edge}/>')
    return paths


def _path(geometries: NDArray[np.object_], frame: _Frame) -> str:
    """Return rings of polygons and runs of lines as one path, simplified to a third of a pixel."""
    simple = shapely.simplify(geometries, _SIMPLIFY_PX / frame.px_per_m)
    parts = shapely.get_parts(simple)
    if len(parts) and (shapely.get_type_id(parts) > 3).any():
        parts = shapely.get_parts(parts)
    areas = parts[shapely.get_type_id(parts) == 3]
    runs = parts[np.isin(shapely.get_type_id(parts), (1, 2))]
    rings = shapely.get_rings(areas)
    drawn = [_run(ring, frame) + "Z" for ring in rings] + [_run(run, frame) for run in runs]
    return "".join(drawn)


def _run(line: shapely.LineString, frame: _Frame) -> str:
    points = np.round(frame.place(shapely.get_coordinates(line)), 1)
    return "M" + "L".join(f"{x:g},{y:g}" for x, y in points)


def _labelled(
    labels: Sequence[tuple[str, shapely.Point]], fills: gpd.GeoSeries, plane_crs: str, frame: _Frame
) -> list[str]:
    if not labels:
        return []
    points = gpd.GeoSeries([point for _, point in labels], crs=fills.crs).to_crs(plane_crs)
    placed = frame.place(shapely.get_coordinates(points.to_numpy()))
    return [
        # Twice, because not every renderer knows paint-order: first the pale edge, then the letters.
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle"{edge}>{escape(words)}</text>'
        for (words, _), (x, y) in zip(labels, placed, strict=True)
        for edge in (f" {_HALO}", "")
    ]


def _scale_bar(frame: _Frame, kilometre: str) -> str:
    """Return a bar of 1, 2 or 5 × 10ⁿ km, at most a quarter of the map wide, in the strip under the map."""
    most_km = frame.width_px / frame.px_per_m / 4000
    power = 10.0 ** math.floor(math.log10(most_km))
    length_km = max(step * power for step in (1, 2, 5) if step * power <= most_km)
    length_px = length_km * 1000 * frame.px_per_m
    x, y = 12.0, frame.height_px - 12
    return (
        f'<g><path d="M{x:g},{y - 5:.1f}v5h{length_px:.1f}v-5" fill="none" stroke="{palette.LINE}"'
        f' stroke-width="1.2"/><text x="{x + length_px + 5:.1f}" y="{y:.1f}" font-size="11">'
        f"{length_km:g} {escape(kilometre)}</text></g>"
    )


def _north_arrow(frame: _Frame, north: str) -> str:
    x, y = frame.width_px - 20, 12.0
    return (
        f'<g><path d="M{x:.1f},{y:g}l6,18l-6,-4l-6,4z" fill="{palette.LINE}"/>'
        f'<text x="{x:.1f}" y="{y + 31:g}" font-size="11" text-anchor="middle">{escape(north)}</text></g>'
    )


def _legend(rows: Sequence[LegendRow], title: str, x: float) -> str:
    parts = [f'<text x="{x:g}" y="16" font-weight="bold">{escape(title)}</text>']
    for place, row in enumerate(rows):
        y = _LEGEND_ROW_PX * (place + 1) + 4
        if row.dash:
            line = f'stroke="{row.edge}" stroke-width="2" stroke-dasharray="{escape(row.dash)}"'
            swatch = f'<path d="M{x:g},{y + 6.5:g}h20" {line}/>'
        else:
            edge = f'stroke="{row.edge}" stroke-width="{0.5 if row.edge == palette.LINE else 2.4:g}"'
            swatch = f'<rect x="{x:g}" y="{y:g}" width="20" height="13" fill="{escape(row.fill)}" {edge}/>'
        parts.append(f'{swatch}<text x="{x + 27:g}" y="{y + 11:g}">{escape(row.label)}</text>')
    return f"<g>{''.join(parts)}</g>"
