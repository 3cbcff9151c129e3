"""The choice of municipalities in which a change of a scenario holds."""

from __future__ import annotations

import streamlit as st

from geo.dataset import Dataset
from layers import session
from layers.place_picker import all_places
from layers.scale_places import place_labels
from layers.session import say


def where_control(dataset: Dataset, *, key: str) -> tuple[str, ...]:
    """Draw the choice of municipalities, by the readings of their names too; () is the whole area."""
    labels = place_labels(all_places(dataset, "municipality"), session.current().lang)
    chosen = st.multiselect(
        say("whatif.add.where"),
        list(labels),
        format_func=lambda code: labels.get(code, str(code)),
        key=key,
        placeholder=say("whatif.add.where_hint"),
    )
    return tuple(sorted(chosen))
