"""The wall's keys: what each does, the list of them in the user's language, and what the browser reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from layers.messages import text

PANELS = ("notes", "hands", "assumptions")
# What a press may do -> the keys as ``KeyboardEvent.key`` has them, letters small. Presenters' remotes send PageUp and
# PageDown, some also '.', 'b', F5 and Escape.
KEYS: dict[str, tuple[str, ...]] = {
    "next": ("ArrowRight", "PageDown", " ", "n"),
    "previous": ("ArrowLeft", "PageUp", "p"),
    "first": ("Home",),
    "last": ("End",),
    "notes": ("m",),
    "hands": ("h",),
    "assumptions": ("a",),
    "blank": ("b", "."),
    "full": ("f", "F5"),
    "zoom_in": ("+", "="),
    "zoom_out": ("-", "_"),
    "help": ("?",),
    "leave": ("Escape",),
}
# In the strip, in this order; each button shows the key that stands for it.
BUTTONS = {
    "previous": "←",
    "next": "→",
    "notes": "M",
    "hands": "H",
    "assumptions": "A",
    "blank": "B",
    "full": "F",
    "help": "?",
    "leave": "Esc",
}
_NAMES = {
    "ArrowRight": "→",
    "ArrowLeft": "←",
    "PageDown": "PageDown",
    "PageUp": "PageUp",
    "Escape": "Esc",
    "-": "−",
}
# Written by their shifted sign's key, too, but not listed twice.
_UNLISTED = ("=", "_")
_WORDS = ("help_title", "help_close", "help_fields", "blanked", "no_full")
_COMPONENT = Path(__file__).with_name("keys.js")


@dataclass(frozen=True)
class Pressed:
    """What was asked for by a key or a button.

    Attributes
    ----------
    action
        'go', 'panel' or 'leave'.
    place
        Of 'go': which item, from 1.
    panel
        Of 'panel': one of ``PANELS``, '' to close it.
    """

    action: str
    place: int = 0
    panel: str = ""


def pressed_of(value: object) -> Pressed | None:
    """Read what the browser sent; anything else than an action there is, None."""
    if not isinstance(value, Mapping):
        return None
    action, place, panel = value.get("action"), value.get("place"), value.get("panel")
    if action == "leave":
        return Pressed("leave")
    if action == "panel" and isinstance(panel, str) and panel in ("", *PANELS):
        return Pressed("panel", panel=panel)
    if action == "go" and isinstance(place, int) and not isinstance(place, bool) and 1 <= place <= 1_000_000:
        return Pressed("go", place=place)
    return None


def keys_message(
    lang: str, *, place: int, total: int, panel: str, panels: tuple[str, ...], map_key: str
) -> dict[str, Any]:
    """Return what the browser needs, as plain JSON values.

    Parameters
    ----------
    place, total
        Which item of the agenda is on the wall, from 1 (0 for none), and how many there are.
    panel
        The panel that is open, '' for none.
    panels
        The panels that there are.
    map_key
        Key of the map that + and − zoom.
    """
    actions = [action for action in KEYS if action not in PANELS or action in panels]
    return {
        "lang": lang,
        "place": place,
        "total": total,
        "panel": panel,
        "map": map_key,
        "keys": {key: action for action in actions for key in KEYS[action]},
        "buttons": [
            {"action": action, "sign": sign, "name": text(f"meeting_wall.key.{action}", lang)}
            for action, sign in BUTTONS.items()
            if action in actions
        ],
        "help": [[_names(action, lang), text(f"meeting_wall.does.{action}", lang)] for action in actions],
        "words": {word: text(f"meeting_wall.{word}", lang) for word in _WORDS},
    }


def wall_keys(message: Mapping[str, Any], *, on_press: Callable[[Pressed], None]) -> None:
    """Draw the strip's buttons and listen to the keys; ``on_press`` is called before the run's script body."""

    def pressed() -> None:
        found = pressed_of(st.session_state.get("wall_keys", {}).get("key"))
        if found is not None:
            on_press(found)

    _component()(data=dict(message), key="wall_keys", height="content", on_key_change=pressed)


def _names(action: str, lang: str) -> list[str]:
    """Return how an action's keys are written."""
    named = _NAMES | {" ": text("meeting_wall.space", lang)}
    return [
        named.get(key, key.upper() if key.isalpha() and len(key) == 1 else key)
        for key in KEYS[action]
        if key not in _UNLISTED
    ]


@lru_cache(maxsize=1)
def script() -> str:
    """Return the component's module."""
    return _COMPONENT.read_text(encoding="utf-8")


@st.cache_resource(max_entries=1, show_spinner=False)
def _component() -> Any:
    return st.components.v2.component("meguri_wall_keys", js=script(), isolate_styles=False)
