"""Meeting: what a council puts on the wall, says about it and agrees on; :mod:`geo.meeting_checks` sets its limits."""

from __future__ import annotations

import re
from dataclasses import dataclass

from geo.errors import MeguriError

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


class MeetingChangedError(MeetingError):
    """Somebody changed an item or a note since it was read; nothing was written. ``params``: ``name``, who it was.

    Attributes
    ----------
    theirs
        It as it stands now.
    """

    default_key = "meeting_changed"

    def __init__(self, theirs: AgendaItem | Note, name: str) -> None:
        what = "item" if isinstance(theirs, AgendaItem) else "note"
        message = f"meeting: {name} changed the {what} since you opened it; look at theirs, then save"
        super().__init__(message, name=name)
        self.theirs = theirs


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
