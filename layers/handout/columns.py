"""Blocks poured into columns, page after page: shared out by their reckoned heights before anything is laid out.

Columns of a style sheet are laid out again and again until they are even, which took longer than all else on the pages;
here a column is a float, laid out once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Steps in which an even height is looked for, as a share of the whole.
_STEPS = 24


@dataclass(frozen=True)
class Block:
    """A piece that is never cut, and its reckoned height in millimetres."""

    html: str
    height_mm: float


@dataclass(frozen=True)
class Run:
    """Blocks of one kind under their heading; where they go on in the next column, the same tags open again.

    Attributes
    ----------
    opening, closing
        Tags around the blocks, '' for none.
    heading
        What stands over the first block, never alone at the foot of a column.
    blocks
        The pieces in their order.
    """

    opening: str
    closing: str
    heading: Block
    blocks: tuple[Block, ...]


_Piece = tuple[Run, int]


def poured(runs: Sequence[Run], columns: int, *, first_mm: float, next_mm: float) -> str:
    """Return the runs as HTML in ``columns`` columns a page, as even as they can be on the last page.

    Parameters
    ----------
    first_mm, next_mm
        Height there is on the first page and on each that follows.
    """
    left: list[_Piece] = [(run, place) for run in runs for place in range(len(run.blocks))]
    pages: list[str] = []
    room = first_mm
    while left:
        whole = sum(_height(piece) for piece in left)
        even = min(whole / columns, room)
        # The least height that takes all; where none does, the page is filled.
        heights = (even + (room - even) * step / _STEPS for step in range(_STEPS + 1))
        tried = (_filled(left, columns, height) for height in heights)
        filled = next((each for each in tried if sum(map(len, each)) == len(left)), _filled(left, columns, room))
        left = left[sum(map(len, filled)) :]
        pages.append("".join(f'<div class="column">{_column(pieces)}</div>' for pieces in filled))
        room = next_mm
    return "".join(
        f'<div class="poured of{columns}{" next" if n else ""}">{page}</div>' for n, page in enumerate(pages)
    )


def _filled(pieces: Sequence[_Piece], columns: int, height_mm: float) -> list[list[_Piece]]:
    """Fill columns of a height one after another; the first column takes at least one piece."""
    filled: list[list[_Piece]] = [[] for _ in range(columns)]
    column, used = 0, 0.0
    for piece in pieces:
        high = _height(piece)
        if used + high > height_mm and filled[column]:
            column, used = column + 1, 0.0
            if column == columns:
                break
        filled[column].append(piece)
        used += high
    return filled


def _height(piece: _Piece) -> float:
    run, place = piece
    return run.blocks[place].height_mm + (0.0 if place else run.heading.height_mm)


def _column(pieces: Sequence[_Piece]) -> str:
    """Return a column's pieces, each run's under its tags."""
    parts: list[str] = []
    for number, (run, place) in enumerate(pieces):
        is_first = number == 0 or pieces[number - 1][0] is not run
        is_last = number + 1 == len(pieces) or pieces[number + 1][0] is not run
        parts += [run.heading.html] if place == 0 else []
        parts += [run.opening] if is_first else []
        parts.append(run.blocks[place].html)
        parts += [run.closing] if is_last else []
    return "".join(parts)
