"""Circulate a country once in a process of its own and print seconds and the peak of resident memory in MB.

python -m tests.bench.peak_memory
"""

import json
import sys
import time
from pathlib import Path

from geo.circulation import circulate
from geo.coded_ladder import code_ladder
from tests.bench.worlds import COUNTRY, random_world


def main():
    """Print one JSON object: seconds of the first and the second run, peak in MB (10^6 bytes)."""
    supply, demand, ladder = random_world(1_000_000, 8, COUNTRY)
    coded = code_ladder(ladder)
    del ladder
    seconds = []
    for _ in range(2):
        start = time.perf_counter()
        circulate(supply, demand, coded)
        seconds.append(round(time.perf_counter() - start, 3))
    json.dump({"first_s": seconds[0], "second_s": seconds[1], "peak_mb": round(peak_mb())}, sys.stdout)


def peak_mb():
    """Return this program's own peak; ru_maxrss would count the process that started it, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kibibytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kibibytes) * 1024 / 1e6


if __name__ == "__main__":
    main()
