"""Users' indicators on the fragments: a column ``user_<key>`` each, in the layer's unit."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from geo.dataset import Dataset
from geo.user_layers.codes import MUNICIPALITY
from geo.user_layers.model import UploadError, UserLayer
from geo.user_layers.raster import parse_raster, share_raster
from geo.user_layers.sharing import Shared, share_codes, share_outlines
from geo.user_layers.store import list_user_layers, read_bytes, read_table


def with_user_columns(fragments: gpd.GeoDataFrame, dataset: Dataset) -> gpd.GeoDataFrame:
    """Return the fragments with a float64 column ``user_<key>`` for every indicator of the user's.

    A layer whose file is gone or damaged leaves its column unknown (NaN) throughout; :func:`broken_layers` names it.
    """
    used = [x for x in list_user_layers(dataset.area, dataset.folder.parent) if x.role == "indicator"]
    columns = {}
    for layer in used:
        try:
            columns[layer.fragment_column] = layer_amounts(layer, fragments, dataset.municipalities).amounts
        except UploadError:
            columns[layer.fragment_column] = np.full(len(fragments), np.nan)
    return fragments.assign(**columns) if columns else fragments


def layer_amounts(layer: UserLayer, fragments: gpd.GeoDataFrame, municipalities: gpd.GeoDataFrame) -> Shared:
    """Share a layer's values onto fragments.

    Parameters
    ----------
    fragments, municipalities
        Of the area, EPSG:6668; fragments with the standard columns.

    Raises
    ------
    UploadError
        The layer's file is gone or damaged.
    """
    if layer.kind == "raster":
        return share_raster(parse_raster(layer, read_bytes(layer)), layer.measure, fragments, municipalities)
    table = read_table(layer)
    values = table[layer.column].to_numpy(dtype=np.float64)
    if isinstance(table, gpd.GeoDataFrame):
        return share_outlines(table, values, layer.kind, layer.measure, fragments, municipalities)
    area = fragments["area_km2"].to_numpy(dtype=np.float64)
    weights = fragments["population"].to_numpy(dtype=np.float64) if layer.share_by == "population" else area
    by = "municipality_code" if layer.key_kind == MUNICIPALITY else "mesh_code"
    codes = table[layer.key_column].to_numpy(dtype=object)
    amounts = share_codes(codes, values, layer.measure, fragments[by].to_numpy(dtype=object), weights, area)
    in_area = fragments["in_area"].to_numpy(dtype=bool)
    inside = float(np.nansum(amounts[in_area]))
    return Shared(amounts, inside, float(np.nansum(values)) - inside)


def broken_layers(dataset: Dataset) -> tuple[tuple[UserLayer, UploadError], ...]:
    """Return the layers whose file is gone or damaged, each with the reason."""
    found = []
    for layer in list_user_layers(dataset.area, dataset.folder.parent):
        try:
            read_bytes(layer)
        except UploadError as error:
            found.append((layer, error))
    return tuple(found)
