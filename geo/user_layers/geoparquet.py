"""GeoParquet (1.0, 1.1; geometry as WKB) read from memory; what Python's own metadata in it asks for is not done."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from geo.user_layers.crs import from_definition
from geo.user_layers.model import Note, UploadError
from geo.user_layers.parts import Parts, check_count, check_names, damaged

_EXPECTED = "GeoParquet"
_MAGIC = b"PAR1"
_MOST_UNPACKED = 1_000_000_000


def read_geoparquet(name: str, content: bytes) -> Parts:
    """Read the table and its primary geometry column.

    Raises
    ------
    UploadError
        Cut off, without ``geo`` metadata, geometry in another encoding than WKB, too large unpacked.
    """
    if not content.endswith(_MAGIC):
        raise damaged(name, _EXPECTED, "PAR1")
    try:
        file = pq.ParquetFile(pa.BufferReader(content), arrow_extensions_enabled=False)
        check_count(file.metadata.num_rows, name)
        unpacked = sum(file.metadata.row_group(i).total_byte_size for i in range(file.metadata.num_row_groups))
        if unpacked > _MOST_UNPACKED:
            message = (
                f"{name}: it unpacks to {unpacked // 1_000_000:,} MB, more than {_MOST_UNPACKED // 1_000_000:,} MB"
            )
            raise UploadError(
                message, key="upload_bomb", file=name, found=unpacked // 1_000_000, most=_MOST_UNPACKED // 1_000_000
            )
        check_names([field.name for field in file.schema_arrow], name)
        column, described = _geometry(file, name)
        table = file.read()
        # Text that is no UTF-8 shows only when it is looked at.
        table.validate(full=True)
        outlines = shapely.from_wkb(table.column(column).to_numpy(zero_copy_only=False))
        crs = _crs(described, name)
        rest, notes = _attributes(table.drop_columns([column]))
    except UploadError:
        raise
    except (pa.ArrowException, OSError, ValueError, shapely.GEOSException, TypeError, KeyError) as error:
        raise damaged(name, _EXPECTED, error) from error
    return Parts(table=rest, outlines=np.asarray(outlines, dtype=object), crs=crs, notes=notes)


def _geometry(file: pq.ParquetFile, name: str) -> tuple[str, dict[str, Any]]:
    """Return the geometry column and what ``geo`` says of it."""
    raw = (file.metadata.metadata or {}).get(b"geo")
    try:
        described = json.loads(raw) if raw else {}
        column = str(described["primary_column"])
        geometry = dict(described["columns"][column])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        message = f"{name}: it is Parquet, but says nothing of a geometry; save it as GeoParquet"
        raise UploadError(message, key="upload_no_geometry", file=name) from error
    if geometry.get("encoding") != "WKB" or column not in file.schema_arrow.names:
        message = f"{name}: its geometry is stored as {geometry.get('encoding')}; save it as GeoParquet with WKB"
        raise UploadError(message, key="upload_encoding_geometry", file=name, found=str(geometry.get("encoding"))[:40])
    return column, geometry


def _crs(geometry: dict[str, Any], name: str) -> str:
    # Left out it is WGS 84 by the standard; null is "not known".
    if "crs" not in geometry:
        return "EPSG:4326"
    crs = geometry["crs"]
    if crs is None:
        return ""
    return from_definition(crs if isinstance(crs, dict) else str(crs), name)


def _attributes(table: pa.Table) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """Return the plain columns; what is nested is left out, and told."""
    nested = [field.name for field in table.schema if pa.types.is_nested(field.type) or pa.types.is_binary(field.type)]
    notes = tuple(
        Note("dropped", f"column '{column}' holds nested values and is left out", {"column": column})
        for column in nested
        if column != "bbox"
    )
    # The pandas metadata may name index columns and types of its own: it is not asked.
    plain = table.drop_columns(nested).replace_schema_metadata(None)
    return plain.to_pandas(ignore_metadata=True).reset_index(drop=True), notes
