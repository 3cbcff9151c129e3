"""Whether this server lets its users write: a kiosk's does not."""

from __future__ import annotations

import os

VARIABLE = "MEGURI_READ_ONLY"


def is_read_only() -> bool:
    """Tell whether ``MEGURI_READ_ONLY`` is set to anything but '', '0' or 'false': nothing is then saved or removed."""
    return os.environ.get(VARIABLE, "").strip().lower() not in ("", "0", "false")
