"""A kiosk that is used and left alone fifty times is as large as before: page and server stay flat."""

from concurrent.futures import ThreadPoolExecutor

from tests.browser import soak

CYCLES = 50
# The first visits fill caches: fonts, patterns, the map's canvases.
WARM = 15
# What may be added over the rest, far below what a map or a story left behind at each visit would come to.
MOST_GROWTH = {"heap_mb": 1.0, "nodes": 250, "listeners": 60, "server_mb": 12}


def test_fifty_visits_leave_memory_flat(chromium_path):
    # In a thread of its own: the other tests' browser has its loop running in this one.
    with ThreadPoolExecutor(1) as apart:
        samples = apart.submit(soak.soak, CYCLES, chromium_path).result()
    assert len(samples) == CYCLES
    rest = samples[WARM:]
    growth = {name: soak.slope(rest, name) * len(rest) for name in MOST_GROWTH}
    assert all(growth[name] <= most for name, most in MOST_GROWTH.items()), (growth, soak.report(samples))


def test_the_slope_is_that_of_what_grows():
    samples = [soak.Sample(400, 300, 10 + 0.5 * number, 500, 40) for number in range(20)]
    assert round(soak.slope(samples, "heap_mb"), 9) == 0.5
    assert soak.slope(samples, "nodes") == 0
    assert any(line.split()[:3] == ["heap_mb", "14.2", "18.2"] for line in soak.report(samples))
