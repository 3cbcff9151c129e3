"""python -m geo add-dem: elevation from the command line."""

import argparse
from pathlib import Path

import pytest

from geo.commands import terrain as commands_terrain
from geo.dataset import open_dataset
from geo.errors import MeguriError
from geo.terrain_build import has_dem
from tests.geo.terrain_area import area_on_file, valley_file


def run(*arguments):
    parser = argparse.ArgumentParser()
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data-dir", type=Path)
    commands_terrain.register(parser.add_subparsers(), common)
    parsed = parser.parse_args([str(argument) for argument in arguments])
    parsed.run(parsed)


def test_it_adds_elevation_and_says_what_it_read(tmp_path, capsys):
    area_on_file(tmp_path / "data")
    run("add-dem", "valley", valley_file(tmp_path), "--data-dir", tmp_path / "data")
    assert has_dem(open_dataset("valley", data_dir=tmp_path / "data"))
    said = capsys.readouterr()
    assert "30 × 20 cells" in said.out
    assert "sea 20" in said.out
    assert "FG-GML-5339-00-dem10b-20200101.xml" in said.err


@pytest.mark.parametrize(("area", "file"), [("moon", "valley.zip"), ("valley", "nowhere.zip")])
def test_what_is_not_there_is_said(tmp_path, area, file):
    area_on_file(tmp_path / "data")
    with pytest.raises(MeguriError):
        run("add-dem", area, tmp_path / file, "--data-dir", tmp_path / "data")
