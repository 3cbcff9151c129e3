"""The hand-out's pages as pictures."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import pypdfium2  # type: ignore[import-untyped]

_FIXED_ZIP_DATE = (2020, 1, 1, 0, 0, 0)
_POINTS_PER_INCH = 72


def pages_png(pdf: bytes, *, dpi: int = 150) -> tuple[bytes, ...]:
    """Return each page of a PDF as a PNG of ``dpi`` pixels an inch."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return tuple(_png(page, dpi / _POINTS_PER_INCH) for page in document)
    finally:
        document.close()


def zipped(pictures: Sequence[bytes], stem: str) -> bytes:
    """Return the pictures in one zip, numbered in order; the same pictures give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number, picture in enumerate(pictures, start=1):
            entry = zipfile.ZipInfo(f"{stem}_{number:03d}.png", date_time=_FIXED_ZIP_DATE)
            archive.writestr(entry, picture)
    return buffer.getvalue()


def _png(page: pypdfium2.PdfPage, scale: float) -> bytes:
    buffer = io.BytesIO()
    page.render(scale=scale).to_pil().save(buffer, format="PNG", compress_level=6)
    page.close()
    return buffer.getvalue()
