"""What every vector map is made of: frame from metres to pixels, paths, patterns, scale bar, north arrow, letters."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from layers import palette

_SIMPLIFY_PX = 0.35
# From here on letters are as wide as high; the Latin ones before are about this wide in Noto Sans, bold ones included.
_LAST_LATIN, _LATIN_WIDTH = 0x2E7F, 0.62
# The pale edge of letters on a map: drawn first, for not every renderer knows paint-order.
HALO = f'stroke="{palette.LAND}" stroke-width="3" stroke-linejoin="round"'


@dataclass(frozen=True)
class Frame:
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


def path_of(geometries: NDArray[np.object_], frame: Frame, *, simplify_px: float = _SIMPLIFY_PX) -> str:
    """Return rings of polygons and runs of lines (plane metres) as one path, simplified to ``simplify_px`` pixels."""
    simple = shapely.simplify(geometries, simplify_px / frame.px_per_m)
    parts = shapely.get_parts(simple)
    if len(parts) and (shapely.get_type_id(parts) > 3).any():
        parts = shapely.get_parts(parts)
    areas = parts[shapely.get_type_id(parts) == 3]
    runs = parts[np.isin(shapely.get_type_id(parts), (1, 2))]
    rings = shapely.get_rings(areas)
    return "".join(_runs(rings, frame, "Z") + _runs(runs, frame, ""))


def _runs(lines: NDArray[np.object_], frame: Frame, end: str) -> list[str]:
    """Return each line's points to a tenth of a pixel, a run for each."""
    coordinates, line_of = shapely.get_coordinates(lines, return_index=True)
    points = [f"{x:g},{y:g}" for x, y in np.round(frame.place(coordinates), 1).tolist()]
    edges = np.searchsorted(line_of, np.arange(len(lines) + 1)).tolist()
    return ["M" + "L".join(points[start:stop]) + end for start, stop in pairwise(edges)]


def pattern_defs() -> str:
    """Return every pattern that a map may use, for its ``<defs>``."""
    patterns = (*palette.PATTERNS.values(), *palette.OVERLAYS.values())
    return "".join(palette.svg_pattern(pattern) for pattern in patterns)


def undecided_mark(path: str) -> str:
    """Return the mark of units whose answer is still open, to be laid over their fills; '' for an empty path.

    ``path`` is theirs, as of :func:`path_of`; the picture needs :func:`pattern_defs`.
    """
    return f'<path d="{path}" fill="url(#{palette.UNDECIDED.name})" fill-rule="evenodd"/>' if path else ""


def words_px(words: str, letter_px: float) -> float:
    """Return about how wide words are, never less: a Japanese letter is a square, a Latin one somewhat narrower."""
    return letter_px * sum(1.0 if ord(letter) > _LAST_LATIN else _LATIN_WIDTH for letter in words)


def scale_bar(frame: Frame, kilometre: str) -> str:
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


def north_arrow(frame: Frame, north: str) -> str:
    """Return an arrow at the upper right; plane coordinates have north above."""
    x, y = frame.width_px - 20, 12.0
    return (
        f'<g><path d="M{x:.1f},{y:g}l6,18l-6,-4l-6,4z" fill="{palette.LINE}"/>'
        f'<text x="{x:.1f}" y="{y + 31:g}" font-size="11" text-anchor="middle">{escape(north)}</text></g>'
    )
