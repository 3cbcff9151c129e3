"""What lives is taken out of the garbage collection once for each page, and what is garbage goes first."""

import gc

import pytest

from layers import kept_for_good


@pytest.fixture(autouse=True)
def nothing_kept_yet(monkeypatch):
    monkeypatch.setattr(kept_for_good, "_seen", set())
    yield
    gc.unfreeze()


def test_what_lives_is_taken_out_of_the_collection_once_for_each_page():
    before = gc.get_freeze_count()
    assert kept_for_good.keep_for_good("scale kanagawa")
    frozen = gc.get_freeze_count()
    assert frozen > before + 1_000
    made_later = [[number] for number in range(100)]
    assert not kept_for_good.keep_for_good("scale kanagawa")
    assert gc.get_freeze_count() <= frozen
    assert len(made_later) == 100
    assert kept_for_good.keep_for_good("map kanagawa")


def test_what_is_garbage_goes_first():
    class Ring:
        alive = 0

        def __init__(self):
            Ring.alive += 1
            self.itself = self

        def __del__(self):
            Ring.alive -= 1

    Ring()
    assert Ring.alive == 1
    assert kept_for_good.keep_for_good("data kanagawa")
    assert Ring.alive == 0


def test_it_ends_somewhere():
    done = [kept_for_good.keep_for_good(f"page {number}") for number in range(kept_for_good._MOST + 3)]
    assert done == [True] * kept_for_good._MOST + [False] * 3
