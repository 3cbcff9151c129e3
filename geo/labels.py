"""Labels of fragments, turned once into small integers: which unit of a partition a fragment lies in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from geo.amounts import FloatArray
from geo.errors import InputError


@dataclass(frozen=True, eq=False)
class CodedLabels:
    """A partition of n fragments.

    Attributes
    ----------
    codes
        int32 (n,): position of the fragment's unit in ``units``; ``len(units)`` means "in no unit".
    units
        The units' labels, sorted.
    """

    codes: npt.NDArray[np.int32]
    units: pd.Index

    def __len__(self) -> int:
        return len(self.codes)

    def sums(self, amounts: FloatArray) -> FloatArray:
        """Add up the fragments' amounts, float64 (n, m), by unit: (units + 1, m), the last row in no unit."""
        n = len(self.codes)
        # One column a fragment with a single 1 in its unit's row: the product is the sum by unit, without the
        # sort or the column-by-column walk that bincount would need.
        membership = sparse.csc_array(
            (np.ones(n), self.codes, np.arange(n + 1, dtype=np.int32)), shape=(len(self.units) + 1, n)
        )
        totals: FloatArray = membership @ amounts
        return totals


def code_labels(labels: object, *, length: int | None = None, argument: str = "units") -> CodedLabels:
    """Code a partition's labels.

    Parameters
    ----------
    labels
        (n,) array, Series, Index or list of str, int or float labels, or an object mixture; None, NaN, pd.NA,
        NaT and '' mean "in no unit". Labels already coded are passed through.
    length
        The n that is expected, where known.
    argument
        What an error calls the labels.

    Raises
    ------
    InputError
        Labels that are not one-dimensional, not of the expected length, or not hashable.
    """
    if isinstance(labels, CodedLabels):
        _check_length(len(labels), length, argument)
        return labels
    values = _one_dimensional(labels, argument)
    _check_length(len(values), length, argument)
    try:
        found, uniques = pd.factorize(values, sort=False)
    except TypeError as error:
        message = f"{argument}: labels must be text or numbers ({error})"
        raise InputError(message, key="labels_kind", argument=argument) from error
    named = pd.Index(uniques)
    order = _sorted_positions(named)
    # Each found label's place in the sorted units; '' and the missing (-1, so the last entry) are in none.
    place = np.full(len(named) + 1, len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    codes = place[found]
    return CodedLabels(codes=codes, units=named.take(order))


def _one_dimensional(labels: object, argument: str) -> npt.NDArray[np.generic] | pd.Index:
    if isinstance(labels, pd.Series | pd.Index):
        return pd.Index(labels)
    if isinstance(labels, list | tuple):
        # Via a Series: numpy alone would turn ["a", None, 1] into text.
        labels = pd.Series(list(labels), dtype=object)
        return pd.Index(labels)
    if isinstance(labels, pd.api.extensions.ExtensionArray):
        return pd.Index(labels)
    if isinstance(labels, np.ndarray) and labels.ndim == 1:
        # Fixed-width text is held as objects anyway once it is hashed.
        return labels.astype(object) if labels.dtype.kind in "US" else labels
    found = f"shape {labels.shape}" if isinstance(labels, np.ndarray) else type(labels).__name__
    message = f"{argument}: expected a one-dimensional array of labels, one a fragment; found {found}"
    raise InputError(message, key="labels_shape", argument=argument, found=found)


def _check_length(found: int, expected: int | None, argument: str) -> None:
    if expected is not None and found != expected:
        message = f"{argument}: expected {expected} labels, one a fragment; found {found}"
        raise InputError(message, key="labels_length", argument=argument, expected=expected, found=found)


def _sorted_positions(named: pd.Index) -> npt.NDArray[np.intp]:
    """Positions of the labels that name a unit, in the labels' order; mixed kinds by kind, then value."""
    if isinstance(named, pd.CategoricalIndex):
        named = pd.Index(named.to_numpy())
    values = named.to_numpy(dtype=object)
    kept = np.flatnonzero(values != "")
    try:
        return kept[np.argsort(values[kept], kind="stable")]
    except TypeError:
        return np.array(sorted(kept, key=lambda i: (type(values[i]).__name__, str(values[i]))), dtype=np.intp)
