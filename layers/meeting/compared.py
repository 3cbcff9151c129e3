"""What the two maps of a comparison show, on the stage and in the hand-out: paper shows what the wall did."""

from __future__ import annotations

from collections.abc import Callable

from geo.dataset import Dataset
from geo.terms import Catalogue, Resource
from layers.described import closing_layer, layers_of
from layers.difference import POINT_LEVELS, paint_share, share_layer
from layers.layer import Painting
from layers.whatif.sides import Side, Sides, differences_of


def share_painter(
    dataset: Dataset, catalogue: Catalogue, resource: Resource, sides: Sides, by: str
) -> Callable[[Side], Painting] | None:
    """Return what paints a side's shares covered; None where the maps show closing scales.

    Shares are shown where they change and no scale does: two maps of the same scales would show nothing.
    """
    found = differences_of(dataset, catalogue, sides, resource.key, by=by)
    if (found["rungs"].fillna(0) != 0).any() or not (found["points"].abs() >= POINT_LEVELS[0]).any():
        return None
    layer = share_layer(closing_layer(layers_of(dataset, catalogue)["closing_scale"], resource, dataset), resource)
    return lambda side: paint_share(
        layer, dataset, side.tables(dataset, catalogue, by)(resource.key, "central"), resource, by=by
    )
