"""What a reader of an official product gives back, and how it refuses: file, layer, row, expected, found, remedy."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from geo.errors import MeguriError


class SourceError(MeguriError):
    """A downloaded file is not what its product promises.

    ``params`` hold ``file``, ``layer``, ``row``, ``expected``, ``found`` and ``remedy``, each a text, '' where it does
    not apply, and ``where``: file, layer and row in one ('a.zip › a.shp › #3').
    """

    default_key = "source"

    @classmethod
    def of(
        cls, file: str, *, expected: str, found: str, remedy: str, layer: str = "", row: str | int = ""
    ) -> SourceError:
        """Build the error with its English sentence."""
        inner = layer if layer != file else ""
        place = file + (f", layer {inner}" if inner else "") + (f", row {row}" if row != "" else "")
        message = f"{place}: expected {expected}; found {found}. {remedy}"
        where = " › ".join(part for part in (file, inner, f"#{row}" if row != "" else "") if part)
        params = {"file": file, "layer": layer, "row": str(row), "expected": expected, "found": found, "remedy": remedy}
        return cls(message, **params, where=where)


@dataclass(frozen=True)
class Provenance:
    """Where a product comes from, as ``dataset.toml`` and the screen tell it.

    Attributes
    ----------
    key
        Layer key in ``dataset.toml``.
    title_ja, title_en
        Name of the layer.
    source
        Product, publisher and edition, in Japanese.
    year
        Year (or years) of the data.
    resolution
        Such as '1:25,000' or '100 m'.
    licence, attribution
        Terms, and the credit line that they ask for.
    url
        The product's page.
    processing_ja, processing_en
        What was done to it here.
    caveats_ja, caveats_en
        What to keep in mind.
    """

    key: str
    title_ja: str
    title_en: str
    source: str
    year: str
    resolution: str
    licence: str
    attribution: str
    url: str
    processing_ja: str = ""
    processing_en: str = ""
    caveats_ja: tuple[str, ...] = ()
    caveats_en: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """A product, read.

    Attributes
    ----------
    product
        Its code, such as 'N03'.
    table
        The rows; columns and units as the reader says, outlines in EPSG:6668.
    provenance
        Where it comes from.
    files
        (name, sha256) of every file read, in the order of reading.
    counts
        What the reader met and did: 'repaired' (invalid outlines made valid), 'dissolved', 'unassigned', 'hidden' ...
    """

    product: str
    table: pd.DataFrame = field(repr=False)
    provenance: Provenance
    files: tuple[tuple[str, str], ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)


def file_digest(path: Path) -> tuple[str, str]:
    """Return a file's name and its sha256, read in pieces."""
    with path.open("rb") as handle:
        return path.name, hashlib.file_digest(handle, "sha256").hexdigest()
