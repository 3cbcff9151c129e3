"""Allocations for the pages: cached, and only what changed is redone."""

from dataclasses import replace

import numpy as np
import pytest

from geo import allocation
from geo.actuals import Actual
from geo.changes import FactorChange
from geo.dataset import open_dataset
from geo.resources import load_catalogue
from layers import allocated
from layers.allocated import allocation_of
from layers.assumptions import Assumed

CATALOGUE = load_catalogue()
HAULED = [key for key, resource in CATALOGUE.resources.items() if resource.reach.carried]
USED = Assumed()


@pytest.fixture(scope="module")
def dataset():
    return open_dataset("kanagawa")


@pytest.fixture
def solved(monkeypatch):
    """Count the solver's runs, from empty caches."""
    allocated._allocation.clear()
    runs = []
    solve = allocation.allocate

    def counting(*arguments, **settings):
        runs.append(arguments)
        return solve(*arguments, **settings)

    monkeypatch.setattr(allocation, "allocate", counting)
    return runs


def all_of(dataset, assumed):
    return {key: allocation_of(dataset, CATALOGUE, assumed, key, by="municipality") for key in CATALOGUE.resources}


def test_one_changed_resource_redoes_only_that_one(dataset, solved):
    before = all_of(dataset, USED)
    assert before["water"] is None
    assert len(solved) >= len(HAULED)
    solved.clear()
    changed = replace(USED, factors=(("compost.food_waste_per_person", 200.0),))
    after = all_of(dataset, changed)
    assert len(solved) == 1
    assert after["compost"].supply.sum() == pytest.approx(200 / 150 * before["compost"].supply.sum())
    for key in set(HAULED) - {"compost"}:
        assert after[key] is before[key]


def test_the_threshold_and_another_look_redo_nothing(dataset, solved):
    before = all_of(dataset, USED)
    solved.clear()
    again = all_of(dataset, replace(USED, threshold=0.5))
    assert not solved
    assert all(again[key] is before[key] for key in before)


@pytest.mark.parametrize(
    "assumed",
    [
        replace(USED, actuals=(Actual("14206", "rice", "supply", 1234.5, "t", 2022, "s"),)),
        replace(USED, changes=(FactorChange("rice.yield", 5.0, ("14206",)),)),
    ],
)
def test_measured_values_and_changes_count_where_they_matter(dataset, solved, assumed):
    before = all_of(dataset, USED)
    solved.clear()
    after = all_of(dataset, assumed)
    assert len(solved) == 1
    assert not np.allclose(after["rice"].supply, before["rice"].supply)
    assert after["timber"] is before["timber"]


def test_the_nodes_are_shared_and_the_detour_is_the_catalogues(dataset):
    towns = all_of(dataset, USED)
    assert towns["rice"].nodes is towns["timber"].nodes
    assert towns["rice"].nodes.detour == CATALOGUE.detour.central
    assert allocation_of(dataset, CATALOGUE, USED, "rice").nodes.by == "community"
