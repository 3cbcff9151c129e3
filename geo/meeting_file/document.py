"""``meeting.toml``: a meeting as text, but for the points of what was drawn, which stand in ``notes.gpkg``."""

from __future__ import annotations

import tomllib
from datetime import datetime
from typing import Any, TypeVar

import tomli_w

from geo.meeting import KEY, MOST_HANDS, MOST_ITEMS, MOST_NOTES, POINTS_OF, AgendaItem, Hands, Meeting, Note, Query
from geo.meeting_file.archive import MEETING
from geo.meeting_file.refusing import refuse, refuse_field, told
from geo.toml_guard import MOST_PARTS, is_long_key

FORMAT = 1
LARGEST_TEXT_BYTES = 8_000_000
_FORMAT_FIELD = "meguri_meeting"
_LONGEST_TEXT = 4_000
_MOST_NUMBER = 1_000_000
_OF_SCENARIO = ("scenario", "scenario_name", "scenario_changed_at")
_Value = TypeVar("_Value")


def to_document(meeting: Meeting) -> str:
    """Return the text of ``meeting.toml``; equal meetings give equal text."""
    document: dict[str, Any] = {_FORMAT_FIELD: FORMAT}
    for name in ("key", "title", "area", "dataset_hash", "current", "is_open", "made_at", "changed_at"):
        document[name] = getattr(meeting, name)
    document["agenda"] = [_item_table(item) for item in meeting.items]
    document["notes"] = [_note_table(note) for note in meeting.notes]
    document["hands"] = [_hands_table(hands) for hands in meeting.hands]
    return tomli_w.dumps(document)


def from_document(content: bytes, file: str) -> Meeting:
    """Read ``meeting.toml``: every field of the kind it must be; what the words may be is for ``check_meeting``.

    Notes that are drawn have no points yet.

    Raises
    ------
    MeetingError
        Too large, not TOML in UTF-8, no meeting or one of another version (``meeting_file_toml``, ``_format``), or a
        field that cannot be (``meeting_file_field…``, with ``where``, ``field``, ``expected`` and ``found``).
    """
    fields = Fields(_parsed(content, file), "", file)
    if _FORMAT_FIELD not in fields.names:
        refuse("format", file, f"{MEETING}: '{_FORMAT_FIELD} = {FORMAT}' is missing", expected=FORMAT, found="—")
    version = fields.whole(_FORMAT_FIELD, 0)
    if version != FORMAT:
        refuse("format", file, f"{MEETING}: expected version {FORMAT}", expected=FORMAT, found=version)
    meeting = Meeting(
        key=fields.key("key"),
        title=fields.text("title"),
        area=fields.text("area"),
        dataset_hash=fields.text("dataset_hash"),
        items=tuple(_item(row) for row in fields.rows("agenda", MOST_ITEMS)),
        notes=tuple(_note(row) for row in fields.rows("notes", MOST_NOTES)),
        hands=tuple(_hands(row) for row in fields.rows("hands", MOST_HANDS)),
        current=fields.key("current"),
        is_open=fields.flag("is_open"),
        made_at=fields.moment("made_at"),
        changed_at=fields.moment("changed_at"),
    )
    fields.finish()
    last = 0
    for place, note in enumerate(meeting.notes, start=1):
        if note.number <= last:
            refuse_field(file, f"notes[{place}]", "number", f"more than {last}", note.number)
        last = note.number
    return meeting


class Fields:
    """The fields of one table; what nothing asked for is refused by :meth:`finish`."""

    def __init__(self, table: dict[str, Any], where: str, file: str) -> None:
        self.names = tuple(table)
        self._table, self._where, self._file = table, where, file
        self._asked: set[str] = set()

    def text(self, name: str) -> str:
        """Return text of up to 4,000 letters."""
        value = self._take(name, str, f"text of up to {_LONGEST_TEXT} letters")
        if len(value) > _LONGEST_TEXT:
            refuse_field(self._file, self._where, name, f"text of up to {_LONGEST_TEXT} letters", value)
        return value

    def key(self, name: str) -> str:
        """Return a key, '' for none."""
        value = self.text(name)
        if value and not KEY.fullmatch(value):
            refuse_field(self._file, self._where, name, "12 lower-case letters and digits", value)
        return value

    def moment(self, name: str) -> str:
        """Return a time in ISO 8601 with its zone, '' where none is known."""
        value = self.text(name)
        try:
            is_known = not value or datetime.fromisoformat(value).tzinfo is not None
        except ValueError:
            is_known = False
        if not is_known:
            refuse_field(self._file, self._where, name, "a time in ISO 8601, as 2026-01-31T09:00:00+00:00", value)
        return value

    def whole(self, name: str, least: int) -> int:
        """Return a whole number from ``least`` to a million."""
        value = self._take(name, int, "a whole number")
        if not least <= value <= _MOST_NUMBER:
            refuse_field(self._file, self._where, name, f"a whole number from {least} to {_MOST_NUMBER:,}", value)
        return value

    def flag(self, name: str) -> bool:
        """Return true or false."""
        return self._take(name, bool, "true or false")

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts."""
        value: list[object] = self._take(name, list, 'a list of texts, as ["はい"]')
        found = [item for item in value if isinstance(item, str)]
        if len(found) < len(value):
            refuse_field(self._file, self._where, name, 'a list of texts, as ["はい"]', value)
        return tuple(found)

    def query(self, name: str) -> Query:
        """Return a table of texts as pairs, in its order."""
        table = Fields(self._take(name, dict, "a table of texts"), self._path(name), self._file)
        return tuple((parameter, table.text(parameter)) for parameter in table.names)

    def rows(self, name: str, most: int) -> tuple[Fields, ...]:
        """Return up to ``most`` tables."""
        value: list[object] = self._take(name, list, f"tables [[{name}]]")
        found = [row for row in value if isinstance(row, dict)]
        if len(found) < len(value):
            refuse_field(self._file, self._where, name, f"tables [[{name}]]", value)
        if len(value) > most:
            refuse_field(self._file, self._where, name, f"up to {most:,}", len(value))
        return tuple(Fields(row, f"{self._path(name)}[{place}]", self._file) for place, row in enumerate(found, 1))

    def finish(self) -> None:
        """Refuse a field that nothing asked for."""
        unknown = next((name for name in self.names if name not in self._asked), None)
        if unknown is not None:
            known = ", ".join(sorted(self._asked))
            message = f"{self._where or MEETING}: there is no field '{told(unknown)}'; expected one of {known}"
            # The names this program knows are not cut short.
            refuse("unknown", self._file, message, where=self._where or "—", field=unknown)

    def _take(self, name: str, kind: type[_Value], expected: str) -> _Value:
        self._asked.add(name)
        if name not in self._table:
            message = f"{self._where or MEETING}: '{name}' is missing"
            refuse("lacks", self._file, message, where=self._where or "—", field=name)
        value = self._table[name]
        # True is a number to Python.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            refuse_field(self._file, self._where, name, expected, value)
        return value

    def _path(self, name: str) -> str:
        return f"{self._where}.{name}" if self._where else name


def _parsed(content: bytes, file: str) -> dict[str, Any]:
    try:
        words = content.decode("utf-8-sig").replace("\r\n", "\n")
        if len(content) > LARGEST_TEXT_BYTES:
            raise ValueError(f"{len(content) / 1e6:.1f} MB > {LARGEST_TEXT_BYTES // 1_000_000} MB")
        if is_long_key(words):
            raise ValueError(f"a key of more than {MOST_PARTS} parts")
        return tomllib.loads(words)
    # Brackets in brackets without end are nothing that a hand writes.
    except (ValueError, RecursionError) as error:
        refuse("toml", file, f"{MEETING}: expected TOML in UTF-8: {told(error)}", detail=error)


def _item_table(item: AgendaItem) -> dict[str, Any]:
    table: dict[str, Any] = {name: getattr(item, name) for name in ("key", "title", "question", "kind")}
    table["options"] = list(item.options)
    return table | {"author": item.author, "made_at": item.made_at, "query": dict(item.query)}


def _item(fields: Fields) -> AgendaItem:
    item = AgendaItem(
        key=fields.key("key"),
        title=fields.text("title"),
        question=fields.text("question"),
        options=fields.texts("options"),
        kind=fields.text("kind"),
        query=fields.query("query"),
        author=fields.text("author"),
        made_at=fields.moment("made_at"),
    )
    fields.finish()
    return item


def _note_table(note: Note) -> dict[str, Any]:
    return {name: getattr(note, name) for name in ("key", "number", "item", "kind", "words", "author", "made_at")}


def _note(fields: Fields) -> Note:
    note = Note(
        key=fields.key("key"),
        item=fields.key("item"),
        kind=fields.text("kind"),
        words=fields.text("words"),
        author=fields.text("author"),
        made_at=fields.moment("made_at"),
        number=fields.whole("number", 1),
    )
    fields.finish()
    return note


def _hands_table(hands: Hands) -> dict[str, Any]:
    table: dict[str, Any] = {name: getattr(hands, name) for name in ("key", "item", *_OF_SCENARIO)}
    table |= {"author": hands.author, "made_at": hands.made_at}
    table["counts"] = [{"option": option, "count": count} for option, count in hands.counts]
    return table | {"query": dict(hands.query)}


def _hands(fields: Fields) -> Hands:
    hands = Hands(
        key=fields.key("key"),
        item=fields.key("item"),
        counts=tuple(_count(row) for row in fields.rows("counts", MOST_HANDS)),
        query=fields.query("query"),
        scenario=fields.key("scenario"),
        scenario_name=fields.text("scenario_name"),
        scenario_changed_at=fields.moment("scenario_changed_at"),
        author=fields.text("author"),
        made_at=fields.moment("made_at"),
    )
    fields.finish()
    return hands


def _count(fields: Fields) -> tuple[str, int]:
    counted = (fields.text("option"), fields.whole("count", 0))
    fields.finish()
    return counted


def is_drawn(note: Note) -> bool:
    """Tell whether a note stands in ``notes.gpkg``."""
    return note.kind in POINTS_OF
