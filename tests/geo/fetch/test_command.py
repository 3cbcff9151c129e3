"""``fetch`` as a command: what it asks for, what it says, and that an interruption or a kill loses nothing."""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from geo.commands import fetch as commands_fetch
from geo.dataset import DATA_DIR
from geo.errors import MeguriError
from layers.messages import LANGUAGES, catalogue, error_text
from tests.geo.fetch.bad_server import Server, packed, slowly
from tests.source import ROOT

N03 = "https://nlftp.mlit.go.jp/ksj/gml/data/N03/N03-2026/N03-20260101_14_GML.zip"
NAME = "N03-20260101_14_GML.zip"
CONTENT = packed(os.urandom(2_000_000))
# The command by itself: it does not matter here how the command line names it.
# Tests that run in a shell's background inherit an ignored Ctrl-C: the program takes it all the same.
PROGRAM = """
import argparse, signal, sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)
from geo.commands import fetch as commands_fetch
from geo.errors import MeguriError
parser = argparse.ArgumentParser()
common = argparse.ArgumentParser(add_help=False)
common.add_argument("--data-dir", type=Path, default=Path("data"))
commands_fetch.register(parser.add_subparsers(), common)
arguments = parser.parse_args()
try:
    arguments.run(arguments)
except MeguriError as error:
    print(f"geo: {error}", file=sys.stderr)
    sys.exit(2)
"""


def run(*words: str) -> None:
    parser = argparse.ArgumentParser(exit_on_error=False)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data-dir", type=Path, default=DATA_DIR)
    commands_fetch.register(parser.add_subparsers(), common)
    arguments = parser.parse_args(["fetch", *words])
    arguments.run(arguments)


def start(server: Server, folder: Path) -> subprocess.Popen[str]:
    """Start a fetch of N03 as a program of its own."""
    words = ["fetch", "--prefecture", "14", "--product", "N03", "--to", str(folder), "--base", server.base]
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *words], cwd=ROOT, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )


def until_some_came(folder: Path, count: int) -> int:
    """Wait until so many bytes are on the disk; return how many there are."""
    part = folder / f"{NAME}.part"
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if part.is_file() and part.stat().st_size >= count:
            return part.stat().st_size
        time.sleep(0.01)
    raise AssertionError(f"no {count} bytes in {part}")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_what_came_before_an_interruption_is_not_fetched_again(server: Server, tmp_path: Path, how: int) -> None:
    server.bad[server.put(N03, CONTENT)] = [slowly(20_000, 0.02)]
    program = start(server, tmp_path)
    came = until_some_came(tmp_path, 200_000)
    program.send_signal(how)
    _, said = program.communicate(timeout=30)
    if how == signal.SIGINT:
        assert program.returncode == 2
        assert said.splitlines()[-1].startswith("geo: interrupted; what is there stays in")
        assert "Traceback" not in said
    assert not (tmp_path / NAME).exists()
    again = start(server, tmp_path)
    _, said = again.communicate(timeout=60)
    assert again.returncode == 0, said
    assert (tmp_path / NAME).read_bytes() == CONTENT
    first, second = server.ranges()
    assert first is None
    kept = int(re.fullmatch(r"bytes=(\d+)-", second or "")[1])
    assert came <= kept < len(CONTENT)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".fetching", "LICENCE-N03.txt", NAME, "fetched.toml"]


def test_what_it_says(server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    server.put(N03, CONTENT)
    run("--prefecture", "14", "--product", "N03", "--product", "DEM", "--to", str(tmp_path), "--base", server.base)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        "prefectures 14; primary meshes 5238 5239 5338 5339",
        f"[1/1] {NAME}  fetched: 2.0 MB",
        "DEM: Elevation, 10 m (GSI) is not fetched: it needs a login: sign in, choose DEM10B and the sheets, and put "
        "the zips into the folder. Page: https://fgd.gsi.go.jp/download/menu.php",
        f"1 files are in {tmp_path}, with their licences",
    ]


def test_files_that_are_not_there_are_told_with_the_page_and_end_it_with_an_error(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(MeguriError, match="1 files could not be had") as caught:
        run("--prefecture", "14", "--product", "N03", "--to", str(tmp_path), "--base", server.base)
    assert caught.value.key == "fetch_incomplete"
    line = f"N03: {NAME.replace('2026', '2024')}: 404. By hand from https://nlftp.mlit.go.jp/ksj/gml/datalist/"
    assert line in capsys.readouterr().err
    # Three editions.
    assert len(server.asked) == 3


def test_listing_asks_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "downloads"
    run("--prefecture", "14", "--neighbours", "--list", "--to", str(folder), "--base", "http://127.0.0.1:9")
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [name for key, name, _ in rows if key == "W12"] == [
        f"W12-52A-{code}-01.0a_GML.zip" for code in ("13", "14", "19", "22")
    ]
    assert [name for key, name, _ in rows if key == "census-2020"] == [
        f"tblT001140S{code}.zip" for code in (5238, 5239, 5338, 5339)
    ]
    assert ["N03", NAME, N03] in rows
    assert [key for key, name, _ in rows if not name] == ["DEM", "REPOS"]
    assert not folder.exists()


def test_the_nation_is_listed_with_its_one_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("--nation", "--list", "--product", "N03", "--product", "A45", "--to", str(tmp_path))
    rows = [line.split("\t")[1] for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == "N03-20260101_GML.zip"
    assert rows[1:] == [f"A45-19_{code:02d}_GML.zip" for code in range(1, 48)]


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (["--prefecture", "48"], "fetch_prefecture"),
        (["--prefecture", "14", "--product", "W05"], "fetch_product"),
        (["--prefecture", "14", "--product", "N03", "--base", "ftp://mirror"], "fetch_base"),
    ],
)
def test_a_wrong_argument(tmp_path: Path, words: list[str], key: str) -> None:
    with pytest.raises(MeguriError) as caught:
        run(*words, "--to", str(tmp_path / "downloads"))
    assert caught.value.key == key


@pytest.mark.parametrize(
    "words",
    [[], ["--prefecture", "14", "--nation"]],
)
def test_either_prefectures_or_the_nation(tmp_path: Path, words: list[str]) -> None:
    with pytest.raises((SystemExit, argparse.ArgumentError)):
        run(*words, "--to", str(tmp_path))


def raised() -> list[tuple[str, str]]:
    """Return (file, key) of every error that the fetching raises."""
    files = [*(ROOT / "geo" / "fetch").glob("*.py"), ROOT / "geo" / "commands" / "fetch.py"]
    found = [
        (path.name, key) for path in files for key in re.findall(r'key="(fetch\w*)"', path.read_text(encoding="utf-8"))
    ]
    return [*found, ("errors.py", "fetch"), ("errors.py", "fetch_absent")]


@pytest.mark.parametrize(("file", "key"), raised())
def test_every_error_has_words_in_both_languages(file: str, key: str) -> None:
    assert set(catalogue()[f"errors.{key}"]) == set(LANGUAGES)


def test_no_words_are_left_over() -> None:
    assert {key for key in catalogue() if key.startswith("errors.fetch")} == {f"errors.{key}" for _, key in raised()}


def test_the_words_name_what_the_error_knows(tmp_path: Path) -> None:
    with pytest.raises(MeguriError) as caught:
        run("--prefecture", "48", "--to", str(tmp_path))
    assert error_text(caught.value, "ja") == "--prefecture 48：都道府県コードは 01 から 47 です。"
