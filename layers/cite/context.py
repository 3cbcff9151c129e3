"""What a citation says of the view: the place, the data and its version, the threshold; sources by resource."""

from __future__ import annotations

from typing import Any

import streamlit as st

from geo.dataset import Dataset
from geo.errors import MeguriError
from geo.terms import Catalogue
from layers import session
from layers.figure_sources import figure_sources, figure_years
from layers.messages import text
from layers.place_picker import current_place
from layers.state import ViewState
from layers.stored import scenario_of
from layers.upload.dataset import catalogue_of

_WORDS = ("pattern", "plain", "years", "copy", "copy_full", "copied", "select", "close", "nothing", "walk")


def view_told(state: ViewState) -> dict[str, Any]:
    """Return what changes with the view, as plain JSON values: the place, the area, threshold, scenario, language.

    Raises
    ------
    MeguriError
        The area cannot be opened.
    """
    dataset = session.dataset(state.area)
    return {
        "lang": state.lang,
        "place": current_place(dataset, state).name(state.lang),
        "area": state.area,
        "threshold": text("cite.threshold", state.lang, percent=f"{100 * state.threshold:g}"),
        "scenario": _scenario(state) + (text("cite.assumed", state.lang) if state.factors else ""),
    }


def sources_told(areas: tuple[str, ...], lang: str) -> dict[str, Any]:
    """Return what stays: the words, and for each area its name, its data's version, years and sources by resource.

    Raises
    ------
    MeguriError
        An area cannot be opened.
    """
    words = {name: text(f"cite.{name}", lang) for name in _WORDS}
    opened = {area: session.dataset(area) for area in areas}
    told = {
        area: _area(area, dataset.content_hash(), lang, dataset, catalogue_of(dataset))
        for area, dataset in opened.items()
    }
    return {"words": words, "areas": told}


def areas_of(state: ViewState) -> tuple[str, ...]:
    """Return the areas whose figures the view shows, its own first; one that cannot be opened is left out."""
    beside = state.beside.partition("/")[0]
    if not beside or beside == state.area:
        return (state.area,)
    try:
        session.dataset(beside)
    except MeguriError:
        return (state.area,)
    return (state.area, beside)


def _scenario(state: ViewState) -> str:
    try:
        found = scenario_of(state.scenario) if state.scenario else None
    except MeguriError:
        return ""
    if found is None or found.area != state.area:
        return ""
    return text("cite.scenario", state.lang, name=found.name)


@st.cache_data(max_entries=16, show_spinner=False)
def _area(area: str, version: str, lang: str, _dataset: Dataset, _catalogue: Catalogue) -> dict[str, Any]:
    resources = {
        key: {
            "years": figure_years(resource, _dataset),
            "sources": " / ".join(dict.fromkeys(info.attribution for info in figure_sources(resource, _dataset))),
        }
        for key, resource in _catalogue.resources.items()
    }
    everything = " / ".join(dict.fromkeys(info.attribution for info in _dataset.layers))
    name = _dataset.name_ja if lang == "ja" else _dataset.name_en
    return {"name": name, "hash": version[:12], "resources": resources, "sources": everything}
