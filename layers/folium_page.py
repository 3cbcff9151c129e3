"""The page around the standalone map: legend and sources beside it, its style sheet, and embedded files."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

import numpy as np

from geo.dataset import Dataset
from layers import palette
from layers.catalogue import source_lines
from layers.layer import Painting
from layers.messages import text
from layers.outlines import has_cut

# Width in pixels of the outline of a basin that goes on beyond the data.
CUT_WIDTH = 1.9
_FONTS = '"Hiragino Sans", "BIZ UDPGothic", "Noto Sans JP", "Noto Sans CJK JP", sans-serif'
# Leaflet's stylesheet asks for its icons beside it; the only one used here is drawn in place.
_LAYERS_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 26 26">'
    '<path fill="none" stroke="#4a4a44" stroke-width="1.6" stroke-linejoin="round"'
    ' d="M13 4 3 9l10 5 10-5zM3 13l10 5 10-5M3 17l10 5 10-5"/></svg>'
)


def panel(paintings: Sequence[Painting], dataset: Dataset, lang: str, title: str) -> str:
    """Return legend, units, years and attribution lines as HTML that stands over the map."""
    parts = [f"<h1>{escape(title)}</h1>"]
    credited: dict[str, None] = {}
    for painting in paintings:
        layer = painting.layer
        credited |= dict.fromkeys(source_lines(layer, dataset))
        facts = [layer.unit(lang), layer.year, text("export.map.estimate", lang) if layer.is_estimate else ""]
        note = " · ".join(escape(fact) for fact in facts if fact)
        parts.append(f"<section><h2>{escape(layer.title(lang))}</h2><p>{note}</p>{_swatches(painting, lang)}</section>")
    if any(has_cut(painting.geometry, dataset) for painting in paintings):
        border = f"{CUT_WIDTH:g}px dashed {palette.RIVER}"
        label = escape(text("map.legend.cut", lang))
        parts.append(f'<section><i class="line" style="border-top:{border}"></i>{label}</section>')
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


def data_address(mime: str, data: bytes) -> str:
    """Return an address that carries its content with it."""
    return f"data:{mime};charset=utf-8;base64,{base64.b64encode(data).decode('ascii')}"


def page_css() -> str:
    """Return the style sheet of the page."""
    icon = data_address("image/svg+xml", _LAYERS_ICON.encode("ascii"))
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
