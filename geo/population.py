"""Population: the census mesh shared out onto fragments, and fitted to the municipalities' census totals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import DatasetError
from geo.proportional import fit_groups


@dataclass(frozen=True)
class CensusFit:
    """How far the fit moved the mesh population.

    Attributes
    ----------
    population
        (n,) persons, fitted; outside the area as shared.
    by_municipality
        Indexed by code: ``mesh`` (shared), ``census``, ``change`` (relative).
    """

    population: NDArray[np.float64]
    by_municipality: pd.DataFrame


def share_by_land(fragments: pd.DataFrame, amounts: pd.Series) -> NDArray[np.float64]:
    """Share each cell's amount out by land area; (n,).

    Parameters
    ----------
    fragments
        ``mesh_code`` and ``land_share`` (of all the land in the cell, the neighbours' included).
    amounts
        Indexed by mesh code; a cell that is not listed has 0.
    """
    whole = amounts.reindex(fragments["mesh_code"]).fillna(0).to_numpy(dtype=float)
    return np.asarray(whole * fragments["land_share"].to_numpy(), dtype=np.float64)


def fit_to_census(fragments: pd.DataFrame, population: NDArray[np.float64], census: pd.Series) -> CensusFit:
    """Fit the area's fragments between the cells' and the municipalities' totals; the municipal totals are exact.

    Raises
    ------
    DatasetError
        A municipality of the census has no fragment with people, or one of the fragments' is not in the census.
    """
    inside = fragments["in_area"].to_numpy()
    codes = sorted(census.index)
    missing = sorted(set(fragments.loc[inside, "municipality_code"]) - set(codes))
    if missing:
        message = f"the census totals lack municipality {missing[0]}: add its row"
        raise DatasetError(message, key="census_missing", code=missing[0])
    town_number = pd.Index(codes).get_indexer(fragments.loc[inside, "municipality_code"]).astype(np.int64)
    cell_number, _ = pd.factorize(fragments.loc[inside, "mesh_code"])
    shared = population[inside]
    wanted = census.loc[codes].to_numpy(dtype=float)
    present = np.bincount(town_number, shared, minlength=len(codes))
    if np.any((present == 0) & (wanted > 0)):
        code = codes[int(np.flatnonzero((present == 0) & (wanted > 0))[0])]
        message = f"municipality {code} has people in the census but none on the mesh: check its outline"
        raise DatasetError(message, key="census_no_mesh", code=code)
    cell_sums = np.bincount(cell_number, shared) * (wanted.sum() / shared.sum())
    fitted = population.copy()
    fitted[inside] = fit_groups(shared, cell_number.astype(np.int64), cell_sums, town_number, wanted)
    table = pd.DataFrame({"mesh": present, "census": wanted}, index=pd.Index(codes, name="code"))
    return CensusFit(population=fitted, by_municipality=table.assign(change=table["census"] / table["mesh"] - 1))
