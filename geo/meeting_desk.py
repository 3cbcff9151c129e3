"""What is written during a meeting: the agenda, notes, hands and the wall; each change one transaction."""

from __future__ import annotations

import secrets
import sqlite3
import string
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from geo import meeting_pace as pace
from geo import meeting_passes as passes
from geo import meeting_rows as rows
from geo.meeting import KEY, AgendaItem, Hands, MeetingChangedError, MeetingError, Note
from geo.meeting_checks import check_hands, check_item, check_note, check_title
from geo.meeting_passes import Pass
from geo.scenario import SCENARIO_KEY, is_plain
from geo.store_database import Database

_KEY_LETTERS = string.ascii_lowercase + string.digits
_KEY_LENGTH = 12
_LONGEST_MOMENT = 40


@dataclass(frozen=True)
class Turn:
    """One change under way: whose, and when (ISO 8601, UTC)."""

    connection: sqlite3.Connection
    meeting: str
    pass_: Pass
    holder: str
    moment: str

    def run(self, asked: str, *values: object) -> None:
        """Run a statement whose last places are the meeting's key and, where one is given, a row's."""
        self.connection.execute(asked, values)


@dataclass(frozen=True)
class MeetingDesk:
    """The changes that people make in a meeting; each checks the pass, the limits and what it is given.

    Attributes
    ----------
    clock
        Seconds since 1970, UTC.
    """

    database: Database
    clock: Callable[[], float] = time.time

    def pin(self, key: str, token: str, item: AgendaItem) -> AgendaItem:
        """Put a view at the end of the agenda, and return it as kept; for a facilitator."""
        check_item(item)
        with self.changing(key, token, "facilitator") as turn:
            rows.check_room(turn.connection, key, "agenda")
            kept = replace(item, key=new_key(), author=turn.pass_.name, made_at=turn.moment)
            rows.insert_item(turn.connection, key, kept)
        return kept

    def change_item(self, key: str, token: str, item: AgendaItem, *, was: AgendaItem) -> AgendaItem:
        """Keep an item otherwise than it was (who pinned it, and when, stay); for a facilitator.

        Parameters
        ----------
        was
            The item that whoever changes it looked at.

        Raises
        ------
        MeetingChangedError
            Another's change came between.
        """
        check_item(item)
        with self.changing(key, token, "facilitator") as turn:
            known, _, _ = self._item(turn, item.key)
            kept = replace(item, author=known.author, made_at=known.made_at)
            asked = "SELECT changed_by FROM meeting_items WHERE meeting = ? AND key = ?"
            _check_unchanged(turn, asked, known, was, kept)
            turn.run(
                "UPDATE meeting_items SET content = ?, changed_by = ? WHERE meeting = ? AND key = ?",
                rows.document(kept),
                turn.pass_.name,
                key,
                kept.key,
            )
        return kept

    def move_item(self, key: str, token: str, item_key: str, place: int) -> None:
        """Move an item to a place of the agenda, 0 the first (a place beyond it: the last); for a facilitator."""
        with self.changing(key, token, "facilitator") as turn:
            self._item(turn, item_key)
            keys = [other for other in rows.item_keys(turn.connection, key) if other != item_key]
            keys.insert(min(max(place, 0), len(keys)), item_key)
            rows.put_in_order(turn.connection, key, keys)

    def remove_item(self, key: str, token: str, item_key: str) -> None:
        """Take an item off the agenda and the wall, with what was said about it; for a facilitator."""
        with self.changing(key, token, "facilitator") as turn:
            self._item(turn, item_key)
            turn.run(
                "UPDATE meeting_items SET removed_at = ? WHERE meeting = ? AND key = ?", turn.moment, key, item_key
            )
            turn.run("UPDATE meetings SET current = '' WHERE key = ? AND current = ?", key, item_key)
            rows.put_in_order(turn.connection, key, rows.item_keys(turn.connection, key))
            rows.forget_items(turn.connection, key)

    def restore_item(self, key: str, token: str, item_key: str) -> AgendaItem:
        """Put a removed item back at its place, with what was said about it, and return it; for a facilitator."""
        with self.changing(key, token, "facilitator") as turn:
            item, place, is_removed = self._item(turn, item_key, may_be_removed=True)
            if is_removed:
                rows.check_room(turn.connection, key, "agenda")
                keys = rows.item_keys(turn.connection, key)
                turn.run("UPDATE meeting_items SET removed_at = NULL WHERE meeting = ? AND key = ?", key, item_key)
                keys.insert(min(place, len(keys)), item_key)
                rows.put_in_order(turn.connection, key, keys)
        return item

    def note(self, key: str, token: str, note: Note) -> Note:
        """Keep a note under the next number, and return it as kept; for a participant."""
        written = _with_lines(note)
        check_note(written)
        with self.changing(key, token) as turn:
            rows.check_room(turn.connection, key, "notes")
            self._check_about(turn, written.item)
            number = rows.next_number(turn.connection, key)
            kept = replace(written, key=new_key(), author=turn.pass_.name, made_at=turn.moment, number=number)
            rows.insert_note(turn.connection, key, kept, turn.holder)
        return kept

    def change_note(self, key: str, token: str, note: Note, *, was: Note) -> Note:
        """Keep a note otherwise than it was (number, author and time stay); one's own, or a facilitator's any.

        ``was`` is the note that whoever changes it looked at; raises MeetingChangedError where another's change came
        between.
        """
        written = _with_lines(note)
        check_note(written)
        with self.changing(key, token) as turn:
            known, _ = self._own_note(turn, note.key)
            self._check_about(turn, written.item)
            kept = replace(written, author=known.author, made_at=known.made_at, number=known.number)
            asked = "SELECT changed_by FROM meeting_notes WHERE meeting = ? AND key = ?"
            _check_unchanged(turn, asked, known, was, kept)
            turn.run(
                "UPDATE meeting_notes SET item = ?, content = ?, changed_by = ? WHERE meeting = ? AND key = ?",
                kept.item,
                rows.document(kept),
                turn.pass_.name,
                key,
                kept.key,
            )
        return kept

    def remove_note(self, key: str, token: str, note_key: str) -> None:
        """Take a note out; :meth:`restore_note` brings the last ``NOTES_KEPT`` back; one's own, or a facilitator's."""
        with self.changing(key, token) as turn:
            self._own_note(turn, note_key)
            turn.run(
                "UPDATE meeting_notes SET removed_at = ? WHERE meeting = ? AND key = ?", turn.moment, key, note_key
            )
            rows.forget_notes(turn.connection, key)

    def restore_note(self, key: str, token: str, note_key: str) -> Note:
        """Put a removed note back under its number, and return it; one's own, or a facilitator's any."""
        with self.changing(key, token) as turn:
            note, is_removed = self._own_note(turn, note_key, may_be_removed=True)
            self._check_about(turn, note.item)
            if is_removed:
                rows.check_room(turn.connection, key, "notes")
                turn.run("UPDATE meeting_notes SET removed_at = NULL WHERE meeting = ? AND key = ?", key, note_key)
        return note

    def count_hands(self, key: str, token: str, hands: Hands) -> Hands:
        """Keep how many hands went up for each option of an item, and return it as kept; for a facilitator.

        Raises MeetingError 'meeting_counts' also where the options are no longer the item's.
        """
        check_hands(hands)
        check_scenario(hands)
        with self.changing(key, token, "facilitator") as turn:
            rows.check_room(turn.connection, key, "hands")
            item, _, _ = self._item(turn, hands.item)
            if tuple(option for option, _ in hands.counts) != item.options:
                raise MeetingError(
                    "meeting: counts: the item's options are others by now; count again",
                    key="meeting_options_changed",
                    item=item.title,
                )
            kept = replace(hands, key=new_key(), author=turn.pass_.name, made_at=turn.moment)
            rows.insert_hands(turn.connection, key, kept)
        return kept

    def show(self, key: str, token: str, item_key: str) -> None:
        """Put an item on the wall ('': none), in a closed meeting too; for a facilitator.

        Counts as a change, but not as something written: a presenter steps as fast as they like.
        """
        with self.changing(key, token, "facilitator", when_closed=True, is_written=False) as turn:
            if item_key:
                self._item(turn, item_key)
            turn.run("UPDATE meetings SET current = ? WHERE key = ?", item_key, key)

    def rename(self, key: str, token: str, title: str) -> None:
        """Give the meeting another title; for a facilitator."""
        check_title(title)
        with self.changing(key, token, "facilitator") as turn:
            turn.run("UPDATE meetings SET title = ? WHERE key = ?", title.strip(), key)

    def close(self, key: str, token: str) -> None:
        """Let nobody write any more, until :meth:`reopen`; for a facilitator."""
        self._set_open(key, token, is_open=False)

    def reopen(self, key: str, token: str) -> None:
        """Let people write again; for a facilitator."""
        self._set_open(key, token, is_open=True)

    @contextmanager
    def changing(
        self, key: str, token: str, needs: str = "participant", *, when_closed: bool = False, is_written: bool = True
    ) -> Iterator[Turn]:
        """Give the turn to change a meeting, where the pass allows it; committed at the end.

        Parameters
        ----------
        needs
            The least role.
        when_closed
            Whether it may be done in a closed meeting.
        is_written
            Whether it counts towards what may be written, and as the time the meeting was changed.
        """
        # Who may not write never comes to hold the file.
        with self.database.reading() as connection:
            passes.admitted(connection, key, token, needs, when_closed=when_closed)
        with self.database.writing() as connection:
            pass_, holder = passes.admitted(connection, key, token, needs, when_closed=when_closed)
            last = connection.execute("SELECT changed_at FROM meetings WHERE key = ?", (key,)).fetchone()[0]
            moment = self.moment(last)
            if is_written:
                passes.count_write(connection, token, self.clock(), moment)
                # Whoever leads can always put the meeting right, however much the others write.
                if pass_.role != "facilitator":
                    pace.count_write(connection, key, self.clock())
            yield Turn(connection, key, pass_, holder, moment)
            connection.execute(
                "UPDATE meetings SET count = count + 1, changed_at = ? WHERE key = ?",
                (moment if is_written else last, key),
            )

    def moment(self, last: str = "") -> str:
        """Return the time now, or just after the last change where the clock went back."""
        now = datetime.fromtimestamp(self.clock(), tz=UTC)
        if last:
            now = max(now, datetime.fromisoformat(last) + timedelta(microseconds=1))
        return now.isoformat(timespec="microseconds")

    def _set_open(self, key: str, token: str, *, is_open: bool) -> None:
        with self.changing(key, token, "facilitator", when_closed=True) as turn:
            turn.run("UPDATE meetings SET is_open = ? WHERE key = ?", is_open, key)

    def _item(self, turn: Turn, item_key: str, *, may_be_removed: bool = False) -> tuple[AgendaItem, int, bool]:
        """Return an item with its place, and whether it was removed; raises MeetingError where there is none."""
        asked = "SELECT content, place, removed_at IS NOT NULL FROM meeting_items WHERE meeting = ? AND key = ?"
        found = turn.connection.execute(asked, (turn.meeting, item_key)).fetchall() if KEY.fullmatch(item_key) else []
        if not found or (found[0][2] and not may_be_removed):
            raise MeetingError("meeting: the item is not on the agenda", key="meeting_item_unknown")
        with rows.told(self.database):
            return rows.item_of(item_key, found[0][0]), int(found[0][1]), bool(found[0][2])

    def _own_note(self, turn: Turn, note_key: str, *, may_be_removed: bool = False) -> tuple[Note, bool]:
        """Return a note that this pass may change, and whether it was removed."""
        asked = (
            "SELECT number, item, content, holder, removed_at IS NOT NULL FROM meeting_notes"
            " WHERE meeting = ? AND key = ?"
        )
        found = turn.connection.execute(asked, (turn.meeting, note_key)).fetchall() if KEY.fullmatch(note_key) else []
        if not found or (found[0][4] and not may_be_removed):
            raise MeetingError("meeting: there is no such note", key="meeting_note_unknown")
        number, item, content, holder, is_removed = found[0]
        if holder != turn.holder and turn.pass_.role != "facilitator":
            raise passes.not_allowed()
        with rows.told(self.database):
            return rows.note_of(note_key, number, item, content), bool(is_removed)

    def _check_about(self, turn: Turn, item_key: str) -> None:
        if item_key:
            self._item(turn, item_key)


def check_scenario(hands: Hands, *, where: str = "") -> None:
    """Refuse a count whose scenario has no key, or no time, that could be; raises MeetingError."""
    changed_at = hands.scenario_changed_at
    is_moment = len(changed_at) <= _LONGEST_MOMENT and is_plain(changed_at)
    if not is_moment or (hands.scenario and not SCENARIO_KEY.fullmatch(hands.scenario)):
        place = f"{where}: scenario" if where else "scenario"
        expected = f"{_KEY_LENGTH} lower-case letters and digits, and a time"
        message = f"meeting: {place}: expected {expected}; found '{hands.scenario[:50]}'"
        raise MeetingError(
            message, key="meeting_scenario", where=where, field="scenario", expected=expected, found=hands.scenario[:50]
        )


def _check_unchanged(
    turn: Turn, asked: str, known: AgendaItem | Note, was: AgendaItem | Note, kept: AgendaItem | Note
) -> None:
    """Refuse to write over what somebody changed meanwhile; the same change twice is no other's."""
    if known not in (was, kept):
        by = turn.connection.execute(asked, (turn.meeting, known.key)).fetchone()[0]
        raise MeetingChangedError(known, by or "—")


def new_key() -> str:
    """Return a key that cannot be guessed (62 bits)."""
    return "".join(secrets.choice(_KEY_LETTERS) for _ in range(_KEY_LENGTH))


def _with_lines(note: Note) -> Note:
    """Return a note with no space around its words, every line ended alike."""
    return replace(note, words=note.words.replace("\r\n", "\n").replace("\r", "\n").strip())
