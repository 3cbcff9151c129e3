"""Dataset: one area's data folder, opened, checked and described."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pyarrow as pa

from geo.errors import CrsError, DatasetError
from geo.layer_info import LayerInfo, MissingProduct, layer_info
from geo.prefectures import prefecture_names
from geo.switch import recover_all, with_retry

if TYPE_CHECKING:
    from geo.user_layers.model import UserLayer

DATA_DIR = Path(__file__).resolve().parent.parent / "data"
STORAGE_CRS = "EPSG:6668"
LOWLAND = "lowland"
LADDER = ("community", "municipality", "basin", "prefecture")
# What the communities are where an area has no outlines of its own for them.
MESH_COMMUNITIES = {"ja": "約2 km四方・コミュニティの目安", "en": "about 2 km square, a stand-in for communities"}
# The tables and the columns that each cannot do without; a table's other columns are told by ``dataset.toml``.
TABLES: dict[str, tuple[str, ...]] = {
    "cells": ("mesh_code",),
    "municipalities": ("code", "name_ja", "name_kana", "name_en", "prefecture_code"),
    "basins": ("code", "river_system_code", "river_system_name", "river_system_name_en", "rivers", "is_cut"),
    "communities": ("code", "name_ja", "name_en", "municipality_code"),
    "fragments": (
        "mesh_code",
        "municipality_code",
        "basin_code",
        "river_system_code",
        "community_code",
        "prefecture_code",
        "in_area",
        "area_km2",
        "population",
    ),
}
_META = ("name_ja", "name_en", "plane_crs", "prefecture_code", "prefecture_name_ja", "prefecture_name_en")
AREA_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True)
class Dataset:
    """One area: its tables (EPSG:6668, cached once read), its rasters and its description.

    Attributes
    ----------
    area
        Folder name, also the key in addresses and on the command line.
    folder
        Absolute path of the area's folder.
    meta
        Parsed ``dataset.toml``.
    layers
        The source layers in the order of ``dataset.toml``.
    """

    area: str
    folder: Path
    meta: dict[str, Any] = field(repr=False)
    layers: tuple[LayerInfo, ...] = field(repr=False)

    @property
    def name_ja(self) -> str:
        """Japanese name of the area."""
        return str(self.meta["name_ja"])

    @property
    def name_en(self) -> str:
        """English name of the area."""
        return str(self.meta["name_en"])

    @property
    def plane_crs(self) -> str:
        """The projected CRS in which the area's lengths and shares are computed."""
        return str(self.meta["plane_crs"])

    @property
    def prefecture_code(self) -> str:
        """Two-digit JIS X 0401 code of the prefecture; of several, the first."""
        return str(self.meta["prefecture_code"])

    @property
    def prefecture_codes(self) -> tuple[str, ...]:
        """Codes of all prefectures of the area."""
        return tuple(map(str, self.meta.get("prefecture_codes", [self.prefecture_code])))

    @property
    def ladder(self) -> tuple[str, ...]:
        """The rungs that the area has data for, smallest first."""
        return tuple(self.meta.get("ladder", LADDER))

    def community_kind(self, lang: str) -> str:
        """What the communities are in 'ja' or 'en'; '' where they are squares of the 2 km mesh."""
        told = self.meta.get("community_kind", MESH_COMMUNITIES)
        return "" if told == MESH_COMMUNITIES else str(told[lang])

    @property
    def missing(self) -> tuple[MissingProduct, ...]:
        """What was not there when the dataset was built."""
        return tuple(MissingProduct(**row) for row in self.meta.get("missing", ()))

    def layer(self, key: str) -> LayerInfo:
        """Return the layer with this key; raises DatasetError where the dataset has none."""
        for info in self.layers:
            if info.key == key:
                return info
        message = f"dataset '{self.area}' has no layer '{key}'; it has {', '.join(x.key for x in self.layers)}"
        raise DatasetError(message, key="dataset_layer", area=self.area, layer=key)

    @cached_property
    def cells(self) -> gpd.GeoDataFrame:
        """Third-mesh cells (about 1 km): one row a cell, extensive columns are the part inside the area."""
        return self._table("cells")

    @cached_property
    def municipalities(self) -> gpd.GeoDataFrame:
        """Municipalities of the area."""
        return self._table("municipalities")

    @cached_property
    def basins(self) -> gpd.GeoDataFrame:
        """Unit basins and one row ``lowland`` (land outside any catchment)."""
        return self._table("basins")

    @cached_property
    def communities(self) -> gpd.GeoDataFrame:
        """Communities of the area: 2 km integrated mesh cut by municipality."""
        return self._table("communities")

    @cached_property
    def fragments(self) -> gpd.GeoDataFrame:
        """Fragments (cell ∩ municipality ∩ unit basin) of the area and its halo: every amount is their sum."""
        return self._table("fragments")

    @cached_property
    def river_systems(self) -> gpd.GeoDataFrame:
        """River systems: unit basins dissolved by ``river_system_code`` (lowland included), indexed by it."""
        basins = self.basins
        columns = ["river_system_code", "river_system_name", "river_system_name_en", "is_cut", "geometry"]
        aggregations = {"river_system_name": "first", "river_system_name_en": "first", "is_cut": "max"}
        return basins[columns].dissolve("river_system_code", aggfunc=aggregations)

    @cached_property
    def prefecture(self) -> gpd.GeoDataFrame:
        """The prefectures' outlines, a row each: ``code``, ``name_ja``, ``name_en``."""
        outline = self.municipalities[["prefecture_code", "geometry"]].dissolve("prefecture_code").reset_index()
        outline = outline.rename(columns={"prefecture_code": "code"})
        own = {self.prefecture_code: (self.meta["prefecture_name_ja"], self.meta["prefecture_name_en"])}
        names = [own.get(code) or prefecture_names(code) for code in outline["code"]]
        return outline.assign(name_ja=[ja for ja, _ in names], name_en=[en for _, en in names])

    @property
    def user_layers(self) -> tuple[UserLayer, ...]:
        """Layers that users brought into the area, as they are now; raises UploadError where their list is damaged."""
        # Imported only here: users' layers are built on datasets.
        from geo.user_layers.store import list_user_layers  # noqa: PLC0415

        return list_user_layers(self.area, self.folder.parent)

    def raster_path(self, key: str) -> Path:
        """Path of the raster ``key``.

        Raises
        ------
        DatasetError
            The dataset has none, or its file is not the one that was described.
        """
        path = self.folder / "rasters" / f"{key}.tif"
        # A file that no layer describes is left over from another catalogue.
        described = {info.file: info.sha256 for info in self.layers}.get(f"rasters/{key}.tif")
        if described is None or not path.is_file():
            message = f"dataset '{self.area}' has no raster '{key}'"
            raise DatasetError(message, key="dataset_raster", area=self.area, raster=key)
        status = path.stat()
        if _file_sha256(path, status.st_mtime_ns, status.st_size) != described:
            raise self._damaged(path.name, "it is not the file that dataset.toml describes (another sha256)")
        return path

    def read_all(self) -> Dataset:
        """Read every table that is there now, so that all are of one build; return the dataset itself."""
        for name in TABLES:
            # One that is not there is told by whoever needs it.
            if (self.folder / f"{name}.parquet").is_file():
                getattr(self, name)
        # Of the same build too: the file may be exchanged later, what was read stays.
        self.content_hash()
        return self

    def content_hash(self) -> str:
        """Hex digest of the build that was opened; a table, raster or description that changed makes another one."""
        return self._description_digest

    @cached_property
    def _description_digest(self) -> str:
        return hashlib.sha256((self.folder / "dataset.toml").read_bytes()).hexdigest()

    def info(self) -> dict[str, Any]:
        """Counts, totals (inside the area; NaN where unknown) and layers, as ``python -m geo info`` prints them."""
        fragments = self.fragments[self.fragments["in_area"]]
        systems = set(fragments["river_system_code"]) - {LOWLAND, ""}
        units = set(fragments["basin_code"]) - {LOWLAND, ""}
        counts = {
            "cells": int(fragments["mesh_code"].nunique()),
            "communities": len(self.communities),
            "municipalities": len(self.municipalities),
            "basins": len(units),
            "river_systems": len(systems),
            "fragments": len(fragments),
        }
        # An amount that is known nowhere is unknown, not nothing.
        sums = fragments[self.meta["columns"]["extensive"]].sum(min_count=1)
        totals = {str(name): float(total) for name, total in sums.items()}
        listed = (
            "key",
            "title_ja",
            "title_en",
            "source",
            "year",
            "licence",
            "attribution",
            "resolution",
            "sha256",
        )
        return {
            "area": self.area,
            "name_ja": self.name_ja,
            "name_en": self.name_en,
            "counts": counts,
            "totals": totals,
            "layers": [{name: getattr(info, name) for name in listed} for info in self.layers],
        }

    def _table(self, name: str) -> gpd.GeoDataFrame:
        path = self.folder / f"{name}.parquet"
        if not path.is_file():
            message = (
                f"{path.name} is missing from dataset '{self.area}': build it with 'python -m geo build {self.area}'"
            )
            raise DatasetError(message, key="dataset_table", area=self.area, file=path.name)
        try:
            content = path.read_bytes()
            table = gpd.read_parquet(pa.BufferReader(content))
        except (OSError, ValueError, KeyError, pa.ArrowException) as error:
            message = (
                f"{path.name} of '{self.area}' cannot be read as GeoParquet ({type(error).__name__}): "
                f"rebuild with 'python -m geo build {self.area}'"
            )
            raise DatasetError(message, key="dataset_damaged", area=self.area, file=path.name) from error
        if table.crs is None or not table.crs.equals(STORAGE_CRS):
            found = "none" if table.crs is None else table.crs.to_string()
            message = f"{path.name} of '{self.area}': CRS is {found}, expected {STORAGE_CRS}; rebuild the dataset"
            raise CrsError(message, file=path.name, found=found, expected=STORAGE_CRS)
        self._check(name, table, content)
        return table

    def _check(self, name: str, table: gpd.GeoDataFrame, content: bytes) -> None:
        """Refuse a table that lacks a column, names a unit twice, or is not the one that was described."""
        amounts = self.meta["columns"]["extensive"] if name in ("cells", "fragments") else ()
        missing = [column for column in (*TABLES[name], *amounts) if column not in table]
        problem = f"column '{missing[0]}' is missing" if missing else ""
        if not problem and "code" in TABLES[name] and table["code"].duplicated().any():
            problem = f"code '{table['code'][table['code'].duplicated()].iloc[0]}' stands twice"
        described = self.meta.get("tables", {}).get(name)
        if not problem and described is not None and hashlib.sha256(content).hexdigest() != described:
            # A build that was cut off between two files, or a file from elsewhere.
            problem = "it is not the file that dataset.toml describes (another sha256)"
        if problem:
            raise self._damaged(f"{name}.parquet", problem)

    def _damaged(self, file: str, problem: str) -> DatasetError:
        message = f"{file} of '{self.area}': {problem}; rebuild with 'python -m geo build {self.area}'"
        return DatasetError(message, key="dataset_damaged", area=self.area, file=file)


@lru_cache(maxsize=32)
def _file_sha256(path: Path, changed_ns: int, size: int) -> str:
    """Digest of a file, reckoned anew when its time or size changes."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def list_areas(data_dir: Path = DATA_DIR) -> list[str]:
    """Return the areas that ``data_dir`` holds, sorted by name; a switch that was cut off is brought to its end."""
    recover_all(data_dir)
    return sorted(path.parent.name for path in data_dir.glob("*/dataset.toml") if AREA_NAME.fullmatch(path.parent.name))


def open_whole(area: str, *, data_dir: Path = DATA_DIR) -> Dataset:
    """Open an area and read all its tables, once more where a build exchanged them meanwhile; errors of both."""
    return with_retry(lambda: open_dataset(area, data_dir=data_dir).read_all(), area, data_dir)


def open_dataset(area: str, *, data_dir: Path = DATA_DIR) -> Dataset:
    """Open an area's folder and check its description; tables are read when first used.

    Raises
    ------
    DatasetError
        The area is unknown, or its ``dataset.toml`` cannot be read or lacks a field.
    """
    known = list_areas(data_dir)
    if not AREA_NAME.fullmatch(area) or area not in known:
        message = f"unknown area '{area}': available are {', '.join(known) or 'none'}"
        raise DatasetError(message, key="dataset_area", area=area, known=", ".join(known))
    folder = data_dir / area
    try:
        meta = tomllib.loads((folder / "dataset.toml").read_text(encoding="utf-8"))
        layers = tuple(layer_info(row) for row in meta["layers"])
        for name in _META:
            _ = meta[name]
        if not all(isinstance(name, str) for kind in ("extensive", "intensive") for name in meta["columns"][kind]):
            raise TypeError("columns: expected lists of names")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = f"dataset.toml of '{area}' cannot be used ({error!r}): rebuild with 'python -m geo build {area}'"
        raise DatasetError(message, key="dataset_toml", area=area, detail=str(error)) from error
    return Dataset(area=area, folder=folder, meta=meta, layers=layers)
