"""Thorns taken off outlines: what thinning leaves where a border once ran up a narrow cove, a pier or a valley."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Shapes = NDArray[Any]
_Point = tuple[float, float]

# A corner is the tip of a thorn where its sides stand closer than this, over at most so wide a foot.
_WIDEST_DEGREES = 25.0
_WIDEST_M = 150.0
# A thorn of several corners loses one each time.
_ROUNDS = 6


def without_thorns(shapes: Shapes) -> Shapes:
    """Return a coverage without the thorns of its outlines, in the order given; shared borders stay shared.

    Parameters
    ----------
    shapes
        (n,) polygons and multipolygons, a valid coverage, coordinates in metres.

    Notes
    -----
    A thorn is a corner of less than 25 degrees between sides that stand at most 150 m apart where the shorter one
    ends. It goes only where every outline that it lies on runs through it the same way, so that neighbours keep
    their common border; where three meet it stays. For drawing, not for measuring: areas change by some hectares.
    Should a cut make the coverage invalid, the shapes come back as they were.
    """
    polygons = [list(shapely.get_parts(shape)) for shape in shapes]
    rings = [[[_corners(ring) for ring in (part.exterior, *part.interiors)] for part in parts] for parts in polygons]
    for _ in range(_ROUNDS):
        tips = _tips([ring for parts in rings for part in parts for ring in part])
        if not tips:
            break
        rings = [[[[at for at in ring if at not in tips] for ring in part] for part in parts] for parts in rings]
    made = np.array(
        [shapely.MultiPolygon([shapely.Polygon(part[0], part[1:]) for part in parts]) for parts in rings],
        dtype=object,
    )
    return made if bool(shapely.is_valid(made).all()) and bool(shapely.coverage_is_valid(made)) else shapes


def _corners(ring: shapely.LinearRing) -> list[_Point]:
    return [(float(x), float(y)) for x, y in np.asarray(ring.coords)[:-1, :2]]


def _tips(rings: list[list[_Point]]) -> set[_Point]:
    """Return the tips of thorns, no two of them side by side: each is judged with the corners that it has now."""
    between: dict[_Point, set[frozenset[_Point]]] = {}
    for ring in rings:
        for place, at in enumerate(ring):
            between.setdefault(at, set()).add(frozenset((ring[place - 1], ring[(place + 1) % len(ring)])))
    # A ring keeps at least a triangle.
    held = {at for ring in rings if len(ring) <= 4 for at in ring}
    tips: set[_Point] = set()
    for at, sides in between.items():
        ends = next(iter(sides))
        if len(sides) == 1 and len(ends) == 2 and at not in held and not ends & tips and _is_thorn(at, *ends):
            tips.add(at)
    return tips


def _is_thorn(at: _Point, one: _Point, other: _Point) -> bool:
    sides = np.array([one, other]) - at
    lengths = np.linalg.norm(sides, axis=1)
    cosine = float(sides[0] @ sides[1] / lengths.prod())
    angle = np.arccos(min(1.0, max(-1.0, cosine)))
    return bool(angle < np.radians(_WIDEST_DEGREES) and lengths.min() * np.sin(angle) <= _WIDEST_M)
