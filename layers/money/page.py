"""The parts of the Money page as they stand there: controls and downloads, ladder, figures, map, prices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.dataset import Dataset
from geo.money import per_person
from geo.terms import Catalogue
from layers import session
from layers.assumptions import Assumed
from layers.ladder_view.component import mount, mount_drawing
from layers.money.map import money_map
from layers.money.prices import price_sliders, prices_html
from layers.money.rows import Money, MoneyRow, has_changed_people, people_of, population_years, rows_of
from layers.money.table import place_csv, units_csv
from layers.money.told import (
    citation,
    data_line,
    differs_html,
    figures_html,
    has_telling_others,
    money_sentence,
)
from layers.money.view import money_ladder
from layers.outlines import outlines
from layers.place_picker import pick_on_map
from layers.scale_places import Place
from layers.sheet import changed_assumptions

_NOT_IN_NAMES = re.compile(r"[^\w-]+")


def missing_prices() -> None:
    """Say that no resource has a price, and what to do."""
    st.info(session.say("money.no_prices"))


def opening(money: Money, catalogue: Catalogue, place: Place) -> list[MoneyRow]:
    """Draw the sentence and the ladder in yen; return the place's rows, all together first."""
    lang = session.current().lang
    rows = rows_of(money, catalogue, place.code)
    words = money_sentence(rows[0], people_of(money, place.code), place, lang)
    st.html(f'<style>{_style()}</style><p class="aloud" role="status" lang="{lang}">{escape(words)}</p>')
    with st.container(gap=None):
        mount_drawing()
        mount(money_ladder(rows, lang), key="money_ladder", on_pick=_nothing_to_pick)
    return rows


def figures(
    rows: Sequence[MoneyRow], money: Money, dataset: Dataset, catalogue: Catalogue, place: Place, assumed: Assumed
) -> None:
    """Draw the place's figures in yen, per person, with their ranges and the data that they stand on."""
    lang = session.current().lang
    changed = len(changed_assumptions(catalogue, assumed.factors, lang)) + len(assumed.changes)
    st.html(
        figures_html(
            rows[0],
            people_of(money, place.code),
            place,
            lang,
            years=population_years(dataset),
            is_changed=has_changed_people(assumed),
            changed=changed,
            data=data_line(list(money.by_resource), dataset, catalogue, lang),
            has_beyond=has_telling_others(rows),
        )
    )


def map_of_municipalities(money: Money, dataset: Dataset, catalogue: Catalogue, place: Place) -> None:
    """Draw the municipalities by what each would buy from outside, per person; a click looks at one."""
    money_map(
        dataset,
        catalogue,
        per_person(money.total, money.population)["outside"],
        counted=list(money.by_resource),
        place=place,
        lang=session.current().lang,
        on_click=lambda latitude, longitude: pick_on_map(dataset, latitude, longitude),
    )
    st.caption(session.say("money.map.hint"))


def differs() -> None:
    """Say how the estimate differs from what leaks out today."""
    st.html(differs_html(session.current().lang))


def prices(catalogue: Catalogue, money: Money) -> None:
    """Draw the prices, folded: sliders to move them, and where they come from."""
    price_sliders(catalogue, list(money.by_resource))
    with st.expander(session.say("money.prices.title")):
        st.html(prices_html(catalogue, list(money.by_resource), session.current().lang))


def cite(rows: Sequence[MoneyRow], money: Money, dataset: Dataset, catalogue: Catalogue, place: Place) -> None:
    """Draw a line to cite, ready to be copied."""
    lang = session.current().lang
    people = people_of(money, place.code)
    with st.expander(session.say("money.cite.label")):
        line = citation(rows[0], people, place, dataset, catalogue, list(money.by_resource), lang)
        st.code(line, language=None, wrap_lines=True)


def downloads(
    where: DeltaGenerator,
    rows: Sequence[MoneyRow],
    money: Money,
    of_municipalities: Money,
    dataset: Dataset,
    catalogue: Catalogue,
    place: Place,
) -> None:
    """Draw the buttons for the two tables; each is made when its button is pressed."""
    lang = session.current().lang
    stem = f"meguri_{dataset.area}_{_NOT_IN_NAMES.sub('_', place.key) or 'prefecture'}_yen"

    def of_place() -> bytes:
        people = people_of(money, place.code)
        return place_csv(rows, people, place, dataset, catalogue, lang, stem=stem).data

    def of_units() -> bytes:
        names: pd.Series = outlines("municipality", dataset)[f"name_{lang}"]
        return units_csv(of_municipalities, names, dataset, catalogue, lang, stem=stem).data

    made = {"place": (of_place, f"{stem}.csv"), "units": (of_units, f"meguri_{dataset.area}_municipalities_yen.csv")}
    with where:
        for name, (table, file_name) in made.items():
            st.download_button(
                session.say(f"money.csv.{name}_button"),
                table,
                file_name=file_name,
                mime="text/csv",
                icon=":material/table:",
                on_click="ignore",
                key=f"money_csv_{name}",
            )


@lru_cache(maxsize=1)
def _style() -> str:
    return Path(__file__).with_name("page.css").read_text(encoding="utf-8")


def _nothing_to_pick(resource: str) -> None:
    """Rows of this ladder are no controls."""
