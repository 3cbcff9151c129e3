"""Flows as a Sankey diagram (Plotly): who supplies at the left, who needs at the right, bands by the amount."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from layers.palette import Paper, contrast, rgb

# As in .streamlit/config.toml: the system's own fonts, nothing is fetched.
_FONT = "Hiragino Sans, BIZ UDPGothic, Noto Sans JP, Noto Sans CJK JP, Yu Gothic, sans-serif"
_FONT_PX = 15
# A line of a label, and the room between two labels of a side.
_LINE_PX, _GAP_PX = 20, 4
# All bands together, beside the gaps; the room over them for the heads.
_BANDS_PX, _HEAD_PX, _FOOT_PX = 150, 40, 14
_BAR_PX, _PAD_PX = 16, 3
_BAND_OPACITY = 0.55
# What is smaller than this share of the whole would be no line at all.
_THINNEST = 4e-3
_EDGE = 1e-3
_SEEN_CONTRAST = 2.0


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
        (side, place) -> its words; side is 'source' or 'target', ``<br>`` breaks the line.
    colours
        Place -> colour of its bar as '#rrggbb'.
    heads
        Words over the left and the right side.
    paper
        The theme's colours.

    Notes
    -----
    Amounts too thin to be seen are drawn as thin as can be seen; the words tell the amount. These lie on the paper's
    colour: Plotly's own labels would have the bands run through them.
    """
    sides = [
        [("source", name) for name in dict.fromkeys(band.source for band in bands)],
        [("target", name) for name in dict.fromkeys(band.target for band in bands)],
    ]
    places = [place for side in sides for place in side]
    number = {place: position for position, place in enumerate(places)}
    thinnest = _THINNEST * sum(band.amount for band in bands)
    drawn = [max(band.amount, thinnest) for band in bands]
    slots = [_slots(side, bands, drawn, labels) for side in sides]
    inner = max(_height(heights) for heights in slots)
    middles = [middle for heights in slots for middle in _middles(heights, inner)]
    figure = go.Figure(
        go.Sankey(
            arrangement="fixed",
            node={
                "color": [colours[name] for _, name in places],
                "x": [*[_EDGE] * len(sides[0]), *[1 - _EDGE] * len(sides[1])],
                "y": middles,
                # What is not band, shared out by Plotly: so a band is as thick as its slot was made for.
                "pad": (inner - _BANDS_PX) / max(max(len(side) for side in sides) - 1, 1),
                "thickness": _BAR_PX,
                "line": {"width": 0},
                "hoverinfo": "skip",
            },
            link={
                "source": [number["source", band.source] for band in bands],
                "target": [number["target", band.target] for band in bands],
                "value": drawn,
                "color": [_clear(band.colour) for band in bands],
                "line": {"color": [_edge(band.colour, paper) for band in bands], "width": 0.5},
                "customdata": [band.told for band in bands],
                "hovertemplate": "%{customdata}<extra></extra>",
            },
        )
    )
    figure.update_layout(
        height=inner + _HEAD_PX + _FOOT_PX,
        margin={"l": 4, "r": 4, "t": _HEAD_PX, "b": _FOOT_PX},
        font={"family": _FONT, "size": _FONT_PX, "color": paper.ink},
        hoverlabel={"font": {"family": _FONT, "size": _FONT_PX, "color": paper.ink}, "bgcolor": paper.surface},
        annotations=[
            _head(heads[0], 0.0, "left"),
            _head(heads[1], 1.0, "right"),
            *(_label(labels[place], place[0], at, paper) for place, at in zip(places, middles, strict=True)),
        ],
        paper_bgcolor=paper.paper,
    )
    return figure


def _slots(
    side: Sequence[tuple[str, str]],
    bands: Sequence[Band],
    drawn: Sequence[float],
    labels: Mapping[tuple[str, str], str],
) -> list[float]:
    """Return the height in px that each place of a side takes: of its bands or of its label, whichever is more."""
    through = dict.fromkeys(side, 0.0)
    for band, amount in zip(bands, drawn, strict=True):
        for end in (("source", band.source), ("target", band.target)):
            if end in through:
                through[end] += amount
    px_per_unit = _BANDS_PX / max(sum(drawn), 1e-300)
    return [
        max(amount * px_per_unit, _LINE_PX * (labels[place].count("<br>") + 1) + 2 * _PAD_PX)
        for place, amount in through.items()
    ]


def _height(slots: Sequence[float]) -> float:
    return sum(slots) + _GAP_PX * max(len(slots) - 1, 0)


def _middles(slots: Sequence[float], inner_px: float) -> list[float]:
    """Return where each place's middle lies, 0 (top) to 1: the slots from top to bottom, all centred."""
    start = (inner_px - _height(slots)) / 2
    middles = []
    for height in slots:
        middles.append(min(max((start + height / 2) / inner_px, _EDGE), 1 - _EDGE))
        start += height + _GAP_PX
    return middles


def _label(words: str, side: str, middle: float, paper: Paper) -> dict[str, object]:
    is_left = side == "source"
    anchor, away = ("left", 1) if is_left else ("right", -1)
    return {
        "name": side,
        "text": words,
        "x": 0.0 if is_left else 1.0,
        "y": 1.0 - middle,
        "xref": "paper",
        "yref": "paper",
        "xanchor": anchor,
        "yanchor": "middle",
        "xshift": away * (_BAR_PX + 4),
        "align": anchor,
        "bgcolor": paper.paper,
        "borderpad": _PAD_PX,
        "showarrow": False,
    }


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


def _edge(colour: str, paper: Paper) -> str:
    """Return a band's outline: its own colour, but one that is seen where that would be lost on the paper."""
    return colour if contrast(colour, paper.paper) >= _SEEN_CONTRAST else paper.muted


def _clear(colour: str) -> str:
    red, green, blue = rgb(colour)
    return f"rgba({red},{green},{blue},{_BAND_OPACITY})"
