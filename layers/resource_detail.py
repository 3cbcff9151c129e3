"""The resource in focus in figures: supply, need, who could cover it, with unit, data years and caveats."""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape

from geo.dataset import Dataset
from geo.terms import Reach, Resource
from layers.ladder_rows import LadderRow
from layers.ladder_view.words import certainty_range, percent, verdict
from layers.messages import text

# Units of counting, largest first: 億 and 万, billion and million.
_SIZES = {"ja": (100_000_000, 10_000), "en": (1_000_000_000, 1_000_000)}


def detail_html(row: LadderRow, resource: Resource, dataset: Dataset, lang: str, *, is_cut: bool = False) -> str:
    """Return the block as markup (styles are in theme.css, class ``detail``); every text is escaped."""
    description = resource.description_ja if lang == "ja" else resource.description_en
    caveats = resource.caveats_ja if lang == "ja" else resource.caveats_en
    said, hangs_on = verdict(row, lang, is_cut=is_cut), certainty_range(row, lang)
    if hangs_on:
        said = text("scale.detail.said", lang, verdict=said, range=hangs_on)
    figures = "".join(
        f"<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>" for label, value in _figures(row, resource, lang)
    )
    notes = [text("scale.detail.note", lang), _data_line(resource, dataset, lang), _reach(resource.reach, lang)]
    lines = "".join(f"<p>{escape(note)}</p>" for note in notes if note)
    warnings = "".join(f"<li>{escape(caveat)}</li>" for caveat in caveats)
    heading = escape(text("scale.detail.caveats", lang))
    folded = f"<details><summary>{heading}</summary><ul>{warnings}</ul></details>" if caveats else ""
    return (
        f'<section class="detail" lang="{lang}"><h3>{escape(row.name(lang))}<span>{escape(said)}</span></h3>'
        f'<p class="about">{escape(description)}</p><dl>{figures}</dl><div class="fine">{lines}</div>{folded}</section>'
    )


def amount(value: float, unit: str, lang: str) -> str:
    """Write an estimate with three significant digits and its unit as it is read aloud: '4,640万 m³'."""
    if value == 0:
        return f"0 {unit}"
    # Rounded first, so that 99,999 is counted as 100,000.
    rounded = float(f"{value:.3g}")
    size = next((size for size in _SIZES[lang] if abs(rounded) >= size), 1)
    number = f"{rounded / size:,.{max(0, 2 - math.floor(math.log10(abs(rounded / size))))}f}"
    counted = text(f"scale.amount.{size}", lang, number=number) if size > 1 else number
    return f"{counted} {unit}"


def data_layers(resource: Resource, dataset: Dataset) -> list[str]:
    """Return the keys of the dataset's layers that a resource's amounts are computed from, in its order."""
    used = {name for term in (*resource.supply, *resource.demand) for name in term.indicators}
    return [info.key for info in dataset.layers if used & set(info.columns)]


def _figures(row: LadderRow, resource: Resource, lang: str) -> Iterable[tuple[str, str]]:
    unit = resource.unit_ja if lang == "ja" else resource.unit
    is_demand = row.perspective == "demand"

    def told(key: str, value: float) -> tuple[str, str]:
        return text(f"scale.detail.{key}", lang), _per_year(value, unit, lang)

    yield told("supply" if is_demand else "supply_waste", row.supply)
    yield told("demand" if is_demand else "demand_room", row.demand)
    if is_demand and math.isfinite(row.self_sufficiency):
        yield text("scale.detail.self_sufficiency", lang), f"{percent(row.self_sufficiency)} %"
    yield told("from_inside", row.from_inside)
    yield told("from_other_units", row.from_other_units)
    yield told("sent_out", row.sent_out)
    if row.halo_supply > 0 or row.halo_demand > 0:
        supply, demand = _per_year(row.halo_supply, unit, lang), _per_year(row.halo_demand, unit, lang)
        value = text("scale.detail.halo_value", lang, supply=supply, demand=demand)
        yield text("scale.detail.halo", lang), value


def _per_year(value: float, unit: str, lang: str) -> str:
    return text("scale.detail.per_year", lang, amount=amount(value, unit, lang))


def _data_line(resource: Resource, dataset: Dataset, lang: str) -> str:
    sources = []
    for key in data_layers(resource, dataset):
        info = dataset.layer(key)
        title = info.title_ja if lang == "ja" else info.title_en
        sources.append(text("scale.detail.source", lang, title=title, year=info.year))
    joined = text("scale.bar.joiner", lang).join(sources)
    return text("scale.detail.data", lang, sources=joined) if sources else ""


def _reach(reach: Reach, lang: str) -> str:
    note = reach.note_ja if lang == "ja" else reach.note_en
    if not reach.carried:
        told = text("scale.detail.reach_not_carried", lang)
    elif reach.reach_km is None:
        told = text("scale.detail.reach_none", lang)
    else:
        told = text("scale.detail.reach_km", lang, km=f"{float(f'{reach.reach_km:.2g}'):,.0f}")
    return f"{told} {note}".strip()
