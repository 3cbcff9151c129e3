"""The two papers: their measures, and how high a map may be beside what else stands on its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PaperName = Literal["A4", "A3"]
PAPERS: tuple[PaperName, ...] = ("A4", "A3")
_PX_PER_MM = 96 / 25.4
# Between columns of notes.
COLUMN_GAP_MM = 8.0


@dataclass(frozen=True)
class Paper:
    """A page's measures in millimetres.

    Attributes
    ----------
    name
        'A4' (upright) or 'A3' (lying).
    width_mm, height_mm
        What is printed on, without margins.
    map_mm, beside_mm
        Width of a map with words beside it, and of those words.
    least_map_mm, most_map_mm
        Height of a map.
    line_mm, letter_mm
        Height of a line and width of a full-width letter in the words beside a map.
    text_letter_mm
        Width of a full-width letter in the text, of which one and a half are a line's height.
    columns
        Columns of notes on a page of their own.
    has_columns
        Whether what belongs to the map stands at the left and all words at the right.
    zoom
        How much larger a map's letters and lines are than on A4.
    """

    name: PaperName
    width_mm: float
    height_mm: float
    map_mm: float
    beside_mm: float
    least_map_mm: float
    most_map_mm: float
    line_mm: float
    letter_mm: float
    text_letter_mm: float
    columns: int
    has_columns: bool
    zoom: float


A4 = Paper("A4", 184.0, 272.0, 121.0, 58.0, 54.0, 116.0, 3.9, 2.72, 3.04, 2, has_columns=False, zoom=1.0)
A3 = Paper("A3", 392.0, 267.0, 248.0, 136.0, 60.0, 176.0, 5.1, 3.53, 3.89, 3, has_columns=True, zoom=1.3)


def paper_of(name: str) -> Paper:
    """Return a paper by its name; raises ValueError for any other than 'A4' and 'A3'."""
    for paper in (A4, A3):
        if paper.name == name:
            return paper
    message = f"paper: expected A4 or A3; found '{name}'"
    raise ValueError(message)


def px(millimetres: float) -> float:
    """Return millimetres in CSS pixels."""
    return round(millimetres * _PX_PER_MM, 1)
