"""The embedded area's allocations: nothing gets lost, an independent program agrees, the order is nothing."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from scipy.optimize import linprog

from geo.allocation import allocate_resource, fitting, flows_between
from geo.assessment import Settings, assess
from geo.dataset import open_dataset
from geo.haul import allocate
from geo.haul_nodes import nodes_of
from geo.prepared import prepare
from geo.resources import load_catalogue

CATALOGUE = load_catalogue()


@pytest.fixture(scope="module")
def fragments():
    return open_dataset("kanagawa").fragments


@pytest.fixture(scope="module")
def nodes(fragments):
    return {by: nodes_of(fragments, by=by, detour=CATALOGUE.detour.central) for by in ("community", "municipality")}


@pytest.mark.parametrize("case", ["low", "central", "high"])
def test_what_is_sent_is_there_and_what_arrives_is_needed(fragments, nodes, case):
    prepared = prepare(fragments)
    for key, resource in CATALOGUE.resources.items():
        assessment = assess(prepared, key, CATALOGUE, Settings(case=case))
        found = allocate_resource(assessment, nodes["community"])
        assert (found is None) == (key == "water")
        if found is None:
            continue
        flows, k = found.flows, len(found.nodes)
        inside = prepared.in_area
        assert found.supply.sum() == pytest.approx(assessment.supply[inside].sum(), rel=1e-12)
        assert found.demand.sum() == pytest.approx(assessment.demand[inside].sum(), rel=1e-12)
        slack = found.least_amount
        assert (np.bincount(flows.source, flows.amount, minlength=k) <= found.supply + slack).all()
        assert (np.bincount(flows.target, flows.amount, minlength=k) <= found.demand + slack).all()
        assert resource.reach.reach_km is None or flows.distance_km.max() <= resource.reach.reach_km
        for by in ("community", "municipality", "basin", "prefecture"):
            table = fitting(found, by)
            assert flows_between(found, by)["amount"].sum() == pytest.approx(flows.amount.sum(), rel=1e-12)
            sums = table.filter(like="delivered_").drop(columns="delivered_share").to_numpy().sum()
            assert sums == pytest.approx(flows.amount.sum(), rel=1e-12)
            whole = table[found.perspective]
            delivered = whole - table["undelivered"]
            assert_allclose(table["delivered_share"], delivered / whole.where(whole > slack), rtol=1e-9)


@pytest.mark.parametrize("key", ["wood_heat", "vegetables", "compost"])
def test_an_independent_linear_program_agrees(fragments, nodes, key):
    found = allocate_resource(assess(fragments, key, CATALOGUE), nodes["municipality"])
    distance = found.nodes.distance_km
    i, j = np.nonzero(distance <= (found.reach_km or np.inf))
    arcs, ones = np.arange(len(i)), np.ones(len(i))
    limits = sparse.vstack([sparse.csr_array((ones, (ends, arcs)), shape=(len(distance), len(i))) for ends in (i, j)])
    whole = found.flows.amount.sum()
    bounds = np.concatenate([found.supply, found.demand]) / whole
    # With HiGHS's usual tolerance the second program passes for one without a solution.
    tight = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
    greatest = -linprog(-ones, limits, bounds, options=tight).fun
    assert greatest == pytest.approx(1.0, rel=1e-9)
    enough = sparse.vstack([limits, sparse.csr_array(-ones[np.newaxis])])
    least = linprog(distance[i, j] / distance.max(), enough, np.append(bounds, -greatest), options=tight)
    assert found.flows.amount @ found.flows.distance_km / whole == pytest.approx(least.fun * distance.max(), rel=1e-9)


@pytest.mark.parametrize("key", ["vegetables", "timber"])
def test_own_first_is_as_good_where_all_is_within_reach(fragments, nodes, key):
    found = allocate_resource(assess(fragments, key, CATALOGUE), nodes["community"])
    whole = allocate(found.supply, found.demand, found.nodes.distance_km, reach_km=found.reach_km)
    assert found.flows.amount.sum() == pytest.approx(whole.amount.sum(), rel=1e-10)
    assert found.flows.amount @ found.flows.distance_km == pytest.approx(whole.amount @ whole.distance_km, rel=1e-9)


def test_the_order_of_the_fragments_does_not_matter(fragments, nodes):
    order = np.random.default_rng(1).permutation(len(fragments))
    shuffled = fragments.iloc[order].reset_index(drop=True)
    expected = allocate_resource(assess(fragments, "wood_heat", CATALOGUE), nodes["municipality"])
    found = allocate_resource(
        assess(shuffled, "wood_heat", CATALOGUE),
        nodes_of(shuffled, by="municipality", detour=CATALOGUE.detour.central),
    )
    for name in ("source", "target", "amount", "distance_km"):
        assert_array_equal(getattr(found.flows, name), getattr(expected.flows, name))
