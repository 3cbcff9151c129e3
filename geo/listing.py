"""What the command line prints: the catalogue and a circulation as plain nested values, units with their names."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pandas as pd

from geo.assessment import Assessment
from geo.dataset import LOWLAND, Dataset
from geo.terms import Catalogue, Resource, Term
from geo.user_layers.own import partition_units

_LOWLAND_NAMES = ("流域に入らない低地", "Lowland outside any catchment")
_UNNAMED = ("名前のない流域", "Unnamed basin")
# A basin that goes on beyond the data keeps its mark wherever its name stands.
_CUT_MARKS = ("（データのある部分）", " (the part with data)")


def catalogue_listing(catalogue: Catalogue) -> dict[str, Any]:
    """Return the catalogue: resources with their terms, factors and prices, pools, potentials, how far roads wind."""
    return {
        "resources": [_resource(resource) for resource in catalogue.resources.values()],
        "pools": [asdict(pool) for pool in catalogue.pools.values()],
        "potentials": [asdict(potential) for potential in catalogue.potentials.values()],
        "haulage": {"detour": asdict(catalogue.detour)},
    }


def circulation_listing(area: str, assessment: Assessment, total: dict[str, Any], rows: pd.DataFrame) -> dict[str, Any]:
    """Return a circulation as ``python -m geo circulate --format json`` prints it; NaN is not yet null."""
    resource, scales = assessment.resource, list(assessment.circulation.met)
    units = []
    for row in rows.to_dict("records"):
        unit = {str(name): value for name, value in row.items()}
        by_scale = {kind: {scale: unit.pop(f"{kind}_{scale}") for scale in scales} for kind in ("met", "used")}
        head = ("code", "name_ja", "name_en", "supply", "demand", "self_sufficiency")
        units.append({name: unit.pop(name) for name in head} | by_scale | unit)
    return {
        "area": area,
        "resource": resource.key,
        "unit": resource.unit,
        "perspective": resource.perspective,
        "threshold": assessment.settings.threshold,
        "scales": scales,
        "total": total,
        "units": units,
    }


def unit_rows(table: pd.DataFrame, dataset: Dataset, by: str) -> pd.DataFrame:
    """Return a unit table as printed: code, names, then the figures in the order of the listing."""
    names = unit_names(dataset, by).reindex(table.index, fill_value="")
    amounts = [str(name) for name in table if str(name).startswith(("met_", "used_"))]
    told_apart = ["met_from_inside", "met_from_other_units"]
    by_scale = [name for name in amounts if name not in told_apart]
    columns = [
        "supply",
        "demand",
        "self_sufficiency",
        *by_scale,
        "outside",
        "surplus",
        *told_apart,
        "sent_out",
        "closing_scale",
    ]
    return pd.concat([names, table[columns]], axis=1).rename_axis("code").reset_index()


def unit_names(dataset: Dataset, by: str) -> pd.DataFrame:
    """Return ``name_ja`` and ``name_en`` of a partition's units, indexed by code; a cut basin keeps its mark."""
    if by == "basin":
        return _basin_names(dataset)
    tables = {
        "community": dataset.communities,
        "municipality": dataset.municipalities,
        "prefecture": dataset.prefecture,
        **partition_units(dataset),
    }
    return pd.DataFrame(tables[by].set_index("code")[["name_ja", "name_en"]])


def _basin_names(dataset: Dataset) -> pd.DataFrame:
    systems = dataset.river_systems
    columns = {}
    kinds = (("name_ja", "river_system_name"), ("name_en", "river_system_name_en"))
    for index, (column, source) in enumerate(kinds):
        names = systems[source].fillna("").replace("", _UNNAMED[index])
        names = names.where(~systems["is_cut"].astype(bool), names + _CUT_MARKS[index])
        names[systems.index == LOWLAND] = _LOWLAND_NAMES[index]
        columns[column] = names
    return pd.DataFrame(columns)


def _resource(resource: Resource) -> dict[str, Any]:
    return {
        "key": resource.key,
        "name_ja": resource.name_ja,
        "name_en": resource.name_en,
        "unit": resource.unit,
        "perspective": resource.perspective,
        "ladder": list(resource.scales),
        "view_of": resource.view_of or None,
        "time_factor": resource.time_factor or None,
        "description_ja": resource.description_ja,
        "description_en": resource.description_en,
        "caveats_ja": list(resource.caveats_ja),
        "caveats_en": list(resource.caveats_en),
        "reach": asdict(resource.reach) | {"reach_km": resource.reach.reach_km},
        "supply": [_term(term) for term in resource.supply],
        "demand": [_term(term) for term in resource.demand],
        "factors": [asdict(factor) for factor in resource.factors],
        "price": None if resource.price is None else asdict(resource.price),
    }


def _term(term: Term) -> dict[str, Any]:
    """Return a term without the fields that say nothing."""
    kept = {"key", "name_ja", "name_en", "indicator"}
    return {name: value for name, value in asdict(term).items() if name in kept or value not in ("", (), False, 1.0)}
