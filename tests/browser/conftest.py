"""A real Chromium in front of the real app: Debian's browser, a server of its own, and no way out to the network.

Fixtures: ``server`` (the app's address), ``page`` (a fresh tab that lets only the loopback through), ``open_app``
(open an address of the app and wait for it) and ``shoot`` (keep a picture in tests/browser/shots/).
"""

import os
import shutil
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.app_server import running_app
from tests.browser.network import Guard

SHOTS = Path(__file__).parent / "shots"
# Debian's chromium, quiet: it looks for updates and the like of its own accord otherwise.
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# The first visit loads the dataset, on a machine that may be busy.
PATIENCE_MS = 60_000


def pytest_collection_modifyitems(items):
    """Mark everything in this folder, so that `-m "not browser"` leaves it out."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium_path():
    """Path of Chromium; without one these tests are skipped, except in CI, where that is a failure."""
    path = shutil.which("chromium")
    if path is None:
        reason = "Chromium is not installed: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@pytest.fixture(scope="session")
def server(chromium_path, tmp_path_factory):
    """Address of an app of this run's own, such as http://127.0.0.1:41234."""
    with running_app(tmp_path_factory.mktemp("app")) as address:
        yield address


@pytest.fixture(scope="session")
def browser(chromium_path):
    """One Chromium for the run."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def viewport(request):
    """Size of the tab; `@pytest.mark.parametrize("viewport", [(390, 844)], indirect=True)` for another."""
    width, height = getattr(request, "param", (1280, 800))
    return {"width": width, "height": height}


@pytest.fixture
def context(browser, viewport):
    """A fresh profile: Japanese, Japanese time, room for downloads."""
    context = browser.new_context(
        viewport=viewport, locale="ja-JP", timezone_id="Asia/Tokyo", accept_downloads=True, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE_MS)
    # The card of the first visit has been seen, but for the test that is about it.
    context.add_init_script("try { localStorage.setItem('meguri.guide', 'seen') } catch {}")
    yield context
    context.close()


@pytest.fixture
def guard(context):
    """What the tabs of this test asked of the world beyond the loopback, and their uncaught errors."""
    guard = Guard()
    guard.watch(context)
    return guard


@pytest.fixture
def page(context, guard):
    """A tab that aborts every request beyond the loopback; at the end there must have been none, and no error."""
    page = context.new_page()
    yield page
    assert guard.foreign == [], "requests beyond the loopback"
    assert guard.errors == [], "uncaught errors in the page"


@pytest.fixture
def open_app(page, server):
    """Open an address of the app, say ``open_app("scale", lang="en")``, and wait until its script is done."""

    def open_address(path="", **query):
        address = f"{server}/{path}"
        page.goto(f"{address}?{urlencode(query)}" if query else address)
        settle(page)
        return page

    return open_address


@pytest.fixture
def settled():
    """Wait until the app's script has run to its end: ``settled(page)``."""
    return settle


def settle(page):
    """Wait until the app's script is done and nothing on the page is being computed any more."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    # A rerun that was asked for in this moment shows only after the next message.
    page.wait_for_timeout(100)
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


@pytest.fixture
def shoot(page, request):
    """Keep a picture: ``shoot("scale-ja")`` writes tests/browser/shots/<test>-scale-ja.png and returns its path."""

    def take(name, **options):
        SHOTS.mkdir(exist_ok=True)
        path = SHOTS / f"{request.node.originalname or request.node.name}-{name}.png"
        page.screenshot(path=path, **options)
        return path

    return take
