"""What a view assumes, gathered from its state: sliders, measured values, and the scenario in force."""

from __future__ import annotations

from geo.dataset import Dataset
from geo.terms import Catalogue
from layers.actuals.used import actuals_in_use
from layers.assessed import usable
from layers.assumptions import Assumed
from layers.state import ViewState
from layers.stored import changes_in_force

__all__ = ["Assumed", "assumed_of"]


def assumed_of(state: ViewState, dataset: Dataset, catalogue: Catalogue) -> Assumed:
    """Return what the view assumes; what the catalogue or the area does not know is left out."""
    factors, _ = usable(catalogue, state.factors)
    changes, _ = changes_in_force(state.scenario, dataset, catalogue)
    return Assumed(
        factors=factors,
        threshold=state.threshold,
        actuals=actuals_in_use(state, dataset, catalogue),
        changes=changes,
    )
