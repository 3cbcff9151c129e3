"""The parts of the Scale page: the sentence, ladder, detail, matrix, controls and downloads as they stand there."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from html import escape

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.dataset import LOWLAND, Dataset
from geo.japan_time import today_in_japan
from geo.terms import Catalogue, Resource
from layers import session
from layers.actuals.told import told_of_place
from layers.actuals.words import measured_sources
from layers.area_missing import has_partition, kind_name, rung_notes
from layers.assessed import Asked, settings_for, usable, versions_of
from layers.assumed import Assumed, assumed_of
from layers.certainty import answers_of, is_judged, shown_certainty
from layers.closing_map import map_title
from layers.described import closing_layer, layers_of
from layers.export_origin import origin_columns, row_origin
from layers.exports import source_lines
from layers.kept import kept
from layers.ladder_rows import LadderRow, Tables
from layers.ladder_view import ladder_body, matrix_body, row_body, shares_html
from layers.ladder_view.component import mount, mount_drawing
from layers.ladder_view.matrix import MatrixRow, matrix_rows
from layers.messages import error_text, text
from layers.partitions import brought_kinds, is_brought, title_of
from layers.place_picker import all_places
from layers.plain import plain
from layers.resource_detail import data_layers, detail_html, reading_html
from layers.scale_places import Place
from layers.scale_table import table_csv
from layers.scenario_note import scenario_note
from layers.sentences import notes, sentence
from layers.sheet import Sheet, changed_assumptions, scale_sheet_pdf
from layers.sheet_map import closing_map_svg
from layers.sheet_ready import sheet_problem
from layers.state import PLACE_KINDS
from layers.unique_labels import unique_labels

_PARTITIONS = ("municipality", "basin", "community", "cells", "prefecture")
_NOT_IN_NAMES = re.compile(r"[^\w-]+")
_THRESHOLD, _BY = "scale_threshold", "scale_by"
# The sheet's map and ladder stand on these whatever the resources use: the outlines, and where land use lies in them.
_SHEET_LAYERS = {"basins", "municipalities", "landcover"}


def check_link(catalogue: Catalogue) -> None:
    """Leave out what a link names and the catalogue lacks, and say so."""
    state = session.current()
    if state.resource not in catalogue.resources:
        st.info(session.say("scale.unknown_resource", resource=state.resource))
        session.update(resource=next(iter(catalogue.resources)))
    if not has_partition(state.by, session.dataset(state.area)):
        st.info(session.say("areas.by_missing", by=kind_name(state.by, session.dataset(state.area), state.lang)))
        session.update(by="municipality")
    factors, refused = usable(catalogue, state.factors)
    if refused:
        st.info(session.say("scale.dropped_factors", names=", ".join(refused[:5]) + ("…" if len(refused) > 5 else "")))
    if factors != state.factors:
        session.update(factors=factors)


def threshold_and_downloads() -> DeltaGenerator:
    """Draw the threshold; return the place beside it for :func:`fill_downloads`."""
    st.session_state[_THRESHOLD] = round(session.current().threshold * 100)
    st.slider(
        session.say("scale.threshold"),
        min_value=5,
        max_value=100,
        step=5,
        format="%d %%",
        key=_THRESHOLD,
        width=190,
        help=session.say("scale.threshold_help"),
        on_change=_change_threshold,
    )
    return st.container(horizontal=True, horizontal_alignment="right", gap="small", width="content")


def say_aloud(words: str) -> None:
    """Draw the sentence that opens the page."""
    st.html(f'<p class="aloud" role="status" lang="{session.current().lang}">{escape(words)}</p>')


def ladder(rows: Sequence[LadderRow], place: Place, said: Sequence[str]) -> None:
    """Draw the ladder; a row that is clicked comes into focus."""
    state = session.current()
    body = ladder_body(rows, state.lang, focus=state.resource, is_cut=place.is_cut, notes=said)
    with st.container(gap=None):
        st.html(f'<h2 class="heard" lang="{state.lang}">{escape(session.say("scale.ladder_title"))}</h2>')
        mount_drawing()
        mount(body, key="scale_ladder", on_pick=_focus)


def detail(rows: Sequence[LadderRow], resource: Resource, dataset: Dataset, place: Place, catalogue: Catalogue) -> None:
    """Draw the resource in focus: what it is, its figures, what of it is measured, the data that they stand on."""
    lang = session.current().lang
    row = next(row for row in rows if row.resource == resource.key)
    measured = told_of_place(row, resource, dataset, catalogue, kind=place.kind, code=place.code)
    is_cut = place.is_cut and place.kind == "basin"
    is_prefecture = place.kind == "prefecture"
    st.html(detail_html(row, resource, dataset, lang, is_cut=is_cut, is_prefecture=is_prefecture, measured=measured))


def focus_bar(rows: Sequence[LadderRow], resource: Resource, place: Place) -> None:
    """Draw the ladder's row of the resource in focus once more, to stay in sight beside what moves it."""
    row = next(row for row in rows if row.resource == resource.key)
    with st.container(key="scale_focus_bar"):
        body = row_body(row, session.current().lang, is_cut=place.is_cut)
        mount(body, key="scale_focus", on_pick=_focus)


def reading_notes(resource: Resource) -> None:
    """Draw how far a resource is worth carrying and what to keep in mind about its figures."""
    st.html(reading_html(resource, session.current().lang))


def matrix(catalogue: Catalogue, of_units: Tables, dataset: Dataset, assumed: Assumed) -> None:
    """Draw how many units close at which scale; basins that the data cuts, and the lowland, are not counted."""
    state = session.current()
    left_out = frozenset[str]()
    cut, has_lowland = 0, False
    if state.by == "basin":
        known = all_places(dataset, "basin")
        cut = sum(place.is_cut for place in known.values())
        has_lowland = LOWLAND in known
        left_out = frozenset(code for code, place in known.items() if place.is_cut or code == LOWLAND)
    sure = partial(answers_of, dataset, catalogue, assumed, by=state.by) if is_judged(state.by) else None

    def counted(key: str, resource: Resource) -> MatrixRow:
        settings = settings_for(catalogue, assumed, resource)
        asked = Asked(versions_of(dataset, catalogue), key, settings, state.by, threshold=assumed.threshold)
        return _counted(asked, resource, of_units, left_out, sure)

    rows = [counted(key, resource) for key, resource in catalogue.resources.items()]
    st.subheader(session.say("scale.matrix.title"), anchor=False)
    body = matrix_body(
        rows,
        state.lang,
        kind=state.by,
        cut=cut,
        has_lowland=has_lowland,
        focus=state.resource,
        rungs=dataset.ladder,
        kind_words=title_of(state.by, dataset, state.lang) if is_brought(state.by) else "",
    )
    mount(body, key="scale_matrix", on_pick=_focus)


@kept(max_entries=512)
def _counted(
    asked: Asked,
    resource: Resource,
    of_units: Tables,
    left_out: frozenset[str],
    sure: Callable[[str], pd.DataFrame] | None,
) -> MatrixRow:
    """Return one resource's row of the matrix; the units left out hang on the data and the partition alone."""
    return matrix_rows({asked.resource: resource}, of_units, leave_out=left_out, certainty=sure)[0]


def share_table(rows: Sequence[LadderRow], place: Place) -> None:
    """Draw the place's shares as a table, folded: the ladder in figures."""
    lang = session.current().lang
    with st.expander(session.say("scale.matrix.place_table")):
        body = shares_html(rows, lang, name=place.name(lang))
        mount(body, key="scale_shares", on_pick=_focus)


def partition_control() -> None:
    """Draw the choice of units that the map colours and the matrix counts."""
    state = session.current()
    area = session.dataset(state.area)
    names = {by: text(f"scale.map.by_short.{by}", state.lang) for by in _PARTITIONS if has_partition(by, area)}
    names |= {by: plain(title_of(by, area, state.lang)) for by in brought_kinds(area)}
    labels = unique_labels(names, state.lang)
    st.session_state[_BY] = state.by
    st.segmented_control(
        session.say("scale.map.by"),
        list(labels),
        format_func=lambda by: labels.get(by, str(by)),
        key=_BY,
        required=True,
        wrap=True,
        help=session.say("scale.map.hint"),
        on_change=_change_by,
    )


def place_notes(rows: Sequence[LadderRow], place: Place, dataset: Dataset) -> list[str]:
    """Return what has to be said under the ladder: of the place, and of the rungs that the area lacks."""
    lang = session.current().lang
    own = notes(rows, place, lang, communities=dataset.community_kind(lang))
    return [*own, *rung_notes(dataset, lang)]


def fill_downloads(
    where: DeltaGenerator,
    dataset: Dataset,
    catalogue: Catalogue,
    rows: Sequence[LadderRow],
    place: Place,
    of_units: Tables,
) -> None:
    """Draw the buttons for the printed sheet and the table; the sheet is made when its button is pressed."""
    state = session.current()
    # A unit that users brought may have any code.
    stem = f"meguri_{dataset.area}_{_NOT_IN_NAMES.sub('_', place.key) or 'prefecture'}"
    resource = catalogue.resources[state.resource]
    keys = {key for known in catalogue.resources.values() for key in data_layers(known, dataset)} | _SHEET_LAYERS
    closing = of_units(state.resource, "central")["closing_scale"]

    # Now: the sheet is made outside this run, where neither the address nor the session is at hand.
    link, scenario = session.link(), scenario_note(state, state.lang)
    assumed = assumed_of(state, dataset, catalogue)

    def sheet_pdf() -> bytes:
        title = map_title(resource, state.lang)
        layer = closing_layer(layers_of(dataset, catalogue)["closing_scale"], resource, dataset)
        labels = {entry.key: entry.label(state.lang) for entry in layer.legend if not entry.pattern}
        picture = closing_map_svg(
            dataset,
            closing,
            by=state.by,
            lang=state.lang,
            title=title,
            labels=labels,
            place=place.key,
            certainty=shown_certainty(dataset, catalogue, assumed, resource.key, closing, by=state.by),
        )
        sheet = Sheet(
            place=place.name(state.lang),
            sentence=sentence(rows, place, state.lang, focus=state.resource),
            rows=rows,
            map_title=title,
            map_svg=picture,
            changed=changed_assumptions(catalogue, state.factors, state.lang),
            threshold=state.threshold,
            made_on=today_in_japan(),
            sources=(*source_lines(dataset, keys, state.lang), *measured_sources(rows, state.lang)),
            dataset=dataset.name_ja if state.lang == "ja" else dataset.name_en,
            digest=dataset.content_hash(),
            is_cut=place.is_cut,
            link=link,
            notes=[*place_notes(rows, place, dataset), *([scenario] if scenario else [])],
        )
        return scale_sheet_pdf(sheet, lang=state.lang)

    def csv() -> bytes:
        origins = {key: row_origin(known, dataset, state.lang) for key, known in catalogue.resources.items()}
        repeated = origin_columns(dataset, state.lang)
        return table_csv(rows, place, state.lang, stem=stem, scenario=scenario, origins=origins, repeated=repeated).data

    problem = sheet_problem()
    with where:
        st.download_button(
            session.say("scale.print"),
            sheet_pdf,
            disabled=problem is not None,
            help=error_text(problem, state.lang) if problem else None,
            file_name=f"{stem}.pdf",
            mime="application/pdf",
            icon=":material/print:",
            on_click="ignore",
            key="scale_print",
        )
        st.download_button(
            session.say("scale.csv"),
            csv,
            file_name=f"{stem}.csv",
            mime="text/csv",
            icon=":material/table:",
            on_click="ignore",
            key="scale_csv",
        )
    if problem is not None:
        st.info(error_text(problem, state.lang))


def _change_threshold() -> None:
    session.update(threshold=st.session_state[_THRESHOLD] / 100)


def _change_by() -> None:
    chosen = st.session_state.get(_BY)
    if chosen in (*PLACE_KINDS, "cells") or is_brought(str(chosen)):
        session.update(by=chosen)


def _focus(resource: str) -> None:
    session.update(resource=resource)
