"""The Data page in the browser: opened by its own address first, its search, its downloads."""

import csv
import io

import pytest

from layers.messages import text
from tests.browser.app_server import running_app
from tests.browser.conftest import settle


def test_opened_first_after_the_start_it_still_comes_up_inside_the_app(page, tmp_path):
    with running_app(tmp_path) as address:
        page.goto(f"{address}/data?lang=en")
        settle(page)
        page.get_by_role("heading", name=text("data.title", "en"), exact=True).wait_for()
        # The navigation and the language control are app.py's, not the page's.
        assert page.get_by_test_id("stTopNav").get_by_role("link", name=text("common.page.map", "en")).is_visible()
        assert page.get_by_text("日本語", exact=True).is_visible()
        assert page.url.split("?")[0].endswith("/data")
        page.goto("about:blank")


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_catalogue_comes_down_as_a_csv_that_excel_opens(open_app, lang):
    page = open_app("data", lang=lang)
    with page.expect_download() as waiting:
        page.get_by_role("button", name=text("data.catalogue.download", lang)).click()
    data = waiting.value.path().read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[0][0] == text("data.factor.resource", lang)
    assert len(rows) > 50


def test_a_layer_opens_to_its_facts_picture_and_downloads(open_app, shoot):
    page = open_app("data")
    page.locator("summary", has_text="人口（1 km メッシュ）").click()
    section = page.get_by_test_id("stExpander").first
    section.get_by_text("政府統計の総合窓口").first.wait_for()
    picture = section.locator("img")
    picture.wait_for()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 100")
    with page.expect_download() as waiting:
        section.get_by_role("button", name=text("data.download.gpkg", "ja")).click()
    assert waiting.value.path().read_bytes().startswith(b"SQLite format 3")
    shoot("population")


@pytest.mark.parametrize("viewport", [(390, 844), (1024, 768), (1920, 1080)], indirect=True)
def test_nothing_is_cut_off_sideways(open_app, viewport, shoot):
    page = open_app("data", lang="en")
    for place in (0, -1):
        page.locator("summary").nth(place).click()
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    # A table may be wider than a phone: then it scrolls by itself, so it is its frame that must fit.
    wide = page.evaluate(
        """() => [...document.querySelectorAll('[data-testid="stMain"] *')]
          .filter(e => e.matches('p, li, h1, h2, h3, button, summary, img, [data-testid="stTable"]'))
          .filter(e => e.offsetParent && !e.parentElement.closest('[data-testid="stTable"]'))
          .filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.tagName + ' ' + e.innerText)"""
    )
    assert wide == []
    shoot(f"{viewport['width']}")
