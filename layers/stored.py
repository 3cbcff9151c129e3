"""Scenarios of this server: placeholder until the store is there."""

from __future__ import annotations

from geo.changes import Change


def changes_of(key: str) -> tuple[Change, ...]:
    """Return the changes of a saved scenario, () for none."""
    return ()
