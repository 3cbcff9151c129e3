"""Stage, count, bytes and time left, with a clock of the test's own."""

from __future__ import annotations

import io

from geo.fetch.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def run(stream: io.StringIO) -> str:
    """Two files of 20 MB in 20 s each, the second dropped halfway and begun at 10 MB."""
    now = [0.0]
    progress = Progress(stream, clock=lambda: now[0])
    progress.plan(3)
    for name, start in (("a.zip", 0), ("b.zip", 10)):
        progress.start(name)
        for megabytes in range(start, 21, 5):
            progress.watch(megabytes * 1_000_000, 20_000_000)
            now[0] += 5.0
        progress.finish("fetched")
    return stream.getvalue()


def test_plain_lines_now_and_then() -> None:
    assert run(io.StringIO()).splitlines() == [
        # 10 MB in 10 s; 10 of this file and two more of 20 are to come: 50 s.
        "[1/3] a.zip  10.0 / 20.0 MB, about 50 s left",
        # 20 MB in 20 s; two files of 20 MB: 40 s.
        "[1/3] a.zip  20.0 / 20.0 MB, about 40 s left",
        "[1/3] a.zip  fetched",
        # 20 + 10 MB in 25 + 10 s; one more of 20 MB: 23 s.
        "[2/3] b.zip  20.0 / 20.0 MB, about 23 s left",
        "[2/3] b.zip  fetched",
    ]


def test_a_terminal_has_one_line_that_changes() -> None:
    written = run(Terminal())
    assert written.count("\n") == 2
    assert "\r[1/3] a.zip  5.0 / 20.0 MB, about 55 s left" in written
    # Whole lines stand by themselves, after what was there is wiped out.
    assert written.split("\n")[0].rpartition("\r")[2] == "[1/3] a.zip  fetched"


def test_minutes() -> None:
    now = [0.0]
    stream = io.StringIO()
    progress = Progress(stream, clock=lambda: now[0])
    progress.start("a.zip")
    progress.watch(0, 100_000_000)
    now[0] = 20.0
    progress.watch(10_000_000, 100_000_000)
    assert stream.getvalue() == "[1/1] a.zip  10.0 / 100.0 MB, about 3 min 0 s left\n"


def test_without_a_size_there_is_no_time_left() -> None:
    now = [0.0]
    stream = io.StringIO()
    progress = Progress(stream, clock=lambda: now[0])
    progress.start("a.zip")
    progress.watch(0, None)
    now[0] = 20.0
    progress.watch(10_000_000, None)
    assert stream.getvalue() == "[1/1] a.zip  10.0 MB\n"


def test_more_files_than_planned() -> None:
    stream = io.StringIO()
    progress = Progress(stream, clock=lambda: 0.0)
    progress.plan(1)
    for name in ("a", "b"):
        progress.start(name)
        progress.finish("absent: 404")
    assert stream.getvalue() == "[1/1] a  absent: 404\n[2/2] b  absent: 404\n"
