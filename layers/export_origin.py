"""What a figure in a file stands on: years, sources and fingerprint of its data, and the day the file was made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from geo.dataset import Dataset
from geo.japan_time import today_in_japan
from geo.terms import Resource
from layers.data_tables import dated
from layers.exports import SourceLine, source_lines
from layers.figure_sources import figure_years, in_order
from layers.messages import text
from layers.resource_detail import data_layers


def origin_columns(dataset: Dataset, lang: str, *, resources: Sequence[Resource] = ()) -> dict[str, str]:
    """Return title -> what every row of a table repeats: the data's fingerprint and the day in Japan, at the end.

    With ``resources`` their years and sources come first; a table whose rows are of different resources tells them
    row by row instead (:func:`row_origin`).
    """
    told = {}
    if resources:
        told[text("export.csv.years", lang)] = years_of(resources, dataset)
        told[text("export.csv.sources", lang)] = sources_of(resources, dataset, lang)
    return told | {
        text("export.csv.dataset", lang): dataset_mark(dataset),
        text("export.csv.made", lang): today_in_japan().isoformat(),
    }


def row_origin(resource: Resource, dataset: Dataset, lang: str) -> dict[str, str]:
    """Return 'years' and 'sources' of one resource's figures, as cells of its row."""
    return {"years": years_of([resource], dataset), "sources": sources_of([resource], dataset, lang)}


def origin_header(lang: str) -> dict[str, str]:
    """Return the titles of :func:`row_origin`'s columns."""
    return {name: text(f"export.csv.{name}", lang) for name in ("years", "sources")}


def dataset_mark(dataset: Dataset) -> str:
    """Return the name of the area and the first 12 digits of the data's fingerprint, as pages and papers show it."""
    return f"{dataset.area} {dataset.content_hash()[:12]}"


def years_of(resources: Iterable[Resource], dataset: Dataset) -> str:
    """Return the years of the data that the resources' amounts stand on, by when they end."""
    told = (figure_years(resource, dataset).split(", ") for resource in resources)
    return ", ".join(in_order(year for years in told for year in years))


def sources_of(resources: Iterable[Resource], dataset: Dataset, lang: str) -> str:
    """Return those data with their years and attribution lines, in the dataset's order."""
    keys = {key for resource in resources for key in data_layers(resource, dataset)}
    return " / ".join(attributed(source_lines(dataset, keys, lang), lang))


def all_sources(dataset: Dataset, lang: str) -> str:
    """Return all data of the area with their years and attribution lines."""
    return " / ".join(attributed(source_lines(dataset, [info.key for info in dataset.layers], lang), lang))


def attributed(sources: Sequence[SourceLine], lang: str) -> list[str]:
    """Return 'data and years: attribution', a line for each attribution; what two sources share stands once."""
    grouped: dict[str, list[str]] = {}
    for source in sources:
        grouped.setdefault(source.attribution, []).append(dated(source.title, source.year, lang))
    between, colon = ("、", "：") if lang == "ja" else (", ", ": ")
    return [f"{between.join(titles)}{colon}{line}" for line, titles in grouped.items()]
