"""The Basin page in a real browser: find a basin, read its exchanges, change the resource, take the table, reopen."""

import csv
import io
from urllib.parse import parse_qs, urlparse

from layers.messages import text

MAP = ".leaflet-container"
ALOUD = ".aloud"
# A label of the diagram with the ground that it lies on; the heads over the two sides are the first two.
LABEL = ".js-plotly-plot .annotation-text-g"
OVERLAPS = """labels => {
  const boxes = labels.map(label => [label.textContent, label.getBoundingClientRect()]);
  return boxes.flatMap(([name, a], at) => boxes.slice(at + 1)
    .filter(([, b]) => a.left < b.right && b.left < a.right && a.top < b.bottom - 1 && b.top < a.bottom - 1)
    .map(([other]) => `${name} | ${other}`));
}"""


def query(page):
    return {name: values[0] for name, values in parse_qs(urlparse(page.url).query).items()}


def sankey_names(page):
    """The places of the diagram as they are written, left side first."""
    page.wait_for_selector(".js-plotly-plot g.sankey")
    return page.locator(LABEL).all_text_contents()


def pick(page, settled, words):
    page.get_by_role("combobox").first.fill(words)
    page.keyboard.press("Enter")
    settled(page)


def test_a_basin_is_found_read_changed_taken_away_and_reopened(open_app, settled, shoot):
    page = open_app("basin", place="municipality:14206", resource="rice")
    page.get_by_text("小田原市の人が最も多く住む流域です。").wait_for()
    assert page.locator(ALOUD).inner_text().startswith("酒匂川流域（データのある部分）は、小田原市")
    assert "早川流域" in " ".join(sankey_names(page))
    stage = page.locator(MAP).element_handle()
    shoot("sakawa")

    # Romaji finds it; the diagram, the table beside it and the address follow.
    pick(page, settled, "kaname")
    assert query(page)["place"] == "basin:83545-12"
    page.locator(ALOUD, has_text="金目川流域は、").wait_for()
    page.get_by_role("combobox").nth(1).click()
    page.get_by_role("option", name="野菜").click()
    settled(page)
    assert query(page)["resource"] == "vegetables"
    names = sankey_names(page)
    table = page.locator("table.basin-table", has_text=text("basin.flows.column_partner", "ja"))
    listed = [row.split("\t")[0] for row in table.locator("tbody tr").all_inner_texts()]
    assert listed
    for partner in listed:
        assert any(partner in name for name in names)
    assert any(name.startswith("この流域") for name in names)

    # A row of the ladder brings its resource into focus, here the usual one, which no address names; water is not
    # hauled, so there is no diagram.
    page.locator('li.row[data-resource="water"] button').click()
    settled(page)
    assert "resource" not in query(page)
    page.get_by_text(text("basin.flows.water", "ja")).wait_for()
    assert page.locator(".js-plotly-plot").count() == 0

    # A click on the map picks the basin there; the map is the one that was there before, where it was.
    page.locator(MAP).scroll_into_view_if_needed()
    box = page.locator(MAP).bounding_box()
    page.mouse.click(box["x"] + 60, box["y"] + box["height"] * 0.45)
    settled(page)
    assert query(page)["place"] == "basin:83268"
    page.locator(ALOUD, has_text="酒匂川流域").wait_for()
    assert stage.evaluate("node => node.isConnected")

    with page.expect_download() as waiting:
        page.get_by_role("button", name=text("basin.csv.button", "ja")).click()
    rows = list(csv.DictReader(io.StringIO(waiting.value.path().read_bytes().decode("utf-8-sig"))))
    assert len(rows) > 60
    assert {row["水系コード"] for row in rows} == {"83268"}

    said = page.locator(ALOUD).inner_text()
    page.reload()
    settled(page)
    page.locator(ALOUD).wait_for()
    assert page.locator(ALOUD).inner_text() == said


def test_in_english_nothing_is_cut_off_sideways(open_app, settled, shoot):
    page = open_app("basin", lang="en", place="basin:83032", resource="compost")
    for width, height in ((1280, 800), (1920, 1080), (1024, 768), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        settled(page)
        sankey_names(page)
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        wide = page.evaluate(
            """() => [...document.querySelectorAll('[data-testid="stMain"] *')]
              .filter(e => e.matches('p, h2, h3, li, dd, table, .js-plotly-plot'))
              .filter(e => e.offsetParent && !e.closest('.basin-scroll, .st-key-basin_diagram, .leaflet-container'))
              .filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.tagName + ' ' + e.innerText)"""
        )
        assert wide == []
        # Names of the diagram keep the size of text, each in the clear.
        sizes = page.locator(f"{LABEL} text").evaluate_all(
            "labels => labels.map(label => parseFloat(getComputedStyle(label).fontSize))"
        )
        assert min(sizes) >= 14
        assert page.locator(LABEL).evaluate_all(OVERLAPS) == []
        shoot(f"en-{width}", full_page=True)
    assert page.get_by_text("Arises in (t/yr)").is_visible()
