"""The dataset's layers, described once for all sessions, and the closing scale as the layer of one resource."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from geo.dataset import Dataset
from geo.terms import Catalogue, Resource
from layers.catalogue import available_layers
from layers.figure_sources import figure_sources, figure_years
from layers.layer import Layer
from layers.messages import text
from layers.upload.layers import brought


def layers_of(dataset: Dataset, catalogue: Catalogue) -> dict[str, Layer]:
    """Return the dataset's layers and those that users brought, described once for all sessions."""
    layers = _layers(dataset.area, dataset.content_hash(), catalogue.content_hash, dataset, catalogue)
    return layers | brought(dataset).layers


def closing_layer(layer: Layer, resource: Resource, dataset: Dataset) -> Layer:
    """Return the closing scale as the layer of one resource: its name, its years, its own ladder and words."""
    ja, en = (
        text("map.list.closing_title", lang, resource=resource.name_ja if lang == "ja" else resource.name_en)
        for lang in ("ja", "en")
    )
    by_supply = resource.perspective == "supply"
    steps = (*(scale for scale in resource.scales if scale in dataset.ladder), "outside")
    legend = tuple(
        replace(
            entry,
            label_ja=text(f"map.list.closing_supply.{entry.key}", "ja"),
            label_en=text(f"map.list.closing_supply.{entry.key}", "en"),
        )
        if by_supply and entry.key in steps
        else entry
        for entry in layer.legend
        if entry.key in steps or entry.pattern
    )
    years = figure_years(resource, dataset) or layer.year
    sources = tuple(info.key for info in figure_sources(resource, dataset)) or layer.source_keys
    return replace(
        layer,
        title_ja=ja,
        title_en=en,
        year=years,
        source_keys=sources,
        legend=legend,
        perspective=resource.perspective,
    )


@st.cache_resource(max_entries=8, show_spinner=False)
def _layers(
    area: str, version: str, catalogue_version: str, _dataset: Dataset, _catalogue: Catalogue
) -> dict[str, Layer]:
    return available_layers(_dataset, _catalogue)
