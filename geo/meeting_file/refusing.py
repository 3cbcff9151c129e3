"""What is said of a meeting's file that cannot be used: the part, the place in it, expected and found."""

from __future__ import annotations

from typing import NoReturn

from geo.errors import MeguriError
from geo.meeting import MeetingError
from geo.shown import shown


def refuse(key: str, file: str, message: str, **params: object) -> NoReturn:
    """Raise MeetingError ``meeting_file_<key>`` for a file; what ``params`` say is made fit to be shown."""
    shown_params = {name: shown(value) for name, value in params.items()}
    raise MeetingError(f"{shown(file)}: {message}", key=f"meeting_file_{key}", file=shown(file), **shown_params)


def refuse_field(file: str, where: str, field: str, expected: str, found: object) -> NoReturn:
    """Raise MeetingError ``meeting_file_field`` for one field of ``meeting.toml``."""
    place = f"{where}: {shown(field)}" if where else shown(field)
    message = f"{place}: expected {expected}; found {shown(found)}"
    refuse("field", file, message, where=where or "—", field=field, expected=expected, found=found)


def within(error: MeguriError, part: str) -> MeetingError:
    """Return what another reader refused (a scenario, a GeoPackage), said of a part of the file, under its own key."""
    params = {name: shown(value) if isinstance(value, str) else value for name, value in error.params.items()}
    return MeetingError(f"{shown(part)}: {error}", key=error.key, **(params | {"file": shown(part)}))


def refuse_scenario(error: MeguriError, file: str, part: str) -> NoReturn:
    """Raise MeetingError ``meeting_file_scenario`` for what a scenario in the file says, which cannot be."""
    params = {name: error.params.get(name, "") or "—" for name in ("where", "field", "expected", "found")}
    refuse("scenario", file, f"{part}: {error}", part=part, **params)
