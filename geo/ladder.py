"""The ladders on which resources circulate: which labels the fragments carry at each scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.dataset import LOWLAND
from geo.errors import InputError
from geo.terms import LADDER_SCALES

LABEL_COLUMNS = ("community_code", "municipality_code", "river_system_code", "prefecture_code", "in_area")
LabelArray = npt.NDArray[np.object_]


def ladder_labels(fragments: pd.DataFrame, kind: str, rungs: Sequence[tuple[str, str]] = ()) -> dict[str, LabelArray]:
    """Return the labels of one kind of ladder, smallest scale first; None is "in no unit of this rung".

    Parameters
    ----------
    fragments
        Table with ``LABEL_COLUMNS``. Land outside any catchment has the river system ``lowland``; rows with
        ``in_area`` False (the halo) are in no prefecture.
    kind
        'default': community, municipality, basin, prefecture. 'water': municipality, basin, prefecture, where the
        first rung is municipality ∩ river system (``code|river_system_code``, ``code|lowland``), since water is not
        netted over a divide below the prefecture.
    rungs
        Partitions that users brought as rungs of the default ladder: (column of ``fragments``, the scale that it stands
        above), in the order in which those above one scale follow each other. Where the area lacks that scale, the rung
        stands where the scale would. The halo is in no unit of them. Water's ladder is left as it is.

    Returns
    -------
    Scale -> object (n,). A rung that the area has no data for, basins or communities of which not one fragment carries
    a code, is left out: water is then netted within whole municipalities and then within prefectures. Lowland is
    known land: fragments that are all lowland keep the (empty) basin rung.

    Raises
    ------
    InputError
        An unknown kind, or a column that is missing.
    """
    if kind not in LADDER_SCALES:
        message = f"ladder kind: expected one of {', '.join(LADDER_SCALES)}; found '{kind}'"
        raise InputError(message, key="ladder_kind", found=kind, expected=", ".join(LADDER_SCALES))
    needed = (*LABEL_COLUMNS, *(column for column, _ in rungs))
    missing = [name for name in needed if name not in fragments]
    if missing:
        message = f"fragments: column '{missing[0]}' is missing; a ladder needs {', '.join(needed)}"
        raise InputError(message, key="fragments_column", column=missing[0])
    municipality, system = _labels(fragments["municipality_code"]), _labels(fragments["river_system_code"])
    in_area = fragments["in_area"].to_numpy(dtype=bool)
    basin = without(system, system == LOWLAND)
    prefecture = without(_labels(fragments["prefecture_code"]), ~in_area)
    has_basins = _any_label(system)
    upper = {**({"basin": basin} if has_basins else {}), "prefecture": prefecture}
    if kind == "water":
        # Where no divide is known, none keeps the water of a municipality apart.
        return {"municipality": _joined(municipality, system) if has_basins else municipality, **upper}
    community = _labels(fragments["community_code"])
    own = {**({"community": community} if _any_label(community) else {}), "municipality": municipality, **upper}
    return _with_rungs(own, fragments, rungs, ~in_area) if rungs else own


def _with_rungs(
    own: dict[str, LabelArray],
    fragments: pd.DataFrame,
    rungs: Sequence[tuple[str, str]],
    is_halo: npt.NDArray[np.bool_],
) -> dict[str, LabelArray]:
    """Put the users' rungs between the ladder's own, each above its scale."""
    result: dict[str, LabelArray] = {}
    for scale in LADDER_SCALES["default"]:
        if scale in own:
            result[scale] = own[scale]
        result |= {column: without(_labels(fragments[column]), is_halo) for column, below in rungs if below == scale}
    return result


def without(labels: LabelArray, where: npt.NDArray[np.bool_]) -> LabelArray:
    """Return a copy of object labels with None, "in no unit", where ``where`` is true."""
    result = labels.copy()
    result[where] = None
    return result


def _any_label(labels: LabelArray) -> bool:
    return bool((~pd.isna(labels)).any())


def _labels(column: pd.Series) -> LabelArray:
    """Return labels as objects, None where there is none (missing or '')."""
    labels: LabelArray = np.array(column, dtype=object)
    # pd.NA answers no comparison, so it goes first.
    known = without(labels, np.asarray(pd.isna(labels), dtype=bool))
    return without(known, np.asarray(known == "", dtype=bool))


def _joined(first: LabelArray, second: LabelArray) -> LabelArray:
    """Return ``first|second``; None where the first is None. A place with no system is taken for lowland."""
    pairs = zip(first, second, strict=True)
    joined = [None if a is None else f"{a}|{LOWLAND if b is None else b}" for a, b in pairs]
    return np.array(joined, dtype=object)
