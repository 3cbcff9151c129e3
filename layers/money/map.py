"""The Money page's map: every municipality coloured by what would still be bought from outside, per person."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from geo.dataset import Dataset
from geo.terms import Catalogue
from layers.catalogue import classify, geometry_of, paint
from layers.closing_map import brought_outline
from layers.described import layers_of
from layers.figure_sources import figure_sources, figure_years, in_order
from layers.layer import NOT_DRAWN, Layer, LegendEntry, Painting
from layers.live import MapEvent, Scene, Shown, live_map
from layers.messages import text
from layers.money.rows import population_years
from layers.palette import NO_NEED, RAMPS
from layers.partitions import is_brought
from layers.scale_places import Place

# The map's key within the session.
MAP = "money"
BY = "municipality"
HEIGHT = "clamp(280px, min(60vh, 20vh + 25vw), 640px)"
_RAMP = RAMPS["potential"]
_LINES = ("prefecture", "municipality")
# What the classes are told in: 万円 in Japanese, thousands of yen in English.
_COUNTED_IN = {"ja": 1e4, "en": 1e3}
_NOBODY = "no_people"


def money_map(
    dataset: Dataset,
    catalogue: Catalogue,
    per_person: pd.Series,
    *,
    counted: Sequence[str],
    place: Place,
    lang: str,
    on_click: Callable[[float, float], None],
) -> None:
    """Draw the map, or recolour it in place.

    Parameters
    ----------
    per_person
        Yen per person and year by municipality, NaN where nobody lives.
    counted
        Keys of the resources that it adds up: their data's years and sources are told.
    place
        Outlined.
    on_click
        Gets latitude and longitude (degrees) of a click.
    """
    layers = layers_of(dataset, catalogue)
    fill = paint_money(money_layer(per_person, dataset, catalogue, counted), per_person)
    lines = [paint(layers[key], dataset) for key in _LINES if key in layers]
    is_unit = bool(place.key) and not is_brought(place.kind)
    scene = Scene(
        dataset,
        lang=lang,
        shown=(*(Shown(line) for line in lines), Shown(fill)),
        chosen=((geometry_of(place.kind), place.code),) if is_unit else (),
        extra=brought_outline(dataset, place.kind, place.code),
    )

    def clicked(event: MapEvent) -> None:
        on_click(event.lat, event.lon)

    live_map(scene, key=MAP, height=HEIGHT, on_click=clicked)


def money_layer(per_person: pd.Series, dataset: Dataset, catalogue: Catalogue, counted: Sequence[str]) -> Layer:
    """Return the layer: classes of a round width over the values, with unit, years and sources."""
    breaks = class_limits(per_person.dropna().to_numpy(dtype=np.float64), most=len(_RAMP))
    resources = [catalogue.resources[key] for key in counted]
    years = {year for known in resources for year in figure_years(known, dataset).split(", ") if year}
    years |= {year for year in population_years(dataset).split(", ") if year}
    sources = dict.fromkeys(info.key for known in resources for info in figure_sources(known, dataset))
    return Layer(
        key="money_outside",
        group="closing",
        kind="polygons",
        geometry=geometry_of(BY),
        title_ja=text("money.map.title", "ja"),
        title_en=text("money.map.title", "en"),
        legend=(*_classes(breaks), *([_nobody()] if per_person.isna().any() else [])),
        breaks=breaks,
        unit_ja=text("money.map.unit", "ja"),
        unit_en=text("money.map.unit", "en"),
        year=", ".join(in_order(years)),
        source_keys=tuple(sources),
        line_colour="#ffffff",
        line_width=0.6,
        is_estimate=True,
    )


def paint_money(layer: Layer, per_person: pd.Series) -> Painting:
    """Return the layer with every unit in its class; one in which nobody lives has a pattern of its own."""
    number = {entry.key: place for place, entry in enumerate(layer.legend)}
    classes = classify(layer, per_person).replace(NOT_DRAWN, number.get(_NOBODY, NOT_DRAWN))
    return Painting(layer=layer, geometry=layer.geometry, classes=classes)


def class_limits(values: np.ndarray[tuple[int], np.dtype[np.float64]], *, most: int) -> tuple[float, ...]:
    """Return limits of at most ``most`` classes, multiples of one round step (1, 2, 2.5 or 5 × a power of ten)."""
    if not values.size or values.max() <= values.min():
        return ()
    low, high = float(values.min()), float(values.max())
    size = 10.0 ** math.floor(math.log10((high - low) / most))
    for step in (factor * size for factor in (1, 2, 2.5, 5, 10, 20)):
        first, last = math.floor(low / step) + 1, math.ceil(high / step)
        if last - first + 1 <= most:
            return tuple(number * step for number in range(first, last))
    return ()


def _classes(breaks: Sequence[float]) -> list[LegendEntry]:
    if not breaks:
        return [LegendEntry("0", _RAMP[-1], text("money.map.all", "ja"), text("money.map.all", "en"))]
    places = np.linspace(0, len(_RAMP) - 1, len(breaks) + 1).round().astype(int)
    words = {lang: _labels([limit / _COUNTED_IN[lang] for limit in breaks], lang) for lang in _COUNTED_IN}
    return [
        LegendEntry(str(number), _RAMP[place], words["ja"][number], words["en"][number])
        for number, place in enumerate(places)
    ]


def _labels(limits: Sequence[float], lang: str) -> list[str]:
    shown = [f"{limit:,.10g}" for limit in limits]
    between = [f"{low}–{high}" for low, high in pairwise(shown)]
    return [text("money.map.under", lang, limit=shown[0]), *between, text("money.map.over", lang, limit=shown[-1])]


def _nobody() -> LegendEntry:
    ja, en = (text("money.map.no_people", lang) for lang in ("ja", "en"))
    return LegendEntry(_NOBODY, NO_NEED.background, ja, en, pattern=NO_NEED.name)
