"""The ladder and the matrix on a page: markup from Python, patched in place.

Two components share the work, as on the live map: one carries script and style, the same bytes at every run, so that
Streamlit sends them once and the browser keeps them; the other carries the markup, as often as there are ladders.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from layers.ladder_view.markup import css


@lru_cache(maxsize=1)
def _drawing() -> Any:
    script = Path(__file__).with_name("patch.js").read_text(encoding="utf-8")
    return st.components.v2.component("meguri_ladder_drawing", js=script)


@lru_cache(maxsize=1)
def _markup() -> Any:
    script = Path(__file__).with_name("ladder.js").read_text(encoding="utf-8")
    return st.components.v2.component("meguri_ladder_view", html='<div class="meguri" data-root></div>', js=script)


def mount_drawing() -> None:
    """Put script and style of all ladders on the page; call once a run, in a container without gaps."""
    _drawing()(data={"css": css()}, key="ladder_drawing")


def mount(body: str, *, key: str, on_pick: Callable[[str], None]) -> None:
    """Draw ``body`` (of ladder_body or matrix_body); ``on_pick`` gets the resource's key of a clicked row.

    The component stays mounted between runs; only the changed parts of the markup move.
    """

    def picked() -> None:
        resource = picked_resource(st.session_state.get(key))
        if resource:
            on_pick(resource)

    _markup()(data={"html": body}, key=key, on_resource_change=picked)


def picked_resource(result: Any) -> str:
    """Return the key of the picked resource in what the component reports, '' where there is none."""
    found = result.get("resource") if hasattr(result, "get") else None
    return found if isinstance(found, str) else ""
