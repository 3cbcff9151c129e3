"""How fast a meeting may be entered and written in, and meetings begun: held for everybody together, in the file."""

from __future__ import annotations

import math
import sqlite3
from dataclasses import dataclass

from geo.meeting import MeetingError


@dataclass(frozen=True)
class Pace:
    """So many at once, and one more each few seconds after that.

    What was done is remembered as one number, ``free_at``: the moment (seconds of a clock) from which ``at_once`` are
    free again; 0 where nothing was done.

    Attributes
    ----------
    at_once
        How many may be done one straight after the other.
    each_s
        Seconds after which one more is free.
    """

    at_once: int
    each_s: float

    def wait_s(self, free_at: float, now: float) -> int:
        """Return after how many whole seconds one more may be done, 0 for at once."""
        over = self._begin(free_at, now) + self.each_s - now - self.at_once * self.each_s
        # A moment is kept to the microsecond, so that a difference is not exact.
        return max(1, math.ceil(over)) if over > 1e-3 else 0

    def after(self, free_at: float, now: float) -> float:
        """Return ``free_at`` after one more."""
        return self._begin(free_at, now) + self.each_s

    def _begin(self, free_at: float, now: float) -> float:
        # Further ahead than all of them together is of a clock that was put back.
        return now if free_at > now + self.at_once * self.each_s else max(free_at, now)


# A hall of a hundred comes in within a minute, and all of it writes at once; who writes or comes in without end gets
# no further than one a second or two, whatever passes they have.
ENTERING = Pace(at_once=120, each_s=1.0)
WRITING = Pace(at_once=120, each_s=0.5)
# Of one server: 60 at once, and 60 an hour after that.
BEGINNING = Pace(at_once=60, each_s=60.0)

_WRITES = (
    "SELECT writes_pace FROM meetings WHERE key = ?",
    "UPDATE meetings SET writes_pace = ? WHERE key = ?",
)
_ENTERED = {
    "viewer": (
        "SELECT viewers_pace FROM meetings WHERE key = ?",
        "UPDATE meetings SET viewers_pace = ? WHERE key = ?",
    ),
    "participant": (
        "SELECT participants_pace FROM meetings WHERE key = ?",
        "UPDATE meetings SET participants_pace = ? WHERE key = ?",
    ),
    "facilitator": (
        "SELECT facilitators_pace FROM meetings WHERE key = ?",
        "UPDATE meetings SET facilitators_pace = ? WHERE key = ?",
    ),
}
_BEGUN = ("SELECT meetings_pace FROM changes", "UPDATE changes SET meetings_pace = ?")


def count_write(connection: sqlite3.Connection, meeting: str, now: float) -> None:
    """Count one more thing that the participants of a meeting write; raises MeetingError 'meeting_busy'."""
    _count(connection, WRITING, _WRITES, (meeting,), now, "meeting_busy")


def count_entry(connection: sqlite3.Connection, meeting: str, role: str, now: float) -> None:
    """Count one more who comes into a meeting in a role; raises MeetingError 'meeting_enter_wait'."""
    _count(connection, ENTERING, _ENTERED[role], (meeting,), now, "meeting_enter_wait")


def count_meeting(connection: sqlite3.Connection, now: float) -> None:
    """Count one more meeting begun on this server; raises MeetingError 'meeting_begin_wait'."""
    _count(connection, BEGINNING, _BEGUN, (), now, "meeting_begin_wait")


def refuse_to_wait(seconds: int, key: str, *, most: int) -> MeetingError:
    """Return the error of what may be done in ``seconds`` only (told as ``minutes`` too), ``most`` at once."""
    message = f"meeting: that was done a lot just now; go on in {seconds} seconds"
    return MeetingError(message, key=key, seconds=seconds, minutes=math.ceil(seconds / 60), most=most)


def _count(
    connection: sqlite3.Connection,
    pace: Pace,
    statements: tuple[str, str],
    of: tuple[str, ...],
    now: float,
    key: str,
) -> None:
    asked, kept = statements
    free_at = float(connection.execute(asked, of).fetchone()[0])
    if wait_s := pace.wait_s(free_at, now):
        raise refuse_to_wait(wait_s, key, most=pace.at_once)
    connection.execute(kept, (pace.after(free_at, now), *of))
