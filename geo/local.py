"""Where an area keeps what its users bring: layers of their own and measured values; a rebuild never touches it."""

from __future__ import annotations

import os
from pathlib import Path

from geo.dataset import AREA_NAME, DATA_DIR
from geo.errors import InputError

LOCAL_DIR_VARIABLE = "MEGURI_LOCAL_DIR"


def local_dir(area: str, data_dir: Path = DATA_DIR) -> Path:
    """Return the folder of an area's own things: ``<data_dir>/local/<area>``, or under ``MEGURI_LOCAL_DIR``.

    The folder need not exist. Raises InputError for a name that is no area's.
    """
    if not AREA_NAME.fullmatch(area):
        message = f"area: expected lower-case letters, digits, '-' and '_'; found '{area}'"
        raise InputError(message, key="area_name", found=area)
    base = os.environ.get(LOCAL_DIR_VARIABLE, "")
    return (Path(base) if base else data_dir / "local") / area
