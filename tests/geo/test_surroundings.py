"""The land around an area: its own file where it has one, else the overview of Japan."""

from pathlib import Path

import geopandas as gpd
import shapely

from geo.dataset import DATA_DIR, open_dataset
from geo.surroundings import land_around
from tests.layers.bare_area import write_bare_area


def test_what_the_build_kept_comes_first() -> None:
    kanagawa = open_dataset("kanagawa")
    found = land_around(kanagawa)
    assert found is not None
    assert found.geometry.geom_equals(gpd.read_parquet(kanagawa.folder / "surroundings.parquet").geometry).all()


def test_without_it_the_neighbouring_prefectures_of_the_overview_are_taken(tmp_path: Path) -> None:
    (tmp_path / "japan").symlink_to(DATA_DIR / "japan")
    area = write_bare_area(tmp_path)
    found = land_around(area)
    assert found is not None
    # The area is a few kilometres around 139.025° E, 35.34° N: 40 km reach Tokyo's and Yamanashi's land.
    assert list(found["prefecture_code"]) == ["13", "19"]
    west, south, east, north = area.municipalities.total_bounds
    assert shapely.box(west - 0.46, south - 0.37, east + 0.46, north + 0.37).contains(found.geometry).all()
    assert found.crs == area.municipalities.crs


def test_without_an_overview_there_is_none(tmp_path: Path) -> None:
    assert land_around(write_bare_area(tmp_path)) is None
