"""The server, and manners that cost no time."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from geo.fetch import Manners
from tests.geo.fetch.bad_server import Server


@pytest.fixture
def server() -> Iterator[Server]:
    """The server, stopped afterwards."""
    instance = Server()
    thread = threading.Thread(target=instance.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield instance
    instance.shutdown()
    instance.server_close()
    thread.join()


@pytest.fixture
def waits() -> list[float]:
    """The pauses that were made, in seconds; none of them takes any time."""
    return []


@pytest.fixture
def manners(waits: list[float]) -> Manners:
    """Patient in the number of tries, not in time."""
    return Manners(pause_s=0.0, attempts=4, read_timeout_s=5.0, sleep=waits.append)
