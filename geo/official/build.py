"""The build of an area from official products: frame, tiles, tables, checks, and the exchange for the old dataset."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import tomli_w

from geo.carried import DEM_FILE, carried_layers
from geo.dataset import AREA_NAME
from geo.official.checks import amounts_of, check_build
from geo.official.describe import describe
from geo.official.details import add_details, check_outlines
from geo.official.frame import Frame, make_frame
from geo.official.inputs import OfficialInputs
from geo.official.progress import Progress
from geo.official.reduce import reduce_tiles
from geo.official.tile import is_done, run_tile
from geo.official.tiles import BuildError, map_tiles
from geo.official.water import Water
from geo.potential import potential_amounts, write_potentials
from geo.resources import load_catalogue_of
from geo.switch import recover, switch
from geo.terms import Catalogue
from geo.writing import write_text

# What a rebuild leaves to an area: its inputs, layers and measured values that an office put there, elevation.
_CARRIED = ("inputs", "layers*", "actuals.csv", DEM_FILE)


def build_official(
    area: str,
    inputs: OfficialInputs,
    prefectures: Sequence[str],
    *,
    data_dir: Path,
    workers: int | None = None,
    scheduler: str = "",
    progress: Progress | None = None,
) -> None:
    """Build ``data_dir/<area>``; the same inputs give the same bytes, whatever the workers and the interruptions.

    Parameters
    ----------
    area
        Name of the folder.
    inputs
        The products as read.
    prefectures
        Two-digit codes of the area.
    workers, scheduler
        As ``map_tiles``.

    Raises
    ------
    BuildError
        A prefecture that N03 or the communities' outlines lack, another build of the area under way, a check that
        fails, a tile that cannot be done. The old dataset stays; tiles that are done are kept in ``.build-<area>`` and
        used by the next attempt.
    """
    told = Progress() if progress is None else progress
    _check_area(area, inputs, prefectures)
    check_outlines(inputs, prefectures)
    catalogue = load_catalogue_of(data_dir)
    work = data_dir / f".build-{area}"
    work.mkdir(parents=True, exist_ok=True)
    with _alone(work, area):
        recover(data_dir, area)
        told.say("preparing outlines and mesh")
        frame, water = make_frame(inputs, prefectures, work / "frame")
        _make_tiles(frame, work / "tiles", workers, scheduler, told)
        told.say("putting tables together")
        made = work / "result"
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir()
        reduced = reduce_tiles(frame, work / "tiles", inputs, water, made)
        inputs, cells = add_details(made, reduced.cells, inputs, told.say)
        told.say("checking sums")
        home = inputs.municipalities[inputs.municipalities["prefecture_code"].isin(list(prefectures))]
        checks = check_build(made, home, reduced.totals)
        _write_description(area, data_dir, made, frame, inputs, water, checks, catalogue, cells)
        switch(made, data_dir / area, _CARRIED)
        told.say(f"done: {area}")
    shutil.rmtree(work, ignore_errors=True)


def _check_area(area: str, inputs: OfficialInputs, prefectures: Sequence[str]) -> None:
    if not AREA_NAME.fullmatch(area) or area == "japan":
        message = f"area '{area}': a name is lower-case letters, digits, '-' and '_', and not 'japan'"
        raise BuildError(message, key="build_area_name", area=area)
    there = set(inputs.municipalities["prefecture_code"])
    lacking = sorted(set(prefectures) - there)
    if lacking or not prefectures:
        message = (
            f"the administrative areas (N03) have no municipality of prefecture {', '.join(lacking)}; "
            f"they have {', '.join(sorted(there))}: download N03 of it, too"
        )
        raise BuildError(message, key="build_prefecture", lacking=", ".join(lacking), there=", ".join(sorted(there)))


@contextmanager
def _alone(work: Path, area: str) -> Iterator[None]:
    """Hold the work folder; two builds of one area would remove each other's files."""
    with (work / "lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            message = f"another build of '{area}' is under way: wait for it, or end it first"
            raise BuildError(message, key="build_busy", area=area) from error
        yield


def _make_tiles(frame: Frame, folder: Path, workers: int | None, scheduler: str, told: Progress) -> None:
    """Do the tiles that are not there yet; those of other inputs go."""
    folder.mkdir(exist_ok=True)
    kept = {tile for tile in frame.tiles if is_done(tile, frame=frame, folder=folder)}
    wanted = {f"{tile}{end}.parquet" for tile in kept for end in ("", "-pieces")}
    for path in folder.iterdir():
        if path.name not in wanted:
            path.unlink()
    waiting = [tile for tile in frame.tiles if tile not in kept]
    finished = set(kept)
    told.start("tiles", len(frame.tiles), len(kept))

    def count(tile: str) -> None:
        finished.add(tile)
        told.step(len(finished))

    function = partial(run_tile, frame=frame, folder=folder)
    map_tiles(function, waiting, workers=workers, scheduler=scheduler, done=count)


def _write_description(
    area: str,
    data_dir: Path,
    made: Path,
    frame: Frame,
    inputs: OfficialInputs,
    water: Water | None,
    checks: Mapping[str, Any],
    catalogue: Catalogue,
    cells: gpd.GeoDataFrame,
) -> None:
    terms = _terms_of_land(inputs)
    known = {
        key: potential
        for key, potential in catalogue.potentials.items()
        if np.isfinite(potential_amounts(cells, potential, catalogue)).any()
    }
    rasters = write_potentials(cells, replace(catalogue, potentials=known), made / "rasters")
    rows = [row | terms for row in rasters] + carried_layers(data_dir / area)
    digests = {path.stem: _sha256(path) for path in sorted(made.glob("*.parquet"))}
    described = describe(area, frame, inputs, water, checks, rows, digests, amounts_of(made))
    write_text(made / "dataset.toml", tomli_w.dumps(described, multiline_strings=False))
    for path in made.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _terms_of_land(inputs: OfficialInputs) -> dict[str, str]:
    """Licence and credit of what is reckoned from land use: those of the layer that it stands on."""
    used = [row for row in inputs.layers if row["key"] == "landuse"]
    return {name: " ／ ".join(str(row[name]) for row in used) for name in ("licence", "attribution")}


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
