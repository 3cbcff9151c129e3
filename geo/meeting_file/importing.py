"""A meeting's file taken into the store of this server: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from geo.dataset import DATA_DIR, list_areas, open_dataset
from geo.meeting import Hands, Meeting, Query
from geo.meeting_file.reading import MeetingFile
from geo.meeting_file.refusing import refuse, refuse_scenario, within
from geo.meeting_file.writing import SCENARIO_PARAMETERS
from geo.prepared import prepare
from geo.resources import load_catalogue_of
from geo.scenario import Scenario, ScenarioError, check_scenario
from geo.store import Store
from geo.store_database import StoreError

if TYPE_CHECKING:
    from geo.meeting_store import NewMeeting


def import_meeting(
    store: Store, found: MeetingFile, *, name: str, owner: str = "", data_dir: Path = DATA_DIR
) -> NewMeeting:
    """Keep a meeting from a file under new keys and codes, with the scenarios it shows.

    A scenario that is here already, alike but for key and times, is used again; the others are kept first, and removed
    again where the meeting cannot be kept.

    Parameters
    ----------
    name, owner
        Who takes it in: their name, and the signed-in user's id or ''.
    data_dir
        Where the areas are.

    Raises
    ------
    MeetingError
        The area is not here (``meeting_file_area``), a scenario does not fit its data
        (``meeting_file_scenario``), or what the store refuses. Nothing was kept.
    StoreError
        The store could not be read or written. Nothing was kept.
    """
    check_area(found, data_dir)
    _check_scenarios(found, data_dir)
    made: list[Scenario] = []
    try:
        kept = _keep_scenarios(store, found, made)
        return store.meetings.keep(_pointed(found.meeting, found.scenarios, kept), name=name, owner=owner)
    except BaseException:
        for scenario in made:
            with suppress(StoreError):
                store.remove(scenario.key)
        raise


def check_area(found: MeetingFile, data_dir: Path = DATA_DIR) -> None:
    """Refuse a meeting about an area that is not here; raises MeetingError ``meeting_file_area``."""
    area = found.meeting.area
    known = list_areas(data_dir)
    if area not in known:
        message = f"it is a meeting about the area '{area}', which is not here; here are {', '.join(known)}"
        refuse("area", found.file, message, expected=", ".join(known) or "—", found=area)


def _check_scenarios(found: MeetingFile, data_dir: Path) -> None:
    if not found.scenarios:
        return
    prepared = prepare(open_dataset(found.meeting.area, data_dir=data_dir).fragments)
    catalogue = load_catalogue_of(data_dir)
    for scenario in found.scenarios:
        try:
            check_scenario(scenario, prepared, catalogue)
        except ScenarioError as error:
            refuse_scenario(error, found.file, f"scenarios/{scenario.key}.toml")


def _keep_scenarios(store: Store, found: MeetingFile, made: list[Scenario]) -> dict[str, Scenario]:
    """Return what each scenario of the file is here, by its key in the file; ``made`` takes those that are new."""
    there = {_likeness(scenario): scenario for scenario in reversed(store.scenarios(found.meeting.area))}
    kept = {}
    for scenario in found.scenarios:
        known = there.get(_likeness(scenario))
        if known is None:
            try:
                known = store.save(replace(scenario, key="", changed_at=""))
            except ScenarioError as error:
                raise within(error, found.file) from error
            made.append(known)
        kept[scenario.key] = known
    return kept


def _pointed(meeting: Meeting, scenarios: tuple[Scenario, ...], kept: Mapping[str, Scenario]) -> Meeting:
    """Return a meeting whose views and counts name the scenarios by their keys here."""
    changed_at = {scenario.key: scenario.changed_at for scenario in scenarios}

    def pointed(query: Query) -> Query:
        return tuple(
            (name, kept[value].key if name in SCENARIO_PARAMETERS and value in kept else value) for name, value in query
        )

    def counted(hands: Hands) -> Hands:
        here = kept.get(hands.scenario)
        if here is None:
            return replace(hands, query=pointed(hands.query))
        # Counted under the very version in the file, it is counted under the one here; an earlier version stays one.
        is_same = hands.scenario_changed_at == changed_at[hands.scenario]
        version = here.changed_at if is_same else hands.scenario_changed_at
        return replace(hands, query=pointed(hands.query), scenario=here.key, scenario_changed_at=version)

    return replace(
        meeting,
        items=tuple(replace(item, query=pointed(item.query)) for item in meeting.items),
        hands=tuple(counted(hands) for hands in meeting.hands),
    )


def _likeness(scenario: Scenario) -> Scenario:
    """Return what makes two scenarios alike: everything but key and times."""
    return replace(scenario, key="", made_at="", changed_at="")
