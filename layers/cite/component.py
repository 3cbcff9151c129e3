"""The component that copies a figure with its citation: script and sources once, the view's few words at every run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from layers import session
from layers.cite.context import areas_of, sources_told, view_told

_HERE = Path(__file__).parent


def mount_citing() -> None:
    """Make the figures of this page copyable; call once a run, at its end.

    Raises
    ------
    MeguriError
        The view's area cannot be opened.
    """
    state = session.current()
    with st.container(gap=None, key="cite"):
        _component()(data=sources_told(areas_of(state), state.lang), key="cite_sources")
        _view()(data=view_told(state), key="cite_view")


@st.cache_resource(max_entries=1, show_spinner=False)
def _component() -> Any:
    script, style = ((_HERE / name).read_text(encoding="utf-8") for name in ("cite.js", "cite.css"))
    return st.components.v2.component(
        "meguri_cite", html="<div data-cite-root></div>", js=script, css=style, isolate_styles=False
    )


@st.cache_resource(max_entries=1, show_spinner=False)
def _view() -> Any:
    script = "export default function ({ data }) {\n  (window.meguriCite ??= {}).view = data;\n}\n"
    return st.components.v2.component("meguri_cite_view", html="<i hidden></i>", js=script, isolate_styles=False)
