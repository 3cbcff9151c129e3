"""``meeting.toml``: a meeting as text, but for the points of what was drawn, which stand in ``notes.gpkg``."""

from __future__ import annotations

from functools import partial
from typing import Any, NoReturn

import tomli_w

from geo.meeting import KEY, MOST_HANDS, MOST_ITEMS, MOST_NOTES, POINTS_OF, AgendaItem, Hands, Meeting, Note, Query
from geo.meeting_file.archive import MEETING
from geo.meeting_file.refusing import refuse, refuse_field
from geo.shown import shown
from geo.toml_fields import Fields, Problem, Rules
from geo.toml_guard import read_toml

FORMAT = 1
LARGEST_TEXT_BYTES = 8_000_000
_FORMAT_FIELD = "meguri_meeting"
_LONGEST_TEXT = 4_000
_MOST_NUMBER = 1_000_000
_OF_SCENARIO = ("scenario", "scenario_name", "scenario_changed_at")


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
    rules = Rules(refuse=partial(_refuse, file=file), longest_text=_LONGEST_TEXT)
    fields = Fields(_parsed(content, file), "", rules)
    if _FORMAT_FIELD not in fields.names:
        refuse("format", file, f"{MEETING}: '{_FORMAT_FIELD} = {FORMAT}' is missing", expected=FORMAT, found="—")
    version = fields.whole(_FORMAT_FIELD, least=0, most=_MOST_NUMBER)
    if version != FORMAT:
        refuse("format", file, f"{MEETING}: expected version {FORMAT}", expected=FORMAT, found=version)
    meeting = Meeting(
        key=_key(fields, "key"),
        title=fields.text("title"),
        area=fields.text("area"),
        dataset_hash=fields.text("dataset_hash"),
        items=tuple(_item(row) for row in fields.rows("agenda", most=MOST_ITEMS)),
        notes=tuple(_note(row) for row in fields.rows("notes", most=MOST_NOTES)),
        hands=tuple(_hands(row) for row in fields.rows("hands", most=MOST_HANDS)),
        current=_key(fields, "current"),
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


def _refuse(problem: Problem, *, file: str) -> NoReturn:
    where, field = problem.where, problem.field
    if problem.kind == "missing":
        refuse("lacks", file, f"{where or MEETING}: '{field}' is missing", where=where or "—", field=field)
    if problem.kind == "unknown":
        message = f"{where or MEETING}: there is no field '{shown(field)}'; expected {problem.expected}"
        # The names this program knows are not cut short.
        refuse("unknown", file, message, where=where or "—", field=field)
    refuse_field(file, where, field, problem.expected, problem.found)


def _key(fields: Fields, name: str) -> str:
    """Return a key, '' for none."""
    key = fields.text(name)
    if key and not KEY.fullmatch(key):
        fields.refuse("key", name, "12 lower-case letters and digits", key)
    return key


def _query(fields: Fields) -> Query:
    """Return the table of texts ``query`` as pairs, in its order."""
    table = fields.table("query")
    return tuple((parameter, table.text(parameter)) for parameter in table.names)


def _parsed(content: bytes, file: str) -> dict[str, Any]:
    try:
        if len(content) > LARGEST_TEXT_BYTES:
            raise ValueError(f"{len(content) / 1e6:.1f} MB > {LARGEST_TEXT_BYTES // 1_000_000} MB")
        return read_toml(content)
    except ValueError as error:
        refuse("toml", file, f"{MEETING}: expected TOML in UTF-8: {shown(error)}", detail=error)


def _item_table(item: AgendaItem) -> dict[str, Any]:
    table: dict[str, Any] = {name: getattr(item, name) for name in ("key", "title", "question", "kind")}
    table["options"] = list(item.options)
    return table | {"author": item.author, "made_at": item.made_at, "query": dict(item.query)}


def _item(fields: Fields) -> AgendaItem:
    item = AgendaItem(
        key=_key(fields, "key"),
        title=fields.text("title"),
        question=fields.text("question"),
        options=fields.texts("options"),
        kind=fields.text("kind"),
        query=_query(fields),
        author=fields.text("author"),
        made_at=fields.moment("made_at"),
    )
    fields.finish()
    return item


def _note_table(note: Note) -> dict[str, Any]:
    return {name: getattr(note, name) for name in ("key", "number", "item", "kind", "words", "author", "made_at")}


def _note(fields: Fields) -> Note:
    note = Note(
        key=_key(fields, "key"),
        item=_key(fields, "item"),
        kind=fields.text("kind"),
        words=fields.text("words"),
        author=fields.text("author"),
        made_at=fields.moment("made_at"),
        number=fields.whole("number", least=1, most=_MOST_NUMBER),
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
        key=_key(fields, "key"),
        item=_key(fields, "item"),
        counts=tuple(_count(row) for row in fields.rows("counts", most=MOST_HANDS)),
        query=_query(fields),
        scenario=_key(fields, "scenario"),
        scenario_name=fields.text("scenario_name"),
        scenario_changed_at=fields.moment("scenario_changed_at"),
        author=fields.text("author"),
        made_at=fields.moment("made_at"),
    )
    fields.finish()
    return hands


def _count(fields: Fields) -> tuple[str, int]:
    counted = (fields.text("option"), fields.whole("count", least=0, most=_MOST_NUMBER))
    fields.finish()
    return counted


def is_drawn(note: Note) -> bool:
    """Tell whether a note stands in ``notes.gpkg``."""
    return note.kind in POINTS_OF
