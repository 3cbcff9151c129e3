"""Titles of the agenda: what people typed stays as they typed it; one that was made follows the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from geo.dataset import Dataset
from geo.meeting import LONGEST_TITLE, AgendaItem, Meeting
from geo.terms import Catalogue
from layers.described import layers_of
from layers.map_view import resource_of, visible_layers
from layers.meeting.view import state_of
from layers.messages import LANGUAGES, text
from layers.place_picker import current_place
from layers.state import ViewState
from layers.stored import scenario_of


def automatic_title(kind: str, state: ViewState, dataset: Dataset, catalogue: Catalogue) -> str:
    """Return a title for a view in its own language: the place and the resource, or what is compared."""
    lang = state.lang
    if kind == "comparison" and state.scenario:
        scenario = scenario_of(state.scenario)
        if scenario is not None:
            return text("meeting.pin.compared", lang, name=scenario.name)[:LONGEST_TITLE]
    place = current_place(dataset, state).name(lang)
    if kind == "ladder":
        return text("meeting.pin.ladder", lang, place=place)[:LONGEST_TITLE]
    name = _shown_on_map(state, dataset, catalogue) if kind == "map" else ""
    if not name:
        resource = resource_of(state, catalogue)
        name = resource.name_ja if lang == "ja" else resource.name_en
    return text("meeting.pin.map", lang, place=place, name=name)[:LONGEST_TITLE]


def is_automatic(item: AgendaItem, dataset: Dataset, catalogue: Catalogue) -> bool:
    """Tell whether an item's title is the one that its view has by itself, in any language."""
    return item.title in (_own_title(item, lang, dataset, catalogue) for lang in LANGUAGES)


def shown_titles(meeting: Meeting, dataset: Dataset, catalogue: Catalogue, *, lang: str) -> Mapping[str, str]:
    """Return the items' titles for a reader of ``lang``, by the item's key.

    Raises StoreError where the scenarios cannot be read.
    """
    return {
        item.key: _own_title(item, lang, dataset, catalogue) if is_automatic(item, dataset, catalogue) else item.title
        for item in meeting.items
    }


def with_shown_titles(meeting: Meeting, dataset: Dataset, catalogue: Catalogue, *, lang: str) -> Meeting:
    """Return a meeting as a reader of ``lang`` has it; errors as for :func:`shown_titles`."""
    titles = shown_titles(meeting, dataset, catalogue, lang=lang)
    return replace(meeting, items=tuple(replace(item, title=titles[item.key]) for item in meeting.items))


def _own_title(item: AgendaItem, lang: str, dataset: Dataset, catalogue: Catalogue) -> str:
    return automatic_title(item.kind, state_of(item, area=dataset.area, lang=lang), dataset, catalogue)


def _shown_on_map(state: ViewState, dataset: Dataset, catalogue: Catalogue) -> str:
    """Return the name of the fill on top, '' where that is a resource's closing scale or there is none."""
    known = layers_of(dataset, catalogue)
    filled = [known[key] for key, _ in visible_layers(state, known) if known[key].legend]
    return filled[0].title(state.lang) if filled and filled[0].key != "closing_scale" else ""
