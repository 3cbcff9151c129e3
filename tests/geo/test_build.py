"""What a build refuses, and that a refusal leaves the dataset as it was."""

import shutil
import tomllib
from pathlib import Path

import pytest

from geo.build import build_area
from geo.dataset import DATA_DIR
from geo.errors import CatalogueError, DatasetError, MeguriError
from geo.resources import CATALOGUE_PATH


@pytest.fixture
def area(tmp_path: Path) -> Path:
    """Kanagawa's inputs in a folder of their own, with files of an earlier build beside them."""
    shutil.copytree(DATA_DIR / "kanagawa" / "inputs", tmp_path / "kanagawa" / "inputs")
    for name in ("cells.parquet", "dataset.toml"):
        (tmp_path / "kanagawa" / name).write_text("earlier")
    return tmp_path / "kanagawa"


def refused(area: Path, kind: type[MeguriError], match: str) -> None:
    """Build; expect a refusal that leaves the earlier files and nothing else."""
    with pytest.raises(kind, match=match) as caught:
        build_area("kanagawa", data_dir=area.parent, say=lambda _: None)
    assert "\n" not in str(caught.value)
    assert sorted(path.name for path in area.iterdir()) == ["cells.parquet", "dataset.toml", "inputs"]
    assert {(area / name).read_text() for name in ("cells.parquet", "dataset.toml")} == {"earlier"}


@pytest.mark.parametrize("name", ["../main", "", "Kanagawa"])
def test_an_area_without_inputs_is_refused(name: str) -> None:
    with pytest.raises(DatasetError, match=r"inputs/area\.toml"):
        build_area(name, say=lambda _: None)


@pytest.mark.parametrize(
    ("file", "content", "match"),
    [
        ("area.toml", "half = [", r"inputs/area\.toml"),
        ("area.toml", "name_ja = '…'", r"inputs/area\.toml.*name_en"),
        ("unit_basins.geojson", '{"type": "FeatureColl', r"inputs/unit_basins\.geojson"),
        ("municipalities_japan.geojson", "", r"inputs/municipalities_japan\.geojson"),
        ("mesh_1km.csv", "mesh_code,population_2010\n53391000,1\n", r"inputs/mesh_1km\.csv.*population_2015"),
        ("census_2020_by_municipality.csv", "code,population_2020\n14100,\n", "census_2020.*has gaps"),
        ("census_2020_by_municipality.csv", "code,population_2020\n14100,1\n14100,2\n", "census_2020.*twice"),
    ],
)
def test_an_input_that_cannot_be_used_is_named(area: Path, file: str, content: str, match: str) -> None:
    (area / "inputs" / file).write_text(content, encoding="utf-8")
    refused(area, DatasetError, match)


def test_a_river_reading_that_is_not_hiragana_is_named(area: Path) -> None:
    path = area / "inputs" / "area.toml"
    text = path.read_text(encoding="utf-8")
    assert 'kana = "くのがわ"' in text
    path.write_text(text.replace('kana = "くのがわ"', 'kana = "kuno"'), encoding="utf-8")
    refused(area, DatasetError, r"inputs/area\.toml.*久野川")


def test_a_missing_input_is_named(area: Path) -> None:
    (area / "inputs" / "mesh_1km.csv").unlink()
    refused(area, DatasetError, r"mesh_1km\.csv")


def test_the_catalogue_beside_the_area_is_the_one_that_counts(area: Path) -> None:
    (area.parent / "resources.toml").write_text("nothing = 1", encoding="utf-8")
    refused(area, CatalogueError, r"resources\.toml")


def test_a_failure_at_the_very_end_leaves_everything(area: Path) -> None:
    text = CATALOGUE_PATH.read_text(encoding="utf-8")
    gold = text.replace('indicator = "built_km2"', 'indicator = "gold_km2"')
    (area.parent / "resources.toml").write_text(gold, encoding="utf-8")
    refused(area, CatalogueError, "gold_km2")


def test_elevation_that_was_added_is_kept_by_a_rebuild(area: Path) -> None:
    (area / "rasters").mkdir()
    (area / "rasters" / "dem.tif").write_bytes(b"elevation")
    row = 'layers = [{ key = "dem", file = "rasters/dem.tif" }, { key = "gone", file = "rasters/gone.tif" }]'
    (area / "dataset.toml").write_text(row, encoding="utf-8")
    build_area("kanagawa", data_dir=area.parent, say=lambda _: None)
    described = tomllib.loads((area / "dataset.toml").read_text(encoding="utf-8"))
    assert described["layers"][-1] == {"key": "dem", "file": "rasters/dem.tif"}
    assert "gone" not in [layer["key"] for layer in described["layers"]]
    assert (area / "rasters" / "dem.tif").read_bytes() == b"elevation"
