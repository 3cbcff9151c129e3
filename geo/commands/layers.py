"""The command line's part for users' layers: ``validate``, ``add-layer``, ``layers``, ``remove-layer``."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from geo.dataset import Dataset, list_areas, open_dataset
from geo.errors import InputError
from geo.user_layers import (
    COMMAND_LIMIT_BYTES,
    MEASURES,
    MODES,
    ROLES,
    RUNGS_AFTER,
    SHARED_BY,
    SIDES,
    Checked,
    Description,
    UserLayer,
    add_layer,
    check_upload,
    list_user_layers,
    remove_layer,
)
from geo.user_layers.columns import layer_amounts


def register(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the subcommands to ``commands`` (argparse's subparsers); ``common`` holds ``--data-dir``."""
    validate = commands.add_parser("validate", parents=[common], help="say what a file would be understood as")
    validate.add_argument("file", type=Path)
    validate.add_argument("--area", default="", help="may be left out where there is one area")
    _add_reading(validate)
    validate.set_defaults(run=_validate)

    add = commands.add_parser("add-layer", parents=[common], help="keep a file as a layer of the area")
    add.add_argument("file", type=Path)
    add.add_argument("--area", required=True)
    _add_reading(add)
    for name in ("title-ja", "title-en", "year", "source", "licence"):
        add.add_argument(f"--{name}", required=True)
    for name in ("unit", "column", "resource", "code-column", "name-column"):
        add.add_argument(f"--{name}", default="")
    add.add_argument("--measure", choices=MEASURES, default="none")
    add.add_argument("--role", choices=ROLES, default="layer")
    add.add_argument("--side", choices=SIDES, default="")
    add.add_argument("--mode", choices=MODES, default="add")
    add.add_argument("--share-by", choices=SHARED_BY, default="area")
    add.add_argument(
        "--rung-after",
        choices=RUNGS_AFTER[1:],
        default="",
        help="of a partition: a rung above this scale for 'circulate', not for water; the pages leave it out",
    )
    add.add_argument("--variable", action="store_true", dest="is_variable", help="sun or wind: at its own time")
    add.set_defaults(run=_add_layer)

    layers = commands.add_parser("layers", parents=[common], help="list an area's own layers")
    layers.add_argument("--area", required=True)
    layers.set_defaults(run=_layers)

    remove = commands.add_parser("remove-layer", parents=[common], help="take a layer out of the area")
    remove.add_argument("key")
    remove.add_argument("--area", required=True)
    remove.set_defaults(run=_remove_layer)


def _add_reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--crs", default="", metavar="EPSG:CODE", help="of a file that cannot say its own")
    parser.add_argument("--layer", default="", help="which layer of a file with several")


def _validate(arguments: argparse.Namespace) -> None:
    area = arguments.area
    if not area:
        known = list_areas(arguments.data_dir)
        if len(known) != 1:
            message = f"--area: say for which area; there are {', '.join(known) or 'none'}"
            raise InputError(message, key="area_needed", known=", ".join(known))
        area = known[0]
    _print(summary(_check(arguments, open_dataset(area, data_dir=arguments.data_dir))))


def _add_layer(arguments: argparse.Namespace) -> None:
    dataset = open_dataset(arguments.area, data_dir=arguments.data_dir)
    checked = _check(arguments, dataset)
    told = {entry.name: getattr(arguments, entry.name) for entry in fields(Description)}
    layer = add_layer(dataset, checked, Description(**told))
    result = _listing(layer) | {"notes": [note.english for note in checked.notes]}
    if layer.role == "indicator":
        shared = layer_amounts(layer, dataset.fragments, dataset.municipalities)
        result |= {"amount_inside": shared.inside, "amount_outside": shared.outside}
    _print(result)


def _layers(arguments: argparse.Namespace) -> None:
    open_dataset(arguments.area, data_dir=arguments.data_dir)
    _print([_listing(layer) for layer in list_user_layers(arguments.area, arguments.data_dir)])


def _remove_layer(arguments: argparse.Namespace) -> None:
    _print(_listing(remove_layer(open_dataset(arguments.area, data_dir=arguments.data_dir), arguments.key)))


def summary(checked: Checked) -> dict[str, Any]:
    """Return what was understood of an upload, fit for JSON."""
    result: dict[str, Any] = {
        name: getattr(checked, name)
        for name in ("name", "format", "kind", "count", "crs", "bounds", "repaired", "outside", "roles", "sha256")
    }
    if checked.key_column:
        result |= {"key_column": checked.key_column, "key_kind": checked.key_kind}
    if checked.raster is not None:
        rows, columns = checked.raster.values.shape
        result |= {"rows": rows, "columns_of_pixels": columns}
    return result | {
        "columns": [asdict(column) for column in checked.columns],
        "notes": [note.english for note in checked.notes],
    }


def _check(arguments: argparse.Namespace, dataset: Dataset) -> Checked:
    return check_upload(
        arguments.file.name,
        arguments.file,
        dataset=dataset,
        declared_crs=arguments.crs,
        layer=arguments.layer,
        limit_bytes=COMMAND_LIMIT_BYTES,
    )


def _listing(layer: UserLayer) -> dict[str, Any]:
    return {name: value for name, value in asdict(layer).items() if name != "path"}


def _print(content: Any) -> None:
    print(json.dumps(content, ensure_ascii=False, indent=2))
