"""How far a build is: stage, count and time left, on standard error."""

from __future__ import annotations

import sys
import time
from typing import TextIO

_PLAIN_EVERY_S = 10.0
_LIVE_EVERY_S = 0.2


class Progress:
    """Tells one stage after the other; a line that is rewritten on a terminal, plain lines elsewhere."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._is_live = self._stream.isatty()
        self._stage = ""
        self._started = self._told = 0.0
        self._width = 0

    def say(self, words: str) -> None:
        """Tell a stage that has no count, or a note."""
        self._end_line()
        print(words, file=self._stream, flush=True)

    def start(self, stage: str, total: int, done: int = 0) -> None:
        """Begin a stage of ``total`` steps, ``done`` of which were there before."""
        self._stage, self._total, self._before = stage, total, done
        self._started = time.monotonic()
        self._told = -_PLAIN_EVERY_S
        kept = f", {done} kept from before" if done else ""
        self.say(f"{stage}: {total}{kept}")

    def step(self, done: int) -> None:
        """Tell that ``done`` steps of the stage are there, the earlier ones included."""
        now = time.monotonic()
        is_last = done >= self._total
        if now - self._told < (_LIVE_EVERY_S if self._is_live else _PLAIN_EVERY_S) and not is_last:
            return
        self._told = now
        fresh = done - self._before
        left = (now - self._started) / fresh * (self._total - done) if fresh else 0.0
        words = f"{self._stage}: {done} of {self._total}" + ("" if is_last else f", {_duration(left)} left")
        if self._is_live:
            print(f"\r{words:<{self._width}}", end="", file=self._stream, flush=True)
            self._width = len(words)
            if is_last:
                self._end_line()
        else:
            print(words, file=self._stream, flush=True)

    def _end_line(self) -> None:
        if self._is_live and self._width:
            print(file=self._stream, flush=True)
        self._width = 0


def _duration(seconds: float) -> str:
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return (
        f"{whole // 60} min {whole % 60:02d} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60:02d} min"
    )
