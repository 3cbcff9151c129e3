"""Whether the app runs as a kiosk, how long it waits, and its one page, at every address."""

from __future__ import annotations

import logging
import math
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import streamlit as st

from layers import session

# Locks every session of this server to the kiosk; without it, ``?mode=kiosk`` opens one.
VARIABLE = "MEGURI_KIOSK"
_PAGES = Path(__file__).parents[2] / "pages"
_MODE = "kiosk_mode"
# Addresses of the app's other pages: a kiosk that is opened at one of them shows itself there too.
_ADDRESSES = ("map", "scale", "whatif", "partners", "basin", "money", "compare", "meeting", "data", "about")
# A scene that is gone sooner cannot be seen, and a wait of more than a day is a slip of the hand.
_SHORTEST_S, _LONGEST_S = 0.1, 86_400.0
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Timing:
    """How long the kiosk waits, in seconds.

    Attributes
    ----------
    scene_s
        Each scene of the story that plays by itself (``MEGURI_KIOSK_SCENE_SECONDS``).
    idle_s
        Without a touch until the visitor is asked whether to go on (``MEGURI_KIOSK_IDLE_SECONDS``).
    ask_s
        For the answer (``MEGURI_KIOSK_ASK_SECONDS``).
    """

    scene_s: float = 12.0
    idle_s: float = 60.0
    ask_s: float = 15.0


def timing() -> Timing:
    """Return the waits that the environment sets; a value that makes no sense is logged, once, and the usual holds."""
    usual = Timing()
    return Timing(
        scene_s=_seconds(f"{VARIABLE}_SCENE_SECONDS", usual.scene_s),
        idle_s=_seconds(f"{VARIABLE}_IDLE_SECONDS", usual.idle_s),
        ask_s=_seconds(f"{VARIABLE}_ASK_SECONDS", usual.ask_s),
    )


def is_locked() -> bool:
    """Tell whether ``MEGURI_KIOSK`` is set to anything but '', '0' or 'false'."""
    return os.environ.get(VARIABLE, "").strip().lower() not in ("", "0", "false")


def is_on() -> bool:
    """Tell whether this session is a kiosk's: it stays one, whatever happens to its address."""
    asked = st.query_params.get("mode") == "kiosk"
    if is_locked() or asked:
        st.session_state[_MODE] = True
    if not st.session_state.get(_MODE):
        return False
    if not is_locked() and not asked:
        # Leading from another page's address to the first has emptied it: a reload is to find the kiosk again.
        st.query_params["mode"] = "kiosk"
    return True


def run() -> None:
    """Run the kiosk's page; there is no navigation, and no other page behind any address."""
    title = session.say("common.page.kiosk")
    first = st.Page(_PAGES / "kiosk.py", title=title, url_path="start", default=True)

    def again() -> None:
        st.switch_page(first)

    others = [st.Page(again, title=title, url_path=address, visibility="hidden") for address in _ADDRESSES]
    st.navigation([first, *others], position="hidden").run()


def _seconds(name: str, usual: float) -> float:
    raw = os.environ.get(name, "").strip()
    return _checked_seconds(name, raw, usual) if raw else usual


@lru_cache(maxsize=16)
def _checked_seconds(name: str, raw: str, usual: float) -> float:
    try:
        seconds = float(raw)
    except ValueError:
        seconds = math.nan
    if not _SHORTEST_S <= seconds <= _LONGEST_S:
        _LOG.warning("%s is no number of seconds from %g to %g: %g is used", name, _SHORTEST_S, _LONGEST_S, usual)
        return usual
    return seconds
