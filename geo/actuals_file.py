"""``actuals.csv``: read, written by several sessions without losing anybody's rows, and earlier versions kept."""

from __future__ import annotations

import csv
import hashlib
import io
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from geo.actuals import COLUMNS, Actual, ActualsError, CheckedRows, check_rows, overlay
from geo.dataset import Dataset
from geo.local import local_dir
from geo.terms import Catalogue
from geo.writing import write_atomically

FILE = "actuals.csv"
VERSIONS_KEPT = 9
LARGEST_FILE_BYTES = 5_000_000
# Titles in which a table by hand may have the columns.
_TITLES = {
    "市町村": "municipality",
    "市町村コード": "municipality",
    "資源": "resource",
    "区分": "side",
    "値": "value",
    "単位": "unit",
    "年": "year",
    "年度": "year",
    "出典": "source",
}
# One process serves all sessions; what another program writes is noticed by the file's digest.
_WRITING = threading.Lock()


class ActualsChangedError(ActualsError):
    """Somebody saved since the rows were read; nothing was written.

    Attributes
    ----------
    theirs
        The values as they stand in the file now.
    digest
        The file's digest now: what to give as ``base`` to write over it knowingly.
    """

    default_key = "actuals_changed"

    def __init__(self, theirs: tuple[Actual, ...], digest: str) -> None:
        super().__init__(f"{FILE}: somebody else saved it since you opened it: look at theirs, then save", file=FILE)
        self.theirs = theirs
        self.digest = digest


@dataclass(frozen=True)
class Version:
    """An earlier version: 1 is what the last save replaced; ``rows`` counts its lines below the header."""

    number: int
    rows: int


def local_path(dataset: Dataset) -> Path:
    """Return where the area's users keep their measured values; the file need not exist."""
    return local_dir(dataset.area, dataset.folder.parent) / FILE


def read_actuals(dataset: Dataset, catalogue: Catalogue) -> tuple[Actual, ...]:
    """Return the area's measured values, sorted: its own ``actuals.csv`` and, row by row above it, the local one.

    Raises
    ------
    ActualsError
        A file cannot be read, lacks a column, or a row has a wrong code, resource, side, value, unit, year or
        source: says file and row, and the nearest right code.
    """
    return overlay(read_file(dataset.folder / FILE, dataset, catalogue), read_local(dataset, catalogue))


def read_local(dataset: Dataset, catalogue: Catalogue) -> tuple[Actual, ...]:
    """Return the local file's values, () where there is none; errors as for :func:`read_actuals`."""
    return read_file(local_path(dataset), dataset, catalogue)


def read_file(path: Path, dataset: Dataset, catalogue: Catalogue) -> tuple[Actual, ...]:
    """Return one file's values, () where there is none; errors as for :func:`read_actuals`."""
    content = _content(path)
    if content is None:
        return ()
    checked = check_csv(content, dataset, catalogue, file=path.name)
    if checked.errors:
        raise checked.errors[0]
    return checked.actuals


def check_csv(content: bytes, dataset: Dataset, catalogue: Catalogue, *, file: str) -> CheckedRows:
    """Check a CSV (UTF-8 or CP932, a header row, the columns in any order, titles English or Japanese).

    Rows are numbered as a spreadsheet numbers them: the header is row 1.

    Raises
    ------
    ActualsError
        The file as a whole cannot be used: keys ``actuals_size``, ``actuals_text``, ``actuals_column_missing``,
        ``actuals_column_twice`` or ``actuals_column_unknown``.
    """
    try:
        records = list(csv.reader(io.StringIO(_decoded(content, file), newline="")))
    except csv.Error as error:
        raise _not_csv(file) from error
    titles = _columns(records, file)
    rows = []
    for number, record in enumerate(records[1:], start=2):
        if any(cell.strip() for cell in record[len(titles) :]):
            message = f"{file}, row {number}: expected {len(titles)} cells; found {len(record)}"
            told = {"file": file, "row": number, "expected": len(titles), "found": len(record)}
            return CheckedRows((), (ActualsError(message, key="actuals_cells", **told),))
        rows.append((number, dict(zip(titles, record, strict=False))))
    return check_rows(rows, dataset, catalogue, file=file)


def actuals_csv(actuals: Sequence[Actual]) -> bytes:
    """Return the values as CSV that reads back to them: UTF-8 with a byte-order mark, which Excel needs, and CRLF."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([getattr(actual, name) for name in COLUMNS] for actual in sorted(actuals))
    return buffer.getvalue().encode("utf-8-sig")


def local_digest(dataset: Dataset) -> str:
    """Return the sha256 of the local file's content, '' where there is none: what a later write is held against."""
    return _digest(_content(local_path(dataset)))


def write_actuals(dataset: Dataset, catalogue: Catalogue, actuals: Sequence[Actual], *, base: str) -> str:
    """Replace the local file atomically, the one before becoming version 1, and return the new digest.

    Parameters
    ----------
    base
        :func:`local_digest` at the time the rows were read that these come from.

    Raises
    ------
    ActualsChangedError
        The file is no longer the one of ``base``; it carries the rows that stand there now. Nothing is written.
    ActualsError
        A value that cannot be read back. Nothing is written.
    """
    rows = [(number, {name: getattr(row, name) for name in COLUMNS}) for number, row in enumerate(actuals, start=1)]
    checked = check_rows(rows, dataset, catalogue, file=FILE)
    if checked.errors:
        raise checked.errors[0]
    path, content = local_path(dataset), actuals_csv(checked.actuals)
    with _WRITING:
        before = _content(path)
        if _digest(before) != base:
            raise ActualsChangedError(read_local(dataset, catalogue), _digest(before))
        if before != content:
            _keep_version(path, actuals_csv(()) if before is None else before)
            write_atomically(path, lambda temporary: temporary.write_bytes(content))
    return _digest(content)


def versions(dataset: Dataset) -> tuple[Version, ...]:
    """Return the earlier versions that are kept, the latest first."""
    path = local_path(dataset)
    found = []
    for number in range(1, VERSIONS_KEPT + 1):
        content = _content(_version_path(path, number))
        if content is not None:
            lines = [line for line in content.splitlines()[1:] if line.strip(b", \t")]
            found.append(Version(number, len(lines)))
    return tuple(found)


def restore_version(dataset: Dataset, catalogue: Catalogue, number: int, *, base: str) -> str:
    """Make an earlier version the present one, which in turn becomes version 1; returns the new digest.

    Raises
    ------
    ActualsChangedError, ActualsError
        As for :func:`write_actuals`; key ``actuals_version`` where there is no such version.
    """
    path = _version_path(local_path(dataset), number)
    if not path.is_file():
        message = f"{FILE}: there is no version {number}"
        raise ActualsError(message, key="actuals_version", file=FILE, found=number)
    return write_actuals(dataset, catalogue, read_file(path, dataset, catalogue), base=base)


def _keep_version(path: Path, content: bytes) -> None:
    """Move every version one on, the oldest out, and keep the content as version 1."""
    for number in range(VERSIONS_KEPT, 1, -1):
        older = _version_path(path, number - 1)
        if older.is_file():
            older.replace(_version_path(path, number))
    write_atomically(_version_path(path, 1), lambda temporary: temporary.write_bytes(content))


def _version_path(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.{number}")


def _content(path: Path) -> bytes | None:
    """Return a file's bytes, None where there is none; raises ActualsError where it is too large or unreadable."""
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            _refuse_size(path.stat().st_size, path.name)
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        message = f"{path.name}: cannot be read ({error.strerror})"
        raise ActualsError(message, key="actuals_file", file=path.name, detail=error.strerror) from error


def _digest(content: bytes | None) -> str:
    return "" if content is None else hashlib.sha256(content).hexdigest()


def _decoded(content: bytes, file: str) -> str:
    if len(content) > LARGEST_FILE_BYTES:
        _refuse_size(len(content), file)
    # No text has a zero byte, but CP932 would let it pass.
    if b"\0" not in content:
        for encoding in ("utf-8-sig", "cp932"):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise _not_csv(file)


def _not_csv(file: str) -> ActualsError:
    message = f"{file}: expected a CSV text in UTF-8 or CP932 (Shift_JIS); found something else. Save it as CSV"
    return ActualsError(message, key="actuals_text", file=file)


def _refuse_size(found: int, file: str) -> None:
    message = f"{file}: expected at most {LARGEST_FILE_BYTES / 1e6:g} MB; found {found / 1e6:.1f} MB"
    raise ActualsError(
        message, key="actuals_size", file=file, expected=f"{LARGEST_FILE_BYTES / 1e6:g}", found=f"{found / 1e6:.1f}"
    )


def _columns(records: Sequence[Sequence[str]], file: str) -> list[str]:
    """Return the names of the header's columns; empty titles at the end are left off."""
    header = [unicodedata.normalize("NFKC", title).strip() for title in records[0]] if records else []
    while header and not header[-1]:
        header.pop()
    names = [_TITLES.get(title, title.lower()) for title in header]
    expected = ", ".join(COLUMNS)
    for problem, found in (
        ("missing", next((name for name in COLUMNS if name not in names), None)),
        ("twice", next((name for name in names if names.count(name) > 1), None)),
        ("unknown", next((title for title, name in zip(header, names, strict=True) if name not in COLUMNS), None)),
    ):
        if found is not None:
            message = f"{file}: expected the columns {expected}; column '{found}' is {problem}"
            raise ActualsError(
                message, key=f"actuals_column_{problem}", file=file, row=1, column=found, expected=expected
            )
    return names
