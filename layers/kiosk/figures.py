"""A resource's figures as the kiosk tells them: the bar's steps, what is said of it, amounts and sources."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from geo.actuals import Actual
from geo.dataset import MESH_COMMUNITIES, Dataset
from geo.layer_info import LayerInfo
from geo.terms import Catalogue, Resource
from layers.data_tables import dated
from layers.figure_sources import figure_sources
from layers.kiosk.easy import Words, joined, named, read, words
from layers.ladder_rows import SCALES, TELLING_SHARE, LadderRow
from layers.ladder_view.words import parts, percent
from layers.messages import catalogue as messages
from layers.palette import SCALE_COLOURS, TIME_MISMATCH, fill_css, text_on
from layers.resource_detail import amount

# What the browser may draw beside a resource's name, any other is 'other'; in the order in which the kiosk asks.
ICONS = {
    "water": "water",
    "wood_heat": "heat",
    "household_electricity": "power",
    "vegetables": "vegetables",
    "rice": "rice",
    "compost": "compost",
    "timber": "wood",
    "electricity": "power",
}
_ONE = 1 - TELLING_SHARE
_ROUNDED = 4
_MEASURED_AT_MOST = 3


def rungs(dataset: Dataset) -> list[dict[str, Any]]:
    """Return the ladder's rungs that the area has, then the time mismatch, then the outside, as they are sent."""
    keys = [scale for scale in SCALES if scale in dataset.ladder]
    return [
        {
            "key": key,
            "name": words(f"kiosk.rung.{key}").message(),
            "background": fill_css(key),
            "ink": text_on(TIME_MISMATCH.background if key == TIME_MISMATCH.name else SCALE_COLOURS[key]),
            "about": _about(key, dataset).message(),
            "step": {side: words(f"kiosk.step.{side}.{key}").message() for side in ("demand", "supply")},
            "option": {}
            if key == TIME_MISMATCH.name
            else {side: words(f"kiosk.closing.{side}.{key}").message() for side in ("demand", "supply")},
        }
        for key in (*keys, TIME_MISMATCH.name, "outside")
    ]


def resources(dataset: Dataset, catalogue: Catalogue) -> dict[str, Any]:
    """Return every resource's name, description and sources, by key, as they are sent."""
    return {
        key: {
            "name": resource_name(resource).message(),
            "about": resource_about(resource).message(),
            "perspective": resource.perspective,
            "icon": ICONS.get(key, "other"),
            "fine": sources_line(figure_sources(resource, dataset)).message(),
        }
        for key, resource in catalogue.resources.items()
    }


def resource_name(resource: Resource) -> Words:
    """Return a resource's name; one that the kiosk has no words for keeps the catalogue's."""
    return _own_words(resource, "name") or named(resource.name_ja, resource.name_en)


def resource_about(resource: Resource) -> Words:
    """Return one line on what is counted of a resource."""
    return _own_words(resource, "about") or named(resource.description_ja, resource.description_en)


def bar(row: LadderRow) -> dict[str, Any]:
    """Return a row as the bar that fills up step by step: ``resource``, ``steps``, ``closing``, ``said``."""
    return {"resource": row.resource, "steps": steps(row), "closing": row.closing, "said": said(row).message()}


def steps(row: LadderRow) -> list[dict[str, Any]]:
    """Return the bar's steps, smallest scale first; [] where no scale is named.

    ``share`` 0..1, and in percent as text: ``own``, the same share, and ``upto``, what is covered up to this rung, of
    the last two their own share.
    """
    if row.group == "none":
        return []
    upto = dict(row.cumulative)
    told = [(key, share) for key, share in parts(row) if key in upto or share >= TELLING_SHARE]
    return [
        {"rung": key, "share": round(share, _ROUNDED), "own": percent(share), "upto": percent(upto.get(key, share))}
        for key, share in told
    ]


def said(row: LadderRow) -> Words:
    """Return in a few words at which scale a row closes, or what share the prefecture covers."""
    if row.closing in SCALES:
        return words(f"kiosk.closing.{row.perspective}.{row.closing}")
    if row.group == "none":
        return words(f"kiosk.closing.none.{row.closing}")
    return words("kiosk.closing.share", share=share_words(row.covered))


def share_words(share: float) -> Words:
    """Return a share 0..1 as it is read aloud."""
    if 0 < share < TELLING_SHARE:
        return words("kiosk.share.under")
    if _ONE < share < 1 - 1e-9:
        return words("kiosk.share.nearly")
    return words("kiosk.share.of", percent=percent(share))


def amounts(row: LadderRow, resource: Resource) -> Words:
    """Return a row's annual amounts with their unit, that they are estimates, and what is unknown or measured."""
    if row.closing == "no_data":
        return words("kiosk.amount.no_data")
    demand, supply = (_amount(value, resource) for value in (row.demand, row.supply))
    told = [words(f"kiosk.amount.{row.perspective}", demand=demand, supply=supply)]
    if row.unknown >= TELLING_SHARE:
        told.append(words("kiosk.amount.unknown", percent=percent(row.unknown)))
    if row.measured:
        told.append(words("kiosk.amount.measured", sources=_measured(row.measured)))
    return joined(told, words("kiosk.between.remarks"))


def sources_line(infos: Iterable[LayerInfo]) -> Words:
    """Return the sources with their years, as the small line has them."""
    found = {info.key: info for info in infos}
    # The mesh of the population holds earlier counts too; the figures use the one fitted to the census.
    told = {_source(info): None for key, info in found.items() if not (key == "population" and "census" in found)}
    return words("kiosk.fine.sources", sources=joined(told, words("kiosk.between.items")))


def number(value: float) -> Words:
    """Return a count with three significant digits: '924万', '9.24 million'."""
    ja = amount(value, "", "ja").strip()
    return Words(ja, amount(value, "", "en").strip(), read(ja))


def fine(told: Iterable[Words]) -> Words:
    """Return remarks as one small line."""
    return joined(told, words("kiosk.between.remarks"))


def _about(key: str, dataset: Dataset) -> Words:
    if key != "community" or dataset.community_kind("ja") in ("", MESH_COMMUNITIES["ja"]):
        return words(f"kiosk.about.{key}")
    kind = named(dataset.community_kind("ja"), dataset.community_kind("en"))
    return words("kiosk.about.community_of", kind=kind)


def _own_words(resource: Resource, what: str) -> Words | None:
    key = f"kiosk.resource.{resource.key}.{what}"
    return words(key) if key in messages() else None


def _amount(value: float, resource: Resource) -> Words:
    ja, en = amount(value, resource.unit_ja, "ja"), amount(value, resource.unit, "en")
    return Words(ja, en, read(ja))


def _measured(actuals: Iterable[Actual]) -> Words:
    """Return where measured values come from, with their years; of many, the first few."""
    told = dict.fromkeys((actual.source, actual.year) for actual in sorted(actuals))
    named_sources = [
        words("kiosk.fine.title", title=named(source, source), year=Words(f"{year}年", str(year), read(f"{year}年")))
        for source, year in told
    ]
    few = named_sources[:_MEASURED_AT_MOST]
    more = [Words("…", "…", "…")] if len(named_sources) > len(few) else []
    return joined([*few, *more], words("kiosk.between.items"))


def _source(info: LayerInfo) -> Words:
    """Return a source with its years; one that the kiosk has no words for keeps its own title."""
    key = f"kiosk.source.{info.key}"
    if key not in messages():
        ja, en = dated(info.title_ja, info.year, "ja"), dated(info.title_en, info.year, "en")
        return named(ja, en)
    if not info.year:
        return words(key)
    years = info.year.replace("-", "–")
    year = years.replace(", ", "・")
    return words("kiosk.fine.title", title=words(key), year=Words(f"{year}年", years, read(f"{year}年")))
