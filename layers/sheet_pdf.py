"""From a page in HTML to a PDF: laid out without fetching anything, its colours and letters seen to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from geo.errors import InputError
from layers import palette

_LADDER = Path(__file__).with_name("sheet_ladder.css")
_PERCENT = re.compile(r"(?<=\d) %")


def laid_out(page: str) -> Any:
    """Return the page as a WeasyPrint document: its ``pages``, ``fonts`` and ``write_pdf``.

    Nothing is fetched: neither the network nor a file, only what is written inside the page itself.

    Raises
    ------
    InputError
        The system's text libraries are missing; says what to install.
    """
    try:
        import weasyprint  # noqa: PLC0415 - loads Pango, which only this function needs
    except OSError as error:
        message = "WeasyPrint's libraries are missing: apt install libpango-1.0-0 libpangoft2-1.0-0"
        raise InputError(message, key="sheet_libraries", detail=str(error)) from error
    # Only data: addresses are read, so that no text in the page can make the server open a file or an address.
    fetcher = weasyprint.URLFetcher(allowed_protocols=("data",), allow_redirects=False)
    # No line ends between a number and its sign.
    kept = _PERCENT.sub("\N{NO-BREAK SPACE}%", page)
    return weasyprint.HTML(string=kept, url_fetcher=fetcher, base_url=None).render()


def missing_letters(fonts: Mapping[Any, Any]) -> str:
    """Return the visible letters of a document that no font has a glyph for, in order, each once."""
    missing = sorted({code for font in fonts.values() for code in font.missing})
    letters = [chr(code) if isinstance(code, int) else str(code) for code in missing]
    return "".join(letter for letter in letters if letter.isprintable() and not letter.isspace())


def check_letters(fonts: Mapping[Any, Any]) -> None:
    """Raise InputError where a letter of the document has no glyph in any font."""
    missing = missing_letters(fonts)
    if missing:
        sample = missing[:5]
        message = f"no font has the letters '{sample}': apt install fonts-noto-cjk"
        raise InputError(message, key="sheet_font", sample=sample)


@lru_cache(maxsize=4)
def style_of(path: Path) -> str:
    """Return a style sheet, and the printed ladder's before it, with the light paper's colours filled in."""
    style = _LADDER.read_text(encoding="utf-8") + path.read_text(encoding="utf-8")
    light = palette.LIGHT
    for name, colour in {
        "ink": light.ink,
        "muted": light.muted,
        "rule": light.rule,
        "accent": light.accent,
        "surface": light.surface,
        "paper": light.paper,
    }.items():
        style = style.replace(f"var(--sheet-{name})", colour)
    return style
