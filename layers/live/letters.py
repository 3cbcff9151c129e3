"""Small numbers of many units as text: one character each."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# painting.js reads them the same way.
_FIRST = ord("0")
_BLANK = ord(".")


def letters(numbers: npt.NDArray[np.int16]) -> str:
    """Write (n,) numbers as n characters, '0' for 0 and on from there; negative ones are blank: '.'."""
    return np.where(numbers < 0, _BLANK, numbers + _FIRST).astype(np.uint8).tobytes().decode("ascii")
