"""Which encoding a Shapefile's attributes are in: told by its .cpg, or found by trying."""

from __future__ import annotations

import codecs
from pathlib import Path

# UTF-8 first: Japanese in CP932 is never well-formed UTF-8, but much of UTF-8 passes for CP932.
_ENCODINGS = ("utf-8", "cp932")
_CUT = 0.1
# One letter a byte, by the one spelling that GDAL's Shapefile driver leaves to its caller.
BYTES = "ISO8859-1"


def encodings(encoding: str, cpg: str) -> list[str]:
    """Return the encodings to try, the likeliest first.

    Parameters
    ----------
    encoding
        The one asked for, alone then; '' where none is.
    cpg
        What the .cpg says; '' where there is none.
    """
    if encoding:
        return [encoding]
    named = cpg.strip().lower()
    named = f"cp{named}" if named.isdigit() else named
    try:
        # Latin letters only is what writers put who were not told: it fits any bytes, and no Japanese.
        told = [named] if codecs.lookup(named).name not in ("iso8859-1", "cp1252", "ascii") else []
    except LookupError:
        told = []
    return [*told, *(one for one in _ENCODINGS if one not in told)]


def seen(table: Path) -> str:
    """Tell what the bytes of a .dbf's rows are: 'utf-8', 'cut' (UTF-8 with values cut inside a letter) or 'other'."""
    wrong, letters = 0, 0
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    with table.open("rb") as handle:
        head = handle.read(32)
        handle.seek(int.from_bytes(head[8:10], "little"))
        while piece := handle.read(1 << 20):
            text = decoder.decode(piece)
            wrong += text.count("\ufffd")
            letters += len(text) - len(text.encode("ascii", "ignore"))
    # Of CP932 taken for UTF-8 hardly a letter makes sense; a value of full width is cut in one letter of dozens.
    return "utf-8" if not wrong else "cut" if wrong < _CUT * letters else "other"


def uncut(text: str) -> str:
    """Return UTF-8 that was read byte by byte (as Latin-1) as text, without the letter that its end cuts."""
    return text.encode("latin-1").decode("utf-8", "ignore")
