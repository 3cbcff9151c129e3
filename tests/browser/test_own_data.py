"""An office's own figures and layers in the browser: entered and uploaded on the Data page, seen on Scale and Map."""

import json

import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import from_bounds

from layers.messages import text
from tests.browser.app_server import running_app
from tests.browser.conftest import settle

# Painted pixels of a layer's own pane: its canvas, or its picture.
PAINTED = """name => {
  const pane = document.querySelector(`.meguri-map [class*="own_${name}"]`);
  if (!pane) return -1;
  const picture = pane.querySelector('img');
  if (picture) return picture.naturalWidth * (picture.complete ? 1 : 0);
  const canvas = pane.querySelector('canvas');
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let count = 0;
  for (let i = 3; i < data.length; i += 4) if (data[i] > 200) count++;
  return count;
}"""


@pytest.fixture
def own_app(chromium_path, tmp_path, monkeypatch):
    """Address of an app whose users write into a folder of this test."""
    monkeypatch.setenv("MEGURI_LOCAL_DIR", str(tmp_path / "local"))
    with running_app(tmp_path) as address:
        yield address


def collection(shapes, **columns):
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    features = [
        {"type": "Feature", "properties": row, "geometry": shapely.geometry.mapping(shape)}
        for row, shape in zip(rows, shapes, strict=True)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def files(folder):
    """One upload of each kind that is drawn: key -> (path, measure)."""
    folder.mkdir()
    squares = [shapely.box(139.1 + 0.06 * i, 35.4, 139.15 + 0.06 * i, 35.45) for i in range(6)]
    (folder / "areas.geojson").write_text(collection(squares, kw=[10.0 * i for i in range(6)]), encoding="utf-8")
    line = shapely.LineString([(139.1, 35.35), (139.4, 35.5)])
    (folder / "pipes.geojson").write_text(collection([line], flow=[3.0]), encoding="utf-8")
    spots = [shapely.Point(139.2 + 0.05 * i, 35.52) for i in range(4)]
    (folder / "plants.geojson").write_text(collection(spots, kw=[1.0, 2.0, 3.0, 4.0]), encoding="utf-8")
    profile = {"driver": "GTiff", "width": 30, "height": 20, "count": 1, "dtype": "float32", "crs": "EPSG:6668"}
    grid = np.linspace(0, 1, 600, dtype=np.float32).reshape(20, 30)
    with rasterio.open(
        folder / "wind.tif", "w", **profile, nodata=-1, transform=from_bounds(139.0, 35.2, 139.3, 35.4, 30, 20)
    ) as raster:
        raster.write(grid, 1)
    return {"areas": "areas.geojson", "pipes": "pipes.geojson", "plants": "plants.geojson", "wind": "wind.tif"}


def field(page, key):
    return page.locator(f".st-key-{key} input")


def bring(page, path, title, number):
    page.locator(f".st-key-upload_file_{number} input[type=file]").set_input_files(path)
    page.locator(f".st-key-upload_save_{number} button").wait_for()
    settle(page)
    told = {"title_ja": title, "title_en": title, "unit": "kW", "year": "2023", "source": "市", "licence": "CC0"}
    for name, value in told.items():
        box = field(page, f"upload_{name}_{number}")
        box.fill(value)
        box.press("Tab")
        settle(page)
    page.locator(f".st-key-upload_save_{number} button").click()
    page.locator(f".st-key-upload_file_{number + 1}").wait_for()
    settle(page)


def test_a_measured_value_from_the_form_to_the_mark_on_the_ladder(own_app, page, shoot):
    page.goto(f"{own_app}/data")
    settle(page)
    page.locator("summary", has_text=text("actuals.edit", "ja")).click()
    field(page, "actuals_one_value").wait_for()
    for name, value in (("value", "-5"), ("year", "2022"), ("source", "市の調べ")):
        field(page, f"actuals_one_{name}").fill(value)
    save = page.get_by_role("button", name=text("actuals.one_save", "ja"))
    save.click()
    page.get_by_test_id("stAlert").filter(has_text="-5").wait_for()
    field(page, "actuals_one_value").fill("1,234,567")
    save.click()
    page.get_by_text(text("actuals.saved", "ja")).wait_for()
    settle(page)
    shoot("entered")
    page.goto(f"{own_app}/scale?place=municipality:14100")
    settle(page)
    page.locator(".row .measured").first.wait_for()
    assert page.locator(".row .measured").count() == 1
    shoot("marked")
    page.get_by_text(text("actuals.switch", "ja")).click()
    page.locator(".row .measured").first.wait_for(state="detached")
    assert "actual=0" in page.url


def test_own_layers_from_the_upload_to_the_map(own_app, page, tmp_path, shoot):
    page.goto(f"{own_app}/data")
    settle(page)
    page.locator("summary", has_text=text("own.add", "ja")).click()
    page.locator(".st-key-upload_file_0").wait_for()
    made = files(tmp_path / "files")
    for number, (title, name) in enumerate(made.items()):
        bring(page, tmp_path / "files" / name, title, number)
    shoot("listed")
    layers = ",".join(f"own_{title}:100" for title in made)
    page.goto(f"{own_app}/?layers=municipality:100,{layers}")
    settle(page)
    page.locator(".meguri-map[data-shown]").wait_for()
    for title in made:
        page.wait_for_function(f"({PAINTED})('{title}') > 20")
    assert page.get_by_text(text("map.group.own", "ja"), exact=True).is_visible()
    shoot("drawn")
    # Taken off and shown again without a new page.
    box = page.locator("#meguri-layer-own_plants")
    box.uncheck()
    page.wait_for_function(f"({PAINTED})('plants') === -1")
    box.check()
    page.wait_for_function(f"({PAINTED})('plants') > 20")
