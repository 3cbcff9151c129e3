"""Which maps an item's page has: the layers of its view, where they look, and their legends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

import shapely

from geo.dataset import Dataset
from geo.errors import MeguriError
from geo.meeting import Note
from geo.terms import Catalogue
from layers import palette
from layers.assessed import tables_of
from layers.assumed import Assumed, assumed_of
from layers.catalogue import geometry_of, outlines, paint, source_lines
from layers.certainty import shown_certainty
from layers.closing_map import map_title
from layers.described import closing_layer, layers_of
from layers.handout.boxes import Box, overlap
from layers.handout.drawing import Picture
from layers.handout.figures import Figures
from layers.handout.marks import is_drawn
from layers.handout.painted import has_cut_divides
from layers.layer import Layer, LegendEntry
from layers.live import Shown
from layers.live.marked import is_marked, marked_entry
from layers.map_view import DEFAULT_VISIBLE, paintings, visible_layers
from layers.meeting.compared import share_painter
from layers.meeting.view import view_of_map
from layers.messages import error_text, text

# What a wall of this many pixels shows is what the page shows.
_WALL_PX = (1400.0, 860.0)
# Room on every side as a share of the place's own extent, so that its neighbours are seen.
_ROOM = 0.45
# Around the whole area, so that its border does not touch the frame.
_MARGIN_DEGREES = 0.03
# A note farther from the area than this would make the area a dot.
_NEAR_DEGREES = 0.3
_LINES = ("prefecture", "municipality")


@dataclass(frozen=True)
class Maps:
    """The maps of a page.

    Attributes
    ----------
    pictures
        One, or the two of a comparison.
    heads
        What stands over each.
    legend, keys
        Their one legend, as HTML, and of how many lists it is.
    credit
        Attribution lines of the layers shown.
    told
        Layers that the view asks for and that are not there, in words.
    beyond
        Numbers of notes that lie too far off to be drawn.
    """

    pictures: tuple[Picture, ...]
    heads: tuple[str, ...]
    legend: str
    keys: int
    credit: tuple[str, ...]
    told: tuple[str, ...] = ()
    beyond: tuple[int, ...] = ()


def maps_of(figures: Figures, dataset: Dataset, catalogue: Catalogue, notes: Sequence[Note]) -> Maps:
    """Return the maps of an item's page, with its notes on them."""
    lang = figures.state.lang
    told: list[str] = []
    sets: tuple[tuple[Shown, ...], ...]
    heads: tuple[str, ...]
    near, beyond = _near(notes, dataset)
    if figures.kind == "map":
        shown, told = _view(figures, dataset, catalogue)
        sets, heads = (shown,), (text("handout.map.title", lang),)
    else:
        sets, heads = _closing(figures, dataset, catalogue)
    place = _shape(figures, dataset)
    bounds = _looked_at(figures, dataset, place)
    for note in near:
        longitudes, latitudes = zip(*note.points, strict=True)
        bounds = _around(bounds, (min(latitudes), min(longitudes), max(latitudes), max(longitudes)))
    pictures = tuple(
        Picture(shown, bounds, head, place, figures.state.at if figures.kind == "map" else None, near)
        for shown, head in zip(sets, heads, strict=True)
    )
    lines = dict.fromkeys(line for each in sets[0] for line in source_lines(each.painting.layer, dataset))
    keys = _keys(sets, dataset, lang, has_place=place is not None)
    legend = f'<div class="keys">{"".join(keys)}</div>'
    return Maps(pictures, heads, legend, len(keys), tuple(lines), tuple(told), beyond)


def _view(figures: Figures, dataset: Dataset, catalogue: Catalogue) -> tuple[tuple[Shown, ...], list[str]]:
    """Return the view's visible layers, top to bottom, and words for those that are not there."""
    state, lang, told = figures.state, figures.state.lang, []
    layers = layers_of(dataset, catalogue)
    asked = DEFAULT_VISIBLE if state.layers is None else state.layers
    missing = [key for key in dict(asked) if key not in layers]
    found: list[Shown] = []
    for key, opacity in visible_layers(state, layers):
        if opacity == 0:
            continue
        try:
            painted = paintings(replace(state, layers=((key, opacity),)), dataset, catalogue, layers)
        except MeguriError as error:
            told.append(error_text(error, lang))
            continue
        found += [Shown(painting, percent) for painting, percent in painted]
    if missing:
        told.append(text("handout.gone.layers", lang, names=", ".join(missing[:5]), count=len(missing)))
    return tuple(found), told


def _closing(
    figures: Figures, dataset: Dataset, catalogue: Catalogue
) -> tuple[tuple[tuple[Shown, ...], ...], tuple[str, ...]]:
    """Return the map of the closing scales, or the two of a comparison as on the wall, and what stands over each."""
    state, resource = figures.state, figures.resource
    layers = layers_of(dataset, catalogue)
    layer = closing_layer(layers["closing_scale"], resource, dataset)
    lines = tuple(Shown(paint(layers[key], dataset)) for key in _LINES if key in layers)
    if figures.compared is not None:
        sides = (figures.compared.sides.before, figures.compared.sides.after)
        assumptions = [side.assumed for side in sides]
        heads = tuple(
            text("whatif.map.side", state.lang, side=letter, name=side.name(state.lang))
            for letter, side in zip(("A", "B"), sides, strict=True)
        )
        shares = share_painter(dataset, catalogue, resource, figures.compared.sides, state.by)
        if shares is not None:
            return tuple((*lines, Shown(shares(side))) for side in sides), heads
    else:
        assumptions = [assumed_of(state, dataset, catalogue)]
        heads = (map_title(resource, state.lang),)

    def shown(assumed: Assumed) -> tuple[Shown, ...]:
        closing = tables_of(dataset, catalogue, assumed, by=state.by)(resource.key, "central")["closing_scale"]
        certainty = shown_certainty(dataset, catalogue, assumed, resource.key, closing, by=state.by)
        return (*lines, Shown(paint(layer, dataset, closing=closing, by=state.by, certainty=certainty)))

    return tuple(shown(assumed) for assumed in assumptions), heads


def _near(notes: Sequence[Note], dataset: Dataset) -> tuple[tuple[Note, ...], tuple[int, ...]]:
    """Split drawn notes into those on the area's map and the numbers of those that lie far from it."""
    west, south, east, north = (float(edge) for edge in dataset.prefecture.total_bounds)
    around = shapely.box(west, south, east, north).buffer(_NEAR_DEGREES)
    drawn = [note for note in notes if is_drawn(note)]
    near = tuple(note for note in drawn if around.contains(shapely.MultiPoint(note.points)))
    return near, tuple(note.number for note in drawn if note not in near)


def _shape(figures: Figures, dataset: Dataset) -> shapely.Geometry | None:
    if not figures.place.key:
        return None
    units = outlines(geometry_of(figures.place.kind), dataset)
    return units.geometry.get(figures.place.code)


def _looked_at(figures: Figures, dataset: Dataset, place: shapely.Geometry | None) -> Box:
    """Return where the map looks: the view that was pinned, else the place with its neighbours, else the area."""
    west, south, east, north = (float(edge) for edge in dataset.prefecture.total_bounds)
    margin = _MARGIN_DEGREES
    whole = south - margin, west - margin, north + margin, east + margin
    pinned = _pinned(view_of_map(figures.item))
    if pinned is not None and overlap(pinned, whole):
        # Farther out than the area there is nothing to see.
        return whole if _around(pinned, whole) == pinned else pinned
    if place is None or figures.kind == "map":
        return whole
    west, south, east, north = (float(edge) for edge in place.bounds)
    high, wide = (north - south) * _ROOM, (east - west) * _ROOM
    return south - high, west - wide, north + high, east + wide


def _pinned(view: str) -> Box | None:
    """Read ``latitude,longitude,zoom`` as the bounds that a wall shows; None where it cannot be read."""
    try:
        latitude, longitude, zoom = (float(part) for part in view.split(","))
    except ValueError:
        return None
    if not (abs(latitude) <= 80 and abs(longitude) <= 180 and 0 <= zoom <= 24):
        return None
    # Web Mercator has 256 · 2^zoom pixels around the globe.
    degrees_per_px = 360 / (256 * 2**zoom)
    wide = _WALL_PX[0] * degrees_per_px / 2
    high = _WALL_PX[1] * degrees_per_px / 2 * math.cos(math.radians(latitude))
    return latitude - high, longitude - wide, latitude + high, longitude + wide


def _around(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _keys(sets: Sequence[Sequence[Shown]], dataset: Dataset, lang: str, *, has_place: bool) -> list[str]:
    """Return the legend's lists: one for each filled layer with unit and years, and one of the lines."""
    filled, lines = [], []
    for place, each in enumerate(sets[0]):
        layer = each.painting.layer
        if layer.legend:
            present = {number for shown in sets for number in shown[place].painting.classes.to_numpy()}
            marked = any(is_marked(shown[place].painting) for shown in sets)
            filled.append(_classes(layer, each.opacity, present, lang, has_mark=marked))
        elif layer.key not in _LINES:
            lines.append(_line(layer.title(lang), layer.line_colour))
    if any(has_cut_divides(each.painting, dataset) for each in sets[0]):
        lines.append(_line(text("sheet.cut", lang), palette.RIVER, is_dashed=True))
    if has_place:
        lines.append(_line(text("sheet.place", lang), palette.LIGHT.accent))
    return [*filled, *([f'<div class="key"><ul>{"".join(lines)}</ul></div>'] if lines else [])]


def _classes(layer: Layer, opacity: int, present: set[int], lang: str, *, has_mark: bool) -> str:
    unit = f" [{layer.unit(lang)}]" if layer.unit(lang) else ""
    facts = [layer.year.replace(", ", "・" if lang == "ja" else ", ")] if layer.year else []
    facts += [text("handout.estimate", lang)] if layer.is_estimate else []
    facts += [text("handout.opacity", lang, percent=opacity)] if opacity < 100 else []
    told = f" <small>{escape(text('handout.joiner', lang).join(facts))}</small>" if facts else ""
    shown = [entry for number, entry in enumerate(layer.legend) if number in present or not entry.pattern]
    swatches = [(_ground(entry), entry.label(lang)) for entry in shown]
    if has_mark:
        mark = marked_entry(lang)
        swatches.append((mark["background"], mark["label"]))
    rows = "".join(f"<li>{_swatch(ground, opacity)}{escape(label)}</li>" for ground, label in swatches)
    return f'<div class="key"><b>{escape(layer.title(lang) + unit)}{told}</b><ul>{rows}</ul></div>'


def _ground(entry: LegendEntry) -> str:
    pattern = palette.PATTERNS.get(entry.pattern)
    return palette.css_background(pattern) if pattern else entry.fill


def _swatch(ground: str, opacity: int) -> str:
    return f'<i><s style="background:{escape(ground, quote=True)};opacity:{opacity / 100:g}"></s></i>'


def _line(title: str, colour: str, *, is_dashed: bool = False) -> str:
    style = "dashed" if is_dashed else "solid"
    return f'<li><i class="line" style="border-top:1.6pt {style} {escape(colour, quote=True)}"></i>{escape(title)}</li>'
