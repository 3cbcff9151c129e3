"""The Data page's section of measured values: what is measured, and, unless the server is read only, its editor."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from geo.actuals import Actual, ActualsError
from geo.actuals_file import FILE, local_digest, read_file, read_local
from geo.dataset import Dataset
from geo.terms import Catalogue
from layers import session
from layers.actuals.editor import download, earlier_versions, editing
from layers.actuals.table import shown_table
from layers.messages import error_text
from layers.read_only import is_read_only
from layers.session import say


def measured_values(dataset: Dataset, catalogue: Catalogue) -> None:
    """Draw the section: what is measured, and, unless the server is read only, how to change it."""
    lang = session.current().lang
    st.header(say("actuals.title"), anchor=False)
    st.write(say("actuals.lead"))
    shipped = _shipped(dataset, catalogue, lang)
    if shipped:
        st.caption(say("actuals.shipped"))
        st.dataframe(shown_table(shipped, dataset, catalogue, lang), hide_index=True, width="stretch")
    try:
        own = read_local(dataset, catalogue)
    except ActualsError as error:
        # The file was changed by hand: what is wrong is told, and an earlier version can be had back.
        st.error(error_text(error, lang))
        if not is_read_only():
            earlier_versions(dataset, catalogue, local_digest(dataset), lang)
        return
    if is_read_only():
        _shown(own, dataset, catalogue, lang)
        download(own, dataset)
        return
    panel = st.expander(say("actuals.edit"), key="actuals_panel", on_change="rerun")
    # Drawn only where it is open: the editor would be paid for at every run.
    if panel.open:
        with panel:
            editing(dataset, catalogue, own, lang)
    else:
        _shown(own, dataset, catalogue, lang)


def _shipped(dataset: Dataset, catalogue: Catalogue, lang: str) -> tuple[Actual, ...]:
    try:
        return read_file(dataset.folder / FILE, dataset, catalogue)
    except ActualsError as error:
        st.error(error_text(error, lang))
        return ()


def _shown(own: Sequence[Actual], dataset: Dataset, catalogue: Catalogue, lang: str) -> None:
    if own:
        st.dataframe(shown_table(own, dataset, catalogue, lang), hide_index=True, width="stretch")
    else:
        st.caption(say("actuals.none"))
