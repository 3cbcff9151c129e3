"""What a scenario changes, as a list that can be moved and shortened; every move is saved and can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from geo.changes import FactorChange
from geo.dataset import Dataset
from geo.scenario import Scenario, is_of_other_data, with_factor
from geo.terms import Catalogue, Factor
from layers import session
from layers.assumption_panel import number, slider_step
from layers.assumptions import set_factor
from layers.messages import error_text
from layers.plain import plain
from layers.read_only import is_read_only
from layers.session import say
from layers.stored import changes_in_force, store
from layers.whatif.actions import moved_factors, put_in_force, save, step
from layers.whatif.add import adding
from layers.whatif.population import source_words, without_changes
from layers.whatif.words import ChangeLine, change_lines, factors_told, where_words


def editor(dataset: Dataset, catalogue: Catalogue, scenario: Scenario) -> None:
    """Draw the list of what the scenario changes, the ways to undo, and the ways to add."""
    lang = session.current().lang
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.header(say("whatif.edit.title"), anchor=False)
        if not is_read_only():
            _undo_and_redo(scenario, catalogue)
    if is_of_other_data(scenario, dataset.content_hash()):
        st.caption(say("whatif.edit.other_data"))
    _, refused = changes_in_force(scenario.key, dataset, catalogue)
    for error in refused:
        st.warning(error_text(error, lang))
    lines = change_lines(scenario, catalogue, dataset, lang)
    if is_read_only():
        st.caption(say("whatif.edit.read_only"))
        for line in lines:
            st.write(plain(line.words))
        _sources(scenario)
        return
    _sliders_elsewhere(scenario, catalogue)
    if not lines:
        st.caption(say("whatif.edit.none"))
    for line in lines:
        _line(line, scenario, catalogue, dataset)
    _sources(scenario)
    adding(dataset, catalogue, scenario)


def with_moved_factor(scenario: Scenario, catalogue: Catalogue, key: str, value: float) -> Scenario:
    """Return the scenario with a factor of the whole area moved; others of its pool give way and are listed too.

    What was listed stays listed, also at its usual value: a slider does not vanish under the finger.
    """
    settings = dict(set_factor(catalogue, scenario.factors, key, value)) | {key: value}
    listed = {name: settings.pop(name, catalogue.factors[name].central) for name, _ in scenario.factors}
    return replace(scenario, factors=tuple((listed | settings).items()))


def _line(line: ChangeLine, scenario: Scenario, catalogue: Catalogue, dataset: Dataset) -> None:
    if line.factor:
        _slider(
            catalogue.factors[line.factor],
            dict(scenario.factors)[line.factor],
            where_words((), dataset, session.current().lang),
            moved=lambda value: with_moved_factor(scenario, catalogue, line.factor, value),
            removed=lambda: with_factor(scenario, line.factor, None),
            name=line.factor,
            words=line.words,
            catalogue=catalogue,
        )
        return
    change = scenario.changes[line.places[0]]
    if isinstance(change, FactorChange) and change.factor in catalogue.factors:
        index = line.places[0]
        _slider(
            catalogue.factors[change.factor],
            change.value,
            where_words(change.municipalities, dataset, session.current().lang),
            moved=lambda value: _with_value(scenario, index, value),
            removed=lambda: without_changes(scenario, (index,)),
            name=f"{change.factor}_{index}",
            words=line.words,
            catalogue=catalogue,
        )
        return
    rest = without_changes(scenario, line.places)
    with st.container(key=f"whatif_line_{line.places[0]}"):
        told, button = st.columns([4, 1], vertical_alignment="center")
        told.markdown(plain(line.words))
        with button:
            _remove_button(f"change_{line.places[0]}", line.words, lambda: rest, catalogue)


def _slider(
    factor: Factor,
    value: float,
    where: str,
    *,
    moved: Callable[[float], Scenario],
    removed: Callable[[], Scenario],
    name: str,
    words: str,
    catalogue: Catalogue,
) -> None:
    lang = session.current().lang
    scale = 100.0 if factor.is_share else 1.0
    low, high = min(factor.low, value) * scale, max(factor.high, value) * scale
    unit = "%" if factor.is_share else (factor.unit_ja if lang == "ja" else factor.unit)
    key = f"whatif_factor_{name}"
    st.session_state[key] = float(value * scale)

    def change() -> None:
        save(moved(float(st.session_state[key]) / scale), catalogue)

    with st.container(gap=None, key=f"whatif_line_{name.replace('.', '_')}"):
        st.slider(
            f"{plain(factor.name_ja if lang == 'ja' else factor.name_en)}",
            min_value=float(low),
            max_value=float(high),
            step=slider_step(factor.low * scale, factor.high * scale),
            format=f"%.4g{' %%' if factor.is_share else ''}",
            key=key,
            help=say(
                "whatif.edit.source", source=factor.source if lang == "ja" else factor.source_en, year=factor.year
            ),
            on_change=change,
        )
        numbers = {end: number(getattr(factor, end) * scale) for end in ("low", "central", "high")}
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.caption(f"**{plain(where)}**　{say('whatif.edit.range', unit=plain(unit), **numbers)}")
            _remove_button(name, words, removed, catalogue)


def _remove_button(name: str, words: str, removed: Callable[[], Scenario], catalogue: Catalogue) -> None:
    st.button(
        say("whatif.edit.remove_short"),
        key=f"whatif_remove_{name}",
        type="tertiary",
        icon=":material/close:",
        help=plain(say("whatif.edit.remove", words=words)),
        on_click=lambda: save(removed(), catalogue),
    )


def _undo_and_redo(scenario: Scenario, catalogue: Catalogue) -> None:
    kept = store()
    with st.container(horizontal=True, width="content", gap="small"):
        for name, is_possible, icon in (
            ("undo", kept.can_undo(scenario.key), ":material/undo:"),
            ("redo", kept.can_redo(scenario.key), ":material/redo:"),
        ):
            st.button(
                say(f"whatif.edit.{name}"),
                key=f"whatif_{name}",
                icon=icon,
                type="tertiary",
                disabled=not is_possible,
                on_click=step,
                args=(name, scenario.key, catalogue),
            )


def _sliders_elsewhere(scenario: Scenario, catalogue: Catalogue) -> None:
    """Say, where it is so, that the sliders of other pages are not where the scenario put them."""
    state = session.current()
    own = dict(moved_factors(catalogue, scenario.factors))
    set_by_hand = dict(moved_factors(catalogue, state.factors))
    if own == set_by_hand:
        return
    keys = [key for key in {**own, **set_by_hand} if own.get(key) != set_by_hand.get(key)]
    names = factors_told(tuple((key, 0.0) for key in keys), catalogue, state.lang)
    st.info(say("whatif.edit.sliders_moved", names=plain(names)))
    with st.container(horizontal=True):
        st.button(
            say("whatif.edit.take_sliders"),
            key="whatif_take_sliders",
            on_click=lambda: save(replace(scenario, factors=tuple(set_by_hand.items())), catalogue),
        )
        st.button(
            say("whatif.edit.reset_sliders"),
            key="whatif_reset_sliders",
            on_click=lambda: put_in_force(scenario, catalogue),
        )


def _sources(scenario: Scenario) -> None:
    if scenario.note:
        st.caption(plain(scenario.note))
    for source in scenario.sources:
        st.caption(plain(source_words(source)))


def _with_value(scenario: Scenario, index: int, value: float) -> Scenario:
    changed = [
        replace(change, value=value) if place == index and isinstance(change, FactorChange) else change
        for place, change in enumerate(scenario.changes)
    ]
    return replace(scenario, changes=tuple(changed))
