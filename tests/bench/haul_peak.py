"""One allocation of 2,500 × 2,500 nodes: prints its seconds and the program's peak memory in MB.

python -m tests.bench.haul_peak
"""

import json
import sys
import time

import numpy as np

from geo.haul import allocate
from tests.bench.peak_memory import peak_mb

NODES = 2_500


def random_nodes(count):
    """Return supply, demand (log-normal, four orders of magnitude) and distances of points on 100 × 100 km."""
    random = np.random.default_rng(0)
    supply, demand = random.lognormal(0.0, 2.0, count), random.lognormal(0.0, 2.0, count)
    x, y = random.random((2, count)) * 100
    return supply, demand, np.hypot(np.subtract.outer(x, x), np.subtract.outer(y, y))


def main():
    """Print one JSON object: seconds, peak in MB (10^6 bytes) and how much of it was there before."""
    world = random_nodes(NODES)
    before = peak_mb()
    start = time.perf_counter()
    flows = allocate(*world, reach_km=50.0)
    seconds = time.perf_counter() - start
    json.dump(
        {"flows": len(flows), "s": round(seconds, 3), "peak_mb": round(peak_mb()), "before_mb": round(before)},
        sys.stdout,
    )


if __name__ == "__main__":
    main()
