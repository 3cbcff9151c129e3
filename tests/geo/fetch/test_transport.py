"""Where a request may go, and how often."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.fetch import Downloader, FetchError, Manners
from geo.fetch.transport import Transport
from tests.geo.fetch.bad_server import Server, answer, packed
from tests.source import imported, modules

ADDRESS = "https://nlftp.mlit.go.jp/ksj/a.zip"
ESTAT = "https://www.e-stat.go.jp/gis/statmap-search/data?statsId=T001140&code=5339&downloadType=2"
CONTENT = packed(b"here")


@pytest.mark.parametrize(
    "address",
    [
        "http://nlftp.mlit.go.jp/ksj/a.zip",
        "https://example.com/a.zip",
        "https://nlftp.mlit.go.jp.example.com/a.zip",
        "https://nlftp.mlit.go.jp:8443/a.zip",
        "https://user:word@nlftp.mlit.go.jp/a.zip",
        "https://nlftp.mlit.go.jp@example.com/a.zip",
        "file:///etc/passwd",
        "ftp://nlftp.mlit.go.jp/a.zip",
    ],
)
def test_only_official_hosts_are_asked(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Transport, "_send", lambda *_: pytest.fail("a request was sent"))
    with pytest.raises(FetchError) as caught:
        Transport().open(address, {})
    assert caught.value.key == "fetch_host"


def test_official_addresses_are_asked_at_the_official_host(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []

    def send(_, target, __):
        sent.append(target)
        raise FetchError("no network here")

    monkeypatch.setattr(Transport, "_send", send)
    for address in (ADDRESS, ESTAT):
        with pytest.raises(FetchError, match="no network here"):
            Transport().open(address, {})
    assert sent == [ADDRESS, ESTAT]


def test_a_mirror_has_the_hosts_as_folders(server: Server, manners: Manners, tmp_path: Path) -> None:
    server.put(ADDRESS, CONTENT)
    server.put(ESTAT, CONTENT)
    downloader = Downloader(base=server.base + "/", manners=manners)
    downloader.get(ADDRESS, tmp_path / "a.zip")
    downloader.get(ESTAT, tmp_path / "b.zip")
    assert server.paths() == [
        "/nlftp.mlit.go.jp/ksj/a.zip",
        "/www.e-stat.go.jp/gis/statmap-search/data?statsId=T001140&code=5339&downloadType=2",
    ]


@pytest.mark.parametrize(
    "base",
    [
        "ftp://mirror",
        "mirror.example.jp",
        "http://",
        "http://a:b@mirror",
        "https://mirror?x=1",
        "file:///tmp",
        "http:/m",
    ],
)
def test_a_mirror_is_an_http_address(base: str) -> None:
    with pytest.raises(FetchError) as caught:
        Transport(base=base)
    assert caught.value.key == "fetch_base"


@pytest.mark.parametrize(
    "location",
    [
        "https://example.com/a.zip",
        "http://localhost:1/a.zip",
        "http://127.0.0.1:1/a.zip",
        "//example.com/a.zip",
        "file:///etc/passwd",
    ],
)
def test_a_redirect_elsewhere_is_not_followed(server: Server, manners: Manners, tmp_path: Path, location: str) -> None:
    server.bad[server.put(ADDRESS, CONTENT)] = [answer(302, Location=location)]
    with pytest.raises(FetchError) as caught:
        Downloader(base=server.base, manners=manners).get(ADDRESS, tmp_path / "a.zip")
    assert caught.value.key == "fetch_host"
    assert len(server.asked) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("location", ["../new/b.zip", "https://nlftp.mlit.go.jp/new/b.zip"])
def test_a_redirect_among_official_addresses_is_followed(
    server: Server, manners: Manners, tmp_path: Path, location: str
) -> None:
    """Relative, or absolute as the official host says it: at the mirror in both cases."""
    server.bad[server.put(ADDRESS, b"")] = [answer(301, Location=location)]
    server.put("https://nlftp.mlit.go.jp/new/b.zip", CONTENT)
    Downloader(base=server.base, manners=manners).get(ADDRESS, tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == CONTENT
    assert server.paths() == ["/nlftp.mlit.go.jp/ksj/a.zip", "/nlftp.mlit.go.jp/new/b.zip"]


def test_redirects_in_a_circle_end(server: Server, manners: Manners, tmp_path: Path) -> None:
    asked = server.put(ADDRESS, CONTENT)
    server.bad[asked] = [answer(302, Location=ADDRESS)] * 20
    with pytest.raises(FetchError, match="redirects"):
        Downloader(base=server.base, manners=manners).get(ADDRESS, tmp_path / "a.zip")
    assert len(server.asked) == 5


def test_there_is_a_pause_between_two_requests(server: Server, tmp_path: Path) -> None:
    now = [100.0]
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    downloader = Downloader(base=server.base, manners=Manners(pause_s=1.5, sleep=sleep, clock=lambda: now[0]))
    for name in ("a", "b", "c"):
        address = f"https://nlftp.mlit.go.jp/ksj/{name}.zip"
        server.put(address, CONTENT)
        downloader.get(address, tmp_path / f"{name}.zip")
        now[0] += 0.5 if name == "b" else 0
    assert slept == [1.5, 1.0]


def test_no_connection_at_all(manners: Manners, tmp_path: Path, waits: list[float]) -> None:
    """Nobody listens there."""
    with pytest.raises(FetchError) as caught:
        Downloader(base="http://127.0.0.1:9", manners=manners).get(ADDRESS, tmp_path / "a.zip")
    assert caught.value.key == "fetch_unreachable"
    assert caught.value.params["answered"] is False
    assert waits == [2.0, 4.0, 8.0]


def test_the_machine_s_proxy_is_used(
    server: Server, manners: Manners, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.base)
    monkeypatch.setenv("no_proxy", "")
    server.files["http://mirror.invalid/nlftp.mlit.go.jp/ksj/a.zip"] = CONTENT
    Downloader(base="http://mirror.invalid", manners=manners).get(ADDRESS, tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == CONTENT


def test_nothing_else_uses_the_network() -> None:
    network = {"urllib3", "urllib.request", "requests", "httpx", "aiohttp", "http.client", "socket", "ftplib"}
    users = {
        path.as_posix()
        for path, tree in modules("app.py", "pages", "layers", "geo").items()
        if any(name in network or name.startswith(tuple(f"{n}." for n in network)) for name in imported(tree))
    }
    assert users == {"geo/fetch/transport.py", "geo/fetch/download.py"}
