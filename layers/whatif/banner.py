"""The line that every page shows while a scenario is in force: which one, the way to it, the way out."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st

from layers import session
from layers.messages import error_text
from layers.plain import plain
from layers.session import say
from layers.stored import changes_in_force, scenario_of
from layers.upload.dataset import catalogue_of
from layers.whatif.actions import leave

_PAGE = Path(__file__).parents[2] / "pages" / "whatif.py"
_STYLE = """<style>
.st-key-whatif_banner { border-left: 4px solid var(--accent); background: var(--surface); padding: 0 0.75rem;
  border-radius: 4px; min-height: 2.5rem; gap: 0.25rem 1rem; }
.st-key-whatif_banner p { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
@media print { .st-key-whatif_banner :is(a, button) { display: none !important; } }
</style>"""


def banner() -> None:
    """Draw the line where a scenario is in force; call once a run, before the page.

    A scenario that is not on this server, or is of another area, is left with a word about it; what of it no longer
    fits the area's data is told. Raises MeguriError where the store or the area cannot be read.
    """
    state = session.current()
    if not state.scenario:
        return
    scenario = scenario_of(state.scenario)
    if scenario is None or scenario.area != state.area:
        gone = say("whatif.gone", found=state.scenario)
        st.info(gone if scenario is None else say("whatif.other_area", name=plain(scenario.name)))
        session.update(scenario="", against="")
        return
    dataset = session.dataset(state.area)
    _, refused = changes_in_force(scenario.key, dataset, catalogue_of(dataset))
    for error in refused:
        st.warning(error_text(error, state.lang))
    with st.container(key="whatif_banner", horizontal=True, vertical_alignment="center"):
        words = say("whatif.banner.words", name=scenario.name)
        st.html(f'{_STYLE}<p lang="{state.lang}">{escape(words)}</p>')
        st.page_link(_PAGE, label=say("whatif.banner.to_page"), width="content")
        st.button(say("whatif.banner.leave"), key="whatif_leave", type="tertiary", on_click=leave)
