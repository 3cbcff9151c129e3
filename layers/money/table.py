"""The money as tables to take away: a place's resources, or all municipalities, with units, years and sources."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from geo.dataset import Dataset
from geo.money import per_person
from geo.terms import Catalogue, Price
from layers.export_origin import origin_columns, years_of
from layers.exports import Download, csv_table
from layers.figure_sources import figure_sources
from layers.messages import text
from layers.money.prices import price_year
from layers.money.rows import TOTAL, Money, MoneyRow, population_years, scales_of
from layers.scale_places import Place

_AMOUNTS = ("from_inside", "from_other_units", "time_mismatch", "outside", "outside_low", "outside_high")
_PARTS = ("staying", "leaving")


def place_csv(
    rows: Sequence[MoneyRow],
    people: float,
    place: Place,
    dataset: Dataset,
    catalogue: Catalogue,
    lang: str,
    *,
    stem: str,
) -> Download:
    """Return a place's rows as CSV: all together first, then a row for each resource; yen per year, in full."""
    scales = scales_of(rows)
    header = {name: text(f"money.csv.{name}", lang) for name in ("resource", "value")}
    header |= {f"met_{scale}": text("money.csv.met", lang, scale=text(f"scale.bar.{scale}", lang)) for scale in scales}
    header |= {name: text(f"money.csv.{name}", lang) for name in (*_AMOUNTS, *_PARTS, "outside_per_person")}
    header |= {name: text(f"money.csv.{name}", lang) for name in ("price", "unit", "price_source", "price_year")}
    records = []
    for row in rows:
        resource = catalogue.resources.get(row.resource)
        price = resource.price if resource else None
        records.append(
            {
                "resource": text("money.ladder.total", lang) if row.resource == TOTAL else row.name(lang),
                "value": row.value.central,
                **{f"met_{scale}": dict(row.met).get(scale) for scale in scales},
                "from_inside": row.from_inside.central,
                "from_other_units": row.from_other_units,
                "time_mismatch": row.time_mismatch,
                "outside": row.outside.central,
                "outside_low": row.outside.low,
                "outside_high": row.outside.high,
                "staying": row.staying.central,
                "leaving": row.leaving.central,
                "outside_per_person": row.outside.central / people if people > 0 else None,
                **_price_cells(price, lang),
            }
        )
    constants = {
        text("money.csv.place", lang): place.name(lang),
        text("money.csv.population", lang): f"{people:.0f}",
        **_constants([row.resource for row in rows if row.resource != TOTAL], dataset, catalogue, lang),
    }
    return csv_table(pd.DataFrame(records, columns=list(header)), stem=stem, header=header, constants=constants)


def units_csv(
    money: Money, names: pd.Series, dataset: Dataset, catalogue: Catalogue, lang: str, *, stem: str
) -> Download:
    """Return all units as CSV, ``names`` by code: the sum of each, then what would be bought of each resource."""
    total = money.total
    scales = [str(name) for name in total if str(name).startswith("met_")]
    table = total.assign(
        code=total.index,
        name=names.reindex(total.index),
        population=money.population.reindex(total.index),
        outside_per_person=per_person(total, money.population)["outside"],
        **{f"outside_of_{key}": known["outside"] for key, known in money.by_resource.items()},
    )
    header = {name: text(f"money.csv.{name}", lang) for name in ("code", "name", "population", "value")}
    header |= {
        name: text("money.csv.met", lang, scale=text(f"scale.bar.{name.removeprefix('met_')}", lang)) for name in scales
    }
    header |= {name: text(f"money.csv.{name}", lang) for name in (*_AMOUNTS, *_PARTS, "outside_per_person")}
    for key in money.by_resource:
        resource = catalogue.resources[key]
        name = resource.name_ja if lang == "ja" else resource.name_en
        header[f"outside_of_{key}"] = text("money.csv.outside_of", lang, name=name)
    constants = _constants(list(money.by_resource), dataset, catalogue, lang)
    return csv_table(table, stem=stem, header=header, constants=constants)


def data_years(keys: Sequence[str], dataset: Dataset, catalogue: Catalogue) -> str:
    """Return the years of the data that the resources' amounts stand on, earliest first."""
    return years_of((catalogue.resources[key] for key in keys), dataset)


def data_credits(keys: Sequence[str], dataset: Dataset, catalogue: Catalogue) -> str:
    """Return the attribution lines of those data, each once."""
    lines = [info.attribution for key in keys for info in figure_sources(catalogue.resources[key], dataset)]
    return " / ".join(dict.fromkeys(lines))


def _constants(keys: Sequence[str], dataset: Dataset, catalogue: Catalogue, lang: str) -> dict[str, str]:
    return {
        text("money.csv.kind", lang): text("money.csv.estimate", lang),
        text("money.csv.population_years", lang): population_years(dataset),
        **origin_columns(dataset, lang, resources=[catalogue.resources[key] for key in keys]),
    }


def _price_cells(price: Price | None, lang: str) -> dict[str, object]:
    if price is None:
        return {"price": None, "unit": "", "price_source": "", "price_year": ""}
    paid = price.paid
    return {
        "price": paid.central,
        "unit": paid.unit_ja if lang == "ja" else paid.unit,
        "price_source": paid.source if lang == "ja" else paid.source_en,
        "price_year": price_year(paid, lang),
    }
