"""Changing a scenario's population: the trend carried forward, a factor, or a projection that the user brings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from geo.changes import IndicatorChange
from geo.dataset import Dataset
from geo.errors import MeguriError
from geo.projection import (
    TABLE_SOURCE,
    TREND_FROM,
    TREND_SOURCE,
    TREND_YEARS,
    population_trend,
    trend_source,
)
from geo.projection_table import LARGEST_FILE_BYTES, read_projection
from geo.scenario import Scenario, with_change
from geo.terms import Catalogue
from layers import session
from layers.assessed import prepared
from layers.messages import error_text
from layers.plain import plain
from layers.session import say
from layers.whatif.actions import attempt
from layers.whatif.look import save_and_look
from layers.whatif.template import projection_template
from layers.whatif.where import where_control

_HOW = "whatif_population_how"
_COLUMN = "population"
_STEP_YEARS = 5


def population_form(dataset: Dataset, catalogue: Catalogue, scenario: Scenario) -> None:
    """Draw the ways to change the population; each is saved when its button is pressed."""
    has_trend = f"population_{TREND_FROM}" in dataset.fragments
    ways = [*(["trend"] if has_trend else []), "times", "csv"]
    words = {how: say(f"whatif.add.population_{how}") for how in ways}
    how = st.segmented_control(
        say("whatif.add.population_how"),
        ways,
        format_func=words.__getitem__,
        key=_HOW,
        wrap=True,
    )
    if how == "trend":
        _trend(dataset, catalogue, scenario)
    elif how == "times":
        _times(dataset, catalogue, scenario)
    elif how == "csv":
        _csv(dataset, catalogue, scenario)


def with_populations(scenario: Scenario, changes: Sequence[IndicatorChange], source: tuple[str, str]) -> Scenario:
    """Return the scenario with municipalities' populations, in place of those that it had, and what they stand on."""
    kept = tuple(change for change in scenario.changes if not is_population_total(change))
    sources = tuple(known for known in scenario.sources if known[0] not in (TREND_SOURCE, TABLE_SOURCE))
    return replace(scenario, changes=(*kept, *changes), sources=(*sources, source))


def without_changes(scenario: Scenario, places: Sequence[int]) -> Scenario:
    """Return the scenario without some of its changes; without populations, without what they stood on."""
    kept = tuple(change for place, change in enumerate(scenario.changes) if place not in places)
    sources = scenario.sources
    if not any(is_population_total(change) for change in kept):
        sources = tuple(known for known in sources if known[0] not in (TREND_SOURCE, TABLE_SOURCE))
    return replace(scenario, changes=kept, sources=sources)


def is_population_total(change: object) -> bool:
    """Tell whether a change says how many people a municipality has."""
    return isinstance(change, IndicatorChange) and change.column == _COLUMN and change.mode == "total"


def source_words(source: tuple[str, str]) -> str:
    """Say what a change stands on."""
    label, words = source
    if label == TREND_SOURCE:
        return say("whatif.source.population_trend", year=words)
    if label == TABLE_SOURCE:
        return say("whatif.source.population_table", file=words)
    return f"{label} {words}".strip()


def _trend(dataset: Dataset, catalogue: Catalogue, scenario: Scenario) -> None:
    first, last = TREND_YEARS
    year = st.slider(
        say("whatif.add.year"), min_value=first, max_value=last, value=last, step=_STEP_YEARS, key="whatif_trend_year"
    )
    st.caption(say("whatif.source.population_trend", year=year))

    def act() -> None:
        fragments = prepared(dataset.area, dataset.content_hash(), dataset)
        made = with_populations(scenario, population_trend(fragments, year), trend_source(year))
        save_and_look(made, dataset, catalogue, former=scenario)

    _button("trend", act)


def _times(dataset: Dataset, catalogue: Catalogue, scenario: Scenario) -> None:
    value = st.slider(
        say("whatif.add.times"), min_value=0.3, max_value=1.5, value=0.8, step=0.05, key="whatif_population_times"
    )
    where = where_control(dataset, key="whatif_population_where")

    def act() -> None:
        made = with_change(scenario, IndicatorChange(_COLUMN, "times", value, where))
        save_and_look(made, dataset, catalogue, former=scenario, where=where)

    _button("times", act)


def _csv(dataset: Dataset, catalogue: Catalogue, scenario: Scenario) -> None:
    lang = session.current().lang
    st.download_button(
        say("whatif.add.csv_template"),
        # Made when it is asked for, outside this run.
        partial(projection_template, dataset, lang),
        file_name=f"meguri_population_{lang}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key="whatif_population_template",
    )
    sent = st.file_uploader(
        say("whatif.add.csv"),
        type=["csv"],
        key="whatif_population_csv",
        max_upload_size=max(1, LARGEST_FILE_BYTES // 1_000_000),
    )
    if sent is None:
        return
    try:
        found = read_projection(sent.getvalue(), file=sent.name, municipalities=dataset.municipalities)
    except MeguriError as error:
        st.error(error_text(error, lang))
        return
    if not found.years:
        st.info(say("whatif.add.csv_empty"))
        return
    year = st.selectbox(
        say("whatif.add.csv_year"), list(found.years), index=len(found.years) - 1, key="whatif_csv_year"
    )
    changes = found.changes(int(year))
    total = f"{sum(change.value for change in changes):,.0f}"
    st.caption(plain(say("whatif.add.csv_taken", count=len(changes), year=year, value=total)))

    def act() -> None:
        made = with_populations(scenario, changes, found.source(int(year)))
        where = tuple(code for change in changes for code in change.municipalities)
        save_and_look(made, dataset, catalogue, former=scenario, where=where)

    _button("csv", act)


def _button(name: str, act: Callable[[], None]) -> None:
    st.button(
        say("whatif.add.button"),
        key=f"whatif_add_population_{name}",
        type="primary",
        on_click=attempt,
        args=(act,),
    )
