"""What the Data page tells, as plain tables and words: facts of a layer, the catalogue's factors, what is missing."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo.dataset import Dataset
from geo.layer_info import LayerInfo
from geo.terms import Catalogue, Factor, Resource, Term
from layers.exports import Download, csv_table
from layers.messages import catalogue as all_words
from layers.messages import text

_FACTS = ("source", "year", "resolution", "licence", "attribution", "processing", "columns", "file", "sha256")
_FACTOR_COLUMNS = ("name", "low", "central", "high", "unit", "basis", "source", "year")

# How the catalogue writes that a source has no year.
NO_YEAR = "—"


@dataclass(frozen=True)
class MissingTerm:
    """A term of the catalogue whose column the dataset lacks, and the resources that would use it."""

    name: str
    column: str
    resources: tuple[str, ...]


def table_title(name: str, dataset: Dataset, lang: str) -> str:
    """Return what one of the dataset's tables is called; communities by what they are there."""
    kind = dataset.community_kind(lang) if name == "communities" else ""
    return text("data.tables.communities_of", lang, kind=kind) if kind else text(f"data.tables.{name}", lang)


def is_match(query: str, texts: Iterable[str]) -> bool:
    """Tell whether every word of the query is in the texts; width and case do not matter, no query matches all."""
    hay = _folded(" ".join(texts))
    return all(word in hay for word in _folded(query).split())


def layer_words(info: LayerInfo) -> list[str]:
    """Return all that a layer can be found by, in both languages."""
    listed = (info.caveats_ja, info.caveats_en, info.columns)
    return [value for value in vars(info).values() if isinstance(value, str)] + [
        word for part in listed for word in part
    ]


def resource_words(resource: Resource) -> list[str]:
    """Return all that a resource can be found by, its factors and their sources included, in both languages."""
    words = [resource.key, resource.name_ja, resource.name_en, resource.description_ja, resource.description_en]
    words += [word for factor in resource.factors for word in (factor.key, factor.name_ja, factor.name_en)]
    words += [word for term in (*resource.supply, *resource.demand) for word in (term.name_ja, term.name_en)]
    return words + [word for factor in resource.factors for word in (factor.source, factor.source_en)]


def layer_facts(info: LayerInfo, lang: str) -> list[tuple[str, str]]:
    """Return (label, value) of what is known of a source layer, empty values left out."""
    values = {
        "processing": info.processing_ja if lang == "ja" else info.processing_en,
        "columns": "、".join(column_label(name, lang) for name in info.columns)
        if lang == "ja"
        else "; ".join(column_label(name, lang) for name in info.columns),
    }
    told = {name: values.get(name) if name in values else getattr(info, name) for name in _FACTS}
    return [(text(f"data.fact.{name}", lang), str(value)) for name, value in told.items() if value]


def dated(title: str, year: str, lang: str) -> str:
    """Return a source's title with its year or years, as they are read; a title that has its year keeps just that."""
    if not year or year in title:
        return title
    years = year.replace("-", "–")
    if lang == "ja":
        years = years.replace(", ", "・")
    return text("data.dated", lang, title=title, year=years)


def column_label(name: str, lang: str) -> str:
    """Return a column's title with its unit; its bare name where the catalogue of words has none."""
    key = f"data.column.{name}"
    return text(key, lang) if key in all_words() else name


def factor_table(factors: Iterable[Factor], lang: str) -> pd.DataFrame:
    """Return one row a factor, in three columns that fit a phone: name and unit, low / central / high, source."""
    rows = []
    for factor in factors:
        name, unit, basis, source, year = (
            str(_factor_value(factor, column, lang)) for column in ("name", "unit", "basis", "source", "year")
        )
        # A share reads as on its slider: in percent.
        scale, unit_mark = (100.0, " %") if factor.is_share else (1.0, "")
        told = [f"{scale * value:,.10g}" for value in (factor.low, factor.central, factor.high)]
        dated = text("data.factor.dated", lang, basis=basis, source=source, year=year)
        undated = text("data.factor.undated", lang, basis=basis, source=source)
        rows.append(
            [
                name if factor.is_share else text("data.factor.with_unit", lang, name=name, unit=unit),
                " / ".join(told) + unit_mark,
                undated if year == NO_YEAR else dated,
            ]
        )
    return pd.DataFrame(rows, columns=[text(f"data.factor.{column}", lang) for column in ("name", "range", "source")])


def term_words(term: Term, resource: Resource, catalogue: Catalogue, lang: str) -> str:
    """Return a term as a line that can be read: indicator × factors ÷ factors."""
    names = {key: factor.name_ja if lang == "ja" else factor.name_en for key, factor in catalogue.factors.items()}
    line = column_label(term.indicator, lang)
    if term.excess_of:
        line += f" × ({column_label(term.excess_of, lang)} − {names[term.excess_over]})"
    multiplied = [*term.times, *((term.share,) if term.share and term.share not in term.times else ())]
    line += "".join(f" × {names[key]}" for key in multiplied)
    line += "".join(f" ÷ {names[key]}" for key in term.per)
    if term.conversion != 1:
        line += " × " + text("data.catalogue.conversion", lang, number=f"{term.conversion:,.10g}")
    if term.reduced_by:
        line += " × (1 − " + " × ".join(names[key] for key in term.reduced_by) + ")"
    if term.pool:
        pool = catalogue.pools[term.pool]
        line += f" [{text('data.catalogue.share_of_pool', lang, pool=pool.name_ja if lang == 'ja' else pool.name_en)}]"
    return line


def catalogue_csv(catalogue: Catalogue, lang: str) -> Download:
    """Return the factors and prices of every resource as CSV, one row a resource and factor; haulage last."""
    listed = [
        (resource.name_ja if lang == "ja" else resource.name_en, factor)
        for resource in catalogue.resources.values()
        for factor in (*resource.factors, *prices_of(resource))
    ]
    listed.append((text("data.catalogue.haulage", lang), catalogue.detour))
    rows = [
        {"resource": name, "key": factor.key}
        | {column: _factor_value(factor, column, lang) for column in _FACTOR_COLUMNS}
        for name, factor in listed
    ]
    columns = ("resource", "key", *_FACTOR_COLUMNS)
    header = {column: text(f"data.factor.{column}", lang) for column in columns}
    return csv_table(pd.DataFrame(rows, columns=list(columns)), stem=f"meguri-resources-{lang}", header=header)


def prices_of(resource: Resource) -> tuple[Factor, ...]:
    """Return what a resource costs and how much of that stays in the place, () where no price is stated."""
    return () if resource.price is None else (resource.price.paid, resource.price.staying)


def missing_terms(catalogue: Catalogue, columns: Collection[str], lang: str) -> list[MissingTerm]:
    """Return the catalogue's terms that wait for a column, each once, in the catalogue's order."""
    found: dict[str, tuple[str, list[str]]] = {}
    for resource in catalogue.resources.values():
        for term in (*resource.supply, *resource.demand):
            if all(name in columns for name in term.indicators):
                continue
            name = term.name_ja if lang == "ja" else term.name_en
            found.setdefault(term.indicator, (name, []))[1].append(
                resource.name_ja if lang == "ja" else resource.name_en
            )
    return [MissingTerm(name, column, tuple(resources)) for column, (name, resources) in found.items()]


def checks(dataset: Dataset, lang: str) -> list[str]:
    """Return sentences on how far the dataset was adjusted, from its ``dataset.toml``."""
    meta = dataset.meta
    told = []
    if fit := meta.get("population_fit"):
        told.append(
            text(
                "data.checks.population",
                lang,
                mesh=fit["mesh_total"],
                census=fit["census_total"],
                mean=100 * fit["mean_change"],
                largest=100 * fit["largest_change"],
                place=_municipality(dataset, str(fit["largest_at"]), lang),
            )
        )
    if fit := meta.get("landuse_fit"):
        shares = {"mean": 100 * fit["mean_change"], "largest": 100 * fit["largest_change"]}
        told.append(text("data.checks.landuse", lang, **shares, place=fit["largest_at"]))
    # A build of official outlines leaves them as they are: nothing moved.
    if (basins := meta.get("basins")) and "mean_change" in basins:
        shares = {"mean": 100 * basins["mean_change"], "largest": 100 * basins["largest_change"]}
        told.append(text("data.checks.basins", lang, **shares, count=len(basins.get("over_tolerance", []))))
        if basins.get("repaired_in_source"):
            told.append(text("data.checks.repaired", lang, codes=", ".join(basins["repaired_in_source"])))
    return told


def over_tolerance(dataset: Dataset, lang: str) -> pd.DataFrame:
    """Return the unit basins whose area moved by more than 3 %: code, published, cleaned, change, reason."""
    rows = [
        [row["code"], row["published_km2"], row["cleaned_km2"], 100 * row["change"], row.get(f"reason_{lang}", "")]
        for row in _basins(dataset).get("over_tolerance", [])
    ]
    return pd.DataFrame(rows, columns=_titles(("code", "published", "cleaned", "change", "reason"), lang))


def doubtful_names(dataset: Dataset, lang: str) -> pd.DataFrame:
    """Return the unit basins with a doubtful river name: code, river system, rivers, what is doubtful."""
    rows = [
        [
            row["code"],
            row["river_system_name"],
            row["rivers"].replace(";", "、"),
            row[f"doubt_{lang}"],
        ]
        for row in _basins(dataset).get("doubtful_names", [])
    ]
    return pd.DataFrame(rows, columns=_titles(("code", "system", "rivers", "doubt"), lang))


def cut_basins(dataset: Dataset, lang: str) -> list[str]:
    """Return a sentence for every river system that goes on beyond the data."""
    return [str(words[lang]) for words in _basins(dataset).get("cut", {}).values()]


def _titles(columns: Iterable[str], lang: str) -> list[str]:
    return [text(f"data.checks.{column}", lang) for column in columns]


def _basins(dataset: Dataset) -> dict[str, Any]:
    return dict(dataset.meta.get("basins", {}))


def _municipality(dataset: Dataset, code: str, lang: str) -> str:
    names = dataset.municipalities.set_index("code")[f"name_{lang}"]
    return str(names.get(code, code))


def _factor_value(factor: Factor, column: str, lang: str) -> object:
    if column == "basis":
        return text(f"data.basis.{factor.basis}", lang)
    japanese = {"name": factor.name_ja, "unit": factor.unit_ja, "source": factor.source}
    english = {"name": factor.name_en, "unit": factor.unit, "source": factor.source_en}
    return (japanese if lang == "ja" else english).get(column, getattr(factor, column, ""))


def _folded(words: str) -> str:
    return unicodedata.normalize("NFKC", words).casefold()
