"""Users' lines, points and rasters on the standalone map: what its drawing of polygons and cells does not cover."""

from __future__ import annotations

import io
from html import escape
from typing import Any

import folium
import geopandas as gpd
import numpy as np
from folium.raster_layers import ImageOverlay
from PIL import Image

from layers.layer import Painting
from layers.palette import LIGHT

_LINE_PX, _POINT_PX = 3, 6


def is_drawn_apart(painting: Painting) -> bool:
    """Tell whether a painting is a picture, or of lines or points."""
    if painting.image is not None:
        return True
    units = painting.units
    return units is not None and not units.geom_type.isin(("Polygon", "MultiPolygon")).any()


def drawn_apart(painting: Painting, units: gpd.GeoDataFrame, *, opacity: float, pane: str) -> folium.map.Layer:
    """Return such a painting as a layer of a folium map.

    Parameters
    ----------
    units
        Result of :func:`layers.catalogue.painted_outlines`.
    """
    if painting.image is not None:
        image = painting.image
        pixels = np.asarray(Image.open(io.BytesIO(image.png)).convert("RGBA"))
        corners = [[image.south, image.west], [image.north, image.east]]
        return ImageOverlay(pixels, bounds=corners, opacity=opacity, pane=pane, class_name="mesh")
    drawn = units[(units["fill"] != "") & ~units.geometry.is_empty].to_crs("EPSG:4326")
    table = gpd.GeoDataFrame(
        {"name": drawn["class_ja"].map(escape), "paint": drawn["fill"]}, geometry=drawn.geometry, crs=drawn.crs
    )
    is_points = table.geom_type.isin(("Point", "MultiPoint")).any()
    marker = folium.CircleMarker(radius=_POINT_PX) if is_points else None

    def style(feature: dict[str, Any]) -> dict[str, Any]:
        paint = feature["properties"]["paint"]
        if is_points:
            return {"color": LIGHT.ink, "weight": 1, "opacity": opacity, "fillColor": paint, "fillOpacity": opacity}
        return {"color": paint, "weight": _LINE_PX, "opacity": opacity}

    return folium.GeoJson(table.to_json(drop_id=True), style_function=style, marker=marker, pane=pane)
