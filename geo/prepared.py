"""Fragments prepared once for many assessments: their columns as arrays, their ladders and partitions coded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.amounts import FloatArray
from geo.coded_ladder import CodedLadder, code_ladder
from geo.errors import InputError
from geo.labels import CodedLabels, code_labels
from geo.ladder import ladder_labels, without

# What a result can be told by: the column that carries the units' codes.
UNIT_COLUMNS: dict[str, str] = {
    "community": "community_code",
    "municipality": "municipality_code",
    "basin": "river_system_code",
    "prefecture": "prefecture_code",
    "cells": "mesh_code",
}
# What the columns of partitions that users brought begin with; such a partition is told by its column's name.
PARTITION = "partition_"


_LADDERS = ("default", "water")


def unit_column(by: str) -> str:
    """Return the column of the fragments that carries the codes of a partition's units; KeyError for no partition."""
    return by if by.startswith(PARTITION) else UNIT_COLUMNS[by]


@dataclass(frozen=True, eq=False)
class PreparedFragments:
    """n fragments, ready for :func:`geo.assessment.assess`; made by :func:`prepare`, never changed.

    Attributes
    ----------
    columns
        Indicators by name, float64 (n,), NaN where unknown.
    in_area
        bool (n,): False is the halo.
    codes
        The text columns by name, object (n,).
    rungs
        Partitions that users brought as rungs of the default ladder: (column, the scale that it stands above).
    """

    columns: Mapping[str, FloatArray]
    in_area: npt.NDArray[np.bool_]
    codes: Mapping[str, npt.NDArray[np.object_]] = field(repr=False)
    rungs: tuple[tuple[str, str], ...] = ()

    def __len__(self) -> int:
        return len(self.in_area)

    @cached_property
    def ladders(self) -> Mapping[str, CodedLadder]:
        """Both kinds of ladder, coded: 'default' and 'water'."""
        table = pd.DataFrame({**self.codes, "in_area": self.in_area})
        return MappingProxyType({kind: code_ladder(ladder_labels(table, kind, self.rungs)) for kind in _LADDERS})

    @cached_property
    def _partitions(self) -> dict[tuple[str, bool], CodedLabels]:
        """The fragments' units by partition and whether halo is in it."""
        coded: dict[tuple[str, bool], CodedLabels] = {}
        brought = {name: name for name in self.codes if name.startswith(PARTITION)}
        for by, column in (UNIT_COLUMNS | brought).items():
            if column in self.codes:
                labels = self.codes[column]
                coded[by, False] = code_labels(without(labels, ~self.in_area))
                coded[by, True] = code_labels(labels)
        return coded

    def units(self, by: str) -> CodedLabels:
        """Return the units of a partition, fragments inside the area only.

        Raises
        ------
        InputError
            ``by`` is neither a key of ``UNIT_COLUMNS`` nor a column ``partition_<key>``, or the fragments lack it.
        """
        return self._partition(by, halo=False)

    def units_with_halo(self, by: str) -> CodedLabels:
        """Return the units of a partition over all fragments; errors as for :meth:`units`."""
        return self._partition(by, halo=True)

    @cached_property
    def single_municipality_basins(self) -> pd.Series:
        """Whether over 95 % of each river system's land (halo included) lies inside one municipality: bool by code.

        Such a basin adds no rung of its own.
        """
        table = pd.DataFrame(
            {
                "basin": self.codes["river_system_code"],
                "municipality": self.codes["municipality_code"],
                "area_km2": self.columns["area_km2"],
            }
        )
        areas = table.groupby(["basin", "municipality"])["area_km2"].sum().groupby("basin")
        return areas.max() > 0.95 * areas.sum()

    def _partition(self, by: str, *, halo: bool) -> CodedLabels:
        if (by, halo) not in self._partitions:
            known = ", ".join(key for key, inside in self._partitions if not inside)
            message = f"by: expected one of {known}; found '{by}'"
            raise InputError(message, key="by", found=by, expected=known)
        return self._partitions[by, halo]


def prepare(
    fragments: pd.DataFrame | PreparedFragments, *, rungs: tuple[tuple[str, str], ...] = ()
) -> PreparedFragments:
    """Prepare a table of fragments (a dataset's ``fragments``); what is prepared already is passed through.

    Parameters
    ----------
    fragments
        A column ``partition_<key>`` is a partition like those of ``UNIT_COLUMNS``: text, '' outside every unit.
    rungs
        As in :class:`PreparedFragments`; what is prepared already keeps its own.

    Raises
    ------
    InputError
        The table has no rows, or lacks a column that every assessment needs, or its ``in_area`` or ``area_km2``
        cannot be.
    """
    if isinstance(fragments, PreparedFragments):
        return fragments
    needed = ("in_area", "area_km2", *(name for by, name in UNIT_COLUMNS.items() if by != "cells"))
    missing = [name for name in needed if name not in fragments]
    if missing:
        message = f"fragments: column '{missing[0]}' is missing; expected at least {', '.join(needed)}"
        raise InputError(message, key="fragments_column", column=missing[0])
    if not len(fragments):
        message = "fragments: expected at least one row; found none"
        raise InputError(message, key="fragments_empty")
    if not pd.api.types.is_bool_dtype(fragments["in_area"]):
        message = f"fragments: column 'in_area': expected true or false; found {fragments['in_area'].dtype}"
        raise InputError(message, key="fragments_value", column="in_area")
    area = pd.to_numeric(fragments["area_km2"], errors="coerce").to_numpy(dtype=np.float64)
    if not (np.isfinite(area) & (area >= 0)).all():
        message = "fragments: column 'area_km2': expected finite numbers of at least 0 in every row"
        raise InputError(message, key="fragments_value", column="area_km2")
    numbers = {
        str(name): fragments[name].to_numpy(dtype=np.float64)
        for name in fragments.columns
        if pd.api.types.is_numeric_dtype(fragments[name]) and not pd.api.types.is_bool_dtype(fragments[name])
    }
    brought = [str(name) for name in fragments.columns if str(name).startswith(PARTITION)]
    known = [*(name for name in UNIT_COLUMNS.values() if name in fragments), *brought]
    codes = {name: fragments[name].to_numpy(dtype=object) for name in known}
    return PreparedFragments(
        columns=MappingProxyType(numbers),
        in_area=fragments["in_area"].to_numpy(dtype=bool),
        codes=MappingProxyType(codes),
        rungs=rungs,
    )
