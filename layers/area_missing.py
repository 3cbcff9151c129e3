"""What an area lacks and why: rungs, layers and columns without a source, named in words."""

from __future__ import annotations

from collections.abc import Mapping

from geo.dataset import Dataset
from geo.layer_info import MissingProduct
from geo.terms import SCALES
from layers.layer import GEOMETRIES
from layers.messages import text
from layers.partitions import brought_kinds, is_brought, title_of

# What a product is needed for: the rungs of the ladder, and the columns of the tables.
_PRODUCT_OF_RUNG = {"basin": "w12"}
_PRODUCT_OF_COLUMN = {
    "population": "census_mesh",
    "forest_km2": "l03b",
    "farmland_km2": "l03b",
    "paddy_km2": "l03b",
    "built_km2": "l03b",
    "precipitation_mm": "climate",
}
# Outlines that only a rung's data can draw.
_RUNG_OF_GEOMETRY = {"river_system": "basin", "unit_basin": "basin", "community": "community"}


def has_geometry(geometry: str, dataset: Dataset) -> bool:
    """Tell whether the area has the outlines of a geometry of ``layers.layer.GEOMETRIES``."""
    rung = _RUNG_OF_GEOMETRY.get(geometry)
    return rung is None or rung in dataset.ladder


def has_partition(by: str, dataset: Dataset) -> bool:
    """Tell whether the area can be told by units of a kind: a scale of its ladder, 'cells', or one users brought."""
    if is_brought(by):
        return by in brought_kinds(dataset)
    return by not in SCALES or by in dataset.ladder


def kind_name(by: str, dataset: Dataset, lang: str) -> str:
    """Return what the units of a kind are called: a scale's name, or the title of a partition that users brought."""
    return title_of(by, dataset, lang) if is_brought(by) else text(f"common.scale.{by}", lang)


def is_known(indicator: str, dataset: Dataset) -> bool:
    """Tell whether a column of the cells ('a' or 'a/b', as a layer's indicator) is known anywhere in the area."""
    names = indicator.split("/")
    return all(name in dataset.cells and bool(dataset.cells[name].notna().any()) for name in names)


def missing_rungs(dataset: Dataset) -> tuple[str, ...]:
    """Return the scales that the area has no data for, smallest first."""
    return tuple(scale for scale in SCALES if scale not in dataset.ladder)


def has(need: str, dataset: Dataset) -> bool:
    """Tell whether the area has what a layer is drawn from: a geometry, or an indicator of the cells."""
    return has_geometry(need, dataset) if need in GEOMETRIES else is_known(need, dataset)


def lacking_layers(needs: Mapping[str, tuple[str, str]], dataset: Dataset, lang: str) -> dict[str, tuple[str, str]]:
    """Return the layers that the dataset cannot have for want of data: key -> (group, title with the reason).

    Parameters
    ----------
    needs
        Layer key -> (group, the geometry or indicator that it is drawn from).
    """
    found = {}
    for key, (group, need) in needs.items():
        if not has(need, dataset):
            title = text(f"map.layer.{key}", lang)
            found[key] = (group, text("areas.layer_missing", lang, title=title, why=_why_without(need, dataset, lang)))
    return found


def _why_without(need: str, dataset: Dataset, lang: str) -> str:
    if need in GEOMETRIES:
        return _why(_PRODUCT_OF_RUNG.get(_RUNG_OF_GEOMETRY.get(need, ""), ""), dataset, lang)
    return _why(_PRODUCT_OF_COLUMN.get(need.partition("/")[0], ""), dataset, lang)


def rung_notes(dataset: Dataset, lang: str) -> list[str]:
    """Return a sentence for every rung that the ladder lacks here."""
    notes = []
    for rung in missing_rungs(dataset):
        words = text(f"common.scale.{rung}", lang)
        why = _why(_PRODUCT_OF_RUNG.get(rung, ""), dataset, lang)
        notes.append(text("areas.no_rung", lang, rung=words if lang == "ja" else words.lower(), why=why))
    if "basin" in missing_rungs(dataset):
        notes.append(text("areas.water_without_basins", lang))
    return notes


def product_lines(dataset: Dataset, lang: str) -> list[tuple[str, str]]:
    """Return (product, what the dataset lacks without it), in the order of ``dataset.toml``."""
    return [(_title(row, lang), row.lacks_ja if lang == "ja" else row.lacks_en) for row in dataset.missing]


def _why(product: str, dataset: Dataset, lang: str) -> str:
    row = next((row for row in dataset.missing if row.key == product), None)
    return text("areas.not_there", lang, product=_title(row, lang)) if row else text("map.list.missing", lang)


def _title(row: MissingProduct, lang: str) -> str:
    return row.title_ja if lang == "ja" else row.title_en
