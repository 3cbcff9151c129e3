"""The command ``python -m geo add-dem AREA FILE ...``: elevation for a dataset that has been built."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import Any

from geo.dataset import open_dataset


def register(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command to the subparsers ``commands``; ``common`` holds ``--data-dir``."""
    parser = commands.add_parser("add-dem", parents=[common], help="add elevation to an area's dataset")
    parser.add_argument("area")
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="elevation model (XML, zip, folder), or tiles (z/x/y.png)"
    )
    parser.add_argument("--zoom", type=int, help="zoom level of the tiles, where there are several")
    parser.set_defaults(run=_add_dem)


def _add_dem(arguments: argparse.Namespace) -> None:
    # Imported only here: its libraries are not needed to ask for figures.
    from geo.terrain_build import write_dem  # noqa: PLC0415

    dataset = open_dataset(arguments.area, data_dir=arguments.data_dir)
    say = partial(print, file=sys.stderr, flush=True)
    dem = write_dem(dataset.folder, arguments.files, zoom=arguments.zoom, say=say)
    rows, columns = dem.elevation_m.shape
    west, south, east, north = dem.bounds
    told = ", ".join(f"{key} {number}" for key, number in dem.counts.items())
    print(f"geo: {columns} × {rows} cells, {south:.4f}–{north:.4f} N, {west:.4f}–{east:.4f} E; {told}")
