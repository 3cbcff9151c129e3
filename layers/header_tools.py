"""What stands beside every page but the wall and the kiosk: bookmarks, help, citing, and the head of a printed page."""

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
# The projector's full screen has no room for them, nor use.
_WALL = "meeting_wall"


def header_tools(page: StreamlitPage, pages: Sequence[StreamlitPage], about: StreamlitPage) -> None:
    """Draw them; call at the end of a run. ``pages`` are those that a bookmark may lead to."""
    if st.session_state.get(_WALL):
        return
    # What is wrong with an area the page itself says.
    with suppress(MeguriError):
        mount_citing()
    mount_bookmarks(page.url_path, {one.url_path: one.title for one in pages})
    if mount_guide(reopen=bool(st.session_state.pop(GUIDE_AGAIN, False))):
        st.switch_page(about)
