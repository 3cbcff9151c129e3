"""The kiosk in the browser: it gets the whole story once and plays it by itself; the server rests between loads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent
# One module: joined in this order, since a component's script cannot import another. Outlines are the live map's.
_OUTLINES = _HERE.parent / "live" / "outlines.js"
_PARTS = ("link", "clock", "words", "map", "ladder", "code", "views", "screen", "kiosk")


def mount_kiosk(settings: Mapping[str, object], story: bytes) -> None:
    """Put the kiosk on the page.

    Parameters
    ----------
    settings
        ``key`` of the map's stage, ``lang`` to begin in, and ``scene_ms``, ``idle_ms`` and ``ask_ms`` to wait.
    story
        The message of :func:`layers.kiosk.story.story` as gzipped JSON.
    """
    _kiosk()(data=json.dumps(settings).encode() + b"\n" + story, key="kiosk_play", height="content")


def mount_again() -> None:
    """Put a script on the page that loads it anew after a while."""
    _again()(key="kiosk_again", height="content")


@lru_cache(maxsize=1)
def kiosk_script() -> str:
    """Return the kiosk's module."""
    paths = [_OUTLINES, *(_HERE / f"{part}.js" for part in _PARTS)]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


@st.cache_resource(max_entries=1, show_spinner=False)
def _kiosk() -> Any:
    return st.components.v2.component("meguri_kiosk", js=kiosk_script(), isolate_styles=False)


@st.cache_resource(max_entries=1, show_spinner=False)
def _again() -> Any:
    script = (_HERE / "again.js").read_text(encoding="utf-8")
    return st.components.v2.component("meguri_kiosk_again", js=script, isolate_styles=False)
