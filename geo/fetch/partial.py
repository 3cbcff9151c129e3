"""The bytes of a file that is under way, what they are of, and whether what came is whole."""

from __future__ import annotations

import hashlib
import os
import tomllib
import zipfile
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path

import tomli_w

EMPTY = "an archive with nothing in it"


@dataclass(frozen=True)
class Version:
    """What tells one state of a file on the server from another; '' or -1 where the server does not say."""

    address: str
    etag: str = ""
    last_modified: str = ""
    size: int = -1

    @property
    def validator(self) -> str:
        """What ``If-Range`` may be asked with: a strong ETag, else the date (RFC 9110, 13.1.5); '' for neither."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.last_modified


@dataclass(frozen=True)
class Download:
    """A file that is whole: ``size`` in bytes, ``sha256``, and the server's ``last_modified``."""

    path: Path
    size: int
    sha256: str
    last_modified: str


class Partial:
    """The bytes had so far, and what they are of."""

    def __init__(self, target: Path, address: str) -> None:
        self.target = target
        self.path = target.with_name(f"{target.name}.part")
        self.notes = target.with_name(f"{target.name}.part.toml")
        self._address = address

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        return self.path.stat().st_size if self.path.is_file() else 0

    def resumable(self) -> tuple[int, Version]:
        """Return how many bytes can be kept, and of which state of the file; 0 where that is not known."""
        try:
            version = Version(**tomllib.loads(self.notes.read_text(encoding="utf-8")))
            fits = version.address == self._address and version.validator and not 0 <= version.size < self.size
        except (OSError, UnicodeError, tomllib.TOMLDecodeError, TypeError, AttributeError):
            fits = False
        return (self.size, version) if fits else (0, Version(self._address))

    def begin(self, version: Version) -> None:
        """Start an empty file. Emptied before the notes change: at no moment do they tell of other bytes."""
        with self.path.open("wb") as out:
            os.fsync(out.fileno())
        self.describe(version)

    def describe(self, version: Version) -> None:
        """Write down what the bytes are of."""
        self.notes.write_text(tomli_w.dumps(asdict(version)), encoding="utf-8")

    def discard(self) -> None:
        """Forget the bytes: the next try begins anew."""
        self.path.unlink(missing_ok=True)
        self.notes.unlink(missing_ok=True)

    def finish(self) -> Download:
        """Flush to disk, then rename into place."""
        _, version = self.resumable()
        with self.path.open("rb") as handle:
            os.fsync(handle.fileno())
            digest = hashlib.file_digest(handle, "sha256").hexdigest()
        size = self.size
        self.path.replace(self.target)
        self.notes.unlink(missing_ok=True)
        folder = os.open(self.target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return Download(self.target, size, digest, version.last_modified)


def damage(path: Path) -> str:
    """Return what is wrong with a zip ('' for nothing): every member is read and its checksum compared."""
    try:
        with zipfile.ZipFile(path) as archive:
            if not archive.infolist():
                return EMPTY
            bad = archive.testzip()
    except NotImplementedError:
        # A packing that Python cannot undo: the size is all there is to go by.
        return ""
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as error:
        return f"not a whole zip ({error})"
    return f"member '{bad}' is damaged" if bad else ""
