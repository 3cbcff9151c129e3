"""Downloads as they come: a zip (also one inside another), a folder or a bare file, opened without trusting names in it."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from geo.sources.reading import SourceError

_LONGEST_NAME = 200
_SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


@dataclass(frozen=True)
class Limits:
    """What an archive may hold: number of members, bytes unpacked in all, and unpacked ÷ packed of one member."""

    members: int = 20_000
    total_bytes: int = 20_000_000_000
    ratio: float = 400.0


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
        stem = name[: -len(PurePosixPath(name).suffix)] if PurePosixPath(name).suffix else name
        wanted = {name}
        if name.lower().endswith(".shp"):
            parts = {f"{stem}{suffix}".lower() for suffix in _SHAPEFILE_PARTS}
            wanted |= {other for other in self._members if other.lower() in parts}
        for member in sorted(wanted):
            with (folder / f"member{PurePosixPath(member).suffix.lower()}").open("wb") as out:
                self._copy(member, out)
        return folder / f"member{PurePosixPath(name).suffix.lower()}"

    def _copy(self, name: str, out: io.BufferedIOBase | io.BytesIO) -> None:
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
                with archive.open(info) as packed:
                    # Not trusted: a member can unpack to more than it says.
                    left = info.file_size + 1
                    while left > 0 and (piece := packed.read(min(left, 1 << 20))):
                        out.write(piece)
                        left -= len(piece)
                    if left <= 0:
                        raise zipfile.BadZipFile("it unpacks to more than it says")
        except (OSError, zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError) as error:
            raise SourceError.of(
                self.label, layer=name, expected="a whole file", found=str(error), remedy="Download it again."
            ) from error


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
    opened: list[zipfile.ZipFile] = []
    try:
        if path.is_dir():
            members.update({p.relative_to(path).as_posix(): p for p in sorted(path.rglob("*")) if p.is_file()})
        elif path.suffix.lower() == ".zip":
            _add_archive(path.name, path, members, opened, limits, prefix="", depth=0)
        elif path.is_file():
            members[path.name] = path
            # The other parts of a bare Shapefile lie beside it.
            if path.suffix.lower() == ".shp":
                members.update(
                    {p.name: p for p in path.parent.glob(f"{path.stem}.*") if p.suffix.lower() in _SHAPEFILE_PARTS}
                )
        else:
            raise SourceError.of(path.name, expected="a file", found="none", remedy="Check the path.")
        yield Source(path.name, members)
    finally:
        for archive in reversed(opened):
            archive.close()


def _add_archive(
    label: str,
    file: Path | io.BytesIO,
    members: dict[str, Path | tuple[zipfile.ZipFile, zipfile.ZipInfo]],
    opened: list[zipfile.ZipFile],
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
    opened.append(archive)
    infos = [info for info in archive.infolist() if not info.is_dir()]
    _check(label, infos, len(members), sum(map(_size, members.values())), limits)
    for info in infos:
        name = prefix + _true_name(info)
        if info.filename.lower().endswith(".zip") and depth == 0:
            inner = io.BytesIO(archive.read(info))
            _add_archive(f"{label}/{name}", inner, members, opened, limits, prefix=f"{name}/", depth=1)
        else:
            members[name] = (archive, info)


def _check(label: str, infos: Sequence[zipfile.ZipInfo], so_far: int, bytes_so_far: int, limits: Limits) -> None:
    problem = ""
    if so_far + len(infos) > limits.members:
        problem = f"{so_far + len(infos)} members, more than {limits.members}"
    elif bytes_so_far + sum(info.file_size for info in infos) > limits.total_bytes:
        problem = f"more than {limits.total_bytes // 1_000_000} MB unpacked"
    for info in infos:
        parts = PurePosixPath(info.filename.replace("\\", "/")).parts
        if info.flag_bits & 1:
            problem = f"'{info.filename}' encrypted"
        elif ".." in parts or info.filename.startswith(("/", "\\")) or ":" in info.filename:
            problem = f"'{info.filename}', a path that leads out of the archive"
        elif len(info.filename) > _LONGEST_NAME:
            problem = f"a name of {len(info.filename)} letters"
        elif info.file_size > 1_000_000 and info.file_size > limits.ratio * max(info.compress_size, 1):
            problem = (
                f"'{info.filename}', which unpacks to {info.file_size // max(info.compress_size, 1)} times its size"
            )
    if problem:
        raise SourceError.of(
            label,
            expected="a plain archive of data files",
            found=problem,
            remedy="Pack the files anew, or choose another.",
        )


def _true_name(info: zipfile.ZipInfo) -> str:
    """Put right a name in CP932 that was taken for CP437, as archives made on Japanese Windows have it."""
    name = info.filename.replace("\\", "/")
    if info.flag_bits & 0x800:
        return name
    try:
        return name.encode("cp437").decode("cp932")
    except UnicodeError:
        return name


def _size(member: Path | tuple[zipfile.ZipFile, zipfile.ZipInfo]) -> int:
    return member.stat().st_size if isinstance(member, Path) else member[1].file_size
