"""What ``dataset.toml`` says of the layers of an area, and of the products that were missing when it was built."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class LayerInfo:
    """What ``dataset.toml`` says of one source layer: where it comes from and what may be done with it."""

    key: str
    title_ja: str
    title_en: str
    file: str
    source: str
    year: str
    resolution: str
    licence: str
    attribution: str
    processing_ja: str
    processing_en: str
    caveats_ja: tuple[str, ...]
    caveats_en: tuple[str, ...]
    sha256: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class MissingProduct:
    """A product that was not there when the dataset was built, and what the dataset lacks for it."""

    key: str
    title_ja: str
    title_en: str
    lacks_ja: str
    lacks_en: str


def layer_info(row: dict[str, Any]) -> LayerInfo:
    """Turn one ``[[layers]]`` entry into a LayerInfo; lists become tuples so that it stays hashable."""
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return LayerInfo(**values)
