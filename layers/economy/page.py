"""The Money page's section of tables that the user loaded: the circle, what it lacks, and the loading itself."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

import streamlit as st

from geo.dataset import Dataset
from geo.economy.circle import TOLERANCE_SHARE, circle_of, missing
from geo.economy.figures import EconomyError, Figure, grouped
from geo.economy.file import economy_path, read_stored
from layers.economy.circle import circle_svg, mount
from layers.economy.figures import figures_table, municipality_names, table_html
from layers.economy.load import loading
from layers.economy.whose import municipality_shown
from layers.economy.words import gap_lines, sentence
from layers.messages import error_text, text
from layers.place_picker import current_place
from layers.plain import plain
from layers.read_only import is_read_only
from layers.session import say
from layers.state import ViewState

_YEAR = "economy_year"


def economy_section(dataset: Dataset, state: ViewState) -> None:
    """Draw the section: the circle of the municipality looked at, or what is lacking, and how to load it.

    Of a place that is no municipality the table of one that shares land with it is shown, or one that the reader
    chooses; the page says whose it is. A server that is read only shows what is there and loads nothing.
    """
    lang = state.lang
    st.header(say("economy.title"), anchor=False)
    st.write(say("economy.lead"))
    figures: tuple[Figure, ...] = ()
    try:
        figures = _stored(dataset)
    except EconomyError as error:
        # The file was changed by hand: what is wrong is told, and the version before can be had back.
        st.error(plain(error_text(error, lang)))
    else:
        # Another year or municipality asks for this part of the page alone.
        _shown(figures, dataset, state)
    if not is_read_only():
        loading(dataset, figures, state)


@st.fragment
def _shown(figures: Sequence[Figure], dataset: Dataset, state: ViewState) -> None:
    if not figures:
        st.info(say("economy.none_read_only" if is_read_only() else "economy.none"))
        return
    names = municipality_names(dataset, state.lang)
    groups = grouped(figures)
    place, loaded = current_place(dataset, state), list(dict.fromkeys(code for code, _ in groups))
    code = municipality_shown(place, loaded, names, dataset, state.lang)
    if not code:
        return
    years = sorted((year for town, year in groups if town == code), reverse=True)
    if not years:
        known = say("economy.joiner").join(names[town] for town in loaded)
        st.info(plain(say("economy.none_here", place=names.get(code, code), known=known)))
        return
    year = years[0]
    if len(years) > 1:
        picked = st.segmented_control(
            say("economy.pick_year"),
            years,
            format_func=lambda one: text("economy.year", state.lang, year=one),
            key=f"{_YEAR}_{code}",
            default=year,
            required=True,
        )
        year = picked if picked in years else year
    _circle(groups[code, year], names[code], year, state.lang)


def _circle(figures: Sequence[Figure], place: str, year: int, lang: str) -> None:
    circle = circle_of(figures)
    if circle is None:
        items = say("economy.joiner").join(text(f"economy.item.{item}", lang) for item in missing(figures))
        st.info(plain(say("economy.lacks", place=place, year=year, items=items)))
    elif circle.gaps:
        lines = [say("economy.gaps", place=place, year=year, percent=f"{100 * TOLERANCE_SHARE:g}")]
        st.warning("\n\n".join(plain(line) for line in [*lines, *gap_lines(circle, lang)]))
    else:
        st.html(f'<p class="aloud" lang="{lang}">{escape(sentence(circle, place, lang))}</p>')
        mount(circle_svg(circle, place, lang), key="economy_circle")
        sources = say("economy.joiner").join(circle.sources)
        told = [say("economy.figures", year=year, sources=sources)]
        if circle.received > 0:
            told.append(say("economy.circulation", percent=f"{100 * circle.circulation:.0f}"))
        st.caption(plain(" ".join(told)))
        with st.expander(say("economy.table")):
            st.html(table_html(circle, place, lang))
        return
    with st.expander(say("economy.table_loaded")):
        st.dataframe(figures_table(figures, {figures[0].municipality: place}, lang), hide_index=True, width="stretch")


def _stored(dataset: Dataset) -> tuple[Figure, ...]:
    path = economy_path(dataset)
    try:
        found = path.stat()
    except OSError:
        return ()
    return _read(path, found.st_mtime_ns, found.st_size, dataset.content_hash(), dataset)


@st.cache_data(max_entries=4, show_spinner=False)
def _read(path: Path, written: int, size: int, version: str, _dataset: Dataset) -> tuple[Figure, ...]:
    return read_stored(_dataset)
