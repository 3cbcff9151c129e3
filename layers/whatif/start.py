"""The What-if page with no scenario in force: what it is for, ready-made starts, what was saved, a file."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from geo.dataset import Dataset
from geo.errors import MeguriError
from geo.scenario import Scenario, new_scenario
from geo.scenario_toml import LARGEST_FILE_BYTES, read_scenario
from geo.starters import Starter, starters
from geo.terms import Catalogue
from layers import session
from layers.assessed import prepared
from layers.messages import error_text
from layers.plain import plain
from layers.read_only import is_read_only
from layers.session import say
from layers.stored import scenarios_of
from layers.whatif.actions import moved_factors, open_key, save
from layers.whatif.look import save_and_look
from layers.whatif.names import labels_of
from layers.whatif.words import factors_told


def start(dataset: Dataset, catalogue: Catalogue) -> None:
    """Draw the whole of the empty page."""
    saved = scenarios_of(dataset.area)
    left, right = st.columns([7, 5], gap="large")
    with left:
        if is_read_only():
            st.info(say("whatif.empty.read_only"))
        else:
            st.header(say("whatif.empty.begin"), anchor=False)
            st.caption(say("whatif.empty.starters"))
            beginnings(dataset, catalogue)
    with right:
        st.header(say("whatif.empty.saved"), anchor=False)
        if not saved:
            st.caption(say("whatif.empty.none_saved"))
        names = labels_of(saved, session.current().lang)
        for scenario in saved:
            st.button(
                plain(names[scenario.key]),
                key=f"whatif_open_{scenario.key}",
                width="stretch",
                on_click=open_key,
                args=(scenario.key, catalogue),
            )
        if not is_read_only():
            import_control(dataset, catalogue)


def beginnings(dataset: Dataset, catalogue: Catalogue) -> None:
    """Draw the ready-made starts, the one from the present sliders and the empty one; each becomes a scenario."""
    with st.container(key="whatif_starters"):
        for starter in _starters(dataset.area, dataset.content_hash(), catalogue.content_hash, dataset, catalogue):
            st.button(
                f"**{say(f'whatif.starter.{starter.key}')}** {say(f'whatif.starter.{starter.key}_about')}",
                key=f"whatif_starter_{starter.key}",
                width="stretch",
                on_click=save_and_look,
                args=(_from_starter(starter, dataset), dataset, catalogue),
            )
        moved = moved_factors(catalogue, session.current().factors)
        st.button(
            say("whatif.empty.from_sliders"),
            key="whatif_from_sliders",
            width="stretch",
            disabled=not moved,
            on_click=save_and_look,
            args=(replace(_blank(dataset, say("whatif.sliders_name")), factors=moved), dataset, catalogue),
        )
        if moved:
            names = factors_told(moved, catalogue, session.current().lang)
            st.caption(plain(say("whatif.empty.from_sliders_of", names=names)))
        else:
            st.caption(say("whatif.empty.from_sliders_none"))
        st.button(
            say("whatif.empty.blank"),
            key="whatif_blank",
            width="stretch",
            on_click=save_and_look,
            args=(_blank(dataset, say("whatif.new_name")), dataset, catalogue),
        )


def import_control(dataset: Dataset, catalogue: Catalogue) -> None:
    """Draw the upload of a scenario's file; it is checked first, and taken in when its button is pressed."""
    sent = st.file_uploader(
        say("whatif.manage.import"),
        type=["toml"],
        key=f"whatif_import_{st.session_state.get('whatif_imported', 0)}",
        max_upload_size=max(1, LARGEST_FILE_BYTES // 1_000_000),
    )
    if sent is None:
        return
    fragments = prepared(dataset.area, dataset.content_hash(), dataset)
    try:
        found = read_scenario(
            sent.getvalue(), file=sent.name, area=dataset.area, prepared=fragments, catalogue=catalogue
        )
    except MeguriError as error:
        st.error(error_text(error, session.current().lang))
        return

    def take() -> None:
        # A new one of this server: times are its own, and the file's uploader is empty again.
        st.session_state["whatif_imported"] = st.session_state.get("whatif_imported", 0) + 1
        save(replace(found, made_at="", changed_at=""), catalogue)

    st.button(
        plain(say("whatif.manage.import_take", name=found.name)), key="whatif_take", type="primary", on_click=take
    )


def _blank(dataset: Dataset, name: str) -> Scenario:
    return new_scenario(name, dataset.area, dataset_hash=dataset.content_hash())


def _from_starter(starter: Starter, dataset: Dataset) -> Scenario:
    return new_scenario(
        say(f"whatif.starter.{starter.key}"),
        dataset.area,
        factors=starter.factors,
        changes=starter.changes,
        dataset_hash=dataset.content_hash(),
        sources=starter.sources,
    )


@st.cache_resource(max_entries=8, show_spinner=False)
def _starters(
    area: str, version: str, catalogue_version: str, _dataset: Dataset, _catalogue: Catalogue
) -> tuple[Starter, ...]:
    return starters(prepared(area, version, _dataset), _catalogue)
