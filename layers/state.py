"""The state of a view, and its form in the address bar: keys, never translated labels."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from geo.dataset import AREA_NAME
from geo.meeting import KEY as MEETING_KEY
from geo.prepared import PARTITION
from layers.messages import LANGUAGES

PLACE_KINDS = ("community", "municipality", "basin", "prefecture")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")
_CODE = re.compile(r"[0-9A-Za-z:_-]{1,64}")
# The codes of units that users brought are their own words.
_LONGEST_OWN_CODE = 200
_OWN_KIND = re.compile(rf"{PARTITION}[a-z][a-z0-9_]{{0,49}}")
_MAX_ITEMS = 200
_SCENARIO = re.compile(r"[a-z0-9]{4,32}")
_MUNICIPALITY = re.compile(r"\d{5}")


@dataclass(frozen=True)
class ViewState:
    """What a link reopens.

    Attributes
    ----------
    lang
        'ja' or 'en'.
    area
        Folder name of the dataset.
    place
        The place looked at, ``kind:code`` with a kind of ``PLACE_KINDS`` or ``partition_<key>`` of a partition that
        users brought; '' is the whole area.
    at
        The clicked point, (latitude, longitude) in degrees, or None.
    resource
        Key of the resource in focus.
    by
        The partition whose units the map colours: one of ``PLACE_KINDS``, 'cells' or ``partition_<key>``.
    threshold
        Share of the demand from which a scale is named, 0.05 to 1.
    factors
        Assumptions changed from the catalogue's central value: (factor key, value), in the order changed.
    layers
        Visible layers from top to bottom: (layer key, opacity in percent); None is the page's own choice.
    actuals
        Whether measured values, where the area has any, take the place of the estimates.
    upstream
        Whether what drains to the clicked point is shown, where the area has elevation.
    scenario
        Key of the saved scenario in force, '' for none: its local changes apply beside ``factors``.
    against
        Key of the scenario that it is compared with, '' for today's assumptions.
    circle
        Codes of municipalities that are looked at together, in the order chosen.
    meeting
        Key of the meeting that is open, '' for none.
    beside
        The other place of a comparison, ``area/kind:code``; ``area/`` is the whole of an area, '' none yet.
    """

    lang: str = "ja"
    area: str = "kanagawa"
    place: str = ""
    at: tuple[float, float] | None = None
    resource: str = "water"
    by: str = "municipality"
    threshold: float = 0.8
    factors: tuple[tuple[str, float], ...] = ()
    layers: tuple[tuple[str, int], ...] | None = None
    actuals: bool = True
    upstream: bool = False
    scenario: str = ""
    against: str = ""
    circle: tuple[str, ...] = ()
    meeting: str = ""
    beside: str = ""

    @property
    def place_kind(self) -> str:
        """Kind of the place, '' for the whole area."""
        return self.place.partition(":")[0]

    @property
    def place_code(self) -> str:
        """Code of the place, '' for the whole area."""
        return self.place.partition(":")[2]


def parse(query: Mapping[str, str]) -> tuple[ViewState, tuple[str, ...]]:
    """Read the address bar; what cannot be read keeps its default.

    Returns
    -------
    The state, and the names of the parameters that were refused (for a notice on the page).
    Whether a key or a code exists in the dataset is for the page to check.
    """
    state = ViewState()
    refused = []
    for name, read in _READERS.items():
        if name not in query:
            continue
        try:
            value: Any = read(query[name])
            state = replace(state, **{_FIELD.get(name, name): value})
        except ValueError:
            refused.append(name)
    return state, tuple(refused)


def to_query(state: ViewState) -> dict[str, str]:
    """Write the state as query parameters, defaults left out; ``parse(to_query(s))`` gives ``s`` back."""
    default = ViewState()
    changed = {
        f.name: getattr(state, f.name) for f in fields(state) if getattr(state, f.name) != getattr(default, f.name)
    }
    query = {_PARAMETER.get(name, name): _WRITERS.get(name, str)(value) for name, value in changed.items()}
    # A scenario whose sliders were put back says so: a link that names it alone means its own values.
    return query | {"set": ""} if state.scenario and not state.factors else query


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(raw: str) -> str:
        if raw not in choices:
            raise ValueError(raw)
        return raw

    return read


def _read_key(raw: str) -> str:
    if not _KEY.fullmatch(raw):
        raise ValueError(raw)
    return raw


def _read_area(raw: str) -> str:
    if not AREA_NAME.fullmatch(raw):
        raise ValueError(raw)
    return raw


def _read_place(raw: str) -> str:
    kind, _, code = raw.partition(":")
    if _OWN_KIND.fullmatch(kind):
        if not (code.isprintable() and 0 < len(code) <= _LONGEST_OWN_CODE):
            raise ValueError(raw)
    elif raw and (kind not in PLACE_KINDS or not _CODE.fullmatch(code)):
        raise ValueError(raw)
    return raw


def _read_by(raw: str) -> str:
    if raw not in (*PLACE_KINDS, "cells") and not _OWN_KIND.fullmatch(raw):
        raise ValueError(raw)
    return raw


def _read_number(raw: str, low: float, high: float) -> float:
    value = float(raw)
    if not (math.isfinite(value) and low <= value <= high):
        raise ValueError(raw)
    return value


def _read_at(raw: str) -> tuple[float, float]:
    latitude, longitude = raw.split(",")
    return _read_number(latitude, -90, 90), _read_number(longitude, -180, 180)


def _read_factors(raw: str) -> tuple[tuple[str, float], ...]:
    pairs = [item.rsplit(":", 1) for item in raw.split(",")][:_MAX_ITEMS] if raw else []
    if any(len(pair) != 2 or not re.fullmatch(r"[a-z][a-z0-9_.]{0,127}", pair[0]) for pair in pairs):
        raise ValueError(raw)
    return tuple((name, _read_number(value, -1e12, 1e12)) for name, value in pairs)


def _read_layers(raw: str) -> tuple[tuple[str, int], ...]:
    pairs = [item.split(":") for item in raw.split(",")][:_MAX_ITEMS] if raw else []
    pairs = [pair if len(pair) > 1 else [*pair, "100"] for pair in pairs]
    return tuple((_read_key(key), round(_read_number(opacity, 0, 100))) for key, opacity in pairs)


def _read_scenario(raw: str) -> str:
    if raw and not _SCENARIO.fullmatch(raw):
        raise ValueError(raw)
    return raw


def _read_meeting(raw: str) -> str:
    if raw and not MEETING_KEY.fullmatch(raw):
        raise ValueError(raw)
    return raw


def _read_beside(raw: str) -> str:
    area, slash, place = raw.partition("/")
    if raw and not (slash and AREA_NAME.fullmatch(area)):
        raise ValueError(raw)
    _read_place(place)
    return raw


def _read_circle(raw: str) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(raw.split(",")))[:_MAX_ITEMS] if raw else ()
    if not all(_MUNICIPALITY.fullmatch(code) for code in codes):
        raise ValueError(raw)
    return codes


_READERS: dict[str, Callable[[str], object]] = {
    "lang": _one_of(*LANGUAGES),
    "area": _read_area,
    "place": _read_place,
    "at": _read_at,
    "resource": _read_key,
    "by": _read_by,
    "threshold": lambda raw: _read_number(raw, 0.05, 1),
    "set": _read_factors,
    "layers": _read_layers,
    "actual": lambda raw: _one_of("1", "0")(raw) == "1",
    "upstream": lambda raw: _one_of("1", "0")(raw) == "1",
    "scenario": _read_scenario,
    "against": _read_scenario,
    "circle": _read_circle,
    "meeting": _read_meeting,
    "beside": _read_beside,
}
_FIELD = {"set": "factors", "actual": "actuals"}
_PARAMETER = {"factors": "set", "actuals": "actual"}
_WRITERS: dict[str, Callable[..., str]] = {
    "at": lambda at: f"{at[0]:.5f},{at[1]:.5f}",
    "threshold": lambda value: f"{value:g}",
    "factors": lambda pairs: ",".join(f"{key}:{float(value)!r}" for key, value in pairs),
    "layers": lambda pairs: ",".join(f"{key}:{opacity}" for key, opacity in pairs),
    "actuals": lambda on: "1" if on else "0",
    "upstream": lambda on: "1" if on else "0",
    "circle": ",".join,
}
