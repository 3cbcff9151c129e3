"""The line that the other pages show while a meeting is open: which one, and the way back with what is shown."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st

from layers import session
from layers.meeting.current import here, leave_meeting
from layers.session import say

_PAGE = Path(__file__).parents[2] / "pages" / "meeting.py"
_STYLE = """<style>
.st-key-meeting_banner { border-left: 4px solid var(--ink); background: var(--surface); padding: 0 0.75rem;
  border-radius: 4px; min-height: 2.5rem; gap: 0.25rem 1rem; }
.st-key-meeting_banner p { margin: 0; overflow-wrap: anywhere; }
@media print { .st-key-meeting_banner { display: none !important; } }
</style>"""


def meeting_banner() -> None:
    """Draw the line where a meeting is open; call once a run, before the page.

    Raises StoreError where the meetings cannot be read.
    """
    found = here() if session.current().meeting else None
    if found is None or found.meeting.area != session.current().area:
        return
    with st.container(key="meeting_banner", horizontal=True, vertical_alignment="center"):
        words = say("meeting.banner.words", title=found.meeting.title)
        st.html(f'{_STYLE}<p lang="{session.current().lang}">{escape(words)}</p>')
        st.page_link(
            _PAGE, label=say("meeting.banner.pin" if found.can_arrange else "meeting.banner.back"), width="content"
        )
        st.button(say("meeting.banner.leave"), key="meeting_banner_leave", type="tertiary", on_click=leave_meeting)
