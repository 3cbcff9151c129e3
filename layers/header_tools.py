"""What stands beside every page but the wall and the kiosk: help with the guide, bookmarks, citing."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from geo.errors import MeguriError
from layers.bookmarks import mount_bookmarks
from layers.cite.component import mount_citing
from layers.guide import mount_guide

# The session's flag by which the guide opens again; set by the About page.
GUIDE_AGAIN = "guide_again"


def header_guide(page: StreamlitPage, about: StreamlitPage) -> None:
    """Draw help and the first visit's card; call before the page, which begins under the card."""
    if _is_wall(page):
        return
    if mount_guide(reopen=bool(st.session_state.pop(GUIDE_AGAIN, False))):
        st.switch_page(about)


def header_tools(page: StreamlitPage, pages: Sequence[StreamlitPage]) -> None:
    """Draw bookmarks and citing; call at the end of a run. ``pages`` are those that a bookmark may lead to."""
    if _is_wall(page):
        return
    # What is wrong with an area the page itself says.
    with suppress(MeguriError):
        mount_citing()
    mount_bookmarks(page.url_path, {one.url_path: one.title for one in pages})


def _is_wall(page: StreamlitPage) -> bool:
    """Tell whether this is the projector's full screen, which has no room for these, nor use."""
    return page.url_path == "meeting" and st.query_params.get("mode") == "wall"
