"""Iterative proportional fitting: make a table of amounts meet known row and column sums."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_ITERATIONS = 2000
_TOLERANCE = 1e-12


def fit_table(
    seed: NDArray[np.float64], row_sums: NDArray[np.float64], column_sums: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Scale a table's rows and columns in turn until both sums hold; the columns are exact.

    Parameters
    ----------
    seed
        (r, c), > 0: the pattern to keep.
    row_sums, column_sums
        (r,) and (c,), >= 0, of one total.

    Notes
    -----
    Deming & Stephan (1940). A positive seed always converges where both sums have one total.
    """
    table = seed.copy()
    for _ in range(_ITERATIONS):
        rows = table.sum(axis=1)
        table *= np.divide(row_sums, rows, out=np.zeros_like(rows), where=rows > 0)[:, None]
        columns = table.sum(axis=0)
        table *= np.divide(column_sums, columns, out=np.zeros_like(columns), where=columns > 0)
        if np.abs(table.sum(axis=1) - row_sums).max() <= _TOLERANCE * row_sums.sum():
            break
    return table


def fit_groups(
    amounts: NDArray[np.float64],
    first: NDArray[np.int64],
    first_sums: NDArray[np.float64],
    last: NDArray[np.int64],
    last_sums: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Scale amounts (n,) to two sets of group sums in turn; the last set's are exact.

    Parameters
    ----------
    amounts
        (n,) >= 0.
    first, last
        (n,) group numbers, 0 … k-1, of the two groupings.
    first_sums, last_sums
        (k,) sums to meet; a group whose amounts are all 0 keeps 0.
    """
    fitted = amounts.astype(np.float64, copy=True)
    for _ in range(_ITERATIONS):
        before = fitted
        fitted = _scaled(_scaled(fitted, first, first_sums), last, last_sums)
        if np.abs(fitted - before).max() <= _TOLERANCE * max(float(fitted.max()), 1.0):
            break
    return fitted


def _scaled(amounts: NDArray[np.float64], group: NDArray[np.int64], sums: NDArray[np.float64]) -> NDArray[np.float64]:
    present = np.bincount(group, amounts, minlength=len(sums))
    ratio = np.divide(sums, present, out=np.ones_like(present), where=present > 0)
    return amounts * ratio[group]
