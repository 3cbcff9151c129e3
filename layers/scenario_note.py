"""What is taken away names the scenario that its figures stand on."""

from __future__ import annotations

from geo.errors import MeguriError
from layers.messages import text
from layers.state import ViewState
from layers.stored import scenario_of


def scenario_note(state: ViewState, lang: str) -> str:
    """Return a sentence that names the scenario in force, with how many changes of it are no slider; '' for none."""
    try:
        scenario = scenario_of(state.scenario)
    except MeguriError:
        # The page itself says that the store cannot be read; the figures are then without a scenario.
        return ""
    if scenario is None or scenario.area != state.area:
        return ""
    return text("common.scenario_note", lang, name=scenario.name, count=len(scenario.changes))
