"""What an upload is understood as, what its owner says of it, and the layer that it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd
from affine import Affine

from geo.errors import MeguriError

PAGE_LIMIT_BYTES = 50_000_000
COMMAND_LIMIT_BYTES = 200_000_000
MOST_FEATURES = 200_000
MOST_VERTICES = 5_000_000
MOST_PIXELS = 100_000_000
MOST_COLUMNS = 500

KINDS = ("polygons", "lines", "points", "raster", "table")
MEASURES = ("none", "extensive", "intensive")
ROLES = ("layer", "indicator", "community", "partition", "potential")
SIDES = ("supply", "demand")
MODES = ("add", "replace")
SHARED_BY = ("area", "population")
RUNGS_AFTER = ("", "community", "municipality", "basin")


class UploadError(MeguriError):
    """An uploaded file, or what is said of it, cannot be used; nothing has been changed.

    ``params`` hold ``file`` and what the sentence of ``errors.<key>`` names.
    """

    default_key = "upload"


@dataclass(frozen=True)
class Note:
    """Something that was done to the upload, or that its owner should know.

    Attributes
    ----------
    key
        The sentence's key in the message catalogue: ``upload_note.<key>``.
    params
        What the sentence names.
    english
        The same sentence in English, for the command line.
    """

    key: str
    english: str
    params: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Column:
    """A column of an upload.

    Attributes
    ----------
    name
        As in the file.
    type
        'number', 'text', 'flag' or 'date'.
    known
        Number of rows that have a value.
    minimum, maximum
        Of a column of numbers, in its own unit; None otherwise.
    examples
        Up to three different values as text.
    """

    name: str
    type: str
    known: int
    minimum: float | None = None
    maximum: float | None = None
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Raster:
    """One band of a grid.

    Attributes
    ----------
    values
        float64 (rows, columns), NaN where nothing is known.
    transform
        Column and row -> coordinates in ``crs`` of the pixel's north-west corner; not rotated, north up.
    crs
        'EPSG:<code>'.
    """

    values: npt.NDArray[np.float64] = field(repr=False)
    transform: Affine
    crs: str


@dataclass(frozen=True, eq=False)
class Checked:
    """An upload that can be used, and what was understood of it.

    Attributes
    ----------
    name
        The file's name as given, for the screen; never a path.
    format
        'GeoPackage', 'GeoJSON', 'Shapefile', 'GeoParquet', 'GeoTIFF' or 'CSV'.
    kind
        One of ``KINDS``.
    table
        The rows: a GeoDataFrame in EPSG:6668 for polygons, lines and points, a DataFrame for a table by codes (its
        codes, put right, in the column ``key_column``); empty for a raster.
    raster
        The grid; None for everything else.
    columns
        The table's columns without geometry; () for a raster.
    count
        Rows, or pixels that have a value.
    bounds
        West, south, east, north in degrees; None for a table by codes.
    crs
        What the coordinates were in, 'EPSG:<code>'; '' for a table by codes.
    repaired
        Outlines that were not valid and were mended.
    outside
        Rows (pixels) of which no part lies in the area.
    key_column, key_kind
        Of a table by codes: the column that carries them and 'municipality' or 'mesh'; '' otherwise.
    roles
        What it may become, of ``ROLES``.
    notes
        What was done, what to know.
    sha256
        Of the upload's bytes.
    area
        The area that it was checked for.
    """

    name: str
    format: str
    kind: str
    table: pd.DataFrame = field(repr=False)
    raster: Raster | None
    columns: tuple[Column, ...]
    count: int
    bounds: tuple[float, float, float, float] | None
    crs: str
    repaired: int
    outside: int
    key_column: str
    key_kind: str
    roles: tuple[str, ...]
    notes: tuple[Note, ...]
    sha256: str
    area: str

    def numbers(self) -> tuple[str, ...]:
        """Return the names of the columns of numbers: what may be the value."""
        return tuple(
            column.name for column in self.columns if column.type == "number" and column.name != self.key_column
        )

    def must_tell(self) -> tuple[str, ...]:
        """Return the fields of :class:`Description` that cannot be left at their default for this upload."""
        needed = ["title_ja", "title_en", "year", "source", "licence"]
        return (*needed, "unit", "column", "measure") if self.kind == "table" else tuple(needed)


@dataclass(frozen=True)
class Description:
    """What the owner says of an upload.

    Attributes
    ----------
    title_ja, title_en, unit, year, source, licence
        As shown beside it; ``unit`` is of the value column and '' only where there is none.
    column
        The value column; '' for outlines alone, and for a raster (which has one).
    measure
        'extensive' (an amount that is shared by area), 'intensive' (a rate, averaged) or 'none'.
    role
        'layer' (drawn only), 'indicator' (a resource's supply or demand), 'community' or 'partition' (polygons as
        units), 'potential' (a raster drawn as a potential).
    resource, side, mode
        Of an indicator: the resource's key, 'supply' or 'demand', and whether it is added to the estimate's terms
        or replaces them.
    is_variable
        Of an indicator of supply: sun or wind, which comes at its own time.
    share_by
        How a municipality's or a cell's figure is shared over its fragments: 'area' or 'population'.
    code_column, name_column
        Of a community or partition: columns with the units' codes and names; '' numbers them.
    rung_after
        Of a partition: the scale, of ``RUNGS_AFTER``, above which its units are a rung of the ladders of all resources
        but water; '' for none.
    """

    title_ja: str
    title_en: str
    unit: str = ""
    year: str = ""
    source: str = ""
    licence: str = ""
    column: str = ""
    measure: str = "none"
    role: str = "layer"
    resource: str = ""
    side: str = ""
    mode: str = "add"
    is_variable: bool = False
    share_by: str = "area"
    code_column: str = ""
    name_column: str = ""
    rung_after: str = ""


@dataclass(frozen=True)
class UserLayer:
    """A layer that users brought into an area, as ``layers.toml`` describes it.

    Attributes
    ----------
    key
        Lower-case letters, digits and _, starting with a letter; different from every other layer's of the area.
    path
        Absolute path of its file; ``file`` is the part that stands in ``layers.toml``.
    kind, key_column, key_kind, count, crs, bounds
        As in :class:`Checked`; ``crs`` is what the upload was in (outlines are stored in EPSG:6668, a raster in its
        own CRS).
    is_shipped
        Whether it came with the area's data (``data/<area>/layers.toml``) and so cannot be removed here.

    The other fields are those of :class:`Description`.
    """

    key: str
    title_ja: str
    title_en: str
    unit: str
    year: str
    source: str
    licence: str
    kind: str
    measure: str
    column: str
    role: str
    resource: str
    side: str
    mode: str
    is_variable: bool
    share_by: str
    code_column: str
    name_column: str
    key_column: str
    key_kind: str
    count: int
    crs: str
    bounds: tuple[float, ...]
    upload_name: str
    file: str
    sha256: str
    path: Path
    rung_after: str = ""
    is_shipped: bool = False

    @property
    def fragment_column(self) -> str:
        """Name of the column that it adds to the fragments where it is an indicator."""
        return f"user_{self.key}"
