"""A page opened by its own address, as the very first thing after the start, still comes up inside the app."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from layers import session

_ASKED = "asked_for_app"


def through_app() -> None:
    """Run app.py first where Streamlit took a file of pages/ for an app of its own; call first in every page.

    Until app.py has once called ``st.navigation``, Streamlit 1.67 treats a folder named ``pages`` as its old way of
    building apps: a link to /data, opened first after the start, then ran pages/data.py alone, without the
    language of the link, the theme and the navigation. Running again with that way switched off reaches the same page
    through app.py. Of several people who open such links at the same moment, the first switches it off while the
    others' pages run alone already: nothing has begun in their sessions. Asked for once a session: a page that is run
    without any app.py, as a test may, goes on by itself.
    """
    is_alone = not session.has_begun() and _ASKED not in st.session_state
    if PagesManager.uses_pages_directory or is_alone:
        PagesManager.uses_pages_directory = False
        st.session_state[_ASKED] = True
        st.rerun()
