"""Elevation added to a dataset: what is on file afterwards, and what is refused."""

import json
import shutil

import numpy as np
import pytest
import rasterio

from geo.dataset import open_dataset
from geo.errors import CrsError, DatasetError
from geo.sources.dem import SEA
from geo.sources.reading import SourceError
from geo.terrain_build import has_dem, open_terrain, write_dem
from geo.terrain_raster import read_dem_raster, write_dem_raster
from tests.geo.terrain_area import COLUMNS, ROWS, area_on_file, valley, valley_dem, valley_file


@pytest.fixture
def area(tmp_path):
    return area_on_file(tmp_path / "data")


def reopened(area):
    return open_dataset(area.area, data_dir=area.folder.parent)


def test_the_raster_and_its_row_are_written_and_opened_again(area, tmp_path):
    assert not has_dem(area)
    before = area.content_hash()
    write_dem(area.folder, [valley_file(tmp_path)])
    dataset = reopened(area)
    assert has_dem(dataset)
    info = dataset.layer("dem")
    assert (info.file, info.year, info.title_ja) == ("rasters/dem.tif", "2020", "標高")
    assert "sheets 1" in info.processing_en
    with rasterio.open(dataset.raster_path("dem")) as raster:
        assert raster.crs.to_epsg() == 6668
        assert raster.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert raster.descriptions[0] == "elevation"
        assert raster.units[0] == "m"
        np.testing.assert_array_equal(raster.read(1)[:, 1:], valley()[:, 1:])
    terrain = open_terrain(dataset)
    assert terrain.direction.shape == (ROWS, COLUMNS)
    assert (terrain.dem.surface[:, 0] == SEA).all()
    assert dataset.content_hash() != before


def test_other_layers_and_tables_stay_as_they_were(area, tmp_path):
    before = {path.name: path.read_bytes() for path in area.folder.glob("*.parquet")}
    keys = [info.key for info in area.layers]
    write_dem(area.folder, [valley_file(tmp_path)])
    assert {path.name: path.read_bytes() for path in area.folder.glob("*.parquet")} == before
    assert [info.key for info in reopened(area).layers] == [*keys, "dem"]
    assert json.dumps({**reopened(area).meta, "layers": []}) == json.dumps({**area.meta, "layers": []})


def test_adding_again_replaces_and_the_same_files_give_the_same_bytes(area, tmp_path):
    path = valley_file(tmp_path)
    write_dem(area.folder, [path])
    first = (area.folder / "rasters" / "dem.tif").read_bytes(), (area.folder / "dataset.toml").read_bytes()
    write_dem(area.folder, [path])
    assert first == ((area.folder / "rasters" / "dem.tif").read_bytes(), (area.folder / "dataset.toml").read_bytes())
    assert [info.key for info in reopened(area).layers].count("dem") == 1


def test_what_cannot_be_read_changes_nothing(area, tmp_path):
    bad = tmp_path / "FG-GML-bad-dem10b.xml"
    bad.write_text("<html/>")
    before = area.content_hash()
    with pytest.raises(SourceError):
        write_dem(area.folder, [bad])
    assert not (area.folder / "rasters").exists()
    assert reopened(area).content_hash() == before


def test_elevation_beside_the_area_is_refused(area, tmp_path):
    path = valley_file(tmp_path)
    text = path.read_text(encoding="utf-8").replace("139.", "140.")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DatasetError, match="beside"):
        write_dem(area.folder, [path])
    assert not has_dem(reopened(area))


def test_an_area_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(DatasetError, match="unknown area"):
        write_dem(tmp_path / "nowhere", [valley_file(tmp_path)])


def test_a_raster_that_is_not_the_one_described_is_refused(area, tmp_path):
    write_dem(area.folder, [valley_file(tmp_path)])
    path = area.folder / "rasters" / "dem.tif"
    with path.open("ab") as handle:
        handle.write(b"\0")
    with pytest.raises(DatasetError, match="another sha256"):
        open_terrain(reopened(area))


def test_a_dataset_without_elevation_has_no_terrain(area):
    with pytest.raises(DatasetError, match="no raster 'dem'"):
        open_terrain(area)


@pytest.mark.parametrize(("most", "shape"), [(600, (20, 30)), (599, (10, 15)), (100, (7, 10))])
def test_a_raster_beyond_what_a_page_may_compute_is_thinned(tmp_path, most, shape):
    path = tmp_path / "dem.tif"
    write_dem_raster(path, valley_dem())
    dem = read_dem_raster(path, most_cells=most)
    assert dem.elevation_m.shape == shape
    assert dem.bounds[0] == valley_dem().bounds[0]
    assert np.nanmin(dem.elevation_m) == np.nanmin(valley_dem().elevation_m)


def test_a_raster_of_another_kind_is_refused(tmp_path):
    good, path = tmp_path / "good.tif", tmp_path / "dem.tif"
    write_dem_raster(good, valley_dem())
    with rasterio.open(good) as raster:
        profile = {**raster.profile, "driver": "GTiff", "count": 1}
        values = raster.read(1)
    profile.pop("interleave", None)
    with rasterio.open(path, "w", **{**profile, "crs": "EPSG:4326"}) as raster:
        raster.write(values, 1)
    with pytest.raises(CrsError):
        read_dem_raster(path)
    with rasterio.open(path, "w", **profile) as raster:
        raster.write(values, 1)
    with pytest.raises(DatasetError, match="two bands"):
        read_dem_raster(path)
    shutil.copy(__file__, path)
    with pytest.raises(DatasetError, match="cannot be read"):
        read_dem_raster(path)
