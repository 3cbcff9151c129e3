"""The live map: Leaflet in Streamlit Components v2, drawn once and recoloured in place.

Two components share the work. The *stage* carries Leaflet and the outlines, the same bytes at every run, so that
Streamlit sends them once and the browser keeps them. The *scene* carries styles and words, a few kilobytes, and brings
clicks back.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from geo.dataset import Dataset
from layers.live.geometry import pack_geometry
from layers.live.scene import Scene, Shown, scene_message

__all__ = ["MapEvent", "Scene", "Shown", "live_map", "map_event"]

_HERE = Path(__file__).parent
# One module: joined in this order, since a component's script cannot import another.
_STAGE_PARTS = tuple(
    f"{part}.js" for part in ("outlines", "furniture", "names", "view", "cells", "painting", "pointer", "stage")
)
_FULL_HEIGHT = "calc(100dvh - 7rem)"


@dataclass(frozen=True)
class MapEvent:
    """A click (or Enter at the cross-hair).

    Attributes
    ----------
    lat, lon
        Degrees north and east.
    view
        What the map showed then: latitude and longitude of its centre, and zoom; None where the browser did not say.
    """

    lat: float
    lon: float
    view: tuple[float, float, float] | None = None


def live_map(
    scene: Scene,
    *,
    key: str,
    height: str = _FULL_HEIGHT,
    on_click: Callable[[MapEvent], None] | None = None,
) -> MapEvent | None:
    """Draw the scene on the map of this key, creating the map at the first run.

    Parameters
    ----------
    scene
        What to show; a changed scene recolours in place and leaves the user's view alone.
    key
        Names the map within the session.
    height
        CSS length.
    on_click
        Called with the event before the rerun's script body, so that the page already knows the place.

    Returns
    -------
    The click that caused this run, or None.
    """
    stage_key = f"{key}_stage"

    def clicked() -> None:
        event = map_event(st.session_state.get(f"{key}_scene", {}).get("click"))
        if event is not None and on_click is not None:
            on_click(event)

    with st.container(gap=None, key=f"{key}_map"):
        _stage()(data=_stage_data(key, scene.dataset), key=stage_key, height="content")
        message = {"key": key, "scene": scene_message(scene, height=height)}
        result = _scene()(data=message, key=f"{key}_scene", height="content", on_click_change=clicked)
    return map_event(result.get("click"))


def map_event(value: object) -> MapEvent | None:
    """Read what the browser sent; anything but finite degrees on the globe is None."""
    if not isinstance(value, Mapping):
        return None
    latitude, longitude = _number(value.get("lat"), 90), _number(value.get("lon"), 180)
    if latitude is None or longitude is None:
        return None
    shown = value.get("view")
    numbers = [_number(part, 180) for part in shown] if isinstance(shown, list) and len(shown) == 3 else [None]
    view = tuple(number for number in numbers if number is not None)
    return MapEvent(latitude, longitude, (view[0], view[1], view[2]) if len(view) == 3 else None)


def _number(value: object, limit: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and abs(value) <= limit else None


@lru_cache(maxsize=1)
def stage_script() -> str:
    """Return the stage's module: Leaflet, kept out of the page's globals, and then the stage itself."""
    leaflet = (_HERE / "vendor" / "leaflet.js").read_text(encoding="utf-8")
    wrapped = (
        f"const L = (() => {{ const exports = {{}}; const module = {{ exports }};\n{leaflet}\nreturn exports; }})();\n"
    )
    return wrapped + "\n".join((_HERE / name).read_text(encoding="utf-8") for name in _STAGE_PARTS)


@lru_cache(maxsize=1)
def stage_style() -> str:
    """Return the style sheet: Leaflet's and the map's own."""
    return "\n".join(path.read_text(encoding="utf-8") for path in (_HERE / "vendor" / "leaflet.css", _HERE / "map.css"))


@st.cache_resource(max_entries=1, show_spinner=False)
def _stage() -> Any:
    return st.components.v2.component("meguri_stage", js=stage_script(), css=stage_style(), isolate_styles=False)


@st.cache_resource(max_entries=1, show_spinner=False)
def _scene() -> Any:
    script = (_HERE / "scene.js").read_text(encoding="utf-8")
    return st.components.v2.component("meguri_scene", js=script, isolate_styles=False)


def _stage_data(key: str, dataset: Dataset) -> bytes:
    """A line of JSON that names the map, then the packed outlines."""
    version = dataset.content_hash()
    header = json.dumps({"key": key, "version": version})
    return header.encode() + b"\n" + _packed(dataset.area, version, dataset)


@st.cache_data(max_entries=4, show_spinner=False)
def _packed(area: str, version: str, _dataset: Dataset) -> bytes:
    return pack_geometry(_dataset, version=version)
