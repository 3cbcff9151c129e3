"""The resource catalogue of an area with its users' indicators in it, made once for all sessions."""

from __future__ import annotations

import streamlit as st

from geo.dataset import Dataset
from geo.resources import load_catalogue
from geo.terms import Catalogue
from geo.user_layers import UserLayer
from geo.user_layers.own import OwnDataset
from geo.user_layers.terms import with_user_terms


def catalogue_of(dataset: Dataset) -> Catalogue:
    """Return the resource catalogue with the terms of the users' indicators; the catalogue itself without any."""
    catalogue = load_catalogue()
    if not isinstance(dataset, OwnDataset):
        return catalogue
    return _catalogue(dataset.area, dataset.digest, catalogue.content_hash, dataset.own)


@st.cache_resource(max_entries=8, show_spinner=False)
def _catalogue(area: str, digest: str, version: str, _own: tuple[UserLayer, ...]) -> Catalogue:
    return with_user_terms(load_catalogue(), _own)
