"""What many tests share: the small catalogue, and a folder of data with the store and the meeting kept in it."""

import pytest

from geo.catalogue_reading import read_catalogue
from geo.store import open_store
from geo.terms import Catalogue
from tests.geo.catalogue_world import CATALOGUE
from tests.geo.meeting_world import Clock, council


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return read_catalogue(CATALOGUE)


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """Return an empty folder of data; what is kept stands in it, as where the environment names no other place."""
    monkeypatch.delenv("MEGURI_LOCAL_DIR", raising=False)
    return tmp_path


@pytest.fixture
def store(folder):
    return open_store(folder)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def hall(folder, clock):
    """Return a meeting under way, whose time is the clock's."""
    return council(folder, clock)
