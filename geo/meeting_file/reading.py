"""The file of a meeting, read and checked as a whole before anything of it is used."""

from __future__ import annotations

from dataclasses import dataclass, replace

from geo.meeting import Meeting, MeetingError
from geo.meeting_checks import check_meeting
from geo.meeting_file.archive import MEETING, NOTES, SCENARIO, unpack
from geo.meeting_file.document import from_document
from geo.meeting_file.notes_layer import with_points
from geo.meeting_file.refusing import refuse, refuse_field, refuse_scenario, within
from geo.meeting_file.writing import scenario_keys
from geo.scenario import Scenario, ScenarioError, check_words
from geo.scenario_toml import from_toml


@dataclass(frozen=True)
class MeetingFile:
    """What a meeting's file holds.

    Attributes
    ----------
    meeting
        Whole and checked, under the keys it had where it was made.
    scenarios
        Those that its views and counts name, under the keys these name them by; in the order of the keys. Whether they
        fit the area's data is checked when they are taken in.
    file
        Its name, for what is said of it.
    """

    meeting: Meeting
    scenarios: tuple[Scenario, ...]
    file: str = ""


def read_meeting_zip(raw: bytes, *, file: str) -> MeetingFile:
    """Read a file that :func:`geo.meeting_file.meeting_zip` made, as strictly as any upload; nothing is written.

    Parameters
    ----------
    raw
        Its bytes, up to 20 MB, and 60 MB unpacked.
    file
        Its name, for the errors only.

    Raises
    ------
    MeetingError
        Anything about it that cannot be, with ``file`` and what the sentence of its key names: ``meeting_file_…`` of
        the zip, ``meeting.toml`` and ``notes.gpkg``; of a scenario or the GeoPackage inside also the keys of
        :mod:`geo.scenario_toml` and :mod:`geo.user_layers`.
    """
    members = unpack(raw, file)
    meeting = with_points(from_document(members[MEETING], file), members[NOTES], file)
    try:
        check_meeting(meeting)
    except MeetingError as error:
        told = error.params
        refuse_field(file, str(told["where"]), str(told["field"]), str(told["expected"]), told["found"])
    named = scenario_keys(meeting)
    scenarios = []
    for name in sorted(set(members) - {MEETING, NOTES}):
        key = SCENARIO.sub(r"\1", name)
        if key not in named:
            refuse("unnamed", file, f"'{name}' is a scenario that nothing in the meeting names", part=name)
        scenarios.append(_scenario(members[name], key, file, meeting.area))
    return MeetingFile(meeting, tuple(scenarios), file)


def _scenario(content: bytes, key: str, file: str, area: str) -> Scenario:
    part = f"scenarios/{key}.toml"
    try:
        scenario = from_toml(content, file=f"{file}/{part}")
        if scenario.area != area:
            message = f"{part}: it is a scenario of the area '{scenario.area}'; expected '{area}'"
            raise ScenarioError(message, key="scenario_other_area", expected=area, found=scenario.area)
    except ScenarioError as error:
        raise within(error, f"{file}/{part}") from error
    try:
        check_words(scenario)
    except ScenarioError as error:
        refuse_scenario(error, file, part)
    return replace(scenario, key=key)
