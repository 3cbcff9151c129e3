"""The tables of the store, version by version."""

from __future__ import annotations

# Each entry makes the next version of the tables; entries that were released never change.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE changes (id INTEGER PRIMARY KEY CHECK (id = 1), count INTEGER NOT NULL)",
        "INSERT INTO changes VALUES (1, 0)",
        "CREATE TABLE scenarios (key TEXT PRIMARY KEY, area TEXT NOT NULL, version INTEGER NOT NULL)",
        "CREATE INDEX scenarios_of_area ON scenarios (area)",
        # A version without content is a removal.
        "CREATE TABLE scenario_versions ("
        " key TEXT NOT NULL REFERENCES scenarios (key) ON DELETE CASCADE, version INTEGER NOT NULL, content TEXT,"
        " changed_at TEXT NOT NULL, PRIMARY KEY (key, version)) WITHOUT ROWID",
    ),
)
