"""``economy.csv``: the loaded tables of an area's municipalities, and the version before for taking a change back."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from geo.dataset import Dataset
from geo.economy.cells import sheets_of
from geo.economy.figures import EconomyError, Figure, check_figure
from geo.economy.layouts import Page, Stated, entries_of
from geo.economy.places import Places
from geo.local import local_dir
from geo.writing import write_atomically

FILE = "economy.csv"
COLUMNS = ("municipality", "year", "item", "value", "unit", "source")
# One process serves all sessions.
_WRITING = threading.Lock()


def economy_path(dataset: Dataset) -> Path:
    """Return where an area's loaded tables are kept; the file need not exist."""
    return local_dir(dataset.area, dataset.folder.parent) / FILE


def read_stored(dataset: Dataset) -> tuple[Figure, ...]:
    """Return the stored figures, sorted; () where nothing was loaded.

    Raises
    ------
    EconomyError
        The file was changed by hand and cannot be read: says row, found and expected.
    """
    return _read(economy_path(dataset), dataset)


def take_over(dataset: Dataset, figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """Store figures; those of the same municipality and year that stood there go, all others stay.

    Returns what is stored now; raises EconomyError as :func:`read_stored`, nothing being written then.
    """
    new = {(figure.municipality, figure.year) for figure in figures}

    def merged(before: tuple[Figure, ...]) -> Iterable[Figure]:
        return (*(one for one in before if (one.municipality, one.year) not in new), *figures)

    return _write(dataset, merged)


def take_out(dataset: Dataset, municipality: str, year: int) -> tuple[Figure, ...]:
    """Remove one municipality's figures of one year; returns and raises as :func:`take_over`."""
    return _write(dataset, lambda before: (f for f in before if (f.municipality, f.year) != (municipality, year)))


def take_back(dataset: Dataset) -> tuple[Figure, ...]:
    """Exchange the stored figures with the version before, so that doing it twice changes nothing.

    Raises
    ------
    EconomyError
        There is no version before (key ``economy_version``), or it cannot be read.
    """
    path, before = economy_path(dataset), _version(economy_path(dataset))
    with _WRITING:
        if not before.is_file():
            raise EconomyError(f"{FILE}: there is no version before this one", key="economy_version", file=FILE)
        figures = _read(before, dataset)
        present = path.read_bytes() if path.is_file() else economy_csv(())
        content = before.read_bytes()
        write_atomically(before, lambda temporary: temporary.write_bytes(present))
        write_atomically(path, lambda temporary: temporary.write_bytes(content))
    return figures


def can_take_back(dataset: Dataset) -> bool:
    """Tell whether a version before the present one is kept."""
    return _version(economy_path(dataset)).is_file()


def economy_csv(figures: Iterable[Figure]) -> bytes:
    """Return figures as CSV that reads back to them: UTF-8 with a byte-order mark, which Excel needs, and CRLF."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(
        (one.municipality, one.year, one.item, f"{one.value:.9f}".rstrip("0").rstrip("."), one.unit, one.source)
        for one in sorted(figures)
    )
    return buffer.getvalue().encode("utf-8-sig")


def _write(dataset: Dataset, change: Callable[[tuple[Figure, ...]], Iterable[Figure]]) -> tuple[Figure, ...]:
    path = economy_path(dataset)
    with _WRITING:
        figures = tuple(sorted(change(_read(path, dataset))))
        for figure in figures:
            check_figure(figure)
        present = path.read_bytes() if path.is_file() else economy_csv(())
        content = economy_csv(figures)
        if content != present:
            write_atomically(_version(path), lambda temporary: temporary.write_bytes(present))
            write_atomically(path, lambda temporary: temporary.write_bytes(content))
    return figures


def _read(path: Path, dataset: Dataset) -> tuple[Figure, ...]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return ()
    figures: dict[tuple[str, int, str], Figure] = {}
    for sheet in sheets_of(content, path.name):
        for entry in entries_of(Page(sheet, path.name, Places(dataset), Stated())):
            # Here an item stands by its key alone: a label may leave open whose amount it is.
            item = entry.words.strip()
            figure = Figure(entry.municipality, entry.year, item, entry.value, entry.unit, entry.source)
            check_figure(figure)
            if figures.setdefault((figure.municipality, figure.year, item), figure) is not figure:
                message = f"{path.name}, row {entry.row}: {item} of {figure.municipality}, {figure.year} is there twice"
                told = {"file": path.name, "sheet": "", "row": entry.row, "first": "—", "item": item}
                raise EconomyError(message, key="economy_twice", **told)
    return tuple(sorted(figures.values()))


def _version(path: Path) -> Path:
    return path.with_name(f"{path.name}.1")
