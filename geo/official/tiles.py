"""One function over many tiles, on local processes or on a Dask cluster; a worker that dies loses nothing."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from geo.errors import MeguriError

# How often a tile may take its worker down with it before it is taken for the cause.
_DEATHS = 3
_CONNECT_S = 15


class BuildError(MeguriError):
    """A build cannot start or go on; what was there before stays as it was."""

    default_key = "build_stopped"


def map_tiles(
    function: Callable[[str], object],
    tiles: Sequence[str],
    *,
    workers: int | None = None,
    scheduler: str = "",
    done: Callable[[str], None] = lambda _: None,
) -> None:
    """Call ``function`` once for every tile, in no set order.

    Parameters
    ----------
    function
        Can be pickled, writes what it makes to disk and may be called again for the same tile (its worker may die
        after the work and before the answer). What it returns is thrown away.
    workers
        Local processes; None takes one a core, 0 none: all is done in this process.
    scheduler
        Address of a Dask scheduler ('tcp://host:8786'); its workers need this code and the same folders.
    done
        Told each tile that is finished.

    Raises
    ------
    BuildError
        A tile took its worker down three times, or the scheduler does not answer.
    Exception
        Whatever ``function`` raises; tiles that were under way are finished first, no others begun.
    """
    if not tiles:
        return
    if scheduler:
        _on_cluster(function, tiles, scheduler, done)
    elif workers == 0:
        for tile in tiles:
            function(tile)
            done(tile)
    else:
        _on_processes(function, tiles, max(1, min(workers or os.cpu_count() or 1, len(tiles))), done)


def _on_processes(
    function: Callable[[str], object], tiles: Sequence[str], workers: int, done: Callable[[str], None]
) -> None:
    waiting, suspects = deque(tiles), deque[str]()
    deaths = Counter[str]()
    while waiting or suspects:
        with ProcessPoolExecutor(
            workers, mp_context=multiprocessing.get_context("spawn"), initializer=_begin_worker
        ) as pool:
            running: dict[Future[object], str] = {}
            try:
                while waiting or suspects or running:
                    _fill(pool, function, running, waiting, suspects, workers)
                    finished, _ = wait(running, return_when=FIRST_COMPLETED)
                    # What came through first: a broken pool fails all the others.
                    for future in sorted(finished, key=lambda one: (one.exception() is not None, running[one])):
                        future.result()
                        done(running.pop(future))
            except BrokenProcessPool:
                # Which of those under way was the cause cannot be told: each is tried again with nobody beside it.
                lost = sorted(running.values())
                deaths.update(lost)
                if len(lost) == 1 and deaths[lost[0]] >= _DEATHS:
                    raise _killed(lost[0]) from None
                suspects.extend(lost)
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise


def _fill(
    pool: ProcessPoolExecutor,
    function: Callable[[str], object],
    running: dict[Future[object], str],
    waiting: deque[str],
    suspects: deque[str],
    workers: int,
) -> None:
    """Hand out as many tiles as there are workers; those that may have taken one down go first and alone."""
    if suspects:
        if not running:
            tile = suspects.popleft()
            running[_submit(pool, function, tile, suspects)] = tile
        return
    while waiting and len(running) < workers:
        tile = waiting.popleft()
        running[_submit(pool, function, tile, waiting)] = tile


def _submit(
    pool: ProcessPoolExecutor, function: Callable[[str], object], tile: str, queue: deque[str]
) -> Future[object]:
    try:
        return pool.submit(function, tile)
    except BaseException:
        queue.appendleft(tile)
        raise


def _begin_worker() -> None:
    """Leave Ctrl-C to the main process, and do not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


def _on_cluster(
    function: Callable[[str], object], tiles: Sequence[str], address: str, done: Callable[[str], None]
) -> None:
    # Only who asks for a cluster needs Dask.
    import distributed  # noqa: PLC0415

    # Its functions have no types.
    dask: Any = distributed
    try:
        client = dask.Client(address, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        message = f"the Dask scheduler at {address} does not answer ({' '.join(str(error).split())}): check the address"
        raise BuildError(message, key="build_scheduler", address=address) from error
    futures: dict[Any, str] = {}
    try:
        futures.update({client.submit(function, tile, pure=False): tile for tile in tiles})
        for future in dask.as_completed(list(futures), loop=client.loop):
            try:
                future.result()
            except dask.scheduler.KilledWorker:
                raise _killed(futures[future]) from None
            done(futures[future])
    except BaseException:
        client.cancel(list(futures), force=True)
        raise
    finally:
        client.close()


def _killed(tile: str) -> BuildError:
    message = (
        f"tile {tile} took its worker down {_DEATHS} times (most likely for want of memory): "
        "run again with fewer --workers; the other tiles are kept"
    )
    return BuildError(message, key="build_tile", tile=tile, count=_DEATHS)
