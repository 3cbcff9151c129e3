"""What is said of a meeting's file that cannot be used: the part, the place in it, expected and found."""

from __future__ import annotations

import re
from typing import NoReturn

from geo.errors import MeguriError
from geo.meeting import MeetingError

_LONGEST_FOUND = 60


def refuse(key: str, file: str, message: str, **params: object) -> NoReturn:
    """Raise MeetingError ``meeting_file_<key>`` for a file; what ``params`` say is made fit to be shown."""
    told_params = {name: told(value) for name, value in params.items()}
    raise MeetingError(f"{told(file)}: {message}", key=f"meeting_file_{key}", file=told(file), **told_params)


def refuse_field(file: str, where: str, field: str, expected: str, found: object) -> NoReturn:
    """Raise MeetingError ``meeting_file_field`` for one field of ``meeting.toml``."""
    place = f"{where}: {told(field)}" if where else told(field)
    message = f"{place}: expected {expected}; found {told(found)}"
    refuse("field", file, message, where=where or "—", field=field, expected=expected, found=found)


def within(error: MeguriError, part: str) -> MeetingError:
    """Return what another reader refused (a scenario, a GeoPackage), said of a part of the file, under its own key."""
    params = {name: told(value) if isinstance(value, str) else value for name, value in error.params.items()}
    return MeetingError(f"{told(part)}: {error}", key=error.key, **(params | {"file": told(part)}))


def refuse_scenario(error: MeguriError, file: str, part: str) -> NoReturn:
    """Raise MeetingError ``meeting_file_scenario`` for what a scenario in the file says, which cannot be."""
    params = {name: error.params.get(name, "") or "—" for name in ("where", "field", "expected", "found")}
    refuse("scenario", file, f"{part}: {error}", part=part, **params)


def told(value: object) -> str:
    """Return a value as it may stand in a sentence: short, in one line, without what cannot be shown."""
    words = "{…}" if isinstance(value, dict) else "[…]" if isinstance(value, list | tuple) else _words(value)
    words = re.sub(r"\s+", " ", "".join(letter if letter.isprintable() else " " for letter in words)).strip()
    return words if len(words) <= _LONGEST_FOUND else f"{words[:_LONGEST_FOUND]}…"


def _words(value: object) -> str:
    try:
        return str(value)
    # A whole number of more digits than Python writes.
    except ValueError:
        return type(value).__name__
