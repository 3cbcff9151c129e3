"""The small area, made once; tests that write take a copy."""

import shutil

import pytest

from geo.dataset import open_dataset
from tests.geo.user_layers.world import make_area


@pytest.fixture(scope="session")
def _made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("area") / "data"
    make_area(folder)
    return folder


@pytest.fixture(scope="session")
def dataset(_made):
    """The area for tests that write nothing."""
    return open_dataset("small", data_dir=_made)


@pytest.fixture
def own(_made, tmp_path, monkeypatch):
    """A copy of the area to add layers to."""
    monkeypatch.delenv("MEGURI_LOCAL_DIR", raising=False)
    shutil.copytree(_made, tmp_path / "data")
    return open_dataset("small", data_dir=tmp_path / "data")
