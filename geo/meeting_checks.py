"""What a meeting may hold: every title, note, count and view is refused that cannot be kept or shown."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NoReturn

from geo.dataset import AREA_NAME
from geo.meeting import (
    KEY,
    LONGEST_NAME,
    LONGEST_OPTION,
    LONGEST_PARAMETER,
    LONGEST_QUESTION,
    LONGEST_TITLE,
    LONGEST_WORDS,
    MOST_HANDS,
    MOST_HANDS_COUNTED,
    MOST_ITEMS,
    MOST_NOTES,
    MOST_OPTIONS,
    MOST_PARAMETERS,
    NOTE_KINDS,
    POINTS_OF,
    VIEW_KINDS,
    AgendaItem,
    Hands,
    Meeting,
    MeetingError,
    Note,
)
from geo.scenario import is_plain

_PARAMETER = re.compile(r"[a-z][a-z0-9_]{0,31}")
_HASH = re.compile(r"[0-9a-f]{0,128}")


def check_title(title: str) -> None:
    """Refuse a meeting's title that cannot be kept or shown; raises MeetingError."""
    _check_line("", "title", title, LONGEST_TITLE)


def check_name(name: str) -> None:
    """Refuse a person's name that cannot be kept or shown; raises MeetingError."""
    _check_line("", "name", name, LONGEST_NAME)


def check_item(item: AgendaItem, *, where: str = "") -> None:
    """Refuse an item that cannot be kept or shown; raises MeetingError naming the field."""
    _check_line(where, "title", item.title, LONGEST_TITLE)
    _check_line(where, "question", item.question, LONGEST_QUESTION, may_be_empty=True)
    if len(item.options) > MOST_OPTIONS or len(set(item.options)) < len(item.options):
        _refuse(where, "options", f"up to {MOST_OPTIONS}, none twice", len(item.options), most=MOST_OPTIONS)
    for option in item.options:
        _check_line(where, "options", option, LONGEST_OPTION)
    if item.kind not in VIEW_KINDS:
        _refuse(where, "kind", ", ".join(VIEW_KINDS), item.kind)
    check_query(item.query, where=where)


def check_note(note: Note, *, where: str = "") -> None:
    """Refuse a note that cannot be kept or shown; raises MeetingError naming the field."""
    if note.kind not in NOTE_KINDS:
        _refuse(where, "kind", ", ".join(NOTE_KINDS), note.kind)
    may_be_empty = note.kind in ("line", "area")
    words = note.words
    if len(words) > LONGEST_WORDS or not is_plain(words, lines=True) or not (words.strip() or may_be_empty):
        _refuse(where, "words", f"1 to {LONGEST_WORDS} letters", f"{len(words)} letters", most=LONGEST_WORDS)
    least, most = POINTS_OF.get(note.kind, (0, 0))
    if not least <= len(note.points) <= most:
        _refuse(where, "points", f"{least} to {most}", len(note.points), most=most)
    for point in note.points:
        if len(point) != 2 or not all(math.isfinite(value) for value in point) or not _is_on_globe(point):
            _refuse(where, "points", "longitude -180..180 and latitude -90..90 in degrees", point)


def check_hands(hands: Hands, *, where: str = "") -> None:
    """Refuse a count of hands that cannot be kept; raises MeetingError naming the field."""
    options = [option for option, _ in hands.counts]
    if not 0 < len(options) <= MOST_OPTIONS or len(set(options)) < len(options):
        _refuse(where, "counts", f"1 to {MOST_OPTIONS} options, none twice", len(options), most=MOST_OPTIONS)
    for option, count in hands.counts:
        _check_line(where, "counts", option, LONGEST_OPTION)
        if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MOST_HANDS_COUNTED:
            _refuse(where, "counts", f"0 to {MOST_HANDS_COUNTED:,}", count, most=MOST_HANDS_COUNTED)
    _check_line(where, "scenario_name", hands.scenario_name, LONGEST_TITLE, may_be_empty=True)
    check_query(hands.query, where=where)


def check_query(query: Sequence[tuple[str, str]], *, where: str = "") -> None:
    """Refuse a view whose parameters are too many, too long or not an address's; raises MeetingError."""
    if len(query) > MOST_PARAMETERS or len({name for name, _ in query}) < len(query):
        _refuse(where, "query", f"up to {MOST_PARAMETERS}, none twice", len(query), most=MOST_PARAMETERS)
    for name, value in query:
        if not _PARAMETER.fullmatch(name) or len(value) > LONGEST_PARAMETER or not is_plain(value):
            _refuse(where, "query", f"a name and up to {LONGEST_PARAMETER} letters", name, most=LONGEST_PARAMETER)


def check_meeting(meeting: Meeting) -> None:
    """Check a whole meeting, as it comes from a file.

    Raises
    ------
    MeetingError
        A field cannot be, a key stands twice or is none, a note, a count or ``current`` is about no item, or there are
        more than the limits of :mod:`geo.meeting`; ``where`` says which.
    """
    check_title(meeting.title)
    if not AREA_NAME.fullmatch(meeting.area):
        _refuse("", "area", "lower-case letters, digits, '-' and '_'", meeting.area)
    if not _HASH.fullmatch(meeting.dataset_hash):
        _refuse("", "dataset_hash", "a digest in hexadecimal", meeting.dataset_hash)
    for name, rows, most in (
        ("agenda", meeting.items, MOST_ITEMS),
        ("notes", meeting.notes, MOST_NOTES),
        ("hands", meeting.hands, MOST_HANDS),
    ):
        if len(rows) > most:
            _refuse("", name, f"up to {most}", len(rows), most=most)
        keys = [row.key for row in rows]
        if len(set(keys)) < len(keys) or not all(KEY.fullmatch(key) for key in keys):
            _refuse("", name, "keys of 12 lower-case letters and digits, none twice", name)
    known = {"", *(item.key for item in meeting.items)}
    if meeting.current not in known:
        _refuse("", "current", "the key of an item", meeting.current)
    for number, item in enumerate(meeting.items, start=1):
        check_item(item, where=f"agenda[{number}]")
    for number, note in enumerate(meeting.notes, start=1):
        where = f"notes[{number}]"
        check_note(note, where=where)
        _check_about(where, note.item, known)
    for number, hands in enumerate(meeting.hands, start=1):
        where = f"hands[{number}]"
        check_hands(hands, where=where)
        _check_about(where, hands.item, known - {""})
    made: list[AgendaItem | Note | Hands] = [*meeting.items, *meeting.notes, *meeting.hands]
    for row in made:
        _check_line("", "author", row.author, LONGEST_NAME, may_be_empty=True)


def _check_about(where: str, item: str, known: set[str]) -> None:
    if item not in known:
        _refuse(where, "item", "the key of an item", item)


def _check_line(where: str, field: str, words: str, most: int, *, may_be_empty: bool = False) -> None:
    if len(words) > most or not is_plain(words) or not (words.strip() or may_be_empty):
        _refuse(where, field, f"1 to {most} letters in one line", f"{len(words)} letters", most=most)


def _is_on_globe(point: tuple[float, float]) -> bool:
    return abs(point[0]) <= 180 and abs(point[1]) <= 90


def _refuse(where: str, field: str, expected: str, found: object, **more: object) -> NoReturn:
    place = f"{where}: {field}" if where else field
    message = f"meeting: {place}: expected {expected}; found '{found}'"
    raise MeetingError(
        message, key=f"meeting_{field}", where=where, field=field, expected=expected, found=found, **{"most": 0, **more}
    )
