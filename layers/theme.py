"""The page's style sheet: what the theme of ``.streamlit/config.toml`` cannot say, mounted once a run."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import streamlit as st

from layers import palette

_SHEETS = [Path(__file__).with_name(name) for name in ("theme.css", "print.css")]


@lru_cache(maxsize=1)
def sheet() -> str:
    """Return the style sheet with the colours of the ladder (``--step-basin``) and the theme (``--accent``)."""
    steps = "".join(f"--step-{key}:{colour};" for key, colour in palette.SCALE_COLOURS.items())
    # Streamlit sets the colour scheme on .stApp; light-dark() follows it.
    papers = "".join(
        f"--{name.replace('_', '-')}:light-dark({getattr(palette.LIGHT, name)},{getattr(palette.DARK, name)});"
        for name in ("paper", "surface", "ink", "muted", "rule", "accent")
    )
    return "\n".join([f".stApp{{{steps}{papers}}}", *(path.read_text(encoding="utf-8") for path in _SHEETS)])


def mount() -> None:
    """Put the style sheet on the page; call once a run, before anything is drawn (app.py)."""
    st.html(f"<style>{sheet()}</style>")
