"""One map of the hand-out as SVG: painted layers in their order, the place, what was drawn on it; vectors alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from html import escape

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.dataset import STORAGE_CRS, Dataset
from geo.meeting import Note
from layers import palette
from layers.catalogue import outlines, painted_outlines
from layers.ground import land
from layers.handout.marks import note_marks
from layers.layer import CELLS, Painting
from layers.live import Shown
from layers.outlines import has_cut
from layers.svg_parts import Frame, north_arrow, path_of, scale_bar

# Of a pixel at 96 dpi: what 150 dpi can just show.
FINE_PX, COARSE_PX = 0.45, 1.0
_FONT = "Noto Sans CJK JP, Noto Sans JP, sans-serif"
# Beyond the frame's edge a line's own width still shows.
_BLEED_PX = 4.0
_NAME_PX = 9.5
_CUT_DASH = "5 3.5"
_CUT_PX = 1.9
_POINT_PX, _LINE_PX = 3.2, 2.2
# A narrower view would be a map of one house.
_LEAST_KM = 2.0
_Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Picture:
    """What a map shows.

    Attributes
    ----------
    shown
        Painted layers from top to bottom, with their opacity.
    bounds
        South, west, north, east in degrees; the picture shows at least this.
    title
        What the picture shows, for readers that cannot see it.
    place
        Shape of the place looked at, EPSG:6668; None outlines none.
    point
        The marked point: latitude and longitude in degrees.
    notes
        What was drawn on the map, each with its number.
    """

    shown: tuple[Shown, ...]
    bounds: _Bounds
    title: str
    place: shapely.Geometry | None = None
    point: tuple[float, float] | None = None
    notes: tuple[Note, ...] = ()


def map_svg(
    picture: Picture,
    dataset: Dataset,
    *,
    width_px: float,
    height_px: float,
    lang: str,
    simplify_px: float = FINE_PX,
) -> str:
    """Return the map as an ``<svg>`` of the given size in CSS pixels, with scale bar and north arrow."""
    canvas = _Canvas(dataset, _frame(picture.bounds, dataset, width_px, height_px), simplify_px)
    ground = canvas.path(canvas.plane(land(dataset)))
    body = [
        f'<rect width="{width_px:g}" height="{height_px:g}" fill="{palette.SEA}"/>',
        f'<path d="{ground}" fill="{palette.LAND}"/>',
        *(_layer(shown, canvas) for shown in reversed(picture.shown)),
    ]
    if picture.place is not None:
        outline = canvas.path(canvas.plane(gpd.GeoSeries([picture.place.boundary], crs=STORAGE_CRS)))
        body += [_stroke(outline, "#ffffff", 4.6), _stroke(outline, palette.LIGHT.accent, 2.4)]
    body += _names(canvas, lang)
    if picture.point is not None:
        body.append(_spot(picture.point, canvas))
    body += note_marks(picture.notes, canvas.frame, dataset.plane_crs, avoid=_furniture(canvas.frame))
    body += [_plated_bar(canvas.frame), north_arrow(canvas.frame, "N")]
    patterns = "".join(palette.svg_pattern(pattern) for pattern in palette.PATTERNS.values())
    clip = f'<clipPath id="frame"><rect width="{width_px:g}" height="{height_px:g}"/></clipPath>'
    edge = f'<rect x="0.4" y="0.4" width="{width_px - 0.8:g}" height="{height_px - 0.8:g}" fill="none"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width_px:g} {height_px:g}" role="img"'
        f' width="{width_px:g}" height="{height_px:g}" font-family="{_FONT}" font-size="11"'
        f' fill="{palette.LIGHT.ink}"><title>{escape(picture.title)}</title><defs>{patterns}{clip}</defs>'
        f'<g clip-path="url(#frame)">{"".join(body)}</g>{edge} stroke="{palette.LIGHT.rule}" stroke-width="0.8"/></svg>'
    )


def has_cut_divides(painting: Painting, dataset: Dataset) -> bool:
    """Tell whether a painting is drawn with the dashed divides of basins that go on beyond the data."""
    return has_cut(painting.geometry, dataset) if painting.units is None else False


@dataclass(frozen=True)
class _Canvas:
    """Where a map is drawn: its data, its frame and how far lines are thinned."""

    dataset: Dataset
    frame: Frame
    simplify_px: float

    def plane(self, shapes: gpd.GeoSeries) -> NDArray[np.object_]:
        """Return shapes in the plane's metres."""
        return np.asarray(shapes.to_crs(self.dataset.plane_crs).to_numpy(), dtype=object)

    def cut(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return what of the shapes lies in the frame, a little beyond its edge."""
        bleed = _BLEED_PX / self.frame.px_per_m
        east = self.frame.west + self.frame.width_px / self.frame.px_per_m
        south = self.frame.north - self.frame.height_px / self.frame.px_per_m
        window = (self.frame.west - bleed, south - bleed, east + bleed, self.frame.north + bleed)
        found = shapely.clip_by_rect(shapes, *window)
        return np.asarray(found[~shapely.is_empty(found)], dtype=object)

    def thinned(self, areas: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return areas that share edges, thinned alike so that no gaps open between them."""
        return np.asarray(shapely.coverage_simplify(areas, self.simplify_px / self.frame.px_per_m), dtype=object)

    def path(self, shapes: NDArray[np.object_]) -> str:
        """Return the shapes as one path, cut to the frame."""
        return path_of(self.cut(shapes), self.frame, simplify_px=self.simplify_px)


def _frame(bounds: _Bounds, dataset: Dataset, width_px: float, height_px: float) -> Frame:
    """Return the frame of the picture's own proportions around the bounds."""
    south, west, north, east = bounds
    corners = gpd.GeoSeries([shapely.box(west, south, east, north)], crs=STORAGE_CRS)
    left, low, right, high = (float(edge) for edge in corners.to_crs(dataset.plane_crs).total_bounds)
    wide, tall = max(right - left, _LEAST_KM * 1000), max(high - low, _LEAST_KM * 1000)
    px_per_m = min(width_px / wide, height_px / tall)
    middle_x, middle_y = (left + right) / 2, (low + high) / 2
    return Frame(middle_x - width_px / px_per_m / 2, middle_y + height_px / px_per_m / 2, px_per_m, width_px, height_px)


def _layer(shown: Shown, canvas: _Canvas) -> str:
    painting = shown.painting
    units = painted_outlines(painting, canvas.dataset)
    units = units[~units.geometry.is_empty & units.geometry.notna()]
    if units.empty:
        return ""
    drawn = _apart(units, canvas) if _is_apart(painting) else _areas(painting, units, canvas)
    # As a group: where lines and fills of one layer overlap, they do not darken each other.
    return f'<g opacity="{shown.opacity / 100:g}">{drawn}</g>' if shown.opacity < 100 else f"<g>{drawn}</g>"


def _is_apart(painting: Painting) -> bool:
    """Tell whether a painting is of lines or points: users may bring them."""
    units = painting.units
    return units is not None and not units.geom_type.isin(("Polygon", "MultiPolygon")).any()


def _areas(painting: Painting, units: gpd.GeoDataFrame, canvas: _Canvas) -> str:
    layer = painting.layer
    is_coverage = painting.units is None
    shapes = canvas.plane(units.geometry)
    if is_coverage and painting.geometry != CELLS:
        shapes = canvas.thinned(shapes)
    parts = []
    if layer.legend:
        is_inside = is_coverage and (painting.geometry == CELLS or layer.key == "closing_scale")
        parts += _fills(
            units, shapes, canvas, is_coverage=is_coverage and painting.geometry != CELLS, is_inside=is_inside
        )
    # Squares need no lines: the fills show them.
    if layer.line_width and painting.geometry != CELLS:
        edges = _edges(shapes) if is_coverage else np.array([_merged(shapely.boundary(canvas.cut(shapes)), canvas)])
        parts.append(_stroke(canvas.path(edges), layer.line_colour or palette.LINE, layer.line_width * 0.62))
    cut = units["is_cut"].to_numpy(dtype=bool)
    if cut.any():
        divides = canvas.path(np.array([shapely.line_merge(shapely.union_all(shapely.boundary(shapes[cut])))]))
        parts += [_stroke(divides, palette.LAND, _CUT_PX), _stroke(divides, palette.RIVER, _CUT_PX, _CUT_DASH)]
    return "".join(parts)


def _fills(
    units: gpd.GeoDataFrame, shapes: NDArray[np.object_], canvas: _Canvas, *, is_coverage: bool, is_inside: bool
) -> list[str]:
    """Return one path a class; ``is_inside`` cuts it at the area's border, where its figures end."""
    paints = np.array(
        [f"url(#{pattern})" if pattern else fill for fill, pattern in zip(units["fill"], units["pattern"], strict=True)]
    )
    border = shapely.union_all(canvas.plane(canvas.dataset.prefecture.geometry)) if is_inside else None
    parts = []
    for paint in sorted(set(paints) - {""}):
        merged = _united(shapes[paints == paint], is_coverage=is_coverage)
        if border is not None:
            merged = shapely.intersection(merged, border)
        drawing = canvas.path(np.array([merged], dtype=object))
        edge = "" if paint.startswith("url(") else f' stroke="{escape(paint)}" stroke-width="0.25"'
        if drawing:
            parts.append(f'<path d="{drawing}" fill="{escape(paint)}" fill-rule="evenodd"{edge}/>')
    return parts


def _united(areas: NDArray[np.object_], *, is_coverage: bool) -> shapely.Geometry:
    """Return areas as one: where they share their vertices, by leaving out the lines between them."""
    if is_coverage:
        # Units that users brought may not meet as they should.
        with suppress(shapely.errors.GEOSException):
            return shapely.coverage_union_all(areas)
    return shapely.union_all(areas)


def _edges(areas: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the lines of areas that share their vertices, each stretch once: a neighbour's is the same, backwards."""
    lines = shapely.get_rings(shapely.get_parts(areas))
    points, line_of = shapely.get_coordinates(lines, return_index=True)
    segments = np.concatenate([points[:-1], points[1:]], axis=1)[line_of[:-1] == line_of[1:]]
    is_backwards = (segments[:, 0] > segments[:, 2]) | (
        (segments[:, 0] == segments[:, 2]) & (segments[:, 1] > segments[:, 3])
    )
    segments[is_backwards] = segments[is_backwards][:, [2, 3, 0, 1]]
    once = np.unique(segments, axis=0).reshape(-1, 2, 2)
    return np.array([shapely.line_merge(shapely.multilinestrings(shapely.linestrings(once)))], dtype=object)


def _merged(lines: NDArray[np.object_], canvas: _Canvas) -> shapely.Geometry:
    """Return lines as few long ones, each stretch once, without those along the frame that cutting made."""
    merged = shapely.union_all(lines)
    bleed = (_BLEED_PX - 0.5) / canvas.frame.px_per_m
    east = canvas.frame.west + canvas.frame.width_px / canvas.frame.px_per_m
    south = canvas.frame.north - canvas.frame.height_px / canvas.frame.px_per_m
    inside = shapely.clip_by_rect(
        merged, canvas.frame.west - bleed, south - bleed, east + bleed, canvas.frame.north + bleed
    )
    return shapely.line_merge(inside) if inside.geom_type == "MultiLineString" else inside


def _apart(units: gpd.GeoDataFrame, canvas: _Canvas) -> str:
    """Return lines and points as strokes and dots in their class's colour."""
    shapes = canvas.plane(units.geometry)
    parts = []
    for fill in sorted(set(units["fill"]) - {""}):
        own = shapely.get_parts(shapes[(units["fill"] == fill).to_numpy()])
        is_point = shapely.get_type_id(own) == 0
        if (~is_point).any():
            parts.append(_stroke(canvas.path(own[~is_point]), fill, _LINE_PX))
        spots = canvas.frame.place(shapely.get_coordinates(canvas.cut(own[is_point])))
        edge = f'stroke="{palette.LIGHT.ink}" stroke-width="0.6"'
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_POINT_PX}" fill="{escape(fill)}" {edge}/>' for x, y in spots]
    return "".join(parts)


def _stroke(path: str, colour: str, width_px: float, dash: str = "") -> str:
    if not path:
        return ""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="{path}" fill="none" stroke="{escape(colour)}" stroke-width="{width_px:.3g}"'
        f' stroke-linejoin="round"{dashed}/>'
    )


def _names(canvas: _Canvas, lang: str) -> list[str]:
    """Return the municipalities' names, the largest first, each where no other and no corner is in its way."""
    units = outlines("municipality", canvas.dataset)
    shapes = canvas.plane(units.geometry)
    size = shapely.area(shapes)
    spots = canvas.frame.place(shapely.get_coordinates(shapely.point_on_surface(shapes)))
    names = [_short(str(name)) for name in units[f"name_{lang}"]]
    taken: list[_Bounds] = list(_furniture(canvas.frame))
    drawn = []
    for number in np.argsort(-size, kind="stable"):
        name, (x, y) = names[number], spots[number]
        half = sum(1.0 if ord(letter) > 0x2E7F else 0.58 for letter in name) * _NAME_PX / 2
        box = (x - half - 3, y - _NAME_PX, x + half + 3, y + 5)
        is_in = box[0] > 0 and box[1] > 0 and box[2] < canvas.frame.width_px and box[3] < canvas.frame.height_px
        if is_in and not any(_touch(box, other) for other in taken):
            taken.append(box)
            # From its reckoned left end: letters that are told to stand in the middle are drawn as a picture each.
            drawn.append(_haloed(escape(name), x - half, y + 3))
    return drawn


def _haloed(words: str, x: float, y: float) -> str:
    """Return letters on a pale edge: pale ones around them, for strokes of letters are not placed alike everywhere."""
    style = f'font-size="{_NAME_PX}"'
    around = "".join(
        f'<text x="{x + aside:.1f}" y="{y + below:.1f}" {style} fill="{palette.LIGHT.paper}">{words}</text>'
        for aside, below in ((-0.9, -0.9), (0.9, -0.9), (-0.9, 0.9), (0.9, 0.9))
    )
    return f'{around}<text x="{x:.1f}" y="{y:.1f}" {style}>{words}</text>'


def _short(name: str) -> str:
    """Return an English name without what kind of municipality it is and where: they fill a small map."""
    return name.partition(",")[0]


def _touch(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _furniture(frame: Frame) -> tuple[_Bounds, ...]:
    """Return the corners that scale bar and north arrow take, as left, top, right, bottom in pixels."""
    low = frame.height_px
    return (0.0, low - 30, frame.width_px * 0.25 + 60, low), (frame.width_px - 40, 0.0, frame.width_px, 50)


def _plated_bar(frame: Frame) -> str:
    """Return the scale bar on a pale plate, so that it reads on any fill."""
    bar = scale_bar(frame, "km")
    most_px = frame.width_px / 4
    power = 10.0 ** math.floor(math.log10(frame.width_px / frame.px_per_m / 4000))
    longest = max(step for step in (1, 2, 5) if step * power * 1000 * frame.px_per_m <= most_px + 1e-6)
    width = longest * power * 1000 * frame.px_per_m + 52
    plate = f'<rect x="5" y="{frame.height_px - 27:.1f}" width="{width:.1f}" height="21" rx="2"'
    return f'{plate} fill="{palette.LIGHT.paper}" fill-opacity="0.88"/>{bar}'


def _spot(point: tuple[float, float], canvas: _Canvas) -> str:
    latitude, longitude = point
    plane = canvas.plane(gpd.GeoSeries([shapely.Point(longitude, latitude)], crs=STORAGE_CRS))
    x, y = canvas.frame.place(shapely.get_coordinates(plane))[0]
    ring = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="none"'
    return f'{ring} stroke="#ffffff" stroke-width="4"/>{ring} stroke="{palette.LIGHT.accent}" stroke-width="2"/>'
