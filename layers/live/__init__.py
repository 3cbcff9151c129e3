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
from layers.live.extra import Extra
from layers.live.geometry import pack_geometry
from layers.live.own_shapes import has_own_shapes, mount_shapes
from layers.live.scene import Scene, Shown, scene_message

__all__ = [
    "Extra",
    "MapEvent",
    "Scene",
    "Shown",
    "live_map",
    "map_event",
    "mount_map",
    "mount_stage",
    "packed_outlines",
]

_HERE = Path(__file__).parent
# One module: joined in this order, since a component's script cannot import another.
_PARTS = ("outlines", "furniture", "names", "view", "linked", "cells", "own", "flows", "painting", "pointer", "stage")
_STAGE_PARTS = tuple(f"{part}.js" for part in _PARTS)
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
    is_transient: bool = False,
    linked: str = "",
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
    is_transient
        Whether where the user looks is kept nowhere, nor in the address.
    linked
        Maps of the same name are locked to one view: moving one moves the others.

    Returns
    -------
    The click that caused this run, or None.
    """
    version = scene.dataset.content_hash()
    header = {"key": key, "version": version, "area": scene.dataset.area, "transient": is_transient, "linked": linked}
    event = mount_map(header, packed_outlines(scene.dataset), scene_message(scene, height=height), on_click=on_click)
    own = [shown.painting for shown in scene.shown if has_own_shapes(shown.painting)]
    if own:
        with st.container(gap=None, key=f"{key}_own"):
            for painting in own:
                mount_shapes(painting, key=key)
    return event


def mount_map(
    header: Mapping[str, object],
    packed: bytes,
    message: Mapping[str, Any],
    *,
    on_click: Callable[[MapEvent], None] | None = None,
) -> MapEvent | None:
    """Draw a map of packed outlines; :func:`live_map` does it for a dataset's.

    Parameters
    ----------
    header
        ``key`` names the map within the session, ``version`` the outlines, ``area`` what they are of: another area
        opens in a view of its own. With ``transient`` true, the view is kept nowhere, nor in the address.
    packed
        As of :func:`layers.live.geometry.pack_geometry`.
    message
        As of :func:`layers.live.scene.scene_message`.
    on_click, returned
        As for :func:`live_map`.
    """
    key = str(header["key"])

    def clicked() -> None:
        event = map_event(st.session_state.get(f"{key}_scene", {}).get("click"))
        if event is not None and on_click is not None:
            on_click(event)

    with st.container(gap=None, key=f"{key}_map"):
        mount_stage(header, packed)
        result = _scene()(
            data={"key": key, "scene": message}, key=f"{key}_scene", height="content", on_click_change=clicked
        )
    return map_event(result.get("click"))


def mount_stage(header: Mapping[str, object], packed: bytes) -> None:
    """Put a map on the page that shows nothing yet; a script of the page's own hands it its scenes.

    Parameters
    ----------
    header, packed
        As for :func:`mount_map`.
    """
    data = json.dumps(header).encode() + b"\n" + packed
    _stage()(data=data, key=f"{header['key']}_stage", height="content")


def packed_outlines(dataset: Dataset) -> bytes:
    """Return the dataset's outlines as :func:`mount_stage` takes them, packed once for all sessions."""
    return _packed(dataset.area, dataset.content_hash(), dataset)


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


@st.cache_data(max_entries=4, show_spinner=False)
def _packed(area: str, version: str, _dataset: Dataset) -> bytes:
    return pack_geometry(_dataset, version=version)
