"""The visible layers as a folium map in one HTML file that opens without a network."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from branca.element import Element, Figure
from folium.raster_layers import ImageOverlay
from PIL import Image

from geo.dataset import Dataset
from geo.errors import InputError
from layers import palette
from layers.catalogue import painted_outlines
from layers.exports import Download
from layers.folium_page import CUT_WIDTH, data_address, page_css, panel
from layers.ground import land
from layers.layer import CELLS, Painting
from layers.mesh_image import draw_mesh
from layers.messages import text
from layers.upload.folium import drawn_apart, is_drawn_apart

_VENDOR = Path(__file__).parent / "live" / "vendor"
_DECIMALS = 5  # of a degree: about a metre
_STACK_START = 410  # Leaflet's own pane for vectors is 400, for tooltips 650
# Line and gap of the outline of a basin that goes on beyond the data, as on the live map.
_DASH = "7 5"
_RANDOM_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class VisibleLayer:
    """A painted layer with its opacity, 0 to 1."""

    painting: Painting
    opacity: float = 1.0


def standalone_map(
    visible: Sequence[VisibleLayer],
    dataset: Dataset,
    *,
    lang: str,
    title: str,
    stem: str,
    view: tuple[float, float, float] | None = None,
) -> Download:
    """Return the map as one HTML file; nothing in it points to another file or to the network.

    Parameters
    ----------
    visible
        Layers from top to bottom, as the list beside the live map has them.
    dataset
        The area; its outline is the map's ground and, without a ``view``, its frame.
    lang
        Language of names, legend and control.
    title
        Title of the page and of the legend.
    view
        Latitude and longitude of the centre in degrees, and zoom.

    Raises
    ------
    InputError
        No layer is given, or the vendored Leaflet is missing.
    """
    if not visible:
        raise InputError("there is no layer to export: switch one on", key="export_empty")
    frame, figure = _map(dataset, view)
    has_areas = any(layer.painting.layer.kind == "polygons" for layer in visible)
    for place, layer in enumerate(reversed(visible)):
        pane = f"layer{place}"
        folium.map.CustomPane(pane, z_index=_STACK_START + place).add_to(frame)
        group = folium.FeatureGroup(name=escape(layer.painting.layer.title(lang)))
        painting = layer.painting
        if is_drawn_apart(painting):
            units = painted_outlines(painting, dataset)
            drawn: folium.map.Layer | None = drawn_apart(painting, units, opacity=layer.opacity, pane=pane)
        elif painting.geometry == CELLS:
            drawn = _cells(layer, dataset, pane)
        else:
            drawn = _polygons(layer, dataset, lang, pane, is_open=has_areas)
        if drawn is not None:
            drawn.add_to(group)
        group.add_to(frame)
    folium.LayerControl(collapsed=True, position="topright").add_to(frame)
    figure.title = escape(title)
    figure.html.add_child(Element(panel([item.painting for item in visible], dataset, lang, title)))
    page = _stable_ids(figure.render()).replace("<html>", f'<html lang="{lang}">', 1)
    return Download(f"{stem}.html", "text/html", page.encode("utf-8"))


def _map(dataset: Dataset, view: tuple[float, float, float] | None) -> tuple[folium.Map, Figure]:
    """Return the bare map: Leaflet from this repository in the page, the area's land on the sea's colour."""
    figure = Figure()
    frame = folium.Map(
        location=view[:2] if view else None,
        zoom_start=round(view[2]) if view else 9,
        tiles=None,
        control_scale=True,
        zoom_snap=0.25,
        attribution_control=False,
    )
    frame.add_to(figure)
    frame.default_js = [("leaflet", data_address("text/javascript", _vendored("leaflet.js")))]
    frame.default_css = [("leaflet_css", data_address("text/css", _leaflet_css()))]
    figure.header.add_child(Element(f"<style>{page_css()}</style>"))
    ground = _polygon_parts(gpd.GeoDataFrame(geometry=land(dataset)))
    style = {"fillColor": palette.LAND, "fillOpacity": 1, "stroke": False, "interactive": False}
    folium.GeoJson(
        ground.to_json(drop_id=True), control=False, style_function=lambda _: style, interactive=False
    ).add_to(frame)
    if view is None:
        west, south, east, north = dataset.prefecture.to_crs("EPSG:4326").total_bounds
        frame.fit_bounds([[south, west], [north, east]])
    return frame, figure


def _polygons(layer: VisibleLayer, dataset: Dataset, lang: str, pane: str, *, is_open: bool) -> folium.GeoJson:
    """Return filled units or outlines; the name shows on hover, name and class on click, both escaped.

    Outlines have an inside that can be pointed at, unless ``is_open`` leaves that to the filled units below.
    """
    drawn = layer.painting.layer
    units = _polygon_parts(painted_outlines(layer.painting, dataset))
    named = units[f"name_{lang}"].fillna("").astype(str)
    told = named.map(lambda name: text("map.name.estimated", lang, name=name))
    names = told.where(units["is_river_estimated"], named).map(escape)
    table = gpd.GeoDataFrame(
        {
            "name": names,
            "detail": units[f"class_{lang}"].map(escape),
            "line": np.where(units["is_cut"], "none", "solid"),
            "paint": [
                f"url(#{pattern})" if pattern else fill
                for fill, pattern in zip(units["fill"], units["pattern"], strict=True)
            ],
        },
        geometry=units.geometry,
        crs=units.crs,
    )
    # A cut basin's outline is dashed, over a pale one that hides its neighbours' solid lines.
    cut = table[table["line"] == "none"].assign(paint="")
    table = pd.concat([table, cut.assign(line="casing"), cut.assign(line="dashed")], ignore_index=True)
    filled = bool(drawn.legend)
    line: dict[str, Any] = {
        "color": drawn.line_colour or palette.LINE,
        "weight": drawn.line_width,
        "opacity": layer.opacity,
    }
    bare: dict[str, Any] = {"fill": False, "weight": max(drawn.line_width, CUT_WIDTH), "opacity": layer.opacity}
    lines: dict[str, dict[str, Any]] = {
        "solid": line,
        "none": {"stroke": False},
        "casing": bare | {"color": palette.LIGHT.paper, "lineCap": "butt"},
        "dashed": bare | {"color": palette.RIVER, "lineCap": "butt", "dashArray": _DASH},
    }

    def style(feature: dict[str, Any]) -> dict[str, Any]:
        paint = feature["properties"]["paint"]
        own = lines[feature["properties"]["line"]]
        if "fill" in own:
            return own
        if not paint:
            # Filled, but invisibly: pointing into the unit shows its name.
            return own | {"fill": filled or not is_open, "fillColor": palette.LAND, "fillOpacity": 0.0}
        return own | {"fillColor": paint, "fillOpacity": layer.opacity}

    words = [text("export.map.name", lang), escape(drawn.title(lang))]
    popup = folium.GeoJsonPopup(
        fields=["name", "detail"] if filled else ["name"], aliases=words if filled else words[:1]
    )
    tooltip = folium.GeoJsonTooltip(fields=["name"], labels=False)
    return folium.GeoJson(table.to_json(drop_id=True), style_function=style, popup=popup, tooltip=tooltip, pane=pane)


def _cells(layer: VisibleLayer, dataset: Dataset, pane: str) -> ImageOverlay | None:
    """Return the mesh as one picture in the map's own projection; None where no cell is painted."""
    outline = dataset.prefecture.geometry.union_all()
    mesh = draw_mesh(layer.painting.classes, layer.painting.layer.legend, land=outline)
    if mesh is None:
        return None
    pixels = np.asarray(Image.open(io.BytesIO(mesh.png)).convert("RGBA"))
    corners = [[mesh.south, mesh.west], [mesh.north, mesh.east]]
    return ImageOverlay(pixels, bounds=corners, opacity=layer.opacity, pane=pane, class_name="mesh")


def _polygon_parts(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the table in WGS 84 with polygons only: folium cannot draw collections."""
    parts = table.to_crs("EPSG:4326").explode(index_parts=False)
    areas = parts[(parts.geom_type == "Polygon") & ~parts.geometry.is_empty]
    rounded = shapely.set_precision(areas.geometry.to_numpy(), 10.0**-_DECIMALS)
    whole = areas.set_geometry(rounded, crs="EPSG:4326").explode(index_parts=False)
    return whole[whole.geom_type == "Polygon"]


def _stable_ids(page: str) -> str:
    """Replace folium's random identifiers by numbers in the order of appearance: same input, same bytes.

    An identifier is told from a like run inside an embedded file by standing after ``name_``.
    """
    found = dict.fromkeys(re.findall(r"\b[a-z][a-z_]*_([0-9a-f]{32})(?![0-9a-f])", page))
    numbers = {identifier: f"{place:04d}" for place, identifier in enumerate(found)}
    return _RANDOM_ID.sub(lambda match: numbers.get(match.group(), match.group()), page)


def _vendored(name: str) -> bytes:
    path = _VENDOR / name
    if not path.is_file():
        message = f"layers/live/vendor/{name} is missing: restore it from the repository"
        raise InputError(message, key="export_vendor", file=name)
    return path.read_bytes()


def _leaflet_css() -> bytes:
    style = _vendored("leaflet.css").decode("utf-8")
    return re.sub(r"url\((?!['\"]?(?:data:|#))[^)]*\)", "none", style).encode("utf-8")
