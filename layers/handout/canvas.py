"""Where a map of the hand-out is drawn: its frame on the plane, what lies in it, and how far its lines are thinned."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.dataset import STORAGE_CRS, Dataset
from layers.handout.boxes import Box
from layers.svg_parts import Frame, path_of

# Beyond the frame's edge a line's own width still shows.
BLEED_PX = 4.0
# A narrower view would be a map of one house.
_LEAST_KM = 2.0


@dataclass(frozen=True)
class Canvas:
    """A map's data, its frame and, in pixels, how far its lines are thinned."""

    dataset: Dataset
    frame: Frame
    simplify_px: float

    def plane(self, shapes: gpd.GeoSeries) -> NDArray[np.object_]:
        """Return shapes in the plane's metres."""
        return np.asarray(shapes.to_crs(self.dataset.plane_crs).to_numpy(), dtype=object)

    def window(self, beyond_px: float) -> Box:
        """Return the frame in the plane's metres, so many pixels wider on every side."""
        beyond = beyond_px / self.frame.px_per_m
        east = self.frame.west + self.frame.width_px / self.frame.px_per_m
        south = self.frame.north - self.frame.height_px / self.frame.px_per_m
        return self.frame.west - beyond, south - beyond, east + beyond, self.frame.north + beyond

    def cut(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return what of the shapes lies in the frame, a little beyond its edge."""
        found = shapely.clip_by_rect(shapes, *self.window(BLEED_PX))
        return np.asarray(found[~shapely.is_empty(found)], dtype=object)

    def thinned(self, areas: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return areas that share edges, thinned alike so that no gaps open between them."""
        return np.asarray(shapely.coverage_simplify(areas, self.simplify_px / self.frame.px_per_m), dtype=object)

    def path(self, shapes: NDArray[np.object_]) -> str:
        """Return the shapes as one path, cut to the frame."""
        return path_of(self.cut(shapes), self.frame, simplify_px=self.simplify_px)


def frame_around(bounds: Box, dataset: Dataset, width_px: float, height_px: float) -> Frame:
    """Return the frame of these proportions around the bounds: south, west, north, east in degrees."""
    south, west, north, east = bounds
    corners = gpd.GeoSeries([shapely.box(west, south, east, north)], crs=STORAGE_CRS)
    left, low, right, high = (float(edge) for edge in corners.to_crs(dataset.plane_crs).total_bounds)
    wide, tall = max(right - left, _LEAST_KM * 1000), max(high - low, _LEAST_KM * 1000)
    px_per_m = min(width_px / wide, height_px / tall)
    middle_x, middle_y = (left + right) / 2, (low + high) / 2
    return Frame(middle_x - width_px / px_per_m / 2, middle_y + height_px / px_per_m / 2, px_per_m, width_px, height_px)


def stroke(path: str, colour: str, width_px: float, dash: str = "") -> str:
    """Return a path drawn as a line, '' for an empty one; ``dash`` as of SVG's ``stroke-dasharray``."""
    if not path:
        return ""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="{path}" fill="none" stroke="{escape(colour)}" stroke-width="{width_px:.3g}"'
        f' stroke-linejoin="round"{dashed}/>'
    )
