"""What lies beside the downloads: ``fetched.toml`` with address, size, sha256 and date, and each product's licence."""

from __future__ import annotations

import fcntl
import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import tomli_w

from geo.fetch.addresses import Product
from geo.fetch.errors import FetchError
from geo.sources.reading import file_digest
from geo.writing import write_text

RECORD = "fetched.toml"


@dataclass(frozen=True)
class Fetched:
    """A row of ``fetched.toml``: ``size`` in bytes, ``date`` of the fetch in UTC (ISO 8601)."""

    name: str
    product: str
    edition: str
    address: str
    size: int
    sha256: str
    date: str
    last_modified: str = ""


def read_record(folder: Path) -> dict[str, Fetched]:
    """Return the rows of ``fetched.toml`` by file name; none where there is no such file.

    Raises
    ------
    FetchError
        ``fetch_record``: it is not what this program wrote.
    """
    path = folder / RECORD
    if not path.is_file():
        return {}
    try:
        rows = [Fetched(**row) for row in tomllib.loads(path.read_text(encoding="utf-8")).get("file", [])]
    except (UnicodeError, tomllib.TOMLDecodeError, TypeError, AttributeError) as error:
        message = f"{path}: cannot be read ({error}). Move it away: the files are then taken as put there by hand."
        raise FetchError(message, key="fetch_record", file=RECORD, detail=str(error)) from error
    return {row.name: row for row in rows}


def write_record(folder: Path, rows: Mapping[str, Fetched]) -> None:
    """Write ``fetched.toml`` atomically, ordered by name."""
    write_text(folder / RECORD, tomli_w.dumps({"file": [asdict(rows[name]) for name in sorted(rows)]}))


def is_as_recorded(path: Path, row: Fetched) -> bool:
    """Whether the file still has the size and the sha256 that it came with."""
    return path.stat().st_size == row.size and file_digest(path)[1] == row.sha256


def write_licence(folder: Path, product: Product) -> Path:
    """Write ``LICENCE-<product>.txt`` (UTF-8) with the terms and the credit line, and return its path."""
    path = folder / f"LICENCE-{product.key}.txt"
    lines = (
        product.title_ja,
        product.title_en,
        "",
        f"作成者 / Publisher: {product.publisher}",
        f"製品ページ / Page: {product.page}",
        f"利用条件: {product.licence_ja}",
        f"Terms: {product.licence_en}",
        f"出典の書き方 / Credit line: {product.credit}",
        "",
        "この控えはデータと一緒に保存するためのものです。効力があるのは製品ページの利用条件です。",
        "This is a note to keep with the files; the terms on the product's page are the ones that hold.",
        "",
    )
    write_text(path, "\n".join(lines))
    return path


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder: two fetches into one would write into each other's files.

    Raises
    ------
    FetchError
        ``fetch_busy``: another fetch is under way there; ``fetch_disk``: the folder cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / ".fetching", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        message = f"{folder}: cannot be written ({error.strerror}). Choose another folder."
        raise FetchError(message, key="fetch_disk", file=str(folder), detail=str(error.strerror)) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            message = f"{folder}: another fetch is under way there. Wait for it, or choose another folder."
            raise FetchError(message, key="fetch_busy", folder=str(folder)) from error
        yield
    finally:
        os.close(handle)
