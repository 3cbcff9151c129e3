"""Whose table the Money page shows: of a place that is no municipality, one that shares land with it or is chosen."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import streamlit as st

from geo.dataset import Dataset
from layers.plain import plain
from layers.scale_places import COLUMNS, Place
from layers.session import say
from layers.unique_labels import unique_labels

_PLACE = "economy_place"
# So many names are read at a glance.
_TOLD_TOWNS = 3


def municipalities_of(place: Place, dataset: Dataset) -> tuple[str, ...]:
    """Return the codes of the municipalities that share land with a place, that with most of its people first."""
    fragments = dataset.fragments
    if not place.key:
        inside = fragments[fragments["in_area"]]
    else:
        inside = fragments[fragments["in_area"] & (fragments[COLUMNS.get(place.kind, place.kind)] == place.code)]
    sums = inside.groupby("municipality_code")[["population", "area_km2"]].sum()
    return tuple(str(code) for code in sums.sort_values(["population", "area_km2"], ascending=False).index)


def municipality_shown(
    place: Place, loaded: Collection[str], names: Mapping[str, str], dataset: Dataset, lang: str
) -> str:
    """Draw the choice and the words on whose table it is; return the municipality's code, '' where none is chosen.

    Parameters
    ----------
    place
        The place looked at; a municipality is shown itself, without words.
    loaded
        Codes of the municipalities that have tables, in the order of a list.
    names
        Of the municipalities, by code.
    """
    if place.kind == "municipality":
        return place.code
    options = list(loaded)
    own = municipalities_of(place, dataset)
    first = next((code for code in own if code in options), "")
    chosen = first
    if len(options) > 1 or not first:
        labels = unique_labels({code: names[code] for code in options}, lang)
        picked = st.selectbox(
            say("economy.pick_place"),
            options,
            index=options.index(first) if first else None,
            format_func=labels.__getitem__,
            placeholder=say("economy.pick_place_none"),
            # What was chosen for one place is no choice for another.
            key=f"{_PLACE}_{place.key}",
            width=280,
        )
        chosen = str(picked) if picked in options else first
    name = plain(place.name(lang))
    if not chosen:
        towns = say("economy.joiner").join(names[code] for code in own[:_TOLD_TOWNS])
        towns += "…" if len(own) > _TOLD_TOWNS else ""
        st.info(say("economy.whose.none", place=name, towns=plain(towns)))
        return ""
    how = "other" if chosen not in own else "part" if place.key else "area"
    st.write(say(f"economy.whose.{how}", place=name, town=plain(names[chosen])))
    return chosen
