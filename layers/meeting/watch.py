"""Wakes the sessions that look at a meeting when somebody changed it: one thread for the whole server.

A fragment that runs every second in each session would do the same, at a price: Streamlit collects garbage after every
such run, and clears away files that were made for a download but not fetched yet, of other sessions too. Here nothing
runs in a session until there is something to show.

Streamlit has no public way to run a session's script from outside; what it does itself when a source file changes is
done here (1.67.0), on its own event loop, and only for a session that does nothing at that moment, so that no press or
typed word is overtaken.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from streamlit import runtime

from geo.errors import MeguriError

if TYPE_CHECKING:
    from geo.meeting_store import MeetingStore

# How often the store is asked, a fraction of a millisecond each time for every meeting that somebody looks at.
EVERY_S = 0.4
_LOG = logging.getLogger(__name__)


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
        Asks a session to run; it calls the function it is given once the session was asked, or is gone.
    """

    def __init__(self, wake: Callable[[str, Callable[[], None]], None]) -> None:
        self._wake = wake
        self._lock = threading.Lock()
        self._watched: dict[str, Watched] = {}

    def watch(self, session: str, seen: Watched) -> None:
        """Wake a session when its meeting is no longer as it has seen it; takes the place of what was watched."""
        with self._lock:
            self._watched[session] = seen

    def forget(self, session: str, seen: Watched) -> None:
        """Watch for a session no more, unless it has seen something newer meanwhile."""
        with self._lock:
            if self._watched.get(session) is seen:
                del self._watched[session]

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
            name = (str(seen.kept.database.path), seen.meeting)
            if name not in stamps:
                stamps[name] = _stamp(seen)
            if stamps[name] not in (None, seen.stamp):
                self._wake(session, lambda session=session, seen=seen: self.forget(session, seen))  # type: ignore[misc]

    def run(self) -> None:
        """Look again and again."""
        while True:
            try:
                self.look()
            except Exception:
                # Whatever it was, the others are still to be kept in step.
                _LOG.exception("looking for changes of meetings")
            time.sleep(EVERY_S)


def wake_session(session_id: str, done: Callable[[], None]) -> None:
    """Run a session's script anew as soon as it does nothing; ``done`` is called when it was asked or is gone."""
    if not runtime.exists():
        done()
        return
    manager: Any = runtime.get_instance()._session_mgr
    found = manager.get_active_session_info(session_id)
    if found is None:
        # Its browser is away; it runs anew when it comes back.
        done()
        return
    session = found.session

    def ask() -> None:
        if session._scriptrunner is not None:
            # It runs; whatever it shows, it is looked at again.
            return
        done()
        state = type(session._client_state)()
        state.CopyFrom(session._client_state)
        state.ClearField("fragment_id")
        session.request_rerun(state)

    session._event_loop.call_soon_threadsafe(ask)


def _stamp(seen: Watched) -> int | None:
    try:
        return seen.kept.stamp(seen.meeting)
    except MeguriError:
        # A file that cannot be read at this moment is told by the page, not by what watches it.
        return None
