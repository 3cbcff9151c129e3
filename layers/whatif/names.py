"""Names of scenarios: told apart in a list, and free when a new one is saved; what is meant is always its key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from geo.scenario import LONGEST_NAME, Scenario
from layers.messages import LANGUAGES, text
from layers.stored import scenarios_of
from layers.unique_labels import free_name, unique_labels

# What stands beside the scenarios in the lists of the page.
_FIXED = ("whatif.today", "whatif.manage.new")


def labels_of(scenarios: Sequence[Scenario], lang: str) -> dict[str, str]:
    """Return what lists call scenarios, by key, in the order given: no two alike, none like a list's own choice.

    Of one name the oldest has it alone, so that a scenario that somebody adds renames none of the others.
    """
    oldest_first = sorted(scenarios, key=lambda scenario: (scenario.made_at, scenario.key))
    fixed = {text(key, lang) for key in _FIXED}
    labels = unique_labels({scenario.key: scenario.name for scenario in oldest_first}, lang, taken=fixed)
    return {scenario.key: labels[scenario.key] for scenario in scenarios}


def with_free_name(scenario: Scenario, lang: str) -> Scenario:
    """Return a scenario that is to be saved anew under a name that no other of its area has, nor a list's own choice.

    Two sessions that save in the same moment may still give one name twice: the lists tell those apart. Raises
    StoreError where the others cannot be read.
    """
    taken = {known.name for known in scenarios_of(scenario.area)}
    taken |= {text(key, each) for key in _FIXED for each in LANGUAGES}
    return replace(scenario, name=free_name(scenario.name, taken, lang, longest=LONGEST_NAME))
