"""Requests to official hosts, or to a mirror of them, and to nothing else; one after another, with a pause between."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import urllib3

from geo.fetch.addresses import OFFICIAL_HOSTS
from geo.fetch.errors import FetchError

USER_AGENT = "Meguri/1 (python -m geo fetch; one request at a time)"
_REDIRECTS = 4


@dataclass(frozen=True)
class Manners:
    """How to treat a server, and how long to try.

    Attributes
    ----------
    pause_s
        Seconds between the end of one request and the next.
    attempts
        Tries in a row that bring nothing new before a file is given up.
    first_wait_s, longest_wait_s
        Pause after the first such try; each further one is twice as long, up to the longest.
    connect_timeout_s, read_timeout_s
        Seconds to wait for a connection, and for the next bytes.
    sleep, clock
        To pass the time and to tell it (seconds).
    """

    pause_s: float = 1.0
    attempts: int = 6
    first_wait_s: float = 2.0
    longest_wait_s: float = 60.0
    connect_timeout_s: float = 20.0
    read_timeout_s: float = 60.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic


class Transport:
    """Sends the requests.

    Parameters
    ----------
    base
        Address of a mirror that serves the official paths under ``/<host>/``; '' for the official hosts themselves.
    manners
        How to treat the server.

    Raises
    ------
    FetchError
        ``fetch_base``: ``base`` is no plain http(s) address.
    """

    def __init__(self, *, base: str = "", manners: Manners | None = None) -> None:
        self.manners = manners or Manners()
        self._base = _checked(base)
        self._pools: dict[str, urllib3.PoolManager] = {}
        self._free_at = -float("inf")

    def open(self, address: str, headers: Mapping[str, str]) -> urllib3.BaseHTTPResponse:
        """Send a GET, follow redirects among the official hosts, and return the response with its body unread.

        Raises
        ------
        FetchError
            ``fetch_host``: the address, or a redirect, leads elsewhere.
        urllib3.exceptions.HTTPError
            No connection, or none that answers.
        """
        target = self._target(address, address)
        for _ in range(_REDIRECTS + 1):
            response = self._send(target, headers)
            location = response.headers.get("Location", "")
            if response.status not in {301, 302, 303, 307, 308} or not location:
                return response
            response.close()
            target = self._target(urljoin(target, location), address)
        message = f"{address}: more than {_REDIRECTS} redirects. Try again later."
        raise FetchError(message, key="fetch_host", address=address, found=f"{_REDIRECTS + 1} redirects")

    def done(self) -> None:
        """Note the end of a request: the pause before the next one begins."""
        self._free_at = self.manners.clock() + self.manners.pause_s

    def _send(self, target: str, headers: Mapping[str, str]) -> urllib3.BaseHTTPResponse:
        wait = self._free_at - self.manners.clock()
        if wait > 0:
            self.manners.sleep(wait)
        try:
            return self._pool(target).request(
                "GET",
                target,
                headers={"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity", **headers},
                timeout=urllib3.Timeout(connect=self.manners.connect_timeout_s, read=self.manners.read_timeout_s),
                retries=False,
                redirect=False,
                preload_content=False,
            )
        finally:
            self.done()

    def _target(self, address: str, asked: str) -> str:
        """Return where to send a request for this address."""
        parts = urlsplit(address)
        official = parts.scheme == "https" and parts.netloc in OFFICIAL_HOSTS
        if self._base:
            if official:
                return f"{self._base}/{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")
            mirror = urlsplit(self._base)
            if (parts.scheme, parts.netloc) == (mirror.scheme, mirror.netloc):
                return address
        elif official:
            return address
        message = f"{asked}: leads to {parts.scheme}://{parts.netloc}, which is not an official host. Not followed."
        raise FetchError(message, key="fetch_host", address=asked, found=f"{parts.scheme}://{parts.netloc}")

    def _pool(self, target: str) -> urllib3.PoolManager:
        """Return the connections for a target, through the machine's proxy where it names one."""
        parts = urlsplit(target)
        proxy = urllib.request.getproxies().get(parts.scheme, "")
        if proxy and (not parts.hostname or urllib.request.proxy_bypass(parts.hostname)):
            proxy = ""
        if proxy not in self._pools:
            self._pools[proxy] = urllib3.ProxyManager(proxy) if proxy else urllib3.PoolManager()
        return self._pools[proxy]


def _checked(base: str) -> str:
    if not base:
        return ""
    parts = urlsplit(base)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.username:
        message = f"--base {base}: expected the http(s) address of a mirror, such as https://mirror.example.jp"
        raise FetchError(message, key="fetch_base", found=base)
    return base.rstrip("/")
