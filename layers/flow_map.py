"""Arrows on the live map: amounts that go from one place to another, by size and by the scale they are filed under."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from layers.live.extra import Extra
from layers.palette import SCALE_COLOURS

# More arrows than these are a tangle.
MOST_ARROWS = 150
# From this share of the largest amount on (the last class: from nothing) -> width of the arrow in pixels.
WIDTHS: tuple[tuple[float, float], ...] = ((0.5, 11.0), (0.2, 8.0), (0.06, 5.5), (0.0, 3.5))
LINE_COLUMNS = ("from_lon", "from_lat", "to_lon", "to_lat", "amount", "scale")


def flow_extras(lines: pd.DataFrame, *, most: int = MOST_ARROWS) -> tuple[Extra, ...]:
    """Return the arrows of these flows, the thin ones first, so that the large ones lie on top.

    Parameters
    ----------
    lines
        One row a flow: ``from_lon``, ``from_lat``, ``to_lon``, ``to_lat`` in degrees, ``amount`` (any unit, one for
        all), ``scale`` (a key of the ladder, or 'outside'; any other is drawn as 'outside').
    most
        The most arrows, the largest flows; a flow of nothing, and one that ends where it begins, is none.

    Notes
    -----
    One extra for each width and scale: the map gets a few bytes an arrow.
    """
    drawn = _drawn(lines, most)
    if drawn.empty:
        return ()
    amounts = drawn["amount"].to_numpy(dtype=np.float64)
    limits = np.array([limit for limit, _ in WIDTHS])
    klass = np.argmax(amounts[:, np.newaxis] >= limits * amounts.max(), axis=1)
    scale = drawn["scale"].where(drawn["scale"].isin(list(SCALE_COLOURS)), "outside").to_numpy()
    ends = drawn[["from_lon", "from_lat", "to_lon", "to_lat"]].to_numpy(dtype=np.float64).reshape(-1, 2, 2)
    extras = []
    for number in range(len(WIDTHS) - 1, -1, -1):
        # Wide scales under narrow ones: dark on pale.
        for key in reversed(SCALE_COLOURS):
            of_class = ends[(klass == number) & (scale == key)]
            if len(of_class):
                ways = shapely.multilinestrings(shapely.linestrings(of_class))
                extras.append(Extra("flow", ways, colour=SCALE_COLOURS[key], width=WIDTHS[number][1]))
    return tuple(extras)


def drawn_share(lines: pd.DataFrame, *, most: int = MOST_ARROWS) -> tuple[int, int, float]:
    """Return how many of the flows between places are drawn, of how many, and the share of their amount, 0 to 1.

    Parameters
    ----------
    lines, most
        As for :func:`flow_extras`. The share is 1 where nothing flows.
    """
    between, drawn = _between(lines), _drawn(lines, most)
    whole = float(between["amount"].sum())
    return len(drawn), len(between), float(drawn["amount"].sum()) / whole if whole > 0 else 1.0


def _between(lines: pd.DataFrame) -> pd.DataFrame:
    apart = (lines["from_lon"] != lines["to_lon"]) | (lines["from_lat"] != lines["to_lat"])
    return lines[apart & (lines["amount"] > 0)]


def _drawn(lines: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return the largest flows; of equal ones those of the first rows."""
    between = _between(lines)
    order = np.argsort(-between["amount"].to_numpy(dtype=np.float64), kind="stable")[:most]
    return between.iloc[order]
