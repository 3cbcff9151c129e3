"""An area with its users' layers in it: their communities, partitions and indicators take part in every figure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import shapely

from geo.dataset import Dataset
from geo.errors import MeguriError
from geo.layer_info import LayerInfo
from geo.prepared import PARTITION
from geo.user_layers.apply import Applied, apply_user_layers
from geo.user_layers.model import UserLayer
from geo.user_layers.store import layers_digest, list_user_layers

_COUNTED = ("indicator", "community", "partition")
_KINDS_JA = {"polygons": "面", "lines": "線", "points": "点", "raster": "ラスター", "table": "表"}
_PROCESSING_JA = "持ち込みレイヤの量を、面積（または人口）に応じて区画に分けて使用"
_PROCESSING_EN = "the amounts of an own layer, shared onto the fragments by area (or by people)"


@dataclass(frozen=True)
class OwnDataset(Dataset):
    """A dataset whose fragments and communities hold what users brought.

    Attributes
    ----------
    own
        The layers that take part in figures.
    digest
        Changes whenever users' layers do.
    """

    own: tuple[UserLayer, ...] = ()
    digest: str = ""

    @cached_property
    def applied(self) -> Applied:
        """The tables with the users' layers in them."""
        return apply_user_layers(self, self._table("fragments"), self._table("communities"))

    @cached_property
    def fragments(self) -> gpd.GeoDataFrame:
        """Fragments, cut by the users' polygons, with a column for each of their indicators and partitions."""
        return self.applied.fragments

    @cached_property
    def communities(self) -> gpd.GeoDataFrame:
        """The users' communities, and the default ones where those do not reach."""
        return self.applied.communities

    @cached_property
    def partition_units(self) -> Mapping[str, gpd.GeoDataFrame]:
        """By ``partition_<key>``: ``code``, ``name_ja``, ``name_en``, outlines cut at the area's border (EPSG:6668).

        A unit that lies outside the area has no figures and no row.
        """
        inside = self.prefecture.geometry.union_all()
        cut = {}
        for key, table in self.applied.partitions.items():
            shapes = shapely.intersection(np.asarray(table.geometry), inside)
            known = set(self.fragments.loc[self.fragments["in_area"], f"{PARTITION}{key}"])
            part = table.set_geometry(gpd.GeoSeries(shapes, index=table.index, crs=table.crs))
            cut[f"{PARTITION}{key}"] = part[part["code"].isin(known)].reset_index(drop=True)
        return MappingProxyType(cut)

    def content_hash(self) -> str:
        """Hex digest that changes whenever the area's data or the users' layers do."""
        return self._own_digest

    @cached_property
    def _own_digest(self) -> str:
        return hashlib.sha256(f"{super().content_hash()} {self.digest}".encode()).hexdigest()


def with_own_layers(dataset: Dataset) -> Dataset:
    """Return the dataset with its users' layers in it; itself where none takes part in figures.

    Where the users' layers cannot be read the dataset is as it was built.
    """
    data_dir = dataset.folder.parent
    try:
        own = tuple(layer for layer in list_user_layers(dataset.area, data_dir) if layer.role in _COUNTED)
    except MeguriError:
        return dataset
    if not own:
        return dataset
    infos = tuple(_info(layer) for layer in own if layer.role == "indicator")
    return OwnDataset(
        area=dataset.area,
        folder=dataset.folder,
        meta=dataset.meta,
        layers=(*dataset.layers, *infos),
        own=own,
        digest=layers_digest(dataset.area, data_dir),
    )


def own_of(dataset: Dataset) -> tuple[UserLayer, ...]:
    """Return the users' layers that take part in a dataset's figures."""
    return dataset.own if isinstance(dataset, OwnDataset) else ()


def partition_units(dataset: Dataset) -> Mapping[str, gpd.GeoDataFrame]:
    """Return :attr:`OwnDataset.partition_units`; {} of a dataset without users' layers."""
    return dataset.partition_units if isinstance(dataset, OwnDataset) else {}


def partition_layers(dataset: Dataset) -> dict[str, UserLayer]:
    """Return the layers behind the partitions that can be used, by ``partition_<key>``, in the order of being added."""
    usable = partition_units(dataset)
    named = {f"{PARTITION}{layer.key}": layer for layer in own_of(dataset) if layer.role == "partition"}
    return {name: layer for name, layer in named.items() if name in usable and len(usable[name])}


def rungs_of(dataset: Dataset) -> tuple[tuple[str, str], ...]:
    """Return the partitions that are rungs of the default ladder, as :func:`geo.prepared.prepare` takes them."""
    return tuple((name, layer.rung_after) for name, layer in partition_layers(dataset).items() if layer.rung_after)


def _info(own: UserLayer) -> LayerInfo:
    """Describe an indicator as a source layer, so that the figures it stands in cite it."""
    return LayerInfo(
        key=f"user_{own.key}",
        title_ja=own.title_ja,
        title_en=own.title_en,
        file=own.upload_name,
        source=own.source,
        year=own.year,
        resolution=f"{_KINDS_JA[own.kind]} / {own.kind}",
        licence=own.licence,
        attribution=" / ".join(part for part in (own.source, own.year, own.licence) if part),
        processing_ja=_PROCESSING_JA,
        processing_en=_PROCESSING_EN,
        caveats_ja=(),
        caveats_en=(),
        sha256=own.sha256,
        columns=(own.fragment_column,),
    )
