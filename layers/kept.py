"""A bounded cache that all sessions share, found by one value, in which nothing is made twice at the same time."""

from __future__ import annotations

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sized
from concurrent.futures import Future
from typing import Concatenate, Generic, ParamSpec, TypeVar

Key = TypeVar("Key", bound=Hashable)
Found = TypeVar("Found")
Rest = ParamSpec("Rest")


class Kept(Generic[Key, Rest, Found]):
    """A function whose results are kept by its first argument; made by :func:`kept`.

    Streamlit's own caches take half a millisecond to make the key of some arguments, and a page asks a hundred times.
    """

    def __init__(
        self, make: Callable[Concatenate[Key, Rest], Found], max_entries: int, max_rows: int | None = None
    ) -> None:
        self._make, self._most, self._most_rows = make, max_entries, max_rows
        self._kept: OrderedDict[Key, Future[Found]] = OrderedDict()
        self._rows: dict[Key, int] = {}
        self._lock = threading.Lock()
        functools.update_wrapper(self, make)

    def __call__(self, key: Key, *args: Rest.args, **kwargs: Rest.kwargs) -> Found:
        """Return what is kept, waiting for whoever makes it at the moment; made here where nobody does."""
        while True:
            with self._lock:
                found = self._kept.get(key)
                is_mine = found is None
                if found is None:
                    found = self._kept[key] = Future()
                    if len(self._kept) > self._most:
                        self._drop_oldest()
                else:
                    self._kept.move_to_end(key)
            if is_mine:
                return self._made(found, key, *args, **kwargs)
            if found.exception() is None:
                return found.result()
            # A session that left may have broken off: whoever still asks makes it, and has the error of its own.

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._rows.clear()

    def _made(self, found: Future[Found], key: Key, *args: Rest.args, **kwargs: Rest.kwargs) -> Found:
        try:
            made = self._make(key, *args, **kwargs)
        except BaseException as error:
            with self._lock:
                if self._kept.get(key) is found:
                    del self._kept[key]
            found.set_exception(error)
            raise
        if self._most_rows is not None and isinstance(made, Sized):
            with self._lock:
                if self._kept.get(key) is found:
                    self._rows[key] = len(made)
                while len(self._kept) > 1 and sum(self._rows.values()) > self._most_rows:
                    self._drop_oldest()
        found.set_result(made)
        return made

    def _drop_oldest(self) -> None:
        key, _ = self._kept.popitem(last=False)
        self._rows.pop(key, None)


def kept(
    *, max_entries: int, max_rows: int | None = None
) -> Callable[[Callable[Concatenate[Key, Rest], Found]], Kept[Key, Rest, Found]]:
    """Keep a function's results by its first argument, of the last ``max_entries`` asked for.

    Tables are of a few rows or of thousands: with ``max_rows``, as many of the last as have no more rows together. The
    other arguments are what it is made from: the key has to tell them apart. Results are shared: not to be changed.
    """

    def keeping(make: Callable[Concatenate[Key, Rest], Found]) -> Kept[Key, Rest, Found]:
        return Kept(make, max_entries, max_rows)

    return keeping
