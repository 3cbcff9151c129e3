"""The areas of a data folder as a list to pick from: whole ones by name, broken ones with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from geo.dataset import DATA_DIR, TABLES, Dataset, list_areas, open_dataset
from geo.errors import DatasetError, MeguriError


@dataclass(frozen=True)
class AreaEntry:
    """One area of the list.

    Attributes
    ----------
    area
        Folder name.
    name_ja, name_en
        Names; the folder's where the description cannot be read.
    prefecture_codes
        Two-digit codes of its prefectures, () where they cannot be read.
    problem
        Why it cannot be opened, None where it can.
    """

    area: str
    name_ja: str
    name_en: str
    prefecture_codes: tuple[str, ...] = ()
    problem: MeguriError | None = None

    def name(self, lang: str) -> str:
        """Name in 'ja' or 'en'."""
        return self.name_ja if lang == "ja" else self.name_en


def survey(data_dir: Path = DATA_DIR) -> list[AreaEntry]:
    """Return every area of ``data_dir``, from north to south; one that is broken does not stop the others.

    Only descriptions and the tables' ends are read: enough to tell a table that is missing or cut off, at any size.
    That a table is the one described is checked when it is opened.
    """
    entries = [_entry(area, data_dir) for area in list_areas(data_dir)]
    return sorted(entries, key=lambda entry: (entry.prefecture_codes, entry.area))


def fingerprint(data_dir: Path = DATA_DIR) -> tuple[tuple[str, int, int], ...]:
    """Return what changes when a file that :func:`survey` looks at does: (path, time of change in ns, bytes)."""
    found = []
    for area in list_areas(data_dir):
        for name in ("dataset.toml", *(f"{table}.parquet" for table in TABLES)):
            try:
                status = (data_dir / area / name).stat()
            except OSError:
                continue
            found.append((f"{area}/{name}", status.st_mtime_ns, status.st_size))
    return tuple(found)


def _entry(area: str, data_dir: Path) -> AreaEntry:
    try:
        dataset = open_dataset(area, data_dir=data_dir)
    except MeguriError as error:
        return AreaEntry(area, area, area, problem=error)
    problem = next((found for name in TABLES if (found := _unreadable(dataset, name))), None)
    return AreaEntry(area, dataset.name_ja, dataset.name_en, dataset.prefecture_codes, problem)


def _unreadable(dataset: Dataset, name: str) -> DatasetError | None:
    path = dataset.folder / f"{name}.parquet"
    how = f"build it with 'python -m geo build {dataset.area}'"
    if not path.is_file():
        message = f"{path.name} is missing from dataset '{dataset.area}': {how}"
        return DatasetError(message, key="dataset_table", area=dataset.area, file=path.name)
    try:
        columns = set(pq.read_schema(path).names)
    except (OSError, ValueError, pa.ArrowException) as error:
        detail = type(error).__name__
    else:
        lacking = [column for column in TABLES[name] if column not in columns]
        if not lacking:
            return None
        detail = f"column '{lacking[0]}' is missing"
    message = f"{path.name} of '{dataset.area}' cannot be used ({detail}): {how}"
    return DatasetError(message, key="dataset_damaged", area=dataset.area, file=path.name)
