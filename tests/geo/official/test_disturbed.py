"""Builds that are killed, cancelled or lose a worker end as undisturbed ones do, byte for byte."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from geo.dataset import DATA_DIR, open_dataset
from geo.official.build import build_official
from tests.geo.official.world import inputs

ROOT = DATA_DIR.parent
TILES = 4
PATIENCE_S = 120


def digests(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    data_dir = tmp_path_factory.mktemp("undisturbed")
    build_official("small", inputs(), ["14"], data_dir=data_dir, workers=0)
    return digests(data_dir / "small")


def start(data_dir, seconds, *how):
    command = [sys.executable, "-m", "tests.geo.official.building", str(data_dir), str(seconds), *how]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, start_new_session=True)


def until(happened, process=None):
    end = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < end, "it did not come to that"
        assert process is None or process.poll() is None, "the build ended too early"
        time.sleep(0.02)


def runs(data_dir):
    path = data_dir / "runs.txt"
    lines = path.read_text(encoding="ascii").splitlines() if path.exists() else []
    return [(tile, int(pid)) for tile, pid in (line.split() for line in lines)]


def finished_tiles(data_dir):
    return {path.stem for path in (data_dir / ".build-small" / "tiles").glob("?????.parquet")}


def is_alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def ends(process, data_dir, undisturbed):
    assert process.wait(PATIENCE_S) == 0
    assert digests(data_dir / "small") == undisturbed
    assert sorted(path.name for path in data_dir.iterdir()) == ["runs.txt", "seconds.txt", "small"]


@pytest.mark.parametrize("how", [("processes", "2"), ("cluster",)])
def test_a_worker_that_is_killed_loses_nothing(how, tmp_path, undisturbed):
    process = start(tmp_path, 1.5, *how)
    until(lambda: len(runs(tmp_path)) >= 2, process)
    tile, pid = runs(tmp_path)[0]
    os.kill(pid, signal.SIGKILL)
    ends(process, tmp_path, undisturbed)
    # The killed tile was done again, by another process.
    assert len({other for again, other in runs(tmp_path) if again == tile}) >= 2


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT])
def test_a_build_that_is_killed_or_cancelled_goes_on_from_its_tiles(sent, tmp_path, undisturbed):
    process = start(tmp_path, 1, "processes", "1")
    until(lambda: finished_tiles(tmp_path), process)
    process.send_signal(sent)
    assert process.wait(PATIENCE_S) != 0
    assert not (tmp_path / "small").exists()
    until(lambda: not any(is_alive(pid) for _, pid in runs(tmp_path)))
    kept = finished_tiles(tmp_path)
    assert 1 <= len(kept) < TILES
    (tmp_path / "runs.txt").unlink()
    ends(start(tmp_path, 0, "processes", "2"), tmp_path, undisturbed)
    again = {tile for tile, _ in runs(tmp_path)}
    assert len(again) == TILES - len(kept)
    assert not again & kept


def test_two_builds_of_one_area_do_not_meet(tmp_path, undisturbed):
    process = start(tmp_path, 1, "processes", "1")
    until(lambda: finished_tiles(tmp_path), process)
    second = start(tmp_path, 1, "processes", "1")
    assert second.wait(PATIENCE_S) != 0
    ends(process, tmp_path, undisturbed)


def test_the_number_of_workers_changes_nothing(tmp_path, undisturbed):
    ends(start(tmp_path, 0, "processes", "3"), tmp_path, undisturbed)
    assert open_dataset("small", data_dir=tmp_path).fragments["in_area"].sum() == 64
