"""The smallest connected group that closes a resource: by hand, and against trying every group."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.circle import Balances
from geo.circle_search import best_group, smallest_group
from geo.errors import InputError

CODES = tuple("abcdefgh")


def world(supply, demand, *, variable=None, timely=1.0, perspective="demand"):
    """Balances of the first municipalities of CODES."""
    needs = np.array(demand, dtype=np.float64)
    sun = np.zeros(len(needs)) if variable is None else np.array(variable, dtype=np.float64)
    firm = np.array(supply, dtype=np.float64)
    return Balances(CODES[: len(needs)], firm, sun, needs, needs * timely, perspective)


def borders(n, *pairs):
    """Who shares a border, by codes: 'ab' is one of a with b."""
    result = np.zeros((n, n), dtype=bool)
    for first, second in pairs:
        i, j = CODES.index(first), CODES.index(second)
        result[i, j] = result[j, i] = True
    return result


def line_distances(n):
    places = np.arange(n, dtype=np.float64)
    return np.abs(places[:, None] - places[None, :]) * 10


def test_a_municipality_that_closes_alone_is_its_own_group():
    found = smallest_group(world([80, 0], [100, 100]), borders(2, "ab"), line_distances(2), "a")
    assert (found.codes, found.share, found.distance_km) == (("a",), pytest.approx(0.8), 0.0)


def test_the_group_reaches_over_a_neighbour_that_itself_brings_nothing():
    # a lacks 80; b needs 10 of its own; c has 100 left: (20 + 0 + 100) ÷ (100 + 10 + 0) is over 80 %.
    balances = world([20, 0, 100], [100, 10, 0])
    found = smallest_group(balances, borders(3, "ab", "bc"), line_distances(3), "a")
    assert found.codes == ("a", "b", "c")
    assert found.share == pytest.approx(1.0)
    assert found.distance_km == pytest.approx(10 + 20)


def test_an_island_joins_nobody():
    balances = world([20, 0, 100], [100, 10, 0])
    assert smallest_group(balances, borders(3, "ab"), line_distances(3), "a") is None
    assert best_group(balances, borders(3, "ab"), line_distances(3), "a").codes == ("a",)


def test_of_two_groups_of_one_size_the_nearer_is_taken_and_of_equally_near_ones_the_first_by_code():
    balances = world([0, 90, 95, 90], [100, 0, 0, 0])
    distances = line_distances(4)
    star = borders(4, "ab", "ac", "ad")
    assert smallest_group(balances, star, distances, "a").codes == ("a", "b")
    distances[0] = [0, 30, 20, 20]
    assert smallest_group(balances, star, distances, "a").codes == ("a", "c")
    distances[0] = [0, 20, 20, 20]
    assert smallest_group(balances, star, distances, "a").codes == ("a", "b")


def test_sun_and_wind_meet_no_more_than_what_arises_at_their_time():
    # Together 500 of sun for a demand of 100, of which 35 % arises as the sun shines.
    balances = world([0, 0], [50, 50], variable=[0, 500], timely=0.35)
    pair = borders(2, "ab")
    assert smallest_group(balances, pair, line_distances(2), "a") is None
    assert smallest_group(balances, pair, line_distances(2), "a", threshold=0.35).codes == ("a", "b")
    best = best_group(balances, pair, line_distances(2), "a")
    assert (best.codes, best.share) == (("a", "b"), pytest.approx(0.35))


def test_a_supply_looks_for_fields():
    # a has 100 of compost and fields for 10; b has fields for 70 and nothing of its own.
    balances = world([100, 0], [10, 70], perspective="supply")
    assert smallest_group(balances, borders(2, "ab"), line_distances(2), "a").codes == ("a", "b")
    assert smallest_group(balances, borders(2, "ab"), line_distances(2), "a", threshold=0.81) is None


def test_the_best_group_is_not_the_whole_area():
    # With b alone a comes to half; c would bring the share down again.
    balances = world([0, 50, 0], [50, 50, 900])
    best = best_group(balances, borders(3, "ab", "bc"), line_distances(3), "a")
    assert (best.codes, best.share) == (("a", "b"), pytest.approx(0.5))


def test_where_there_is_no_need_the_municipality_closes_alone():
    balances = world([5, 5], [0, 10])
    assert smallest_group(balances, borders(2, "ab"), line_distances(2), "a").codes == ("a",)
    assert np.isnan(best_group(balances, borders(2, "ab"), line_distances(2), "a").share)


def test_what_cannot_be_is_refused():
    balances = world([5], [10])
    with pytest.raises(InputError) as refused:
        smallest_group(balances, borders(1), line_distances(1), "z")
    assert refused.value.key == "circle_member"
    for threshold in (0, 1.1, float("nan")):
        with pytest.raises(InputError) as refused:
            smallest_group(balances, borders(1), line_distances(1), "a", threshold=threshold)
        assert refused.value.key == "threshold"


def connected_groups(edges, start):
    """Every connected group with the start, as boolean arrays, by trying all subsets."""
    n = len(edges)
    others = [i for i in range(n) if i != start]
    for size in range(n):
        for chosen in combinations(others, size):
            group = {start, *chosen}
            seen, front = {start}, [start]
            while front:
                at = front.pop()
                for other in np.flatnonzero(edges[at]):
                    if int(other) in group and int(other) not in seen:
                        seen.add(int(other))
                        front.append(int(other))
            if seen == group:
                yield np.array([i in group for i in range(n)])


@st.composite
def worlds(draw):
    n = draw(st.integers(1, 7))
    amounts = st.lists(st.integers(0, 60), min_size=n, max_size=n)
    balances = world(
        draw(amounts),
        draw(amounts),
        variable=draw(st.none() | amounts),
        timely=draw(st.sampled_from([0.35, 1.0])),
        perspective=draw(st.sampled_from(["demand", "supply"])),
    )
    upper = np.triu(np.array(draw(st.lists(st.booleans(), min_size=n * n, max_size=n * n))).reshape(n, n), 1)
    # Few different distances: ties are the rule.
    far = np.triu(np.array(draw(st.lists(st.integers(1, 3), min_size=n * n, max_size=n * n))).reshape(n, n), 1)
    return balances, upper | upper.T, (far + far.T).astype(np.float64), draw(st.sampled_from([0.4, 0.8, 1.0]))


@settings(max_examples=120, deadline=None)
@given(worlds())
def test_the_search_finds_what_trying_every_group_finds(given_world):
    balances, edges, distances, threshold = given_world
    every = list(connected_groups(edges, 0))
    closing = [
        (int(group.sum()), round(float(distances[0][group].sum()), 6), tuple(np.array(balances.codes)[group]))
        for group in every
        if balances.met(group) >= balances.whole[group].sum() * (threshold - 1e-9)
    ]
    found = smallest_group(balances, edges, distances, balances.codes[0], threshold=threshold)
    if not closing:
        assert found is None
    else:
        assert (len(found.codes), round(found.distance_km, 6), found.codes) == min(closing)
    best = best_group(balances, edges, distances, balances.codes[0])
    if balances.whole[0] > 0:
        assert best.share == pytest.approx(max(balances.share(group) for group in every), abs=1e-6)
