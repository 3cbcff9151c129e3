"""The visible layers as a folium map in one HTML file that opens without a network."""

from __future__ import annotations

import base64
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
import shapely
from branca.element import Element, Figure
from folium.raster_layers import ImageOverlay
from PIL import Image

from geo.dataset import Dataset
from geo.errors import InputError
from layers import palette
from layers.catalogue import painted_outlines, source_lines
from layers.exports import Download
from layers.ground import land
from layers.layer import CELLS, Painting
from layers.mesh_image import draw_mesh
from layers.messages import text

_VENDOR = Path(__file__).parent / "live" / "vendor"
_DECIMALS = 5  # of a degree: about a metre
_STACK_START = 410  # Leaflet's own pane for vectors is 400, for tooltips 650
_RANDOM_ID = re.compile(r"[0-9a-f]{32}")
_FONTS = '"Hiragino Sans", "BIZ UDPGothic", "Noto Sans JP", "Noto Sans CJK JP", sans-serif'
# Leaflet's stylesheet asks for its icons beside it; the only one used here is drawn in place.
_LAYERS_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 26 26">'
    '<path fill="none" stroke="#4a4a44" stroke-width="1.6" stroke-linejoin="round"'
    ' d="M13 4 3 9l10 5 10-5zM3 13l10 5 10-5M3 17l10 5 10-5"/></svg>'
)


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
        if layer.painting.geometry == CELLS:
            drawn: folium.map.Layer | None = _cells(layer, pane)
        else:
            drawn = _polygons(layer, dataset, lang, pane, is_open=has_areas)
        if drawn is not None:
            drawn.add_to(group)
        group.add_to(frame)
    folium.LayerControl(collapsed=True, position="topright").add_to(frame)
    figure.title = escape(title)
    figure.html.add_child(Element(_panel([item.painting for item in visible], dataset, lang, title)))
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
    frame.default_js = [("leaflet", _data_address("text/javascript", _vendored("leaflet.js")))]
    frame.default_css = [("leaflet_css", _data_address("text/css", _leaflet_css()))]
    figure.header.add_child(Element(f"<style>{_page_css()}</style>"))
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
    names = units[f"name_{lang}"].fillna("").astype(str).map(escape)
    table = gpd.GeoDataFrame(
        {
            "name": names,
            "detail": units[f"class_{lang}"].map(escape),
            "paint": [
                f"url(#{pattern})" if pattern else fill
                for fill, pattern in zip(units["fill"], units["pattern"], strict=True)
            ],
        },
        geometry=units.geometry,
        crs=units.crs,
    )
    filled = bool(drawn.legend)
    line = {"color": drawn.line_colour or palette.LINE, "weight": drawn.line_width, "opacity": layer.opacity}

    def style(feature: dict[str, Any]) -> dict[str, Any]:
        paint = feature["properties"]["paint"]
        if not paint:
            # Filled, but invisibly: pointing into the unit shows its name.
            return line | {"fill": filled or not is_open, "fillColor": palette.LAND, "fillOpacity": 0.0}
        return line | {"fillColor": paint, "fillOpacity": layer.opacity}

    words = [text("export.map.name", lang), escape(drawn.title(lang))]
    popup = folium.GeoJsonPopup(
        fields=["name", "detail"] if filled else ["name"], aliases=words if filled else words[:1]
    )
    tooltip = folium.GeoJsonTooltip(fields=["name"], labels=False)
    return folium.GeoJson(table.to_json(drop_id=True), style_function=style, popup=popup, tooltip=tooltip, pane=pane)


def _cells(layer: VisibleLayer, pane: str) -> ImageOverlay | None:
    """Return the mesh as one picture in the map's own projection; None where no cell is painted."""
    mesh = draw_mesh(layer.painting.classes, layer.painting.layer.legend)
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


def _panel(paintings: Sequence[Painting], dataset: Dataset, lang: str, title: str) -> str:
    """Return legend, units, years and attribution lines as HTML that stands over the map."""
    parts = [f"<h1>{escape(title)}</h1>"]
    credited: dict[str, None] = {}
    for painting in paintings:
        layer = painting.layer
        credited |= dict.fromkeys(source_lines(layer, dataset))
        facts = [layer.unit(lang), layer.year, text("export.map.estimate", lang) if layer.is_estimate else ""]
        note = " · ".join(escape(fact) for fact in facts if fact)
        parts.append(f"<section><h2>{escape(layer.title(lang))}</h2><p>{note}</p>{_swatches(painting, lang)}</section>")
    listed = "".join(f"<li>{escape(line)}</li>" for line in credited)
    parts.append(f"<section><h2>{escape(text('export.map.sources', lang))}</h2><ul>{listed}</ul></section>")
    patterns = "".join(palette.svg_pattern(pattern) for pattern in palette.PATTERNS.values())
    return (
        '<svg width="0" height="0" style="position:absolute" aria-hidden="true">'
        f"<defs>{patterns}</defs></svg>"
        f'<aside class="panel" aria-label="{escape(text("export.map.legend", lang))}">'
        f"{''.join(parts)}</aside>"
    )


def _swatches(painting: Painting, lang: str) -> str:
    layer = painting.layer
    if not layer.legend:
        border = f"{max(layer.line_width, 0.5):g}px solid {layer.line_colour}"
        return f'<i class="line" style="border-top:{border}"></i>'
    present = set(np.unique(painting.classes.to_numpy()).tolist())
    rows = [
        (
            palette.css_background(palette.PATTERNS[entry.pattern]) if entry.pattern else entry.fill,
            entry.label(lang),
        )
        for number, entry in enumerate(layer.legend)
        if number in present or not entry.pattern
    ]
    return "".join(
        f'<div><i style="background:{escape(background)}"></i>{escape(label)}</div>' for background, label in rows
    )


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


def _data_address(mime: str, data: bytes) -> str:
    return f"data:{mime};charset=utf-8;base64,{base64.b64encode(data).decode('ascii')}"


def _page_css() -> str:
    icon = _data_address("image/svg+xml", _LAYERS_ICON.encode("ascii"))
    light = palette.LIGHT
    return f"""
body, body .leaflet-container {{ font: 14px/1.5 {_FONTS}; color: {light.ink}; }}
body .leaflet-container {{ background: {palette.SEA}; }}
body .leaflet-control-layers .leaflet-control-layers-toggle {{
  background: {light.paper} url("{icon}") center / 26px no-repeat; }}
.leaflet-interactive:focus {{ outline: none; }}
.leaflet-interactive:focus-visible {{ outline: 3px solid {light.accent}; }}
body .leaflet-control-scale-line:nth-child(2) {{ display: none; }}
.mesh {{ image-rendering: pixelated; }}
body {{ display: grid; grid-template: minmax(0, 1fr) / minmax(0, 1fr) 19rem; height: 100vh; }}
body > .folium-map {{ order: 1; }}
.panel {{ order: 2; overflow: auto; padding: 4px 18px 18px; background: {light.paper}; border: 0 solid {light.rule};
  border-left-width: 1px; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }}
.panel h1 {{ font-size: 18px; margin: 10px 0; }}
.panel h2 {{ font-size: 14px; margin: 14px 0 2px; }}
.panel p, .panel ul {{ margin: 0 0 4px; padding: 0; color: {light.muted}; list-style: none; }}
.panel li {{ margin-bottom: 4px; }}
.panel i {{ display: inline-block; width: 22px; height: 14px; margin-right: 8px; vertical-align: -2px;
  border: 1px solid {light.muted}; box-sizing: border-box; }}
.panel i.line {{ height: 0; border: 0; vertical-align: 4px; }}
@media (max-width: 700px) {{
  body {{ grid-template: 60vh auto / minmax(0, 1fr); height: auto; }}
  .panel {{ border-width: 1px 0 0; overflow: visible; }}
}}
"""
