"""The exchange of an area's folder: readers see the old state or the new, and a crash in between is mended."""

import hashlib
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import geo.switch
from geo.dataset import DATA_DIR
from geo.errors import DatasetError
from geo.switch import recover, recover_all, switch, was_switched, with_retry

ROOT = DATA_DIR.parent


def state(folder: Path, number: int) -> Path:
    """A folder with two tables that belong together and the description that knows them."""
    folder.mkdir(parents=True)
    lines = [f"state = {number}", "[tables]"]
    for name in ("one", "two"):
        content = f"{name} {number}".encode() * 20_000
        (folder / name).write_bytes(content)
        lines.append(f'{name} = "{hashlib.sha256(content).hexdigest()}"')
    (folder / "dataset.toml").write_text("\n".join(lines), encoding="utf-8")
    return folder


def number_of(folder: Path) -> str:
    return (folder / "dataset.toml").read_text(encoding="utf-8").splitlines()[0]


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_reader_sees_only_whole_states(can_exchange, tmp_path):
    state(tmp_path / "small", 0)
    reader = subprocess.Popen(
        [sys.executable, "-m", "tests.geo.switch_reader", str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    while not (tmp_path / "ready").exists():
        assert reader.poll() is None
        time.sleep(0.02)
    for number in range(1, 201):
        new = state(tmp_path / ".build-small" / "result", number)
        switch(new, tmp_path / "small", can_exchange=can_exchange)
        time.sleep(0.005)
    (tmp_path / "stop").touch()
    told = json.loads(reader.communicate(timeout=60)[0])
    assert reader.returncode == 0
    assert told["ordered"]
    assert told["states"] > 10
    assert number_of(tmp_path / "small") == "state = 200"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".build-small", "ready", "small", "stop"]
    assert not list((tmp_path / ".build-small").iterdir())


def test_this_system_exchanges_in_one_step(tmp_path):
    """Else the parametrised tests above would both go the second way."""
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux has renameat2")
    assert geo.switch._exchange(state(tmp_path / "a", 1), state(tmp_path / "b", 2))
    assert number_of(tmp_path / "a") == "state = 2"


KILLED = """
import os, signal, sys
from pathlib import Path
import geo.switch
at = int(sys.argv[2])
renames = 0
real = Path.rename
def rename(self, target):
    global renames
    if self.name.startswith(("small", "result")):
        renames += 1
        if renames == at:
            os.kill(os.getpid(), signal.SIGKILL)
    return real(self, target)
Path.rename = rename
data_dir = Path(sys.argv[1])
geo.switch.switch(data_dir / ".build-small" / "result", data_dir / "small", can_exchange=False)
"""


@pytest.mark.parametrize(("at", "expected"), [(1, "state = 1"), (2, "state = 2")])
def test_a_kill_between_the_renames_is_mended_at_the_next_opening(at, expected, tmp_path):
    state(tmp_path / "small", 1)
    state(tmp_path / ".build-small" / "result", 2)
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), str(at)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert (tmp_path / "small").exists() is (at == 1)
    assert (tmp_path / ".switch-small.json").exists()
    recover_all(tmp_path)
    assert number_of(tmp_path / "small") == expected
    # And the next build finds nothing in its way.
    switch(state(tmp_path / ".build-small" / "next", 3), tmp_path / "small", can_exchange=False)
    assert number_of(tmp_path / "small") == "state = 3"
    assert not (tmp_path / ".switch-small.json").exists()


def test_where_the_new_folder_is_gone_the_old_comes_back(tmp_path):
    state(tmp_path / ".build-small" / "result.old", 1)
    (tmp_path / ".switch-small.json").write_text('{"new": ".build-small/result", "old": ".build-small/result.old"}')
    assert recover(tmp_path, "small")
    assert number_of(tmp_path / "small") == "state = 1"
    assert not recover(tmp_path, "small")


def test_what_belongs_to_the_office_is_carried_over(tmp_path):
    old = state(tmp_path / "small", 1)
    for name in ("inputs/area.toml", "layers/mine.parquet", "layers.toml", "actuals.csv", "stray.txt"):
        (old / name).parent.mkdir(exist_ok=True)
        (old / name).write_text(name)
    new = state(tmp_path / ".build-small" / "result", 2)
    (new / "actuals.csv").write_text("made anew")
    switch(new, old, ("inputs", "layers*", "actuals.csv"))
    assert (old / "inputs" / "area.toml").read_text() == "inputs/area.toml"
    assert (old / "layers" / "mine.parquet").read_text() == "layers/mine.parquet"
    assert (old / "layers.toml").is_file()
    assert (old / "actuals.csv").read_text() == "made anew"
    assert not (old / "stray.txt").exists()


def test_what_is_written_while_the_folders_are_exchanged_is_kept(tmp_path, monkeypatch):
    old = state(tmp_path / "small", 1)
    (old / "actuals.csv").write_text("first")
    real = geo.switch._exchange

    def late(new, target):
        (target / "actuals.csv").write_text("second, longer")
        return real(new, target)

    monkeypatch.setattr(geo.switch, "_exchange", late)
    switch(state(tmp_path / ".build-small" / "result", 2), old, ("actuals.csv",))
    assert (old / "actuals.csv").read_text() == "second, longer"
    assert number_of(old) == "state = 2"


def test_an_error_that_is_no_exchange_is_raised_at_once(tmp_path):
    state(tmp_path / "small", 1)
    calls = []

    def read():
        calls.append(1)
        raise DatasetError("damaged")

    with pytest.raises(DatasetError, match="damaged"):
        with_retry(read, "small", tmp_path)
    assert len(calls) == 1


def test_reading_starts_again_after_an_exchange(tmp_path):
    target = state(tmp_path / "small", 1)
    calls = []

    def read():
        calls.append(number_of(target))
        if len(calls) == 1:
            switch(state(tmp_path / ".build-small" / "result", 2), target)
            raise DatasetError("a table of another build")
        return calls[-1]

    assert with_retry(read, "small", tmp_path) == "state = 2"


def test_an_exchange_is_told_by_the_description(tmp_path):
    target = state(tmp_path / "small", 1)
    digest = hashlib.sha256((target / "dataset.toml").read_bytes()).hexdigest()
    assert not was_switched(target, digest)
    switch(state(tmp_path / ".build-small" / "result", 2), target)
    assert was_switched(target, digest)
