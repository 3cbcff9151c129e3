"""Potential rasters: values on the right cells, read back, the same bytes every time, and refusals."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio
from affine import Affine

from geo.catalogue_reading import read_catalogue
from geo.errors import CatalogueError, CrsError, DatasetError, InputError
from geo.potential import potential_amounts, read_potential, to_grid, write_potentials
from tests.geo.catalogue_world import CATALOGUE

CATALOGUE_READ = read_catalogue(CATALOGUE)
# Three cells of an L: 5339-00-00 (its south-west corner is 35°20′ N, 139° E), its eastern and its northern neighbour.
CELLS = pd.DataFrame({"mesh_code": ["53390000", "53390001", "53390010"], "forest_km2": [4.0, np.nan, 2.0]})


def test_amounts_are_the_terms_times_the_potentials_own_factors() -> None:
    # 4 km² × 10 × share 0.3 × panel 2 × 0.5.
    amounts = potential_amounts(CELLS, CATALOGUE_READ.potentials["chips"], CATALOGUE_READ)
    np.testing.assert_allclose(amounts, [12, np.nan, 6])


def test_the_grid_lies_where_the_mesh_says() -> None:
    grid, transform = to_grid(CELLS["mesh_code"].to_numpy(dtype=np.str_), np.array([12.0, np.nan, 6.0]))
    np.testing.assert_array_equal(grid, np.array([[6, np.nan], [12, np.nan]], dtype=np.float32))
    west_north = transform @ (0, 0)
    assert west_north == pytest.approx((139, 35 + 1 / 3 + 60 / 3600), abs=1e-12)
    assert transform @ (2, 2) == pytest.approx((139 + 90 / 3600, 35 + 1 / 3), abs=1e-12)


def test_written_and_read_back(tmp_path: Path) -> None:
    layers = write_potentials(CELLS, CATALOGUE_READ, tmp_path / "rasters")
    raster = read_potential(tmp_path / "rasters" / "chips.tif")
    np.testing.assert_array_equal(raster.values, np.array([[6, np.nan], [12, np.nan]], dtype=np.float32))
    assert (raster.description, raster.unit, raster.year) == ("Chip potential", "MWh/yr", "2020")
    assert [layer["key"] for layer in layers] == ["potential_chips"]
    assert layers[0]["file"] == "rasters/chips.tif"
    with rasterio.open(tmp_path / "rasters" / "chips.tif") as opened:
        assert opened.crs.to_epsg() == 6668
        assert np.isnan(opened.nodata)
        assert opened.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
    assert [path.name for path in (tmp_path / "rasters").iterdir()] == ["chips.tif"]


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    first = write_potentials(CELLS, CATALOGUE_READ, tmp_path / "one")
    second = write_potentials(CELLS.sample(frac=1, random_state=1), CATALOGUE_READ, tmp_path / "two")
    assert (tmp_path / "one" / "chips.tif").read_bytes() == (tmp_path / "two" / "chips.tif").read_bytes()
    assert first[0]["sha256"] == second[0]["sha256"]


def test_a_refusal_leaves_the_old_raster(tmp_path: Path) -> None:
    write_potentials(CELLS, CATALOGUE_READ, tmp_path)
    before = (tmp_path / "chips.tif").read_bytes()
    with pytest.raises(CatalogueError, match="forest_km2"):
        write_potentials(CELLS.drop(columns="forest_km2"), CATALOGUE_READ, tmp_path)
    with pytest.raises(InputError, match="eight digits"):
        write_potentials(CELLS.assign(mesh_code="1"), CATALOGUE_READ, tmp_path)
    assert (tmp_path / "chips.tif").read_bytes() == before


@pytest.mark.parametrize(
    ("crs", "dtype", "count", "error", "match"),
    [
        (None, "float32", 1, CrsError, "CRS is none"),
        ("EPSG:4326", "float32", 1, CrsError, "EPSG:4326"),
        ("EPSG:6668", "float64", 1, DatasetError, "float32"),
        ("EPSG:6668", "float32", 2, DatasetError, "one band"),
    ],
)
def test_another_raster_is_refused(
    tmp_path: Path, crs: str | None, dtype: str, count: int, error: type[Exception], match: str
) -> None:
    path = tmp_path / "other.tif"
    transform = Affine(0.0125, 0, 139, 0, -1 / 120, 36)
    with rasterio.open(
        path, "w", driver="GTiff", height=2, width=2, count=count, dtype=dtype, crs=crs, transform=transform
    ) as raster:
        raster.write(np.zeros((count, 2, 2), dtype=dtype))
    with pytest.raises(error, match=match):
        read_potential(path)


def test_a_file_that_is_no_raster_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.tif").write_text("no raster")
    with pytest.raises(DatasetError, match=r"x\.tif"):
        read_potential(tmp_path / "x.tif")
