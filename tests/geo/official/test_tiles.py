"""One function over many tiles: what dies, what raises, what is told."""

import os
import signal
from functools import partial
from pathlib import Path

import pytest

from geo.official.tiles import BuildError, map_tiles


def note(tile, folder):
    with (folder / tile).open("a", encoding="ascii") as handle:
        handle.write("x")


def deadly(tile, folder):
    note(tile, folder)
    if tile == "b":
        os.kill(os.getpid(), signal.SIGKILL)


def once_deadly(tile, folder):
    note(tile, folder)
    if tile == "b" and (folder / tile).read_text(encoding="ascii") == "x":
        os.kill(os.getpid(), signal.SIGKILL)


def failing(tile, folder):
    note(tile, folder)
    if tile == "b":
        raise ValueError(tile)


def counts(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in folder.iterdir()}


@pytest.mark.parametrize("workers", [0, 1, 2])
def test_every_tile_is_done_once(workers, tmp_path):
    told = []
    map_tiles(partial(note, folder=tmp_path), list("abcd"), workers=workers, done=told.append)
    assert counts(tmp_path) == dict.fromkeys("abcd", 1)
    assert sorted(told) == list("abcd")


def test_a_tile_whose_worker_dies_is_done_again(tmp_path):
    told = []
    map_tiles(partial(once_deadly, folder=tmp_path), list("abcd"), workers=2, done=told.append)
    assert counts(tmp_path)["b"] == 2
    assert sorted(told) == list("abcd")


def test_a_tile_that_kills_three_times_is_named_and_no_other_is_blamed(tmp_path):
    with pytest.raises(BuildError, match="tile b took its worker down 3 times") as caught:
        map_tiles(partial(deadly, folder=tmp_path), list("abcd"), workers=2)
    assert caught.value.key == "build_tile"
    assert counts(tmp_path)["b"] == 3


def test_what_the_function_raises_is_raised(tmp_path):
    with pytest.raises(ValueError, match="b"):
        map_tiles(partial(failing, folder=tmp_path), list("abcdefgh"), workers=1)
    assert counts(tmp_path) == {"a": 1, "b": 1}


def test_no_tiles_is_no_work():
    map_tiles(lambda _: pytest.fail("called"), [])


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch):
    monkeypatch.setattr("geo.official.tiles._CONNECT_S", 1)
    with pytest.raises(BuildError, match=r"tcp://127\.0\.0\.1:9 does not answer"):
        map_tiles(print, ["a"], scheduler="tcp://127.0.0.1:9")
