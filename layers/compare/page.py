"""The parts of the Compare page as they stand there: pickers, sentences, ladders, table, maps, download."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import streamlit as st

from geo.dataset import Dataset
from geo.terms import Catalogue, Resource
from layers import session
from layers.assumption_panel import assumption_panel, number
from layers.compare.maps import side_maps
from layers.compare.markup import notes_html, pair_body, side_html, table_html
from layers.compare.picker import choose, side_picker, swap_button
from layers.compare.proposals import neighbours
from layers.compare.sides import Side, areas
from layers.compare.table import compare_csv
from layers.compare.words import cautions, size_said
from layers.figure_sources import figure_sources
from layers.ladder_view.component import mount, mount_drawing
from layers.messages import text
from layers.plain import plain
from layers.scale_places import Place
from layers.scenario_note import scenario_note
from layers.sentences import sentence
from layers.sheet import changed_assumptions


def mount_style() -> None:
    """Put the page's own style sheet on it."""
    st.html(f"<style>{_style()}</style>")


@lru_cache(maxsize=1)
def _style() -> str:
    return Path(__file__).with_name("page.css").read_text(encoding="utf-8")


def check_beside(is_there: bool) -> None:
    """Say, once, that the other place of a link is not there."""
    asked = session.current().beside
    if asked and not is_there:
        st.info(session.say("compare.unknown_beside", place=plain(asked)))
        session.update(beside="")


def pickers(left: tuple[Dataset, Place], right: tuple[Dataset, Place | None]) -> None:
    """Draw the controls of both sides and the exchange between them."""
    first, middle, second = st.columns([15, 4, 15], gap="small", vertical_alignment="bottom")
    with first:
        side_picker("a", *left)
    with middle:
        if right[1] is not None:
            swap_button()
    with second:
        side_picker("b", *right)


def empty(dataset: Dataset, place: Place) -> None:
    """Say what to do where no other place is chosen, and propose some."""
    lang = session.current().lang
    st.header(session.say("compare.empty.title"), anchor=False)
    st.write(session.say("compare.empty.lead", name=plain(place.name(lang))))
    others = {area: entry for area, entry in areas().items() if area != dataset.area}
    with st.container(key="compare_proposals", horizontal=True, gap="small"):
        for other in neighbours(dataset, place):
            st.button(
                plain(other.name(lang)),
                key=f"compare_with_{other.code}",
                on_click=choose,
                args=("b", dataset.area, other.key),
            )
        if place.key:
            st.button(
                plain(dataset.name_ja if lang == "ja" else dataset.name_en),
                key="compare_with_area",
                on_click=choose,
                args=("b", dataset.area, ""),
            )
        for area, entry in list(others.items())[:2]:
            st.button(plain(entry.name(lang)), key=f"compare_with_{area}", on_click=choose, args=("b", area, ""))


def openings(left: Side, right: Side) -> None:
    """Draw each side's sentence and how large it is."""
    state = session.current()
    for column, letter, side in zip(st.columns(2, gap="medium"), ("A", "B"), (left, right), strict=True):
        words = sentence(side.rows, side.place, state.lang, focus=state.resource)
        with column:
            st.html(side_html(letter, side, words, size_said(side, letter, state.lang), state.lang))


def ladders(left: Side, right: Side) -> None:
    """Draw both ladders row by row; a row that is clicked comes into focus."""
    state = session.current()
    with st.container(gap=None):
        mount_drawing()
        mount(pair_body(left, right, state.lang, focus=state.resource), key="compare_ladder", on_pick=_focus)


def differences(left: Side, right: Side) -> None:
    """Draw what has to be kept in mind about the pair, and the table of differences."""
    lang = session.current().lang
    st.header(session.say("compare.table.title"), anchor=False)
    st.html(notes_html([*cautions(left, right, lang), *_assumed(left, right)], lang))
    st.html(table_html(left, right, lang))


def maps(left: Side, right: Side) -> None:
    """Draw a map for each side."""
    state = session.current()
    side_maps(left, right, state.resource, by=state.by, lang=state.lang)


def assumptions(left: Side, right: Side, catalogue: Catalogue, resource: Resource) -> None:
    """Draw the sliders, which hold on both sides."""
    st.caption(session.say("compare.both_sides"))
    columns = {*left.dataset.fragments.columns, *right.dataset.fragments.columns}
    assumption_panel(catalogue, resource, columns=columns)


def sources(left: Side, right: Side, resource: str) -> None:
    """Draw the data that the resource's figures stand on, for each area once."""
    lang = session.current().lang
    lines = []
    for side in {side.dataset.area: side for side in (left, right)}.values():
        found = side.catalogue.resources.get(resource)
        infos = figure_sources(found, side.dataset) if found else []
        told = [f"{info.title_ja if lang == 'ja' else info.title_en} ({info.year})" for info in infos]
        area = side.dataset.name_ja if lang == "ja" else side.dataset.name_en
        credits_ = " / ".join(dict.fromkeys(info.attribution for info in infos))
        joined = text("scale.bar.joiner", lang).join(told)
        lines.append(text("compare.sources", lang, area=area, sources=joined, credits=credits_))
    st.caption(plain("\n\n".join(lines)))


def download(left: Side, right: Side) -> None:
    """Draw the button for the table; it is made when its button is pressed."""
    state = session.current()
    scenario = scenario_note(state, state.lang)

    def made() -> bytes:
        return compare_csv(left, right, state.lang, scenario=scenario).data

    st.download_button(
        session.say("compare.download"),
        made,
        file_name="meguri_compare.csv",
        mime="text/csv",
        icon=":material/table:",
        on_click="ignore",
        key="compare_csv",
    )


def _assumed(left: Side, right: Side) -> list[str]:
    """Return which assumptions are changed, and on which side the scenario in force holds."""
    state = session.current()
    changed = changed_assumptions(left.catalogue, state.factors, state.lang)
    said = []
    if changed:
        told = [f"{one.name} {number(one.value)}{f' {one.unit}' if one.unit else ''}" for one in changed]
        joined = text("scale.bar.joiner", state.lang).join(told)
        said.append(session.say("compare.changed", changed=joined))
    note = scenario_note(state, state.lang)
    if note and left.dataset.area != right.dataset.area:
        said.append(session.say("compare.scenario_left_only", note=note))
    elif note:
        said.append(note)
    return said


def _focus(resource: str) -> None:
    session.update(resource=resource)
