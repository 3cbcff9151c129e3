"""The guided first visit: a small card that can be skipped, and the "?" of the header that brings it back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from layers import session
from layers.guide.shortcuts import shortcuts
from layers.messages import text

_HERE = Path(__file__).parent
STEPS = ("question", "ladder", "place", "assumption", "sources")
_WORDS = ("ask", "title", "again", "about", "keys", "next", "back", "skip", "done", "step", "close")
_KEY = "guide_panel"


def mount_guide(*, reopen: bool = False) -> bool:
    """Put "?" into the header and, at this browser's first visit, the card at the page's lower right.

    Parameters
    ----------
    reopen
        Whether the card is to open now, whatever was seen before.

    Returns
    -------
    Whether "About" was asked for in this run: the caller goes there.
    """
    lang = session.current().lang
    data = {
        "lang": lang,
        "words": {name: text(f"guide.{name}", lang) for name in _WORDS},
        "steps": [[text(f"guide.{step}.{part}", lang) for part in ("title", "words")] for step in STEPS],
        "keys": [[keys, words] for keys, words in shortcuts(lang)],
        "reopen": reopen,
    }
    with st.container(key="guide"):
        result = _component()(data=data, key=_KEY, on_go_change=lambda: None)
    return is_about(result)


def is_about(result: Any) -> bool:
    """Tell whether what the component reports asks for the About page."""
    return hasattr(result, "get") and result.get("go") == "about"


@st.cache_resource(max_entries=1, show_spinner=False)
def _component() -> Any:
    script, style = ((_HERE / name).read_text(encoding="utf-8") for name in ("guide.js", "guide.css"))
    return st.components.v2.component(
        "meguri_guide", html="<div data-guide></div>", js=script, css=style, isolate_styles=False
    )
