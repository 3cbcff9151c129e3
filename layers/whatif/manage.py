"""What is done with a scenario as a whole: choose what is compared, rename, copy, take away, remove and have back."""

from __future__ import annotations

import re

import streamlit as st

from geo.dataset import Dataset
from geo.scenario import LONGEST_NAME, LONGEST_NOTE, Scenario, renamed
from geo.scenario_toml import to_toml
from geo.terms import Catalogue
from layers import session
from layers.messages import error_text
from layers.plain import plain
from layers.read_only import is_read_only
from layers.session import say
from layers.stored import scenarios_of
from layers.whatif.actions import (
    attempt,
    duplicate,
    forget_removed,
    leave,
    open_key,
    problem,
    remove,
    removed,
    save,
    step,
)
from layers.whatif.names import labels_of
from layers.whatif.sides import Sides
from layers.whatif.start import import_control

_NOT_IN_NAMES = re.compile(r"[^\w-]+")
_BEFORE, _AFTER = "whatif_against", "whatif_scenario"
_NEW = "new"


def notices(catalogue: Catalogue) -> None:
    """Say what went wrong in the last step, and offer what was removed back."""
    found = problem()
    if found is not None:
        st.error(error_text(found, session.current().lang))
    gone = removed()
    if gone is not None:
        with st.container(horizontal=True, vertical_alignment="center", key="whatif_removed_line"):
            st.markdown(plain(say("whatif.manage.removed", name=gone.name)), width="content")
            st.button(
                say("whatif.manage.bring_back"),
                key="whatif_bring_back",
                icon=":material/undo:",
                on_click=step,
                args=("undo", gone.key, catalogue),
            )


def choices(dataset: Dataset, catalogue: Catalogue, sides: Sides) -> None:
    """Draw what stands at the left and at the right, into the container that is open."""
    # Those compared are among them, were they saved in this very moment.
    compared = [side.scenario for side in (sides.before, sides.after) if side.scenario is not None]
    known = {scenario.key: scenario for scenario in (*scenarios_of(dataset.area), *compared)}
    names = labels_of([*known.values()], session.current().lang)
    today, another = say("whatif.today"), say("whatif.manage.new")
    st.session_state[_BEFORE] = sides.before.key
    st.selectbox(
        say("whatif.control.before"),
        ["", *(key for key in names if key != sides.after.key)],
        format_func=lambda key: names.get(key, today),
        key=_BEFORE,
        width=250,
        on_change=_compare_with,
    )
    st.session_state[_AFTER] = sides.after.key
    st.selectbox(
        say("whatif.control.after"),
        [*names, _NEW],
        format_func=lambda key: names.get(key, another),
        key=_AFTER,
        width=250,
        on_change=_look_through,
        args=(catalogue,),
    )


def menu(dataset: Dataset, catalogue: Catalogue, scenario: Scenario) -> None:
    """Draw what can be done with the scenario."""
    # Not told when it opens or closes: closed by a press on a link, its rerun would call the page back.
    with st.popover(say("whatif.manage.menu"), icon=":material/more_horiz:"):
        if not is_read_only():
            _names(scenario, catalogue)
        st.download_button(
            say("whatif.manage.export"),
            lambda: to_toml(scenario).encode(),
            file_name=f"meguri_{_NOT_IN_NAMES.sub('_', scenario.name)[:40] or 'scenario'}.toml",
            mime="application/toml",
            icon=":material/download:",
            key="whatif_export",
            on_click="ignore",
            width="stretch",
        )
        if not is_read_only():
            st.button(
                say("whatif.manage.duplicate"),
                key="whatif_duplicate",
                icon=":material/content_copy:",
                width="stretch",
                on_click=duplicate,
                args=(scenario, catalogue),
            )
            st.button(
                say("whatif.manage.remove"),
                key="whatif_remove",
                icon=":material/delete:",
                width="stretch",
                on_click=remove,
                args=(scenario,),
            )
            import_control(dataset, catalogue)
        st.caption(say("whatif.manage.link"))


def _names(scenario: Scenario, catalogue: Catalogue) -> None:
    # Keyed by the version: an undo puts the words back too.
    version = scenario.changed_at
    name = st.text_input(say("whatif.manage.name"), scenario.name, max_chars=LONGEST_NAME, key=f"whatif_name_{version}")
    note = st.text_area(say("whatif.manage.note"), scenario.note, max_chars=LONGEST_NOTE, key=f"whatif_note_{version}")

    def keep() -> None:
        typed = st.session_state[f"whatif_name_{version}"], st.session_state[f"whatif_note_{version}"]
        attempt(lambda: save(renamed(scenario, *typed), catalogue))

    is_changed = (name.strip(), note.strip()) != (scenario.name, scenario.note)
    st.button(say("whatif.manage.rename"), key="whatif_rename", disabled=not is_changed, width="stretch", on_click=keep)


def _compare_with() -> None:
    session.update(against=str(st.session_state.get(_BEFORE) or ""))


def _look_through(catalogue: Catalogue) -> None:
    forget_removed()
    chosen = str(st.session_state.get(_AFTER) or "")
    if chosen == _NEW:
        leave()
    else:
        open_key(chosen, catalogue)
