"""What a rebuild carries over of the dataset before it: the elevation that was added by hand."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

DEM_FILE = "rasters/dem.tif"


def carried_layers(folder: Path) -> list[dict[str, Any]]:
    """Return the rows of the present description whose file a rebuild leaves in place; [] where there are none."""
    try:
        old = tomllib.loads((folder / "dataset.toml").read_text(encoding="utf-8"))
        return [row for row in old["layers"] if row["file"] == DEM_FILE and (folder / DEM_FILE).is_file()]
    except (OSError, ValueError, KeyError, TypeError):
        return []
