"""The kiosk's page: the map's stage, the story beside it, and nothing of Streamlit's own around them."""

from __future__ import annotations

import html
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import streamlit as st

from geo.dataset import Dataset, list_areas
from geo.terms import Catalogue
from layers import session
from layers.kiosk.component import mount_again, mount_kiosk
from layers.kiosk.easy import KIOSK_LANGUAGES, Line, words
from layers.kiosk.message import packed_story
from layers.kiosk.mode import timing
from layers.live import mount_stage, packed_outlines
from layers.public_address import public_address

_KEY = "kiosk"
_LOG = logging.getLogger(__name__)


def mount_shell() -> None:
    """Hide all that is Streamlit's own, and say that the story will be here soon; call first on the page."""
    st.html(f"<style>{_style()}</style>")
    away = words("kiosk.ui.away").message()
    lines = "".join(f"<p>{_markup(away[lang])}</p>" for lang in KIOSK_LANGUAGES)
    st.html(f'<div class="mk-soon" role="status">{lines}</div>')


def area_told(wanted: str) -> str:
    """Return the area to tell of: the one that the address names, else the first there is, which is logged once."""
    known = list_areas(session.data_dir())
    if wanted in known or not known:
        return wanted
    _log_unknown(wanted, known[0])
    return known[0]


@contextmanager
def undisturbed() -> Iterator[None]:
    """Turn whatever goes wrong into the notice that the story comes back, a line in the log and another try.

    Nobody stands beside the screen: an error told there would stay there, and visitors cannot mend it.
    """
    try:
        yield
    except Exception:
        _LOG.exception("the kiosk could not be drawn; its page tries again")
        mount_again()


def kiosk(dataset: Dataset, catalogue: Catalogue, *, lang: str) -> None:
    """Draw the kiosk of an area.

    Parameters
    ----------
    dataset, catalogue
        What the story is told of.
    lang
        'ja' or 'en': the language it begins in, and returns to when a visitor has gone.
    """
    waits = timing()
    header = {"key": _KEY, "version": dataset.content_hash(), "area": dataset.area, "transient": True, "linked": ""}
    with st.container(gap=None, key=f"{_KEY}_map"):
        mount_stage(header, packed_outlines(dataset))
    settings = {
        "key": _KEY,
        "lang": lang,
        "scene_ms": round(1000 * waits.scene_s),
        "idle_ms": round(1000 * waits.idle_s),
        "ask_ms": round(1000 * waits.ask_s),
    }
    mount_kiosk(settings, packed_story(dataset, catalogue, public_address=public_address()))


@lru_cache(maxsize=16)
def _log_unknown(wanted: str, told: str) -> None:
    _LOG.warning("the kiosk's address names the area %r, which is not here: it tells of %r", wanted, told)


def _markup(line: Line) -> str:
    parts = [line] if isinstance(line, str) else line
    return "".join(
        html.escape(part)
        if isinstance(part, str)
        else f"<ruby>{html.escape(part[0])}<rt>{html.escape(part[1])}</rt></ruby>"
        for part in parts
    )


@lru_cache(maxsize=1)
def _style() -> str:
    return Path(__file__).with_name("kiosk.css").read_text(encoding="utf-8")
