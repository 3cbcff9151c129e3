"""The list of layers beside the map: what can be shown, what is, in which order and how opaque."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from layers.layer import DARK_LINES, GROUPS, Layer
from layers.messages import text

Visible = tuple[tuple[str, int], ...]

_HERE = Path(__file__).parent
# Opaque, so that what is seen is what the legend shows; a fill below another is reached by opacity or order.
FILL_OPACITY = 100
_WORDS = ("opacity", "up", "down", "more", "missing")


def layer_list(
    layers: Mapping[str, Layer],
    visible: Visible,
    *,
    lang: str,
    key: str,
    on_change: Callable[[Visible], None],
    missing: Mapping[str, tuple[str, str]] | None = None,
    groups: Sequence[str] = GROUPS,
) -> None:
    """Draw the list; ``on_change`` gets the new choice, top to bottom.

    Parameters
    ----------
    layers
        The dataset's layers by key.
    visible
        Visible layers from top to bottom with their opacity in percent.
    missing
        Layers that the dataset lacks: key -> (group, title); they say so.
    groups
        Those to list, in this order; a page may put what belongs to one right below it.
    """

    def changed() -> None:
        event = st.session_state.get(key, {}).get("change")
        chosen = changed_layers(visible, event, layers)
        if chosen != visible:
            on_change(chosen)

    _component()(
        data=list_message(layers, visible, lang=lang, missing=missing or {}, groups=groups),
        key=key,
        on_change_change=changed,
    )


def changed_layers(visible: Visible, event: object, layers: Mapping[str, Layer]) -> Visible:
    """Return the choice after what the list reported; an event that makes no sense changes nothing.

    Parameters
    ----------
    event
        ``{"key", "action", "value"}`` with an action of show, hide, up, down or opacity (10 to 100).
    """
    if not isinstance(event, Mapping) or event.get("key") not in layers:
        return visible
    key, action, value = str(event["key"]), event.get("action"), event.get("value")
    keys = [shown for shown, _ in visible]
    if action == "show" and key not in keys:
        return _with_shown(visible, layers[key], layers)
    if action == "hide":
        return tuple(pair for pair in visible if pair[0] != key)
    if action == "opacity" and isinstance(value, int | float) and 10 <= value <= 100:
        return tuple((shown, round(value) if shown == key else opacity) for shown, opacity in visible)
    if action in ("up", "down") and key in keys:
        place = keys.index(key)
        rest = [pair for pair in visible if pair[0] != key]
        rest.insert(max(0, place + (1 if action == "down" else -1)), visible[place])
        return tuple(rest)
    return visible


def list_message(
    layers: Mapping[str, Layer],
    visible: Visible,
    *,
    lang: str,
    missing: Mapping[str, tuple[str, str]],
    groups: Sequence[str] = GROUPS,
) -> dict[str, Any]:
    """Return the list as plain JSON values, in the order of the groups."""
    places = {key: number for number, (key, _) in enumerate(visible, start=1)}
    opacity = dict(visible)
    listed = []
    for group in groups:
        rows = [
            {
                "key": layer.key,
                "title": layer.title(lang),
                "swatch": _swatch(layer),
                "line": layer.line_width if layer.kind == "outline" else 0,
                "place": places.get(layer.key, 0),
                "last": places.get(layer.key, 0) == len(visible),
                "opacity": opacity.get(layer.key, 100),
                "missing": False,
            }
            for layer in layers.values()
            if layer.group == group
        ]
        rows += [
            {"key": key, "title": title, "swatch": "none", "line": 0, "place": 0, "missing": True}
            for key, (where, title) in missing.items()
            if where == group and key not in layers
        ]
        if rows:
            listed.append({"title": text(f"map.group.{group}", lang), "rows": rows})
    return {"groups": listed, "words": {word: text(f"map.list.{word}", lang) for word in _WORDS}}


def _with_shown(visible: Visible, layer: Layer, layers: Mapping[str, Layer]) -> Visible:
    """Put outlines on top, and a fill on top of the other fills."""
    if layer.kind == "outline":
        return ((layer.key, 100), *visible)
    outlines = [pair for pair in visible if pair[0] in layers and layers[pair[0]].kind == "outline"]
    last = max((visible.index(pair) for pair in outlines), default=-1)
    return (*visible[: last + 1], (layer.key, FILL_OPACITY), *visible[last + 1 :])


def _swatch(layer: Layer) -> str:
    """Return the CSS background of a layer's swatch: its line, or its classes side by side."""
    if layer.kind == "outline":
        return f"light-dark({layer.line_colour}, {DARK_LINES.get(layer.line_colour, layer.line_colour)})"
    plain = [entry.fill for entry in layer.legend if not entry.pattern]
    step = 100 / len(plain)
    stops = [f"{fill} {number * step:.0f}% {(number + 1) * step:.0f}%" for number, fill in enumerate(plain)]
    return f"linear-gradient(90deg, {', '.join(stops)})"


@lru_cache(maxsize=1)
def _scripts() -> tuple[str, str]:
    return (
        (_HERE / "list.js").read_text(encoding="utf-8"),
        (_HERE / "list.css").read_text(encoding="utf-8"),
    )


@st.cache_resource(max_entries=1, show_spinner=False)
def _component() -> Any:
    script, style = _scripts()
    return st.components.v2.component("meguri_layer_list", js=script, css=style, isolate_styles=False)
