"""Letting people in: the join code in large letters, its link as a QR code, and new codes."""

from __future__ import annotations

import base64
from html import escape
from urllib.parse import urlencode, urlsplit

import streamlit as st

from layers import session
from layers.meeting.act import attempt
from layers.meeting.current import Here, meetings
from layers.meeting.sign_in import providers
from layers.qr import qr_svg
from layers.session import say

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def invite(here: Here) -> None:
    """Draw what a facilitator shows to the room; call only for one."""
    join, facilitator = meetings().codes(here.meeting.key, here.token)
    link = join_link(here, join)
    words = say("meeting.codes.qr")
    picture = base64.b64encode(qr_svg(link, title=words).encode()).decode("ascii")
    st.html(
        '<div class="meeting-code">'
        f'<img src="data:image/svg+xml;base64,{picture}" alt="{escape(words, quote=True)}">'
        f"<p>{escape(say('meeting.codes.join'))}<b>{escape(join)}</b></p></div>"
    )
    st.caption(say("meeting.codes.about"))
    st.code(link, language=None, wrap_lines=True)
    if urlsplit(link).hostname in _LOOPBACK:
        st.caption(say("meeting.codes.loopback"))
    with st.expander(say("meeting.codes.more")):
        st.html(f'<p class="meeting-code-small">{escape(say("meeting.codes.lead"))}<b>{escape(facilitator)}</b></p>')
        st.caption(say("meeting.codes.lead_about"))
        st.button(
            say("meeting.codes.new"), key="meeting_new_codes", icon=":material/autorenew:", on_click=_anew, args=(here,)
        )
        st.caption(say("meeting.codes.new_about"))
        if providers():
            st.caption(say("meeting.codes.new_signed_in"))


def meeting_link(here: Here) -> str:
    """Return the address that opens the meeting, for reading only."""
    return f"{_page()}?{urlencode({'meeting': here.meeting.key})}"


def join_link(here: Here, code: str) -> str:
    """Return the address that opens the meeting with the join code filled in."""
    return f"{_page()}?{urlencode({'meeting': here.meeting.key, 'join': code})}"


def _page() -> str:
    return session.link().partition("?")[0]


def _anew(here: Here) -> None:
    attempt(lambda: meetings().new_codes(here.meeting.key, here.token), said="meeting.codes.made")
