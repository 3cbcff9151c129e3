"""The mesh on the live map: every cell in the colour of its class."""

import numpy as np
import shapely

from geo.dataset import open_dataset
from geo.resources import load_catalogue
from layers.catalogue import paint
from layers.described import layers_of
from layers.mesh_image import COLUMNS_PER_DEGREE, ROWS_PER_DEGREE, mesh_rows_columns
from layers.palette import rgb

# Mercator by hand: the share of the picture's height at which a latitude lies.
COLOURS_AT = """([points, south, west, north, east]) => {
  const canvas = document.querySelector('canvas.meguri-map-cells');
  const context = canvas.getContext('2d');
  const y = (lat) => Math.log(Math.tan(Math.PI / 4 + lat * Math.PI / 360));
  return points.map(([lat, lon]) => [...context.getImageData(
    Math.floor((lon - west) / (east - west) * canvas.width),
    Math.floor((y(north) - y(lat)) / (y(north) - y(south)) * canvas.height), 1, 1).data]);
}"""
PICTURE = "() => document.querySelector('canvas.meguri-map-cells').toDataURL()"
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def test_every_cell_has_the_colour_of_its_class(open_app):
    page = open_app("", layers="forest_share:100")
    page.wait_for_selector("canvas.meguri-map-cells")
    page.wait_for_selector(".meguri-map[data-shown]")
    dataset = open_dataset("kanagawa")
    painting = paint(layers_of(dataset, load_catalogue())["forest_share"], dataset)
    rows, columns = mesh_rows_columns(painting.classes.index)
    middles = np.column_stack([(rows + 0.5) / ROWS_PER_DEGREE, 100 + (columns + 0.5) / COLUMNS_PER_DEGREE])
    # The picture is cut to the drawn outline, which leaves the true one by up to 30 m.
    land = dataset.prefecture.geometry.iloc[0]
    inner = shapely.contains_xy(land, middles[:, 1], middles[:, 0])
    inner &= shapely.distance(shapely.points(middles[:, ::-1]), land.boundary) > 0.001
    edges = [rows.min() / ROWS_PER_DEGREE, 100 + columns.min() / COLUMNS_PER_DEGREE]
    edges += [(rows.max() + 1) / ROWS_PER_DEGREE, 100 + (columns.max() + 1) / COLUMNS_PER_DEGREE]
    seen = page.evaluate(COLOURS_AT, [middles[inner].tolist(), *map(float, edges)])
    wanted = [(*rgb(painting.layer.legend[number].fill), 255) for number in painting.classes[inner]]
    assert inner.sum() > 2000
    assert [tuple(colour) for colour in seen] == wanted


def test_a_choice_recolours_before_the_server_answers_and_the_answer_agrees(open_app, settled):
    page = open_app("scale", by="cells", resource="water")
    page.wait_for_selector("canvas.meguri-map-cells")
    page.wait_for_selector("li.row")
    settled(page)
    page.wait_for_timeout(500)
    before, title = page.evaluate(PICTURE), page.locator(".meguri-map-legend .title").first.inner_text()
    page.locator("li.row").get_by_role("button", name="木材").evaluate("button => button.click()")
    page.evaluate(FRAMES)
    at_once = page.evaluate(PICTURE)
    assert at_once != before
    page.wait_for_function(
        "title => document.querySelector('.meguri-map-legend .title').textContent !== title", arg=title
    )
    settled(page)
    assert page.evaluate(PICTURE) == at_once
