"""The overview of Japan, ``data/japan/``: every municipality as one light coverage, and the climate's grid.

It is no area of its own (it has no ``dataset.toml``): the map to find an area on, the land around one, and the names
and the climate that a build of official data takes.
"""

from __future__ import annotations

import hashlib
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio.errors
import shapely
import tomli_w
from numpy.typing import NDArray

from geo.climate import climate_grid
from geo.dataset import DATA_DIR, STORAGE_CRS
from geo.errors import CrsError, DatasetError, MeguriError
from geo.writing import replace_files, write_text

JAPAN = "japan"
# Cylindrical and equal-area, true at 36° N: areas are geodesic ones, distances good to a tenth over the main islands.
EQUAL_AREA = "+proj=cea +lat_ts=36 +lon_0=138 +ellps=GRS80 +units=m"
# The source's corners are rounded to about 10 m, which leaves hairlines between neighbours.
GAP_WIDTH_M = 100.0
# On the map of the whole country a pixel is more than a kilometre.
OVERVIEW_TOLERANCE_M = 1200.0
# 1e-6 degrees is 10 cm.
_DECIMALS = 6
COLUMNS = ("code", "name_ja", "name_kana", "name_en", "prefecture_code", "prefecture_ja")
CLIMATE_COLUMNS = ("latitude", "longitude", "precipitation_mm", "temperature_c")
_TABLES = ("municipalities", "outlines", "climate")
_DESCRIPTION = "overview.toml"


@dataclass(frozen=True)
class Overview:
    """The overview's tables, each read when first used.

    Attributes
    ----------
    folder
        Absolute path of ``data/japan``.
    meta
        Parsed ``overview.toml``: ``sources`` (one table a source, fields as of a dataset's layers), ``tables`` (sha256
        by name) and ``coverage`` (how far areas moved).
    """

    folder: Path
    meta: dict[str, Any] = field(repr=False)

    @cached_property
    def municipalities(self) -> gpd.GeoDataFrame:
        """All municipalities (EPSG:6668, a valid coverage), ordered by code: ``COLUMNS`` and geometry."""
        return self._outlines("municipalities")

    @cached_property
    def outlines(self) -> gpd.GeoDataFrame:
        """The same, thinned for a map of the whole country (``OVERVIEW_TOLERANCE_M``); not for measuring."""
        return self._outlines("outlines")

    @cached_property
    def climate(self) -> pd.DataFrame:
        """Grid points of the climate, north row first: ``CLIMATE_COLUMNS`` (degrees, mm a year, °C)."""
        table = pd.read_parquet(pa.BufferReader(self._content("climate")))
        self._refuse_lacking("climate", [name for name in CLIMATE_COLUMNS if name not in table])
        return table

    def at(self, latitude: float, longitude: float) -> pd.Series | None:
        """Return the municipality at a point (degrees), by the thinned outlines; None at sea."""
        point = shapely.Point(longitude, latitude)
        found = sorted(self.outlines.sindex.query(point, predicate="intersects"))
        return self.outlines.iloc[int(found[0])] if found else None

    def _outlines(self, name: str) -> gpd.GeoDataFrame:
        try:
            table = gpd.read_parquet(pa.BufferReader(self._content(name)))
        except (OSError, ValueError, KeyError, pa.ArrowException) as error:
            raise self._damaged(f"{name}.parquet", type(error).__name__) from error
        if table.crs is None or not table.crs.equals(STORAGE_CRS):
            found = "none" if table.crs is None else table.crs.to_string()
            message = f"{name}.parquet of '{JAPAN}': CRS is {found}, expected {STORAGE_CRS}; rebuild the overview"
            raise CrsError(message, file=f"{name}.parquet", found=found, expected=STORAGE_CRS)
        self._refuse_lacking(name, [column for column in COLUMNS if column not in table])
        return table

    def _content(self, name: str) -> bytes:
        path = self.folder / f"{name}.parquet"
        try:
            content = path.read_bytes()
        except OSError as error:
            raise self._damaged(path.name, type(error).__name__) from error
        if hashlib.sha256(content).hexdigest() != self.meta["tables"].get(name):
            raise self._damaged(path.name, "not the file that overview.toml describes")
        return content

    def _refuse_lacking(self, name: str, lacking: list[str]) -> None:
        if lacking:
            raise self._damaged(f"{name}.parquet", f"column '{lacking[0]}' is missing")

    def _damaged(self, file: str, detail: str) -> DatasetError:
        message = f"{file} of '{JAPAN}' cannot be used ({detail}): rebuild with 'python -m geo build {JAPAN}'"
        return DatasetError(message, key="dataset_damaged", area=JAPAN, file=file)


def open_overview(data_dir: Path = DATA_DIR) -> Overview:
    """Open ``data_dir/japan`` and check its description.

    Raises
    ------
    DatasetError
        There is none, or ``overview.toml`` cannot be used.
    """
    folder = data_dir / JAPAN
    try:
        meta = tomllib.loads((folder / _DESCRIPTION).read_text(encoding="utf-8"))
        if not isinstance(meta["tables"], dict) or not all(
            isinstance(row["attribution"], str) for row in meta["sources"]
        ):
            raise TypeError("sources: expected tables with an attribution")
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{_DESCRIPTION} of '{JAPAN}' cannot be used ({error!r}): build it with 'python -m geo build {JAPAN}'"
        raise DatasetError(message, key="dataset_damaged", area=JAPAN, file=_DESCRIPTION) from error
    return Overview(folder=folder, meta=meta)


def build_japan(*, data_dir: Path = DATA_DIR, say: Callable[[str], None] = print) -> None:
    """Build ``data_dir/japan`` from what its ``inputs/japan.toml`` names; ``say`` is told each stage.

    Raises
    ------
    DatasetError
        An input is missing or not usable; the existing files are left as they were then.
    """
    folder = data_dir / JAPAN
    config = _read_config(folder)
    files = {row["key"]: folder / row["file"] for row in config["sources"]}
    say("reading municipalities")
    raw = _read_municipalities(files["municipalities"])
    say("cleaning the coverage")
    towns, moved = _coverage(raw)
    thin = _stored(towns, shapely.coverage_simplify(_plane(towns), OVERVIEW_TOLERANCE_M))
    say("reading the climate")
    climate = climate_grid(files["climate"])
    say("writing")
    meta = {
        "title_ja": config["title_ja"],
        "title_en": config["title_en"],
        "coverage": moved,
        "sources": [row | {"sha256": _sha256(files[row["key"]])} for row in config["sources"]],
    }
    with tempfile.TemporaryDirectory(prefix=".build-", dir=folder) as name:
        made = Path(name)
        for key, table in (("municipalities", towns), ("outlines", thin)):
            table.to_parquet(made / f"{key}.parquet", index=False, compression="zstd", write_covering_bbox=False)
        climate.to_parquet(made / "climate.parquet", index=False, compression="zstd")
        meta["tables"] = {key: _sha256(made / f"{key}.parquet") for key in _TABLES}
        write_text(made / _DESCRIPTION, tomli_w.dumps(meta, multiline_strings=False))
        replace_files(made, folder, [*(f"{key}.parquet" for key in _TABLES), _DESCRIPTION])
    say(f"done: {len(towns)} municipalities in {folder.name}")


def _read_config(folder: Path) -> dict[str, Any]:
    path = folder / "inputs" / "japan.toml"
    try:
        config = tomllib.loads(path.read_text(encoding="utf-8"))
        for name in ("title_ja", "title_en"):
            _ = config[name]
        lacking = {"municipalities", "climate"} - {row["key"] for row in config["sources"]}
        if lacking:
            raise KeyError(*sorted(lacking))
        for row in config["sources"]:
            (folder / row["file"]).open("rb").close()
    except (OSError, ValueError, KeyError) as error:
        raise _unusable(path.name, error) from error
    return config


def _unusable(file: str, error: Exception) -> DatasetError:
    detail = " ".join(str(error).split())
    message = f"{file} is missing or cannot be used ({type(error).__name__}: {detail}): mend the file"
    return DatasetError(message, key="build_input", file=file, detail=detail)


def _read_municipalities(path: Path) -> gpd.GeoDataFrame:
    """Read the municipalities as published, ordered by code, in EPSG:6668."""
    try:
        table = gpd.read_file(path)
        if table.crs is None:
            raise ValueError("no CRS")
        table = table.to_crs(STORAGE_CRS)
        codes = table["code"].astype(str)
        wrong = codes[~codes.str.fullmatch(r"(0[1-9]|[1-3]\d|4[0-7])\d{3}") | codes.duplicated()]
        if len(wrong):
            raise ValueError(f"code '{wrong.iloc[0]}' is no five-digit code or stands twice")
        table = table.assign(code=codes, prefecture_code=codes.str[:2]).sort_values("code").reset_index(drop=True)
        return table[[*COLUMNS, "geometry"]]
    except MeguriError:
        raise
    except (OSError, ValueError, KeyError, pyogrio.errors.DataSourceError) as error:
        raise _unusable(path.name, error) from error


def _coverage(raw: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, dict[str, Any]]:
    """Return the municipalities as a valid coverage, as stored, and how far their areas moved.

    A part of an outline that lies under a neighbour goes to one of the two; an island is never dropped.
    """
    before = _plane(raw)
    cleaned = shapely.coverage_clean(before, gap_width=GAP_WIDTH_M)
    towns = _stored(raw, cleaned)
    after = _plane(towns)
    stored = np.asarray(towns.geometry.array)
    if not (shapely.coverage_is_valid(stored) and shapely.is_valid(stored).all()):
        message = "municipalities: the cleaned outlines are no valid coverage; mend the input's outlines"
        raise DatasetError(message, key="build_input", file="municipalities", detail="no valid coverage")
    areas = shapely.area(before)
    change = shapely.area(after) / areas - 1
    furthest = int(np.abs(change).argmax())
    return towns, {
        "municipalities": len(towns),
        "vertices": int(shapely.get_num_coordinates(stored).sum()),
        "gap_width_m": GAP_WIDTH_M,
        "overview_tolerance_m": OVERVIEW_TOLERANCE_M,
        # Six figures: what comes after them is the platform's rounding.
        "area_km2": _figures(shapely.area(after).sum() / 1e6),
        "mean_change": _figures(np.abs(change).mean()),
        "largest_change": _figures(np.abs(change).max()),
        "largest_at": str(towns["code"].iloc[furthest]),
        "over_1_permille": int((np.abs(change) > 1e-3).sum()),
    }


def _figures(value: float) -> float:
    return float(f"{value:.6g}")


def _plane(table: gpd.GeoDataFrame) -> NDArray[np.object_]:
    return np.array(table.geometry.to_crs(EQUAL_AREA).array, dtype=object)


def _stored(table: gpd.GeoDataFrame, plane: NDArray[np.object_]) -> gpd.GeoDataFrame:
    """Return the table with outlines of ``EQUAL_AREA`` put back into degrees, rounded; a shared corner stays shared."""
    degrees = np.array(gpd.GeoSeries(plane, crs=EQUAL_AREA).to_crs(STORAGE_CRS).array, dtype=object)
    rounded = shapely.transform(degrees, lambda corners: np.round(corners, _DECIMALS))
    return gpd.GeoDataFrame(table.drop(columns="geometry"), geometry=rounded, crs=STORAGE_CRS)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
