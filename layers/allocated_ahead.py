"""Allocations computed ahead, in the background, so that a change of the resource finds its answer waiting."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from queue import Full, Queue

from geo.dataset import Dataset
from geo.errors import MeguriError
from geo.terms import Catalogue
from layers.allocated import allocation_of
from layers.assessed import settings_for
from layers.assumptions import Assumed

_log = logging.getLogger(__name__)
# Remembered jobs, about as many as the cache of allocations holds; waiting ones, the resources of a few views.
_REMEMBERED, _WAITING = 64, 24


class _Worker:
    """One daemon thread for the whole server, started with the first job; a job asked for again is not done again."""

    def __init__(self) -> None:
        self._jobs: Queue[Callable[[], object]] = Queue(maxsize=_WAITING)
        self._asked: OrderedDict[object, None] = OrderedDict()
        self._lock = threading.Lock()
        self._is_running = False

    def ask(self, key: object, job: Callable[[], object]) -> bool:
        """Put a job in the queue unless it was asked for already, or too many wait; tell whether it was put there."""
        with self._lock:
            if key in self._asked:
                return False
            try:
                self._jobs.put_nowait(job)
            except Full:
                # Nothing is lost: the page computes it when it is needed.
                return False
            self._asked[key] = None
            while len(self._asked) > _REMEMBERED:
                self._asked.popitem(last=False)
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._run, name="allocations-ahead", daemon=True).start()
            return True

    def _run(self) -> None:
        while True:
            job = self._jobs.get()
            try:
                job()
            except MeguriError:
                # The page that needs it says what is wrong.
                continue
            except Exception:
                _log.exception("an allocation could not be computed ahead")


_worker = _Worker()


def allocate_ahead(dataset: Dataset, catalogue: Catalogue, assumed: Assumed) -> None:
    """Have every resource's allocation under these assumptions computed in the background, into the shared cache."""
    for key, resource in catalogue.resources.items():
        if not resource.reach.carried:
            continue
        asked = (dataset.area, catalogue.content_hash, key, settings_for(catalogue, assumed, resource))

        def job(key: str = key) -> object:
            return allocation_of(dataset, catalogue, assumed, key)

        _worker.ask(asked, job)
