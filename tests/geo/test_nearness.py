"""How places lie to each other, by hand."""

import numpy as np
import pytest

from geo.nearness import nearness_of
from tests.geo.circle_world import DETOUR, STEP_KM, fragments, nodes

AROUND = nearness_of(fragments(), "municipality", nodes())


def test_distances_are_by_road_between_centres_and_between_the_nearest_parts():
    # m1's centre lies between cells 0 and 1, m2's between 2 and 3, m3's in 4.
    apart = np.array([[0, 2, 3.5], [2, 0, 1.5], [3.5, 1.5, 0]]) * STEP_KM * DETOUR
    np.testing.assert_allclose(AROUND.distance_km, apart, rtol=1e-3)
    nearest = np.array([[0, 1, 3], [1, 0, 1], [3, 1, 0]]) * STEP_KM * DETOUR
    np.testing.assert_allclose(AROUND.nearest_km, nearest, rtol=1e-9)


def test_the_same_basin_is_nearer_than_the_prefecture():
    assert AROUND.relations("m1")[1:] == ["basin", "prefecture"]
    assert AROUND.shared_basins("m1")[1:] == ["s1", ""]
    assert AROUND.shared_basins("m3")[:2] == ["", ""]


def test_of_two_shared_basins_the_larger_is_named_and_a_sliver_joins_nobody():
    prepared = fragments(
        river_system_code=["s1", "s2", "s1", "s2", "s1", "s1"], area_km2=[2.0, 5.0, 4.0, 4.0, 1.0, 1.0]
    )
    around = nearness_of(prepared, "municipality", nodes())
    # m1 has 2 and 5, m2 4 and 4: in common are 2 of s1 and 4 of s2; m3 lies in s1.
    assert around.shared_basins("m1") == ["s2", "s2", "s1"]
    sliver = fragments(river_system_code=["s1", "s1", "s1", "s2", "s2", "s1"], area_km2=[5.0, 5.0, 0.01, 5.0, 5.0, 1.0])
    assert nearness_of(sliver, "municipality", nodes()).shared_basins("m1") == ["s1", "", ""]


def test_where_nobody_lives_the_land_has_the_centre():
    empty = fragments(population=[0.0, 0.0, 10.0, 30.0, 1.0, 0.0])
    around = nearness_of(empty, "municipality", nodes())
    start = AROUND.longitude[2] - 4 * 45 / 3600
    assert around.longitude[0] == pytest.approx(start + 0.5 * 45 / 3600)
    assert around.longitude[1] == pytest.approx(start + 2.75 * 45 / 3600)


def test_prefectures_of_one_area_are_told_apart():
    prepared = fragments(
        prefecture_code=["14", "14", "13", "13", "14", "13"], river_system_code=["s1"] * 2 + ["s2"] * 4
    )
    around = nearness_of(prepared, "municipality", nodes())
    assert around.relations("m1")[1:] == ["beyond", "prefecture"]
