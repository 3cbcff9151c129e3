"""The zip around a meeting: known names only, bounded before and while it is unpacked, the same bytes each time."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping

from geo.meeting_file.refusing import refuse
from geo.shown import shown
from geo.store import MOST_SCENARIOS

MEETING = "meeting.toml"
NOTES = "notes.gpkg"
SCENARIO = re.compile(r"scenarios/([a-z0-9]{12})\.toml")
LARGEST_ZIP_BYTES = 20_000_000
LARGEST_UNPACKED_BYTES = 60_000_000
MOST_MEMBERS = 2 + MOST_SCENARIOS
# The earliest that a zip can say: no clock in the bytes.
_MOMENT = (1980, 1, 1, 0, 0, 0)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1 | 0x40 | 0x2000
# What the directory or a member of a damaged archive can raise.
_DAMAGED = (
    OSError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    IndexError,
    OverflowError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
)


def pack(members: Mapping[str, bytes]) -> bytes:
    """Return a zip of members by name, in their order; equal members give equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, _MOMENT)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    return buffer.getvalue()


def unpack(raw: bytes, file: str) -> dict[str, bytes]:
    """Return the members of a meeting's zip by name, ``meeting.toml`` and ``notes.gpkg`` among them.

    Nothing is written to disk, and no name becomes a path.

    Raises
    ------
    MeetingError
        Larger than 20 MB, or 60 MB unpacked; no zip, cut off or damaged; with a name that is none of a meeting's file,
        one name twice, a member under a password or of a packing that is not deflate; or a part is missing.
    """
    if len(raw) > LARGEST_ZIP_BYTES:
        most, found = LARGEST_ZIP_BYTES // 1_000_000, f"{len(raw) / 1e6:.1f}"
        refuse("size", file, f"expected at most {most} MB; found {found} MB", expected=most, found=found)
    # A zip may hide behind another file's beginning; what this program writes does not.
    if not raw.startswith(b"PK\x03\x04"):
        refuse("zip", file, "expected a zip that this program exported", detail="PK")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            infos = archive.infolist()
            _check(infos, file)
            found_members = {info.filename: _content(archive, info, file) for info in infos}
    except _DAMAGED as error:
        # A refusal of this program is a ValueError, too.
        if hasattr(error, "key"):
            raise
        refuse("zip", file, f"it is cut off or damaged: {shown(error)}", detail=error or type(error).__name__)
    for name in (MEETING, NOTES):
        if name not in found_members:
            refuse("missing", file, f"'{name}' is missing; export the meeting anew", part=name)
    return found_members


def _check(infos: list[zipfile.ZipInfo], file: str) -> None:
    if len(infos) > MOST_MEMBERS:
        message = f"expected at most {MOST_MEMBERS} files in it; found {len(infos)}"
        refuse("members", file, message, expected=MOST_MEMBERS, found=len(infos))
    names = [info.filename for info in infos]
    for info in infos:
        name = info.filename
        # The module cuts a name at a NUL.
        if info.orig_filename != name or not (name in (MEETING, NOTES) or SCENARIO.fullmatch(name)):
            message = f"'{shown(info.orig_filename)}' is no part of a meeting's file"
            refuse("name", file, message, part=info.orig_filename)
        if names.count(name) > 1:
            refuse("twice", file, f"'{name}' is in it twice", part=name)
        if info.flag_bits & _ENCRYPTED or info.compress_type not in _METHODS:
            message = f"'{name}' is under a password, or packed in a way that is not taken; pack it anew"
            refuse("locked", file, message, part=name)
    unpacked = sum(info.file_size for info in infos)
    if unpacked > LARGEST_UNPACKED_BYTES:
        most, found = LARGEST_UNPACKED_BYTES // 1_000_000, f"{unpacked / 1e6:.1f}"
        message = f"expected at most {most} MB unpacked; found {found} MB"
        refuse("unpacked", file, message, expected=most, found=found)


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, file: str) -> bytes:
    # Never more than the size that was checked, whatever the packed bytes would give; the checksum is wrong then.
    with archive.open(info) as packed:
        content = packed.read(info.file_size + 1)
    if len(content) != info.file_size:
        refuse("zip", file, f"'{info.filename}' is cut off", detail=info.filename)
    return content
