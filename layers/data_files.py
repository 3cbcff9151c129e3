"""What the Data page hands out and shows of a layer: its table or map as a file, its source file, a small picture."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.dataset import TABLES, Dataset
from geo.errors import DatasetError
from geo.layer_info import LayerInfo
from layers import palette
from layers.catalogue import available_layers, paint, painted_outlines
from layers.data_tables import column_label, table_title
from layers.export_origin import all_sources, origin_columns
from layers.exports import Download, ExportLayer, csv_table, geopackage, source_lines
from layers.ground import land
from layers.layer import CELLS
from layers.messages import text
from layers.svg_map import LegendRow, Lines, svg_map

PREVIEW_ROWS = 5
# Source layer -> the map layer that shows it best.
_SHOWN_BY = {
    "population": "population_density",
    "landcover": "built_share",
    "landuse": "forest_share",
    "basins": "river_system",
    "municipalities": "municipality",
}
# Source layer -> the table that its figures stand in; cells otherwise.
_STANDS_IN = {"basins": "basins", "municipalities": "municipalities", "census": "municipalities"}
_PREVIEW_PX = 520.0
_MIMES = {".tif": "image/tiff", ".csv": "text/csv", ".geojson": "application/geo+json", ".nc": "application/x-netcdf"}


def layer_table(dataset: Dataset, info: LayerInfo) -> gpd.GeoDataFrame:
    """Return the rows and columns that a source layer gave the dataset, with codes and names first (EPSG:6668)."""
    name = _STANDS_IN.get(info.key, "cells")
    table = getattr(dataset, name)
    if info.key == "census":
        inside = dataset.fragments[dataset.fragments["in_area"]]
        people = inside.groupby("municipality_code")["population"].sum()
        table = table.assign(population=table["code"].map(people))
        return table[["code", "name_ja", "name_en", "population", "geometry"]]
    if name == "cells":
        return table[["mesh_code", *(column for column in info.columns if column in table.columns), "geometry"]]
    return table


def table_csv(dataset: Dataset, info: LayerInfo, lang: str) -> Download:
    """Return a layer's table as CSV with its year and attribution in columns of their own."""
    table = layer_table(dataset, info)
    header = {name: column_label(name, lang) for name in table.columns if name != "geometry"}
    constants = {column_label("year", lang): info.year, column_label("sources", lang): info.attribution}
    constants |= origin_columns(dataset, lang)
    return csv_table(table, stem=f"{dataset.area}-{info.key}", header=header, constants=constants)


def table_geopackage(dataset: Dataset, info: LayerInfo, lang: str) -> Download:
    """Return a layer's table as GeoPackage with its source."""
    title = info.title_ja if lang == "ja" else info.title_en
    layer = ExportLayer(info.key, title, layer_table(dataset, info), source_lines(dataset, [info.key], lang))
    return geopackage([layer], stem=f"{dataset.area}-{info.key}")


def whole_table(dataset: Dataset, name: str, lang: str, *, kind: str) -> Download:
    """Return one of the dataset's tables; ``kind`` is 'csv' or 'gpkg'. Raises DatasetError for another name."""
    if name not in TABLES:
        message = f"dataset '{dataset.area}' has no table '{name}'; it has {', '.join(TABLES)}"
        raise DatasetError(message, key="dataset_table", area=dataset.area, file=name)
    table: gpd.GeoDataFrame = getattr(dataset, name)
    stem = f"{dataset.area}-{name}"
    sources = source_lines(dataset, [info.key for info in dataset.layers], lang)
    if kind == "gpkg":
        return geopackage([ExportLayer(name, table_title(name, dataset, lang), table, sources)], stem=stem)
    header = {column: column_label(column, lang) for column in table.columns if column != "geometry"}
    constants = {column_label("sources", lang): all_sources(dataset, lang), **origin_columns(dataset, lang)}
    return csv_table(table, stem=stem, header=header, constants=constants)


def has_table(info: LayerInfo) -> bool:
    """Tell whether a layer's figures stand in a table of the dataset."""
    return bool(info.columns) and not is_raster(info)


def is_raster(info: LayerInfo) -> bool:
    """Tell whether a layer is a raster: it is handed out as it is, there is no table of it."""
    return info.file.endswith(".tif")


def source_file(dataset: Dataset, info: LayerInfo) -> Path | None:
    """Return the path of the file that a layer was made from; None where it is not inside the dataset's folder."""
    path = (dataset.folder / info.file).resolve()
    return path if path.is_file() and path.is_relative_to(dataset.folder.resolve()) else None


def source_mime(path: Path) -> str:
    """Return the media type of a source file."""
    return _MIMES.get(path.suffix, "application/octet-stream")


def preview_rows(dataset: Dataset, info: LayerInfo, lang: str) -> pd.DataFrame:
    """Return the first rows of a layer's table with titled columns, numbers to four digits."""
    table = pd.DataFrame(layer_table(dataset, info).drop(columns="geometry")).head(PREVIEW_ROWS)
    shown = {
        column_label(name, lang): table[name].map(lambda value: f"{value:,.4g}")
        if pd.api.types.is_float_dtype(table[name])
        else table[name].astype(str)
        for name in table.columns
    }
    return pd.DataFrame(shown)


def preview_svg(dataset: Dataset, info: LayerInfo, lang: str) -> str:
    """Return a small map of a source layer with its legend; '' where no map layer shows it."""
    shown_by = f"potential_{Path(info.file).stem}" if is_raster(info) else _SHOWN_BY.get(info.key, "")
    layer = available_layers(dataset).get(shown_by)
    if layer is None:
        return ""
    units = painted_outlines(paint(layer, dataset), dataset)
    if layer.geometry == CELLS:
        units = units[units["fill"] != ""]
    legend = [LegendRow(entry.label(lang), entry.fill) for entry in layer.legend]
    title = text("data.preview", lang, title=layer.title(lang))
    lines = [Lines(dataset.prefecture.boundary, palette.LINE, 1.0)]
    if not layer.legend:
        lines.insert(0, Lines(units.boundary, layer.line_colour, 0.6 * layer.line_width))
    return svg_map(
        units.geometry,
        [fill or palette.LAND for fill in units["fill"]],
        plane_crs=dataset.plane_crs,
        width_px=_PREVIEW_PX,
        title=title,
        lines=lines,
        land=land(dataset),
        legend=legend,
        legend_title=layer.unit(lang),
    )
