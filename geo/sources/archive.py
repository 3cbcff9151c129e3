"""Downloads as they come: a zip (also one inside another), a folder or a bare file; no name in it is trusted."""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import IO

from geo.sources.reading import SourceError

_LONGEST_NAME = 200
_SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
# An inner archive larger than this is kept on disk while it is open.
_IN_MEMORY_BYTES = 64_000_000
# What reading a damaged, encrypted or unknown-method member can raise.
_DAMAGED = (OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError)


@dataclass(frozen=True)
class Limits:
    """What an archive may hold: number of members, bytes unpacked in all, and unpacked ÷ packed of one member.

    An elevation tile that is all sea, or a mesh of one class, is as repetitive as a file can be: the ratio of official
    downloads is deflate's own limit (1,032), and only the bytes in all guard them.
    """

    members: int = 20_000
    total_bytes: int = 20_000_000_000
    ratio: float = 1_032.0


OFFICIAL = Limits()
UPLOAD = Limits(members=500, total_bytes=1_000_000_000, ratio=200.0)


class Source:
    """Members of a download by name, '/' between folders; made by :func:`open_source`."""

    def __init__(self, label: str, members: dict[str, Path | tuple[zipfile.ZipFile, zipfile.ZipInfo]]) -> None:
        self.label = label
        self._members = members

    def names(self) -> list[str]:
        """Return the members' names, sorted."""
        return sorted(self._members)

    def find(self, *patterns: str) -> list[str]:
        """Return the members whose last part matches one of the patterns (``*.shp``), letter case aside; sorted."""
        wanted = [pattern.lower() for pattern in patterns]
        return [
            name
            for name in self.names()
            if any(fnmatchcase(PurePosixPath(name).name.lower(), pattern) for pattern in wanted)
        ]

    def read(self, name: str) -> bytes:
        """Return a member's bytes.

        Raises
        ------
        SourceError
            The source has no such member, or it is damaged.
        """
        buffer = io.BytesIO()
        self._copy(name, buffer)
        return buffer.getvalue()

    def extract(self, name: str, folder: Path) -> Path:
        """Write a member into ``folder``, a Shapefile with its other parts; return the path.

        The files are called ``member.<suffix>``: no name out of an archive ever becomes a path.
        """
        stem = name.removesuffix(PurePosixPath(name).suffix)
        wanted = {name}
        if name.lower().endswith(".shp"):
            parts = {f"{stem}{suffix}".lower() for suffix in _SHAPEFILE_PARTS}
            wanted |= {other for other in self._members if other.lower() in parts}
        for member in sorted(wanted):
            with (folder / f"member{PurePosixPath(member).suffix.lower()}").open("wb") as out:
                self._copy(member, out)
        return folder / f"member{PurePosixPath(name).suffix.lower()}"

    def _copy(self, name: str, out: IO[bytes]) -> None:
        member = self._members.get(name)
        if member is None:
            raise SourceError.of(
                self.label, layer=name, expected="a member of this name", found="none", remedy="Download it again."
            )
        try:
            if isinstance(member, Path):
                with member.open("rb") as handle:
                    shutil.copyfileobj(handle, out)
            else:
                archive, info = member
                # Never more than the size that was checked: the module stops there, and the checksum is wrong then.
                with archive.open(info) as packed:
                    shutil.copyfileobj(packed, out)
        except _DAMAGED as error:
            raise _damaged(self.label, name, error) from error


@contextmanager
def open_source(path: Path, *, limits: Limits = OFFICIAL) -> Iterator[Source]:
    """Open a download.

    Parameters
    ----------
    path
        A .zip (zips inside it are opened too, one level down), a folder, or a single file.
    limits
        What an archive may hold.

    Raises
    ------
    SourceError
        Not there, not a zip, encrypted, with a path that leads out of it, or beyond the limits.
    """
    members: dict[str, Path | tuple[zipfile.ZipFile, zipfile.ZipInfo]] = {}
    with ExitStack() as opened:
        if path.is_dir():
            members.update({p.relative_to(path).as_posix(): p for p in sorted(path.rglob("*")) if p.is_file()})
        elif path.is_file() and path.suffix.lower() == ".zip":
            _add_archive(path.name, path, members, opened, limits, prefix="", depth=0)
        elif path.is_file():
            members[path.name] = path
            # The other parts of a bare Shapefile lie beside it.
            if path.suffix.lower() == ".shp":
                beside = (p for p in path.parent.iterdir() if p.stem == path.stem)
                members.update({p.name: p for p in beside if p.suffix.lower() in _SHAPEFILE_PARTS})
        else:
            raise SourceError.of(path.name, expected="a file", found="none", remedy="Check the path.")
        yield Source(path.name, members)


def _add_archive(
    label: str,
    file: Path | IO[bytes],
    members: dict[str, Path | tuple[zipfile.ZipFile, zipfile.ZipInfo]],
    opened: ExitStack,
    limits: Limits,
    *,
    prefix: str,
    depth: int,
) -> None:
    try:
        archive = zipfile.ZipFile(file)
    except (OSError, zipfile.BadZipFile) as error:
        raise SourceError.of(
            label, expected="a zip archive", found=str(error), remedy="Download it again, whole."
        ) from error
    opened.enter_context(archive)
    infos = [info for info in archive.infolist() if not info.is_dir()]
    _check(label, infos, len(members), sum(map(_size, members.values())), limits)
    for info in infos:
        name = prefix + _true_name(info)
        if name.lower().endswith(".zip") and depth == 0:
            inner = opened.enter_context(_unpacked(label, name, archive, info))
            _add_archive(f"{label}/{name}", inner, members, opened, limits, prefix=f"{name}/", depth=1)
        else:
            members[name] = (archive, info)


def _unpacked(label: str, name: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> IO[bytes]:
    """Return an inner archive's bytes as a file that can be searched."""
    inner: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115
    try:
        with archive.open(info) as packed:
            shutil.copyfileobj(packed, inner)
    except _DAMAGED as error:
        inner.close()
        raise _damaged(label, name, error) from error
    inner.seek(0)
    return inner


def _damaged(label: str, name: str, error: Exception) -> SourceError:
    return SourceError.of(
        label, layer=name, expected="a whole file", found=str(error) or "damaged", remedy="Download it again."
    )


def _check(label: str, infos: Sequence[zipfile.ZipInfo], so_far: int, bytes_so_far: int, limits: Limits) -> None:
    problem = ""
    names = [_true_name(info) for info in infos]
    if so_far + len(infos) > limits.members:
        problem = f"{so_far + len(infos)} members, more than {limits.members}"
    elif bytes_so_far + sum(info.file_size for info in infos) > limits.total_bytes:
        problem = f"more than {limits.total_bytes // 1_000_000} MB unpacked"
    elif len(set(names)) < len(names):
        problem = f"'{min(name for name in names if names.count(name) > 1)}' twice"
    for info, name in zip(infos, names, strict=True):
        if info.flag_bits & 1:
            problem = f"'{name}' encrypted"
        elif ".." in PurePosixPath(name).parts or name.startswith("/") or ":" in name:
            problem = f"'{name}', a path that leads out of the archive"
        elif len(name) > _LONGEST_NAME:
            problem = f"a name of {len(name)} letters"
        elif info.file_size > 1_000_000 and info.file_size > limits.ratio * max(info.compress_size, 1):
            problem = f"'{name}', which unpacks to {info.file_size // max(info.compress_size, 1)} times its size"
    if problem:
        raise SourceError.of(
            label,
            expected="a plain archive of data files",
            found=problem,
            remedy="Pack the files anew, or choose another.",
        )


def _true_name(info: zipfile.ZipInfo) -> str:
    """Put right a name in CP932 that was taken for CP437, as archives made on Japanese Windows have it."""
    name = info.filename
    if not info.flag_bits & 0x800:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("cp932")
    # Only now: the second byte of 表, ソ and others is a backslash in CP932.
    return name.replace("\\", "/")


def _size(member: Path | tuple[zipfile.ZipFile, zipfile.ZipInfo]) -> int:
    return member.stat().st_size if isinstance(member, Path) else member[1].file_size
