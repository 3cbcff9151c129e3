"""Measured values as a table to look at or to edit, and an edited table back as rows to check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from geo.actuals import COLUMNS, SIDES, Actual
from geo.dataset import Dataset
from geo.terms import Catalogue
from layers.messages import text


def editor_table(actuals: Sequence[Actual]) -> pd.DataFrame:
    """Return the values as a table to edit: the columns of ``actuals.csv``, codes and keys as they are."""
    return pd.DataFrame(
        {name: pd.Series([getattr(actual, name) for actual in actuals], dtype=_dtype(name)) for name in COLUMNS}
    )


def shown_table(actuals: Sequence[Actual], dataset: Dataset, catalogue: Catalogue, lang: str) -> pd.DataFrame:
    """Return the values as a table to look at: names instead of codes and keys, titles in the user's language."""
    municipalities, resources, sides = choices(dataset, catalogue, lang)
    rows = []
    for actual in actuals:
        resource = catalogue.resources[actual.resource]
        rows.append(
            {
                "municipality": municipalities.get(actual.municipality, actual.municipality),
                "resource": resources[actual.resource],
                "side": sides[actual.side],
                "value": f"{actual.value:,.10g}",
                "unit": resource.unit_ja if lang == "ja" else resource.unit,
                "year": str(actual.year),
                "source": actual.source,
            }
        )
    titles = {name: text(f"actuals.column.{name}", lang) for name in COLUMNS}
    return pd.DataFrame(rows, columns=list(COLUMNS)).rename(columns=titles)


def choices(dataset: Dataset, catalogue: Catalogue, lang: str) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Return what can be chosen, key -> words: municipalities ('14206 小田原市'), resources with their unit, sides."""
    names = dataset.municipalities["name_ja" if lang == "ja" else "name_en"].astype(str)
    codes = dataset.municipalities["code"].astype(str)
    municipalities = {code: f"{code} {name}" for code, name in zip(codes, names, strict=True)}
    resources = {
        key: text(
            "actuals.resource",
            lang,
            name=item.name_ja if lang == "ja" else item.name_en,
            unit=item.unit_ja if lang == "ja" else item.unit,
        )
        for key, item in catalogue.resources.items()
    }
    return municipalities, resources, {side: text(f"actuals.pick.{side}", lang) for side in SIDES}


def edited_rows(table: pd.DataFrame, catalogue: Catalogue) -> list[tuple[int, Mapping[str, object]]]:
    """Return an edited table as numbered rows to check; a unit left empty is the resource's own."""
    rows: list[tuple[int, Mapping[str, object]]] = []
    for number, record in enumerate(table.astype(object).where(table.notna(), None).to_dict("records"), start=1):
        fields = {str(name): value for name, value in record.items()}
        if any(fields.values()) and not fields.get("unit") and fields.get("resource") in catalogue.resources:
            fields["unit"] = catalogue.resources[str(fields["resource"])].unit
        rows.append((number, fields))
    return rows


def _dtype(name: str) -> str:
    return {"value": "float64", "year": "Int64"}.get(name, "object")
