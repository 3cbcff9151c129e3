"""What users make and keep, in one SQLite file: scenarios, with the former versions of each for undo; and meetings."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import string
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from geo.dataset import DATA_DIR
from geo.local import LOCAL_DIR_VARIABLE
from geo.meeting_store import MeetingStore
from geo.scenario import SCENARIO_KEY, Scenario, ScenarioError, check_words, renamed
from geo.scenario_toml import from_document, to_document
from geo.store_database import Database, StoreError
from geo.store_tables import MIGRATIONS

FILE = "meguri.sqlite"
VERSIONS_KEPT = 50
MOST_SCENARIOS = 500
# So many that were removed can still be brought back.
REMOVED_KEPT = 200
_KEY_LETTERS = string.ascii_lowercase + string.digits
_KEY_LENGTH = 12
_PRESENT = (
    "SELECT s.key, v.content FROM scenarios s JOIN scenario_versions v ON v.key = s.key AND v.version = s.version"
)
_COUNT = (
    "SELECT count(*) FROM scenarios s JOIN scenario_versions v ON v.key = s.key AND v.version = s.version"
    " WHERE s.area = ? AND v.content IS NOT NULL"
)
_FORGET = (
    "DELETE FROM scenarios WHERE key IN (SELECT s.key FROM scenarios s JOIN scenario_versions v"
    " ON v.key = s.key AND v.version = s.version WHERE v.content IS NULL ORDER BY v.changed_at DESC LIMIT -1 OFFSET ?)"
)


class StoreConflictError(StoreError):
    """Somebody saved the scenario since it was read; nothing was written.

    Attributes
    ----------
    theirs
        The scenario as it stands now; None where they removed it.
    """

    default_key = "store_conflict"

    def __init__(self, mine: Scenario, theirs: Scenario | None) -> None:
        message = f"scenario '{mine.name}': somebody else saved it since you opened it; look at theirs, then save"
        super().__init__(message, name=mine.name)
        self.theirs = theirs


@dataclass(frozen=True)
class Store:
    """The scenarios of one server; every call is one transaction, from any thread or process.

    Every method raises StoreError where the file cannot be read or written; what a method returned from is kept,
    whatever happens afterwards.
    """

    database: Database

    @property
    def meetings(self) -> MeetingStore:
        """The meetings kept in the same file."""
        return MeetingStore(self.database)

    def stamp(self) -> str:
        """Return a token that changes with every change kept, '' where nothing was ever kept; for caches."""
        try:
            status = self.database.path.stat()
        except OSError:
            return ""
        with self.database.reading() as connection:
            count = 0 if connection is None else connection.execute("SELECT count FROM changes").fetchone()[0]
        # A copy put back in the file's place may count as far as the file did.
        return f"{status.st_ino}.{status.st_mtime_ns}.{count}"

    def scenarios(self, area: str) -> tuple[Scenario, ...]:
        """Return an area's scenarios, the one changed last first."""
        with self.database.reading() as connection:
            rows = (
                []
                if connection is None
                else _rows(connection, f"{_PRESENT} WHERE s.area = ? AND v.content IS NOT NULL", area)
            )
        found = [self._read(key, content) for key, content in rows]
        return tuple(sorted(found, key=lambda scenario: (scenario.changed_at, scenario.key), reverse=True))

    def scenario(self, key: str) -> Scenario | None:
        """Return a scenario, None where there is none (or it was removed)."""
        with self.database.reading() as connection:
            return None if connection is None else self._present(connection, key)

    def save(self, scenario: Scenario, *, base: str | None = None) -> Scenario:
        """Keep a scenario, under a new key where it has none, and return it with key and times.

        The former version stays for :meth:`undo`; what was undone before is gone.

        Parameters
        ----------
        base
            ``changed_at`` of what the changes were made on: refuses to write over what somebody else saved since.
            None writes in any case.

        Raises
        ------
        StoreConflictError
            It is no longer the one of ``base``.
        ScenarioError
            Its words cannot be kept, or the area has ``MOST_SCENARIOS`` already.
        """
        check_words(scenario)
        if scenario.key and not SCENARIO_KEY.fullmatch(scenario.key):
            message = f"scenario key: expected {_KEY_LENGTH} lower-case letters and digits; found '{scenario.key}'"
            raise ScenarioError(message, key="scenario_key", found=scenario.key)
        with self.database.writing() as connection:
            if base is not None:
                theirs = self._present(connection, scenario.key)
                if theirs is None or theirs.changed_at != base:
                    raise StoreConflictError(scenario, theirs)
            return self._keep(connection, scenario)

    def duplicate(self, key: str, name: str) -> Scenario:
        """Keep a copy under a new key and another name; raises ScenarioError where there is none, or as for a save."""
        with self.database.writing() as connection:
            copy = renamed(self._known(connection, key), name)
            return self._keep(connection, replace(copy, key="", made_at=""))

    def rename(self, key: str, name: str, note: str | None = None) -> Scenario:
        """Give a scenario another name (and note); raises ScenarioError where there is none or the name cannot be."""
        with self.database.writing() as connection:
            return self._keep(connection, renamed(self._known(connection, key), name, note))

    def remove(self, key: str) -> None:
        """Take a scenario out, if there is one; :meth:`undo` brings the last ``REMOVED_KEPT`` back."""
        with self.database.writing() as connection:
            if self._present(connection, key) is not None:
                self._append(connection, key, None, self._moment(connection, key))
                connection.execute(_FORGET, (REMOVED_KEPT,))

    def undo(self, key: str) -> Scenario | None:
        """Go back to the version before (of a removal: bring it back) and return it; None where there is none."""
        return self._step(key, -1)

    def redo(self, key: str) -> Scenario | None:
        """Take back an undo where nothing was saved since; None where there is none, or where that is a removal."""
        return self._step(key, 1)

    def can_undo(self, key: str) -> bool:
        """Tell whether there is a version before."""
        return self._has(key, -1)

    def can_redo(self, key: str) -> bool:
        """Tell whether an undo can be taken back."""
        return self._has(key, 1)

    def _has(self, key: str, by: int) -> bool:
        asked = "SELECT 1 FROM scenarios s JOIN scenario_versions v ON v.key = s.key AND v.version = s.version + ?"
        with self.database.reading() as connection:
            return connection is not None and bool(_rows(connection, f"{asked} WHERE s.key = ?", by, key))

    def _step(self, key: str, by: int) -> Scenario | None:
        with self.database.writing() as connection:
            version = _version(connection, key) + by
            rows = _rows(
                connection, "SELECT content FROM scenario_versions WHERE key = ? AND version = ?", key, version
            )
            if not rows:
                return None
            connection.execute("UPDATE scenarios SET version = ? WHERE key = ?", (version, key))
            _count(connection)
            return None if rows[0][0] is None else self._read(key, rows[0][0])

    def _keep(self, connection: sqlite3.Connection, scenario: Scenario) -> Scenario:
        is_new = self._present(connection, scenario.key) is None
        if is_new and _rows(connection, _COUNT, scenario.area)[0][0] >= MOST_SCENARIOS:
            message = f"area '{scenario.area}': it has {MOST_SCENARIOS} scenarios already; remove some first"
            raise ScenarioError(message, key="scenario_most", most=MOST_SCENARIOS)
        key = scenario.key or _new_key(connection)
        moment = self._moment(connection, key)
        kept = replace(scenario, key=key, made_at=scenario.made_at or moment, changed_at=moment)
        connection.execute(
            "INSERT INTO scenarios VALUES (?, ?, 0) ON CONFLICT (key) DO UPDATE SET area = excluded.area",
            (key, kept.area),
        )
        content = json.dumps(to_document(kept), ensure_ascii=False, allow_nan=False)
        self._append(connection, key, content, moment)
        return kept

    def _append(self, connection: sqlite3.Connection, key: str, content: str | None, moment: str) -> None:
        """Make a content the present version; what was undone is gone then, and the oldest versions with it."""
        version = _version(connection, key) + 1
        connection.execute("DELETE FROM scenario_versions WHERE key = ? AND version >= ?", (key, version))
        connection.execute("INSERT INTO scenario_versions VALUES (?, ?, ?, ?)", (key, version, content, moment))
        connection.execute("UPDATE scenarios SET version = ? WHERE key = ?", (version, key))
        oldest = version - VERSIONS_KEPT
        connection.execute("DELETE FROM scenario_versions WHERE key = ? AND version < ?", (key, oldest))
        _count(connection)

    def _moment(self, connection: sqlite3.Connection, key: str) -> str:
        """Return the time now, or just after the last version's where the clock went back."""
        now = datetime.now(tz=UTC)
        rows = _rows(connection, "SELECT max(changed_at) FROM scenario_versions WHERE key = ?", key)
        if rows[0][0] is not None:
            now = max(now, datetime.fromisoformat(rows[0][0]) + timedelta(microseconds=1))
        return now.isoformat(timespec="microseconds")

    def _known(self, connection: sqlite3.Connection, key: str) -> Scenario:
        found = self._present(connection, key)
        if found is None:
            raise ScenarioError(f"there is no scenario '{key}'", key="scenario_unknown", found=key)
        return found

    def _present(self, connection: sqlite3.Connection, key: str) -> Scenario | None:
        rows = _rows(connection, f"{_PRESENT} WHERE s.key = ?", key)
        return None if not rows or rows[0][1] is None else self._read(key, rows[0][1])

    def _read(self, key: str, content: str) -> Scenario:
        try:
            return _scenario(key, content)
        except ValueError as error:
            raise self.database.error("store_damaged", str(error)) from error


def open_store(data_dir: Path = DATA_DIR, *, is_writable: bool = True) -> Store:
    """Return the store of a server's data: ``<data_dir>/local/meguri.sqlite``, or under ``MEGURI_LOCAL_DIR``.

    The file need not exist: the first thing kept makes it. Nothing is opened yet.
    """
    base = os.environ.get(LOCAL_DIR_VARIABLE, "")
    folder = Path(base) if base else data_dir / "local"
    return Store(Database(folder / FILE, MIGRATIONS, is_writable=is_writable))


def _version(connection: sqlite3.Connection, key: str) -> int:
    rows = _rows(connection, "SELECT version FROM scenarios WHERE key = ?", key)
    return int(rows[0][0]) if rows else 0


def _new_key(connection: sqlite3.Connection) -> str:
    """Return a key that cannot be guessed (62 bits) and that nothing has."""
    while True:
        key = "".join(secrets.choice(_KEY_LETTERS) for _ in range(_KEY_LENGTH))
        if not _rows(connection, "SELECT 1 FROM scenarios WHERE key = ?", key):
            return key


def _count(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE changes SET count = count + 1")


def _rows(connection: sqlite3.Connection, asked: str, *values: object) -> list[tuple[Any, ...]]:
    return connection.execute(asked, values).fetchall()


@lru_cache(maxsize=2 * MOST_SCENARIOS)
def _scenario(key: str, content: str) -> Scenario:
    """Read a kept document; after a change, only what changed is read anew."""
    return replace(from_document(json.loads(content), file=FILE), key=key)
