"""Dissolving: no area is lost, a coverage stays one, order does not matter."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.sources.outlines import dissolve, uneven

SIDE = 4


def grid(bends):
    """A coverage of SIDE × SIDE cells of 0.1 degrees whose inner corners are moved by up to 0.03."""
    corners = np.stack(np.meshgrid(np.arange(SIDE + 1), np.arange(SIDE + 1), indexing="ij"), axis=-1) * 0.1
    corners[1:-1, 1:-1] += np.array(bends).reshape(SIDE - 1, SIDE - 1, 2)
    corners += (139.0, 35.0)
    return np.array(
        [
            shapely.Polygon([corners[i, j], corners[i + 1, j], corners[i + 1, j + 1], corners[i, j + 1]])
            for i in range(SIDE)
            for j in range(SIDE)
        ]
    )


bends = st.lists(st.floats(-0.03, 0.03), min_size=2 * (SIDE - 1) ** 2, max_size=2 * (SIDE - 1) ** 2)
labels = st.lists(st.sampled_from("abcde"), min_size=SIDE**2, max_size=SIDE**2)


@given(bends, labels, st.permutations(range(SIDE**2)))
def test_a_coverage_stays_one_and_keeps_its_area(bends, labels, order):
    table = gpd.GeoDataFrame({"code": labels, "name": labels}, geometry=grid(bends), crs="EPSG:6668")
    united, merged = dissolve(table, ["code"])
    assert united["code"].tolist() == sorted(set(labels))
    assert united["name"].tolist() == united["code"].tolist()
    assert merged == SIDE**2 - len(united)
    outlines = united.geometry.to_numpy()
    assert shapely.coverage_is_valid(outlines)
    parts = np.array([shapely.area(table.geometry[table["code"] == code].to_numpy()).sum() for code in united["code"]])
    assert shapely.area(outlines) == pytest.approx(parts, rel=1e-9)
    assert uneven(outlines) == 0
    again, _ = dissolve(table.iloc[list(order)].reset_index(drop=True), ["code"])
    assert shapely.equals_exact(again.geometry.to_numpy(), outlines, 0.0).all()


def test_polygons_that_overlap_count_their_common_part_once():
    outlines = [shapely.box(0, 0, 2, 1), shapely.box(1, 0, 3, 1), shapely.box(1, 0, 3, 1)]
    table = gpd.GeoDataFrame({"code": ["a", "a", "a"]}, geometry=outlines, crs="EPSG:6668")
    united, merged = dissolve(table, ["code"])
    assert merged == 2
    assert united.geometry[0].equals(shapely.box(0, 0, 3, 1))


@pytest.mark.parametrize(("gap", "count"), [(0.0, 0), (5e-6, 2), (-5e-6, 2), (5e-5, 0)])
def test_narrow_gaps_and_overlaps_are_counted_and_wide_ones_are_not_slivers(gap, count):
    cells = np.array([shapely.box(139.0, 35.0, 139.1, 35.1), shapely.box(139.1 + gap, 35.0, 139.2, 35.1)])
    assert uneven(cells) == count
    assert uneven(cells[:1]) == 0
