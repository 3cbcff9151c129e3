"""Speed and memory of the draws; run with `pytest tests/bench/test_uncertainty_bench.py --benchmark-only`.

The goals on two cores: 500 draws of all resources on Kanagawa in under 5 s, one resource well under 0.5 s, less than
300 MB on top of the data. Times are reported; only the memory, which nothing else disturbs, is asserted.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from geo.dataset import open_whole
from geo.prepared import PreparedFragments, prepare
from geo.resources import load_catalogue
from geo.uncertainty import uncertain

ROOT = Path(__file__).parents[2]
CATALOGUE = load_catalogue()
_PEAK = """
import json, resource
from geo.dataset import open_whole
from geo.prepared import prepare
from geo.resources import load_catalogue
from geo.uncertainty import uncertain
catalogue, prepared = load_catalogue(), prepare(open_whole("kanagawa").fragments)
prepared.ladders, prepared.units("community")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
kept = [uncertain(prepared, key, catalogue).draws("community") for key in catalogue.resources]
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"data_mb": before / 1024, "added_mb": (after - before) / 1024}))
"""


@pytest.fixture(scope="module")
def prepared() -> PreparedFragments:
    found = prepare(open_whole("kanagawa").fragments)
    assert found.ladders
    return found


@pytest.mark.parametrize("by", ["municipality", "community"])
def test_all_resources(benchmark, prepared, by):
    benchmark.pedantic(
        lambda: [uncertain(prepared, key, CATALOGUE).table(by) for key in CATALOGUE.resources],
        rounds=5,
        warmup_rounds=1,
    )


@pytest.mark.parametrize("key", ["electricity", "water", "timber"])
def test_one_resource(benchmark, prepared, key):
    benchmark(lambda: uncertain(prepared, key, CATALOGUE).table("municipality"))


def test_another_threshold(benchmark, prepared):
    draws = uncertain(prepared, "timber", CATALOGUE).draws("municipality")
    benchmark(draws.table, 0.6)


def test_peak_memory(benchmark):
    def measure():
        done = subprocess.run([sys.executable, "-c", _PEAK], cwd=ROOT, capture_output=True, check=True)
        return json.loads(done.stdout)

    figures = benchmark.pedantic(measure, rounds=1)
    benchmark.extra_info.update(figures)
    assert figures["added_mb"] < 300, figures
