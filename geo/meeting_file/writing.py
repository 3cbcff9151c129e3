"""A meeting, with the scenarios it shows, as the bytes of one file."""

from __future__ import annotations

from collections.abc import Sequence

from geo.meeting import Meeting, Query
from geo.meeting_file.archive import MEETING, NOTES, pack
from geo.meeting_file.document import to_document
from geo.meeting_file.notes_layer import to_geopackage
from geo.scenario import Scenario
from geo.scenario_toml import to_toml

# Parameters of a view that hold the key of a saved scenario, as ``AgendaItem.scenarios`` has them.
SCENARIO_PARAMETERS = ("scenario", "against")


def meeting_zip(meeting: Meeting, scenarios: Sequence[Scenario]) -> bytes:
    """Return ``meeting.toml``, ``notes.gpkg`` and ``scenarios/<key>.toml`` in a zip; equal meetings give equal bytes.

    Parameters
    ----------
    meeting
        As the store has it: what is in it, and nothing of who may enter it.
    scenarios
        Saved ones. Those that no view and no count of the meeting names stay here; one that was removed since is
        lacking in the file as it lacks here.
    """
    named = scenario_keys(meeting)
    members = {MEETING: to_document(meeting).encode(), NOTES: to_geopackage(meeting)}
    for scenario in sorted(scenarios, key=lambda scenario: scenario.key):
        if scenario.key in named:
            members[f"scenarios/{scenario.key}.toml"] = to_toml(scenario).encode()
    return pack(members)


def scenario_keys(meeting: Meeting) -> frozenset[str]:
    """Return the keys of the scenarios that a meeting's views and counts name."""
    named = {hands.scenario for hands in meeting.hands}
    for query in [*(item.query for item in meeting.items), *(hands.query for hands in meeting.hands)]:
        named |= _of_query(query)
    return frozenset(named - {""})


def _of_query(query: Query) -> set[str]:
    return {value for name, value in query if name in SCENARIO_PARAMETERS}
