"""Signing in through the office's own provider, where this server's secrets name one; else none of this shows."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from geo.errors import MeguriError
from geo.meeting import LONGEST_NAME
from layers.meeting.current import REFUSED, Here, meetings, take_pass
from layers.plain import plain
from layers.read_only import is_read_only
from layers.session import say

# E-mail addresses, with commas between, of those who lead every meeting.
FACILITATORS = "MEGURI_FACILITATORS"
_ENTERED = "meeting_entered_as"
_RETURNED = "meeting_returned"


@dataclass(frozen=True)
class Person:
    """Somebody signed in.

    Attributes
    ----------
    user
        What the provider knows them by: issuer and subject; never shown.
    name
        As the provider has it, shortened to what a note may be signed with.
    leads
        Whether they lead every meeting of this server.
    """

    user: str
    name: str
    leads: bool


def providers() -> tuple[str, ...]:
    """Return the names of the providers that the secrets describe, '' for one without a name; () for none."""
    try:
        section: dict[str, Any] = dict(st.secrets.get("auth", {}))
    except StreamlitSecretNotFoundError:
        # No secrets, or a file of them that cannot be read: nobody can sign in.
        return ()
    named = tuple(name for name, part in section.items() if hasattr(part, "get") and part.get("client_id"))
    return ("", *named) if section.get("client_id") else named


def person() -> Person | None:
    """Return who is signed in, None for nobody, or where signing in is not set up."""
    if not providers():
        return None
    told = st.user.to_dict()
    return person_of(told) if told.get("is_logged_in") is True else None


def person_of(told: dict[str, Any]) -> Person | None:
    """Return who a provider's claims are about, None where they do not say.

    An e-mail address leads only where the provider says that it was verified.
    """
    issuer, subject = str(told.get("iss") or ""), str(told.get("sub") or "")
    if not subject:
        return None
    email = str(told.get("email") or "").strip().lower()
    name = "".join(letter for letter in str(told.get("name") or email or "") if letter.isprintable()).strip()
    leads = bool(email) and told.get("email_verified") is True and email in _facilitators()
    return Person(f"{issuer}|{subject}", name[:LONGEST_NAME] or say("meeting.sign_in.nameless"), leads)


def enter_signed_in(here: Here) -> bool:
    """Give somebody signed in the pass that is theirs without a code; True where this session has a new one.

    The meeting's owner and the server's facilitators lead it; anybody else needs the join code as everybody does.
    """
    who = person()
    if who is None or is_read_only() or here.role == "facilitator":
        return False
    # Once more where the pass was taken back: new codes end it, being signed in does not.
    entered = (here.meeting.key, who.user, st.session_state.get(REFUSED, ""))
    if st.session_state.get(_ENTERED) == entered:
        return False
    st.session_state[_ENTERED] = entered
    try:
        given = meetings().enter_as(here.meeting.key, who.user, who.name, "facilitator" if who.leads else "viewer")
    except MeguriError:
        # They read on, and may come in by the code.
        return False
    if given.role != "facilitator":
        return False
    take_pass(given)
    return True


def sign_in_control() -> None:
    """Draw who is signed in with the way out, or the way in; nothing where signing in is not set up."""
    ways = providers()
    if not ways:
        return
    who = person()
    with st.container(
        key="meeting_sign_in", horizontal=True, vertical_alignment="center", gap="small", width="content"
    ):
        if who is not None:
            st.markdown(plain(say("meeting.sign_in.as", name=who.name)), width="content")
            st.button(say("meeting.sign_in.out"), key="meeting_sign_out", on_click=st.logout)
            return
        for name in ways:
            words = say("meeting.sign_in.with", name=name) if name else say("meeting.sign_in.in")
            st.button(
                plain(words),
                key=f"meeting_sign_in_{name or 'default'}",
                icon=":material/login:",
                on_click=st.login,
                args=(name,) if name else (),
            )
        _component()(data={"keep": True}, key="meeting_way_back")


def come_back() -> None:
    """Lead somebody who just signed in back to the page they left for it; call once a run, where the app begins.

    The provider sends everybody to the first page. Draws nothing, and nothing at all where nobody is signed in.
    """
    if st.session_state.get(_RETURNED) or not providers() or person() is None:
        return
    st.session_state[_RETURNED] = True
    _component()(data={"go": True}, key="meeting_way_back")


def _facilitators() -> frozenset[str]:
    return frozenset(part.strip().lower() for part in os.environ.get(FACILITATORS, "").split(",") if part.strip())


@st.cache_resource(max_entries=1, show_spinner=False)
def _component() -> Any:
    script = Path(__file__).with_name("way_back.js").read_text(encoding="utf-8")
    return st.components.v2.component("meguri_way_back", js=script)
