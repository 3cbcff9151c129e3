"""Outlines as they are stored, and GeoParquet written in parts: a country's fragments are never in memory at once."""

from __future__ import annotations

import json
from pathlib import Path
from types import TracebackType

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo.dataset import STORAGE_CRS
from geo.fragments import polygon_parts
from geo.official.grid import EQUAL_AREA

# As geo.tables: 1e-9 degrees is 0.1 mm.
_STORAGE_GRID_DEGREES = 1e-9


class GeoParquetWriter:
    """Writes one row group a call; outlines are WKB in the column ``geometry``, in EPSG:6668.

    The file's metadata follow GeoParquet 1.0.0 and hold no time and no place, so the same rows give the same bytes.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        outlines = {"encoding": "WKB", "geometry_types": [], "crs": CRS(STORAGE_CRS).to_json_dict()}
        geo = {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": outlines}}
        self._schema = schema.with_metadata({"geo": json.dumps(geo, ensure_ascii=False)})
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")

    def write(self, rows: pa.Table) -> None:
        """Append rows as one group; columns in the schema's order and types."""
        self._writer.write_table(rows.cast(self._schema), row_group_size=max(len(rows), 1))

    def __enter__(self) -> GeoParquetWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()


def store(table: gpd.GeoDataFrame, path: Path) -> None:
    """Write a table, whose outlines are in the equal-area plane or as they are stored."""
    outlines = table.geometry.to_numpy()
    stored = outlines if table.crs.equals(STORAGE_CRS) else stored_outlines(outlines)
    table = table.set_geometry(gpd.GeoSeries(stored, index=table.index, crs=STORAGE_CRS))
    table.to_parquet(path, index=False, compression="zstd", write_covering_bbox=False)


def stored_outlines(outlines: NDArray[np.object_]) -> NDArray[np.object_]:
    """Bring outlines, (n,) in ``EQUAL_AREA``, into the form in which they are stored, as ``geo.tables.to_storage``."""
    degrees = gpd.GeoSeries(outlines, crs=EQUAL_AREA).to_crs(STORAGE_CRS).to_numpy()
    rounded = shapely.set_precision(degrees, _STORAGE_GRID_DEGREES, mode="pointwise")
    broken = ~shapely.is_valid(rounded)
    repaired = shapely.make_valid(rounded[broken], method="structure", keep_collapsed=False)
    rounded[broken] = polygon_parts(repaired)
    return np.asarray(rounded, dtype=object)
