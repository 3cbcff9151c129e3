"""Scene: what the live map shows at one moment, turned into the few kilobytes that are sent on a recolour."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from geo.dataset import Dataset
from layers.catalogue import source_lines
from layers.layer import DARK_LINES, Layer, LegendEntry, Painting
from layers.live.extra import Extra, extra_message
from layers.live.geometry import unit_codes
from layers.live.letters import letters
from layers.live.marked import certainty_message, is_marked, marked_entry
from layers.messages import text
from layers.outlines import has_cut
from layers.palette import OVERLAYS, PATTERNS, RIVER, UNDECIDED, css_background, tile_svg

# Line, gap: how the outline of a basin is drawn that goes on beyond the data.
_DASH = (7, 5)
_CUT_WIDTH = 1.9
OPAQUE = 100
# Units of these reach beyond the area.
_BEYOND = ("river_system", "unit_basin")


@dataclass(frozen=True)
class Shown:
    """A painting as it lies on the map.

    Attributes
    ----------
    painting
        The layer and its classes.
    opacity
        Percent.
    title
        Over the legend, in the user's language.
    labels
        Legend words that replace the layer's own, by entry key.
    """

    painting: Painting
    opacity: int = 100
    title: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Scene:
    """What the live map shows.

    Attributes
    ----------
    dataset
        The area.
    lang
        'ja' or 'en'.
    shown
        Layers from top to bottom.
    chosen
        Units to outline strongly: (geometry, code).
    point
        The marked point, (latitude, longitude) in degrees.
    fit
        A request to move the view: (token, (south, west, north, east)); obeyed once for each new token.
    with_legend
        Whether the legend lies on the map.
    extra
        Free shapes above the fills.
    look
        A request to look exactly somewhere: (token, (latitude and longitude of the centre in degrees, zoom)); obeyed
        once for each new token, and before a ``fit`` that comes with it.
    """

    dataset: Dataset
    lang: str = "ja"
    shown: tuple[Shown, ...] = ()
    chosen: tuple[tuple[str, str], ...] = ()
    point: tuple[float, float] | None = None
    fit: tuple[str, tuple[float, float, float, float]] | None = None
    with_legend: bool = True
    extra: tuple[Extra, ...] = ()
    look: tuple[str, tuple[float, float, float]] | None = None


def scene_message(scene: Scene, *, height: str) -> dict[str, Any]:
    """Return the scene as plain JSON values: styles and words, never outlines.

    Parameters
    ----------
    scene
        What to show.
    height
        CSS length of the map's height.
    """
    used = {entry.pattern for shown in scene.shown for entry in shown.painting.layer.legend if entry.pattern}
    used |= {UNDECIDED.name for shown in scene.shown if shown.painting.certainty is not None}
    return {
        "lang": scene.lang,
        "height": height,
        "layers": [_layer_message(shown, scene) for shown in scene.shown],
        "patterns": {name: _pattern_address(name) for name in sorted(used)},
        "legend": _legend(scene) if scene.with_legend else [],
        "sources": _sources(scene),
        "extra": [extra_message(extra) for extra in scene.extra],
        "chosen": [list(unit) for unit in scene.chosen],
        "point": list(scene.point) if scene.point else None,
        "fit": {"token": scene.fit[0], "bounds": list(scene.fit[1])} if scene.fit else None,
        "look": {"token": scene.look[0], "view": list(scene.look[1])} if scene.look else None,
        "words": {
            **{word: text(f"map.live.{word}", scene.lang) for word in _WORDS},
            "with_certainty": text("map.name.with_certainty", scene.lang, name="{name}", word="{word}"),
            "name_estimated": text("map.name.estimated", scene.lang, name="{name}"),
        },
    }


_WORDS = (
    "aria",
    "keys",
    "home",
    "zoom_in",
    "zoom_out",
    "legend",
    "sources",
    "outside",
    "centre",
    "estimate",
)


def look_message(shown: Shown, dataset: Dataset, lang: str) -> dict[str, Any]:
    """Return how a painting fills its units: what of a layer's message changes with a recolour."""
    painting, layer = shown.painting, shown.painting.layer
    message: dict[str, Any] = {
        "geometry": painting.geometry,
        "fills": [{"fill": entry.fill, "pattern": entry.pattern} for entry in layer.legend],
        "names": [_label(shown, entry, lang) for entry in layer.legend],
        "title": shown.title or layer.title(lang),
    }
    if layer.legend:
        classes = painting.classes.reindex(_codes(painting, dataset)).fillna(-1)
        message["classes"] = letters(np.asarray(classes, dtype=np.int16))
        if painting.certainty is not None:
            message["certainty"] = certainty_message(painting, classes, lang)
    return message


def _layer_message(shown: Shown, scene: Scene) -> dict[str, Any]:
    layer = shown.painting.layer
    return {
        "key": layer.key,
        "opacity": shown.opacity,
        "line": [layer.line_colour, DARK_LINES.get(layer.line_colour, layer.line_colour), layer.line_width],
        "cut": [RIVER, DARK_LINES[RIVER], max(layer.line_width, _CUT_WIDTH), *_DASH],
        "unit": layer.unit(scene.lang),
        **look_message(shown, scene.dataset, scene.lang),
    }


def _codes(painting: Painting, dataset: Dataset) -> list[str]:
    """Return the painting's units in the order in which they are packed."""
    return unit_codes(painting.geometry, dataset) if painting.units is None else list(painting.units.index)


def _hidden(shown: tuple[Shown, ...]) -> frozenset[str]:
    """Keys of the fills that lie wholly under a fill without gaps and without transparency."""
    hidden: set[str] = set()
    above: list[Painting] = []
    for entry in shown:
        painting = entry.painting
        if not painting.layer.legend:
            continue
        if any(_covers(other, painting) for other in above):
            hidden.add(painting.layer.key)
        if entry.opacity == OPAQUE and not painting.classes.empty and bool((painting.classes >= 0).all()):
            above.append(painting)
    return frozenset(hidden)


def _covers(above: Painting, below: Painting) -> bool:
    """Tell whether one fill reaches as far as the other: basins go on beyond the area, own shapes end anywhere."""
    if above.units is not None or above.image is not None or below.units is not None or below.image is not None:
        return False
    return above.geometry in _BEYOND or below.geometry not in _BEYOND


def _hidden_message(shown: Shown, scene: Scene) -> dict[str, Any]:
    layer = shown.painting.layer
    note = text("map.live.hidden", scene.lang)
    return {"key": layer.key, "title": shown.title or layer.title(scene.lang), "note": note, "entries": []}


def _legend_message(shown: Shown, scene: Scene) -> dict[str, Any]:
    layer = shown.painting.layer
    present = set(shown.painting.classes.to_numpy())
    # The ladder's own steps always show, so that the key does not jump; a resource may lack one.
    lacks = {entry.key for entry in layer.legend} - set(shown.labels) if shown.labels else set()
    entries = [
        entry
        for number, entry in enumerate(layer.legend)
        if layer.breaks or number in present or (not entry.pattern and entry.key not in lacks)
    ]
    return {
        "key": layer.key,
        "title": shown.title or layer.title(scene.lang),
        "note": _note(layer, scene.lang),
        "entries": [
            {
                "background": css_background(PATTERNS[entry.pattern]) if entry.pattern else entry.fill,
                "label": _label(shown, entry, scene.lang),
                "is_line": False,
            }
            for entry in entries
        ],
    }


def _legend(scene: Scene) -> list[dict[str, Any]]:
    """Return the legend's blocks from top to bottom, last what the mark of open answers and a dashed line say."""
    hidden = _hidden(scene.shown)
    blocks = [
        (_hidden_message if shown.painting.layer.key in hidden else _legend_message)(shown, scene)
        for shown in scene.shown
        if shown.painting.layer.legend
    ]
    if any(is_marked(shown.painting) and shown.painting.layer.key not in hidden for shown in scene.shown):
        blocks.append({"key": UNDECIDED.name, "title": "", "note": "", "entries": [marked_entry(scene.lang)]})
    if any(has_cut(shown.painting.geometry, scene.dataset) for shown in scene.shown):
        entry = {"background": _dashes(), "label": text("map.legend.cut", scene.lang), "is_line": True}
        blocks.append({"key": "cut", "title": "", "note": "", "entries": [entry]})
    return blocks


def _dashes() -> str:
    """Return the CSS background of a line drawn as the outline of a cut basin is."""
    line, gap = _DASH
    colour = f"light-dark({RIVER}, {DARK_LINES[RIVER]})"
    return f"repeating-linear-gradient(90deg, {colour} 0 {line}px, transparent {line}px {line + gap}px)"


def _label(shown: Shown, entry: LegendEntry, lang: str) -> str:
    return shown.labels.get(entry.key, entry.label(lang))


def _note(layer: Layer, lang: str) -> str:
    parts = [layer.unit(lang), text("map.live.year", lang, year=layer.year) if layer.year else ""]
    if layer.is_estimate:
        parts.append(text("map.live.estimate", lang))
    return text("map.live.between", lang).join(part for part in parts if part)


def _sources(scene: Scene) -> list[str]:
    lines = [line for shown in scene.shown for line in source_lines(shown.painting.layer, scene.dataset)]
    return list(dict.fromkeys(lines))


def _pattern_address(name: str) -> str:
    pattern = PATTERNS.get(name) or OVERLAYS[name]
    side = pattern.tile_px
    drawing = tile_svg(pattern)
    # Twice the size: the tile stays sharp on dense screens and at canvas scale.
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{2 * side}" height="{2 * side}" viewBox="0 0 {side} {side}">'
        f"{drawing}</svg>"
    )
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
