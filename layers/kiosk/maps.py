"""The kiosk's maps: one picture a scene, its legend apart so that the kiosk can write it large and with readings."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pandas as pd
from shapely import STRtree

from geo.dataset import LOWLAND, Dataset
from geo.terms import Resource
from layers.catalogue import paint
from layers.kiosk.easy import Words, named, read, words
from layers.kiosk.figures import resource_name
from layers.layer import NOT_DRAWN, Layer, LegendEntry, Painting
from layers.live.scene import Scene, Shown, scene_message
from layers.messages import LANGUAGES
from layers.messages import catalogue as messages
from layers.outlines import outlines
from layers.palette import PATTERNS, RAMPS, RIVER, css_background

# What of a map layer's message is words.
_LAYER_WORDS = ("names", "title", "unit")
# What of a scene's message is words, besides those of its layers. "words" are those of every map and sent once.
_SCENE_WORDS = ("lang", "sources")
_CELLS_UNIT = "/年"
# Four tints tell neighbours apart on nearly every map (a fifth is there in case); pale, for none stands for an amount.
_TINTS = (
    RAMPS["precipitation"][1],
    RAMPS["forest"][1],
    RAMPS["precipitation"][2],
    RAMPS["farmland"][1],
    RAMPS["population"][1],
)


def map_scene(dataset: Dataset, shown: Sequence[Painting]) -> dict[str, Any]:
    """Return a picture of paintings, top first, as it is sent: ``same``, and what differs in ``ja`` and ``en``."""
    west, south, east, north = (float(edge) for edge in dataset.municipalities.total_bounds)
    told = {}
    for lang in LANGUAGES:
        scene = Scene(
            dataset,
            lang=lang,
            shown=tuple(Shown(painting) for painting in shown),
            with_legend=False,
            fit=(f"area={dataset.area}", (south, west, north, east)),
        )
        told[lang] = scene_message(scene, height="")
    one = told["ja"]
    same = {name: value for name, value in one.items() if name not in (*_SCENE_WORDS, "words", "layers")}
    same["layers"] = [{name: layer[name] for name in layer if name not in _LAYER_WORDS} for layer in one["layers"]]
    own = {
        lang: {name: message[name] for name in _SCENE_WORDS}
        | {"layers": [{name: layer[name] for name in _LAYER_WORDS} for layer in message["layers"]]}
        for lang, message in told.items()
    }
    return {"same": same, **own}


def map_words(dataset: Dataset) -> dict[str, Any]:
    """Return the words of every map (what its buttons and aids say): 'ja' and 'en'."""
    return {lang: scene_message(Scene(dataset, lang=lang), height="")["words"] for lang in LANGUAGES}


def basins_painting(dataset: Dataset) -> Painting:
    """Return the river systems in tints that differ between neighbours; the lowland is no basin and stays blank."""
    systems = outlines("river_system", dataset).drop(LOWLAND, errors="ignore").sort_index()
    near = STRtree(systems.geometry).query(systems.geometry, predicate="intersects")
    tints: list[int] = []
    for place in range(len(systems)):
        taken = {tints[int(other)] for one, other in near.T if one == place and other < place}
        tints.append(next((tint for tint in range(len(_TINTS)) if tint not in taken), place % len(_TINTS)))
    layer = Layer(
        key="kiosk_basins",
        group="water",
        kind="polygons",
        geometry="river_system",
        title_ja=words("kiosk.rung.basin").ja,
        title_en=words("kiosk.rung.basin").en,
        legend=tuple(LegendEntry(str(tint), colour, "", "") for tint, colour in enumerate(_TINTS)),
        source_keys=("basins",),
        line_colour=RIVER,
        line_width=1.9,
    )
    classes = pd.Series(tints, index=systems.index, dtype="int16")
    return Painting(layer=layer, geometry="river_system", classes=classes)


def closing_painting(layer: Layer, dataset: Dataset, closing: pd.Series) -> Painting:
    """Return the municipalities by closing scale (``closing`` by code), in a resource's own layer."""
    return paint(layer, dataset, closing=closing, by="municipality")


def closing_legend(painting: Painting, resource: Resource) -> dict[str, Any]:
    """Return the legend of a closing map as it is sent: the ladder's steps, and the states that occur."""
    present = set(painting.classes.to_numpy()) - {NOT_DRAWN}
    entries = [
        _entry(entry, words(_within_key(entry.key, resource)))
        for number, entry in enumerate(painting.layer.legend)
        if not entry.pattern or number in present
    ]
    title = words(f"kiosk.legend.within.{resource.perspective}.title", name=resource_name(resource))
    note = words("kiosk.legend.estimates", year=_year(painting.layer))
    return {"title": title.message(), "note": note.message(), "entries": entries}


def cells_legend(layer: Layer) -> dict[str, Any]:
    """Return the legend of the mesh as it is sent: classes between the layer's breaks, with their unit."""
    limits = [f"{limit:,.10g}" for limit in layer.breaks]
    labels = [words("kiosk.legend.under", limit=limits[0])]
    labels += [words("kiosk.legend.between", low=low, high=high) for low, high in pairwise(limits)]
    labels.append(words("kiosk.legend.over", limit=limits[-1]))
    if layer.key == "population_density":
        unit, note = words("kiosk.legend.people"), words("kiosk.legend.counted", year=_year(layer))
    else:
        ja = layer.unit_ja.partition(_CELLS_UNIT)[0] + _CELLS_UNIT
        unit = Words(ja, layer.unit_en.partition(" per ")[0], read(ja))
        note = words("kiosk.legend.per_cell", year=_year(layer))
    key = f"kiosk.legend.title.{layer.key}"
    title = words(key) if key in messages() else named(layer.title_ja, layer.title_en)
    entries = [_entry(entry, label) for entry, label in zip(layer.legend, labels, strict=True)]
    whole = words("kiosk.legend.with_unit", title=title, unit=unit)
    return {"title": whole.message(), "note": note.message(), "entries": entries}


def cut_legend() -> dict[str, Any]:
    """Return what a dashed outline says, as it is sent."""
    dashes = f"repeating-linear-gradient(90deg, {RIVER} 0 7px, transparent 7px 12px)"
    entry = {"background": dashes, "label": words("kiosk.scene.rivers.cut").message(), "is_line": True}
    return {"title": words("kiosk.rung.basin").message(), "note": "", "entries": [entry]}


def _within_key(scale: str, resource: Resource) -> str:
    """Return where an entry's words are: the legend's title says what holds there, so that a rung is its name alone."""
    if scale.startswith("no_"):
        return f"kiosk.closing.none.{scale}"
    return f"kiosk.legend.within.{resource.perspective}.outside" if scale == "outside" else f"kiosk.rung.{scale}"


def _entry(entry: LegendEntry, label: Words) -> dict[str, Any]:
    background = css_background(PATTERNS[entry.pattern]) if entry.pattern else entry.fill
    return {"background": background, "label": label.message(), "is_line": False}


def _year(layer: Layer) -> Words:
    years = layer.year.replace(", ", "・")
    return Words(years, layer.year, years)
