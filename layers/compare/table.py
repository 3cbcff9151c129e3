"""The comparison as a table to take away: one row a resource, both places beside each other, with units and years."""

from __future__ import annotations

import math

import pandas as pd

from geo.japan_time import today_in_japan
from layers.compare.sides import Side
from layers.compare.words import difference
from layers.export_origin import dataset_mark, sources_of
from layers.exports import Download, csv_table, per_year
from layers.figure_sources import figure_years
from layers.ladder_view.words import verdict
from layers.messages import text

_FIGURES = ("demand", "supply", "demand_each", "supply_each", "self_sufficiency", "covered", "closing")


def compare_csv(left: Side, right: Side, lang: str, *, scenario: str = "") -> Download:
    """Return the comparison as CSV in the user's language; amounts are annual, shares 0 to 1, neither rounded."""
    header = {name: text(f"compare.csv.{name}", lang) for name in ("resource", "unit")}
    for letter in ("A", "B"):
        header |= {f"{name}_{letter}": text(f"compare.csv.{name}", lang, side=letter) for name in _FIGURES}
        header[f"years_{letter}"] = text("compare.csv.years", lang, side=letter)
        header[f"sources_{letter}"] = text("compare.csv.sources", lang, side=letter)
    header["words"] = text("compare.csv.words", lang)
    records = []
    for row in left.rows:
        other = right.row(row.resource)
        if other is None:
            continue
        record: dict[str, object] = {"resource": row.name(lang), "unit": per_year(row.unit, lang)}
        for letter, own, side in (("A", row, left), ("B", other, right)):
            # What is not known is not nothing.
            is_known = own.closing != "no_data"
            record |= {
                f"demand_{letter}": own.demand if is_known else math.nan,
                f"supply_{letter}": own.supply if is_known else math.nan,
                f"demand_each_{letter}": side.per_person(own.demand) if is_known else math.nan,
                f"supply_each_{letter}": side.per_person(own.supply) if is_known else math.nan,
                f"self_sufficiency_{letter}": own.self_sufficiency,
                f"covered_{letter}": own.covered if own.group != "none" else math.nan,
                f"closing_{letter}": verdict(own, lang, is_cut=side.place.is_cut),
                f"years_{letter}": figure_years(side.catalogue.resources[own.resource], side.dataset),
                f"sources_{letter}": sources_of([side.catalogue.resources[own.resource]], side.dataset, lang),
            }
        record["words"] = difference(row, other, left, right, lang)
        records.append(record)
    constants = {}
    for letter, side in (("A", left), ("B", right)):
        constants[text("compare.csv.place", lang, side=letter)] = side.place.name(lang)
        constants[text("compare.csv.people", lang, side=letter)] = (
            "" if math.isnan(side.people) else f"{side.people:.0f}"
        )
        constants[text("compare.csv.area", lang, side=letter)] = f"{side.area_km2:.1f}"
        constants[text("compare.csv.data", lang, side=letter)] = dataset_mark(side.dataset)
    constants |= {text("export.csv.made", lang): today_in_japan().isoformat()}
    constants[text("scale.table.threshold", lang)] = f"{left.rows[0].threshold:g}" if left.rows else ""
    if scenario:
        constants[text("common.scenario", lang)] = scenario
    stem = "_".join(["meguri_compare", *(_stem(side) for side in (left, right))])
    return csv_table(pd.DataFrame(records, columns=list(header)), stem=stem, header=header, constants=constants)


def _stem(side: Side) -> str:
    # A unit that users brought may have any code.
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in side.place.key)
    return f"{side.dataset.area}-{kept or 'area'}"
