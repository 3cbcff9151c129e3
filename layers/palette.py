"""Colours and patterns that survive colour blindness, projectors and black-and-white print.

One definition for every renderer: the ladder (CSS), the live map (canvas, PNG), the sheet (SVG in a PDF) and
folium. ``tests/layers/test_palette.py`` keeps the promise: neighbouring steps of the ladder differ by
ΔE2000 >= 10 for normal sight, deuteranopia, protanopia, tritanopia and in greyscale, and text meets
WCAG 2.1 AA on light and dark paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

# Smallest scale first, dark to light; ground is green, water is blue, what comes from outside is plain grey.
SCALE_COLOURS: Final[dict[str, str]] = {
    "community": "#173a2b",
    "municipality": "#5d5826",
    "basin": "#3a7aac",
    "prefecture": "#c79e56",
    "outside": "#d3d2ce",
}


@dataclass(frozen=True)
class Pattern:
    """A tile that repeats: what is not a step of the ladder is told by texture, never by colour alone.

    Attributes
    ----------
    name
        Key of the state it stands for; also the id of its SVG pattern.
    shape
        'hatch' (rising lines), 'cross' (a lattice of lines both ways), 'dots' or 'falling' (dark lines with pale edges
        on no ground, to be laid over any fill).
    background, ink
        Colours as '#rrggbb'; '' is no ground.
    tile_px
        Side of the square tile.
    stroke_px
        Width of the lines, or diameter of the dots.
    """

    name: str
    shape: str
    background: str
    ink: str
    tile_px: int = 8
    stroke_px: float = 1.4


TIME_MISMATCH: Final = Pattern("time_mismatch", "hatch", SCALE_COLOURS["outside"], "#55534d", stroke_px=1.6)
NO_NEED: Final = Pattern("no_need", "dots", "#fbf9f4", "#6d6a63", tile_px=8, stroke_px=2.2)
NO_DATA: Final = Pattern("no_data", "cross", "#f4f1ea", "#8d8981", tile_px=10, stroke_px=1.0)
# What changed between two views: less in ochre under lines, more in blue and plain, so that the two sides are told
# apart without colour too; further from the middle is darker.
CHANGE_COLOURS: Final[dict[str, str]] = {
    "less_3": "#74430f",
    "less_2": "#bd8c4e",
    "less_1": "#e2c594",
    "same": "#faf7f0",
    "more_1": "#acccdd",
    "more_2": "#5f96b6",
    "more_3": "#174e6c",
}
CHANGE_PATTERNS: Final[dict[str, Pattern]] = {
    name: Pattern(name, "hatch", CHANGE_COLOURS[name], ink, tile_px=9, stroke_px=1.2)
    for name, ink in (("less_3", "#e2c594"), ("less_2", "#4a2a06"), ("less_1", "#74430f"))
}
PATTERNS: Final[dict[str, Pattern]] = {
    **{p.name: p for p in (TIME_MISMATCH, NO_NEED, NO_DATA)},
    **CHANGE_PATTERNS,
}

# Over the fill of a unit whose answer is still open: its lines fall, where those of states and changes rise.
UNDECIDED: Final = Pattern("undecided", "falling", "", "#14201c", tile_px=9, stroke_px=1.1)
_PALE_EDGE: Final = "#ffffff"
OVERLAYS: Final[dict[str, Pattern]] = {UNDECIDED.name: UNDECIDED}

# What ``closing_scale`` says -> the pattern it is drawn with; every other value is a key of SCALE_COLOURS.
STATE_PATTERNS: Final[dict[str, Pattern]] = {"no_demand": NO_NEED, "no_supply": NO_NEED, "no_data": NO_DATA}


@dataclass(frozen=True)
class Paper:
    """The quiet colours of one theme: background, raised surface, text, muted text, rules, the one accent."""

    paper: str
    surface: str
    ink: str
    muted: str
    rule: str
    accent: str
    on_accent: str


LIGHT: Final = Paper("#faf7f0", "#f1ece0", "#23302c", "#56615b", "#d8d1c1", "#1f5d6b", "#ffffff")
DARK: Final = Paper("#171c1b", "#222928", "#ece7db", "#b3b5aa", "#3a4442", "#86c2c9", "#10201f")

LAND: Final = "#f3eee2"
SEA: Final = "#e6ebe9"
LAND_DARK: Final = "#2b312f"
SEA_DARK: Final = "#1a2123"
LINE: Final = "#4a4a44"
RIVER: Final = "#3f74a3"

# Light to dark, for shares and amounts per cell; each falls steadily in lightness.
RAMPS: Final[dict[str, tuple[str, ...]]] = {
    "forest": ("#eff1e2", "#cfdcbd", "#9fbf94", "#6b9b6c", "#3c744c", "#1d4b31"),
    "farmland": ("#f6f2de", "#e8dfae", "#d1c275", "#ae9d48", "#837530", "#574d1e"),
    "built": ("#f3eeea", "#dfd2cb", "#c3b0a8", "#a18a82", "#786460", "#4e3f3e"),
    "population": ("#f2eef3", "#dacfe0", "#b9a8c7", "#917fa9", "#685888", "#403561"),
    "potential": ("#fbf1dc", "#f3d9a0", "#e3b662", "#c98c35", "#9c6424", "#68401b"),
    "precipitation": ("#ecf2f4", "#c9dde6", "#9bc1d5", "#659fbf", "#38759d", "#1b4c72"),
}


def css_over(pattern: Pattern, ground: str) -> str:
    """Return the value of a CSS ``background``: a pattern without ground over a colour."""
    return css_background(pattern).replace("transparent", ground, 1)


def text_on(colour: str) -> str:
    """Return the ink ('#rrggbb') that reads best on ``colour``: the darkest of the papers' inks or white."""
    dark, light = "#14201c", "#ffffff"
    return dark if contrast(dark, colour) >= contrast(light, colour) else light


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.1, relative luminance)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def rgb(colour: str) -> tuple[int, int, int]:
    """Return '#rrggbb' as three integers 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def ramp_rgb(name: str, shares: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Colour values 0..1 (any shape; NaN as 0) along a ramp; returns uint8 of the same shape + (3,)."""
    stops = np.array([rgb(colour) for colour in RAMPS[name]], dtype=np.float64)
    at = np.clip(np.nan_to_num(np.asarray(shares, dtype=np.float64)), 0.0, 1.0)
    places = np.linspace(0.0, 1.0, len(stops))
    mixed = np.stack([np.interp(at, places, stops[:, band]) for band in range(3)], axis=-1)
    return np.rint(mixed).astype(np.uint8)


def tile_svg(pattern: Pattern) -> str:
    """Return the drawing of one tile: SVG elements without the ``<svg>`` around them."""
    side = pattern.tile_px
    ground = f'<rect width="{side}" height="{side}" fill="{pattern.background}"/>' if pattern.background else ""
    if pattern.shape == "falling":
        path = f'd="M-1,{side - 1} l2,2 M0,0 l{side},{side} M{side - 1},-1 l2,2" fill="none"'
        edge = f'<path {path} stroke="{_PALE_EDGE}" stroke-width="{3 * pattern.stroke_px:g}" opacity="0.75"/>'
        return f'{ground}{edge}<path {path} stroke="{pattern.ink}" stroke-width="{pattern.stroke_px:g}"/>'
    if pattern.shape == "dots":
        radius = pattern.stroke_px / 2
        spots = "".join(f'<circle cx="{at}" cy="{at}" r="{radius:g}"/>' for at in (side / 4, side * 3 / 4))
        return f'{ground}<g fill="{pattern.ink}">{spots}</g>'
    # The corner strokes carry the line over the tile's edge, so that it does not thin out there.
    path = f"M-1,1 l2,-2 M0,{side} l{side},{-side} M{side - 1},{side + 1} l2,-2"
    if pattern.shape == "cross":
        path += f" M-1,{side - 1} l2,2 M0,0 l{side},{side} M{side - 1},-1 l2,2"
    return f'{ground}<path d="{path}" stroke="{pattern.ink}" stroke-width="{pattern.stroke_px:g}" fill="none"/>'


def svg_pattern(pattern: Pattern, *, prefix: str = "") -> str:
    """Return a ``<pattern>`` for an SVG's ``<defs>``, used as ``fill="url(#<prefix><name>)"``."""
    side = pattern.tile_px
    head = f'<pattern id="{prefix}{pattern.name}" width="{side}" height="{side}" patternUnits="userSpaceOnUse">'
    return f"{head}{tile_svg(pattern)}</pattern>"


def css_background(pattern: Pattern) -> str:
    """Return the value of a CSS ``background``: the tile as a data address, nothing is fetched."""
    side = pattern.tile_px
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}">{tile_svg(pattern)}</svg>'
    ground = pattern.background or "transparent"
    return f'{ground} url("data:image/svg+xml,{quote(drawing)}") 0 0 / {side}px {side}px repeat'


def tile_ink(pattern: Pattern) -> NDArray[np.bool_]:
    """Return one tile as (tile_px, tile_px) bool, True where there is ink: for images made with numpy."""
    side = pattern.tile_px
    row, column = np.mgrid[0:side, 0:side]
    if pattern.shape == "dots":
        centres = (side / 4 - 0.5, side * 3 / 4 - 0.5)
        reach = pattern.stroke_px / 2 + 0.3
        near = [np.hypot(row - at, column - at) <= reach for at in centres]
        return np.asarray(near[0] | near[1])
    width = max(1, round(pattern.stroke_px * 1.4))
    rising = (row + column) % side < width
    return np.asarray(rising | ((row - column) % side < width) if pattern.shape == "cross" else rising)


def fill_css(state: str) -> str:
    """Return the CSS ``background`` of a closing scale or a state ('basin', 'no_data', 'time_mismatch')."""
    pattern = STATE_PATTERNS.get(state) or PATTERNS.get(state)
    return css_background(pattern) if pattern else SCALE_COLOURS[state]


def _luminance(colour: str) -> float:
    values = np.array(rgb(colour), dtype=np.float64) / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))
