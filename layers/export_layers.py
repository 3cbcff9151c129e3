"""From what the map shows to what a file holds: a painted layer as a table with values, classes, unit and sources."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from geo.dataset import Dataset
from layers.catalogue import cell_values, painted_outlines
from layers.exports import ExportLayer, source_lines
from layers.layer import CELLS, Painting


def export_layers(
    paintings: Iterable[Painting], dataset: Dataset, *, lang: str, closing: pd.DataFrame | None = None
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
    """
    return [_export_layer(painting, dataset, lang, closing) for painting in paintings]


def _export_layer(painting: Painting, dataset: Dataset, lang: str, closing: pd.DataFrame | None) -> ExportLayer:
    layer = painting.layer
    table = painted_outlines(painting, dataset)
    columns = {"name_ja": table["name_ja"], "name_en": table["name_en"]}
    if layer.legend:
        columns |= {"class_key": table["class_key"], "class_label": table[f"class_{lang}"]}
    unit = layer.unit(lang)
    if painting.geometry == CELLS and layer.indicator:
        factor = 100.0 if unit == "%" else 1.0
        columns["value"] = cell_values(layer, dataset).reindex(table.index) * factor
    sources = source_lines(dataset, layer.source_keys, lang)
    told = {
        "unit": unit,
        "year": layer.year,
        "is_estimate": layer.is_estimate,
        "source": " / ".join(dict.fromkeys(source.attribution for source in sources)),
    }
    result = table[["geometry"]].assign(**columns, **told)
    if layer.key == "closing_scale" and closing is not None:
        result = result.join(closing.drop(columns=["geometry"], errors="ignore"), how="left")
    return ExportLayer(
        key=layer.key,
        title=layer.title(lang),
        table=result.reset_index(names="code"),
        sources=sources,
        units={"value": unit} if "value" in columns and unit else {},
    )
