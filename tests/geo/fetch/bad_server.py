"""A real HTTP server on this machine that behaves as badly as it is told to, and counts what it is asked."""

from __future__ import annotations

import hashlib
import io
import socket
import struct
import time
import zipfile
from collections import defaultdict
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Handler = Callable[["_Handler", bytes], None]


def packed(content: bytes, name: str = "data.txt") -> bytes:
    """Return a zip with one member; the same bytes for the same content."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content)
    return buffer.getvalue()


class Server(ThreadingHTTPServer):
    """``files`` by path (with query); ``bad[path]`` are behaviours for the first requests, one each."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, bytes] = {}
        self.bad: dict[str, list[Handler]] = defaultdict(list)
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.validators = True
        self.last_modified = ""
        self.base = f"http://127.0.0.1:{self.server_port}"

    def put(self, address: str, content: bytes) -> str:
        """Serve a file under the path that a mirror has it at; return that path."""
        path = "/" + address.removeprefix("https://")
        self.files[path] = content
        return path

    def paths(self) -> list[str]:
        """Paths asked for, in order."""
        return [path for path, _ in self.asked]

    def ranges(self) -> list[str | None]:
        """Ranges asked for, in order."""
        return [headers.get("Range") for _, headers in self.asked]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet: the other side breaking off is part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        queue = self.server.bad[self.path]
        content = self.server.files.get(self.path)
        if queue:
            queue.pop(0)(self, content if content is not None else b"")
        elif content is None:
            answer(404, b"not here", kind="text/html")(self, b"")
        else:
            self.serve(content)

    def serve(self, content: bytes, *, ranges: bool = True, only: int | None = None) -> None:
        """Send the file, or the part asked for; ``only`` so many bytes of it, then hang up."""
        etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        asked = self.headers.get("Range", "")
        start = 0
        if (
            ranges
            and asked.startswith("bytes=")
            and self.headers.get("If-Range")
            in {
                None,
                etag,
                self.server.last_modified,
            }
        ):
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            if start >= len(content):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(content)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        if self.server.validators:
            self.send_header("ETag", etag)
        if self.server.last_modified:
            self.send_header("Last-Modified", self.server.last_modified)
        self.send_header("Content-Type", "application/zip")
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        body = content[start:]
        self.wfile.write(body if only is None else body[:only])
        if only is not None:
            self.hang_up()

    def hang_up(self, *, hard: bool = False) -> None:
        """End the connection, ``hard``: with a reset."""
        self.wfile.flush()
        if hard:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        else:
            self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


def answer(status: int, body: bytes = b"", *, kind: str = "text/plain", **headers: str) -> Handler:
    """Answer with this, whatever there is."""

    def handle(handler: _Handler, _: bytes) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return handle


def drop_after(count: int) -> Handler:
    """Hang up after so many bytes of what was asked for."""
    return lambda handler, content: handler.serve(content, only=count)


def drop_at_once(handler: _Handler, _: bytes) -> None:
    """Break off without an answer."""
    handler.hang_up(hard=True)


def without_ranges(handler: _Handler, content: bytes) -> None:
    """Send all of it, whatever part was asked for."""
    handler.serve(content, ranges=False)


def announcing(size: int) -> Handler:
    """Announce a wrong size; send what there is."""

    def handle(handler: _Handler, content: bytes) -> None:
        handler.send_response(200)
        handler.send_header("ETag", '"wrong"')
        handler.send_header("Content-Length", str(size))
        handler.end_headers()
        handler.wfile.write(content[:size])
        handler.hang_up()

    return handle


def slowly(piece: int, pause_s: float) -> Handler:
    """Send all of it, a little at a time."""

    def handle(handler: _Handler, content: bytes) -> None:
        handler.send_response(200)
        handler.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()[:16]}"')
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        for start in range(0, len(content), piece):
            handler.wfile.write(content[start : start + piece])
            handler.wfile.flush()
            time.sleep(pause_s)

    return handle
