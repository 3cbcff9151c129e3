"""Atomic writes: the old file stays until the new one is whole."""

from pathlib import Path

import pytest

from geo.writing import write_atomically, write_text


def test_a_failed_write_leaves_the_old_file_and_no_rest(tmp_path: Path) -> None:
    target = tmp_path / "table.txt"
    write_text(target, "old")

    def break_off(path: Path) -> None:
        path.write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_atomically(target, break_off)
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["table.txt"]
