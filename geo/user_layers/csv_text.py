"""CSV as offices have it: UTF-8, CP932 or Excel's UTF-16, and what Excel does to codes and numbers."""

from __future__ import annotations

import csv
import re
import unicodedata
from io import StringIO

import numpy as np
import pandas as pd

from geo.user_layers.model import Note, UploadError
from geo.user_layers.parts import check_count, check_names, damaged

_ENCODINGS = ("utf-8-sig", "cp932")
_QUOTED = re.compile(r'="?([^"]*)"?')
_NUMBER = re.compile(r"[-+]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?([eE][-+]?\d+)?")
# How tables say that there is no figure.
_NOTHING = {"", "-", "--", "…", "...", "***", "*", "x", "na", "n/a", "nan", "null", "none", "―", "—", "‐", "ー"}
_EXCEL_ERRORS = {"#n/a", "#div/0!", "#ref!", "#value!", "#name?", "#num!", "#null!"}
_LONGEST_CELL = 100_000
# A column is one of numbers where nearly all that is known is one; what is not is refused, row by row.
_MOSTLY = 0.8


def read_csv(name: str, content: bytes) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """Read a table with one row of names; every cell is text, put right, '' where there is none.

    Full-width characters become half-width, ``="14201"`` becomes ``14201``, trailing empty columns and empty rows go.

    Raises
    ------
    UploadError
        Not text, neither UTF-8 nor CP932, rows of different lengths, names missing or twice, no rows.
    """
    text = _decoded(name, content)
    csv.field_size_limit(_LONGEST_CELL)
    try:
        rows = list(csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True))
    except csv.Error as error:
        raise damaged(name, "CSV", error) from error
    numbered = [(number, cells) for number, cells in enumerate(rows, start=1) if any(cell.strip() for cell in cells)]
    if len(numbered) < 2:
        raise UploadError(f"{name}: it has no rows below the names", key="upload_empty", file=name)
    check_count(len(numbered) - 1, name)
    width = max(at + 1 for _, cells in numbered for at, cell in enumerate(cells) if cell.strip())
    body = []
    for number, cells in numbered:
        if len(cells) < width and len(cells) != len(numbered[0][1]):
            message = f"{name}, row {number}: {len(cells)} cells, expected {width}; the row may be cut off"
            raise UploadError(message, key="upload_row_length", file=name, row=number, found=len(cells), expected=width)
        body.append([_cell(cell) for cell in (*cells[:width], *[""] * (width - len(cells)))])
    names = body[0]
    check_names(names, name)
    numbers = [number for number, _ in numbered[1:]]
    return pd.DataFrame(body[1:], columns=names, index=pd.Index(numbers, name="row"), dtype=object), ()


def to_numbers(table: pd.DataFrame, name: str, *, but: str) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """Turn the columns of numbers into float64, NaN where the cell says there is no figure.

    Parameters
    ----------
    table
        Texts, indexed by row number.
    but
        Column that stays text (codes), '' for none.

    Raises
    ------
    UploadError
        A column of numbers with a cell that is none: names row and column.
    """
    columns: dict[str, pd.Series] = {}
    notes = []
    for column in table.columns:
        cells = table[column]
        words = cells.str.lower()
        known = ~words.isin(_NOTHING | _EXCEL_ERRORS)
        is_number = cells.map(lambda cell: bool(_NUMBER.fullmatch(cell)) and any(c.isdigit() for c in cell))
        if column == but or not known.any() or (known & is_number).sum() < _MOSTLY * known.sum():
            columns[column] = cells
            continue
        wrong = known & ~is_number
        if wrong.any():
            row = int(wrong.index[int(np.argmax(wrong.to_numpy()))])
            message = f"{name}, row {row}, column '{column}': expected a number; found '{cells[row]}'"
            raise UploadError(message, key="upload_number", file=name, row=row, column=column, found=cells[row])
        if errors := int(words.isin(_EXCEL_ERRORS).sum()):
            english = f"column '{column}': {errors} cells hold an error of Excel's and are taken as unknown"
            notes.append(Note("excel_errors", english, {"column": column, "count": errors}))
        columns[column] = pd.to_numeric(cells.where(known).str.replace(",", "")).astype(float)
    return pd.DataFrame(columns, index=table.index), tuple(notes)


def _decoded(name: str, content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        tries: tuple[str, ...] = ("utf-16",)
    else:
        tries = _ENCODINGS
    for encoding in tries:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(unicodedata.category(letter) == "Cc" and letter not in "\t\r\n\x0c" for letter in text[:100_000]):
            message = f"{name}: it is called a CSV, but holds bytes that are no text; save it as CSV (UTF-8) again"
            raise UploadError(message, key="upload_binary", file=name)
        return text
    message = f"{name}: it is neither UTF-8 nor CP932 (Shift_JIS); save it as CSV (UTF-8)"
    raise UploadError(message, key="upload_encoding", file=name)


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(",\t;", key=first.count)


def _cell(cell: str) -> str:
    plain = unicodedata.normalize("NFKC", cell).strip().replace("−", "-").lstrip("'")
    found = _QUOTED.fullmatch(plain)
    return found.group(1).strip() if found and plain.startswith("=") else plain
