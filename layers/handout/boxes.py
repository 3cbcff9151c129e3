"""Boxes with sides along both axes, in degrees or in pixels: which of them are in each other's way."""

from __future__ import annotations

from collections.abc import Iterable

# Least x, least y, greatest x, greatest y; or y before x.
Box = tuple[float, float, float, float]


def overlap(one: Box, other: Box) -> bool:
    """Tell whether two boxes share more than an edge."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def is_clear_of(box: Box, others: Iterable[Box]) -> bool:
    """Tell whether a box overlaps none of the others."""
    return not any(overlap(box, other) for other in others)
