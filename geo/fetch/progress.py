"""How far a fetch is: one line that is written over in a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

_MEGABYTE = 1e6


class Progress:
    """Tells stage, count, bytes and time left.

    Parameters
    ----------
    stream
        Where to; a terminal gets one line that changes, anything else whole lines.
    clock
        Seconds.
    """

    def __init__(self, stream: TextIO, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._live = stream.isatty()
        self._every_s = 0.2 if self._live else 10.0
        self._count = self._number = 0
        self._name = ""
        self._began = self._told = 0.0
        self._first = -1
        self._have = 0
        self._bytes = self._seconds = 0.0
        self._sizes: list[int] = []
        self._shown = 0

    def plan(self, files: int) -> None:
        """Say how many files are (or turn out to be) to come in all."""
        self._count = max(files, self._number)

    def start(self, name: str) -> None:
        """Begin with a file."""
        self._number += 1
        self._count = max(self._count, self._number)
        self._name = name
        self._began = self._clock()
        self._told = self._began - self._every_s if self._live else self._began
        self._first, self._have = -1, 0
        if self._live:
            self._over(self._head())

    def watch(self, have: int, total: int | None) -> None:
        """Take note of the bytes had, and tell them now and then."""
        if self._first < 0:
            self._first = have
        self._have = have
        now = self._clock()
        if now - self._told < self._every_s:
            return
        self._told = now
        size = f"{have / _MEGABYTE:,.1f}" + (f" / {total / _MEGABYTE:,.1f}" if total else "") + " MB"
        line = f"{self._head()}  {size}{self._left(now, total)}"
        self._over(line) if self._live else self.note(line)

    def finish(self, detail: str) -> None:
        """End with a file."""
        if self._first >= 0:
            self._bytes += self._have - self._first
            self._seconds += self._clock() - self._began
            self._sizes.append(self._have)
        self.note(f"{self._head()}  {detail}")

    def note(self, line: str) -> None:
        """Write a whole line."""
        self._over("")
        self._stream.write(f"{line}\n")
        self._stream.flush()

    def _head(self) -> str:
        return f"[{self._number}/{self._count}] {self._name}"

    def _left(self, now: float, total: int | None) -> str:
        """Return the time left for everything, reckoned from the rate and the mean size so far; '' too early."""
        got = self._bytes + self._have - max(self._first, 0)
        seconds = self._seconds + now - self._began
        if not total or got <= 0 or seconds < 1:
            return ""
        sizes = [*self._sizes, total]
        to_come = total - self._have + (self._count - self._number) * sum(sizes) / len(sizes)
        left = round(to_come * seconds / got)
        return f", about {left // 60} min {left % 60} s left" if left >= 60 else f", about {left} s left"

    def _over(self, line: str) -> None:
        if self._live:
            self._stream.write("\r" + line.ljust(self._shown) + ("" if line else "\r"))
            self._stream.flush()
            self._shown = len(line)
