"""What a press on the meeting's page does: tried, confirmed, or said where it was pressed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from geo.errors import MeguriError
from layers import session
from layers.messages import error_text
from layers.plain import plain

_PROBLEM = "meeting_problem"


def attempt(act: Callable[[], object], *, where: str = "page", said: str = "") -> bool:
    """Do something; what a user can mend is kept for :func:`tell_problem`, what was kept is confirmed with ``said``.

    Parameters
    ----------
    where
        Which part of the page says what went wrong.
    said
        Key of the words that confirm it, '' for none.
    """
    st.session_state.pop(_PROBLEM, None)
    try:
        act()
    except MeguriError as error:
        st.session_state[_PROBLEM] = (where, error)
        return False
    if said:
        st.toast(session.say(said))
    return True


def do(act: Callable[[], object], where: str = "page", said: str = "") -> None:
    """Do something as :func:`attempt`, as a widget's callback."""
    attempt(act, where=where, said=said)


def tell_problem(*parts: str) -> None:
    """Say, once, what went wrong in one of these parts of the page."""
    where, error = st.session_state.get(_PROBLEM, ("", None))
    if where in parts and isinstance(error, MeguriError):
        del st.session_state[_PROBLEM]
        # Names and titles stand in it that anybody may have typed.
        st.error(plain(error_text(error, session.current().lang)))
