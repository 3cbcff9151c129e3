"""Adding to a scenario: an assumption, the population, a new facility; in the whole area or in some municipalities."""

from __future__ import annotations

import streamlit as st

from geo.changes import FactorChange
from geo.dataset import Dataset
from geo.scenario import Scenario, with_change, with_factor
from geo.terms import Catalogue
from layers import session
from layers.assumption_panel import number, slider_step
from layers.session import say
from layers.whatif.levers import factor_options
from layers.whatif.look import save_and_look
from layers.whatif.plant import plant_form
from layers.whatif.population import population_form
from layers.whatif.where import where_control

KINDS = ("factor", "population", "plant")
# What councils ask first -> the factors that it moves, to the end that helps.
QUICK = {
    "roof": ("electricity.usable_roof_share",),
    "forest": ("wood_heat.growth_share",),
    "saving": ("electricity.use_per_person", "household_electricity.use_per_household"),
    "water": ("water.withdrawal_per_person",),
}
_KIND, _FACTOR, _WHERE, _VALUE = "whatif_add_kind", "whatif_add_factor", "whatif_add_where", "whatif_add_value"


def adding(dataset: Dataset, catalogue: Catalogue, scenario: Scenario) -> None:
    """Draw the ways to add a change; each is saved as soon as it is added."""
    with st.container(border=True, key="whatif_adding"):
        st.markdown(f"**{say('whatif.add.title')}**")
        _quick(dataset, catalogue, scenario)
        words = {kind: say(f"whatif.add.kind_{kind}") for kind in KINDS}
        kind = st.segmented_control(
            say("whatif.add.kind"),
            KINDS,
            format_func=words.__getitem__,
            key=_KIND,
            wrap=True,
        )
        # Drawn only where it is asked for: what is folded would be paid for at every run.
        if kind == "factor":
            _factor_form(dataset, catalogue, scenario)
        elif kind == "population":
            population_form(dataset, catalogue, scenario)
        elif kind == "plant":
            plant_form(dataset, catalogue, scenario)


def helpful_end(catalogue: Catalogue, key: str) -> float:
    """Return the end of a factor's range at which supply meets demand better; the high one where neither does."""
    factor = catalogue.factors[key]
    signs = {resource.directions[key] for resource in catalogue.resources.values() if resource.directions.get(key)}
    return factor.low if signs == {-1} else factor.high


def _quick(dataset: Dataset, catalogue: Catalogue, scenario: Scenario) -> None:
    listed = dict(scenario.factors)
    with st.container(horizontal=True, gap="small", key="whatif_quick"):
        for name, keys in QUICK.items():
            usable = [key for key in keys if key in catalogue.factors]
            if usable:
                st.button(
                    say(f"whatif.add.quick_{name}"),
                    key=f"whatif_quick_{name}",
                    icon=":material/add:",
                    disabled=all(key in listed for key in usable),
                    on_click=_add_quick,
                    args=(scenario, dataset, catalogue, usable),
                )


def _add_quick(scenario: Scenario, dataset: Dataset, catalogue: Catalogue, keys: list[str]) -> None:
    made = scenario
    for key in keys:
        if key not in dict(made.factors):
            made = with_factor(made, key, helpful_end(catalogue, key))
    save_and_look(made, dataset, catalogue, former=scenario)


def _factor_form(dataset: Dataset, catalogue: Catalogue, scenario: Scenario) -> None:
    lang = session.current().lang
    options = factor_options(catalogue, dataset.fragments.columns, lang)
    key = st.selectbox(
        say("whatif.add.factor"), list(options), format_func=lambda key: options.get(key, str(key)), key=_FACTOR
    )
    if key is None:
        return
    factor = catalogue.factors[key]
    scale = 100.0 if factor.is_share else 1.0
    unit = "%" if factor.is_share else (factor.unit_ja if lang == "ja" else factor.unit)
    value = st.slider(
        say("whatif.add.value", unit=unit),
        min_value=float(factor.low * scale),
        max_value=float(factor.high * scale),
        value=float(factor.central * scale),
        step=slider_step(factor.low * scale, factor.high * scale),
        format="%.4g",
        key=f"{_VALUE}_{key}",
        help=say("whatif.edit.source", source=factor.source if lang == "ja" else factor.source_en, year=factor.year),
    )
    numbers = {end: number(getattr(factor, end) * scale) for end in ("low", "central", "high")}
    st.caption(say("whatif.edit.range", unit=unit, **numbers))
    where = where_control(dataset, key=_WHERE)

    def add() -> None:
        if where:
            made = with_change(scenario, FactorChange(key, value / scale, where))
        else:
            made = with_factor(scenario, key, value / scale)
        save_and_look(made, dataset, catalogue, former=scenario, where=where)

    st.button(say("whatif.add.button"), key="whatif_add_factor_button", type="primary", on_click=add)
