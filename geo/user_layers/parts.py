"""What every reader of an upload gives on: rows, outlines and what they are in, before anything is checked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.user_layers.model import MOST_COLUMNS, MOST_FEATURES, Note, UploadError


@dataclass(frozen=True, eq=False)
class Parts:
    """An upload taken apart.

    Attributes
    ----------
    table
        Its attributes, one row a feature, numbered from 0.
    outlines
        object (n,) of shapely geometries (None where a feature has none), coordinates as in the file.
    crs
        'EPSG:<code>' as the file says, '' where it does not.
    notes
        What was done while reading.
    """

    table: pd.DataFrame
    outlines: npt.NDArray[np.object_]
    crs: str
    notes: tuple[Note, ...] = ()


def check_count(count: int, file: str) -> None:
    """Refuse more rows than are taken; raises UploadError."""
    if count > MOST_FEATURES:
        message = f"{file}: {count:,} features; at most {MOST_FEATURES:,} are taken; thin out or cut to the area"
        raise UploadError(message, key="upload_features", file=file, found=count, most=MOST_FEATURES)


def check_names(names: list[str], file: str) -> None:
    """Refuse columns without a name, of one name, or too many; letter case does not tell two apart.

    Raises
    ------
    UploadError
        Names the column.
    """
    if len(names) > MOST_COLUMNS:
        message = f"{file}: {len(names)} columns; at most {MOST_COLUMNS} are taken"
        raise UploadError(message, key="upload_columns", file=file, found=len(names), most=MOST_COLUMNS)
    seen: set[str] = set()
    for position, name in enumerate(names, start=1):
        if not name.strip():
            message = f"{file}: column {position} has values but no name; name it in the first row"
            raise UploadError(message, key="upload_column_name", file=file, column=position)
        if name.casefold() in seen:
            message = f"{file}: column '{name}' is there twice; rename one of them"
            raise UploadError(message, key="upload_column_twice", file=file, column=name)
        seen.add(name.casefold())


def damaged(file: str, expected: str, detail: object) -> UploadError:
    """Return the error for a file that breaks off or is not what it begins as."""
    words = " ".join(str(detail).split())[:200]
    message = f"{file}: cannot be read as {expected}: {words}; it may be cut off; save or copy it again"
    return UploadError(message, key="upload_damaged", file=file, expected=expected, detail=words)
