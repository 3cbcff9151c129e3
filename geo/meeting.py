"""Meeting: what a council puts on the wall, says about it and agrees on; made and checked, without a store."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from geo.dataset import AREA_NAME
from geo.errors import MeguriError
from geo.scenario import is_plain

VIEW_KINDS = ("map", "ladder", "comparison")
NOTE_KINDS = ("comment", "pin", "line", "area", "agreed", "open")
# Kinds that are drawn, with the least and the most points of each.
POINTS_OF = {"pin": (1, 1), "line": (2, 200), "area": (3, 200)}
ROLES = ("viewer", "participant", "facilitator")

LONGEST_TITLE = 100
LONGEST_QUESTION = 300
LONGEST_OPTION = 60
LONGEST_WORDS = 1_000
LONGEST_NAME = 40
MOST_OPTIONS = 8
MOST_ITEMS = 60
MOST_NOTES = 2_000
MOST_HANDS = 500
MOST_HANDS_COUNTED = 100_000
# A view's parameters, as the address bar has them.
MOST_PARAMETERS = 40
LONGEST_PARAMETER = 4_000

KEY = re.compile(r"[a-z0-9]{12}")
_PARAMETER = re.compile(r"[a-z][a-z0-9_]{0,31}")
_HASH = re.compile(r"[0-9a-f]{0,128}")

Query = tuple[tuple[str, str], ...]


class MeetingError(MeguriError):
    """Something of a meeting, or a file that holds one, cannot be used.

    ``params`` of what is wrong inside it hold ``where`` (as its file has it: ``agenda[3]``), ``field``, ``expected``
    and ``found``; of a file also ``file``.
    """

    default_key = "meeting"


@dataclass(frozen=True)
class AgendaItem:
    """A view on the agenda, with the question that is put about it.

    Attributes
    ----------
    key
        12 of [a-z0-9], '' before it is kept.
    title, question
        One line each: 1 to 100 letters; up to 300.
    options
        What hands are raised for, up to 8 of up to 60 letters, none twice; () where nothing is counted.
    kind
        One of ``VIEW_KINDS``: what fills the wall.
    query
        The view, as pairs of the address bar (name, value), ``view`` (where the map looks) among them; opaque here.
    author
        Who pinned it.
    made_at
        ISO 8601 in UTC.
    """

    key: str
    title: str
    question: str
    options: tuple[str, ...]
    kind: str
    query: Query
    author: str = ""
    made_at: str = ""

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Keys of the saved scenarios that the view shows: the one in force, and the one compared with."""
        asked = dict(self.query)
        return tuple(asked[name] for name in ("scenario", "against") if asked.get(name))


@dataclass(frozen=True)
class Note:
    """What somebody said or drew.

    Attributes
    ----------
    key
        12 of [a-z0-9], '' before it is kept.
    item
        Key of the agenda item it is about, '' for the meeting as a whole.
    kind
        One of ``NOTE_KINDS``; 'agreed' and 'open' are the points of the hand-out.
    words
        Up to 1,000 letters, lines allowed; never empty but for a line or an area.
    points
        (longitude, latitude) in degrees, EPSG:6668; as many as ``POINTS_OF`` says, () for words alone.
    author, made_at
        Who, and when (ISO 8601 in UTC).
    number
        1, 2, … in the order made within the meeting; it stands on the map. 0 before it is kept.
    """

    key: str
    item: str
    kind: str
    words: str
    points: tuple[tuple[float, float], ...] = ()
    author: str = ""
    made_at: str = ""
    number: int = 0


@dataclass(frozen=True)
class Hands:
    """A show of hands: how many for each option, under what was on the wall then.

    Attributes
    ----------
    counts
        (option, number), in the question's order.
    query
        The view at that moment, as of :class:`AgendaItem`.
    scenario, scenario_name, scenario_changed_at
        The saved scenario in force then: its key, name and version; '' for none.
    """

    key: str
    item: str
    counts: tuple[tuple[str, int], ...]
    query: Query = ()
    scenario: str = ""
    scenario_name: str = ""
    scenario_changed_at: str = ""
    author: str = ""
    made_at: str = ""


@dataclass(frozen=True)
class Meeting:
    """A meeting as it stands.

    Attributes
    ----------
    key
        12 of [a-z0-9]: what links know it by; it opens it for reading only.
    title
        1 to 100 letters in a line.
    area, dataset_hash
        Folder name of the dataset, and its ``content_hash`` when the meeting was made.
    items
        The agenda, in order.
    notes
        In the order made, without what was removed.
    hands
        In the order counted; the last of an item is the one that holds.
    current
        Key of the item on the wall, '' before the first.
    is_open
        Whether anything may still be written.
    made_at, changed_at
        ISO 8601 in UTC.
    """

    key: str
    title: str
    area: str
    dataset_hash: str = ""
    items: tuple[AgendaItem, ...] = ()
    notes: tuple[Note, ...] = ()
    hands: tuple[Hands, ...] = ()
    current: str = ""
    is_open: bool = True
    made_at: str = ""
    changed_at: str = ""

    def item(self, key: str) -> AgendaItem | None:
        """Return an item of the agenda, None where there is none of that key."""
        return next((item for item in self.items if item.key == key), None)

    def notes_of(self, item: str, *kinds: str) -> tuple[Note, ...]:
        """Return the notes about an item, of the kinds named (all where none is)."""
        return tuple(note for note in self.notes if note.item == item and (not kinds or note.kind in kinds))

    def hands_of(self, item: str) -> Hands | None:
        """Return the last show of hands on an item, None where there was none."""
        return next((hands for hands in reversed(self.hands) if hands.item == item), None)


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
        more than the limits of this module; ``where`` says which.
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
