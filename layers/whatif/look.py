"""Where the page looks once something is changed: at the place and the resource that show the change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from geo.dataset import Dataset
from geo.scenario import Scenario
from geo.terms import Catalogue
from layers import session
from layers.difference import POINT_LEVELS
from layers.stored import scenario_of
from layers.whatif.actions import attempt, is_saved
from layers.whatif.sides import Side, Sides, differences_of, side_of, sides_of

# What the maps show, as the page's control has it.
VIEW = "whatif_view"
# From this share on, a supply or a demand has changed by more than rounding, also where the share covered has not.
_TELLING_AMOUNT = 0.005
_AMOUNTS = ("supply", "demand")
Found = Mapping[str, pd.DataFrame]


def save_and_look(
    scenario: Scenario,
    dataset: Dataset,
    catalogue: Catalogue,
    *,
    former: Scenario | None = None,
    where: Sequence[str] = (),
) -> None:
    """Save a scenario, then look at what the change changes most; usable as a widget's callback.

    Parameters
    ----------
    former
        The scenario before the change, None for a new one: it is looked at beside today's assumptions.
    where
        Codes of the municipalities in which alone the change holds; () is the whole area.
    """

    def act() -> None:
        before = side_of(former, session.current(), dataset, catalogue)
        if is_saved(scenario, catalogue):
            _look(before, dataset, catalogue, tuple(where) if len(where) < len(dataset.municipalities) else ())

    attempt(act)


def most_changed(found: Found, in_focus: str) -> str:
    """Return the resource that shows a change best, by key: the one in focus where it does, else the largest.

    Parameters
    ----------
    found
        Of :func:`layers.difference.differences`, by resource key.
    in_focus
        Key of the resource in focus; it stays where no other changes either.
    """
    points = {key: float(table["points"].abs().max()) for key, table in found.items()}
    amounts = {key: _amount_change(table) for key, table in found.items()}
    for sizes, least in ((points, POINT_LEVELS[0]), (amounts, _TELLING_AMOUNT)):
        told = {key: size for key, size in sizes.items() if size >= least}
        if told:
            return in_focus if in_focus in told else max(told, key=told.__getitem__)
    return in_focus


def _look(before: Side, dataset: Dataset, catalogue: Catalogue, where: tuple[str, ...]) -> None:
    state = session.current()
    saved = scenario_of(state.scenario)
    if saved is None:
        return
    sides = Sides(before, side_of(saved, state, dataset, catalogue))
    by = "municipality" if where else "prefecture"
    found = {key: differences_of(dataset, catalogue, sides, key, by=by) for key in catalogue.resources}
    if where:
        found = {key: table[table.index.isin(where)] for key, table in found.items()}
    state = session.update(resource=most_changed(found, state.resource))
    if where and (state.place_kind, state.place_code) not in {("municipality", code) for code in where}:
        session.update(place=f"municipality:{_most_changed_place(found[state.resource])}")
    shown = sides_of(session.current(), dataset, catalogue)
    if VIEW in st.session_state or shown is None:
        return
    on_map = differences_of(dataset, catalogue, shown, state.resource, by=state.by)
    if not on_map["rungs"].any() and on_map["points"].abs().ge(POINT_LEVELS[0]).any():
        # No scale moves, but shares do: two maps of the same scales would show nothing.
        st.session_state[VIEW] = "share"


def _most_changed_place(table: pd.DataFrame) -> str:
    changes = pd.DataFrame({"points": table["points"].abs().fillna(0.0).round(6), "amount": _amount_changes(table)})
    return str(changes.sort_values(["points", "amount"], ascending=False, kind="stable").index[0])


def _amount_change(table: pd.DataFrame) -> float:
    return float(_amount_changes(table).max())


def _amount_changes(table: pd.DataFrame) -> pd.Series:
    """Return by which share of what it was each unit's supply or demand changes, the larger; 1 where it was nothing."""
    shares = []
    for name in _AMOUNTS:
        before, after = table[f"{name}_before"], table[f"{name}_after"]
        moved = (after - before).abs()
        shares.append((moved / before.where(before > 0)).fillna((moved > 0).astype("float64")))
    largest: pd.Series = pd.concat(shares, axis=1).max(axis=1)
    return largest
