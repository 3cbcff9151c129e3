"""The map of Japan to find an area on: every municipality, those of the areas that have a dataset highlighted."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Collection
from typing import Any

import numpy as np
import shapely
import streamlit as st

from geo.japan import JAPAN, Overview, open_overview
from geo.prefectures import prefecture_names
from layers import session
from layers.layer import DARK_LINES
from layers.live import MapEvent, mount_map
from layers.live.geometry import pack_shape
from layers.messages import text
from layers.palette import LINE, RAMPS

# About ten metres: the outlines are thinned to hundreds.
_PRECISION = 1e-4
# About 1 km²: less than a pixel wherever more than one prefecture is in sight.
_ISLET_DEGREES2 = 1e-4
_KEY = "japan"
# Away from the main islands by a thousand kilometres, they would shrink the rest: the view opens on what lies west.
_OPENS_WITHIN = (128.0, 30.0, 146.2, 45.7)
_FILLS = (RAMPS["potential"][2], RAMPS["potential"][-2])
# Geometry, colour and width, top first.
_LINES = (("prefecture", LINE, 0.9), ("municipality", "#8a867a", 0.3))
_WORDS = ("keys", "home", "zoom_in", "zoom_out", "legend", "sources", "outside", "centre", "estimate")


def overview() -> Overview:
    """Return the overview of Japan, opened once; raises DatasetError where there is none."""
    folder = session.data_dir()
    try:
        built = (folder / JAPAN / "overview.toml").stat().st_mtime_ns
    except OSError:
        built = 0
    return _overview(str(folder), built)


def japan_map(
    areas: Collection[str], own: Collection[str], *, lang: str, height: str, on_click: Callable[[MapEvent], None]
) -> None:
    """Draw the map.

    Parameters
    ----------
    areas
        Codes of the prefectures (two digits) that have a dataset.
    own
        Those of the area that is open.
    height
        CSS length.
    on_click
        Gets the click.
    """
    japan = overview()
    version = str(japan.meta["tables"]["outlines"])
    header = {"key": _KEY, "version": version, "area": JAPAN, "transient": True}
    message = map_message(japan, areas, own, lang=lang, height=height)
    mount_map(header, _packed(version, japan), message, on_click=on_click)


def pack_overview(japan: Overview, *, version: str) -> bytes:
    """Return prefectures and municipalities as gzipped JSON, in the form of ``layers.live.geometry.pack_geometry``."""
    towns = japan.outlines
    codes = sorted(towns["prefecture_code"].unique())
    members = towns.groupby("prefecture_code").indices
    whole = [shapely.coverage_union_all(np.asarray(towns.geometry.array)[members[code]]) for code in codes]
    names = [prefecture_names(code) for code in codes]
    english = {code: en for code, (_, en) in zip(codes, names, strict=True)}
    packed = {
        "version": version,
        "precision": _PRECISION,
        "smooth": 1,
        "layers": {
            "prefecture": _units(codes, [ja for ja, _ in names], [en for _, en in names], whole),
            "municipality": _units(
                list(towns["code"]),
                list(towns["name_ja"] + "（" + towns["prefecture_ja"] + "）"),
                list(towns["name_en"] + " (" + towns["prefecture_code"].map(english) + ")"),
                list(towns.geometry),
            ),
        },
        "cells": {"rows": [], "columns": [], "per_degree": [120, 80]},
        "bounds": list(_OPENS_WITHIN),
        "free": [round(float(edge), 2) for edge in towns.total_bounds],
        "surroundings": [],
    }
    content = json.dumps(packed, ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(content.encode(), compresslevel=9, mtime=0)


def map_message(
    japan: Overview, areas: Collection[str], own: Collection[str], *, lang: str, height: str
) -> dict[str, Any]:
    """Return what the map shows, as ``layers.live.scene.scene_message`` does for an area."""
    codes = sorted(japan.outlines["prefecture_code"].unique())
    letters = "".join("1" if code in own else "0" if code in areas else "." for code in codes)
    told = [text(f"areas.legend_{kind}", lang) for kind in ("there", "open")]
    return {
        "lang": lang,
        "height": height,
        "layers": [
            {
                "key": f"japan_{geometry}",
                "geometry": geometry,
                "opacity": 100,
                "line": [colour, DARK_LINES[colour], width],
                "cut": [colour, colour, width, 1, 1],
                "unit": "",
                "fills": [{"fill": fill, "pattern": ""} for fill in _FILLS] if geometry == "prefecture" else [],
                "names": told,
                "title": text("areas.map_layer", lang),
                **({"classes": letters} if geometry == "prefecture" else {}),
            }
            for geometry, colour, width in _LINES
        ],
        "patterns": {},
        "legend": [
            {
                "key": "areas",
                "title": text("areas.map_layer", lang),
                "note": "",
                "entries": [
                    {"background": fill, "label": label, "is_line": False}
                    for fill, label in zip(_FILLS, told, strict=True)
                ],
            }
        ],
        "sources": [str(row["attribution"]) for row in japan.meta["sources"] if row["key"] == "municipalities"],
        "chosen": [],
        "point": None,
        "fit": None,
        "words": {
            **{word: text(f"map.live.{word}", lang) for word in _WORDS},
            "aria": text("areas.map_aria", lang),
            "name_estimated": "{name}",
        },
    }


def _units(codes: list[str], ja: list[str], en: list[str], shapes: list[shapely.Geometry]) -> dict[str, Any]:
    inside = shapely.get_coordinates(shapely.point_on_surface([_largest(shape) for shape in shapes]))
    return {
        "codes": codes,
        "ja": ja,
        "en": en,
        "at": [[round(float(y), 3), round(float(x), 3)] for x, y in inside],
        "cut": [],
        "estimated": [],
        "shapes": [pack_shape(_drawn(shape), _PRECISION) for shape in shapes],
    }


def _drawn(shape: shapely.Geometry) -> shapely.MultiPolygon:
    """Leave out islets, never a place's largest part."""
    parts = shapely.get_parts(shape)
    areas = shapely.area(parts)
    return shapely.MultiPolygon(list(parts[(areas >= _ISLET_DEGREES2) | (areas == areas.max())]))


def _largest(shape: shapely.Geometry) -> shapely.Geometry:
    return max(shapely.get_parts(shape), key=lambda part: part.area)


@st.cache_resource(max_entries=1, show_spinner=False)
def _overview(folder: str, built: int) -> Overview:
    return open_overview(session.data_dir())


@st.cache_data(max_entries=1, show_spinner=False)
def _packed(version: str, _japan: Overview) -> bytes:
    return pack_overview(_japan, version=version)
