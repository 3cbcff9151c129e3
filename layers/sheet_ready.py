"""Whether this machine can make the printed sheet: asked before the button is drawn, where the answer can be read.

A download is made outside the page's run, and what goes wrong there reaches nobody.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import sys

from geo.errors import InputError

# What WeasyPrint loads on Linux (its documentation, "First steps").
_LIBRARIES = ("libgobject-2.0.so.0", "libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libfontconfig.so.1")
_PATIENCE_S = 10
_ready: list[bool] = []


def sheet_problem() -> InputError | None:
    """Return what has to be installed before a sheet can be made, None where all is there.

    A good answer is kept for the process; a bad one is asked again, so that installing is enough.
    """
    if _ready:
        return None
    problem = _libraries_problem() or _font_problem()
    if problem is None:
        _ready.append(True)
    return problem


def _libraries_problem() -> InputError | None:
    if not sys.platform.startswith("linux"):
        return None
    for name in _LIBRARIES:
        try:
            ctypes.CDLL(name)
        except OSError as error:
            message = f"WeasyPrint's library {name} is missing: apt install libpango-1.0-0 libpangoft2-1.0-0"
            return InputError(message, key="sheet_libraries", detail=str(error))
    return None


def _font_problem() -> InputError | None:
    """Ask fontconfig for a font with Japanese letters; without its tool nothing is known, and nothing is said."""
    tool = shutil.which("fc-list")
    if tool is None:
        return None
    try:
        # S603: a fixed command of the system, nothing of a user's in it.
        found = subprocess.run(  # noqa: S603
            [tool, ":lang=ja", "family"], capture_output=True, text=True, timeout=_PATIENCE_S, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    if found.strip():
        return None
    sample = "水"
    message = f"no font has the letters '{sample}': apt install fonts-noto-cjk"
    return InputError(message, key="sheet_font", sample=sample)
