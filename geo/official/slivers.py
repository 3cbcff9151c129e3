"""Communities over tiles: small 2 km pieces join a neighbour, told from what every tile knows of its own."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.communities import SLIVER_KM2
from geo.official.grid import BLOCK_CELLS, codes_of, rows_and_columns

_STEP = {"west": (0, -BLOCK_CELLS), "east": (0, BLOCK_CELLS), "south": (-BLOCK_CELLS, 0), "north": (BLOCK_CELLS, 0)}


def join_slivers(pieces: pd.DataFrame) -> pd.Series:
    """Return each piece's community, by piece code.

    Parameters
    ----------
    pieces
        ``code`` (2 km mesh and municipality), ``municipality_code``, ``area_km2``, and for those under 5 ha the metres
        of border with the same municipality's piece to the ``west``, ``east``, ``south`` and ``north``.

    Notes
    -----
    As ``geo.communities.community_codes``: smallest first, each joins the neighbour with the longest common border
    that it is not yet one with (of two as long, the one of the lower code); one without a neighbour (an islet) stays.
    """
    parent = {str(code): str(code) for code in pieces["code"]}
    small = pieces[pieces["area_km2"] < SLIVER_KM2].sort_values(["area_km2", "code"])
    if len(small):
        row, column = rows_and_columns(small["code"].str[:8].to_numpy(dtype=np.str_))
        beside = {side: codes_of(row + down, column + right) for side, (down, right) in _STEP.items()}
    for number, piece in enumerate(small.to_dict("records")):
        town, own = str(piece["municipality_code"]), _root(parent, str(piece["code"]))
        near = [(-float(piece[side]), f"{beside[side][number]}5-{town}") for side in _STEP if piece[side] > 0]
        for _, name in sorted(near):
            if name in parent and _root(parent, name) != own:
                parent[own] = _root(parent, name)
                break
    return pd.Series({code: _root(parent, code) for code in parent}, dtype=object)


def _root(parent: dict[str, str], name: str) -> str:
    while parent[name] != name:
        name = parent[name]
    return name
