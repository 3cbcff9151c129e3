"""An area with its users' layers in it: their communities and indicators take part in every figure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import streamlit as st

from geo.dataset import Dataset, LayerInfo
from geo.errors import MeguriError
from geo.resources import load_catalogue
from geo.terms import Catalogue
from geo.user_layers import UserLayer, list_user_layers
from geo.user_layers.apply import Applied, apply_user_layers
from geo.user_layers.store import layers_digest
from geo.user_layers.terms import with_user_terms
from layers.messages import text

_COUNTED = ("indicator", "community")


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
        """Fragments, cut by the users' communities, with a column ``user_<key>`` for each indicator."""
        return self.applied.fragments

    @cached_property
    def communities(self) -> gpd.GeoDataFrame:
        """The users' communities, and the default ones where those do not reach."""
        return self.applied.communities

    def content_hash(self) -> str:
        """Hex digest that changes whenever the area's data or the users' layers do."""
        return hashlib.sha256(f"{super().content_hash()} {self.digest}".encode()).hexdigest()


def with_own_layers(dataset: Dataset) -> Dataset:
    """Return the dataset with its users' layers in it; itself where none takes part in figures.

    Where the users' layers cannot be read the dataset is as it was built: the Data page says why.
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


def catalogue_of(dataset: Dataset) -> Catalogue:
    """Return the resource catalogue with the terms of the users' indicators; the catalogue itself without any."""
    catalogue = load_catalogue()
    if not isinstance(dataset, OwnDataset):
        return catalogue
    return _catalogue(dataset.area, dataset.digest, catalogue.content_hash, dataset.own)


@st.cache_resource(max_entries=8, show_spinner=False)
def _catalogue(area: str, digest: str, version: str, _own: tuple[UserLayer, ...]) -> Catalogue:
    return with_user_terms(load_catalogue(), _own)


def _info(own: UserLayer) -> LayerInfo:
    """Describe an indicator as a source layer, so that the figures it stands in cite it."""
    return LayerInfo(
        key=f"user_{own.key}",
        title_ja=own.title_ja,
        title_en=own.title_en,
        file=own.upload_name,
        source=own.source,
        year=own.year,
        resolution=text(f"own.kind.{own.kind}", "ja") + " / " + text(f"own.kind.{own.kind}", "en"),
        licence=own.licence,
        attribution=" / ".join(part for part in (own.source, own.year, own.licence) if part),
        processing_ja=text("own.processing", "ja"),
        processing_en=text("own.processing", "en"),
        caveats_ja=(),
        caveats_en=(),
        sha256=own.sha256,
        columns=(own.fragment_column,),
    )
