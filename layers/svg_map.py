"""A small vector map: polygons in a plane projection as SVG, with scale bar, north arrow and legend.

Used where a picture must be sharp and self-contained: the printed sheet and the README. It knows nothing of
resources; it draws the fills and lines it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.errors import InputError
from layers import palette
from layers.svg_parts import HALO, Frame, north_arrow, path_of, pattern_defs, scale_bar, undecided_mark, words_px

_MARGIN_SHARE = 0.03
_LEGEND_ROW_PX = 22.0
_LEGEND_GAP_PX, _LEGEND_WORDS_PX, _LETTER_PX = 16.0, 27.0, 12.0
_NAME_PX = 10.5
# A strip under the map for the scale bar, so that it never lies on the land that is shown.
_FOOT_PX = 26.0


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
    over
        Name of a pattern of ``layers.palette.OVERLAYS`` laid over the fill, '' for none.
    """

    label: str
    fill: str
    edge: str = palette.LINE
    dash: str = ""
    over: str = ""


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
    undecided: gpd.GeoSeries | None = None,
    lines: Sequence[Lines] = (),
    land: gpd.GeoSeries | None = None,
    labels: Sequence[tuple[str, shapely.Point]] = (),
    legend: Sequence[LegendRow] = (),
    legend_title: str = "",
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
    undecided
        Polygons over whose fills the mark of answers that are still open is laid.
    lines
        Outlines over the fills, lowest first.
    land
        Polygons drawn in the paper tone beneath (neighbours, islands); they do not widen the frame.
    labels
        (words, point) in the CRS of ``fills``, the most important first: what would lie on one before, or reach out of
        the map, is left out.
    legend, legend_title
        Rows right of the map, which becomes narrower by as much as the longest needs.

    Raises
    ------
    InputError
        There is nothing to draw, a CRS is missing, or ``paints`` has another length than ``fills``.
    """
    if fills.crs is None or len(fills) == 0 or len(fills) != len(paints):
        message = f"a map needs polygons with a CRS and one paint each; got {len(fills)} with {len(paints)} paints"
        raise InputError(message, key="svg_map_input", polygons=len(fills), paints=len(paints))
    shapes = fills.to_crs(plane_crs)
    frame = _frame(shapes.total_bounds, width_px - _legend_width_px(legend, legend_title))
    body = [f'<rect width="{frame.width_px:g}" height="{frame.height_px:g}" fill="{palette.SEA}"/>']
    if land is not None:
        body.append(f'<path d="{path_of(land.to_crs(plane_crs).to_numpy(), frame)}" fill="{palette.LAND}"/>')
    body += _filled(shapes, paints, frame)
    if undecided is not None:
        # As one: where two of them meet, the lines of the mark go through.
        merged = np.array([undecided.to_crs(plane_crs).union_all()], dtype=object)
        body.append(undecided_mark(path_of(merged, frame)))
    for line in lines:
        outline = path_of(line.shapes.to_crs(plane_crs).to_numpy(), frame)
        dash = f' stroke-dasharray="{escape(line.dash)}"' if line.dash else ""
        body.append(
            f'<path d="{outline}" fill="none" stroke="{line.colour}" stroke-width="{line.width_px:g}"'
            f' stroke-linejoin="round"{dash}/>'
        )
    body += _labelled(labels, fills, plane_crs, frame)
    body += [scale_bar(frame, kilometre), north_arrow(frame, north)]
    height = max(frame.height_px, _LEGEND_ROW_PX * (len(legend) + 1.5) if legend else 0)
    key = _legend(legend, legend_title, frame.width_px + _LEGEND_GAP_PX) if legend else ""
    clip = f'<clipPath id="frame"><rect width="{frame.width_px:g}" height="{frame.height_px:.1f}"/></clipPath>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width_px:g} {height:.1f}" role="img"'
        f' width="{width_px:g}" height="{height:.1f}" font-family="{escape(font)}" font-size="{_LETTER_PX:g}"'
        f' fill="{palette.LIGHT.ink}"><title>{escape(title)}</title><defs>{pattern_defs()}{clip}</defs>'
        f'<g clip-path="url(#frame)">{"".join(body)}</g>{key}</svg>'
    )


def _frame(bounds: NDArray[np.float64], width_px: float) -> Frame:
    west, south, east, north = (float(value) for value in bounds)
    margin = _MARGIN_SHARE * max(east - west, north - south)
    px_per_m = width_px / (east - west + 2 * margin)
    return Frame(west - margin, north + margin, px_per_m, width_px, (north - south + 2 * margin) * px_per_m + _FOOT_PX)


def _filled(shapes: gpd.GeoSeries, paints: Sequence[str], frame: Frame) -> list[str]:
    """Return one path a paint: no hairlines show between cells of one colour, and the file stays small."""
    by_paint: dict[str, list[int]] = {}
    for place, paint in enumerate(paints):
        by_paint.setdefault(paint, []).append(place)
    geometries = shapes.to_numpy()
    paths = []
    for paint, places in sorted(by_paint.items()):
        merged = shapely.union_all(geometries[places])
        edge = "" if paint.startswith("url(") else f' stroke="{escape(paint)}" stroke-width="0.3"'
        drawing = path_of(np.array([merged], dtype=object), frame)
        paths.append(f'<path d="{drawing}" fill="{escape(paint)}" fill-rule="evenodd"{edge}/>')
    return paths


def _labelled(
    labels: Sequence[tuple[str, shapely.Point]], fills: gpd.GeoSeries, plane_crs: str, frame: Frame
) -> list[str]:
    if not labels:
        return []
    points = gpd.GeoSeries([point for _, point in labels], crs=fills.crs).to_crs(plane_crs)
    placed = frame.place(shapely.get_coordinates(points.to_numpy()))
    inside = shapely.box(0, 0, frame.width_px, frame.height_px - _FOOT_PX)
    taken = [shapely.box(frame.width_px - 32, 0, frame.width_px, 48)]
    style = f'font-size="{_NAME_PX:g}" text-anchor="middle"'
    drawn = []
    for (words, _), (x, y) in zip(labels, placed, strict=True):
        half = words_px(words, _NAME_PX) / 2
        box = shapely.box(x - half - 2, y - _NAME_PX, x + half + 2, y + 3)
        if box.within(inside) and not any(box.intersects(other) for other in taken):
            taken.append(box)
            # Twice, because not every renderer knows paint-order: first the pale edge, then the letters.
            drawn += [
                f'<text x="{x:.1f}" y="{y:.1f}" {style}{edge}>{escape(words)}</text>' for edge in (f" {HALO}", "")
            ]
    return drawn


def _legend_width_px(rows: Sequence[LegendRow], title: str) -> float:
    if not rows:
        return 0.0
    longest = max(_LEGEND_WORDS_PX + words_px(row.label, _LETTER_PX) for row in rows)
    return _LEGEND_GAP_PX + max(longest, words_px(title, _LETTER_PX))


def _legend(rows: Sequence[LegendRow], title: str, x: float) -> str:
    parts = [f'<text x="{x:g}" y="16" font-weight="bold">{escape(title)}</text>']
    for place, row in enumerate(rows):
        y = _LEGEND_ROW_PX * (place + 1) + 4
        if row.dash:
            line = f'stroke="{row.edge}" stroke-width="2" stroke-dasharray="{escape(row.dash)}"'
            swatch = f'<path d="M{x:g},{y + 6.5:g}h20" {line}/>'
        else:
            edge = f'stroke="{row.edge}" stroke-width="{0.5 if row.edge == palette.LINE else 2.4:g}"'
            paints = [row.fill, *([f"url(#{row.over})"] if row.over else [])]
            box = f'<rect x="{x:g}" y="{y:g}" width="20" height="13"'
            swatch = "".join(f'{box} fill="{escape(paint)}" {edge}/>' for paint in paints)
        parts.append(f'{swatch}<text x="{x + _LEGEND_WORDS_PX:g}" y="{y + 11:g}">{escape(row.label)}</text>')
    return f"<g>{''.join(parts)}</g>"
