"""What whoever runs a server does with its meetings, without a code: list them, remove some, make room."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from geo.meeting import MeetingError
from geo.store_database import Database

_LISTED = (
    "SELECT m.key, m.title, m.area, m.is_open,"
    " (SELECT count(*) FROM meeting_items i WHERE i.meeting = m.key AND i.removed_at IS NULL),"
    " (SELECT count(*) FROM meeting_notes n WHERE n.meeting = m.key AND n.removed_at IS NULL),"
    " (SELECT count(*) FROM meeting_hands h WHERE h.meeting = m.key),"
    " m.made_at, m.changed_at FROM meetings m ORDER BY m.area, m.changed_at DESC, m.key"
)
# What was removed can be brought back: a meeting that has some of it is not empty.
_LEFT_EMPTY = (
    "SELECT key FROM meetings WHERE area = ? AND changed_at < ?"
    " AND NOT EXISTS (SELECT 1 FROM meeting_items WHERE meeting = meetings.key)"
    " AND NOT EXISTS (SELECT 1 FROM meeting_notes WHERE meeting = meetings.key)"
    " AND NOT EXISTS (SELECT 1 FROM meeting_hands WHERE meeting = meetings.key)"
    " ORDER BY changed_at, key LIMIT 1"
)


@dataclass(frozen=True)
class KeptMeeting:
    """A meeting of the server's file, without what is said in it.

    Attributes
    ----------
    items, notes, hands
        How many of each there are, without what was removed.
    made_at, changed_at
        ISO 8601 in UTC.
    """

    key: str
    title: str
    area: str
    is_open: bool
    items: int
    notes: int
    hands: int
    made_at: str
    changed_at: str


def list_meetings(database: Database) -> tuple[KeptMeeting, ...]:
    """Return every meeting by area, the one changed last first; raises StoreError."""
    with database.reading() as connection:
        rows = [] if connection is None else connection.execute(_LISTED).fetchall()
    return tuple(
        KeptMeeting(key, title, area, bool(is_open), *counts_and_times)
        for key, title, area, is_open, *counts_and_times in rows
    )


def remove_meetings(database: Database, keys: Sequence[str]) -> None:
    """Take meetings out with everything in them, for good; all of them, or none where one is not there.

    Raises
    ------
    MeetingError
        'meeting_unknown'.
    StoreError
        The file cannot be read or written.
    """
    with database.reading() as connection:
        # Where there is no file, none is made.
        _check_known(connection, keys)
    with database.writing() as connection:
        _check_known(connection, keys)
        connection.executemany("DELETE FROM meetings WHERE key = ?", [(key,) for key in keys])


def remove_one_left_empty(connection: sqlite3.Connection, area: str, before: str) -> bool:
    """Remove an area's meeting that nothing was ever kept in, the one untouched longest; False where there is none.

    Parameters
    ----------
    before
        It was changed last before this moment (ISO 8601, UTC).
    """
    found = connection.execute(_LEFT_EMPTY, (area, before)).fetchone()
    if found is not None:
        connection.execute("DELETE FROM meetings WHERE key = ?", found)
    return found is not None


def _check_known(connection: sqlite3.Connection | None, keys: Sequence[str]) -> None:
    asked = "SELECT 1 FROM meetings WHERE key = ?"
    for key in keys:
        if connection is None or connection.execute(asked, (key,)).fetchone() is None:
            raise MeetingError(f"meeting: there is none of the key '{key}'; --list tells them", key="meeting_unknown")
