"""The parts of the Basin page as they stand there: controls, sentence, profile, exchanges, ladder, comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape
from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.basin_profile import BasinProfile
from geo.dataset import Dataset
from geo.terms import Catalogue, Resource
from layers import session
from layers.basin.compare import Compared, compare_table, strip_html
from layers.basin.figures import Figures
from layers.basin.flows import exchange_figure, exchange_table
from layers.basin.markup import facts_html, land_use_html, municipalities_html, parts_html, potential_html, sources_html
from layers.basin.parts import has_both_sides, told_of_beyond, told_of_parts
from layers.basin.table import profile_csv, stem_of
from layers.basin.view import Exchange
from layers.basin.words import amount, annual_unit, resource_name
from layers.ladder_rows import SCALES, LadderRow
from layers.ladder_view import ladder_body
from layers.ladder_view.component import mount, mount_drawing
from layers.palette import DARK, LIGHT
from layers.plain import plain
from layers.resource_detail import data_layers
from layers.scale_places import Place

_RESOURCE = "basin_resource"
_STYLE = Path(__file__).with_name("page.css")
# What the profile stands on, whatever the resource.
_PROFILE_LAYERS = ("population", "census", "landuse", "landcover", "climate", "basins", "municipalities")
# A reach beyond this is no limit inside a prefecture.
_FAR_KM = 1000.0


def mount_style() -> None:
    """Put the page's own style sheet on it."""
    st.html(f"<style>{_style()}</style>")


@lru_cache(maxsize=1)
def _style() -> str:
    return _STYLE.read_text(encoding="utf-8")


def without_basins(dataset: Dataset) -> None:
    """Say why there is nothing to show, and what to do about it."""
    state = session.current()
    st.title(session.say("basin.title"))
    name = dataset.name_ja if state.lang == "ja" else dataset.name_en
    st.info(f"{session.say('basin.missing', area=plain(name))} {session.say('basin.missing_remedy')}")


def resource_picker(catalogue: Catalogue) -> None:
    """Draw the choice of the resource in focus."""
    lang = session.current().lang
    st.session_state[_RESOURCE] = session.current().resource
    st.selectbox(
        session.say("basin.resource"),
        list(catalogue.resources),
        format_func=lambda key: resource_name(catalogue.resources[key], lang),
        key=_RESOURCE,
        width=240,
        on_change=_change_resource,
    )


def downloads() -> DeltaGenerator:
    """Return the place at the controls' end for :func:`download`."""
    return st.container(horizontal=True, horizontal_alignment="right", gap="small", width="content")


def no_basin() -> None:
    """Say that the place is no basin, and what to do."""
    st.info(session.say("basin.none_lowland"))


def map_notes(resource: Resource, lines: pd.DataFrame) -> None:
    """Draw, under the map, what its arrows are and what a click does."""
    lang = session.current().lang
    told = [session.say("basin.map.arrows", resource=resource_name(resource, lang))] if len(lines) else []
    told.append(session.say("basin.map.hint"))
    swatches = ""
    if len(lines):
        items = "".join(
            f'<li><i style="background:var(--step-{key})"></i>{escape(session.say(f"common.scale.{key}"))}</li>'
            for key in (*SCALES, "outside")
            if key in set(lines["scale"])
        )
        swatches = f'<ul class="basin-keys">{items}</ul>'
    words = "".join(f'<p class="fine">{escape(words)}</p>' for words in told)
    st.html(f'<div class="basin-part" lang="{lang}">{swatches}{words}</div>')


def download(
    figures: Figures, names: Mapping[str, Mapping[str, Place]], dataset: Dataset, catalogue: Catalogue
) -> None:
    """Draw the button for the table; it is made when the button is pressed."""
    # Now: it is made outside this run, where the session is not at hand.
    lang = session.current().lang
    st.download_button(
        session.say("basin.csv.button"),
        lambda: profile_csv(figures, names, dataset, catalogue, lang).data,
        file_name=f"{stem_of(dataset, figures.basin)}.csv",
        mime="text/csv",
        icon=":material/table:",
        help=session.say("basin.csv.help"),
        on_click="ignore",
        key="basin_csv",
    )


def opening(words: str, of: Place | None) -> None:
    """Draw the sentence that opens the page, and the place that led to the basin."""
    lang = session.current().lang
    via = ""
    if of is not None:
        via = f'<p class="fine">{escape(session.say("basin.of_place", place=of.name(lang)))}</p>'
    st.html(f'<p class="aloud" role="status" lang="{lang}">{escape(words)}</p>{via}')


def profile(found: BasinProfile, basin: Place, towns: Mapping[str, Place], dataset: Dataset) -> None:
    """Draw who lives there, what the land is used for, and the municipalities that the basin joins."""
    lang = session.current().lang
    st.header(session.say("basin.section.profile"), anchor=False)
    st.html(facts_html(found, basin, dataset, lang) + land_use_html(found, dataset, lang))
    st.header(session.say("basin.section.towns"), anchor=False)
    st.html(municipalities_html(found, towns, lang))


def parts(table: pd.DataFrame | None, resource: Resource, row: LadderRow, towns: Mapping[str, Place]) -> None:
    """Draw what the basin's parts could give each other."""
    lang = session.current().lang
    st.header(session.say("basin.section.parts", resource=resource_name(resource, lang)), anchor=False)
    if table is None:
        return
    beyond = told_of_beyond(table, lang)
    told = told_of_parts(table, resource, row, towns, lang)
    # Where nothing is over, or nothing lacking, the sentence says it all.
    figures = ""
    if has_both_sides(table):
        # Only what flows has an upstream and a downstream.
        key = "no_direction" if resource.reach.carried else "no_direction_water"
        note = f'<p class="fine">{escape(session.say(f"basin.parts.{key}"))}</p>'
        figures = parts_html(table, towns, resource, lang) + note
    st.html(f'<div class="basin-part" lang="{lang}"><p>{escape(_joined([told, beyond], lang))}</p>{figures}</div>')


def flows(
    exchange: Exchange | None, basin: Place, resource: Resource, row: LadderRow, names: Mapping[str, Place]
) -> None:
    """Draw what the basin exchanges with others: the sum in words, the diagram, the same figures as a table."""
    lang = session.current().lang
    st.header(session.say("basin.section.flows", resource=resource_name(resource, lang)), anchor=False)
    if exchange is None:
        st.html(f'<p class="basin-part" lang="{lang}">{escape(session.say("basin.flows.water"))}</p>')
        return
    told = [_sums(exchange, resource, row), _reach(exchange.reach_km)]
    is_empty = exchange.partners.empty
    if is_empty:
        told.insert(1, session.say("basin.flows.none"))
    claims = [session.say("basin.flows.claim")]
    if not exchange.is_little:
        claims.append(session.say("basin.flows.colour"))
    claim = "" if is_empty else f'<p class="fine">{escape(_joined(claims, lang))}</p>'
    st.html(f'<div class="basin-part" lang="{lang}"><p>{escape(_joined(told, lang))}</p>{claim}</div>')
    if is_empty:
        return
    if not exchange.is_little:
        paper = DARK if st.context.theme.type == "dark" else LIGHT
        figure = exchange_figure(exchange, basin, names, resource, lang, paper=paper)
        with st.container(key="basin_diagram"):
            st.plotly_chart(figure, key="basin_sankey", theme=None, config={"displayModeBar": False})
    st.html(exchange_table(exchange, names, resource, lang))


def ladder(rows: Sequence[LadderRow], basin: Place, said: Sequence[str]) -> None:
    """Draw the basin's ladder; a row that is clicked comes into focus."""
    state = session.current()
    st.header(session.say("basin.section.ladder"), anchor=False)
    body = ladder_body(rows, state.lang, focus=state.resource, is_cut=basin.is_cut, notes=said)
    with st.container(gap=None):
        mount_drawing()
        mount(body, key="basin_ladder", on_pick=_focus)


def comparison(found: Sequence[Compared], basin: Place, resource: Resource) -> None:
    """Draw where the basin stands among the others: the strip, and its figures on demand."""
    lang = session.current().lang
    st.header(session.say("basin.section.compare", resource=resource_name(resource, lang)), anchor=False)
    lead = session.say(f"basin.strip.lead_{resource.perspective}")
    st.html(f'<p class="fine">{escape(lead)}</p>{strip_html(found, basin.code, lang)}')
    with st.expander(session.say("basin.strip.table")):
        st.html(compare_table(found, basin.code, resource, lang))


def potential(table: pd.DataFrame, rows: Sequence[LadderRow], catalogue: Catalogue) -> None:
    """Draw what the basin could supply of every resource, and from what."""
    st.header(session.say("basin.section.potential"), anchor=False)
    st.html(potential_html(table, rows, catalogue, session.current().lang))


def sources(dataset: Dataset, catalogue: Catalogue) -> None:
    """Draw where the page's figures come from."""
    keys = {key for resource in catalogue.resources.values() for key in data_layers(resource, dataset)}
    st.html(sources_html(dataset, keys | set(_PROFILE_LAYERS), session.current().lang))


def _sums(exchange: Exchange, resource: Resource, row: LadderRow) -> str:
    lang = session.current().lang
    unit = annual_unit(resource, lang)
    incoming, outgoing = exchange.amount("in"), exchange.amount("out")
    sums = {"demand": row.demand, "supply": row.supply, "own": exchange.own, "in_": incoming, "out": outgoing}
    words = {name: amount(value, unit, lang) for name, value in sums.items()}
    told = [session.say(f"basin.flows.sum_{resource.perspective}", **words)]
    if exchange.is_little:
        told.append(session.say(f"basin.flows.little_{resource.perspective}"))
    return _joined(told, lang)


def _joined(sentences: Sequence[str], lang: str) -> str:
    return ("" if lang == "ja" else " ").join(words for words in sentences if words)


def _reach(reach_km: float | None) -> str:
    if reach_km is None or reach_km >= _FAR_KM:
        return session.say("basin.flows.reach_none")
    return session.say("basin.flows.reach", km=f"{float(f'{reach_km:.2g}'):,.0f}")


def _change_resource() -> None:
    session.update(resource=str(st.session_state[_RESOURCE]))


def _focus(resource: str) -> None:
    session.update(resource=resource)
