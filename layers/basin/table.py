"""The Basin page as one table to take away: every figure a row with place, unit, year and what it is of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from geo.basin_profile import LAND_USES, OTHER_TERM, BasinProfile
from geo.dataset import Dataset
from geo.terms import Catalogue, Resource
from layers.basin.compare import Compared
from layers.basin.figures import Figures
from layers.basin.view import Exchange
from layers.basin.words import annual_unit, census_year, resource_name, year_of
from layers.export_origin import all_sources, origin_columns
from layers.exports import Download, csv_table
from layers.figure_sources import figure_years
from layers.messages import text
from layers.scale_places import Place

_SHARES = (
    "share_of_municipality_land",
    "share_of_municipality_people",
    "share_of_basin_land",
    "share_of_basin_people",
)
_NOT_IN_NAMES = re.compile(r"[^\w-]+")
_COLUMNS = ("section", "figure", "place", "value", "unit", "year")
_Row = tuple[str, str, str, float, str, str]


def profile_csv(
    figures: Figures, names: Mapping[str, Mapping[str, Place]], dataset: Dataset, catalogue: Catalogue, lang: str
) -> Download:
    """Return the page's figures as CSV in the user's language; the basin stands in every row.

    ``names`` are the places by kind ('municipality', 'basin') and code.
    """
    basin, resource, profile = figures.basin, figures.resource, figures.profile
    rows: list[_Row] = [
        *_facts(profile, basin, dataset, lang),
        *_towns(profile, names["municipality"], dataset, lang),
        *_potential(figures.potential, catalogue, basin, dataset, lang),
        *_parts(figures.parts, names["municipality"], resource, dataset, lang),
        *_exchange(figures.exchange, names["basin"], resource, dataset, lang),
        *_compared(figures.compared, resource, dataset, lang),
    ]
    header = {name: text(f"basin.csv.{name}", lang) for name in _COLUMNS}
    constants = {text("basin.csv.basin", lang): basin.name(lang), text("basin.csv.code", lang): basin.code}
    # The page tells of all resources at once, and of land, people and rain beside.
    constants |= {text("export.csv.sources", lang): all_sources(dataset, lang), **origin_columns(dataset, lang)}
    return csv_table(
        pd.DataFrame(rows, columns=list(_COLUMNS)), stem=stem_of(dataset, basin), header=header, constants=constants
    )


def _facts(profile: BasinProfile, basin: Place, dataset: Dataset, lang: str) -> Iterator[_Row]:
    section, where, land = text("basin.section.profile", lang), basin.name(lang), profile.land
    year, people = census_year(dataset), text("basin.people", lang)
    yield section, text("basin.csv.population", lang), where, land.population, people, year
    yield section, text("basin.fact.change", lang), where, land.change_since_2015, "", "2015–2020"
    yield section, text("basin.fact.density", lang), where, land.density_per_km2, f"{people}/km²", year
    yield section, text("basin.fact.area", lang), where, land.area_km2, "km²", year_of("basin_code", dataset)
    rain_year = year_of("precipitation_mm", dataset)
    yield section, text("basin.csv.rain", lang), where, profile.precipitation_mm, "mm", rain_year
    for key in LAND_USES:
        label = text(f"basin.use.{key.removesuffix('_km2')}", lang)
        yield section, label, where, profile.land.uses_km2[key], "km²", year_of(key, dataset)
    beyond = text("basin.csv.beyond", lang)
    yield section, beyond, where, profile.beyond.area_km2, "km²", year_of("basin_code", dataset)
    yield section, beyond, where, profile.beyond.population, people, year


def _towns(profile: BasinProfile, names: Mapping[str, Place], dataset: Dataset, lang: str) -> Iterator[_Row]:
    section = text("basin.section.towns", lang)
    for code, row in profile.municipalities.iterrows():
        where = names[str(code)].name(lang) if str(code) in names else str(code)
        for column in _SHARES:
            yield section, text(f"basin.csv.{column}", lang), where, float(row[column]), "", census_year(dataset)


def _potential(
    potential: pd.DataFrame, catalogue: Catalogue, basin: Place, dataset: Dataset, lang: str
) -> Iterator[_Row]:
    for row in potential[~potential["is_missing"]].to_dict("records"):
        resource = catalogue.resources[row["resource"]]
        terms = {term.key: term.name_ja if lang == "ja" else term.name_en for term in resource.supply}
        name = text("basin.potential.other", lang) if row["term"] == OTHER_TERM else terms[row["term"]]
        section = text("basin.csv.potential", lang, resource=resource_name(resource, lang))
        unit, years = annual_unit(resource, lang), figure_years(resource, dataset)
        yield section, name, basin.name(lang), row["amount"], unit, years


def _parts(
    parts: pd.DataFrame | None, names: Mapping[str, Place], resource: Resource, dataset: Dataset, lang: str
) -> Iterator[_Row]:
    if parts is None:
        return
    section = text("basin.csv.parts", lang, resource=resource_name(resource, lang))
    unit, years = annual_unit(resource, lang), figure_years(resource, dataset)
    ending = "" if resource.perspective == "demand" else "_supply"
    for place, row in parts.iterrows():
        where = text("basin.csv.beyond", lang) if row["is_beyond"] else names[str(place)].name(lang)
        for column in ("offered", "given", "wanted", "taken"):
            figure = text(f"basin.parts.{column}{ending}", lang)
            yield section, figure, where, float(row[column]), unit, years


def _exchange(
    exchange: Exchange | None, names: Mapping[str, Place], resource: Resource, dataset: Dataset, lang: str
) -> Iterator[_Row]:
    if exchange is None:
        return
    section = text("basin.csv.exchange", lang, resource=resource_name(resource, lang))
    unit, years = annual_unit(resource, lang), figure_years(resource, dataset)
    yield section, text("basin.csv.own", lang), "", exchange.own, unit, years
    for row in exchange.partners.to_dict("records"):
        code = row["partner"]
        where = names[code].name(lang) if code in names else text("basin.flows.others", lang)
        yield section, text(f"basin.flows.column_{row['direction']}", lang), where, row["amount"], unit, years


def _compared(found: Sequence[Compared], resource: Resource, dataset: Dataset, lang: str) -> Iterator[_Row]:
    section = text("basin.csv.compare", lang, resource=resource_name(resource, lang))
    for one in found:
        if one.row.group != "none":
            where, years = one.place.name(lang), figure_years(resource, dataset)
            yield section, text("basin.csv.covered", lang), where, one.share, "", years


def stem_of(dataset: Dataset, basin: Place) -> str:
    """Return the name of files about the basin, without an ending."""
    return f"meguri_{dataset.area}_basin_{_NOT_IN_NAMES.sub('_', basin.code)}"
