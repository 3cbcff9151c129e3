"""Atomic writes: the old file stays until the new one is whole."""

from pathlib import Path

import pytest

from geo.writing import replace_files, write_atomically, write_text


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


def test_files_are_put_into_place_only_when_all_are_there(tmp_path: Path) -> None:
    made, folder = tmp_path / "made", tmp_path / "folder"
    write_text(folder / "a", "old")
    write_text(made / "a", "new")
    with pytest.raises(FileNotFoundError):
        replace_files(made, folder, ["a", "sub/b"])
    assert (folder / "a").read_text() == "old"
    write_text(made / "sub" / "b", "new")
    replace_files(made, folder, ["a", "sub/b"])
    assert ((folder / "a").read_text(), (folder / "sub" / "b").read_text()) == ("new", "new")
    assert (folder / "a").stat().st_mode & 0o777 == 0o644
