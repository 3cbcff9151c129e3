"""How the kiosk's story travels: packed, the same bytes as long as nothing it tells has changed."""

from __future__ import annotations

import gzip
import json

import streamlit as st

from geo.dataset import Dataset
from geo.terms import Catalogue
from layers.kiosk.story import story, story_key


def packed_story(dataset: Dataset, catalogue: Catalogue, *, public_address: str = "") -> bytes:
    """Return :func:`layers.kiosk.story.story` as gzipped JSON (UTF-8), the same bytes for the same data."""
    return _packed(story_key(dataset, catalogue, public_address), dataset, catalogue, public_address)


@st.cache_data(max_entries=4, show_spinner=False)
def _packed(key: str, _dataset: Dataset, _catalogue: Catalogue, _public_address: str) -> bytes:
    told = story(_dataset, _catalogue, public_address=_public_address)
    plain = json.dumps(told, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return gzip.compress(plain.encode(), compresslevel=9, mtime=0)
