"""The keyboard's shortcuts, as the header's "?" and the About page list them."""

from __future__ import annotations

from layers.messages import text

# Keys as they stand on a keyboard -> what they do (guide.key.<name>).
_KEYS = (
    ("C", "copy"),
    ("↑ ↓ ← →", "map_move"),
    ("+ −", "map_zoom"),
    ("Enter", "map_pick"),
    ("Tab", "tab"),
    ("Esc", "escape"),
    ("Ctrl+P", "print"),
)


def shortcuts(lang: str) -> list[tuple[str, str]]:
    """Return (keys, what they do) in 'ja' or 'en'."""
    return [(keys, text(f"guide.key.{name}", lang)) for keys, name in _KEYS]
