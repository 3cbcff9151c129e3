"""What an upload was understood as: its facts, the first rows, and the rows on a small live map."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from geo.dataset import Dataset
from geo.user_layers import Checked, Note, UserLayer
from layers import session
from layers.catalogue import available_layers, paint
from layers.layer import Painting
from layers.live import Scene, Shown, live_map
from layers.messages import catalogue
from layers.session import say
from layers.unique_labels import unique_labels
from layers.upload.layers import described
from layers.upload.painting import paint_picture, paint_table
from layers.upload.reading import checked_picture

_HEAD = 5
_KEY = "preview"


def preview(dataset: Dataset, checked: Checked) -> str:
    """Draw the preview; returns the column of values that was chosen for it, '' where there is none."""
    lang = session.current().lang
    kind, count = say(f"own.kind.{checked.kind}"), counted(checked.kind, checked.count)
    facts = say("own.understood", format=checked.format, kind=kind, count=count, crs=checked.crs or "—")
    st.markdown(facts)
    told = [note_text(note, lang) for note in checked.notes]
    if checked.repaired:
        told.append(say("own.repaired", count=checked.repaired))
    if checked.outside:
        told.append(say("own.outside", count=checked.outside))
    if told:
        st.info("\n".join(f"- {line}" for line in told))
    numbers = list(checked.numbers())
    column = ""
    if numbers:
        words = unique_labels({"": say("own.no_column")} | {name: name for name in numbers}, lang)
        picked = st.selectbox(
            say("own.column"), list(words), index=1, format_func=words.__getitem__,
            key=f"upload_column_{checked.sha256[:12]}",
        )  # fmt: skip
        column = picked or ""
    head, picture = st.columns([2, 3])
    with head:
        if len(checked.table):
            shown = pd.DataFrame(checked.table.drop(columns="geometry", errors="ignore")).head(_HEAD)
            st.caption(say("own.head", count=min(_HEAD, checked.count)))
            st.dataframe(shown, hide_index=True, width="stretch")
    with picture:
        lines = available_layers(dataset)["municipality"]
        shown_layers = (Shown(paint(lines, dataset)), Shown(preview_painting(checked, column)))
        fit = None
        if checked.bounds:
            west, south, east, north = checked.bounds
            fit = (checked.sha256, (south, west, north, east))
        live_map(Scene(dataset, lang, shown_layers, fit=fit), key="upload_map", height="380px", is_transient=True)
    return column


def counted(kind: str, count: int) -> str:
    """Return how many rows or pixels there are, in words."""
    return say("own.count_raster" if kind == "raster" else "own.count", count=count)


def preview_painting(checked: Checked, column: str) -> Painting:
    """Return an upload painted as it would be on the map, before anything is kept."""
    own = _as_layer(checked, column)
    if checked.raster is not None:
        picture = checked_picture(checked.raster)
        return paint_picture(described(own, picture.values), picture)
    values: npt.NDArray[np.float64] | None = None
    if column:
        values = pd.to_numeric(checked.table[column], errors="coerce").to_numpy(dtype=np.float64)
    return paint_table(described(own, values), checked.table, own)


def note_text(note: Note, lang: str) -> str:
    """Return a note in the user's language; in English where the catalogue lacks it."""
    entry = catalogue().get(f"upload_note.{note.key}")
    return entry[lang].format(**note.params) if entry else note.english


def _as_layer(checked: Checked, column: str) -> UserLayer:
    return UserLayer(
        key=_KEY,
        title_ja=checked.name,
        title_en=checked.name,
        unit="",
        year="",
        source="",
        licence="",
        kind=checked.kind,
        measure="none",
        column=column,
        role="layer",
        resource="",
        side="",
        mode="add",
        is_variable=False,
        share_by="area",
        code_column="",
        name_column="",
        key_column=checked.key_column,
        key_kind=checked.key_kind,
        count=checked.count,
        crs=checked.crs,
        bounds=checked.bounds or (),
        upload_name=checked.name,
        file="",
        sha256=checked.sha256,
        path=Path(),
    )
