"""The allocation: answers known from a book or worked out by hand, an independent program, and what is always true."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import linprog

from geo import haul
from geo.errors import InputError
from geo.haul import allocate, merged

# Zeros often, and some ten orders of magnitude: what the nodes of a real area have.
AMOUNT = st.one_of(st.just(0.0), st.floats(1e-3, 1e7), st.integers(0, 9).map(float))
WHOLE = st.integers(0, 20).map(float)


@st.composite
def worlds(draw, amount=AMOUNT, *, most=6):
    """Draw supply, demand, distances of whole km (ties are frequent) and a reach or none."""
    p, q = draw(st.integers(1, most)), draw(st.integers(1, most))
    supply, demand = (draw(hnp.arrays(np.float64, size, elements=amount)) for size in (p, q))
    distance = draw(hnp.arrays(np.float64, (p, q), elements=st.integers(0, 30).map(float)))
    return supply, demand, distance, draw(st.sampled_from([None, 0.0, 7.0, 15.0, 40.0]))


def plan(flows, shape):
    """Return the flows as a matrix."""
    matrix = np.zeros(shape)
    matrix[flows.source, flows.target] = flows.amount
    return matrix


def two_programs(supply, demand, distance, reach):
    """Return greatest amount and least distance by two linear programs over the arcs within reach (scipy, HiGHS)."""
    i, j = np.nonzero(distance <= (np.inf if reach is None else reach))
    if not len(i):
        return 0.0, 0.0
    limits = np.vstack([i == row for row in range(len(supply))] + [j == column for column in range(len(demand))]) * 1.0
    bounds = np.concatenate([supply, demand])
    greatest = -linprog(-np.ones(len(i)), limits, bounds, method="highs").fun
    least = linprog(distance[i, j], limits, bounds, np.ones((1, len(i))), [greatest], method="highs")
    assert least.status == 0
    return greatest, least.fun


def test_dantzigs_transport_problem():
    """Dantzig (1963), Linear Programming and Extensions, 3-3: 90 dollars a thousand miles."""
    cost = 0.09 * np.array([[2.5, 1.7, 1.8], [2.5, 1.8, 1.4]])
    flows = allocate([350, 600], [325, 300, 275], cost)
    assert flows.amount @ flows.distance_km == pytest.approx(153.675, rel=1e-12)
    # By hand: each demand where it is cheapest, and the first plant's last 50 to the market that costs both the same.
    assert_array_equal(plan(flows, (2, 3)), [[50, 300, 0], [275, 0, 275]])


def test_the_greatest_amount_comes_before_the_least_distance():
    """On the line 0 – 1 – 2 the middle could keep its own; but then the left one would have nobody within reach."""
    distance = np.abs(np.subtract.outer([0.0, 1.0], [1.0, 2.0]))
    assert_array_equal(plan(allocate([5, 5], [5, 5], distance, reach_km=1), (2, 2)), [[5, 0], [0, 5]])
    # With more to choose from, the distance counts: what need not travel stays.
    assert_array_equal(plan(allocate([5, 5], [5, 0], distance, reach_km=1), (2, 2)), [[0, 0], [5, 0]])


def test_reach_is_reached_and_not_passed():
    assert len(allocate([1], [1], [[50.0]], reach_km=50.0)) == 1
    assert len(allocate([1], [1], [[50.0 + 1e-9]], reach_km=50.0)) == 0
    assert len(allocate([1], [1], [[0.0]], reach_km=0.0)) == 1


@pytest.mark.parametrize(("supply", "demand"), [([], []), ([0.0], [3.0]), ([3.0], [0.0]), ([], [1.0])])
def test_nothing_to_send_or_to_meet(supply, demand):
    flows = allocate(supply, demand, np.zeros((len(supply), len(demand))))
    assert len(flows) == 0
    assert flows.source.dtype == flows.target.dtype == np.int64
    assert flows.amount.dtype == flows.distance_km.dtype == np.float64


def test_indices_are_those_of_the_input_although_zeros_are_left_out():
    flows = allocate([0, 4, 0, 2], [0, 0, 6], np.ones((4, 3)))
    assert_array_equal(flows.source, [1, 3])
    assert_array_equal(flows.target, [2, 2])
    assert_array_equal(flows.amount, [4, 2])


@given(worlds(WHOLE))
def test_an_independent_linear_program_agrees(world):
    supply, demand, distance, reach = world
    flows = allocate(supply, demand, distance, reach_km=reach)
    greatest, least = two_programs(supply, demand, distance, reach)
    assert_allclose(flows.amount.sum(), greatest, rtol=1e-9, atol=1e-6)
    assert_allclose(flows.amount @ flows.distance_km, least, rtol=1e-7, atol=1e-5)


@given(worlds())
def test_what_is_always_true(world):
    supply, demand, distance, reach = world
    flows = allocate(supply, demand, distance, reach_km=reach)
    matrix = plan(flows, distance.shape)
    assert (flows.amount > 0).all()
    # Not one digit too much: the amounts are whole quanta.
    assert (matrix.sum(axis=1) <= supply).all()
    assert (matrix.sum(axis=0) <= demand).all()
    assert_array_equal(flows.distance_km, distance[flows.source, flows.target])
    assert reach is None or (flows.distance_km <= reach).all()
    assert_array_equal(flows.delivered, flows.amount)
    assert len(flows) <= len(supply) + len(demand) - 1
    arcs = flows.source * len(demand) + flows.target
    assert (np.diff(arcs) > 0).all()
    if reach is None:
        least = min(supply.sum(), demand.sum())
        assert_allclose(flows.amount.sum(), least, atol=12 * 2.0**-52 * max(supply.sum(), demand.sum()))


@given(worlds(WHOLE), st.randoms(use_true_random=False))
def test_the_order_of_the_nodes_changes_neither_amount_nor_distance(world, random):
    supply, demand, distance, reach = world
    rows, columns = list(range(len(supply))), list(range(len(demand)))
    random.shuffle(rows)
    random.shuffle(columns)
    flows = allocate(supply, demand, distance, reach_km=reach)
    other = allocate(supply[rows], demand[columns], distance[np.ix_(rows, columns)], reach_km=reach)
    assert other.amount.sum() == flows.amount.sum()
    assert_allclose(other.amount @ other.distance_km, flows.amount @ flows.distance_km, rtol=1e-12)


@given(worlds())
def test_ties_are_broken_the_same_way_every_time(world):
    supply, demand, distance, reach = world
    first, again = (allocate(supply, demand, np.zeros_like(distance), reach_km=reach) for _ in range(2))
    for name in ("source", "target", "amount"):
        assert_array_equal(getattr(again, name), getattr(first, name))


def test_tiny_and_huge_amounts_side_by_side():
    """What is less than 2^-52 of the larger total is not moved; whatever is more keeps its size within that."""
    flows = allocate([1e12, 1.0, 1e-9], [1e12, 1.0, 1e-9], 1.0 - np.eye(3))
    assert_array_equal(flows.source, [0, 1])
    assert_allclose(flows.amount, [1e12, 1.0], rtol=0, atol=1e12 * 2.0**-52)
    tiny = allocate([1e-300], [3e-300], [[1e300]])
    assert_allclose(tiny.amount, [1e-300], rtol=1e-12)


def test_losses_on_the_way():
    """A tenth is lost per km: a near need takes all of 10, a far one (4 km) gets 0.6 of what is left."""
    flows = allocate([20], [10, 10], [[0.0, 4.0]], loss_per_km=0.1)
    assert_allclose(flows.amount, [10, 10])
    assert_allclose(flows.delivered, [10, 6])
    # Where both can be filled, more leaves than arrives.
    enough = allocate([100], [10, 6], [[0.0, 4.0]], loss_per_km=0.1)
    assert_allclose(enough.amount, [10, 10])
    assert_allclose(enough.delivered, [10, 6])
    # From 10 km on nothing would arrive, so nothing is sent.
    assert len(allocate([1], [1], [[10.0]], loss_per_km=0.1)) == 0
    assert len(allocate([1], [1], [[4.0]], reach_km=3.0, loss_per_km=0.1)) == 0


def test_with_losses_the_least_distance_comes_second():
    """Either supply could fill the one need; the near one does."""
    flows = allocate([10, 10], [5], [[1.0], [0.5]], loss_per_km=0.1)
    assert_array_equal(flows.source, [1])
    assert_allclose(flows.delivered, [5], rtol=1e-9)


@given(worlds(WHOLE, most=4))
def test_losses_deliver_as_much_as_another_program_says(world):
    """Its unknowns are what arrives, not what leaves."""
    supply, demand, distance, reach = world
    flows = allocate(supply, demand, distance, reach_km=reach, loss_per_km=0.04)
    assert (plan(flows, distance.shape).sum(axis=1) <= supply * (1 + 1e-12)).all()
    arrived = np.bincount(flows.target, flows.delivered, minlength=len(demand))
    assert (arrived <= demand * (1 + 1e-12)).all()
    i, j = np.nonzero((distance <= (np.inf if reach is None else reach)) & (distance < 25))
    greatest = 0.0
    if len(i):
        sent = np.vstack([(i == row) / (1 - 0.04 * distance[i, j]) for row in range(len(supply))])
        received = np.vstack([(j == column) * 1.0 for column in range(len(demand))])
        limits, bounds = np.vstack([sent, received]), np.concatenate([supply, demand])
        greatest = -linprog(-np.ones(len(i)), limits, bounds, method="highs-ipm").fun
    assert_allclose(flows.delivered.sum(), greatest, rtol=1e-6, atol=1e-6)


def test_two_plans_as_one():
    distance = np.array([[0.0, 2.0], [2.0, 0.0]])
    first, second = allocate([3, 0], [1, 2], distance), allocate([1, 4], [2, 3], distance)
    together = merged(first, second, distance)
    assert_array_equal(plan(together, (2, 2)), plan(first, (2, 2)) + plan(second, (2, 2)))
    assert_array_equal(together.distance_km, distance[together.source, together.target])


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"supply": [-1.0, 1.0]}, "amounts_value"),
        ({"demand": [np.nan]}, "amounts_value"),
        ({"supply": [[1.0], [1.0]]}, "amounts_shape"),
        ({"supply": ["x", "y"]}, "amounts_shape"),
        ({"supply": [1e308, 1e308]}, "haul_number"),
        ({"distance_km": [[1.0, 1.0]]}, "haul_distance"),
        ({"distance_km": [[-1.0], [1.0]]}, "amounts_value"),
        ({"distance_km": [[np.inf], [1.0]]}, "amounts_value"),
        ({"reach_km": -1.0}, "haul_number"),
        ({"reach_km": np.nan}, "haul_number"),
        ({"loss_per_km": 1.5}, "haul_number"),
    ],
)
def test_what_cannot_be_is_refused_by_name(changes, key):
    given_values = {"supply": [1.0, 1.0], "demand": [1.0], "distance_km": [[1.0], [2.0]]} | changes
    with pytest.raises(InputError) as caught:
        allocate(**given_values)
    assert caught.value.key == key
    assert next(iter(changes)) in str(caught.value)


def test_a_solver_that_gives_up_is_no_answer(monkeypatch):
    monkeypatch.setattr(haul, "_MOST_STEPS", 1)
    random = np.random.default_rng(0)
    with pytest.warns(UserWarning, match="numItermax"), pytest.raises(RuntimeError, match="was not solved"):
        allocate(random.random(9), random.random(9), random.random((9, 9)))
