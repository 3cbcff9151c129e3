"""What the live map would show for other choices, sent ahead: a click recolours at once, the server's answer confirms.

Sent last in a run, and only as a reference while nothing but the choice changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from geo.dataset import Dataset
from layers.layer import Painting
from layers.live.scene import Shown, look_message

_SCRIPT = Path(__file__).with_name("previews.js")
# Letters of all looks together: beyond it the message would be slower than the server's answer.
_MOST_LETTERS = 60_000


def mount_previews(looks: Mapping[str, Painting], *, key: str, dataset: Dataset, lang: str) -> None:
    """Send ahead how the layer of ``looks`` would be painted on the map ``key``, by choice.

    Parameters
    ----------
    looks
        Choice, as told by the page's event ``meguri-choice`` -> one layer's painting for it.
    key
        Of the map (:func:`layers.live.live_map`).
    """
    letters = sum(len(painting.classes) for painting in looks.values())
    told = looks if letters <= _MOST_LETTERS else {}
    layer = next(iter(looks.values())).layer.key if looks else ""
    messages = {choice: look_message(Shown(painting), dataset, lang) for choice, painting in told.items()}
    _previews()(data={"key": key, "layer": layer, "looks": messages}, key=f"{key}_previews", height="content")


@st.cache_resource(max_entries=1, show_spinner=False)
def _previews() -> Any:
    return st.components.v2.component("meguri_previews", js=_SCRIPT.read_text(encoding="utf-8"), isolate_styles=False)
