"""Amounts of the fragments: supply or demand a fragment and resource, checked before anything is computed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo.errors import InputError

FloatArray = npt.NDArray[np.float64]


def check_amounts(
    values: object, argument: str, *, shape: tuple[int, ...] | None = None
) -> tuple[FloatArray, tuple[int, ...]]:
    """Check amounts and give them one form.

    Parameters
    ----------
    values
        Numbers of shape (n,) or (n, m): array, Series, DataFrame or nested list; finite and not negative.
    argument
        What an error calls them.
    shape
        Shape that is expected, where known.

    Returns
    -------
    float64 (n, m) in C order, a view of ``values`` where that is possible, and the shape that was given.

    Raises
    ------
    InputError
        Not numbers, another shape, or a value that is negative, NaN or infinite; says which.
    """
    try:
        given = np.asarray(values)
    except ValueError as error:
        message = f"{argument}: expected an array of numbers ({error})"
        raise InputError(message, key="amounts_kind", argument=argument) from error
    if given.dtype.kind not in "fiubO" or given.ndim not in (1, 2):
        found = f"{given.dtype} of shape {given.shape}"
        message = f"{argument}: expected numbers of shape (n,) or (n, m); found {found}"
        raise InputError(message, key="amounts_shape", argument=argument, expected="(n,) | (n, m)", found=found)
    try:
        amounts = np.ascontiguousarray(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        message = f"{argument}: expected numbers ({error})"
        raise InputError(message, key="amounts_kind", argument=argument) from error
    if shape is not None and amounts.shape != shape:
        message = f"{argument}: expected the shape of supply, {shape}; found {amounts.shape}"
        raise InputError(message, key="amounts_shape", argument=argument, expected=shape, found=amounts.shape)
    # min() and max() hand a NaN on, and a NaN fails both comparisons.
    if amounts.size and not (amounts.min() >= 0 and amounts.max() < np.inf):
        where = np.argwhere(~((amounts >= 0) & np.isfinite(amounts)))[0].tolist()
        value = float(amounts[tuple(where)])
        message = f"{argument}: amounts must be finite and not negative; found {value} at {where}"
        raise InputError(message, key="amounts_value", argument=argument, found=value, at=where)
    return two_dimensional(amounts), amounts.shape


def two_dimensional(amounts: FloatArray) -> FloatArray:
    """Return (n,) amounts as (n, 1), others as they are."""
    return amounts[:, np.newaxis] if amounts.ndim == 1 else amounts
