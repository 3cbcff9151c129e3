"""Flows as a Sankey diagram (Plotly): who supplies at the left, who needs at the right, bands by the amount."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from layers.palette import Paper, rgb

# As in .streamlit/config.toml: the system's own fonts, nothing is fetched.
_FONT = "Hiragino Sans, BIZ UDPGothic, Noto Sans JP, Noto Sans CJK JP, Yu Gothic, sans-serif"
_FONT_PX = 15
# Room between two places of a side: a name's height, so that the names of thin ones do not run into each other.
_GAP_PX = 24
# All bands together, beside the gaps; the room over them for the heads.
_BANDS_PX, _HEAD_PX, _FOOT_PX = 150, 40, 14
_BAND_OPACITY = 0.55
# What is smaller than this share of the whole would be no line at all.
_THINNEST = 4e-3
_EDGE = 1e-3


@dataclass(frozen=True)
class Band:
    """One flow of the diagram.

    Attributes
    ----------
    source, target
        Keys of the places that it leads from and to; a place may be both.
    amount
        Over 0, any one unit for all bands.
    colour
        As '#rrggbb'.
    told
        What is said of it under the pointer; ``<br>`` breaks the line.
    """

    source: str
    target: str
    amount: float
    colour: str
    told: str


def sankey(
    bands: Sequence[Band],
    labels: Mapping[tuple[str, str], str],
    colours: Mapping[str, str],
    *,
    heads: tuple[str, str],
    paper: Paper,
) -> go.Figure:
    """Return the diagram, the places from top to bottom in the order in which the bands name them.

    Parameters
    ----------
    bands
        The flows; a place that supplies and needs stands on both sides.
    labels
        (side, place) -> its words; side is 'source' or 'target'.
    colours
        Place -> colour of its bar as '#rrggbb'.
    heads
        Words over the left and the right side.
    paper
        The theme's colours.

    Notes
    -----
    Amounts too thin to be seen are drawn as thin as can be seen; the words tell the amount.
    """
    sides = [
        [("source", name) for name in dict.fromkeys(band.source for band in bands)],
        [("target", name) for name in dict.fromkeys(band.target for band in bands)],
    ]
    places = [place for side in sides for place in side]
    number = {place: position for position, place in enumerate(places)}
    thinnest = _THINNEST * sum(band.amount for band in bands)
    drawn = [max(band.amount, thinnest) for band in bands]
    inner = _BANDS_PX + _GAP_PX * max(max(len(side) for side in sides) - 1, 0)
    figure = go.Figure(
        go.Sankey(
            arrangement="fixed",
            node={
                "label": [labels[place] for place in places],
                "color": [colours[name] for _, name in places],
                "x": [*[_EDGE] * len(sides[0]), *[1 - _EDGE] * len(sides[1])],
                "y": [middle for side in sides for middle in _middles(side, bands, drawn, inner)],
                "pad": _GAP_PX,
                "thickness": 16,
                "line": {"width": 0},
                "hoverinfo": "skip",
            },
            link={
                "source": [number["source", band.source] for band in bands],
                "target": [number["target", band.target] for band in bands],
                "value": drawn,
                "color": [_clear(band.colour) for band in bands],
                "customdata": [band.told for band in bands],
                "hovertemplate": "%{customdata}<extra></extra>",
            },
            textfont={"family": _FONT, "size": _FONT_PX, "color": paper.ink},
        )
    )
    figure.update_layout(
        height=inner + _HEAD_PX + _FOOT_PX,
        margin={"l": 4, "r": 4, "t": _HEAD_PX, "b": _FOOT_PX},
        font={"family": _FONT, "size": _FONT_PX, "color": paper.ink},
        hoverlabel={"font": {"family": _FONT, "size": _FONT_PX, "color": paper.ink}, "bgcolor": paper.surface},
        annotations=[_head(heads[0], 0.0, "left"), _head(heads[1], 1.0, "right")],
        paper_bgcolor=paper.paper,
    )
    return figure


def _middles(
    side: Sequence[tuple[str, str]], bands: Sequence[Band], drawn: Sequence[float], inner_px: float
) -> list[float]:
    """Return where each place's middle lies, 0 (top) to 1: by what goes through it, a gap between two, all centred."""
    through = dict.fromkeys(side, 0.0)
    for band, amount in zip(bands, drawn, strict=True):
        for end in (("source", band.source), ("target", band.target)):
            if end in through:
                through[end] += amount
    px_per_unit = _BANDS_PX / max(sum(drawn), 1e-300)
    start = (inner_px - _BANDS_PX - _GAP_PX * max(len(side) - 1, 0)) / 2
    middles = []
    for amount in through.values():
        middles.append(min(max((start + amount * px_per_unit / 2) / inner_px, _EDGE), 1 - _EDGE))
        start += amount * px_per_unit + _GAP_PX
    return middles


def _head(words: str, at: float, anchor: str) -> dict[str, object]:
    return {
        "text": f"<b>{words}</b>",
        "x": at,
        "y": 1.0,
        "xref": "paper",
        "yref": "paper",
        "xanchor": anchor,
        "yanchor": "bottom",
        "yshift": 10,
        "showarrow": False,
    }


def _clear(colour: str) -> str:
    red, green, blue = rgb(colour)
    return f"rgba({red},{green},{blue},{_BAND_OPACITY})"
