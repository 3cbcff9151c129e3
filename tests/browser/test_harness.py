"""The harness itself: the guard counts what would leave the machine, and the app comes up in the browser."""

import os
import subprocess
import sys
import urllib.request

import pytest

from tests.browser.app_server import WATCHED, running_app
from tests.browser.network import is_local


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:8501/static/a.js", True),
        ("ws://localhost:8501/_stcore/stream", True),
        ("data:image/png;base64,AAAA", True),
        ("blob:http://127.0.0.1:8501/1", True),
        ("https://cdn.example.org/leaflet.js", False),
        ("http://127.0.0.1.example.org/", False),
        ("http://192.0.2.1/", False),
    ],
)
def test_what_counts_as_local(url, local):
    assert is_local(url) is local


def test_a_request_beyond_the_loopback_is_aborted_and_counted(page, guard, server):
    page.goto(f"{server}/_stcore/health")
    failed = page.evaluate("fetch('https://example.org/x.js').then(() => false, () => true)")
    assert failed
    assert guard.foreign == ["https://example.org/x.js"]
    # Meant, so the tab's own check at the end need not see it.
    guard.foreign.clear()


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_app_starts_and_asks_nothing_of_the_network(open_app, guard, shoot, lang):
    page = open_app(lang=lang)
    assert page.get_by_test_id("stException").count() == 0
    assert guard.received_bytes > 0
    shoot(lang)


def test_the_likely_address_of_the_map_leads_to_it_without_a_dialog(open_app):
    page = open_app("map", lang="en", threshold=0.5)
    page.wait_for_selector(".leaflet-container")
    assert page.get_by_role("dialog").count() == 0
    assert "lang=en" in page.url
    assert "threshold=0.5" in page.url


def test_started_as_the_readme_says_the_server_asks_nothing_of_the_network(tmp_path):
    with running_app(tmp_path, as_written=True) as address, urllib.request.urlopen(address, timeout=10) as answer:
        assert answer.status == 200


def test_a_server_that_asks_for_another_machine_is_seen(tmp_path):
    log = tmp_path / "foreign.log"
    ask = "import socket; socket.getaddrinfo('192.0.2.1', 80); socket.getaddrinfo('localhost', 80)"
    environment = {**os.environ, "PYTHONPATH": str(WATCHED), "FOREIGN_LOG": str(log)}
    subprocess.run([sys.executable, "-c", ask], env=environment, check=True)
    assert log.read_text(encoding="utf-8") == "socket.getaddrinfo 192.0.2.1\n"
