"""Speed and memory of the engine; run with `pytest tests/bench --benchmark-only`.

The goals on two cores: a country (a million fragments, 8 resources, 4 scales) in under 1 s and 1 GB, a
prefecture in under 20 ms. Times are reported; only the memory, which nothing else disturbs, is asserted.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from geo.circulation import circulate, closing_scale, inside
from geo.coded_ladder import code_ladder
from tests.bench.worlds import COUNTRY, PREFECTURE, random_world

ROOT = Path(__file__).parents[2]


def test_a_country(benchmark):
    supply, demand, ladder = random_world(1_000_000, 8, COUNTRY)
    benchmark.pedantic(circulate, (supply, demand, code_ladder(ladder)), rounds=5, warmup_rounds=1)


def test_a_country_with_its_labels_coded_on_the_way(benchmark):
    world = random_world(1_000_000, 8, COUNTRY)
    benchmark.pedantic(circulate, world, rounds=3, warmup_rounds=1)


def test_a_prefecture(benchmark):
    supply, demand, ladder = random_world(8_000, 8, PREFECTURE)
    benchmark(circulate, supply, demand, code_ladder(ladder))


@pytest.mark.parametrize("question", [closing_scale, inside])
def test_questions_to_a_prefecture(benchmark, question):
    supply, demand, ladder = random_world(8_000, 1, PREFECTURE)
    result = circulate(supply[:, 0], demand[:, 0], ladder)
    benchmark(question, result, ladder["municipality"])


def test_peak_memory_of_a_country(benchmark):
    def measure():
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.peak_memory"], cwd=ROOT, capture_output=True, check=True
        )
        return json.loads(done.stdout)

    figures = benchmark.pedantic(measure, rounds=1)
    benchmark.extra_info.update(figures)
    assert figures["peak_mb"] < 1000, figures
