"""An area of 2 × 2 mesh cells, two towns and a strip of halo, written to a folder; and uploads in every format.

Town 14201 is the west column, 14203 the east, 22222 (halo) the cell east of the south row. Every cell has 1 km².
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import tomli_w
from affine import Affine
from rasterio.io import MemoryFile
from shapely.geometry import box, mapping

from geo.dataset import Dataset, open_dataset
from tests.geo.catalogue_world import CATALOGUE

CRS = "EPSG:6668"
WEST, SOUTH = 139.0, 35 + 1 / 3
STEP_X, STEP_Y = 1 / 80, 1 / 120
EXTENSIVE = ["area_km2", "population", "forest_km2", "built_km2"]
META = {
    "name_ja": "試験",
    "name_en": "Test",
    "plane_crs": "EPSG:6677",
    "prefecture_code": "14",
    "prefecture_name_ja": "試験県",
    "prefecture_name_en": "Test",
    "columns": {"extensive": EXTENSIVE, "intensive": ["precipitation_mm"]},
    "layers": [],
}


def square(column: float, row: float, columns: float = 1, rows: float = 1):
    """Rectangle in cells from the south-west corner."""
    west, south = WEST + column * STEP_X, SOUTH + row * STEP_Y
    return box(west, south, west + columns * STEP_X, south + rows * STEP_Y)


def make_area(data_dir: Path) -> Dataset:
    """Write the area ``small`` and the catalogue; return the dataset."""
    folder = data_dir / "small"
    folder.mkdir(parents=True)
    squares = [square(0, 0), square(1, 0), square(0, 1), square(1, 1), square(2, 0)]
    towns = ["14201", "14203", "14201", "14203", "22222"]
    fragments = gpd.GeoDataFrame(
        {
            "mesh_code": ["53390000", "53390001", "53390010", "53390011", "53390002"],
            "municipality_code": towns,
            "basin_code": "b",
            "river_system_code": "r",
            "community_code": [f"c{i}-{town}" for i, town in enumerate(towns)],
            "prefecture_code": ["14"] * 4 + ["22"],
            "in_area": [True] * 4 + [False],
            "area_km2": 1.0,
            "population": [100.0, 0.0, 300.0, 0.0, 50.0],
            "forest_km2": [0.5, 0.25, 1.0, np.nan, 0.5],
            "built_km2": 0.0,
            "precipitation_mm": 1600.0,
        },
        geometry=squares,
        crs=CRS,
    )
    municipalities = gpd.GeoDataFrame(
        {
            "code": ["14201", "14203"],
            "name_ja": ["西市", "東市"],
            "name_kana": ["にし", "ひがし"],
            "name_en": ["West", "East"],
            "prefecture_code": "14",
        },
        geometry=[square(0, 0, 1, 2), square(1, 0, 1, 2)],
        crs=CRS,
    )
    inner = fragments[fragments["in_area"]]
    communities = gpd.GeoDataFrame(
        {
            "code": inner["community_code"],
            "name_ja": "場所",
            "name_en": "place",
            "municipality_code": inner["municipality_code"],
            "basin_code": "b",
        },
        geometry=inner.geometry,
        crs=CRS,
    )
    fragments.to_parquet(folder / "fragments.parquet")
    municipalities.to_parquet(folder / "municipalities.parquet")
    communities.to_parquet(folder / "communities.parquet")
    (folder / "dataset.toml").write_text(tomli_w.dumps(META), encoding="utf-8")
    (data_dir / "resources.toml").write_text(CATALOGUE, encoding="utf-8")
    return open_dataset("small", data_dir=data_dir)


def geojson(shapes, *, crs: str = "", **columns) -> bytes:
    """GeoJSON of shapes with columns of values."""
    features = [
        {
            "type": "Feature",
            "properties": {name: values[i] for name, values in columns.items()},
            "geometry": None if shape is None else mapping(shape),
        }
        for i, shape in enumerate(shapes)
    ]
    document = {"type": "FeatureCollection", "features": features}
    if crs:
        document["crs"] = {"type": "name", "properties": {"name": crs}}
    return json.dumps(document).encode()


def frame(shapes, crs=CRS, **columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs)


def geopackage(table: gpd.GeoDataFrame, folder: Path, layer: str = "made") -> bytes:
    path = folder / f"{layer}.gpkg"
    pyogrio.write_dataframe(table, path, layer=layer, driver="GPKG")
    return path.read_bytes()


def shapefile(table: gpd.GeoDataFrame, folder: Path, *, without=(), extra=None, encoding="cp932", stem="道路") -> bytes:
    """Zipped Shapefile; ``without`` leaves out parts, ``extra`` adds members."""
    path = folder / "made.shp"
    pyogrio.write_dataframe(table, path, driver="ESRI Shapefile", encoding=encoding)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.glob("made.*")):
            if part.suffix not in (*without, ".gpkg"):
                archive.writestr(f"{stem}{part.suffix}", part.read_bytes())
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return buffer.getvalue()


def geoparquet(table: gpd.GeoDataFrame) -> bytes:
    buffer = io.BytesIO()
    table.to_parquet(buffer)
    return buffer.getvalue()


def geotiff(values, transform=None, crs=CRS, tags=None, **profile) -> bytes:
    """GeoTIFF of a (rows, columns) array; by default over the four cells. ``tags``: namespace -> items."""
    values = np.atleast_3d(np.asarray(values))
    values = values.transpose(2, 0, 1)
    count, rows, columns = values.shape
    north = SOUTH + 2 * STEP_Y
    placed = transform or Affine(2 * STEP_X / columns, 0, WEST, 0, -2 * STEP_Y / rows, north)
    made = {"driver": "GTiff", "height": rows, "width": columns, "count": count, "dtype": values.dtype.name}
    made |= {"crs": crs, "transform": placed} | profile
    with MemoryFile() as memory:
        with memory.open(**{key: value for key, value in made.items() if value is not None}) as raster:
            raster.write(values)
            for namespace, items in (tags or {}).items():
                raster.update_tags(ns=namespace, **items)
        return memory.read()
