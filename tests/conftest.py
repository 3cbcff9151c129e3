"""What all tests share."""

import os
import sys

import pytest
from hypothesis import settings

# No deadline: how long an example takes says nothing about whether it is right. In CI the examples are the same
# every time, so that a failure there can be had again.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


MAIN = sys.modules["__main__"]


@pytest.fixture(autouse=True)
def own_main():
    """AppTest puts the app in the place of the program that runs, and processes started later would begin with it."""
    yield
    sys.modules["__main__"] = MAIN


@pytest.fixture(autouse=True)
def own_things_elsewhere(monkeypatch, tmp_path_factory):
    """Keep what users save out of the checkout, and what a developer saved there out of the tests."""
    monkeypatch.setenv("MEGURI_LOCAL_DIR", str(tmp_path_factory.getbasetemp() / "local"))
