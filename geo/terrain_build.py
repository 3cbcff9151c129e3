"""Adding elevation to a dataset: ``rasters/dem.tif`` and its entry in ``dataset.toml``; opening it again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import tomli_w

from geo.dataset import Dataset, open_dataset
from geo.errors import DatasetError
from geo.sources.archive import open_source
from geo.sources.dem import Dem, read_dem
from geo.sources.dem_tiles import read_tiles
from geo.sources.reading import Provenance
from geo.terrain import Terrain, flow_terrain
from geo.terrain_raster import DEM_FILE, DEM_KEY, MOST_CELLS, read_dem_raster, write_dem_raster
from geo.terrain_sea import with_sea
from geo.writing import write_atomically, write_text


def write_dem(
    dataset_folder: Path,
    paths: Sequence[Path],
    *,
    zoom: int | None = None,
    say: Callable[[str], object] = lambda _: None,
) -> Dem:
    """Read elevation files and add them to an area: the raster first, then the row of ``dataset.toml``.

    Parameters
    ----------
    dataset_folder
        Folder of a built area.
    paths
        Files of the elevation model (XML, zip, folder), or elevation tiles (folders or zips of z/x/y.png).
    zoom
        Which zoom level of tiles to take, where there are several.
    say
        Told each file's name as its turn comes.

    Raises
    ------
    DatasetError
        The area has no ``dataset.toml`` that can be read, or the elevations lie beside the area.
    SourceError
        As :func:`geo.sources.dem.read_dem` and :func:`geo.sources.dem_tiles.read_tiles`.

    Notes
    -----
    Elevation added before is replaced. Where the writing is cut off between the two files, the raster is not the one
    described: the dataset refuses it until the elevation is added again.
    """
    dataset = open_dataset(dataset_folder.name, data_dir=dataset_folder.parent)
    dem = read_tiles(paths, zoom=zoom) if _are_tiles(paths) else read_dem(paths, say=say)
    _check_covers(dem, dataset)
    dem = with_sea(dem, dataset)
    path = dataset_folder / DEM_FILE
    write_atomically(path, lambda temporary: write_dem_raster(temporary, dem))
    rows = [row for row in dataset.meta["layers"] if row["key"] != DEM_KEY]
    described = {**dataset.meta, "layers": [*rows, _layer(dem, hashlib.sha256(path.read_bytes()).hexdigest())]}
    write_text(dataset_folder / "dataset.toml", tomli_w.dumps(described, multiline_strings=False))
    return dem


def has_dem(dataset: Dataset) -> bool:
    """Whether ``dataset.toml`` lists elevation and the file is there."""
    return any(info.key == DEM_KEY for info in dataset.layers) and (dataset.folder / DEM_FILE).is_file()


def open_terrain(
    dataset: Dataset, *, most_cells: int = MOST_CELLS, say: Callable[[str], object] = lambda _: None
) -> Terrain:
    """Read a dataset's elevation and compute its flow.

    Parameters
    ----------
    most_cells
        A larger raster is thinned (the lowest elevation of a block); ``Terrain.resolution_m`` says how far.
    say
        Told each stage as it begins: 'reading', 'filling', 'directing', 'accumulating'.

    Raises
    ------
    DatasetError
        The dataset has no elevation, or not the file that ``dataset.toml`` describes.
    """
    path = dataset.raster_path(DEM_KEY)
    say("reading")
    return flow_terrain(read_dem_raster(path, most_cells=most_cells), say=say)


def _check_covers(dem: Dem, dataset: Dataset) -> None:
    west, south, east, north = dem.bounds
    left, bottom, right, top = dataset.municipalities.total_bounds
    if west >= right or east <= left or south >= top or north <= bottom:
        found = f"{south:.3f}–{north:.3f} N, {west:.3f}–{east:.3f} E"
        expected = f"{bottom:.3f}–{top:.3f} N, {left:.3f}–{right:.3f} E"
        message = f"the elevations ({found}) lie beside '{dataset.area}' ({expected}): choose the sheets of the area"
        raise DatasetError(message, key="terrain_beside", area=dataset.area, found=found, expected=expected)


def _are_tiles(paths: Sequence[Path]) -> bool:
    """Whether the files hold pictures and no XML."""
    for path in paths:
        with open_source(path) as source:
            if source.find("*.png") and not source.find("*.xml"):
                return True
    return False


def _layer(dem: Dem, digest: str) -> dict[str, Any]:
    """Describe the raster as ``dataset.toml`` does its layers."""
    told = dem.provenance
    if not isinstance(told, Provenance):
        message = "a grid without provenance cannot be added to a dataset"
        raise TypeError(message)
    names = ", ".join(name for name, _ in dem.files[:3]) + (" …" if len(dem.files) > 3 else "")
    counted = ", ".join(f"{key} {number}" for key, number in dem.counts.items() if number)
    return {
        "key": DEM_KEY,
        "title_ja": told.title_ja,
        "title_en": told.title_en,
        "file": DEM_FILE,
        "source": told.source,
        "year": told.year,
        "resolution": told.resolution,
        "licence": told.licence,
        "attribution": told.attribution,
        "processing_ja": f"{told.processing_ja}（{names or 'フォルダ'}：{counted}）",
        "processing_en": f"{told.processing_en} ({names or 'folder'}: {counted})",
        "caveats_ja": list(told.caveats_ja),
        "caveats_en": list(told.caveats_en),
        "columns": [],
        "sha256": digest,
    }
