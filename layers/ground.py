"""The land under every still map: the area itself and, where the dataset has them, its neighbours."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from geo.dataset import Dataset
from geo.surroundings import land_around


def land(dataset: Dataset) -> gpd.GeoSeries:
    """Return the land as one shape in EPSG:6668; without its neighbours where none are on file."""
    own = dataset.prefecture.geometry
    around = land_around(dataset)
    if around is None:
        return own
    return gpd.GeoSeries([pd.concat([own, around.geometry.to_crs(own.crs)]).union_all()], crs=own.crs)
