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
    (
        # What a meeting holds are documents (JSON); the columns are what is asked for.
        "CREATE TABLE meetings ("
        " key TEXT PRIMARY KEY, area TEXT NOT NULL, title TEXT NOT NULL, dataset_hash TEXT NOT NULL,"
        " current TEXT NOT NULL, is_open INTEGER NOT NULL, owner TEXT NOT NULL, join_code TEXT NOT NULL,"
        " facilitator_code TEXT NOT NULL, count INTEGER NOT NULL, notes_made INTEGER NOT NULL, made_at TEXT NOT NULL,"
        " changed_at TEXT NOT NULL) WITHOUT ROWID",
        "CREATE INDEX meetings_of_area ON meetings (area)",
        # What was removed stays for a while with the time of it, so that it can be brought back.
        "CREATE TABLE meeting_items ("
        " meeting TEXT NOT NULL REFERENCES meetings (key) ON DELETE CASCADE, key TEXT NOT NULL,"
        " place INTEGER NOT NULL, content TEXT NOT NULL, removed_at TEXT, PRIMARY KEY (meeting, key)) WITHOUT ROWID",
        # Who holds a note is known by the holder of the pass it was written with.
        "CREATE TABLE meeting_notes ("
        " meeting TEXT NOT NULL REFERENCES meetings (key) ON DELETE CASCADE, key TEXT NOT NULL,"
        " number INTEGER NOT NULL, item TEXT NOT NULL, holder TEXT NOT NULL, content TEXT NOT NULL, removed_at TEXT,"
        " PRIMARY KEY (meeting, key)) WITHOUT ROWID",
        "CREATE UNIQUE INDEX notes_by_number ON meeting_notes (meeting, number)",
        "CREATE TABLE meeting_hands ("
        " meeting TEXT NOT NULL REFERENCES meetings (key) ON DELETE CASCADE, key TEXT NOT NULL,"
        " number INTEGER NOT NULL, item TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (meeting, key))"
        " WITHOUT ROWID",
        # A pass is kept as its digest: the file alone lets nobody in as somebody else. `writes`: when it last wrote.
        "CREATE TABLE meeting_passes ("
        " digest TEXT PRIMARY KEY, meeting TEXT NOT NULL REFERENCES meetings (key) ON DELETE CASCADE,"
        " role TEXT NOT NULL, name TEXT NOT NULL, holder TEXT NOT NULL, made_at TEXT NOT NULL,"
        " writes TEXT NOT NULL DEFAULT '[]') WITHOUT ROWID",
        "CREATE INDEX passes_of_meeting ON meeting_passes (meeting)",
    ),
    (
        # Who changed it last: told to whoever else was changing it.
        "ALTER TABLE meeting_items ADD COLUMN changed_by TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE meeting_notes ADD COLUMN changed_by TEXT NOT NULL DEFAULT ''",
        # When a pass last wrote, '' before: those in use are not dropped for new ones.
        "ALTER TABLE meeting_passes ADD COLUMN wrote_at TEXT NOT NULL DEFAULT ''",
        # What everybody together did of late, as `geo.meeting_pace` counts it.
        "ALTER TABLE meetings ADD COLUMN writes_pace REAL NOT NULL DEFAULT 0",
        "ALTER TABLE meetings ADD COLUMN viewers_pace REAL NOT NULL DEFAULT 0",
        "ALTER TABLE meetings ADD COLUMN participants_pace REAL NOT NULL DEFAULT 0",
        "ALTER TABLE meetings ADD COLUMN facilitators_pace REAL NOT NULL DEFAULT 0",
        "ALTER TABLE changes ADD COLUMN meetings_pace REAL NOT NULL DEFAULT 0",
    ),
)
