"""The area's measured values as the pages use them: switched on or off, and found again in a place's rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

from geo.actuals import Actual
from geo.actuals_file import FILE, local_path, read_actuals
from geo.dataset import Dataset
from geo.errors import MeguriError
from geo.prepared import unit_column
from geo.terms import Catalogue
from layers.ladder_rows import LadderRow
from layers.state import ViewState

Stamp = tuple[int, int, int] | None


@dataclass(frozen=True)
class Known:
    """An area's measured values, or why they cannot be read (there are none then)."""

    actuals: tuple[Actual, ...]
    problem: MeguriError | None = None

    @property
    def can_replace(self) -> bool:
        """Whether any stands in for an estimate: what is installed does not."""
        return any(actual.side != "installed" for actual in self.actuals)


def known_actuals(dataset: Dataset, catalogue: Catalogue) -> Known:
    """Return the area's measured values; read again only when one of its two files was written."""
    stamps = (_stamp(dataset.folder / FILE), _stamp(local_path(dataset)))
    return _known(dataset.area, dataset.content_hash(), catalogue.content_hash, stamps, dataset, catalogue)


def actuals_in_use(state: ViewState, dataset: Dataset, catalogue: Catalogue) -> tuple[Actual, ...]:
    """Return the measured values that replace estimates in this view; () where they are switched off."""
    known = known_actuals(dataset, catalogue)
    return tuple(actual for actual in known.actuals if actual.side != "installed") if state.actuals else ()


def with_measured(
    rows: Sequence[LadderRow], state: ViewState, dataset: Dataset, catalogue: Catalogue, *, kind: str, code: str
) -> list[LadderRow]:
    """Return a place's rows, each with the measured values that its figures contain."""
    used = actuals_in_use(state, dataset, catalogue)
    if not used:
        return list(rows)
    inside = municipalities_of(dataset, kind, code)
    return [
        replace(row, measured=tuple(a for a in used if a.resource == row.resource and a.municipality in inside))
        for row in rows
    ]


def municipalities_of(dataset: Dataset, kind: str, code: str) -> frozenset[str]:
    """Return the codes of the municipalities that a place lies in or holds, in whole or in part."""
    if kind == "municipality":
        return frozenset({code})
    return _municipalities(dataset.area, dataset.content_hash(), kind, dataset).get(code, frozenset())


@st.cache_resource(max_entries=8, show_spinner=False)
def _known(
    area: str,
    version: str,
    catalogue_version: str,
    stamps: tuple[Stamp, Stamp],
    _dataset: Dataset,
    _catalogue: Catalogue,
) -> Known:
    try:
        return Known(read_actuals(_dataset, _catalogue))
    except MeguriError as error:
        return Known((), error)


@st.cache_resource(max_entries=16, show_spinner=False)
def _municipalities(area: str, version: str, kind: str, _dataset: Dataset) -> dict[str, frozenset[str]]:
    column = unit_column(kind)
    inside = _dataset.fragments.loc[_dataset.fragments["in_area"], [column, "municipality_code"]].drop_duplicates()
    return {str(code): frozenset(part) for code, part in inside.groupby(column)["municipality_code"]}


def _stamp(path: Path) -> Stamp:
    """Return what changes whenever a file is written, None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
