"""The land under every still map: the area itself and, where the dataset has them, its neighbours."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from geo.dataset import Dataset

_NEIGHBOURS = "surroundings.parquet"


def land(dataset: Dataset) -> gpd.GeoSeries:
    """Return the land as one shape in EPSG:6668; without its neighbours where none are on file."""
    path = dataset.folder / _NEIGHBOURS
    own = dataset.prefecture.geometry
    if not path.is_file():
        return own
    around = gpd.read_parquet(path).geometry.to_crs(own.crs)
    return gpd.GeoSeries([pd.concat([own, around]).union_all()], crs=own.crs)
