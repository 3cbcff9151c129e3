"""The guided story of an area: one question a scene, one picture, one sentence with the dataset's own figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from geo.dataset import LOWLAND, Dataset
from geo.terms import Catalogue, Resource
from geo.unit_figures import closing_of
from layers.assessed import tables_of
from layers.assumptions import Assumed
from layers.catalogue import paint
from layers.described import closing_layer, layers_of
from layers.figure_sources import figure_sources
from layers.kiosk import maps
from layers.kiosk.easy import Words, area_name, joined, words
from layers.kiosk.figures import amounts, bar, fine, number, resource_name, share_words, sources_line
from layers.kiosk.places import sureness
from layers.ladder_rows import LadderRow, in_order, row_of
from layers.layer import Painting
from layers.messages import catalogue as messages
from layers.scale_places import places

# What the story tells of, in its order: of each group, the first resource that the area has figures for.
_TOLD = (
    ("water",),
    ("wood_heat", "timber"),
    ("household_electricity", "electricity"),
    ("vegetables", "rice"),
    ("compost",),
)
# Where none of those is in the catalogue, this many of its own.
_OTHERS = 5
# The picture of a resource that is a potential of the land and not an answer by municipality.
_POTENTIAL = {"wood_heat": "potential_wood_heat", "household_electricity": "potential_rooftop_solar"}
_NEAR = ("community", "municipality")


@dataclass(frozen=True)
class Area:
    """What the scenes are drawn from.

    Attributes
    ----------
    dataset, catalogue, assumed
        The area and what is assumed of it.
    rows
        The whole area's row of each resource, in the ladder's order.
    sure
        How sure each resource's answer for the whole area is: a word, '' where it is not judged.
    closing
        Closing scale of every municipality, by resource and code.
    """

    dataset: Dataset
    catalogue: Catalogue
    assumed: Assumed
    rows: Sequence[LadderRow]
    sure: Mapping[str, str]
    closing: Mapping[str, pd.Series]

    def row(self, resource: str) -> LadderRow:
        """Return the whole area's row of a resource."""
        return next(row for row in self.rows if row.resource == resource)


def area_of(dataset: Dataset, catalogue: Catalogue, assumed: Assumed, certain: Mapping[str, pd.DataFrame]) -> Area:
    """Return what the scenes are drawn from; ``certain`` tells how sure the prefectures' answers are."""
    by_prefecture, by_municipality = (
        tables_of(dataset, catalogue, assumed, by=by) for by in ("prefecture", "municipality")
    )
    rows, sure = [], {}
    for key, resource in catalogue.resources.items():
        table = by_prefecture(key, "central")
        whole = table if len(table) == 1 else _summed(table, dataset, resource, assumed.threshold)
        row = row_of(resource, {str(name): whole[name].iloc[0] for name in whole}, threshold=assumed.threshold)
        measured = tuple(actual for actual in assumed.actuals if actual.resource == key)
        rows.append(replace(row, measured=measured))
        sure[key] = sureness(certain[key], str(table.index[0]), row.closing) if len(table) == 1 else ""
    closing = {key: by_municipality(key, "central")["closing_scale"] for key in catalogue.resources}
    return Area(dataset, catalogue, assumed, tuple(in_order(rows)), sure, closing)


def scenes(area: Area) -> list[dict[str, Any]]:
    """Return the story's scenes as they are sent; what the area has no data for is not told."""
    return [
        *_rivers(area),
        *_people(area),
        *(_of_resource(key, area) for key in told_resources(area)),
        *_ladder(area),
        _invitation(area),
    ]


def told_resources(area: Area) -> list[str]:
    """Return the resources that have a scene of their own, in the story's order."""
    known = {row.resource for row in area.rows if row.group != "none"}
    told = [next((key for key in group if key in known), "") for group in _TOLD]
    return [key for key in told if key] or [key for key in area.catalogue.resources if key in known][:_OTHERS]


def _rivers(area: Area) -> list[dict[str, Any]]:
    dataset = area.dataset
    if "basin" not in dataset.ladder or "river_system" not in layers_of(dataset, area.catalogue):
        return []
    basins = [place for code, place in places(dataset, "basin").items() if code != LOWLAND]
    if not basins:
        return []
    cut = sum(place.is_cut for place in basins)
    name = area_name(dataset)
    told = words("kiosk.scene.rivers.sentence", area=name, count=len(basins))
    if cut:
        told = words("kiosk.scene.rivers.sentence_cut", area=name, count=len(basins), cut=cut)
    source = sources_line(info for info in dataset.layers if info.key == "basins")
    return [
        _scene(
            "rivers",
            question=words("kiosk.scene.rivers.question"),
            sentence=told,
            small=words("kiosk.fine.rivers", source=source),
            shown=maps.map_scene(dataset, [*_lines(area, "prefecture"), maps.basins_painting(dataset)]),
            legend=[maps.cut_legend()] if cut else [],
        )
    ]


def _people(area: Area) -> list[dict[str, Any]]:
    dataset = area.dataset
    layer = layers_of(dataset, area.catalogue).get("population_density")
    people = float(dataset.fragments.loc[dataset.fragments["in_area"], "population"].sum())
    if layer is None or people <= 0:
        return []
    shown = maps.map_scene(dataset, [*_lines(area, "prefecture", "municipality"), paint(layer, dataset)])
    return [
        _scene(
            "people",
            question=words("kiosk.scene.people.question"),
            sentence=words("kiosk.scene.people.sentence", area=area_name(dataset), people=number(people)),
            small=sources_line(info for info in dataset.layers if info.key in layer.source_keys),
            shown=shown,
            legend=[maps.cells_legend(layer)],
        )
    ]


def _of_resource(key: str, area: Area) -> dict[str, Any]:
    resource, row = area.catalogue.resources[key], area.row(key)
    painting, legend = _picture(resource, area)
    told_amounts = amounts(row, resource)
    told = _scene(
        key,
        resource=key,
        question=_question(resource),
        sentence=_sentence(resource, row, area),
        small=fine([told_amounts, sources_line(figure_sources(resource, area.dataset))]),
        shown=maps.map_scene(area.dataset, [*_lines(area, "prefecture", "municipality"), painting]),
        legend=[legend],
        bars=[bar(row)],
    )
    return {**told, "amounts": told_amounts.message(), "certainty": area.sure[key]}


def _ladder(area: Area) -> list[dict[str, Any]]:
    told = [row for row in area.rows if row.group != "none"]
    needed = [row for row in told if row.perspective == "demand"]
    if not needed:
        return []
    own = told_resources(area)
    # In the sentence those that had a scene; all of them in the picture.
    listed = [row for key in own for row in needed if row.resource == key] or needed[:_OTHERS]
    items = [
        words(
            "kiosk.scene.ladder.item",
            name=resource_name(area.catalogue.resources[row.resource]).spoken,
            share=share_words(row.covered),
        )
        for row in listed
    ]
    infos = [info for row in told for info in figure_sources(area.catalogue.resources[row.resource], area.dataset)]
    return [
        _scene(
            "ladder",
            picture="bars",
            question=words("kiosk.scene.ladder.question"),
            sentence=words(
                "kiosk.scene.ladder.sentence",
                area=area_name(area.dataset),
                list=joined(items, words("kiosk.between.items")),
            ),
            small=fine([words("kiosk.fine.story"), sources_line(infos)]),
            shown=maps.map_scene(area.dataset, _lines(area, "prefecture", "municipality")),
            bars=[bar(row) for row in told],
        )
    ]


def _invitation(area: Area) -> dict[str, Any]:
    return _scene(
        "invite",
        picture="invite",
        question=words("kiosk.scene.invite.question"),
        sentence=words("kiosk.scene.invite.sentence", count=len(area.dataset.municipalities)),
        small=words("kiosk.fine.story"),
        shown=maps.map_scene(area.dataset, _lines(area, "prefecture", "municipality")),
    )


def _question(resource: Resource) -> Words:
    key = f"kiosk.scene.{resource.key}.question"
    if key in messages():
        return words(key)
    return words(f"kiosk.scene.any.question_{resource.perspective}", name=resource_name(resource))


def _sentence(resource: Resource, row: LadderRow, area: Area) -> Words:
    name, share = area_name(area.dataset), share_words(row.covered)
    key = f"kiosk.scene.{resource.key}.sentence"
    if key in messages():
        return words(key, area=name, share=share)
    closing = area.closing[resource.key]
    return words(
        f"kiosk.scene.any.sentence_{resource.perspective}",
        area=name,
        share=share,
        name=resource_name(resource).spoken,
        near=int(closing.isin(_NEAR).sum()),
        total=len(closing),
    )


def _picture(resource: Resource, area: Area) -> tuple[Painting, dict[str, Any]]:
    """Return what fills the map, and its legend: a potential of the land where there is one, else the answers."""
    layers = layers_of(area.dataset, area.catalogue)
    potential = layers.get(_POTENTIAL.get(resource.key, ""))
    if potential is not None and potential.breaks:
        return paint(potential, area.dataset), maps.cells_legend(potential)
    layer = closing_layer(layers["closing_scale"], resource, area.dataset)
    painting = maps.closing_painting(layer, area.dataset, area.closing[resource.key])
    return painting, maps.closing_legend(painting, resource)


def _lines(area: Area, *keys: str) -> list[Painting]:
    layers = layers_of(area.dataset, area.catalogue)
    return [paint(layers[key], area.dataset) for key in keys if key in layers]


def _scene(
    key: str,
    *,
    question: Words,
    sentence: Words,
    small: Words,
    shown: dict[str, Any],
    resource: str | None = None,
    picture: str = "map",
    legend: Sequence[dict[str, Any]] = (),
    bars: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    return {
        "key": key,
        "resource": resource,
        "question": question.message(),
        "sentence": sentence.message(),
        "fine": small.message(),
        "picture": picture,
        "map": shown,
        "legend": list(legend),
        "bars": list(bars),
    }


def _summed(table: pd.DataFrame, dataset: Dataset, resource: Resource, threshold: float) -> pd.DataFrame:
    """Return several prefectures as one unit: amounts summed, unknown by area, the closing scale named anew."""
    inside = dataset.fragments[dataset.fragments["in_area"]]
    area_km2 = inside.groupby("prefecture_code")["area_km2"].sum().reindex(table.index, fill_value=0.0)
    whole = table.select_dtypes("number").sum().to_frame().T
    unknown = float((table["unknown_share"] * area_km2).sum() / area_km2.sum()) if area_km2.sum() > 0 else 0.0
    demand = float(whole["demand"].iloc[0])
    sufficiency = float(whole["supply"].iloc[0]) / demand if demand > 0 else np.nan
    whole = whole.assign(unknown_share=unknown, self_sufficiency=sufficiency)
    return whole.assign(closing_scale=closing_of(whole, resource, threshold=threshold))
