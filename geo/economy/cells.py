"""A CSV or a workbook as rows of text: nothing in it is run, followed or believed, and its size is bounded."""

from __future__ import annotations

import csv
import io
import math
import tempfile
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import openpyxl

from geo.economy.figures import EconomyError
from geo.sources.archive import Limits, open_source
from geo.sources.reading import SourceError

LARGEST_FILE_BYTES = 5_000_000
MOST_SHEETS, MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 30, 20_000, 200, 100_000
LONGEST_CELL = 500
_WORKBOOK = Limits(members=500, total_bytes=60_000_000, ratio=200.0)
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# Parts of a workbook that could run or lead elsewhere, and what the reader is told they are.
_REFUSED = {
    "vbaproject.bin": "macro",
    "externallinks": "link",
    "embeddings": "embedded",
    "activex": "macro",
    "connections.xml": "link",
    "querytables": "link",
}


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name ('' for a CSV), and its rows that are not empty as (row number from 1, cells)."""

    name: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def sheets_of(content: bytes, file: str) -> tuple[Sheet, ...]:
    """Return the sheets of an .xlsx, or the one of a CSV in UTF-8 or CP932.

    Raises
    ------
    EconomyError
        Keys ``economy_size``, ``economy_empty`` (nothing in it), ``economy_kind`` (neither of the two, or an old or
        locked workbook), ``economy_no_workbook`` (text that is called .xlsx),
        ``economy_refused_part`` (macros, links, embedded files), ``economy_damaged`` or ``economy_many``.
    """
    if len(content) > LARGEST_FILE_BYTES:
        found, most = f"{len(content) / 1e6:.1f}", f"{LARGEST_FILE_BYTES / 1e6:g}"
        message = f"{file}: expected at most {most} MB; found {found} MB"
        raise EconomyError(message, key="economy_size", file=file, expected=most, found=found)
    if content.startswith(_OLE):
        raise _wrong_kind(file)
    is_workbook = content.startswith(_ZIP)
    # Of a workbook that was emptied, or that never was saved to its end, nothing may be left at all.
    if content and not is_workbook and PurePosixPath(file).suffix.lower() == ".xlsx":
        message = f"{file}: it is called .xlsx, but is no workbook. Save it as .xlsx, or call a CSV .csv"
        raise EconomyError(message, key="economy_no_workbook", file=file)
    sheets = _workbook(content, file) if is_workbook else (_table(content, file),)
    if not any(sheet.rows for sheet in sheets):
        message = f"{file}: there is nothing in it. Was it saved? Fill in the template"
        raise EconomyError(message, key="economy_empty", file=file)
    return sheets


def _table(content: bytes, file: str) -> Sheet:
    # No text has a zero byte, but CP932 would let it pass.
    if b"\0" not in content:
        for encoding in ("utf-8-sig", "cp932"):
            try:
                text = content.decode(encoding)
                return _sheet("", csv.reader(io.StringIO(text, newline="")), file)
            except UnicodeDecodeError:
                continue
            except csv.Error as error:
                raise _wrong_kind(file) from error
    raise _wrong_kind(file)


def _workbook(content: bytes, file: str) -> tuple[Sheet, ...]:
    _check_parts(content, file)
    try:
        with warnings.catch_warnings():
            # What openpyxl leaves out (validations, extensions) is nothing that is read here.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            names = book.sheetnames
            if len(names) > MOST_SHEETS:
                raise _too_many(file, "sheets", MOST_SHEETS)
            return tuple(_sheet(name, _rows(book[name]), file) for name in names)
    except EconomyError:
        raise
    except Exception as error:
        # A damaged workbook makes the library raise whatever its parts lead to: KeyError, ValueError, ParseError ...
        message = f"{file}: the workbook is damaged ({type(error).__name__}). Open it, save it again as .xlsx"
        raise EconomyError(message, key="economy_damaged", file=file) from error


def _rows(sheet: Any) -> Iterable[Iterable[object]]:
    """Return a sheet's rows as they come; () of a sheet of charts."""
    if not hasattr(sheet, "iter_rows"):
        return ()
    # Without the extent that the file claims for itself, which may be less than what is there.
    sheet.reset_dimensions()
    rows: Iterable[Iterable[object]] = sheet.iter_rows(values_only=True)
    return rows


def _check_parts(content: bytes, file: str) -> None:
    """Look at the archive before any of it is unpacked."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "workbook.zip"
        path.write_bytes(content)
        try:
            with open_source(path, limits=_WORKBOOK) as source:
                names = source.names()
        except SourceError as error:
            message = f"{file}: expected a plain workbook; found {error.params['found']}"
            raise EconomyError(message, key="economy_archive", file=file, found=error.params["found"]) from error
    parts = {part.lower() for name in names for part in PurePosixPath(name).parts}
    what = next((told for part, told in _REFUSED.items() if part in parts), "")
    if what:
        message = f"{file}: holds a {what}: save it as .xlsx without macros, links and embedded files"
        raise EconomyError(message, key=f"economy_part_{what}", file=file)
    if "workbook.xml" not in parts:
        raise _wrong_kind(file)


def _sheet(name: str, rows: Iterable[Iterable[object]], file: str) -> Sheet:
    kept: list[tuple[int, tuple[str, ...]]] = []
    filled = 0
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise _too_many(file, "rows", MOST_ROWS)
        cells = [_text(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        filled += sum(map(bool, cells))
        if len(cells) > MOST_COLUMNS:
            raise _too_many(file, "columns", MOST_COLUMNS)
        if filled > MOST_CELLS:
            raise _too_many(file, "cells", MOST_CELLS)
        if cells:
            kept.append((number, tuple(cells)))
    return Sheet(name, tuple(kept))


def _text(value: object) -> str:
    """Return a cell as text, cut to a bound; a whole number without its point."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, int | float):
        return f"{value:.15g}" if math.isfinite(value) and abs(value) < 1e15 else str(value)
    return str(value)[: LONGEST_CELL + 1].strip()


def _wrong_kind(file: str) -> EconomyError:
    message = f"{file}: expected a CSV in UTF-8 or CP932 (Shift_JIS), or an .xlsx without a password"
    return EconomyError(message, key="economy_kind", file=file)


def _too_many(file: str, what: str, most: int) -> EconomyError:
    message = f"{file}: more than {most} {what}. Copy the table alone to a new file"
    return EconomyError(message, key=f"economy_many_{what}", file=file, expected=f"{most:,}")
