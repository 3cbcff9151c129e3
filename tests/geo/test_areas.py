"""The list of areas: whole ones by name, broken ones with the reason, none that stops the others."""

from pathlib import Path

import pandas as pd
import pytest

from geo.areas import AreaEntry, fingerprint, survey
from geo.dataset import TABLES
from tests.layers.bare_area import write_bare_area


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """Two whole areas, 'a' and 'b'."""
    write_bare_area(tmp_path, "a")
    write_bare_area(tmp_path, "b")
    return tmp_path


def entry_of(data_dir: Path, area: str) -> AreaEntry:
    return next(entry for entry in survey(data_dir) if entry.area == area)


def test_whole_areas_are_listed_by_name(data_dir: Path) -> None:
    found = survey(data_dir)
    assert [entry.area for entry in found] == ["a", "b"]
    assert all(entry.problem is None for entry in found)
    assert (found[0].name("ja"), found[0].name("en")) == ("神奈川と静岡", "Kanagawa and Shizuoka")
    assert found[0].prefecture_codes == ("14", "22")


@pytest.mark.parametrize("table", TABLES)
def test_a_table_that_is_missing_is_named_and_the_other_area_opens(data_dir: Path, table: str) -> None:
    (data_dir / "a" / f"{table}.parquet").unlink()
    assert f"{table}.parquet" in str(entry_of(data_dir, "a").problem)
    assert entry_of(data_dir, "b").problem is None


def test_a_table_that_is_cut_off_is_named(data_dir: Path) -> None:
    path = data_dir / "a" / "cells.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    problem = entry_of(data_dir, "a").problem
    assert problem is not None
    assert (problem.key, problem.params["file"]) == ("dataset_damaged", "cells.parquet")


def test_a_table_that_lacks_a_column_is_named(data_dir: Path) -> None:
    pd.DataFrame({"nothing": [1]}).to_parquet(data_dir / "a" / "cells.parquet")
    assert "mesh_code" in str(entry_of(data_dir, "a").problem)


@pytest.mark.parametrize("content", ["half = [", "area = 'a'", ""])
def test_a_description_that_cannot_be_read_is_told_under_the_folder_s_name(data_dir: Path, content: str) -> None:
    (data_dir / "a" / "dataset.toml").write_text(content, encoding="utf-8")
    found = entry_of(data_dir, "a")
    assert found.problem is not None
    assert found.problem.key == "dataset_toml"
    assert found.name("ja") == "a"
    assert found.prefecture_codes == ()


def test_a_folder_without_a_description_is_no_area(data_dir: Path) -> None:
    (data_dir / "japan").mkdir()
    assert [entry.area for entry in survey(data_dir)] == ["a", "b"]


def test_no_folder_gives_no_areas(tmp_path: Path) -> None:
    assert survey(tmp_path / "nowhere") == []


def test_the_fingerprint_changes_with_a_file_and_stays_without(data_dir: Path) -> None:
    before = fingerprint(data_dir)
    assert fingerprint(data_dir) == before
    (data_dir / "a" / "cells.parquet").write_bytes(b"PAR1")
    assert fingerprint(data_dir) != before
