"""Fragments in a small world: what is cut, shared, and kept as halo."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import box

from geo.errors import CrsError
from geo.fragments import cells_over, make_fragments, overlay, polygon_parts

PLANE = "EPSG:6677"


def frame(geometry: list[shapely.Geometry], crs: str | None = PLANE, **columns: list[object]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=crs)


@pytest.fixture
def pieces() -> dict[str, gpd.GeoDataFrame]:
    """A cell said to have 2 km², so that planar shares show: home its west half, a neighbour 3/4 of the east."""
    return {
        "cells": frame([box(0, 0, 1000, 1000)], mesh_code=["53390000"], cell_area_km2=[2.0]),
        "towns": frame(
            [box(0, 0, 500, 1000), box(500, 0, 1000, 750)], code=["14999", "13999"], prefecture_code=["14", "13"]
        ),
        "basins": frame([box(0, 0, 1000, 500)], code=["B-1"], river_system_code=["B"], reaches_area=[True]),
    }


def test_fragments_shares_and_halo(pieces: dict[str, gpd.GeoDataFrame]) -> None:
    found = make_fragments(pieces["cells"], pieces["towns"], pieces["basins"], prefecture_code="14")
    rows = {(row.municipality_code, row.basin_code): row for row in found.itertuples()}
    # Home: half in the basin, half lowland. The neighbour's half in the basin is halo, its lowland nobody's concern.
    assert set(rows) == {("14999", "B-1"), ("14999", "lowland"), ("13999", "B-1")}
    assert rows["14999", "B-1"].area_km2 == pytest.approx(0.25 * 2.0)
    assert rows["14999", "lowland"].area_km2 == pytest.approx(0.25 * 2.0)
    assert not rows["13999", "B-1"].in_area
    # Of all the cell's land, 875 of 1000 parts, each home quarter has 250.
    assert rows["14999", "B-1"].land_share == pytest.approx(250 / 875)
    assert rows["13999", "B-1"].land_share == pytest.approx(250 / 875)


def test_a_basin_that_does_not_reach_the_area_has_no_halo(pieces: dict[str, gpd.GeoDataFrame]) -> None:
    away = pieces["basins"].assign(reaches_area=False)
    found = make_fragments(pieces["cells"], pieces["towns"], away, prefecture_code="14")
    assert found["in_area"].all()


def test_different_crs_is_refused(pieces: dict[str, gpd.GeoDataFrame]) -> None:
    with pytest.raises(CrsError, match="6668"):
        make_fragments(pieces["cells"], pieces["towns"], pieces["basins"].to_crs("EPSG:6668"), prefecture_code="14")
    nowhere = gpd.GeoDataFrame(pieces["basins"].drop(columns="geometry"), geometry=pieces["basins"].geometry.to_numpy())
    with pytest.raises(CrsError, match="without CRS"):
        make_fragments(pieces["cells"], pieces["towns"], nowhere, prefecture_code="14")


def test_overlay_keeps_areas_and_drops_touching_edges() -> None:
    left = np.array([box(0, 0, 10, 10), box(20, 0, 30, 10)])
    right = np.array([box(5, 0, 10, 10), box(10, 0, 20, 10)])
    i, j, parts = overlay(left, right)
    assert (i.tolist(), j.tolist(), shapely.area(parts).tolist()) == ([0], [0], [50.0])


def test_polygon_parts_of_a_mixed_intersection() -> None:
    mixed = shapely.GeometryCollection([box(0, 0, 1, 1), shapely.LineString([(2, 2), (3, 3)]), shapely.Point(5, 5)])
    assert shapely.area(polygon_parts(np.array([mixed, shapely.Point(0, 0)]))).tolist() == [1.0, 0.0]


def test_cells_over_land_are_the_full_mesh() -> None:
    land = frame([box(139.74, 35.66, 139.76, 35.665)], crs="EPSG:6668").to_crs(PLANE)
    assert sorted(cells_over(land, PLANE)["mesh_code"]) == ["53393599", "53393690"]
