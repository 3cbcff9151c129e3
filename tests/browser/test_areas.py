"""Picking an area on the screen: from the list, on the map of Japan, and what the live map then shows."""

import re
import shutil

import pytest

from geo.dataset import DATA_DIR
from tests.browser.app_server import running_app
from tests.browser.conftest import settle
from tests.layers.bare_area import write_bare_area

# The header's own cards, hidden until they are asked for, are none.
DIALOG = "[role=dialog]:not([hidden])"

MAP = ".st-key-map_map .meguri-map"
JAPAN = ".st-key-japan_map .meguri-map[data-shown]"


@pytest.fixture(scope="module")
def server(chromium_path, tmp_path_factory):
    """An app over a data folder with Kanagawa, an area of two prefectures without basins, and a broken one."""
    data = tmp_path_factory.mktemp("data")
    for name in ("kanagawa", "japan"):
        (data / name).symlink_to(DATA_DIR / name)
    write_bare_area(data)
    shutil.copytree(data / "bare", data / "broken")
    (data / "broken" / "cells.parquet").write_bytes(b"PAR1")
    patch = pytest.MonkeyPatch()
    patch.setenv("MEGURI_DATA_DIR", str(data))
    with running_app(tmp_path_factory.mktemp("areas_app")) as address:
        yield address
    patch.undo()


def open_japan(page):
    page.click(".st-key-area_open button")
    page.wait_for_selector(JAPAN)
    page.wait_for_timeout(300)


def click_japan(page, latitude, longitude):
    """Click on a place of the map of Japan, wherever it is drawn."""
    at = page.evaluate(
        """([lat, lon]) => {
          const map = window.meguriMaps.stages.get("japan").map;
          const point = map.latLngToContainerPoint([lat, lon]);
          const box = map.getContainer().getBoundingClientRect();
          return [box.x + point.x, box.y + point.y];
        }""",
        [latitude, longitude],
    )
    page.mouse.click(*at)


def centre_of(page):
    return page.evaluate(
        """() => { const c = window.meguriMaps.stages.get("map").map.getCenter(); return [c.lat, c.lng]; }"""
    )


def test_the_map_of_japan_opens_the_area_under_a_click(open_app, page, shoot):
    open_app()
    page.wait_for_selector(f"{MAP}[data-shown]")
    open_japan(page)
    shoot("areas-japan")
    click_japan(page, 35.2, 138.3)
    page.wait_for_selector(DIALOG, state="detached")
    settle(page)
    assert "area=bare" in page.url
    assert page.locator(".st-key-area_open button").inner_text().endswith("神奈川と静岡")
    latitude, longitude = centre_of(page)
    # The area lies between 139.00° and 139.05° E, 35.333° and 35.350° N: the map has moved there.
    assert abs(latitude - 35.342) < 0.02
    assert abs(longitude - 139.025) < 0.03


def test_where_there_is_no_data_the_command_is_told_and_the_sea_is_the_sea(open_app, page):
    open_app(lang="en")
    page.wait_for_selector(f"{MAP}[data-shown]")
    open_japan(page)
    click_japan(page, 35.0, 137.2)
    code = page.locator(f"{DIALOG} code")
    code.wait_for()
    assert "python -m geo build aichi --prefecture 23 --from DIR" in code.inner_text()
    click_japan(page, 33.0, 142.0)
    page.get_by_text("That is the sea").wait_for()
    assert "area=" not in page.url


def test_a_view_that_was_moved_stays_with_its_area(open_app, page):
    open_app()
    page.wait_for_selector(f"{MAP}[data-shown]")
    page.locator(MAP).hover()
    page.mouse.wheel(0, -600)
    page.wait_for_function("location.search.includes('view=')")
    open_japan(page)
    click_japan(page, 35.2, 138.3)
    page.wait_for_selector(DIALOG, state="detached")
    settle(page)
    # The map itself writes the address a moment later: it must not bring the old view back.
    page.wait_for_timeout(1500)
    assert "view=" not in page.url
    assert abs(centre_of(page)[1] - 139.025) < 0.03


def test_the_list_names_the_broken_area_and_opens_the_others(open_app, page):
    open_app()
    page.wait_for_selector(f"{MAP}[data-shown]")
    open_japan(page)
    dialog = page.locator(DIALOG).first
    assert re.search(r"broken.*cells\.parquet", dialog.inner_text())
    dialog.locator(".st-key-area_choice input").click()
    page.get_by_role("option", name="神奈川と静岡").click()
    page.wait_for_selector(DIALOG, state="detached")
    settle(page)
    assert "area=bare" in page.url
    # What cannot be drawn is in the list of layers with the reason.
    assert "W12" in page.locator(".st-key-map_list").inner_text()


@pytest.mark.parametrize("viewport", [(390, 844), (768, 1024)], indirect=True)
def test_the_control_fits_beside_the_language_on_a_small_screen(open_app, page, viewport, shoot):
    open_app()
    page.wait_for_selector(f"{MAP}[data-shown]")
    shoot(f"areas-{viewport['width']}")
    area, language = (page.locator(f".st-key-{key}").bounding_box() for key in ("area", "language"))
    assert area["x"] >= 0
    assert area["x"] + area["width"] <= language["x"]
    logo = page.locator('[data-testid="stHeaderLogo"], [data-testid="stLogo"]').first.bounding_box()
    assert logo is None or logo["x"] + logo["width"] <= area["x"]
