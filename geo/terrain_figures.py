"""What lives and grows on the land that drains to a point: people, forest, and each resource's supply and demand."""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.assessment import Settings, assess
from geo.dataset import STORAGE_CRS, Dataset
from geo.prepared import PreparedFragments, prepare
from geo.terms import Catalogue
from geo.unit_figures import closing_of

_KM2_COLUMNS = ("forest_km2", "paddy_km2", "farmland_km2", "built_km2")


@dataclass(frozen=True, eq=False)
class DrainFigures:
    """Figures of all that drains to a point, as far as the dataset goes; amounts a year.

    Attributes
    ----------
    area_km2
        Land of the dataset (its halo outside the area included) within the polygon.
    outside_km2
        The part of it outside the area, whose people are not fitted to the census.
    covered_share
        0 to 1: ``area_km2`` over the polygon's own area; the rest is not in the figures.
    people
        Of the census year.
    land_km2
        ``forest_km2``, ``paddy_km2``, ``farmland_km2``, ``built_km2`` where the dataset has them; NaN where unknown
        all over.
    municipalities
        Codes of those inside the area with land within the polygon.
    resources
        One row a resource, by key: ``supply``, ``demand``, ``self_sufficiency``, ``met_<scale>``, ``used_<scale>``,
        ``outside``, ``time_mismatch``, ``surplus``, ``unknown_share`` and ``closing_scale``, as
        :func:`geo.unit_figures.unit_table` has them: the ladder is the whole area's, told for this land.
    """

    area_km2: float
    outside_km2: float
    covered_share: float
    people: float
    land_km2: dict[str, float]
    municipalities: frozenset[str]
    resources: pd.DataFrame = field(repr=False)


def ladder_figures(
    dataset: Dataset,
    polygon: shapely.Geometry,
    catalogue: Catalogue,
    settings: Settings | None = None,
    *,
    prepared: PreparedFragments | None = None,
) -> DrainFigures:
    """Sum the fragments within a polygon, those that it cuts by their share of area.

    Parameters
    ----------
    polygon
        EPSG:6668.
    settings
        The central case with nothing set by hand where omitted.
    prepared
        ``prepare(dataset.fragments)``, where the caller has it.
    """
    settings = settings or Settings()
    prepared = prepared or prepare(dataset.fragments)
    share = fragment_shares(dataset, polygon)
    columns = prepared.columns
    area = columns["area_km2"] * share
    own_km2 = _area_km2(polygon, dataset.plane_crs)
    rows = {key: _resource_row(key, prepared, catalogue, settings, share) for key in catalogue.resources}
    return DrainFigures(
        area_km2=float(area.sum()),
        outside_km2=float(area[~prepared.in_area].sum()),
        covered_share=min(float(area.sum()) / own_km2, 1.0) if own_km2 > 0 else 0.0,
        people=_known_sum(columns["population"], share),
        municipalities=frozenset(prepared.codes["municipality_code"][prepared.in_area & (share > 0)]),
        land_km2={name: _known_sum(columns[name], share) for name in _KM2_COLUMNS if name in columns},
        resources=pd.DataFrame.from_dict(rows, orient="index").rename_axis("resource"),
    )


def fragment_shares(dataset: Dataset, polygon: shapely.Geometry) -> npt.NDArray[np.float64]:
    """Return the share of each fragment's area that lies within a polygon: float64 (n,), 0 to 1."""
    fragments = dataset.fragments
    share = np.zeros(len(fragments))
    shapely.prepare(polygon)
    whole = fragments.sindex.query(polygon, predicate="contains")
    touched = np.setdiff1d(fragments.sindex.query(polygon, predicate="intersects"), whole)
    share[whole] = 1.0
    if len(touched):
        parts = fragments.geometry.iloc[touched]
        common = parts.intersection(polygon).to_crs(dataset.plane_crs).area.to_numpy()
        own = parts.to_crs(dataset.plane_crs).area.to_numpy()
        share[touched] = np.clip(np.divide(common, own, out=np.zeros(len(own)), where=own > 0), 0.0, 1.0)
    return share


def _resource_row(
    key: str,
    prepared: PreparedFragments,
    catalogue: Catalogue,
    settings: Settings,
    share: npt.NDArray[np.float64],
) -> dict[str, object]:
    assessment = assess(prepared, key, catalogue, settings)
    circulation = assessment.circulation
    amounts = {
        "supply": assessment.supply,
        "demand": assessment.demand,
        **{f"met_{scale}": amount for scale, amount in circulation.met.items()},
        **{f"used_{scale}": amount for scale, amount in circulation.used.items()},
        "outside": circulation.outside,
        "time_mismatch": assessment.time_mismatch,
        "surplus": circulation.surplus,
    }
    row: dict[str, object] = {name: float(np.dot(amount, share)) for name, amount in amounts.items()}
    area = prepared.columns["area_km2"] * share
    whole = float(area.sum())
    row["unknown_share"] = float(np.dot(area, assessment.unknown)) / whole if whole > 0 else 0.0
    table = pd.DataFrame([row])
    demand, supply = float(table["demand"].iloc[0]), float(table["supply"].iloc[0])
    row["self_sufficiency"] = supply / demand if demand > 0 else float("nan")
    row["closing_scale"] = str(closing_of(table, assessment.resource, threshold=settings.threshold).iloc[0])
    return row


def _known_sum(values: npt.NDArray[np.float64], share: npt.NDArray[np.float64]) -> float:
    """Sum what is known; NaN where nothing is."""
    known = ~np.isnan(values) & (share > 0)
    return float(np.dot(values[known], share[known])) if known.any() else float("nan")


def _area_km2(polygon: shapely.Geometry, plane: str) -> float:
    return float(gpd.GeoSeries([polygon], crs=STORAGE_CRS).to_crs(plane).area.iloc[0]) / 1e6
