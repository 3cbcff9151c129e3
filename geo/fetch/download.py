"""One file from its address to the disk: resumed where it broke off, whole when it has its name."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import urllib3

from geo.fetch.errors import AbsentError, FetchError
from geo.fetch.partial import EMPTY, Download, Partial, Version, damage
from geo.fetch.transport import Manners, Transport

_PIECE_BYTES = 1 << 18
_SPARE_BYTES = 50_000_000
# Tries in all, also where each brings a little; and whole downloads that turn out damaged.
_MOST_TRIES = 100
_MOST_DAMAGED = 2
_LATER = {408, 425, 429, 500, 502, 503, 504}


class _AgainError(Exception):
    """This try did not bring the whole file; the next may."""

    def __init__(self, reason: str, *, wait_s: float = 0.0, answered: bool = True) -> None:
        super().__init__(reason)
        self.wait_s = wait_s
        self.answered = answered


class Downloader:
    """Fetches files.

    Parameters
    ----------
    base
        Address of a mirror, as for :class:`geo.fetch.transport.Transport`.
    manners
        Pauses, timeouts and number of tries.
    watch
        Called with (bytes had, bytes in all or None) as they come.
    note
        Called with a line for the user when a try failed and another follows.
    """

    def __init__(
        self,
        *,
        base: str = "",
        manners: Manners | None = None,
        watch: Callable[[int, int | None], None] = lambda _have, _total: None,
        note: Callable[[str], None] = lambda _line: None,
    ) -> None:
        self._transport = Transport(base=base, manners=manners)
        self._manners = self._transport.manners
        self._watch = watch
        self._note = note

    def get(self, address: str, path: Path) -> Download:
        """Fetch a zip (or what is one inside, as .xlsx) to ``path``.

        The bytes gather in ``<name>.part``, with ``<name>.part.toml`` telling which state of the file they are of; a
        later call goes on from there if the server still has that state. ``path`` appears only when the size is the
        server's and every member's checksum fits.

        Raises
        ------
        AbsentError
            There is no such file.
        FetchError
            ``fetch_unreachable``, ``fetch_status``, ``fetch_damaged``, ``fetch_host`` or ``fetch_disk``.
        """
        part = Partial(path, address)
        idle = damaged = 0
        answered = False
        best = part.size
        for _ in range(_MOST_TRIES):
            try:
                self._transfer(address, part)
                if not (problem := damage(part.path)):
                    return part.finish()
                part.discard()
                damaged += 1
                if problem == EMPTY:
                    raise AbsentError(f"{address}: {problem}.", address=address, found=problem)
                if damaged >= _MOST_DAMAGED:
                    message = f"{address}: arrives damaged again ({problem}). Fetch it by hand, or try again later."
                    raise FetchError(message, key="fetch_damaged", address=address, detail=problem)
                raise _AgainError(problem)
            except _AgainError as again:
                answered |= again.answered
                idle = 0 if part.size > best else idle + 1
                best = max(best, part.size)
                reason = str(again)
                if idle >= self._manners.attempts:
                    break
                wait = min(self._manners.first_wait_s * 2 ** max(idle - 1, 0), self._manners.longest_wait_s)
                wait = max(wait, again.wait_s)
                self._note(f"{path.name}: {reason}; trying again in {wait:.0f} s from byte {part.resumable()[0]:,}")
                self._manners.sleep(wait)
            except OSError as error:
                message = f"{path}: cannot be written ({error.strerror or error}). What is there stays; try again."
                raise FetchError(
                    message, key="fetch_disk", file=path.name, detail=str(error.strerror or error)
                ) from error
        message = f"{address}: given up after {self._manners.attempts} tries in a row ({reason}). Try again later."
        raise FetchError(message, key="fetch_unreachable", address=address, detail=reason, answered=answered)

    def _transfer(self, address: str, part: Partial) -> None:
        """Ask once for what is missing and write what comes."""
        have, version = part.resumable()
        if have and have == version.size:
            return
        headers = {"Range": f"bytes={have}-", "If-Range": version.validator} if have else {}
        try:
            response = self._transport.open(address, headers)
        except urllib3.exceptions.SSLError as error:
            message = f"{address}: no trusted connection ({error}). Check the clock, the proxy and its certificate."
            raise FetchError(
                message, key="fetch_unreachable", address=address, detail=str(error), answered=False
            ) from error
        except urllib3.exceptions.HTTPError as error:
            raise _AgainError(f"no connection ({type(error).__name__})", answered=False) from error
        try:
            start, now = _judge(response, address, have, version, part)
            self._write(response, part, start, now)
        except urllib3.exceptions.HTTPError as error:
            raise _AgainError(f"the connection broke ({type(error).__name__})") from error
        finally:
            response.close()
            self._transport.done()
        if now.size >= 0 and part.size != now.size:
            raise _AgainError(f"{part.size:,} bytes of {now.size:,} came")

    def _write(self, response: urllib3.BaseHTTPResponse, part: Partial, start: int, now: Version) -> None:
        total = now.size if now.size >= 0 else None
        first = response.read1(_PIECE_BYTES, decode_content=False)
        # The first two bytes may come one by one.
        while 0 < len(first) < 2 and (more := response.read1(_PIECE_BYTES, decode_content=False)):
            first += more
        if start == 0:
            _refuse_page(response, first, now.address)
            _refuse_full_disk(part.path, now.size)
            part.begin(now)
        have = start
        with part.path.open("ab") as out:
            piece = first
            while piece:
                out.write(piece)
                # Nothing waits in memory: what came is kept, whatever happens to this process.
                out.flush()
                have += len(piece)
                self._watch(have, total)
                piece = response.read1(_PIECE_BYTES, decode_content=False)


def _judge(
    response: urllib3.BaseHTTPResponse, address: str, have: int, version: Version, part: Partial
) -> tuple[int, Version]:
    """Return where the body belongs and which state of the file it is of; raise where it is not the file."""
    status = response.status
    if status in {404, 410}:
        raise AbsentError(f"{address}: there is no such file ({status}).", address=address, found=str(status))
    if status in _LATER:
        wait = urllib3.Retry(0).get_retry_after(response) or 0.0
        raise _AgainError(f"the server says {status}", wait_s=min(wait, 300.0))
    if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and have:
        if response.headers.get("Content-Range", "").strip() == f"bytes */{have}":
            part.describe(replace(version, size=have))
            raise _AgainError("there is no more of it than is here")
        part.discard()
        raise _AgainError("the file changed on the server: begun anew")
    headers = response.headers
    if status == HTTPStatus.PARTIAL_CONTENT and have:
        now = Version(address, headers.get("ETag", ""), headers.get("Last-Modified", ""), version.size)
        span = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", headers.get("Content-Range", "").strip())
        same_start = span is not None and int(span[1]) == have
        same_size = span is not None and (span[3] == "*" or version.size in {-1, int(span[3])})
        same_etag = not (now.etag and version.etag) or now.etag == version.etag
        same_date = not (now.last_modified and version.last_modified) or now.last_modified == version.last_modified
        if not (same_start and same_size and same_etag and same_date):
            part.discard()
            raise _AgainError("the server sent another piece than asked for: begun anew")
        size = version.size if span is None or span[3] == "*" else int(span[3])
        return have, Version(address, version.etag, version.last_modified, size)
    if status != HTTPStatus.OK:
        message = f"{address}: the server says {status}. Try again later, or fetch the file by hand."
        raise FetchError(message, key="fetch_status", address=address, found=str(status))
    if headers.get("Content-Encoding", "identity").lower() not in {"", "identity"}:
        message = f"{address}: the server packs the file once more ({headers['Content-Encoding']}), unasked."
        raise FetchError(message, key="fetch_status", address=address, found=headers["Content-Encoding"])
    length = headers.get("Content-Length", "")
    size = int(length) if length.isdecimal() else -1
    return 0, Version(address, headers.get("ETag", ""), headers.get("Last-Modified", ""), size)


def _refuse_page(response: urllib3.BaseHTTPResponse, first: bytes, address: str) -> None:
    """Raise where the body is a page and not a zip; nothing is on the disk yet."""
    if first.startswith(b"PK"):
        return
    if not first:
        raise _AgainError("an empty answer")
    kind = response.headers.get("Content-Type", "?")
    message = f"{address}: a page or another file ({kind}) instead of a zip."
    raise AbsentError(message, address=address, found=f"{kind}, not a zip")


def _refuse_full_disk(path: Path, size: int) -> None:
    free = shutil.disk_usage(path.parent).free
    if size >= 0 and free < size + _SPARE_BYTES:
        message = f"{path.parent}: {size:,} bytes are to come and {free:,} are free. Make room and try again."
        raise FetchError(message, key="fetch_disk", file=path.name, detail=f"{free:,} < {size:,}")
