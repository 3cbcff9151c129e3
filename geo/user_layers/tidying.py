"""Columns of an upload as plain numbers, text, flags and dates, and what they hold."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.user_layers.model import Column, Note

_EXAMPLES = 3


def tidied(table: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """Return the table with plain columns: float64, text, or as dates and flags are; infinite becomes unknown."""
    result, notes = table.copy(), []
    for column in table.columns:
        cells = table[column]
        if column == "geometry":
            continue
        if pd.api.types.is_bool_dtype(cells) or pd.api.types.is_datetime64_any_dtype(cells):
            continue
        if pd.api.types.is_numeric_dtype(cells) or (_all_numbers(cells) and cells.notna().any()):
            numbers = pd.to_numeric(cells, errors="coerce").astype("float64")
            endless = np.isinf(numbers.to_numpy())
            if count := int(endless.sum()):
                english = f"column '{column}': {count} infinite values are taken as unknown"
                notes.append(Note("infinite_cells", english, {"column": str(column), "count": count}))
            result[column] = numbers.mask(endless)
        else:
            result[column] = cells.map(lambda cell: None if pd.isna(cell) else str(cell)).astype("str")
    return result, tuple(notes)


def _all_numbers(cells: pd.Series) -> bool:
    return all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in cells.dropna())


def column_list(table: pd.DataFrame) -> tuple[Column, ...]:
    """Describe the columns of a tidied table."""
    found = []
    for name in table.columns:
        cells = table[name]
        examples = tuple(str(value)[:60] for value in cells.dropna().unique()[:_EXAMPLES])
        known = int(cells.notna().sum())
        if pd.api.types.is_bool_dtype(cells):
            found.append(Column(str(name), "flag", known, examples=examples))
        elif pd.api.types.is_float_dtype(cells):
            low, high = (float(cells.min()), float(cells.max())) if known else (None, None)
            found.append(Column(str(name), "number", known, low, high, examples))
        else:
            kind = "date" if pd.api.types.is_datetime64_any_dtype(cells) else "text"
            found.append(Column(str(name), kind, known, examples=examples))
    return tuple(found)
