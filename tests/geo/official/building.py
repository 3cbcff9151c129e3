"""A build of the small world as a program of its own, slow enough to be disturbed.

``python -m tests.geo.official.building DATA_DIR SECONDS [processes N | cluster]``: every tile notes its process in
``DATA_DIR/runs.txt`` when it begins, and takes ``SECONDS`` more.
"""

import os
import signal
import sys
import time
from pathlib import Path

import geo.official.build
from geo.official.tile import run_tile
from tests.geo.official.world import inputs


def slow_tile(tile, *, frame, folder):
    data_dir = folder.parent.parent
    with (data_dir / "runs.txt").open("a", encoding="ascii") as handle:
        handle.write(f"{tile} {os.getpid()}\n")
    time.sleep(float((data_dir / "seconds.txt").read_text(encoding="ascii")))
    return run_tile(tile, frame=frame, folder=folder)


def build(data_dir, **how):
    # By name, so that other processes find it.
    geo.official.build.run_tile = sys.modules["tests.geo.official.building"].slow_tile
    geo.official.build.build_official("small", inputs(), ["14"], data_dir=data_dir, **how)


def main():
    import tests.geo.official.building  # noqa: F401 - the module under its own name, beside __main__

    # A shell that starts it in the background has it ignore Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    data_dir, seconds, kind, *rest = sys.argv[1:]
    (Path(data_dir) / "seconds.txt").write_text(seconds, encoding="ascii")
    if kind == "processes":
        build(Path(data_dir), workers=int(rest[0]))
        return
    import distributed

    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        build(Path(data_dir), scheduler=cluster.scheduler_address)


if __name__ == "__main__":
    main()
