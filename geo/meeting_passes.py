"""Passes: who somebody is in a meeting after the code was right, and how much they may write."""

from __future__ import annotations

import hashlib
import json
import math
import secrets
import sqlite3
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from geo.meeting import KEY, ROLES, MeetingError
from geo.scenario import is_plain

LONGEST_USER = 300
_LONGEST_TOKEN = 100
MOST_WRITES = 30
WRITES_SECONDS = 60.0
# Of each role: a pass is made whenever somebody comes in again, and a meeting may stay for years.
PASSES_KEPT = 1_000
# Who wrote so lately is in the meeting, whatever number of others comes in.
IN_USE = timedelta(hours=12)


@dataclass(frozen=True)
class Pass:
    """What a browser shows to write.

    Attributes
    ----------
    meeting
        Key of the meeting that it is good for.
    token
        Secret, 32 bytes; only its digest is kept.
    role
        One of ``ROLES``.
    name
        As the person gave it; what they write is signed with it.
    """

    meeting: str
    token: str
    role: str
    name: str

    @property
    def digest(self) -> str:
        """Digest that the token is kept as."""
        return digest_of(self.token)


def digest_of(token: str) -> str:
    """Return the digest (SHA-256) that a token is known by, '' for what cannot be one."""
    return hashlib.sha256(token.encode()).hexdigest() if token.isascii() and len(token) <= _LONGEST_TOKEN else ""


def holder_of(user: str) -> str:
    """Return what somebody signed in is known by in the file, where no id stands; '' for nobody."""
    return f"user-{hashlib.sha256(user.encode()).hexdigest()}" if user else ""


def check_user(user: str) -> None:
    """Refuse the id of somebody signed in that cannot be kept; raises MeetingError."""
    if len(user) > LONGEST_USER or not is_plain(user):
        message = f"meeting: user: expected up to {LONGEST_USER} letters in one line"
        raise MeetingError(message, key="meeting_user", most=LONGEST_USER)


def check_role(role: str) -> None:
    """Refuse what is none of the roles; raises MeetingError."""
    if role not in ROLES:
        message = f"meeting: role: expected one of {', '.join(ROLES)}; found '{role}'"
        raise MeetingError(message, key="meeting_role", expected=", ".join(ROLES), found=role)


def give(connection: sqlite3.Connection, meeting: str, role: str, name: str, moment: str, *, user: str = "") -> Pass:
    """Make a pass and keep its digest; of somebody signed in, their notes stay theirs from pass to pass.

    Where there are ``PASSES_KEPT`` of the role, those used longest ago give way; raises MeetingError
    'meeting_passes_full' where all wrote within the time of ``IN_USE``.
    """
    made = Pass(meeting, secrets.token_urlsafe(32), role, name)
    holder = holder_of(user) or made.digest
    _make_room(connection, meeting, role, moment)
    connection.execute(
        "INSERT INTO meeting_passes (digest, meeting, role, name, holder, made_at) VALUES (?, ?, ?, ?, ?, ?)",
        (made.digest, meeting, role, name, holder, moment),
    )
    return made


def _make_room(connection: sqlite3.Connection, meeting: str, role: str, moment: str) -> None:
    counted = "SELECT count(*) FROM meeting_passes WHERE meeting = ? AND role = ?"
    too_many = connection.execute(counted, (meeting, role)).fetchone()[0] - PASSES_KEPT + 1
    if too_many <= 0:
        return
    since = (datetime.fromisoformat(moment) - IN_USE).isoformat(timespec="microseconds")
    dropped = connection.execute(
        "DELETE FROM meeting_passes WHERE digest IN (SELECT digest FROM meeting_passes"
        " WHERE meeting = ? AND role = ? AND wrote_at < ? ORDER BY max(made_at, wrote_at) LIMIT ?)",
        (meeting, role, since, too_many),
    )
    if dropped.rowcount < too_many:
        message = f"meeting: {PASSES_KEPT} people write in it already"
        raise MeetingError(message, key="meeting_passes_full", most=PASSES_KEPT)


def check_not_a_facilitators(connection: sqlite3.Connection, meeting: str, name: str) -> None:
    """Refuse a participant's name that reads as a facilitator's of the meeting; raises MeetingError."""
    asked = "SELECT DISTINCT name FROM meeting_passes WHERE meeting = ? AND role = 'facilitator'"
    if _as_read(name) in {_as_read(taken) for (taken,) in connection.execute(asked, (meeting,))}:
        message = f"meeting: a facilitator has the name '{name}'; take another"
        raise MeetingError(message, key="meeting_name_taken", name=name)


def _as_read(name: str) -> str:
    """Return a name without what the eye hardly tells: width, case and spaces."""
    return "".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).split())


def found(connection: sqlite3.Connection, meeting: str, token: str) -> tuple[Pass, str] | None:
    """Return the pass of a token with who holds it, None where the meeting gave no such token."""
    rows = connection.execute(
        "SELECT role, name, holder FROM meeting_passes WHERE digest = ? AND meeting = ?", (digest_of(token), meeting)
    ).fetchall()
    return (Pass(meeting, token, rows[0][0], rows[0][1]), str(rows[0][2])) if rows else None


def admitted(
    connection: sqlite3.Connection | None, key: str, token: str, needs: str, *, when_closed: bool
) -> tuple[Pass, str]:
    """Return the pass of a token, and who holds it.

    Raises
    ------
    MeetingError
        'meeting_unknown', 'meeting_not_allowed' or 'meeting_closed'.
    """
    asked = "SELECT is_open FROM meetings WHERE key = ?"
    known = connection.execute(asked, (key,)).fetchall() if connection is not None and KEY.fullmatch(key) else []
    if connection is None or not known:
        raise unknown()
    held = found(connection, key, token)
    if held is None or ROLES.index(held[0].role) < ROLES.index(needs):
        raise not_allowed()
    if not known[0][0] and not when_closed:
        raise MeetingError("meeting: it is closed; a facilitator can open it again", key="meeting_closed")
    return held


def count_write(connection: sqlite3.Connection, token: str, now: float, moment: str) -> None:
    """Count one more thing written with a pass, at ``now`` (seconds of a clock), which is ``moment`` (ISO 8601, UTC).

    Raises
    ------
    MeetingError
        'meeting_too_fast' with ``seconds``: ``MOST_WRITES`` were written within the last minute.
    """
    digest = digest_of(token)
    kept = connection.execute("SELECT writes FROM meeting_passes WHERE digest = ?", (digest,)).fetchone()[0]
    # A moment ahead of the clock is of a clock that was put back.
    recent = [moment for moment in json.loads(kept) if 0 <= now - moment < WRITES_SECONDS]
    if len(recent) >= MOST_WRITES:
        seconds = max(1, math.ceil(WRITES_SECONDS - (now - recent[-MOST_WRITES])))
        message = f"meeting: {MOST_WRITES} things were written within a minute; go on in {seconds} seconds"
        raise MeetingError(message, key="meeting_too_fast", seconds=seconds, most=MOST_WRITES)
    connection.execute(
        "UPDATE meeting_passes SET writes = ?, wrote_at = ? WHERE digest = ?",
        (json.dumps([*recent, round(now, 3)]), moment, digest),
    )


def unknown() -> MeetingError:
    """Return the error of a meeting that is not there."""
    return MeetingError("meeting: there is no such meeting", key="meeting_unknown")


def not_allowed() -> MeetingError:
    """Return the error of a pass that does not allow what is asked."""
    return MeetingError("meeting: this needs the code of the meeting, or of a facilitator", key="meeting_not_allowed")
