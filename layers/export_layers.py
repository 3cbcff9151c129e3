"""From what the map shows to what a file holds: a painted layer as a table with values, classes, unit and sources."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from geo.dataset import Dataset
from geo.terms import Resource
from geo.user_layers import UserLayer
from layers.catalogue import cell_values, own_credit, painted_outlines
from layers.exports import ExportLayer, SourceLine, per_year, source_lines
from layers.figure_sources import figure_years
from layers.layer import CELLS, Painting

# Told of a layer's units where any has it: cut by the data's edge, named after an estimated river.
_MARKS = ("is_cut", "is_river_estimated")
# Columns of a unit table that are no amounts.
_NO_AMOUNTS = {"self_sufficiency", "unknown_share", "closing_scale", "is_single_municipality"}


def export_layers(
    paintings: Iterable[Painting],
    dataset: Dataset,
    *,
    lang: str,
    closing: pd.DataFrame | None = None,
    resource: Resource | None = None,
) -> list[ExportLayer]:
    """Return the painted layers as tables in EPSG:6668, in the order given.

    Parameters
    ----------
    paintings
        The visible layers.
    lang
        Language of titles, units and class labels; column names are the same in both.
    closing
        Figures to put beside the closing scale: ``unit_table`` of the same partition, indexed by unit code.
    resource
        The resource that ``closing`` is of: its key and unit then stand beside the figures.
    """
    return [_export_layer(painting, dataset, lang, closing, resource) for painting in paintings]


def _own_source(own: UserLayer, lang: str) -> SourceLine:
    title = own.title_ja if lang == "ja" else own.title_en
    return SourceLine(title, own.source, own.year, own.licence, own_credit(own))


def _export_layer(
    painting: Painting, dataset: Dataset, lang: str, closing: pd.DataFrame | None, resource: Resource | None
) -> ExportLayer:
    layer = painting.layer
    table = painted_outlines(painting, dataset)
    columns = {name: table[name] for name in ("name_ja", "name_en", *_MARKS) if name not in _MARKS or table[name].any()}
    if layer.legend:
        columns |= {"class_key": table["class_key"], "class_label": table[f"class_{lang}"]}
    unit, units = layer.unit(lang), {}
    if painting.geometry == CELLS and layer.indicator:
        factor = 100.0 if unit == "%" else 1.0
        columns["value"] = cell_values(layer, dataset).reindex(table.index) * factor
        units = {"value": unit} if unit else {}
    if painting.units is not None and "value" in painting.units:
        columns["value"] = painting.units["value"]
        units = {"value": unit} if unit else {}
    figures = closing if layer.key == "closing_scale" else None
    told: dict[str, object] = {}
    year = layer.year
    if figures is not None and resource is not None:
        unit = per_year(resource.unit_ja if lang == "ja" else resource.unit, lang)
        units = {str(name): unit for name in figures.columns if name not in _NO_AMOUNTS}
        year = figure_years(resource, dataset) or year
        told = {"resource": resource.key, "resource_name": resource.name_ja if lang == "ja" else resource.name_en}
    sources = source_lines(dataset, layer.source_keys, lang) if layer.own is None else (_own_source(layer.own, lang),)
    told |= {
        "unit": unit,
        "year": year,
        "is_estimate": layer.is_estimate,
        "source": " / ".join(dict.fromkeys(source.attribution for source in sources)),
    }
    result = table[["geometry"]].assign(**columns, **told)
    if figures is not None:
        result = result.join(figures.drop(columns=["geometry"], errors="ignore"), how="left")
    return ExportLayer(
        key=layer.key,
        title=layer.title(lang),
        table=result.reset_index(names="code"),
        sources=sources,
        units=units,
    )
