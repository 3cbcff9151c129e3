"""The card of all that drains to a point: its land and people, the way down to the sea, each resource's figures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Any

from geo.actuals import Actual
from geo.dataset import Dataset
from geo.terms import Catalogue, Factor
from geo.terrain import SNAP_M
from geo.terrain_build import has_dem
from geo.terrain_factors import hydro_factors
from geo.terrain_figures import DrainFigures
from geo.terrain_raster import DEM_KEY
from layers.actuals.words import measured_words
from layers.ladder_rows import TELLING_SHARE, LadderRow, in_order, row_of
from layers.ladder_view.words import percent, verdict
from layers.messages import text
from layers.palette import fill_css
from layers.place_card import Told, amount
from layers.terrain.view import Drain, Hydro

# What a resource's row asks for and a free-hand area has no answer to.
_NOT_TOLD = {"met_from_inside": math.nan, "met_from_other_units": math.nan, "sent_out": math.nan}


def terrain_card(
    drain: Drain,
    figures: DrainFigures,
    hydro: Hydro,
    dataset: Dataset,
    catalogue: Catalogue,
    *,
    told: Told,
    lang: str,
    threshold: float,
    actuals: Sequence[Actual] = (),
) -> str:
    """Return the card as HTML; every text of the data is escaped.

    Parameters
    ----------
    told
        Years, gaps and sources of the resources' figures, as for the card of a place.
    actuals
        Measured values that ``figures`` were computed with.
    """
    facts = "".join(f"<li>{escape(line)}</li>" for line in _facts(drain, figures, hydro, dataset, lang))
    notes = "".join(f"<p class='note'>{escape(line)}</p>" for line in _notes(drain, figures, lang))
    rows = in_order(
        [
            row_of(catalogue.resources[str(key)], {**_NOT_TOLD, **_unit(row)}, threshold=threshold)
            for key, row in figures.resources.to_dict("index").items()
        ]
    )
    inside = [actual for actual in actuals if actual.municipality in figures.municipalities]
    rows = [replace(row, measured=tuple(a for a in inside if a.resource == row.resource)) for row in rows]
    listed = "".join(_row(row, lang, told) for row in rows)
    lines = dict.fromkeys([*_sources(dataset, catalogue, lang), *told.sources])
    sources = "".join(f"<li>{escape(line)}</li>" for line in lines)
    amounts = f"<p class='note'>{escape(text('terrain.amounts', lang))}</p>"
    return (
        f'<div class="meguri-card" lang="{lang}"><h2>{escape(text("terrain.title", lang))}</h2>'
        f'{notes}<ul class="drain">{facts}</ul>{amounts}<ul class="figures">{listed}</ul>'
        f"<details><summary>{escape(text('terrain.sources', lang))}</summary><ul>{sources}</ul></details></div>"
    )


def _facts(drain: Drain, figures: DrainFigures, hydro: Hydro, dataset: Dataset, lang: str) -> list[str]:
    upstream, downstream = drain.upstream, drain.downstream
    census = str(dataset.meta.get("census_year", ""))
    lines = [text("terrain.area", lang, km2=_number(upstream.area_km2))]
    if math.isfinite(figures.people):
        lines.append(text("terrain.people", lang, people=f"{figures.people:,.0f}", year=census or "—"))
    else:
        lines.append(text("terrain.people_unknown", lang))
    forest = figures.land_km2.get("forest_km2", math.nan)
    if math.isfinite(forest) and figures.area_km2 > 0:
        share = percent(forest / figures.area_km2)
        lines.append(text("terrain.forest", lang, km2=_number(forest), percent=share))
    else:
        lines.append(text("terrain.forest_unknown", lang))
    end = "sea" if downstream.reaches_sea else "edge"
    words = {"km": _number(downstream.length_km), "m": f"{downstream.drop_m:,.0f}"}
    lines.append(text(f"terrain.way_{end}", lang, **words))
    if hydro.reaches:
        low, central, high = (amount(value, lang) for value in hydro.capacity_kw)
        energy = amount(hydro.energy_kwh_per_year[1] / 1000, lang)
        lines.append(text("terrain.hydro", lang, low=low, central=central, high=high, energy=energy))
        if hydro.unknown_share >= TELLING_SHARE:
            lines.append(text("terrain.hydro_unknown", lang, percent=percent(hydro.unknown_share)))
    else:
        lines.append(text("terrain.hydro_none", lang))
    return lines


def _notes(drain: Drain, figures: DrainFigures, lang: str) -> list[str]:
    upstream = drain.upstream
    lines = [
        text(
            "terrain.note",
            lang,
            away=f"{upstream.snapped_m:,.0f}",
            within=f"{SNAP_M:g}",
            cell=f"{drain.resolution_m:.0f}",
        ),
    ]
    if upstream.is_cut:
        lines.append(text("terrain.cut", lang))
    if figures.covered_share < 1 - TELLING_SHARE:
        lines.append(text("terrain.covered", lang, percent=percent(figures.covered_share)))
    if figures.outside_km2 > TELLING_SHARE * max(figures.area_km2, 1e-9):
        lines.append(text("terrain.outside", lang, km2=_number(figures.outside_km2)))
    return lines


def _unit(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a resource's figures by name; a scale that its ladder lacks is not among them."""
    return {str(name): value for name, value in row.items() if not (isinstance(value, float) and math.isnan(value))} | {
        "self_sufficiency": row["self_sufficiency"]
    }


def _row(row: LadderRow, lang: str, told: Told) -> str:
    is_demand = row.perspective == "demand"
    words = ("supply", "demand") if is_demand else ("waste", "room")
    amounts = {"supply": row.supply, "demand": row.demand}
    # What is not known is not nothing: no sum stands for it.
    unknown = told.gaps.get(row.resource, frozenset()) if row.closing == "no_data" else frozenset()
    sums = [
        text(f"map.card.{word}_unknown", lang)
        if side in unknown
        else text(f"map.card.{word}", lang, amount=amount(amounts[side], lang), unit=row.unit)
        for word, side in zip(words, amounts, strict=True)
    ]
    if is_demand and not unknown and math.isfinite(row.self_sufficiency):
        sums.append(text("terrain.own", lang, percent=f"{100 * row.self_sufficiency:,.0f}"))
    spans = "".join(f"<span>{escape(part)}</span>" for part in sums)
    years = told.years.get(row.resource, "")
    fine = [text("map.card.years", lang, years=years)] if years else []
    if row.measured:
        fine.append(text("actuals.card", lang, values=measured_words(row.measured, row.unit, lang, most=2)))
    if row.unknown >= TELLING_SHARE:
        fine.append(text("map.card.partly_unknown", lang, percent=percent(row.unknown)))
    small = "".join(f"<p class='fine'>{escape(line)}</p>" for line in fine)
    fill = escape(fill_css(row.closing), quote=True)
    return (
        f"<li><h3>{escape(row.name(lang))}<em><i style='background:{fill}'></i>{escape(verdict(row, lang))}</em></h3>"
        f"<p class='sums'>{spans}</p>{small}</li>"
    )


def _sources(dataset: Dataset, catalogue: Catalogue, lang: str) -> list[str]:
    lines = [text("terrain.method", lang)]
    if has_dem(dataset):
        info = dataset.layer(DEM_KEY)
        title = info.title_ja if lang == "ja" else info.title_en
        source = text("map.card.source", lang, title=title, source=info.source, year=info.year)
        lines += [source, info.attribution, *(info.caveats_ja if lang == "ja" else info.caveats_en)]
    return [*lines, *(_factor(factor, lang) for factor in hydro_factors(catalogue).values())]


def _factor(factor: Factor, lang: str) -> str:
    name, unit, source = (
        (factor.name_ja, factor.unit_ja, factor.source)
        if lang == "ja"
        else (factor.name_en, factor.unit, factor.source_en)
    )
    values = {"low": f"{factor.low:g}", "central": f"{factor.central:g}", "high": f"{factor.high:g}"}
    return text("terrain.factor", lang, name=name, unit=unit, source=source, **values)


def _number(value: float) -> str:
    """Write a size with three telling figures, from a hundred on in whole numbers."""
    if value < 10:
        return f"{value:.2f}"
    return f"{value:,.1f}" if value < 100 else f"{value:,.0f}"
