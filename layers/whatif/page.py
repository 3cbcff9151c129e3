"""The parts of the What-if page as they stand there: the link's check, the controls, the ladder, the table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from geo.dataset import Dataset
from geo.terms import Catalogue, Resource
from layers import frame, session
from layers.certainty import with_certainty
from layers.ladder_rows import LadderRow, row_of
from layers.ladder_view.component import mount, mount_drawing
from layers.ladder_view.words import certainty_full
from layers.place_picker import all_places, pick_on_map
from layers.plain import plain
from layers.scale_places import Place
from layers.session import say
from layers.stored import scenario_of
from layers.whatif.ladder import pairs_body
from layers.whatif.look import VIEW
from layers.whatif.maps import VIEWS
from layers.whatif.plant import remember_spot
from layers.whatif.sides import Side, Sides, differences_of, names_of
from layers.whatif.table import comparison_csv, summary, table_body
from layers.whatif.words import change_lines as lines_of
from layers.whatif.words import moved_words, opening_sentence, outcomes_of

_STYLE = Path(__file__).with_name("page.css")
_RESOURCE = "whatif_resource"
Rows = Mapping[str, LadderRow]


def mount_style() -> None:
    """Put the page's own style sheet on it."""
    st.html(f"<style>{_STYLE.read_text(encoding='utf-8')}</style>")


def check_link(dataset: Dataset) -> None:
    """Leave out scenarios of a link that this server or this area does not have, and say so."""
    state = session.current()
    if state.scenario and state.against == state.scenario:
        # Beside itself nothing would differ; beside today's assumptions it does.
        state = session.update(against="")
    for field, key in (("scenario", state.scenario), ("against", state.against)):
        if not key:
            continue
        scenario = scenario_of(key)
        if scenario is None:
            st.info(say("whatif.gone", found=key))
        elif scenario.area != dataset.area:
            st.info(say("whatif.other_area", name=plain(scenario.name)))
        else:
            continue
        session.update(**{field: ""})


def resource_control(catalogue: Catalogue) -> None:
    """Draw the choice of the resource in focus."""
    state = session.current()
    st.session_state[_RESOURCE] = state.resource
    st.selectbox(
        say("whatif.control.resource"),
        [*catalogue.resources],
        format_func=lambda key: _name(catalogue.resources[key], state.lang) if key in catalogue.resources else str(key),
        key=_RESOURCE,
        width=210,
        on_change=_pick,
    )


def view_control() -> str:
    """Draw the choice of what the maps show; return it, one of ``VIEWS``."""
    words = {view: say(f"whatif.control.view_{view}") for view in VIEWS}
    view = st.segmented_control(
        say("whatif.control.view"),
        VIEWS,
        format_func=words.__getitem__,
        default=None if VIEW in st.session_state else VIEWS[0],
        required=True,
        key=VIEW,
        wrap=True,
    )
    return view if view in VIEWS else VIEWS[0]


def pressed(dataset: Dataset, latitude: float, longitude: float) -> None:
    """Take a press on a map as the place to look at, and as where a new facility may stand."""
    remember_spot(dataset, latitude, longitude)
    pick_on_map(dataset, latitude, longitude)


def rows_of(side: Side, dataset: Dataset, catalogue: Catalogue, place: Place) -> Rows:
    """Return a place's rows on one side, by resource key; the central case alone."""
    tables = side.tables(dataset, catalogue, place.kind)
    return {
        key: row_of(resource, _unit(tables(key, "central"), place.code), threshold=side.assumed.threshold)
        for key, resource in catalogue.resources.items()
    }


def how_sure(before: Rows, after: Rows, sides: Sides, dataset: Dataset, catalogue: Catalogue, place: Place) -> None:
    """Say how sure the answers for the resource in focus are; call last, for the draws take longer than the rest."""
    state = session.current()
    said = []
    for rows, side in ((before, sides.before), (after, sides.after)):
        row = rows[state.resource]
        found = with_certainty([row], dataset, catalogue, side.assumed, kind=place.kind, code=place.code)
        said.append(certainty_full(found[0], state.lang))
    if all(said):
        st.caption(say("whatif.sentence.sure", before=said[0], after=said[1]))


def sentence(before: Rows, after: Rows, sides: Sides, dataset: Dataset, catalogue: Catalogue, place: Place) -> str:
    """Return the sentence that opens the page."""
    state = session.current()
    scenario = sides.after.scenario
    if scenario is None:
        return ""
    return opening_sentence(
        scenario,
        sides.before.scenario.name if sides.before.scenario else "",
        lines_of(scenario, catalogue, dataset, state.lang),
        (before[state.resource], after[state.resource]),
        place,
        outcomes_of(before, after),
        state.lang,
        moved=_moved(before, after, catalogue, state.lang)[state.resource],
    )


def ladder(before: Rows, after: Rows, catalogue: Catalogue, place: Place, notes: list[str]) -> None:
    """Draw the ladder before and after; a row that is pressed comes into focus."""
    state = session.current()
    st.header(plain(say("whatif.ladder.title", place=place.name(state.lang))), anchor=False)
    st.caption(say("whatif.ladder.central"))
    body = pairs_body(
        [*before.values()],
        [*after.values()],
        outcomes_of(before, after),
        state.lang,
        focus=state.resource,
        moved=_moved(before, after, catalogue, state.lang),
        is_cut=place.is_cut,
        notes=notes,
        sides=names_of(state),
    )
    with st.container(gap=None):
        mount_drawing()
        mount(body, key="whatif_ladder", on_pick=_focus)


def table(dataset: Dataset, catalogue: Catalogue, resource: Resource, sides: Sides, place: Place) -> None:
    """Draw all municipalities before and after, and the way to take them away."""
    state = session.current()
    known = all_places(dataset, "municipality")
    found = differences_of(dataset, catalogue, sides, resource.key, by="municipality")

    def csv() -> bytes:
        return comparison_csv(
            lambda key: differences_of(dataset, catalogue, sides, key, by="municipality"),
            catalogue,
            known,
            state.lang,
            before=sides.before.name(state.lang),
            after=sides.after.name(state.lang),
            threshold=state.threshold,
            dataset=dataset,
            stem=f"meguri_{dataset.area}_whatif",
        ).data

    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.header(plain(say("whatif.table.title", name=_name(resource, state.lang))), anchor=False)
        st.download_button(
            say("whatif.table.csv"),
            csv,
            file_name=f"meguri_{dataset.area}_whatif.csv",
            mime="text/csv",
            icon=":material/table:",
            on_click="ignore",
            key="whatif_csv",
        )
    st.caption(summary(found, state.lang))
    chosen = place.code if place.kind == "municipality" else ""
    before, after = (side.name(state.lang) for side in (sides.before, sides.after))
    body = table_body(found, known, resource, state.lang, before=before, after=after, chosen=chosen)
    mount(body, key="whatif_table", on_pick=_focus)


def ways_on() -> None:
    """Draw the links that show the other pages under the scenario."""
    map_page, scale_page = frame.pages()[:2]
    with st.container(horizontal=True, gap="small"):
        st.page_link(map_page, label=say("whatif.see.map"), width="content")
        st.page_link(scale_page, label=say("whatif.see.scale"), width="content")


def _moved(before: Rows, after: Rows, catalogue: Catalogue, lang: str) -> dict[str, str]:
    return {key: moved_words(before[key], after[key], catalogue.resources[key], lang) for key in after}


def _pick() -> None:
    session.update(resource=st.session_state[_RESOURCE])


def _unit(table: pd.DataFrame, code: str) -> dict[str, Any]:
    return dict(zip(table.columns, table.iloc[table.index.get_loc(code)], strict=True))


def _focus(resource: str) -> None:
    session.update(resource=resource)


def _name(resource: Resource, lang: str) -> str:
    return resource.name_ja if lang == "ja" else resource.name_en
