"""The frame of an official build: the equal-area plane, quarter primary meshes as tiles, and cutting by the mesh.

In a cylindrical equal-area projection a mesh cell is an exact rectangle whose planar area is its geodesic area, so
that what is cut along the mesh adds up to what was cut (Snyder 1987, Map Projections: A Working Manual, ch. 10).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from geo.dataset import STORAGE_CRS
from geo.fragments import polygon_parts

EQUAL_AREA = "+proj=cea +lat_ts=36 +lon_0=138 +ellps=GRS80 +units=m +no_defs"
# A tile is a quarter of a primary mesh: 40 × 40 third-mesh cells, about 40 km.
TILE_CELLS = 40
BLOCK_CELLS = 2
_ROWS_A_DEGREE, _COLUMNS_A_DEGREE, _FIRST_DEGREE = 120, 80, 100
# Cells a side of the blocks that a tile is cut into, one after the other: an outline of many vertices is cut into
# large parts first, and a block that lies wholly inside is not cut again.
_STEPS = (8, BLOCK_CELLS)
_WHOLE = 1e-12


@dataclass(frozen=True, eq=False)
class Pieces:
    """Parts of outlines, each in one square block of the mesh.

    Attributes
    ----------
    owner
        int64 (n,): index of the outline that a part belongs to.
    row, column
        int64 (n,): the block's south-west cell, counted in third-mesh cells from the equator and from 100° E.
    geometry
        object (n,): the part, in ``EQUAL_AREA``.
    whole
        bool (n,): the part is the whole block.
    size
        Cells a side of a block.
    """

    owner: NDArray[np.int64]
    row: NDArray[np.int64]
    column: NDArray[np.int64]
    geometry: NDArray[np.object_]
    whole: NDArray[np.bool_]
    size: int

    def __len__(self) -> int:
        return len(self.owner)

    def take(self, kept: NDArray[np.int64] | NDArray[np.bool_]) -> Pieces:
        """Return the pieces at these positions."""
        return Pieces(
            self.owner[kept], self.row[kept], self.column[kept], self.geometry[kept], self.whole[kept], self.size
        )


def tile_origin(tile: str) -> tuple[int, int]:
    """Return row and column of a tile's south-west cell; ``tile``: primary mesh and quadrant, '53391' to '53394'."""
    quadrant = int(tile[4]) - 1
    row = int(tile[:2]) * 80 + quadrant // 2 * TILE_CELLS
    return row, int(tile[2:4]) * 80 + quadrant % 2 * TILE_CELLS


def tile_code(row: int, column: int) -> str:
    """Return the tile that holds a cell."""
    quadrant = row % 80 // TILE_CELLS * 2 + column % 80 // TILE_CELLS + 1
    return f"{row // 80:02d}{column // 80:02d}{quadrant}"


def edges_x(columns: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the eastings in metres of the meridians at the west side of cells' columns."""
    first = int(columns.min()) if len(columns) else 0
    meridians = _lines(first, int(columns.max()) + 1 if len(columns) else 1, along="x")
    return meridians[columns - first]


def edges_y(rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the northings in metres of the parallels at the south side of cells' rows."""
    first = int(rows.min()) if len(rows) else 0
    parallels = _lines(first, int(rows.max()) + 1 if len(rows) else 1, along="y")
    return parallels[rows - first]


def block_boxes(row: NDArray[np.int64], column: NDArray[np.int64], size: int) -> NDArray[np.object_]:
    """Return blocks as rectangles in ``EQUAL_AREA``, (n,)."""
    boxes = shapely.box(edges_x(column), edges_y(row), edges_x(column + size), edges_y(row + size))
    return np.asarray(boxes, dtype=object)


def codes_of(row: NDArray[np.int64], column: NDArray[np.int64]) -> NDArray[np.str_]:
    """Return the third-mesh codes of cells by row and column, (n,)."""
    primary = row // 80 * 100 + column // 80
    second = row % 80 // 10 * 10 + column % 80 // 10
    third = row % 10 * 10 + column % 10
    return np.asarray(primary * 10_000 + second * 100 + third).astype(np.str_)


def rows_and_columns(codes: NDArray[np.str_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return row and column of third-mesh codes of eight digits, (n,) each."""
    number = np.asarray(codes, dtype=np.str_).astype(np.int64)
    row = number // 1_000_000 * 80 + number // 1000 % 10 * 10 + number // 10 % 10
    return row, number // 10_000 % 100 * 80 + number // 100 % 10 * 10 + number % 10


def tiles_over(outlines: NDArray[np.object_]) -> list[str]:
    """Return the tiles that the outlines (in ``EQUAL_AREA``) reach into, in order."""
    found: set[str] = set()
    back = _transformer(EQUAL_AREA, STORAGE_CRS)
    for outline, bounds in zip(outlines, shapely.bounds(outlines), strict=True):
        west, south, east, north = back.transform_bounds(*bounds)
        origins = [
            (row, column)
            for row in range(_down(south * _ROWS_A_DEGREE), int(np.ceil(north * _ROWS_A_DEGREE)), TILE_CELLS)
            for column in range(
                _down((west - _FIRST_DEGREE) * _COLUMNS_A_DEGREE),
                int(np.ceil((east - _FIRST_DEGREE) * _COLUMNS_A_DEGREE)),
                TILE_CELLS,
            )
        ]
        rows, columns = np.array(origins, dtype=np.int64).T
        shapely.prepare(outline)
        touched = shapely.intersects(outline, block_boxes(rows, columns, TILE_CELLS))
        found |= {tile_code(*origins[index]) for index in np.flatnonzero(touched)}
    return sorted(found)


def cut_by_blocks(outlines: NDArray[np.object_], tile: str) -> Pieces:
    """Cut outlines (in ``EQUAL_AREA``, (n,)) by a tile's blocks of 2 × 2 cells, the JIS 2 km integrated mesh."""
    row, column = tile_origin(tile)
    count = len(outlines)
    pieces = Pieces(
        owner=np.arange(count),
        row=np.full(count, row),
        column=np.full(count, column),
        geometry=outlines,
        whole=np.zeros(count, dtype=bool),
        size=TILE_CELLS,
    )
    for size in _STEPS:
        pieces = subdivide(pieces, size)
    return pieces


def subdivide(pieces: Pieces, size: int) -> Pieces:
    """Cut pieces by the smaller blocks of ``size`` cells a side; ordered by piece, then row and column."""
    steps = np.arange(0, pieces.size, size)
    down, right = (grid.ravel() for grid in np.meshgrid(steps, steps, indexing="ij"))
    of = np.repeat(np.arange(len(pieces)), len(down))
    row = pieces.row[of] + np.tile(down, len(pieces))
    column = pieces.column[of] + np.tile(right, len(pieces))
    if not len(of):
        return Pieces(pieces.owner, row, column, pieces.geometry, pieces.whole, size)
    bounds = shapely.bounds(pieces.geometry)[of]
    west, south, east, north = edges_x(column), edges_y(row), edges_x(column + size), edges_y(row + size)
    near = (bounds[:, 0] < east) & (bounds[:, 2] > west) & (bounds[:, 1] < north) & (bounds[:, 3] > south)
    near |= pieces.whole[of]
    of, row, column = of[near], row[near], column[near]
    geometry = block_boxes(row, column, size)
    whole = pieces.whole[of].copy()
    cut = np.flatnonzero(~whole)
    parts = polygon_parts(shapely.intersection(pieces.geometry[of[cut]], geometry[cut]))
    full = shapely.area(parts) >= shapely.area(geometry[cut]) * (1 - _WHOLE)
    whole[cut] = full
    geometry[cut[~full]] = parts[~full]
    kept = shapely.area(geometry) > 0
    return Pieces(pieces.owner[of], row, column, geometry, whole, size).take(kept)


def _down(value: float) -> int:
    """Return the last multiple of a tile's cells that is not above a count of cells."""
    return int(np.floor(value / TILE_CELLS)) * TILE_CELLS


@lru_cache(maxsize=2)
def _transformer(origin: str, target: str) -> Transformer:
    """Return a transformation, made once a process: that takes as long as moving a million points."""
    return Transformer.from_crs(origin, target, always_xy=True)


@lru_cache(maxsize=256)
def _lines(first: int, last: int, *, along: str) -> NDArray[np.float64]:
    """Return the mesh's meridians (``x``) or parallels (``y``) from one to another in metres."""
    steps = np.arange(first, last + 1)
    forward = _transformer(STORAGE_CRS, EQUAL_AREA)
    if along == "x":
        # Whole arc-seconds first: 45 and 30 of them a cell, so that no line is misplaced by a rounding error.
        metres, _ = forward.transform((_FIRST_DEGREE * 3600 + steps * 45) / 3600, np.full(len(steps), 36.0))
    else:
        _, metres = forward.transform(np.full(len(steps), 138.0), steps * 30 / 3600)
    return np.asarray(metres, dtype=np.float64)
