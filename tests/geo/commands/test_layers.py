"""The command line's part for users' layers."""

import argparse
import json

import pytest

from geo.commands import layers as commands_layers
from geo.errors import InputError
from geo.user_layers import UploadError
from tests.geo.user_layers.world import geojson, make_area, square


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("MEGURI_LOCAL_DIR", raising=False)
    make_area(tmp_path / "data")

    def call(*words):
        common = argparse.ArgumentParser(add_help=False)
        common.add_argument("--data-dir", type=type(tmp_path), default=tmp_path / "data")
        parser = argparse.ArgumentParser()
        commands_layers.register(parser.add_subparsers(required=True), common)
        arguments = parser.parse_args([str(word) for word in words])
        arguments.run(arguments)
        return json.loads(capsys.readouterr().out)

    return call


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_bytes(geojson([square(0, 0), square(1, 0, 2, 1)], n=[1, 4]))
    return path


TOLD = (
    "--title-ja", "ダム", "--title-en", "Dam", "--unit", "MWh", "--year", "2024", "--source", "市", "--licence", "CC0",
)  # fmt: skip


def test_validate_prints_what_was_understood_and_writes_nothing(run, file, tmp_path):
    found = run("validate", file)
    assert (found["format"], found["kind"], found["count"], found["crs"]) == ("GeoJSON", "polygons", 2, "EPSG:4326")
    assert [column["name"] for column in found["columns"]] == ["n"]
    assert not (tmp_path / "data" / "local").exists()


def test_validate_refuses_with_the_upload_s_own_error(run, tmp_path):
    bad = tmp_path / "a.csv"
    bad.write_bytes(b"\x00\x01")
    with pytest.raises(UploadError) as caught:
        run("validate", bad, "--area", "small")
    assert caught.value.key == "upload_binary"
    (tmp_path / "data" / "two").mkdir()
    (tmp_path / "data" / "two" / "dataset.toml").write_text("")
    with pytest.raises(InputError, match="--area"):
        run("validate", bad)


def test_a_layer_is_added_listed_and_removed(run, file):
    use = ("--column", "n", "--measure", "extensive", "--role", "indicator", "--resource", "power", "--side", "supply")
    added = run("add-layer", file, "--area", "small", *TOLD, *use)
    assert added["key"] == "dam"
    # Half of the second rectangle lies outside the area.
    assert (added["amount_inside"], added["amount_outside"]) == (pytest.approx(3), pytest.approx(2))
    assert [layer["key"] for layer in run("layers", "--area", "small")] == ["dam"]
    assert run("remove-layer", "dam", "--area", "small")["key"] == "dam"
    assert run("layers", "--area", "small") == []
