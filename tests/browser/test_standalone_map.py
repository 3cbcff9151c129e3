"""The map that was taken away: opened from a folder and from a server, every other request blocked and counted."""

import functools
import http.server
import threading

import pandas as pd
import pytest

from geo.dataset import open_dataset
from layers.catalogue import available_layers, paint
from layers.folium_map import VisibleLayer, standalone_map


@pytest.fixture(scope="module", params=["ja", "en"])
def map_file(request, tmp_path_factory):
    """Municipalities over the closing scale over forest; Odawara closes in the basin, Hakone has no data."""
    dataset = open_dataset("kanagawa")
    layers = available_layers(dataset, object())
    closing = pd.Series("outside", index=dataset.municipalities["code"])
    closing["14206"], closing["14382"] = "basin", "no_data"
    visible = [
        VisibleLayer(paint(layers["municipality"], dataset)),
        VisibleLayer(paint(layers["closing_scale"], dataset, closing=closing), 0.9),
        VisibleLayer(paint(layers["forest_share"], dataset)),
    ]
    name = {"ja": "神奈川県", "en": "Kanagawa"}[request.param]
    download = standalone_map(visible, dataset, lang=request.param, title=name, stem="map")
    folder = tmp_path_factory.mktemp("taken-away")
    (folder / download.name).write_bytes(download.data)
    return request.param, folder / download.name


@pytest.fixture
def asked(context):
    """Addresses asked for besides the file itself and what it carries inside; each was aborted."""
    found = []

    def check(route):
        url = route.request.url
        if url.startswith("data:") or url.endswith("/map.html"):
            route.continue_()
        else:
            found.append(url)
            route.abort()

    context.route("**/*", check)
    return found


def opened(context, address):
    tab = context.new_page()
    errors = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.on("dialog", lambda dialog: errors.append(dialog.message))
    tab.goto(address)
    tab.wait_for_selector("path.leaflet-interactive")
    return tab, errors


def test_from_a_folder_it_draws_the_map_and_asks_for_nothing(context, asked, map_file):
    lang, path = map_file
    tab, errors = opened(context, path.as_uri())
    # Leaflet's own style arrived: without it, panes are not laid over each other.
    assert tab.evaluate("getComputedStyle(document.querySelector('.leaflet-pane')).position") == "absolute"
    assert tab.locator("img.mesh").evaluate("image => image.complete && image.naturalWidth > 100")
    assert tab.locator('path[fill="url(#no_data)"]').count() >= 1
    assert tab.locator('path[fill="#3a7aac"], path[fill="#4583b4"]').count() >= 1
    assert tab.locator("html").get_attribute("lang") == lang
    assert tab.get_by_text({"ja": "出典", "en": "Sources"}[lang], exact=True).is_visible()
    assert asked == []
    assert errors == []


def test_from_a_server_it_asks_for_nothing_else(context, asked, map_file):
    _, path = map_file
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=path.parent)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        _, errors = opened(context, f"http://127.0.0.1:{server.server_port}/map.html")
        server.shutdown()
    # A browser asks every server for an icon of its own accord.
    assert [url for url in asked if not url.endswith("/favicon.ico")] == []
    assert errors == []


def test_a_click_names_the_place_and_its_scale(context, asked, map_file):
    lang, path = map_file
    tab, errors = opened(context, path.as_uri())
    basin = tab.locator('path[fill="url(#no_data)"]').first
    box = basin.bounding_box()
    tab.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    popup = tab.locator(".leaflet-popup-content")
    popup.wait_for()
    expected = {"ja": ("箱根町", "データ未整備"), "en": ("Hakone", "no data")}[lang]
    assert all(part in popup.inner_text() for part in expected)
    assert asked == []
    assert errors == []


def test_a_layer_can_be_switched_off(context, asked, map_file):
    tab, _ = opened(context, map_file[1].as_uri())
    tab.locator(".leaflet-control-layers").hover()
    boxes = tab.locator(".leaflet-control-layers-overlays input")
    assert boxes.count() == 3
    boxes.nth(0).uncheck()
    tab.wait_for_selector("img.mesh", state="detached")
    assert asked == []


@pytest.mark.parametrize("viewport", [(390, 844), (1280, 800)], indirect=True)
def test_nothing_is_cut_off_sideways(context, asked, map_file, viewport):
    tab, _ = opened(context, map_file[1].as_uri())
    assert tab.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert tab.locator(".folium-map").bounding_box()["width"] > 0.6 * viewport["width"]
