"""Pins, lines and areas that people drew on a map, each with its number on a plate that no other plate covers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import geopandas as gpd
import numpy as np
import shapely

from geo.dataset import STORAGE_CRS
from geo.meeting import POINTS_OF, Note
from layers import palette
from layers.handout.boxes import Box, is_clear_of
from layers.svg_parts import Frame

# Printed in ink: it reads on every layer's colours, and in black and white.
INK = palette.LIGHT.ink
_PLATE_PX = 8.0
_DIGIT_PX = 6.0


def is_drawn(note: Note) -> bool:
    """Tell whether a note is on the map."""
    return note.kind in POINTS_OF and bool(note.points)


def note_marks(notes: Sequence[Note], frame: Frame, plane_crs: str, *, avoid: Sequence[Box] = ()) -> list[str]:
    """Return the drawn notes as SVG: shapes first, then the plates; ``avoid`` are boxes no plate may lie in."""
    shapes: list[str] = []
    leaders: list[str] = []
    plates: list[str] = []
    taken = list(avoid)
    for note in notes:
        if not is_drawn(note):
            continue
        points = gpd.GeoSeries([shapely.Point(point) for point in note.points], crs=STORAGE_CRS).to_crs(plane_crs)
        placed = frame.place(shapely.get_coordinates(points.to_numpy()))
        if not np.isfinite(placed).all():
            continue
        shapes.append(_shape(note.kind, placed))
        x, y = _anchor(note.kind, placed)
        if not (0 <= x <= frame.width_px and 0 <= y <= frame.height_px):
            continue
        half = _half(note.number)
        free = next((box for box in _around(x, y, half) if _is_free(box, taken, frame)), None)
        box = free or (x - half, y - _PLATE_PX, x + half, y + _PLATE_PX)
        taken.append(box)
        leaders.append(_leader(box, (x, y)))
        plates.append(_plate(note.number, box))
    return [*shapes, *leaders, *plates]


def number_badge(number: int) -> str:
    """Return a note's number as it stands on the map, as inline SVG for the list beside it."""
    half = _half(number)
    width, height = 2 * half + 2, 2 * _PLATE_PX + 2
    box = (1.0, 1.0, width - 1, height - 1)
    # In letters of the list, so that it grows with the paper.
    size = f"width:{1.5 * width / height:.3f}em;height:1.5em"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="badge" style="{size}" viewBox="0 0 {width:g} {height:g}"'
        f' width="{width:g}" height="{height:g}" font-family="Noto Sans CJK JP, Noto Sans JP, sans-serif">'
        f"{_plate(number, box)}</svg>"
    )


def _shape(kind: str, placed: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> str:
    path = "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in placed)
    if kind == "pin":
        x, y = placed[0]
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{INK}" stroke="#ffffff" stroke-width="1"/>'
    if kind == "area":
        fill = f'<path d="{path}Z" fill="{INK}" fill-opacity="0.13" stroke="#ffffff" stroke-width="3.6"/>'
        return f'{fill}<path d="{path}Z" fill="none" stroke="{INK}" stroke-width="1.7" stroke-linejoin="round"/>'
    ends = 'fill="none" stroke-linecap="round" stroke-linejoin="round"'
    halo = f'<path d="{path}" {ends} stroke="#ffffff" stroke-width="4.4"/>'
    return f'{halo}<path d="{path}" {ends} stroke="{INK}" stroke-width="2.2"/>'


def _anchor(kind: str, placed: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> tuple[float, float]:
    """Return where a note's number belongs: on the pin, half-way along the line, inside the area."""
    if kind == "line":
        middle = shapely.LineString(placed).interpolate(0.5, normalized=True)
    elif kind == "area":
        area = shapely.make_valid(shapely.Polygon(placed))
        middle = area.representative_point() if not area.is_empty else shapely.Point(placed[0])
    else:
        middle = shapely.Point(placed[0])
    return float(middle.x), float(middle.y)


def _half(number: int) -> float:
    return max(_PLATE_PX, _DIGIT_PX * len(str(number)) / 2 + 3.5)


def _around(x: float, y: float, half: float) -> Iterator[Box]:
    """Yield boxes for a plate: at the spot itself, then in wider and wider rings around it."""
    yield x - half, y - _PLATE_PX, x + half, y + _PLATE_PX
    for ring in range(1, 9):
        reach = 11.0 * ring
        for step in range(8 * ring):
            angle = -math.pi / 2 + 2 * math.pi * step / (8 * ring)
            at_x, at_y = x + reach * math.cos(angle), y + reach * math.sin(angle)
            yield at_x - half, at_y - _PLATE_PX, at_x + half, at_y + _PLATE_PX


def _is_free(box: Box, taken: Sequence[Box], frame: Frame) -> bool:
    left, top, right, bottom = box
    if left < 1 or top < 1 or right > frame.width_px - 1 or bottom > frame.height_px - 1:
        return False
    return is_clear_of(box, taken)


def _leader(box: Box, spot: tuple[float, float]) -> str:
    """Return a thin line from a plate to what it is about, '' where it stands there."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    if math.hypot(x - spot[0], y - spot[1]) <= 1:
        return ""
    path = f"M{x:.1f},{y:.1f}L{spot[0]:.1f},{spot[1]:.1f}"
    halo = f'<path d="{path}" stroke="#ffffff" stroke-width="2.4" stroke-opacity="0.7"/>'
    return f'{halo}<path d="{path}" stroke="{INK}" stroke-width="0.9"/>'


def _plate(number: int, box: Box) -> str:
    left, top, right, bottom = box
    x, y = (left + right) / 2, (top + bottom) / 2
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}"'
        f' rx="{_PLATE_PX:g}" fill="{INK}" stroke="#ffffff" stroke-width="1.2"/>'
        f'<text x="{x:.1f}" y="{y + 3.7:.1f}" font-size="10" font-weight="bold" text-anchor="middle" fill="#ffffff">'
        f"{number}</text>"
    )
