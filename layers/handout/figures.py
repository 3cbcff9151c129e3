"""What stands on an item's page: the figures of its view, computed anew, and what of the view is no longer there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from geo.dataset import Dataset
from geo.errors import MeguriError
from geo.meeting import AgendaItem
from geo.scenario import Scenario
from geo.terms import Catalogue, Resource
from layers.actuals.used import with_measured
from layers.actuals.words import measured_sources
from layers.area_missing import has_partition, rung_notes
from layers.assessed import tables_of, usable
from layers.assumed import assumed_of
from layers.certainty import with_certainty
from layers.difference import Change
from layers.exports import SourceLine, source_lines
from layers.figure_sources import figure_sources, figure_years
from layers.ladder_rows import LadderRow, ladder_rows, row_of
from layers.map_view import looked_at, resource_of, units_at
from layers.meeting.view import state_of
from layers.messages import error_text, text
from layers.place_picker import all_places, current_place
from layers.scale_places import Place
from layers.sentences import notes, sentence
from layers.sheet import ChangedAssumption, changed_assumptions
from layers.state import ViewState
from layers.stored import scenario_of
from layers.whatif.sides import Side, Sides, sides_of
from layers.whatif.words import change_lines, opening_sentence, outcomes_of

# What every map's frame and lines stand on.
_GROUND = {"basins", "municipalities", "landcover"}


@dataclass(frozen=True)
class Compared:
    """A comparison: both sides, the place's rows on each by resource key, and each resource's change."""

    sides: Sides
    before: Mapping[str, LadderRow]
    after: Mapping[str, LadderRow]
    outcomes: Mapping[str, Change]


@dataclass(frozen=True)
class Assumption:
    """A scenario that a page's figures stand on: what it is called, and what it changes, a line each."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Figures:
    """What an item shows, under its view, in one language.

    Attributes
    ----------
    item, state
        The item, and its view with what is no longer there left out.
    kind
        'map', 'ladder' or 'comparison'; a comparison without its scenario is a 'ladder'.
    place, resource
        What is looked at.
    rows
        The place's ladder, in its order.
    sentence
        To be read aloud.
    said
        Sentences under the ladder.
    compared
        The two sides of a comparison, None for the other kinds.
    changed
        Sliders that differ from the standard values.
    scenarios
        The saved scenarios in force and what they change.
    sources, years
        The data of the resource in focus and of the map: attribution lines, and their years.
    told
        What the view asks for and is not there, in words.
    """

    item: AgendaItem
    state: ViewState
    kind: str
    place: Place
    resource: Resource
    rows: tuple[LadderRow, ...]
    sentence: str
    said: tuple[str, ...]
    compared: Compared | None
    changed: tuple[ChangedAssumption, ...]
    scenarios: tuple[Assumption, ...]
    sources: tuple[SourceLine, ...]
    years: str
    told: tuple[str, ...]


def figures_of(item: AgendaItem, dataset: Dataset, catalogue: Catalogue, *, lang: str) -> Figures:
    """Return what the item's page says; a scenario, place or resource that is gone is told and left out."""
    asked = state_of(item, area=dataset.area, lang=lang)
    state, told = _checked(asked, dataset, catalogue)
    place = _place(state, item.kind, dataset)
    if asked.place and state.place_kind and place.key != state.place and item.kind != "map":
        told.append(text("handout.gone.place", lang, place=place.name(lang)))
    resource = resource_of(state, catalogue)
    sides = sides_of(state, dataset, catalogue) if item.kind == "comparison" else None
    if item.kind == "comparison" and sides is None:
        told.append(text("handout.gone.comparison", lang))
    scenarios: tuple[Assumption, ...]
    if sides is not None:
        compared = _compared(sides, dataset, catalogue, place)
        rows = tuple(compared.after.values())
        words = _opening(compared, dataset, catalogue, resource, place, lang)
        changed: tuple[ChangedAssumption, ...] = ()
        scenarios = tuple(
            Assumption(f"{letter}　{side.name(lang)}", _lines(side.scenario, dataset, catalogue, lang))
            for letter, side in (("A", sides.before), ("B", sides.after))
        )
    else:
        compared = None
        rows = tuple(_rows(state, dataset, catalogue, place))
        words = sentence(rows, place, lang, focus=resource.key)
        changed = changed_assumptions(catalogue, state.factors, lang)
        found = scenario_of(state.scenario) if state.scenario else None
        lines = _lines(replace(found, factors=()), dataset, catalogue, lang) if found else ()
        scenarios = (Assumption(found.name, lines),) if found else ()
    keys = {info.key for known in catalogue.resources.values() for info in figure_sources(known, dataset)}
    said = [*notes(rows, place, lang, communities=dataset.community_kind(lang)), *rung_notes(dataset, lang)]
    return Figures(
        item=item,
        state=state,
        kind="ladder" if item.kind == "comparison" and compared is None else item.kind,
        place=place,
        resource=resource,
        rows=rows,
        sentence=words,
        said=tuple(said),
        compared=compared,
        changed=changed,
        scenarios=scenarios,
        sources=(*source_lines(dataset, keys | _GROUND, lang), *measured_sources(rows, lang)),
        years=figure_years(resource, dataset),
        told=tuple(told),
    )


def _checked(state: ViewState, dataset: Dataset, catalogue: Catalogue) -> tuple[ViewState, list[str]]:
    """Return the view without what is not there, and words for what was left out."""
    lang, told = state.lang, []
    if state.resource not in catalogue.resources:
        told.append(text("handout.gone.resource", lang, name=state.resource))
        state = replace(state, resource=next(iter(catalogue.resources)))
    if not has_partition(state.by, dataset):
        told.append(text("handout.gone.by", lang))
        state = replace(state, by="municipality")
    kept, refused = usable(catalogue, state.factors)
    if refused:
        told.append(text("handout.gone.factors", lang, count=len(refused)))
    state = replace(state, factors=kept)
    if words := _scenario_problem(state.scenario, dataset, lang):
        told.append(words)
        state = replace(state, scenario="")
    if words := _scenario_problem(state.against, dataset, lang):
        told.append(words)
        state = replace(state, against="")
    return state, told


def _scenario_problem(key: str, dataset: Dataset, lang: str) -> str:
    """Say why a saved scenario cannot be shown here, '' where it can or none is asked for."""
    if not key:
        return ""
    try:
        found = scenario_of(key)
    except MeguriError as error:
        return error_text(error, lang)
    if found is None:
        return text("handout.gone.scenario", lang)
    return "" if found.area == dataset.area else text("handout.gone.scenario_area", lang, name=found.name)


def _place(state: ViewState, kind: str, dataset: Dataset) -> Place:
    """Return what the view looks at: on a map also the unit at its point."""
    if kind == "map":
        units = units_at(state, dataset)
        if found := looked_at(state, units):
            return all_places(dataset, found)[units[found]]
    return current_place(dataset, state)


def _rows(state: ViewState, dataset: Dataset, catalogue: Catalogue, place: Place) -> Sequence[LadderRow]:
    assumed = assumed_of(state, dataset, catalogue)
    tables = tables_of(dataset, catalogue, assumed, by=place.kind)
    rows = ladder_rows(catalogue.resources, tables, code=place.code, threshold=state.threshold)
    rows = with_measured(rows, state, dataset, catalogue, kind=place.kind, code=place.code)
    return with_certainty(rows, dataset, catalogue, assumed, kind=place.kind, code=place.code)


def _compared(sides: Sides, dataset: Dataset, catalogue: Catalogue, place: Place) -> Compared:
    def rows(side: Side) -> dict[str, LadderRow]:
        tables = side.tables(dataset, catalogue, place.kind)
        found = {}
        for key, resource in catalogue.resources.items():
            unit = {str(name): value for name, value in tables(key, "central").loc[place.code].items()}
            found[key] = row_of(resource, unit, threshold=side.assumed.threshold)
        return found

    before, after = rows(sides.before), rows(sides.after)
    return Compared(sides, before, after, outcomes_of(before, after))


def _opening(
    compared: Compared, dataset: Dataset, catalogue: Catalogue, resource: Resource, place: Place, lang: str
) -> str:
    scenario, base = compared.sides.after.scenario, compared.sides.before.scenario
    if scenario is None:
        return ""
    rows = (compared.before[resource.key], compared.after[resource.key])
    lines = change_lines(scenario, catalogue, dataset, lang)
    return opening_sentence(scenario, base.name if base else "", lines, rows, place, compared.outcomes, lang)


def _lines(scenario: Scenario | None, dataset: Dataset, catalogue: Catalogue, lang: str) -> tuple[str, ...]:
    if scenario is None:
        return ()
    return tuple(line.words for line in change_lines(scenario, catalogue, dataset, lang))
