"""The whole message of the kiosk: scenes, places, quiz and words, so that the browser plays without the server."""

from __future__ import annotations

import hashlib
from typing import Any

import streamlit as st

from geo.dataset import Dataset
from geo.terms import Catalogue
from layers.assumed import assumed_of
from layers.assumptions import Assumed
from layers.kiosk.easy import area_name, words
from layers.kiosk.figures import resources, rungs
from layers.kiosk.maps import map_words
from layers.kiosk.places import certainties, place_stories, rows_of
from layers.kiosk.scenes import area_of, scenes
from layers.messages import EASY, LANGUAGES
from layers.messages import catalogue as messages
from layers.state import ViewState

VERSION = 1
_UI = "kiosk.ui."


def story(dataset: Dataset, catalogue: Catalogue, *, public_address: str = "") -> dict[str, Any]:
    """Return all that the kiosk shows, as plain JSON values; cached, not to be changed.

    Parameters
    ----------
    dataset, catalogue
        The area, seen by today's assumptions and with its measured values, as the Scale page opens it.
    public_address
        Where the codes for taking a view home lead (:func:`layers.public_address.public_address`), '' for none.
    """
    return _story(story_key(dataset, catalogue, public_address), dataset, catalogue, public_address)


def story_key(dataset: Dataset, catalogue: Catalogue, public_address: str) -> str:
    """Return what the story hangs on, as one key of caches: area, versions, measured values, address."""
    measured = hashlib.sha256(repr(_assumed(dataset, catalogue)).encode()).hexdigest()
    return "\n".join((dataset.area, dataset.content_hash(), catalogue.content_hash, measured, public_address))


def _assumed(dataset: Dataset, catalogue: Catalogue) -> Assumed:
    return assumed_of(ViewState(area=dataset.area), dataset, catalogue)


@st.cache_resource(max_entries=4, show_spinner=False)
def _story(key: str, _dataset: Dataset, _catalogue: Catalogue, _public_address: str) -> dict[str, Any]:
    assumed = _assumed(_dataset, _catalogue)
    sure = {by: certainties(_dataset, _catalogue, assumed, by=by) for by in ("municipality", "prefecture")}
    rows = rows_of(_dataset, _catalogue, assumed)
    return {
        "version": VERSION,
        "area": {"key": _dataset.area, "name": area_name(_dataset).message()},
        "languages": [{"key": lang, "label": words("kiosk.language").message()[lang]} for lang in (*LANGUAGES, EASY)],
        "rungs": rungs(_dataset),
        "resources": resources(_dataset, _catalogue),
        "certainty": {word: words(f"kiosk.certainty.{word}").message() for word in ("sure", "likely", "open")},
        "words": {name.removeprefix(_UI): words(name).message() for name in messages() if name.startswith(_UI)},
        "map_words": map_words(_dataset),
        "scenes": scenes(area_of(_dataset, _catalogue, assumed, sure["prefecture"])),
        "places": place_stories(_dataset, _catalogue, rows, sure["municipality"], public_address=_public_address),
    }
