"""The file that keeps what users make: connections, transactions, migrations, and what can go wrong with it.

SQLite with a rollback journal (one file, good on every file system) and ``synchronous=EXTRA``: what a call returned
from is on the disk, whatever happens afterwards; what was cut off never was.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from geo.errors import MeguriError

# "Mgri": tells the file from another program's.
APPLICATION_ID = 0x4D677269
BUSY_SECONDS = 10.0
_KEY_OF_CODE = {
    sqlite3.SQLITE_FULL: "store_full",
    sqlite3.SQLITE_IOERR: "store_disk",
    sqlite3.SQLITE_TOOBIG: "store_full",
    sqlite3.SQLITE_READONLY: "store_read_only",
    sqlite3.SQLITE_PERM: "store_read_only",
    sqlite3.SQLITE_CANTOPEN: "store_open",
    sqlite3.SQLITE_BUSY: "store_busy",
    sqlite3.SQLITE_LOCKED: "store_busy",
    sqlite3.SQLITE_CORRUPT: "store_damaged",
    sqlite3.SQLITE_NOTADB: "store_damaged",
}
_ENGLISH = {
    "store_full": "the disk is full; nothing was changed. Make room and try again",
    "store_disk": "the disk could not be written or read; nothing was changed. Make room, check the disk, try again",
    "store_read_only": "it may not be written; nothing was changed. Give the server write permission",
    "store_open": "it cannot be opened. Check that the folder exists and may be written",
    "store_busy": "another program is writing it; nothing was changed. Try again in a moment",
    "store_damaged": "it is no store, or damaged; it was left as it is. Move it aside, or put a copy of it back",
    "store_newer": "a newer version of the program wrote it; it was left as it is. Use that version",
    "store_server_read_only": "this server lets nobody write",
    "store": "something went wrong; nothing was changed",
}


class StoreError(MeguriError):
    """What users made could not be read or kept; nothing was changed.

    ``params``: ``file``, and the database's own words as ``detail``.
    """

    default_key = "store"


@dataclass(frozen=True)
class Database:
    """One SQLite file, opened anew for each transaction, so that any thread and process may use it.

    Attributes
    ----------
    path
        Need not exist; reading never makes it.
    migrations
        What makes version 1, 2, … of the tables, each from the one before: SQL statements.
    is_writable
        False refuses every :meth:`writing`.
    """

    path: Path
    migrations: tuple[Sequence[str], ...]
    is_writable: bool = True

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """Give a connection on one state of the file, None where there is nothing to read yet.

        Raises
        ------
        StoreError
            The file cannot be opened or read, is not a store, or is one of a newer version.
        """
        if not self._is_there():
            yield None
            return
        with self._told(), closing(self._connect()) as connection:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")
            version = self._version(connection)
            if 0 < version < len(self.migrations) and self.is_writable:
                connection.execute("ROLLBACK")
                self._bring_up_to_date()
                connection.execute("BEGIN")
                version = self._version(connection)
            if 0 < version < len(self.migrations):
                raise self.error("store_server_read_only", f"{version} < {len(self.migrations)}")
            yield connection if version else None
            connection.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give a connection inside a transaction that is committed at the end, or rolled back where anything raises.

        Raises
        ------
        StoreError
            Nothing was changed: the file cannot be made, opened or written, is not a store, or is a newer one.
        """
        if not self.is_writable:
            raise self.error("store_server_read_only", "")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self.error("store_open", str(error.strerror)) from error
        with self._told(), closing(self._connect(make=True)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            with _rolled_back(connection):
                self._migrate(connection)
                yield connection
                connection.execute("COMMIT")

    def error(self, key: str, detail: str) -> StoreError:
        """Return the error of a key, said of this file."""
        told = f" ({detail})" if detail else ""
        return StoreError(f"{self.path.name}: {_ENGLISH[key]}{told}", key=key, file=self.path.name, detail=detail)

    def _is_there(self) -> bool:
        try:
            return self.path.stat().st_size > 0
        except FileNotFoundError:
            return False
        except OSError as error:
            raise self.error("store_open", str(error.strerror)) from error

    def _connect(self, *, make: bool = False) -> sqlite3.Connection:
        # A file that is not writable is opened for reading by "rw" too; "ro" could not mend what a kill left behind.
        address = f"{self.path.resolve().as_uri()}?mode={'rwc' if make else 'rw'}"
        connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = EXTRA")
            connection.execute("PRAGMA trusted_schema = OFF")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _version(self, connection: sqlite3.Connection) -> int:
        """Return the version of the tables, 0 where there are none; raises StoreError for what is not a store."""
        owner = int(connection.execute("PRAGMA application_id").fetchone()[0])
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        has_tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] > 0
        if (has_tables or version or owner) and owner != APPLICATION_ID:
            raise self.error("store_damaged", "another program's database")
        if version > len(self.migrations):
            raise self.error("store_newer", f"{version} > {len(self.migrations)}")
        return version

    def _bring_up_to_date(self) -> None:
        with self.writing():
            # Beginning to write is what does it.
            pass

    def _migrate(self, connection: sqlite3.Connection) -> None:
        """Bring the tables to the present version, inside the transaction that is under way."""
        version = self._version(connection)
        if version == len(self.migrations):
            return
        for statements in self.migrations[version:]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(self.migrations)}")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say what SQLite raises as a StoreError."""
        try:
            yield
        except sqlite3.Error as error:
            # The low byte is the kind; the rest says more of it.
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            raise self.error(_KEY_OF_CODE.get(code, "store"), str(error)) from error


@contextmanager
def _rolled_back(connection: sqlite3.Connection) -> Iterator[None]:
    """Roll back where anything raises; the first error is the one that is told."""
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            # Where this fails too, closing the connection does it, or the next one to open the file.
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
        raise
