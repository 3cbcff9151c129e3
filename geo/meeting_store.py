"""Meetings kept: made, found, entered with a code; what is written in them is ``geo/meeting_desk.py``'s."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from geo import meeting_pace as pace
from geo import meeting_passes as passes
from geo import meeting_rows as rows
from geo.meeting import KEY, Meeting, MeetingError
from geo.meeting_checks import check_meeting, check_name, check_title
from geo.meeting_codes import CodeGuard, new_code
from geo.meeting_desk import MeetingDesk, check_scenario, new_key
from geo.meeting_passes import Pass
from geo.meeting_upkeep import remove_one_left_empty

# Of an area.
MOST_MEETINGS = 500
# What nothing was written in for so long gives way to a new one.
LEFT_EMPTY = timedelta(days=1)
_ENTRIES = (
    "SELECT m.key, m.title, m.area,"
    " (SELECT count(*) FROM meeting_items i WHERE i.meeting = m.key AND i.removed_at IS NULL),"
    " m.is_open, m.made_at, m.changed_at FROM meetings m WHERE m.area = ? ORDER BY m.changed_at DESC, m.key"
)
_GUARD = CodeGuard()


@dataclass(frozen=True)
class NewMeeting:
    """A meeting just made, with what its maker needs: the codes to give away, and the maker's own pass."""

    meeting: Meeting
    join_code: str
    facilitator_code: str
    pass_: Pass


@dataclass(frozen=True)
class MeetingEntry:
    """A meeting in an area's list: ``items`` on the agenda; times in ISO 8601, UTC."""

    key: str
    title: str
    area: str
    items: int
    is_open: bool
    made_at: str
    changed_at: str


@dataclass(frozen=True)
class MeetingStore(MeetingDesk):
    """The meetings of one server; every call is one transaction, from any thread or process.

    Every method raises StoreError where the file cannot be read or written, and what a method returned from is kept,
    whatever happens afterwards. Every change raises MeetingError: 'meeting_unknown', 'meeting_not_allowed' (no pass,
    another meeting's, or too small a role), 'meeting_closed', 'meeting_too_fast' or 'meeting_busy' (``seconds``: this
    pass, or the participants together, wrote a lot), 'meeting_too_many' (``what``, ``most``), 'meeting_item_unknown',
    'meeting_note_unknown', or what :mod:`geo.meeting_checks` refuses.
    Viewers read, participants write notes and change their own, facilitators do everything. Reading needs no pass.
    """

    def create(self, title: str, area: str, dataset_hash: str, *, name: str, owner: str = "") -> NewMeeting:
        """Make a meeting without an agenda; ``owner`` is the id of the maker, where signed in."""
        check_title(title)
        return self.keep(Meeting("", title.strip(), area, dataset_hash), name=name, owner=owner)

    def keep(self, meeting: Meeting, *, name: str, owner: str = "") -> NewMeeting:
        """Keep a whole meeting under new keys of its own, with new codes.

        Authors stay, and so do times that can be read and the numbers of notes where these go up; the notes are
        nobody's own. In an area of ``MOST_MEETINGS`` one that was left empty gives way.

        Raises
        ------
        MeetingError
            As ``check_meeting``; 'meeting_begin_wait' (``seconds``, ``minutes``: a lot were begun on this server) or
            'meeting_too_many'.
        """
        check_meeting(meeting)
        check_name(name)
        passes.check_user(owner)
        for number, hands in enumerate(meeting.hands, start=1):
            check_scenario(hands, where=f"hands[{number}]")
        moment = self.moment()
        kept = _rekeyed(meeting, moment)
        codes = (new_code(), new_code())
        with self.database.writing() as connection:
            pace.count_meeting(connection, self.clock())
            self._make_room(connection, kept.area)
            rows.insert_meeting(connection, kept, passes.holder_of(owner), codes)
            pass_ = passes.give(connection, kept.key, "facilitator", name.strip(), moment, user=owner)
        return NewMeeting(kept, *codes, pass_)

    def remove(self, key: str, token: str) -> None:
        """Take a meeting out with everything in it, for good; for a facilitator."""
        with self.changing(key, token, "facilitator", when_closed=True) as turn:
            turn.run("DELETE FROM meetings WHERE key = ?", key)
        _GUARD.forget(self._guarded(key))

    def meeting(self, key: str) -> Meeting | None:
        """Return a meeting as it stands, None where there is none."""
        if not KEY.fullmatch(key):
            return None
        with self.database.reading() as connection, rows.told(self.database):
            return None if connection is None else rows.read_meeting(connection, key)

    def meetings(self, area: str) -> tuple[MeetingEntry, ...]:
        """Return an area's meetings, the one changed last first."""
        with self.database.reading() as connection:
            found = [] if connection is None else connection.execute(_ENTRIES, (area,)).fetchall()
        return tuple(
            MeetingEntry(key, title, of, items, bool(is_open), made_at, changed_at)
            for key, title, of, items, is_open, made_at, changed_at in found
        )

    def stamp(self, key: str) -> int:
        """Return the count of a meeting's changes, 0 where there is no such meeting."""
        if not KEY.fullmatch(key):
            return 0
        with self.database.reading() as connection:
            asked = "SELECT count FROM meetings WHERE key = ?"
            found = [] if connection is None else connection.execute(asked, (key,)).fetchall()
        return int(found[0][0]) if found else 0

    def enter(self, key: str, code: str, name: str, *, user: str = "") -> Pass:
        """Return a pass for a code: a participant's, or a facilitator's; the owner's (``user``, signed in) leads.

        Raises
        ------
        MeetingError
            'meeting_code_wrong', 'meeting_code_wait' (``seconds``; see ``CodeGuard``), 'meeting_unknown',
            'meeting_user', 'meeting_name_taken' (a facilitator's), 'meeting_enter_wait' (``seconds``),
            'meeting_passes_full', or the name cannot be.
        """
        check_name(name)
        passes.check_user(user)
        with self.database.reading() as connection:
            codes = _codes(connection, key)
        role = _GUARD.role_of(self._guarded(key), codes, code, self.clock())
        with self.database.writing() as connection:
            if _codes(connection, key) != codes:
                raise MeetingError("meeting: its codes were made anew just now", key="meeting_code_wrong")
            return self._admit(connection, key, role, name.strip(), user)

    def enter_as(self, key: str, user: str, name: str, role: str) -> Pass:
        """Return a pass for somebody signed in, whom the caller has checked; the owner is facilitator.

        Raises MeetingError: 'meeting_unknown', 'meeting_role', 'meeting_user', 'meeting_enter_wait',
        'meeting_passes_full', or the name cannot be.
        """
        check_name(name)
        passes.check_user(user)
        passes.check_role(role)
        with self.database.reading() as connection:
            _owner(connection, key)
        with self.database.writing() as connection:
            return self._admit(connection, key, role, name.strip(), user)

    def role_of(self, key: str, token: str) -> Pass | None:
        """Return the pass of a token, None where this meeting gave no such token or took it back."""
        if not KEY.fullmatch(key):
            return None
        with self.database.reading() as connection:
            found = None if connection is None else passes.found(connection, key, token)
        return found[0] if found else None

    def own_notes(self, key: str, token: str) -> frozenset[str]:
        """Return the keys of the notes written with a pass, or by the same signed-in person with another."""
        if not KEY.fullmatch(key):
            return frozenset()
        asked = "SELECT key FROM meeting_notes WHERE meeting = ? AND holder = ? AND removed_at IS NULL"
        with self.database.reading() as connection:
            found = None if connection is None else passes.found(connection, key, token)
            if connection is None or found is None:
                return frozenset()
            return frozenset(row[0] for row in connection.execute(asked, (key, found[1])))

    def codes(self, key: str, token: str) -> tuple[str, str]:
        """Return the join code and the facilitators'; for a facilitator."""
        with self.database.reading() as connection:
            passes.admitted(connection, key, token, "facilitator", when_closed=True)
            codes = _codes(connection, key)
        return codes["participant"], codes["facilitator"]

    def new_codes(self, key: str, token: str) -> tuple[str, str]:
        """Make both codes anew and take back every pass but the one given; for a facilitator."""
        codes = (new_code(), new_code())
        with self.changing(key, token, "facilitator", when_closed=True) as turn:
            turn.run("UPDATE meetings SET join_code = ?, facilitator_code = ? WHERE key = ?", *codes, key)
            turn.run("DELETE FROM meeting_passes WHERE meeting = ? AND digest <> ?", key, turn.pass_.digest)
        _GUARD.forget(self._guarded(key))
        return codes

    def _admit(self, connection: sqlite3.Connection, key: str, role: str, name: str, user: str) -> Pass:
        is_owner = user != "" and _owner(connection, key) == passes.holder_of(user)
        held = "facilitator" if is_owner else role
        # Who is signed in has the name that the office knows them by, and can take no other.
        if held != "facilitator" and not user:
            passes.check_not_a_facilitators(connection, key, name)
        pace.count_entry(connection, key, held, self.clock())
        return passes.give(connection, key, held, name, self.moment(), user=user)

    def _make_room(self, connection: sqlite3.Connection, area: str) -> None:
        asked = "SELECT count(*) FROM meetings WHERE area = ?"
        if connection.execute(asked, (area,)).fetchone()[0] < MOST_MEETINGS:
            return
        left_since = datetime.fromtimestamp(self.clock(), tz=UTC) - LEFT_EMPTY
        if not remove_one_left_empty(connection, area, left_since.isoformat(timespec="microseconds")):
            message = f"area '{area}': it has {MOST_MEETINGS} meetings already; remove some first"
            raise MeetingError(message, key="meeting_too_many", what="meetings", most=MOST_MEETINGS)

    def _guarded(self, key: str) -> tuple[str, str]:
        return str(self.database.path), key


def _codes(connection: sqlite3.Connection | None, key: str) -> dict[str, str]:
    """Return role to code; raises MeetingError 'meeting_unknown'."""
    participant, facilitator = _known(connection, "SELECT join_code, facilitator_code FROM meetings WHERE key = ?", key)
    return {"participant": participant, "facilitator": facilitator}


def _owner(connection: sqlite3.Connection | None, key: str) -> str:
    """Return what the owner is known by, '' for nobody; raises MeetingError 'meeting_unknown'."""
    return next(iter(_known(connection, "SELECT owner FROM meetings WHERE key = ?", key)))


def _known(connection: sqlite3.Connection | None, asked: str, key: str) -> Iterable[str]:
    found = connection.execute(asked, (key,)).fetchall() if connection is not None and KEY.fullmatch(key) else []
    if not found:
        raise passes.unknown()
    return tuple(found[0])


def _rekeyed(meeting: Meeting, moment: str) -> Meeting:
    """Return a meeting under new keys throughout, with times that can be read."""
    keys = {"": "", **{item.key: new_key() for item in meeting.items}}
    return replace(
        meeting,
        key=new_key(),
        current=keys[meeting.current],
        items=tuple(replace(item, key=keys[item.key], made_at=_moment(item.made_at, moment)) for item in meeting.items),
        notes=rows.numbered(
            tuple(
                replace(note, key=new_key(), item=keys[note.item], made_at=_moment(note.made_at, moment))
                for note in meeting.notes
            )
        ),
        hands=tuple(
            replace(hands, key=new_key(), item=keys[hands.item], made_at=_moment(hands.made_at, moment))
            for hands in meeting.hands
        ),
        made_at=_moment(meeting.made_at, moment),
        changed_at=moment,
    )


def _moment(found: str, otherwise: str) -> str:
    """Return a time as it is kept, of one that was; ``otherwise`` where it cannot be read."""
    try:
        read = datetime.fromisoformat(found)
        return read.astimezone(UTC).isoformat(timespec="microseconds") if read.tzinfo else otherwise
    except (ValueError, OverflowError):
        return otherwise
