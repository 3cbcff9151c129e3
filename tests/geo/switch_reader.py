"""Reads an area over and over until its data folder holds ``stop``: prints how often, and every state it saw."""

import hashlib
import json
import sys
import tomllib
from pathlib import Path

from geo.errors import DatasetError
from geo.switch import with_retry


def whole_state(folder):
    """As a dataset is read: the description first, then every table, which must be the one described."""
    described = tomllib.loads((folder / "dataset.toml").read_text(encoding="utf-8"))
    for name, digest in described["tables"].items():
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
            raise DatasetError(f"{name} is not the file that dataset.toml describes")
    return described["state"]


def main():
    data_dir = Path(sys.argv[1])
    states, mixed = [], 0

    def read():
        nonlocal mixed
        try:
            return whole_state(data_dir / "small")
        except (DatasetError, OSError):
            mixed += 1
            raise

    (data_dir / "ready").touch()
    while not (data_dir / "stop").exists():
        states.append(with_retry(read, "small", data_dir))
    print(
        json.dumps(
            {"reads": len(states), "states": len(set(states)), "met": mixed, "ordered": states == sorted(states)}
        )
    )


if __name__ == "__main__":
    main()
