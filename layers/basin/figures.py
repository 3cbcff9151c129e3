"""All figures of one basin for one view: what the page shows and what its table takes away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from geo.basin_profile import BasinProfile
from geo.dataset import Dataset
from geo.terms import Catalogue, Resource
from layers.actuals.used import with_measured
from layers.assessed import tables_of
from layers.assumptions import Assumed
from layers.basin.compare import Compared, compared
from layers.basin.view import Exchange, parts_of, potential_of, profile_of
from layers.certainty import with_certainty
from layers.ladder_rows import LadderRow, ladder_rows
from layers.scale_places import Place
from layers.state import ViewState


@dataclass(frozen=True, eq=False)
class Figures:
    """One basin, its resource in focus, and what is told of them.

    Attributes
    ----------
    profile
        Land and people.
    rows
        Its ladder, every resource.
    parts
        What its parts could give each other of the resource; None where the ladder has no basin rung.
    exchange
        What it exchanges with other basins; None for what is not hauled.
    potential
        What the supply terms of every resource amount to.
    compared
        All basins by the resource, and the lowland.
    """

    basin: Place
    resource: Resource
    profile: BasinProfile
    rows: Sequence[LadderRow]
    parts: pd.DataFrame | None
    exchange: Exchange | None
    potential: pd.DataFrame
    compared: Sequence[Compared]

    @property
    def row(self) -> LadderRow:
        """The ladder's row of the resource in focus."""
        return next(row for row in self.rows if row.resource == self.resource.key)


def figures_of(
    state: ViewState,
    dataset: Dataset,
    catalogue: Catalogue,
    assumed: Assumed,
    basin: Place,
    places: Mapping[str, Place],
    exchange: Exchange | None,
) -> Figures:
    """Return a basin's figures under a view's assumptions; ``places`` are all basins and the lowland, by land."""
    resource, code = catalogue.resources[state.resource], basin.code
    tables = tables_of(dataset, catalogue, assumed, by="basin")
    rows = ladder_rows(catalogue.resources, tables, code=code, threshold=state.threshold)
    rows = with_measured(rows, state, dataset, catalogue, kind="basin", code=code)
    return Figures(
        basin=basin,
        resource=resource,
        profile=profile_of(dataset, code),
        rows=with_certainty(rows, dataset, catalogue, assumed, kind="basin", code=code),
        parts=parts_of(dataset, catalogue, assumed, state.resource, code),
        exchange=exchange,
        potential=potential_of(dataset, catalogue, assumed, code),
        compared=compared(tables(state.resource, "central"), resource, places, state.threshold),
    )
