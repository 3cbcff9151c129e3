"""The land around an area: its own file where it has one, else the overview of Japan."""

from pathlib import Path

import geopandas as gpd
import shapely

from geo.dataset import DATA_DIR, open_dataset
from geo.surroundings import land_around, land_beyond
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


def test_beyond_what_the_build_kept_the_land_goes_on() -> None:
    kanagawa = open_dataset("kanagawa")
    around = land_around(kanagawa)
    assert around is not None
    # Maebashi and Mito lie north of what the build kept; off Choshi is sea; the area's own land is left out.
    maebashi, mito, sea, odawara = (139.06, 36.39), (140.4, 36.35), (140.9, 34.6), (139.1, 35.27)
    points = shapely.points([maebashi, mito, sea, odawara])
    assert not shapely.intersects(around.union_all(), points).any()
    beyond = land_beyond(kanagawa, around)
    assert shapely.intersects(beyond.iloc[0], points).tolist() == [True, True, False, False]
    # No gap stands open between the two: a strip across the northern edge is land throughout.
    north = around.total_bounds[3]
    strip = shapely.box(139.1, north - 0.05, 139.5, north + 0.05)
    land = around.union_all().union(beyond.iloc[0])
    assert strip.difference(land).area < 1e-9


def test_without_an_overview_nothing_lies_beyond(tmp_path: Path) -> None:
    area = write_bare_area(tmp_path)
    around = gpd.GeoDataFrame(geometry=[shapely.box(138, 34, 140, 36)], crs=area.municipalities.crs)
    assert land_beyond(area, around).is_empty.all()
