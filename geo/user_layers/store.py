"""Keeping users' layers: ``data/local/<area>/layers.toml`` and ``layers/<key>.parquet|.tif``."""

from __future__ import annotations

import fcntl
import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import tomli_w

from geo.dataset import DATA_DIR, Dataset
from geo.local import local_dir
from geo.user_layers.describing import check_description
from geo.user_layers.model import Checked, Description, UploadError, UserLayer
from geo.user_layers.raster import write_raster
from geo.writing import write_atomically, write_text

LAYERS_FILE = "layers.toml"
_FOLDER = "layers"
_REMOVED = ".removed"
_MOST_REMOVED = 5
_LONGEST_KEY = 40
_KEY = re.compile(r"[a-z][a-z0-9_]{0,49}")
_FILE = re.compile(rf"{_FOLDER}/([a-z][a-z0-9_]{{0,49}})\.(parquet|tif)")
_NOT_STORED = ("path", "is_shipped")


def add_layer(dataset: Dataset, checked: Checked, description: Description) -> UserLayer:
    """Keep a checked upload as a layer of the area; the file first, then ``layers.toml``, each whole or not at all.

    Raises
    ------
    UploadError
        What is said of it does not fit it (a missing title, a column that is not there, a role that it cannot have,
        a unit that is not the resource's ...); nothing has been written.
    """
    check_description(dataset, checked, description)
    folder = local_dir(dataset.area, dataset.folder.parent)
    with _alone(folder):
        return _added(dataset, checked, description, folder)


def _added(dataset: Dataset, checked: Checked, description: Description, folder: Path) -> UserLayer:
    present = list_user_layers(dataset.area, dataset.folder.parent)
    suffix = "tif" if checked.kind == "raster" else "parquet"
    key = _new_key(description, {layer.key for layer in present}, folder)
    path = folder / _FOLDER / f"{key}.{suffix}"
    write_atomically(path, lambda temporary: _write(temporary, checked))
    layer = UserLayer(
        **asdict(description),
        key=key,
        kind=checked.kind,
        key_column=checked.key_column,
        key_kind=checked.key_kind,
        count=checked.count,
        crs=checked.crs,
        bounds=checked.bounds or (),
        upload_name=checked.name,
        file=f"{_FOLDER}/{path.name}",
        sha256=_digest(path),
        path=path,
    )
    _save(folder, (*(own for own in present if not own.is_shipped), layer))
    return layer


def remove_layer(dataset: Dataset, key: str) -> UserLayer:
    """Take a layer out of the area and return what it was; its file stays for :func:`restore_layer`, the last few.

    Raises
    ------
    UploadError
        There is no such layer, or it came with the area's data.
    """
    present = list_user_layers(dataset.area, dataset.folder.parent)
    found = next((layer for layer in present if layer.key == key), None)
    if found is None:
        known = ", ".join(layer.key for layer in present) or "—"
        message = f"the area '{dataset.area}' has no layer '{key}'; it has {known}"
        raise UploadError(message, key="upload_no_such_layer", layer=key, known=known)
    if found.is_shipped:
        message = f"layer '{key}' came with the area's data ({LAYERS_FILE}): take it out there"
        raise UploadError(message, key="upload_shipped", layer=key)
    folder = local_dir(dataset.area, dataset.folder.parent)
    with _alone(folder):
        now = list_user_layers(dataset.area, dataset.folder.parent)
        _save(folder, tuple(layer for layer in now if layer.key != key and not layer.is_shipped))
        if found.path.is_file():
            found.path.replace(_put_aside(found.path))
            _put_aside(found.path).touch()
        aside = sorted((folder / _FOLDER).glob(f"*{_REMOVED}"), key=lambda path: path.stat().st_mtime_ns)
        for path in aside[:-_MOST_REMOVED]:
            path.unlink(missing_ok=True)
    return found


def restore_layer(dataset: Dataset, layer: UserLayer) -> UserLayer:
    """Put a layer that :func:`remove_layer` took out back.

    Raises
    ------
    UploadError
        Its file is gone, or another layer has its key by now.
    """
    folder = local_dir(dataset.area, dataset.folder.parent)
    with _alone(folder):
        return _restored(dataset, layer, folder)


def _restored(dataset: Dataset, layer: UserLayer, folder: Path) -> UserLayer:
    present = list_user_layers(dataset.area, dataset.folder.parent)
    aside = _put_aside(layer.path)
    if any(other.key == layer.key for other in present) or not aside.is_file() or _digest(aside) != layer.sha256:
        message = f"layer '{layer.key}' cannot be put back: its file is gone, or its key is taken; upload it again"
        raise UploadError(message, key="upload_restore", layer=layer.key)
    aside.replace(layer.path)
    _save(folder, (*(own for own in present if not own.is_shipped), layer))
    return layer


def list_user_layers(area: str, data_dir: Path = DATA_DIR) -> tuple[UserLayer, ...]:
    """Return the area's own layers, those that came with its data first, then in the order of being added.

    Raises
    ------
    UploadError
        ``layers.toml`` cannot be read.
    """
    own = _load(local_dir(area, data_dir), is_shipped=False)
    taken = {layer.key for layer in own}
    shipped = _load(data_dir / area, is_shipped=True)
    return (*(layer for layer in shipped if layer.key not in taken), *own)


def layers_digest(area: str, data_dir: Path = DATA_DIR) -> str:
    """Return a hex digest that changes whenever an area's own layers do; '' where it has none. For caches."""
    found = [folder / LAYERS_FILE for folder in (data_dir / area, local_dir(area, data_dir))]
    present = [path.read_bytes() for path in found if path.is_file()]
    return hashlib.sha256(b"\0".join(present)).hexdigest() if any(present) else ""


def read_table(layer: UserLayer) -> pd.DataFrame:
    """Return a layer's rows: a GeoDataFrame in EPSG:6668, or a DataFrame for a table by codes.

    Raises
    ------
    UploadError
        The file is gone or is not the one that was kept.
    """
    content = read_bytes(layer)
    try:
        if layer.kind == "table":
            table: pd.DataFrame = pd.read_parquet(pa.BufferReader(content))
        else:
            table = gpd.read_parquet(pa.BufferReader(content))
    except (pa.ArrowException, ValueError, OSError) as error:
        raise _lost(layer) from error
    return table


def read_bytes(layer: UserLayer) -> bytes:
    """Return the bytes of a layer's file; errors as for :func:`read_table`."""
    try:
        content = layer.path.read_bytes()
    except OSError as error:
        raise _lost(layer) from error
    if hashlib.sha256(content).hexdigest() != layer.sha256:
        raise _lost(layer)
    return content


def _lost(layer: UserLayer) -> UploadError:
    message = f"layer '{layer.key}': {layer.file} is gone or damaged; remove the layer and upload it again"
    return UploadError(message, key="upload_lost", layer=layer.key, title=layer.title_ja, file=layer.file)


def _write(path: Path, checked: Checked) -> None:
    if checked.raster is not None:
        write_raster(path, checked.raster)
    else:
        checked.table.to_parquet(path, index=False)


def _save(folder: Path, layers: tuple[UserLayer, ...]) -> None:
    rows = [
        {name: _plain(value) for name, value in asdict(layer).items() if name not in _NOT_STORED} for layer in layers
    ]
    write_text(folder / LAYERS_FILE, tomli_w.dumps({"layers": rows}, multiline_strings=False))


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _load(folder: Path, *, is_shipped: bool) -> tuple[UserLayer, ...]:
    path = folder / LAYERS_FILE
    if not path.is_file():
        return ()
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["layers"]
        return tuple(_layer(row, folder, is_shipped=is_shipped) for row in rows)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"{LAYERS_FILE} of '{folder.name}' cannot be used ({error!r}); mend it or delete it"
        raise UploadError(message, key="upload_layers_toml", file=LAYERS_FILE, area=folder.name) from error


def _layer(row: dict[str, Any], folder: Path, *, is_shipped: bool) -> UserLayer:
    names = {entry.name for entry in fields(UserLayer)} - set(_NOT_STORED)
    given: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in row.items() if name in names
    }
    layer = UserLayer(**given, path=folder / str(row["file"]), is_shipped=is_shipped)
    # What stands in the file could lead anywhere.
    file = _FILE.fullmatch(layer.file)
    if not _KEY.fullmatch(layer.key) or file is None or file.group(1) != layer.key:
        raise ValueError(f"layer {layer.key!r}: file {layer.file!r}")
    return replace(layer, path=(folder / layer.file).absolute())


def _new_key(description: Description, taken: set[str], folder: Path) -> str:
    """Make a key of the English title that no layer has, nor has had with its file still there."""
    plain = unicodedata.normalize("NFKD", description.title_en).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:_LONGEST_KEY].strip("_")
    stem = stem if stem[:1].isalpha() else f"layer_{stem}".strip("_")
    key, number = stem, 1
    while key in taken or any((folder / _FOLDER).glob(f"{key}.*")):
        number += 1
        key = f"{stem}_{number}"
    return key


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other sessions from changing the list between its reading and its writing."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as handle:
        # Released when the file is closed, also by a process that is killed.
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _put_aside(path: Path) -> Path:
    return path.with_name(f"{path.name}{_REMOVED}")


def _digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
