"""What a printed page has beside print.css: its head, and maps that keep the picture they show on the screen."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from geo.japan_time import today_in_japan
from layers import session
from layers.messages import text


def print_page(title: str, *, has_heading: bool) -> None:
    """Draw what paper alone shows: the page's title and address, and the day of this run in Japan; call once a run.

    A page without a heading of its own gets one that only screen readers find.
    """
    lang = session.current().lang
    today = today_in_japan().isoformat()
    words = text("common.print_head", lang, page=title, date=today)
    heading = "" if has_heading else f'<h1 lang="{lang}">{escape(title)}</h1>'
    with st.container(key="print_page", gap=None):
        address = escape(session.link())
        st.html(f'{heading}<div class="print-head" lang="{lang}"><b>{escape(words)}</b><span>{address}</span></div>')
        _component()(key="print_maps")


@st.cache_resource(max_entries=1, show_spinner=False)
def _component() -> Any:
    script = Path(__file__).with_name("print.js").read_text(encoding="utf-8")
    return st.components.v2.component("meguri_print", html="<i hidden></i>", js=script, isolate_styles=False)
