"""Wakes the sessions that look at a meeting when somebody changed it: one thread for the whole server.

A fragment that runs every second in each session would do the same, at a price: Streamlit collects garbage after every
such run, and clears away files that were made for a download but not fetched yet, of other sessions too. Here nothing
runs in a session until there is something to show.

Streamlit has no public way to run a session's script from outside; what it does itself when a source file changes is
done here (1.67.0), on its own event loop, and only for a session that does nothing at that moment, so that no press or
typed word is overtaken. :func:`can_wake` tells whether that is still so; where not, ``sync.py`` asks by a fragment.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from streamlit import runtime

from geo.errors import MeguriError

if TYPE_CHECKING:
    from geo.meeting_store import MeetingStore

# How often the store is asked, a fraction of a millisecond each time for every meeting that somebody looks at.
EVERY_S = 0.4
# Of a session that has not seen anything yet: it is woken as soon as the store can be read again.
UNREAD = -1
_LOG = logging.getLogger(__name__)


class Presence(Enum):
    """Whether a session has a browser, may get it back, or is closed."""

    HERE = "here"
    AWAY = "away"
    GONE = "gone"


@dataclass(frozen=True)
class Watched:
    """What a session has seen: the meeting, and the count of its changes then."""

    kept: MeetingStore
    meeting: str
    stamp: int


class Watcher:
    """The sessions that look at a meeting, each until it is woken once; usable from any thread.

    Parameters
    ----------
    wake
        Asks a session to run; it calls the function it is given just before, and asks nothing where that returns False.
    presence_of
        Whether a session is still there: one whose browser is away is woken when it is back, a closed one forgotten.
    """

    def __init__(
        self, wake: Callable[[str, Callable[[], bool]], None], presence_of: Callable[[str], Presence] | None = None
    ) -> None:
        self._wake = wake
        self._presence_of = presence_of or (lambda session: Presence.HERE)
        self._lock = threading.Lock()
        self._watched: dict[str, Watched] = {}
        self._thread: threading.Thread | None = None
        self._has_failed = False

    def start(self) -> None:
        """Look from now on, in a thread of its own; nothing where that is so already."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self.run, name="meetings", daemon=True)
                self._thread.start()

    @property
    def has_failed(self) -> bool:
        """Whether waking a session ever raised: another way is to be used."""
        return self._has_failed

    def watch(self, session: str, seen: Watched) -> None:
        """Wake a session when its meeting is no longer as it has seen it; takes the place of what was watched."""
        with self._lock:
            self._watched[session] = seen

    def forget(self, session: str, seen: Watched) -> bool:
        """Watch for a session no more; False where it has seen something newer meanwhile and is watched on."""
        with self._lock:
            is_so = self._watched.get(session) is seen
            if is_so:
                del self._watched[session]
            return is_so

    def sessions(self) -> tuple[str, ...]:
        """Return the sessions that are watched for."""
        with self._lock:
            return tuple(self._watched)

    def look(self) -> None:
        """Ask the store once about every meeting, and wake who has not seen it as it is."""
        with self._lock:
            watched = dict(self._watched)
        stamps: dict[tuple[str, str], int | None] = {}
        for session, seen in watched.items():
            try:
                self._look(session, seen, stamps)
            except Exception:
                # One session's trouble is not the others'; told once, not with every look.
                if not self._has_failed:
                    _LOG.exception("waking a session for its meeting")
                self._has_failed = True
                self.forget(session, seen)

    def run(self) -> None:
        """Look again and again."""
        while True:
            self.look()
            time.sleep(EVERY_S)

    def _look(self, session: str, seen: Watched, stamps: dict[tuple[str, str], int | None]) -> None:
        presence = self._presence_of(session)
        if presence is Presence.GONE:
            self.forget(session, seen)
        if presence is not Presence.HERE:
            return
        name = (str(seen.kept.database.path), seen.meeting)
        if name not in stamps:
            stamps[name] = _stamp(seen)
        if stamps[name] not in (None, seen.stamp):
            self._wake(session, lambda: self.forget(session, seen))


def can_wake(session_id: str) -> bool:
    """Tell whether this Streamlit still has what wakes a session; ask from within a run of that session."""
    try:
        session: Any = _manager().get_active_session_info(session_id).session
        loop, state = session._event_loop, session._client_state
        return callable(session.request_rerun) and callable(loop.call_soon_threadsafe) and hasattr(state, "CopyFrom")
    except Exception:
        # Whatever is not as it was: there is another way.
        return False


def presence_of(session_id: str) -> Presence:
    """Return whether a session has a browser; one that lost it may get it back, and does not run anew then."""
    if not runtime.exists():
        return Presence.GONE
    manager = _manager()
    if manager.is_active_session(session_id):
        return Presence.HERE
    return Presence.GONE if manager.get_session_info(session_id) is None else Presence.AWAY


def wake_session(session_id: str, begin: Callable[[], bool]) -> None:
    """Run a session's script anew as soon as it does nothing, if ``begin``, called just before, returns True."""
    found = _manager().get_active_session_info(session_id)
    if found is None:
        # Gone this moment; the next look knows.
        return
    session = found.session

    def ask() -> None:
        if session._scriptrunner is not None:
            # It runs; whatever it shows, it is looked at again.
            return
        if not begin():
            return
        state = type(session._client_state)()
        state.CopyFrom(session._client_state)
        state.ClearField("fragment_id")
        session.request_rerun(state)

    session._event_loop.call_soon_threadsafe(ask)


def _manager() -> Any:
    return runtime.get_instance()._session_mgr


def _stamp(seen: Watched) -> int | None:
    try:
        return seen.kept.stamp(seen.meeting)
    except MeguriError:
        # A file that cannot be read at this moment is told by the page, not by what watches it.
        return None
