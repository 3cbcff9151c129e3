"""Nodes: where they are, how far apart by known lengths, what they belong to; the order of the fragments is nothing."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from shapely import box

from geo.errors import CrsError, InputError
from geo.haul_nodes import nodes_of
from tests.geo.haul_world import STEP_KM, row_of_fragments


def test_distances_are_geodesic_times_the_detour():
    nodes = nodes_of(row_of_fragments(), detour=1.5)
    steps = np.abs(np.subtract.outer(range(3), range(3)))
    assert_allclose(nodes.distance_km, 1.5 * STEP_KM * steps, rtol=1e-9)
    assert (np.diag(nodes.distance_km) == 0).all()
    # Along the meridian a degree is shorter: GRS80's quarter meridian is 10,001.965729 km (Moritz 2000).
    upright = row_of_fragments()
    upright = upright.set_geometry([box(0, y - 1e-6, 1e-6, y + 1e-6) for y in (0, 45, 90 - 1e-6)], crs=upright.crs)
    assert nodes_of(upright, detour=1.0).distance_km[0, 2] == pytest.approx(10001.965729, abs=1e-3)


def test_a_node_is_a_community_cut_by_the_river_systems():
    fragments = row_of_fragments(community_code=["a", "a", "b"], river_system_code=["r", "s", "s"])
    nodes = nodes_of(fragments, detour=1.0)
    assert_array_equal(nodes.codes, ["a|r", "a|s", "b|s"])
    assert_array_equal(nodes.community, ["a", "a", "b"])
    assert_array_equal(nodes.municipality, ["m1", "m1", "m2"])
    assert_array_equal(nodes.basin, ["r", "s", "s"])
    assert_array_equal(nodes.prefecture, ["14", "14", "14"])
    assert_array_equal(nodes.of_fragment, [0, 1, 2])


def test_larger_and_smaller_nodes():
    fragments = row_of_fragments(mesh_code=["1", "2", "2"])
    whole = nodes_of(fragments, by="municipality", detour=1.0)
    assert_array_equal(whole.codes, ["m1|r", "m2|r"])
    assert_array_equal(whole.community, ["", ""])
    # A cell on the border is cut by it.
    cells = nodes_of(fragments, by="cells", detour=1.0)
    assert_array_equal(cells.codes, ["1|m1|r", "2|m1|r", "2|m2|r"])
    assert_array_equal(cells.community, ["a", "b", "c"])


def test_a_node_lies_at_its_fragments_centroid_weighted_by_area():
    nodes = nodes_of(row_of_fragments(area_km2=[3.0, 1.0, 1.0]), by="municipality", detour=1.0)
    # A quarter of the way from a to b.
    assert_allclose(nodes.longitude, [0.025, 0.2], atol=1e-12)
    assert_allclose(nodes.latitude, [0.0, 0.0], atol=1e-12)
    none = nodes_of(row_of_fragments(area_km2=[0.0, 0.0, 1.0]), by="municipality", detour=1.0)
    assert_allclose(none.longitude, [0.05, 0.2], atol=1e-12)


def test_the_halo_is_no_part_of_any_node():
    nodes = nodes_of(row_of_fragments(in_area=[True, False, True]), by="municipality", detour=1.0)
    assert_array_equal(nodes.of_fragment, [0, -1, 1])
    assert_array_equal(nodes.sums(np.array([1.0, 10.0, 100.0])), [1.0, 100.0])
    assert nodes.longitude[0] == pytest.approx(0.0, abs=1e-12)


def test_land_in_no_community_or_river_system():
    fragments = row_of_fragments(community_code=[None, "", "c"], river_system_code=[None, "lowland", ""])
    nodes = nodes_of(fragments, detour=1.0)
    assert_array_equal(nodes.codes, ["c|lowland", "m1|lowland"])
    assert_array_equal(nodes.community, ["c", ""])
    assert_array_equal(nodes.basin, ["lowland", "lowland"])
    assert_array_equal(nodes.of_fragment, [1, 1, 0])


def test_a_community_in_two_municipalities_counts_to_the_larger_part():
    nodes = nodes_of(row_of_fragments(community_code=["a", "a", "a"]), detour=1.0)
    # Both parts have 2 km²: the first by code.
    assert_array_equal(nodes.municipality, ["m1"])
    larger = nodes_of(row_of_fragments(community_code=["a", "a", "a"], area_km2=[1.0, 1.0, 2.5]), detour=1.0)
    assert_array_equal(larger.municipality, ["m2"])


def test_the_order_of_the_fragments_does_not_matter():
    rng = np.random.default_rng(3)
    fragments = row_of_fragments(community_code=["a", "a", "a"], area_km2=rng.random(3))
    amounts = rng.random(3) * [1, 1e6, 1e-6]
    expected = nodes_of(fragments, detour=1.35)
    for order in ([2, 0, 1], [1, 2, 0], [2, 1, 0]):
        nodes = nodes_of(fragments.iloc[order], detour=1.35)
        for name in ("codes", "latitude", "longitude", "distance_km"):
            assert_array_equal(getattr(nodes, name), getattr(expected, name))
        assert_array_equal(nodes.sums(amounts[order]), expected.sums(amounts))


@pytest.mark.parametrize(
    ("fragments", "settings", "key"),
    [
        (row_of_fragments(), {"by": "prefecture"}, "by"),
        (row_of_fragments(), {"detour": 0.9}, "haul_detour"),
        (row_of_fragments(), {"detour": float("nan")}, "haul_detour"),
        (row_of_fragments(in_area=[False, False, False]), {}, "haul_empty"),
        (row_of_fragments().drop(columns="river_system_code"), {}, "fragments_column"),
    ],
)
def test_what_cannot_be_is_refused(fragments, settings, key):
    with pytest.raises(InputError) as caught:
        nodes_of(fragments, **({"detour": 1.0} | settings))
    assert caught.value.key == key


@pytest.mark.parametrize("crs", [None, "EPSG:6677"])
def test_coordinates_that_are_no_degrees_are_refused(crs):
    with pytest.raises(CrsError) as caught:
        nodes_of(row_of_fragments().set_crs(crs, allow_override=True), detour=1.0)
    assert caught.value.key == "haul_crs"
