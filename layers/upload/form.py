"""What the owner of an upload says of it: names, unit, year, source, licence, and what the layer is to be."""

from __future__ import annotations

from typing import Any

import streamlit as st

from geo.dataset import Dataset
from geo.terms import Catalogue
from geo.user_layers import MEASURES, MODES, SHARED_BY, SIDES, Checked, Description
from layers import session
from layers.session import say
from layers.unique_labels import unique_labels


def description_form(
    dataset: Dataset, catalogue: Catalogue, checked: Checked, column: str, *, serial: int
) -> Description:
    """Draw the fields and return what they say; which of them is wrong is found when the layer is added."""

    def key(name: str) -> str:
        return f"upload_{name}_{serial}"

    first, second = st.columns(2)
    stem = checked.name.rpartition(".")[0] or checked.name
    title_ja = first.text_input(say("own.title_ja"), value=stem, key=key("title_ja"))
    title_en = second.text_input(say("own.title_en"), value=stem, key=key("title_en"))
    first, second, third, fourth = st.columns([1, 1, 2, 1])
    unit = first.text_input(say("own.unit"), key=key("unit"))
    year = second.text_input(say("own.year"), placeholder="2023", key=key("year"))
    source = third.text_input(say("own.source"), placeholder=say("own.source_hint"), key=key("source"))
    licence = fourth.text_input(say("own.licence"), placeholder="CC BY 4.0", key=key("licence"))
    has_values = bool(column) or checked.kind == "raster"
    # A rate has no land to be averaged over on a line or a point.
    measures = MEASURES if checked.kind not in ("lines", "points") else MEASURES[:2]
    measure = _pick("measure", measures if has_values else MEASURES[:1], key("measure"))
    role = _pick("role", checked.roles, key("role"))
    more = _indicator(catalogue, checked, key("indicator")) if role == "indicator" else {}
    if role in ("community", "partition"):
        more = _units(checked, key("units"))
    return Description(
        title_ja=title_ja.strip(),
        title_en=title_en.strip(),
        unit=unit.strip(),
        year=year.strip(),
        source=source.strip(),
        licence=licence.strip(),
        column=column,
        measure=measure,
        role=role,
        **more,
    )


def _pick(name: str, options: tuple[str, ...], key: str) -> str:
    words = {option: say(f"own.{name}.{option}") for option in options}
    picked = st.selectbox(
        say(f"own.{name}_label"), list(options), format_func=words.__getitem__, key=key, help=say(f"own.{name}_help")
    )
    return picked or options[0]


def _indicator(catalogue: Catalogue, checked: Checked, key: str) -> dict[str, Any]:
    lang = session.current().lang
    resources = {
        name: f"{item.name_ja}（{item.unit_ja}）" if lang == "ja" else f"{item.name_en} ({item.unit})"
        for name, item in catalogue.resources.items()
    }
    columns = st.columns(3)
    with columns[0]:
        resource = st.selectbox(
            say("own.resource"), list(resources), format_func=resources.__getitem__, key=f"{key}_resource"
        )
    with columns[1]:
        side = _pick("side", SIDES, f"{key}_side")
    with columns[2]:
        mode = _pick("mode", MODES, f"{key}_mode")
    told: dict[str, Any] = {"resource": resource or "", "side": side, "mode": mode}
    if side == "supply" and resource and catalogue.resources[resource].time_factor:
        told["is_variable"] = st.checkbox(say("own.is_variable"), key=f"{key}_variable")
    if checked.kind == "table":
        told["share_by"] = _pick("share_by", SHARED_BY, f"{key}_share")
    return told


def _units(checked: Checked, key: str) -> dict[str, Any]:
    names = {column.name: column.name for column in checked.columns}
    labels = {"": say("own.no_column")} | names
    words = unique_labels(labels, session.current().lang)
    told: dict[str, Any] = {}
    for place, name in zip(st.columns(2), ("code_column", "name_column"), strict=True):
        picked = place.selectbox(say(f"own.{name}"), list(words), format_func=words.__getitem__, key=f"{key}_{name}")
        told[name] = picked or ""
    return told
