"""One map of the hand-out as SVG: painted layers in their order, the place, what was drawn on it; vectors alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

import geopandas as gpd
import numpy as np
import shapely

from geo.dataset import STORAGE_CRS, Dataset
from geo.meeting import Note
from geo.surroundings import land_around, land_beyond
from layers import palette
from layers.catalogue import outlines
from layers.ground import land
from layers.handout.boxes import Box, is_clear_of
from layers.handout.canvas import Canvas, frame_around, stroke
from layers.handout.marks import note_marks
from layers.handout.painted import layer_svg
from layers.live import Shown
from layers.svg_parts import Frame, north_arrow, pattern_defs, scale_bar

# Of a pixel at 96 dpi: what 150 dpi can just show.
FINE_PX, COARSE_PX = 0.45, 1.0
_FONT = "Noto Sans CJK JP, Noto Sans JP, sans-serif"
_NAME_PX = 9.5


@dataclass(frozen=True)
class Picture:
    """What a map shows.

    Attributes
    ----------
    shown
        Painted layers from top to bottom, with their opacity.
    bounds
        South, west, north, east in degrees; the picture shows at least this.
    title
        What the picture shows, for readers that cannot see it.
    place
        Shape of the place looked at, EPSG:6668; None outlines none.
    point
        The marked point: latitude and longitude in degrees.
    notes
        What was drawn on the map, each with its number.
    """

    shown: tuple[Shown, ...]
    bounds: Box
    title: str
    place: shapely.Geometry | None = None
    point: tuple[float, float] | None = None
    notes: tuple[Note, ...] = ()


def map_svg(
    picture: Picture,
    dataset: Dataset,
    *,
    width_px: float,
    height_px: float,
    lang: str,
    simplify_px: float = FINE_PX,
) -> str:
    """Return the map as an ``<svg>`` of the given size in CSS pixels, with scale bar and north arrow."""
    canvas = Canvas(dataset, frame_around(picture.bounds, dataset, width_px, height_px), simplify_px)
    body = [
        f'<rect width="{width_px:g}" height="{height_px:g}" fill="{palette.SEA}"/>',
        *(f'<path d="{canvas.path(canvas.plane(ground))}" fill="{palette.LAND}"/>' for ground in _grounds(dataset)),
        *(layer_svg(shown, canvas) for shown in reversed(picture.shown)),
    ]
    if picture.place is not None:
        outline = canvas.path(canvas.plane(gpd.GeoSeries([picture.place.boundary], crs=STORAGE_CRS)))
        body += [stroke(outline, "#ffffff", 4.6), stroke(outline, palette.LIGHT.accent, 2.4)]
    body += _names(canvas, lang)
    if picture.point is not None:
        body.append(_spot(picture.point, canvas))
    body += note_marks(picture.notes, canvas.frame, dataset.plane_crs, avoid=_furniture(canvas.frame))
    body += [_plated_bar(canvas.frame), north_arrow(canvas.frame, "N")]
    clip = f'<clipPath id="frame"><rect width="{width_px:g}" height="{height_px:g}"/></clipPath>'
    edge = f'<rect x="0.4" y="0.4" width="{width_px - 0.8:g}" height="{height_px - 0.8:g}" fill="none"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width_px:g} {height_px:g}" role="img"'
        f' width="{width_px:g}" height="{height_px:g}" font-family="{_FONT}" font-size="11"'
        f' fill="{palette.LIGHT.ink}"><title>{escape(picture.title)}</title><defs>{pattern_defs()}{clip}</defs>'
        f'<g clip-path="url(#frame)">{"".join(body)}</g>{edge} stroke="{palette.LIGHT.rule}" stroke-width="0.8"/></svg>'
    )


def _grounds(dataset: Dataset) -> list[gpd.GeoSeries]:
    """Return all land that a sheet may show, the farther first: a wide sheet reaches beyond the neighbours on file."""
    around = land_around(dataset)
    return [land(dataset)] if around is None else [land_beyond(dataset, around), land(dataset)]


def _names(canvas: Canvas, lang: str) -> list[str]:
    """Return the municipalities' names, the largest first, each where no other and no corner is in its way."""
    units = outlines("municipality", canvas.dataset)
    shapes = canvas.plane(units.geometry)
    size = shapely.area(shapes)
    spots = canvas.frame.place(shapely.get_coordinates(shapely.point_on_surface(shapes)))
    names = [_short(str(name)) for name in units[f"name_{lang}"]]
    taken: list[Box] = list(_furniture(canvas.frame))
    drawn = []
    for number in np.argsort(-size, kind="stable"):
        name, (x, y) = names[number], spots[number]
        half = sum(1.0 if ord(letter) > 0x2E7F else 0.58 for letter in name) * _NAME_PX / 2
        box = (x - half - 3, y - _NAME_PX, x + half + 3, y + 5)
        is_in = box[0] > 0 and box[1] > 0 and box[2] < canvas.frame.width_px and box[3] < canvas.frame.height_px
        if is_in and is_clear_of(box, taken):
            taken.append(box)
            # From its reckoned left end: letters that are told to stand in the middle are drawn as a picture each.
            drawn.append(_haloed(escape(name), x - half, y + 3))
    return drawn


def _haloed(words: str, x: float, y: float) -> str:
    """Return letters on a pale edge: pale ones around them, for strokes of letters are not placed alike everywhere."""
    style = f'font-size="{_NAME_PX}"'
    around = "".join(
        f'<text x="{x + aside:.1f}" y="{y + below:.1f}" {style} fill="{palette.LIGHT.paper}">{words}</text>'
        for aside, below in ((-0.9, -0.9), (0.9, -0.9), (-0.9, 0.9), (0.9, 0.9))
    )
    return f'{around}<text x="{x:.1f}" y="{y:.1f}" {style}>{words}</text>'


def _short(name: str) -> str:
    """Return an English name without what kind of municipality it is and where: they fill a small map."""
    return name.partition(",")[0]


def _furniture(frame: Frame) -> tuple[Box, ...]:
    """Return the corners that scale bar and north arrow take, as left, top, right, bottom in pixels."""
    low = frame.height_px
    return (0.0, low - 30, frame.width_px * 0.25 + 60, low), (frame.width_px - 40, 0.0, frame.width_px, 50)


def _plated_bar(frame: Frame) -> str:
    """Return the scale bar on a pale plate, so that it reads on any fill."""
    bar = scale_bar(frame, "km")
    most_px = frame.width_px / 4
    power = 10.0 ** math.floor(math.log10(frame.width_px / frame.px_per_m / 4000))
    longest = max(step for step in (1, 2, 5) if step * power * 1000 * frame.px_per_m <= most_px + 1e-6)
    width = longest * power * 1000 * frame.px_per_m + 52
    plate = f'<rect x="5" y="{frame.height_px - 27:.1f}" width="{width:.1f}" height="21" rx="2"'
    return f'{plate} fill="{palette.LIGHT.paper}" fill-opacity="0.88"/>{bar}'


def _spot(point: tuple[float, float], canvas: Canvas) -> str:
    latitude, longitude = point
    plane = canvas.plane(gpd.GeoSeries([shapely.Point(longitude, latitude)], crs=STORAGE_CRS))
    x, y = canvas.frame.place(shapely.get_coordinates(plane))[0]
    ring = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="none"'
    return f'{ring} stroke="#ffffff" stroke-width="4"/>{ring} stroke="{palette.LIGHT.accent}" stroke-width="2"/>'
