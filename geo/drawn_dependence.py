"""What the share covered in many draws hangs on: the factor whose draws go most closely with it.

Told by Spearman's rank correlation (Saltelli et al. 2008, Global Sensitivity Analysis, section 1.2).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from geo.amounts import FloatArray

# Shares are kept in single precision: nearer to each other than this they are the same.
SAME = 1e-6


def closest_factor(
    cumulative: Mapping[str, npt.NDArray[np.float32]], moving: Mapping[str, FloatArray]
) -> tuple[npt.NDArray[np.object_], FloatArray]:
    """Return by unit the factor whose draws go most closely with the covered share, and their rank correlation.

    Parameters
    ----------
    cumulative
        As in :class:`geo.unit_draws.UnitDraws`, smallest scale first.
    moving
        What is drawn: key -> (draws,).

    Returns
    -------
    Object (u,), '' where no share moves, and float64 (u,), NaN there.
    """
    # As in geo.draws: not before it is needed.
    from scipy.stats import rankdata  # noqa: PLC0415

    wide_first = [*cumulative.values()][::-1]
    told = wide_first[0].copy()
    for shares in wide_first[1:]:
        told = np.where(_moves(told)[:, np.newaxis], told, shares)
    hangs_on = np.full(len(told), "", dtype=object)
    correlation = np.full(len(told), np.nan)
    rows = np.flatnonzero(_moves(told))
    if len(rows) and moving:
        # Rounding to the kept precision keeps equal shares equal, and ties share their rank.
        ranks = _standard(rankdata(np.round(told[rows], 6), axis=1))
        of_factors = _standard(rankdata(np.stack([*moving.values()]), axis=1))
        found = ranks @ of_factors.T
        best = np.abs(found).argmax(axis=1)
        hangs_on[rows] = np.array([*moving], dtype=object)[best]
        correlation[rows] = found[np.arange(len(rows)), best]
    return hangs_on, correlation


def _moves(shares: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """Tell for each unit whether its share differs between the draws; not where any draw has none."""
    return np.asarray(np.ptp(shares, axis=1) > SAME)


def _standard(ranks: FloatArray) -> FloatArray:
    """Centre each row and bring it to length 1; a row of equal ranks becomes 0."""
    centred = ranks - ranks.mean(axis=1, keepdims=True)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    return np.asarray(np.divide(centred, length, out=np.zeros_like(centred), where=length > 0))
