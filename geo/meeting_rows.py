"""A meeting in the store's tables: its documents, read and written inside a transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

from geo.errors import MeguriError
from geo.meeting import MOST_HANDS, MOST_ITEMS, MOST_NOTES, AgendaItem, Hands, Meeting, MeetingError, Note
from geo.store_database import Database

# So many that were removed can still be brought back; of items with what was said about them.
NOTES_KEPT = 200
ITEMS_KEPT = MOST_ITEMS
# A file with a note of a greater number numbers its notes anew.
MOST_NUMBER = 1_000_000
_HEAD = "SELECT title, area, dataset_hash, current, is_open, made_at, changed_at FROM meetings WHERE key = ?"
_PRESENT = "SELECT key FROM meeting_items WHERE meeting = ? AND removed_at IS NULL ORDER BY place"
_MOST = {"agenda": MOST_ITEMS, "notes": MOST_NOTES, "hands": MOST_HANDS}
_COUNTED = {
    "agenda": "SELECT count(*) FROM meeting_items WHERE meeting = ? AND removed_at IS NULL",
    "notes": "SELECT count(*) FROM meeting_notes WHERE meeting = ? AND removed_at IS NULL",
    "hands": "SELECT count(*) FROM meeting_hands WHERE meeting = ?",
}
_FORGET_ITEM = (
    "DELETE FROM meeting_items WHERE meeting = ? AND key = ?",
    "DELETE FROM meeting_notes WHERE meeting = ? AND item = ?",
    "DELETE FROM meeting_hands WHERE meeting = ? AND item = ?",
)
_LAST_HANDS = "SELECT coalesce(max(number), 0) FROM meeting_hands WHERE meeting = ?"
_IN_COLUMNS = ("key", "number", "item")


def read_meeting(connection: sqlite3.Connection, key: str) -> Meeting | None:
    """Return a meeting as it stands, without what was removed and what is about an item that was; None: no such one.

    Raises ValueError, KeyError or TypeError where a document cannot be read.
    """
    heads = connection.execute(_HEAD, (key,)).fetchall()
    if not heads:
        return None
    title, area, dataset_hash, current, is_open, made_at, changed_at = heads[0]
    rows = connection.execute(
        "SELECT key, content FROM meeting_items WHERE meeting = ? AND removed_at IS NULL ORDER BY place", (key,)
    )
    items = tuple(item_of(item, content) for item, content in rows)
    known = {"", *(item.key for item in items)}
    notes = connection.execute(
        "SELECT key, number, item, content FROM meeting_notes WHERE meeting = ? AND removed_at IS NULL ORDER BY number",
        (key,),
    )
    hands = connection.execute("SELECT key, item, content FROM meeting_hands WHERE meeting = ? ORDER BY number", (key,))
    return Meeting(
        key,
        title,
        area,
        dataset_hash,
        items,
        tuple(note_of(note, number, item, content) for note, number, item, content in notes if item in known),
        tuple(hands_of(counted, item, content) for counted, item, content in hands if item in known),
        current,
        bool(is_open),
        made_at,
        changed_at,
    )


@contextmanager
def told(database: Database) -> Iterator[None]:
    """Say of a document that cannot be read that the file is damaged."""
    try:
        yield
    except MeguriError:
        raise
    except (ValueError, KeyError, TypeError) as error:
        raise database.error("store_damaged", str(error)) from error


def document(row: AgendaItem | Note | Hands) -> str:
    """Return what of an item, a note or a count is no column, as JSON."""
    kept = {name: value for name, value in asdict(row).items() if name not in _IN_COLUMNS}
    return json.dumps(kept, ensure_ascii=False, allow_nan=False)


@lru_cache(maxsize=4 * MOST_ITEMS)
def item_of(key: str, content: str) -> AgendaItem:
    """Return an item of its key and document."""
    kept = json.loads(content)
    return AgendaItem(**kept | {"key": key, "options": tuple(kept["options"]), "query": _pairs(kept["query"])})


@lru_cache(maxsize=2 * MOST_NOTES)
def note_of(key: str, number: int, item: str, content: str) -> Note:
    """Return a note of its columns and document."""
    kept = json.loads(content)
    points = tuple((float(longitude), float(latitude)) for longitude, latitude in kept["points"])
    return Note(**kept | {"key": key, "number": number, "item": item, "points": points})


@lru_cache(maxsize=MOST_HANDS)
def hands_of(key: str, item: str, content: str) -> Hands:
    """Return a count of its columns and document."""
    kept = json.loads(content)
    return Hands(**kept | {"key": key, "item": item, "counts": _pairs(kept["counts"]), "query": _pairs(kept["query"])})


def _pairs(kept: list[list[Any]]) -> tuple[tuple[Any, Any], ...]:
    return tuple((name, value) for name, value in kept)


def insert_meeting(connection: sqlite3.Connection, meeting: Meeting, owner: str, codes: tuple[str, str]) -> None:
    """Keep a whole meeting that is not there yet; ``owner`` by digest; ``codes``: to join, and the facilitators'."""
    head = (meeting.key, meeting.area, meeting.title, meeting.dataset_hash, meeting.current, meeting.is_open, owner)
    connection.execute(
        "INSERT INTO meetings (key, area, title, dataset_hash, current, is_open, owner, join_code, facilitator_code,"
        " count, notes_made, made_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 0, ?, ?)",
        (*head, *codes, meeting.made_at, meeting.changed_at),
    )
    for item in meeting.items:
        insert_item(connection, meeting.key, item)
    for note in meeting.notes:
        insert_note(connection, meeting.key, note, holder="")
    for hands in meeting.hands:
        insert_hands(connection, meeting.key, hands)


def insert_item(connection: sqlite3.Connection, meeting: str, item: AgendaItem) -> None:
    """Put an item at the end of the agenda."""
    connection.execute(
        "INSERT INTO meeting_items (meeting, key, place, content) VALUES (?, ?, ?, ?)",
        (meeting, item.key, len(item_keys(connection, meeting)), document(item)),
    )


def insert_note(connection: sqlite3.Connection, meeting: str, note: Note, holder: str) -> None:
    """Keep a note under its number; the meeting goes on counting from there."""
    connection.execute(
        "INSERT INTO meeting_notes (meeting, key, number, item, holder, content) VALUES (?, ?, ?, ?, ?, ?)",
        (meeting, note.key, note.number, note.item, holder, document(note)),
    )
    connection.execute("UPDATE meetings SET notes_made = ? WHERE key = ?", (note.number, meeting))


def insert_hands(connection: sqlite3.Connection, meeting: str, hands: Hands) -> None:
    """Keep a count after those there are."""
    connection.execute(
        "INSERT INTO meeting_hands VALUES (?, ?, ?, ?, ?)",
        (meeting, hands.key, _number(connection, _LAST_HANDS, meeting) + 1, hands.item, document(hands)),
    )


def next_number(connection: sqlite3.Connection, meeting: str) -> int:
    """Return the number of the next note: no number comes twice, whatever was removed."""
    return _number(connection, "SELECT notes_made FROM meetings WHERE key = ?", meeting) + 1


def check_room(connection: sqlite3.Connection, meeting: str, what: str) -> None:
    """Refuse one more of 'agenda', 'notes' or 'hands' than a meeting takes; raises MeetingError."""
    if _number(connection, _COUNTED[what], meeting) >= _MOST[what]:
        message = f"meeting: it has {_MOST[what]} {what} already; remove some first"
        raise MeetingError(message, key="meeting_too_many", what=what, most=_MOST[what])


def item_keys(connection: sqlite3.Connection, meeting: str) -> list[str]:
    """Return the keys of the agenda, in order."""
    return [row[0] for row in connection.execute(_PRESENT, (meeting,))]


def put_in_order(connection: sqlite3.Connection, meeting: str, keys: list[str]) -> None:
    """Give the agenda's items the places 0, 1, … in the order of their keys."""
    connection.executemany(
        "UPDATE meeting_items SET place = ? WHERE meeting = ? AND key = ?",
        [(place, meeting, key) for place, key in enumerate(keys)],
    )


def forget_items(connection: sqlite3.Connection, meeting: str) -> None:
    """Drop items removed long ago, with what was said about them."""
    rows = connection.execute(
        "SELECT key FROM meeting_items WHERE meeting = ? AND removed_at IS NOT NULL"
        " ORDER BY removed_at DESC LIMIT -1 OFFSET ?",
        (meeting, ITEMS_KEPT),
    ).fetchall()
    for (item,) in rows:
        for asked in _FORGET_ITEM:
            connection.execute(asked, (meeting, item))


def forget_notes(connection: sqlite3.Connection, meeting: str) -> None:
    """Drop notes removed long ago."""
    connection.execute(
        "DELETE FROM meeting_notes WHERE meeting = ? AND key IN (SELECT key FROM meeting_notes"
        " WHERE meeting = ? AND removed_at IS NOT NULL ORDER BY removed_at DESC LIMIT -1 OFFSET ?)",
        (meeting, meeting, NOTES_KEPT),
    )


def numbered(notes: tuple[Note, ...]) -> tuple[Note, ...]:
    """Return notes with the numbers they have, where these go up from 1 or more; 1, 2, … otherwise."""
    numbers = [note.number for note in notes]
    goes_up = all(a < b for a, b in pairwise([0, *numbers, MOST_NUMBER]))
    return notes if goes_up else tuple(replace(note, number=number) for number, note in enumerate(notes, start=1))


def _number(connection: sqlite3.Connection, asked: str, meeting: str) -> int:
    return int(connection.execute(asked, (meeting,)).fetchone()[0])
