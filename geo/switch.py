"""The exchange of an area's folder for a new one, so that a reader sees the old state or the new, never a mixture."""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from geo.errors import DatasetError
from geo.writing import write_text

Result = TypeVar("Result")
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_JOURNAL = ".switch-{area}.json"
_ATTEMPTS = 20
_PAUSE_S = 0.02


def switch(new: Path, target: Path, carried: Iterable[str] = (), *, can_exchange: bool = True) -> None:
    """Put the folder ``new`` in the place of ``target``, which is removed; both on one file system.

    Parameters
    ----------
    new
        A whole area, in a folder of its own that no listing of areas looks into; gone afterwards.
    target
        ``<data_dir>/<area>``; need not exist.
    carried
        Patterns of what the target keeps ('inputs', 'actuals.csv'); what ``new`` has already is left alone.
    can_exchange
        False takes the way of systems that cannot exchange two folders in one step.

    Notes
    -----
    ``renameat2`` with RENAME_EXCHANGE where the system has it. Else two renames and a journal beside the folders:
    whoever opens the area after a crash between the two finishes it (``recover``).
    """
    recover(target.parent, target.name)
    journal = target.parent / _JOURNAL.format(area=target.name)
    # Left by an exchange that ended before its first rename or after its second: there is nothing to finish.
    journal.unlink(missing_ok=True)
    patterns = tuple(carried)
    taken = _carry(target, new, patterns)
    _flush_folder(new)
    if not target.exists():
        new.rename(target)
        return
    if not (can_exchange and _exchange(new, target)):
        old = new.with_name(f"{new.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        names = {"new": new.relative_to(target.parent).as_posix(), "old": old.relative_to(target.parent).as_posix()}
        write_text(journal, json.dumps(names))
        target.rename(old)
        try:
            new.rename(target)
        except FileNotFoundError:
            # A reader that met the gap has finished it.
            if not target.exists():
                raise
        journal.unlink(missing_ok=True)
        new = old
    # What a user wrote into the old folder between the copy and the exchange.
    _carry(new, target, patterns, seen=taken)
    shutil.rmtree(new, ignore_errors=True)


def recover(data_dir: Path, area: str) -> bool:
    """Finish an exchange that was cut off between its two renames; True where there was one to finish."""
    journal = data_dir / _JOURNAL.format(area=area)
    if not journal.is_file():
        return False
    target = data_dir / area
    try:
        names = json.loads(journal.read_text(encoding="utf-8"))
        new, old = data_dir / str(names["new"]), data_dir / str(names["old"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
    if target.exists():
        # Either not begun (the old is in place) or just done by another process, which tidies up itself.
        return False
    for folder in (new, old):
        try:
            folder.rename(target)
        except OSError:
            continue
        journal.unlink(missing_ok=True)
        if folder == new:
            shutil.rmtree(old, ignore_errors=True)
        return True
    return target.exists()


def recover_all(data_dir: Path) -> None:
    """Finish every exchange in ``data_dir`` that was cut off."""
    prefix, suffix = _JOURNAL.split("{area}")
    for journal in sorted(data_dir.glob(f"{prefix}*{suffix}")):
        recover(data_dir, journal.name.removeprefix(prefix).removesuffix(suffix))


def with_retry(read: Callable[[], Result], area: str, data_dir: Path) -> Result:
    """Open and read an area, again from the start where it was exchanged meanwhile.

    Parameters
    ----------
    read
        Opens the dataset itself and reads all that belongs together; what it opened before is not to be used.

    Raises
    ------
    DatasetError, OSError
        Whatever ``read`` raises although the area stayed the same.
    """
    for attempt in range(_ATTEMPTS):
        recover(data_dir, area)
        before = _state(data_dir / area)
        try:
            return read()
        except (DatasetError, OSError):
            if attempt == _ATTEMPTS - 1 or (before == _state(data_dir / area) and before):
                raise
            if not before:
                time.sleep(_PAUSE_S)
    raise AssertionError


def was_switched(folder: Path, digest: str) -> bool:
    """Tell whether ``dataset.toml`` in a folder is no longer the one with this sha256."""
    return _state(folder) != digest


def _state(folder: Path) -> str:
    try:
        return hashlib.sha256((folder / "dataset.toml").read_bytes()).hexdigest()
    except OSError:
        return ""


def _exchange(left: Path, right: Path) -> bool:
    """Exchange two folders in one step; False where the system or the file system cannot."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    arguments = (_AT_FDCWD, os.fsencode(left), _AT_FDCWD, os.fsencode(right), ctypes.c_uint(_RENAME_EXCHANGE))
    return bool(rename(*arguments) == 0)


def _carry(
    source: Path, target: Path, patterns: tuple[str, ...], *, seen: dict[str, tuple[int, int]] | None = None
) -> dict[str, tuple[int, int]]:
    """Copy files that match into the target; returns name -> (time of change, size) of those that were there.

    With ``seen``, only files that are new or changed since; without, only files that the target lacks.
    """
    found = {}
    files = {file for pattern in patterns for match in sorted(source.glob(pattern)) for file in _files(match)}
    for file in sorted(files):
        name = file.relative_to(source).as_posix()
        stamp = (file.stat().st_mtime_ns, file.stat().st_size)
        found[name] = stamp
        copy = target / name
        if (seen is None and not copy.exists()) or (seen is not None and seen.get(name) != stamp):
            copy.parent.mkdir(parents=True, exist_ok=True)
            temporary = copy.with_name(f".{copy.name}.carried")
            shutil.copy2(file, temporary)
            temporary.replace(copy)
    return found


def _files(path: Path) -> list[Path]:
    return [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path]


def _flush_folder(folder: Path) -> None:
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            with file.open("rb") as handle:
                os.fsync(handle.fileno())
