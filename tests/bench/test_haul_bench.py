"""Speed and memory of the allocation; run with `pytest tests/bench/test_haul_bench.py --benchmark-only`.

The goals on two cores: Kanagawa's 1,427 nodes in under 0.5 s a resource, 2,500 × 2,500 in under 3 s and 1 GB. Times are
reported; only the memory, which nothing else disturbs, is asserted.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from geo.allocation import allocate_resource, fitting, flows_between
from geo.assessment import assess
from geo.dataset import open_dataset
from geo.haul import allocate
from geo.haul_nodes import nodes_of
from geo.resources import load_catalogue
from tests.bench.haul_peak import NODES, random_nodes

ROOT = Path(__file__).parents[2]
CATALOGUE = load_catalogue()
HAULED = [key for key, resource in CATALOGUE.resources.items() if resource.reach.carried]


@pytest.fixture(scope="module")
def fragments():
    return open_dataset("kanagawa").fragments


@pytest.fixture(scope="module")
def nodes(fragments):
    return nodes_of(fragments, detour=CATALOGUE.detour.central)


def test_nodes_and_distances(benchmark, fragments):
    nodes = benchmark.pedantic(nodes_of, (fragments,), {"detour": 1.35}, rounds=3)
    benchmark.extra_info["nodes"] = len(nodes)


@pytest.mark.parametrize("key", HAULED)
def test_a_resource_of_kanagawa(benchmark, fragments, nodes, key):
    assessment = assess(fragments, key, CATALOGUE)
    benchmark.pedantic(allocate_resource, (assessment, nodes), rounds=3, warmup_rounds=1)


@pytest.mark.parametrize("question", [fitting, flows_between])
def test_questions_to_an_allocation(benchmark, fragments, nodes, question):
    benchmark(question, allocate_resource(assess(fragments, "vegetables", CATALOGUE), nodes), "municipality")


@pytest.mark.parametrize("reach_km", [None, 50.0, 5.0])
def test_2500_nodes(benchmark, reach_km):
    world = random_nodes(NODES)
    benchmark.pedantic(allocate, world, {"reach_km": reach_km}, rounds=2, warmup_rounds=1)


def test_peak_memory_of_2500_nodes(benchmark):
    def measure():
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.haul_peak"], cwd=ROOT, capture_output=True, check=True
        )
        return json.loads(done.stdout)

    figures = benchmark.pedantic(measure, rounds=1)
    benchmark.extra_info.update(figures)
    assert figures["peak_mb"] < 1000, figures
