"""Random worlds of a given size, for the benchmarks."""

import numpy as np

# Units of the four scales: a country of about a million fragments, a prefecture of about eight thousand.
COUNTRY = {"community": 100_000, "municipality": 1_900, "basin": 2_700, "prefecture": 47}
PREFECTURE = {"community": 900, "municipality": 34, "basin": 40, "prefecture": 1}


def random_world(fragments, resources, units):
    """Return supply and demand (fragments, resources) and a ladder of labels, one in twenty missing."""
    random = np.random.default_rng(0)
    supply, demand = random.random((fragments, resources)), random.random((fragments, resources))
    ladder = {}
    for scale, count in units.items():
        labels = random.integers(0, count, fragments).astype(float)
        labels[random.random(fragments) < 0.05] = np.nan
        ladder[scale] = labels
    return supply, demand, ladder
