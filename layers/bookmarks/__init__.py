"""Bookmarks: views that this browser keeps for itself, in its own storage; the server learns nothing of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from layers import session
from layers.messages import text

_HERE = Path(__file__).parent
_WORDS = (
    *("open", "title", "note", "name", "add", "added", "none", "rename", "remove", "removed", "undo", "close", "full"),
    *("not_kept", "cancel", "save"),
    *(
        "to_file",
        "from_file",
        "brought",
        "nothing_new",
        "not_ours",
        "other_version",
        "wrong_entry",
        "too_large",
        "no_room",
    ),
)
LONGEST_NAME = 80
MOST = 100


def mount_bookmarks(page: str, pages: dict[str, str]) -> None:
    """Put the star with its panel into the header; call once a run.

    Parameters
    ----------
    page
        Address of this page within the app ('' for the first).
    pages
        Address -> title of the pages that a bookmark may lead to.
    """
    lang = session.current().lang
    words = {name: text(f"bookmarks.{name}", lang) for name in _WORDS}
    data = {
        "lang": lang,
        "page": page,
        "pages": pages,
        # Filled in by the script, from the place that it knows of.
        "proposed": text("bookmarks.proposed", lang, page="{page}", place="{place}"),
        "words": words,
        "longest": LONGEST_NAME,
        "most": MOST,
    }
    with st.container(key="bookmarks"):
        _component()(data=data, key="bookmarks_panel")


@st.cache_resource(max_entries=1, show_spinner=False)
def _component() -> Any:
    script = "\n".join((_HERE / name).read_text(encoding="utf-8") for name in ("bookmarks.js", "file.js"))
    style = (_HERE / "bookmarks.css").read_text(encoding="utf-8")
    return st.components.v2.component(
        "meguri_bookmarks", html="<div data-marks></div>", js=script, css=style, isolate_styles=False
    )
