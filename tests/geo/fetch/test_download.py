"""One file over a bad line: resumed, begun anew where the server's file changed, whole or not there at all."""

from __future__ import annotations

import gzip
import hashlib
import os
import stat
import tomllib
from pathlib import Path

import pytest

from geo.fetch import AbsentError, Downloader, FetchError, Manners
from tests.geo.fetch.bad_server import (
    Server,
    announcing,
    answer,
    drop_after,
    drop_at_once,
    packed,
    slowly,
    without_ranges,
)

ADDRESS = "https://nlftp.mlit.go.jp/ksj/gml/data/N03/N03-2025/N03-20250101_14_GML.zip"
CONTENT = packed(bytes(range(256)) * 400)
OTHER = packed(bytes(reversed(range(256))) * 400)
SIZE = len(CONTENT)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "N03-20250101_14_GML.zip"


@pytest.fixture
def downloader(server: Server, manners: Manners) -> Downloader:
    return Downloader(base=server.base, manners=manners)


def left_over(path: Path) -> list[str]:
    return sorted(entry.name for entry in path.parent.iterdir() if entry != path)


def test_a_file_comes_whole_in_one_request(server: Server, downloader: Downloader, path: Path) -> None:
    asked = server.put(ADDRESS, CONTENT)
    download = downloader.get(ADDRESS, path)
    assert path.read_bytes() == CONTENT
    assert (download.size, download.sha256) == (SIZE, hashlib.sha256(CONTENT).hexdigest())
    assert server.paths() == [asked]
    assert "Meguri" in server.asked[0][1]["User-Agent"]
    assert left_over(path) == []


def test_a_dropped_connection_is_resumed_where_it_broke(
    server: Server, downloader: Downloader, path: Path, waits: list[float]
) -> None:
    asked = server.put(ADDRESS, CONTENT)
    server.bad[asked] = [drop_after(30_000), drop_after(20_000)]
    downloader.get(ADDRESS, path)
    assert path.read_bytes() == CONTENT
    assert server.ranges() == [None, "bytes=30000-", "bytes=50000-"]
    etag = f'"{hashlib.sha256(CONTENT).hexdigest()[:16]}"'
    assert [headers.get("If-Range") for _, headers in server.asked] == [None, etag, etag]
    # Each try brought something: the pauses do not grow.
    assert waits == [2.0, 2.0]
    assert left_over(path) == []


def test_a_later_call_goes_on_from_what_is_on_the_disk(
    server: Server, path: Path, waits: list[float], manners: Manners
) -> None:
    asked = server.put(ADDRESS, CONTENT)
    server.bad[asked] = [drop_after(30_000), *[drop_at_once] * 4]
    with pytest.raises(FetchError) as caught:
        Downloader(base=server.base, manners=manners).get(ADDRESS, path)
    assert caught.value.key == "fetch_unreachable"
    assert not path.exists()
    assert left_over(path) == [f"{path.name}.part", f"{path.name}.part.toml"]
    assert len(server.asked) == 5
    # The first brought something; the pauses after the next three grow, the fourth gives up.
    assert waits == [2.0, 2.0, 4.0, 8.0]
    Downloader(base=server.base, manners=manners).get(ADDRESS, path)
    assert path.read_bytes() == CONTENT
    assert server.ranges()[5:] == ["bytes=30000-"]


def test_a_server_that_ignores_ranges_begins_anew(server: Server, downloader: Downloader, path: Path) -> None:
    asked = server.put(ADDRESS, CONTENT)
    server.bad[asked] = [drop_after(30_000), without_ranges]
    downloader.get(ADDRESS, path)
    assert path.read_bytes() == CONTENT
    assert server.ranges() == [None, "bytes=30000-"]


def test_without_etag_and_date_nothing_can_be_resumed(server: Server, downloader: Downloader, path: Path) -> None:
    asked = server.put(ADDRESS, CONTENT)
    server.validators = False
    server.bad[asked] = [drop_after(30_000)]
    downloader.get(ADDRESS, path)
    assert path.read_bytes() == CONTENT
    assert server.ranges() == [None, None]


def test_a_file_that_changed_between_two_tries_is_not_pieced_together(
    server: Server, downloader: Downloader, path: Path
) -> None:
    asked = server.put(ADDRESS, CONTENT)

    def change(handler, content):
        handler.serve(content, only=30_000)
        server.files[asked] = OTHER

    server.bad[asked] = [change]
    downloader.get(ADDRESS, path)
    assert path.read_bytes() == OTHER
    assert server.ranges() == [None, "bytes=30000-"]


def test_the_date_is_as_good_as_an_etag(server: Server, downloader: Downloader, path: Path) -> None:
    asked = server.put(ADDRESS, CONTENT)
    server.validators, server.last_modified = False, "Wed, 01 Jan 2025 00:00:00 GMT"
    server.bad[asked] = [drop_after(30_000)]
    assert downloader.get(ADDRESS, path).last_modified == server.last_modified
    assert path.read_bytes() == CONTENT
    assert server.ranges() == [None, "bytes=30000-"]
    assert server.asked[1][1]["If-Range"] == server.last_modified


@pytest.mark.parametrize(
    "change",
    [
        {"ETag": '"another"'},
        {"Last_Modified": "Thu, 02 Jan 2025 00:00:00 GMT"},
        {"Content_Range": f"bytes 30000-{SIZE - 1}/{SIZE + 7}"},
        {"Content_Range": f"bytes 29999-{SIZE - 1}/{SIZE}"},
        {"Content_Range": "nonsense"},
    ],
)
def test_a_piece_of_something_else_is_thrown_away(
    server: Server, manners: Manners, path: Path, change: dict[str, str]
) -> None:
    """A server that knows ranges but not If-Range."""
    notes: list[str] = []
    asked = server.put(ADDRESS, CONTENT)
    server.last_modified = "Wed, 01 Jan 2025 00:00:00 GMT"
    headers = {"Content_Range": f"bytes 30000-{SIZE - 1}/{SIZE}", **change}
    server.bad[asked] = [drop_after(30_000), answer(206, OTHER[30_000:], **headers)]
    Downloader(base=server.base, manners=manners, note=notes.append).get(ADDRESS, path)
    assert path.read_bytes() == CONTENT
    assert server.ranges() == [None, "bytes=30000-", None]
    # Known by what it says of itself, not only by the checksum at the end.
    assert "another piece than asked for: begun anew; trying again in 2 s from byte 0" in notes[1]


def test_a_server_that_gives_less_than_asked_for_is_asked_for_the_rest(
    server: Server, downloader: Downloader, path: Path
) -> None:
    asked = server.put(ADDRESS, CONTENT)
    less = answer(206, CONTENT[30_000:40_000], Content_Range=f"bytes 30000-39999/{SIZE}")
    server.bad[asked] = [drop_after(30_000), less]
    downloader.get(ADDRESS, path)
    assert path.read_bytes() == CONTENT
    assert server.ranges() == [None, "bytes=30000-", "bytes=40000-"]


def test_a_server_that_gives_more_than_there_is_begins_anew(server: Server, downloader: Downloader, path: Path) -> None:
    asked = server.put(ADDRESS, CONTENT)
    more = answer(206, CONTENT[30_000:] + b"more", Content_Range=f"bytes 30000-{SIZE - 1}/{SIZE}")
    server.bad[asked] = [drop_after(30_000), more]
    downloader.get(ADDRESS, path)
    assert path.read_bytes() == CONTENT
    assert server.ranges() == [None, "bytes=30000-", None]


def test_a_line_that_always_breaks_is_given_up_although_something_came_each_time(
    server: Server, downloader: Downloader, path: Path
) -> None:
    asked = server.put(ADDRESS, CONTENT)
    server.validators = False
    server.bad[asked] = [drop_after(30_000), drop_after(10_000)] * 20
    with pytest.raises(FetchError) as caught:
        downloader.get(ADDRESS, path)
    assert (caught.value.key, caught.value.params["answered"]) == ("fetch_unreachable", True)
    # The first brought something new, the next four did not.
    assert len(server.asked) == 5


def test_a_body_packed_once_more_is_refused(server: Server, downloader: Downloader, path: Path) -> None:
    """It must not pass for an area without data."""
    body = gzip.compress(CONTENT)
    server.bad[server.put(ADDRESS, CONTENT)] = [answer(200, body, kind="application/zip", Content_Encoding="gzip")]
    with pytest.raises(FetchError, match="gzip") as caught:
        downloader.get(ADDRESS, path)
    assert caught.value.key == "fetch_status"
    assert server.asked[0][1]["Accept-Encoding"] == "identity"


def test_a_file_is_on_the_disk_before_it_has_its_name(
    server: Server, downloader: Downloader, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Flushed: the part when it begins, the whole before the renaming, the folder after it."""
    seen: list[tuple[bool, bool]] = []

    def fsync(descriptor: int) -> None:
        seen.append((stat.S_ISDIR(os.fstat(descriptor).st_mode), path.exists()))

    monkeypatch.setattr("geo.fetch.partial.os.fsync", fsync)
    server.put(ADDRESS, CONTENT)
    downloader.get(ADDRESS, path)
    assert seen == [(False, False), (False, False), (True, True)]


def test_a_piece_that_only_the_checksum_gives_away_is_thrown_away(
    server: Server, downloader: Downloader, path: Path
) -> None:
    asked = server.put(ADDRESS, CONTENT)
    honest = {"Content_Range": f"bytes 30000-{SIZE - 1}/{SIZE}"}
    server.bad[asked] = [drop_after(30_000), answer(206, OTHER[30_000:], **honest)]
    downloader.get(ADDRESS, path)
    assert path.read_bytes() == CONTENT
    assert server.ranges() == [None, "bytes=30000-", None]


def test_a_size_that_is_too_small_gives_no_file(server: Server, downloader: Downloader, path: Path) -> None:
    asked = server.put(ADDRESS, CONTENT)
    server.bad[asked] = [announcing(SIZE - 5)] * 2
    with pytest.raises(FetchError) as caught:
        downloader.get(ADDRESS, path)
    assert caught.value.key == "fetch_damaged"
    assert not path.exists()
    assert len(server.asked) == 2


def test_a_size_that_is_too_large_once_is_put_right(server: Server, downloader: Downloader, path: Path) -> None:
    """The next answer has another ETag, so it is another state of the file: begun anew."""
    asked = server.put(ADDRESS, CONTENT)
    server.bad[asked] = [announcing(SIZE + 1000)]
    downloader.get(ADDRESS, path)
    assert path.read_bytes() == CONTENT
    assert server.ranges() == [None, f"bytes={SIZE}-"]


def test_a_size_that_is_too_large_is_settled_by_the_server_that_has_no_more(
    server: Server, downloader: Downloader, path: Path
) -> None:
    asked = server.put(ADDRESS, CONTENT)
    server.bad[asked] = [announcing(SIZE + 1000), answer(416, Content_Range=f"bytes */{SIZE}")]
    downloader.get(ADDRESS, path)
    assert path.read_bytes() == CONTENT
    assert len(server.asked) == 2


def test_a_size_that_is_always_too_large_gives_no_file(server: Server, downloader: Downloader, path: Path) -> None:
    asked = server.put(ADDRESS, CONTENT)
    server.bad[asked] = [announcing(SIZE + 1000)] * 10
    with pytest.raises(FetchError, match="given up") as caught:
        downloader.get(ADDRESS, path)
    assert caught.value.key == "fetch_unreachable"
    assert not path.exists()
    assert len(server.asked) == 5


def test_no_such_file_is_asked_for_once(server: Server, downloader: Downloader, path: Path) -> None:
    with pytest.raises(AbsentError, match=r"N03-20250101_14_GML\.zip: there is no such file \(404\)"):
        downloader.get(ADDRESS, path)
    assert len(server.asked) == 1
    assert left_over(path) == []


def test_a_server_in_trouble_is_asked_again_after_growing_pauses(
    server: Server, downloader: Downloader, path: Path, waits: list[float]
) -> None:
    asked = server.put(ADDRESS, CONTENT)
    server.bad[asked] = [answer(500), answer(503), answer(502)]
    downloader.get(ADDRESS, path)
    assert path.read_bytes() == CONTENT
    assert waits == [2.0, 4.0, 8.0]


def test_a_server_that_says_when_is_asked_then(
    server: Server, downloader: Downloader, path: Path, waits: list[float]
) -> None:
    asked = server.put(ADDRESS, CONTENT)
    server.bad[asked] = [answer(503, Retry_After="17"), answer(429, Retry_After="86400")]
    downloader.get(ADDRESS, path)
    # Not a whole day: a person looks again sooner than that.
    assert waits == [17.0, 300.0]


def test_a_refusal_is_not_repeated(server: Server, downloader: Downloader, path: Path) -> None:
    server.bad[server.put(ADDRESS, CONTENT)] = [answer(403)]
    with pytest.raises(FetchError, match="403") as caught:
        downloader.get(ADDRESS, path)
    assert caught.value.key == "fetch_status"
    assert len(server.asked) == 1


def test_a_page_instead_of_a_zip(server: Server, downloader: Downloader, path: Path) -> None:
    server.bad[server.put(ADDRESS, CONTENT)] = [answer(200, b"<html>no data</html>", kind="text/html")]
    with pytest.raises(AbsentError, match="instead of a zip"):
        downloader.get(ADDRESS, path)
    assert len(server.asked) == 1
    assert left_over(path) == []


def test_a_page_instead_of_the_rest_leaves_what_is_there(server: Server, downloader: Downloader, path: Path) -> None:
    asked = server.put(ADDRESS, CONTENT)
    server.bad[asked] = [drop_after(30_000), answer(200, b"<html>maintenance</html>", kind="text/html")]
    with pytest.raises(AbsentError):
        downloader.get(ADDRESS, path)
    downloader.get(ADDRESS, path)
    assert path.read_bytes() == CONTENT
    assert server.ranges() == [None, "bytes=30000-", "bytes=30000-"]


def test_an_archive_with_nothing_in_it(server: Server, downloader: Downloader, path: Path) -> None:
    server.put(ADDRESS, b"PK\x05\x06" + bytes(18))
    with pytest.raises(AbsentError, match="nothing in it"):
        downloader.get(ADDRESS, path)
    assert len(server.asked) == 1
    assert left_over(path) == []


def test_a_zip_with_a_wrong_checksum_is_fetched_once_more_and_then_refused(
    server: Server, downloader: Downloader, path: Path
) -> None:
    broken = bytearray(CONTENT)
    broken[SIZE // 2] ^= 0xFF
    server.put(ADDRESS, bytes(broken))
    with pytest.raises(FetchError) as caught:
        downloader.get(ADDRESS, path)
    assert caught.value.key == "fetch_damaged"
    assert len(server.asked) == 2
    assert left_over(path) == []


def test_a_slow_server_is_waited_for(server: Server, downloader: Downloader, path: Path) -> None:
    server.bad[server.put(ADDRESS, CONTENT)] = [slowly(SIZE // 20 + 1, 0.02)]
    downloader.get(ADDRESS, path)
    assert path.read_bytes() == CONTENT
    assert len(server.asked) == 1


def test_a_server_that_falls_silent_is_asked_for_the_rest(server: Server, path: Path, waits: list[float]) -> None:
    asked = server.put(ADDRESS, CONTENT)
    server.bad[asked] = [slowly(40_000, 1.5)]
    impatient = Manners(pause_s=0, attempts=4, read_timeout_s=0.3, sleep=waits.append)
    Downloader(base=server.base, manners=impatient).get(ADDRESS, path)
    assert path.read_bytes() == CONTENT
    assert server.ranges() == [None, "bytes=40000-"]


def test_one_byte_first_is_no_page(server: Server, downloader: Downloader, path: Path) -> None:
    small = packed(b"x")
    server.bad[server.put(ADDRESS, small)] = [slowly(1, 0.001)]
    downloader.get(ADDRESS, path)
    assert path.read_bytes() == small


def test_a_server_that_does_not_say_the_size(server: Server, downloader: Downloader, path: Path) -> None:
    """Chunked; the first time the end is missing, and the zip tells."""

    def chunks(handler, content, *, end=True):
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for start in range(0, len(content), 20_000):
            piece = content[start : start + 20_000]
            handler.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            if not end:
                handler.hang_up()
                return
        handler.wfile.write(b"0\r\n\r\n")

    asked = server.put(ADDRESS, CONTENT)
    server.bad[asked] = [lambda handler, content: chunks(handler, content, end=False), chunks]
    downloader.get(ADDRESS, path)
    assert path.read_bytes() == CONTENT
    assert len(server.asked) == 2


def test_notes_that_do_not_fit_begin_anew(server: Server, downloader: Downloader, path: Path) -> None:
    """Of another address, of a smaller file, unreadable, of the wrong types."""
    server.put(ADDRESS, CONTENT)
    part, notes = path.with_name(f"{path.name}.part"), path.with_name(f"{path.name}.part.toml")
    for text in (
        'address = "https://www.e-stat.go.jp/other"\netag = "\\"a\\""\nsize = 100000',
        f'address = "{ADDRESS}"\netag = "\\"a\\""\nsize = 10',
        f'address = "{ADDRESS}"\netag = "\\"a',
        f'address = "{ADDRESS}"\netag = 3\nsize = "x"',
        f'address = "{ADDRESS}"\netag = "W/\\"weak\\""',
        "",
    ):
        part.write_bytes(OTHER[:50_000])
        notes.write_text(text, encoding="utf-8")
        downloader.get(ADDRESS, path)
        assert path.read_bytes() == CONTENT
    assert server.ranges() == [None] * 6


def test_the_notes_tell_what_the_bytes_are_of(server: Server, path: Path) -> None:
    asked = server.put(ADDRESS, CONTENT)
    server.bad[asked] = [drop_after(30_000), drop_at_once]
    with pytest.raises(FetchError):
        Downloader(base=server.base, manners=Manners(pause_s=0, attempts=1, sleep=lambda _: None)).get(ADDRESS, path)
    notes = tomllib.loads(path.with_name(f"{path.name}.part.toml").read_text(encoding="utf-8"))
    etag = f'"{hashlib.sha256(CONTENT).hexdigest()[:16]}"'
    assert notes == {"address": ADDRESS, "etag": etag, "last_modified": "", "size": SIZE}
    assert path.with_name(f"{path.name}.part").read_bytes() == CONTENT[:30_000]


def test_a_full_disk_is_told_before_anything_comes(
    server: Server, downloader: Downloader, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.put(ADDRESS, CONTENT)
    monkeypatch.setattr("geo.fetch.download.shutil.disk_usage", lambda _: type("Usage", (), {"free": 60_000})())
    with pytest.raises(FetchError, match="60,000 are free") as caught:
        downloader.get(ADDRESS, path)
    assert caught.value.key == "fetch_disk"
    assert left_over(path) == []


def test_bytes_are_told_as_they_come(server: Server, manners: Manners, path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    server.bad[server.put(ADDRESS, CONTENT)] = [drop_after(30_000)]
    Downloader(base=server.base, manners=manners, watch=lambda have, total: seen.append((have, total))).get(
        ADDRESS, path
    )
    assert seen[-1] == (SIZE, SIZE)
    assert [have for have, _ in seen] == sorted(have for have, _ in seen)
    assert (30_000, SIZE) in seen
