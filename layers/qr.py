"""QR codes, made offline: as SVG for a page, and as a matrix for a browser that draws its own."""

from __future__ import annotations

from html import escape
from itertools import groupby

import segno

# Error correction M (15 %): read from a screen at an angle, and still coarse enough for an old phone.
_CORRECTION = "m"
# Modules of white around the code (ISO/IEC 18004); the code itself needs it to be found.
QUIET = 4
_HEX_BITS = 4


def qr_svg(words: str, *, title: str) -> str:
    """Return the code of ``words`` (an address) as an inline ``<svg>``: black modules on white, a quiet zone around.

    Parameters
    ----------
    words
        What the code says; at most some 2,300 letters.
    title
        What a screen reader says of it; escaped.

    Raises
    ------
    segno.encoder.DataOverflowError
        ``words`` are too long for any code.
    """
    matrix = _matrix(words)
    side = len(matrix) + 2 * QUIET
    path = "".join(_row_path(modules, row + QUIET) for row, modules in enumerate(matrix))
    # Black on white in the dark theme too: a pale or inverted code is not read by every phone.
    return (
        f'<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" '
        f'shape-rendering="crispEdges" style="color:#000"><title>{escape(title)}</title>'
        f'<rect width="{side}" height="{side}" fill="#fff"/><path d="{path}" fill="currentColor"/></svg>'
    )


def qr_modules(words: str) -> tuple[int, str]:
    """Return the code of ``words`` as (modules a side, rows as hexadecimal digits), without the quiet zone.

    The rows stand one after another, each filled up on the right to whole digits: ``ceil(side / 4)`` digits a row, the
    leftmost module the highest bit, 1 is dark. Errors as for :func:`qr_svg`.
    """
    matrix = _matrix(words)
    side = len(matrix)
    digits = -(-side // _HEX_BITS)
    spare = digits * _HEX_BITS - side
    rows = (int("".join("1" if is_dark else "0" for is_dark in modules), 2) << spare for modules in matrix)
    return side, "".join(f"{row:0{digits}x}" for row in rows)


def _row_path(modules: list[bool], top: int) -> str:
    """Draw a row: one box a run of dark modules."""
    path, left = "", QUIET
    for is_dark, run in groupby(modules):
        width = len(list(run))
        path += f"M{left} {top}h{width}v1h-{width}z" if is_dark else ""
        left += width
    return path


def _matrix(words: str) -> list[list[bool]]:
    code = segno.make_qr(words, error=_CORRECTION, boost_error=False)
    return [[bool(module) for module in row] for row in code.matrix]
