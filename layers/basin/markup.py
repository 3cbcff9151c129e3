"""The Basin page's facts and tables as accessible markup; every text is escaped."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from geo.basin_profile import LAND_USES, OTHER_TERM, BasinProfile
from geo.dataset import Dataset
from geo.terms import Catalogue, Resource
from layers.basin.words import (
    amount,
    annual_unit,
    census_year,
    change_words,
    people,
    prefecture_name,
    prefecture_side,
    share_words,
    square_km,
    year_of,
)
from layers.cite.marks import cite_attributes
from layers.data_tables import dated
from layers.ladder_rows import TELLING_SHARE, LadderRow
from layers.ladder_view.words import percent
from layers.messages import text
from layers.palette import RAMPS
from layers.scale_places import Place

# The layers' own ramps: land use looks as it does on the map.
USE_COLOURS = {
    "forest_km2": RAMPS["forest"][3],
    "paddy_km2": "#a3b36a",
    "farmland_km2": RAMPS["farmland"][2],
    "built_km2": RAMPS["built"][3],
    "grass_km2": "#d5d9b4",
    "water_km2": RAMPS["precipitation"][3],
    "other_km2": "#cfcac0",
}
_ROUNDING = 1e-9


def facts_html(profile: BasinProfile, basin: Place, dataset: Dataset, lang: str) -> str:
    """Return who lives there and what the land is: figures with unit and year."""
    land, beyond = profile.land, profile.beyond
    year = census_year(dataset)
    figures = [
        (text("basin.fact.people", lang, year=year), people(land.population, lang), "census"),
        (text("basin.fact.change", lang), change_words(land.change_since_2015, lang), "census"),
        (text("basin.fact.density", lang), _density(land.density_per_km2, lang), "census"),
        (text("basin.fact.area", lang), square_km(land.area_km2, lang), "basins"),
        (
            text("basin.fact.members", lang),
            text("basin.fact.count", lang, count=len(profile.members)),
            "municipalities",
        ),
        (
            text("basin.fact.unit_basins", lang),
            text("basin.fact.count_basins", lang, count=profile.unit_basins),
            "basins",
        ),
    ]
    if math.isfinite(profile.precipitation_mm):
        rain = text("basin.fact.rain", lang, year=year_of("precipitation_mm", dataset).replace("-", "–"))
        figures.append((rain, f"{float(f'{profile.precipitation_mm:.3g}'):,.0f} mm", "climate"))
    told = {info.key: info for info in dataset.layers}
    cells = ""
    for label, value, key in figures:
        years, credit = (told[key].year, told[key].attribution) if key in told else ("", "")
        cited = cite_attributes(label, value, place=basin.name(lang), years=years, sources=credit)
        cells += f"<div{cited}><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>"
    notes = []
    if beyond.area_km2 > 0:
        parts = [
            text(
                "basin.beyond.part",
                lang,
                prefecture=prefecture_name(str(code), lang),
                area=square_km(float(row["area_km2"]), lang),
                people=people(float(row["population"]), lang),
            )
            for code, row in profile.beyond_by_prefecture.iterrows()
            if row["area_km2"] >= TELLING_SHARE * land.area_km2
        ]
        if parts:
            notes.append(text("basin.beyond.told", lang, parts=text("basin.joiner", lang).join(parts)))
    if basin.is_cut:
        notes.append(text("scale.bar.basin_cut", lang))
    if basin.is_estimated:
        notes.append(text("scale.bar.basin_estimated", lang))
    fine = "".join(f"<p>{escape(note)}</p>" for note in notes)
    return f'<section class="detail" lang="{lang}"><dl>{cells}</dl><div class="fine">{fine}</div></section>'


def land_use_html(profile: BasinProfile, dataset: Dataset, lang: str) -> str:
    """Return what the land is used for, as one bar with its legend."""
    known = {key: km2 for key in LAND_USES if math.isfinite(km2 := profile.land.uses_km2[key]) and km2 > 0}
    whole = profile.land.area_km2
    heading = escape(text("basin.use.title", lang, year=year_of("forest_km2", dataset)))
    if not known or whole <= 0:
        missing = escape(text("common.scale.no_data", lang))
        return f'<section class="basin-part" lang="{lang}"><h3>{heading}</h3><p class="fine">{missing}</p></section>'
    parts, items = "", ""
    for key, km2 in known.items():
        share = km2 / whole
        label = text(f"basin.use.{key.removesuffix('_km2')}", lang)
        words = text("scale.bar.share", lang, scale=label, percent=percent(share))
        parts += f'<span style="width:{100 * share:.2f}%;background:{USE_COLOURS[key]}" title="{escape(words)}"></span>'
        told = f"{escape(label)} <b>{percent(share)} %</b>"
        items += f'<li><i style="background:{USE_COLOURS[key]}"></i>{told}</li>'
    unknown = ""
    if profile.land.unknown_km2 > TELLING_SHARE * whole:
        words = text("basin.use.unknown", lang, percent=percent(profile.land.unknown_km2 / whole))
        unknown = f'<p class="fine">{escape(words)}</p>'
    bar = f'<div class="basin-uses" aria-hidden="true">{parts}</div><ul class="basin-keys">{items}</ul>'
    return f'<section class="basin-part" lang="{lang}"><h3>{heading}</h3>{bar}{unknown}</section>'


def municipalities_html(profile: BasinProfile, names: Mapping[str, Place], lang: str) -> str:
    """Return the municipalities that the basin joins: its share of each, and the share of each in it."""
    table = profile.municipalities
    rows = []
    for code, row in table[table["is_member"]].iterrows():
        name = names[str(code)].name(lang) if str(code) in names else str(code)
        bars = "".join(
            _bar_cell(float(row[column]), lang)
            for column in (
                "share_of_municipality_land",
                "share_of_municipality_people",
                "share_of_basin_land",
                "share_of_basin_people",
            )
        )
        rows.append(f'<tr><th scope="row">{escape(name)}</th>{bars}</tr>')
    sub = [text(f"basin.towns.{key}", lang) for key in ("land", "people", "land", "people")]
    groups = "".join(
        f'<th scope="colgroup" colspan="2">{escape(text(f"basin.towns.{key}", lang))}</th>'
        for key in ("of_municipality", "of_basin")
    )
    heads = "".join(f'<th scope="col">{escape(words)}</th>' for words in sub)
    rest = int((~table["is_member"]).sum())
    note = f'<p class="fine">{escape(text("basin.towns.rest", lang, count=rest))}</p>' if rest else ""
    corner = f'<th rowspan="2" scope="col">{escape(text("common.scale.municipality", lang))}</th>'
    caption = text("basin.towns.caption", lang)
    head = f"<tr>{corner}{groups}</tr><tr>{heads}</tr>"
    return _table(caption, head, rows, lang, kind="shares") + note


def parts_html(parts: pd.DataFrame, names: Mapping[str, Place], resource: Resource, lang: str) -> str:
    """Return what the basin's parts could give each other: over and short, and what of it is netted in the basin."""
    unit = annual_unit(resource, lang)
    shown = parts[(parts[["offered", "wanted"]] > _ROUNDING).any(axis=1)]
    shown = shown[(shown[["offered", "wanted"]].max(axis=1) >= 1e-3 * shown[["offered", "wanted"]].to_numpy().max())]
    largest = max(float(parts[["given", "taken"]].to_numpy().max()), _ROUNDING)
    rows = []
    for place, row in shown.iterrows():
        name = prefecture_side(str(place), lang) if row["is_beyond"] else names[str(place)].name(lang)
        cells = "".join(
            f"<td>{escape(bare_amount(float(row[column]), lang))}{_bar(float(row[column]) / largest, bar)}</td>"
            for column, bar in (("offered", ""), ("given", "give"), ("wanted", ""), ("taken", "take"))
        )
        rows.append(f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>')
    side = "" if resource.perspective == "demand" else "_supply"
    columns = [f"{key}{side}" for key in ("offered", "given", "wanted", "taken")]
    heads = "".join(f'<th scope="col">{escape(text(f"basin.parts.{key}", lang))}</th>' for key in ("part", *columns))
    return _table(text("basin.parts.caption", lang, unit=unit), f"<tr>{heads}</tr>", rows, lang, kind="parts")


def potential_html(potential: pd.DataFrame, rows: Sequence[LadderRow], catalogue: Catalogue, lang: str) -> str:
    """Return what the basin could supply of each resource and from what, beside what it needs."""
    by_key = {row.resource: row for row in rows}
    of_resource: dict[str, list[dict[Hashable, Any]]] = {}
    for term in potential.to_dict("records"):
        of_resource.setdefault(term["resource"], []).append(term)
    lines = []
    for key, resource in catalogue.resources.items():
        row, unit = by_key[key], annual_unit(resource, lang)
        ratio = f"{percent(row.self_sufficiency)} %" if math.isfinite(row.self_sufficiency) else "–"
        terms = text("basin.joiner", lang).join(_terms(of_resource.get(key, []), resource, unit, lang))
        quoted = text("basin.joiner", lang).join(
            f"{text(f'basin.potential.{column}', lang)} {words}"
            for column, words in (
                ("supply", _amount(row.supply, unit, lang)),
                ("demand", _amount(row.demand, unit, lang)),
                ("ratio", ratio),
            )
        )
        lines.append(
            f'<tr{cite_attributes(row.name(lang), quoted, of=key)}><th scope="row">{escape(row.name(lang))}</th>'
            f"<td>{escape(_amount(row.supply, unit, lang))}</td>"
            f'<td class="words">{escape(terms)}</td><td>{escape(_amount(row.demand, unit, lang))}</td>'
            f"<td>{escape(ratio)}</td></tr>"
        )
    heads = "".join(
        f'<th scope="col">{escape(text(f"basin.potential.{key}", lang))}</th>'
        for key in ("resource", "supply", "terms", "demand", "ratio")
    )
    return _table(text("basin.potential.caption", lang), f"<tr>{heads}</tr>", lines, lang, kind="potential")


def sources_html(dataset: Dataset, keys: Iterable[str], lang: str) -> str:
    """Return where the page's figures come from: each source with its years, then the credits."""
    wanted = set(keys)
    found = [info for info in dataset.layers if info.key in wanted]
    titles = [dated(info.title_ja if lang == "ja" else info.title_en, info.year, lang) for info in found]
    told = text("scale.detail.data", lang, sources=text("scale.bar.joiner", lang).join(titles))
    credited = " / ".join(dict.fromkeys(info.attribution for info in found))
    lines = "".join(f'<p class="fine">{escape(words)}</p>' for words in (told, credited))
    return f'<div class="basin-part" lang="{lang}">{lines}</div>'


def _terms(own: Sequence[Mapping[Hashable, Any]], resource: Resource, unit: str, lang: str) -> Iterable[str]:
    known = {term.key: term.name_ja if lang == "ja" else term.name_en for term in resource.supply}
    for row in own:
        if row["is_missing"]:
            continue
        name = text("basin.potential.other", lang) if row["term"] == OTHER_TERM else known[row["term"]]
        # "Under one" has no sign: so small a difference is nothing either way.
        sign = "−" if row["amount"] <= -1 else ""
        yield text("basin.potential.term", lang, name=name, amount=f"{sign}{_amount(abs(row['amount']), unit, lang)}")
    missing = [known[row["term"]] for row in own if row["is_missing"]]
    if missing:
        names = text("scale.sentence.list_joiner", lang).join(missing)
        yield text("basin.potential.missing", lang, names=names)


def bare_amount(value: float, lang: str) -> str:
    """Write an amount whose unit stands elsewhere."""
    return amount(value if value > _ROUNDING else 0.0, "", lang).strip()


def _table(caption: str, head: str, rows: Sequence[str], lang: str, *, kind: str) -> str:
    words = escape(caption)
    return (
        f'<div class="basin-scroll" tabindex="0" role="region" aria-label="{words}" lang="{lang}">'
        f'<table class="basin-table {kind}"><caption>{words}</caption><thead>{head}</thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _bar_cell(share: float, lang: str) -> str:
    return f"<td>{escape(share_words(share, lang))}{_bar(share if math.isfinite(share) else 0.0, 'share')}</td>"


def _bar(share: float, kind: str) -> str:
    return f'<span class="basin-bar {kind}" style="width:{100 * min(share, 1.0):.1f}%"></span>' if kind else ""


def _amount(value: float, unit: str, lang: str) -> str:
    return amount(value if value > _ROUNDING else 0.0, unit, lang)


def _density(per_km2: float, lang: str) -> str:
    if not math.isfinite(per_km2):
        return text("common.scale.no_data", lang)
    return text("basin.fact.per_km2", lang, number=f"{float(f'{per_km2:.3g}'):,.0f}")
