"""The What-if page in a real browser: a scenario made, moved, compared on locked maps, taken away and brought back."""

import re
from urllib.parse import parse_qs, urlparse

import pytest

MAPS = ["whatif_a", "whatif_b"]
ROOF = "屋根のうちパネルを置ける割合"
# Where a map looks: latitude, longitude and zoom.
LOOK = """key => {
  const { map } = window.meguriMaps.stages.get(key);
  return [map.getCenter().lat, map.getCenter().lng, map.getZoom()];
}"""
ALIKE = f"""keys => {{
  const stages = keys.map(key => window.meguriMaps?.stages.get(key));
  if (!stages.every(stage => stage?.isReady)) return false;
  const [one, other] = keys.map({LOOK});
  return one.every((part, i) => Math.abs(part - other[i]) < 1e-9);
}}"""
# The fills of the map at the right: how many units are of which colour.
FILLS = """() => {
  const count = {};
  for (const [name, drawn] of window.meguriMaps.stages.get('whatif_b').layers) {
    for (const fill of drawn.styles.map((style) => style.split('|')[2])) {
      if (fill) count[name + fill] = (count[name + fill] ?? 0) + 1;
    }
  }
  return JSON.stringify(count);
}"""


def query(page):
    return {name: values[0] for name, values in parse_qs(urlparse(page.url).query).items()}


def locked(page, settled):
    """Where both maps look, once they look at the same and stay there."""
    page.wait_for_function(ALIKE, arg=MAPS)
    settled(page)
    page.wait_for_function(ALIKE, arg=MAPS)
    return page.evaluate(LOOK, MAPS[0])


def aloud(page):
    return page.locator(".aloud").inner_text()


def press(page, settled, name, role="button"):
    page.get_by_role(role, name=name, exact=role == "radio").first.click()
    settled(page)


def drag(page, key, across, down):
    box = page.locator(f".st-key-{key}_map .leaflet-container").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + min(box["height"] / 2, 120)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + across, y + down, steps=6)
    page.mouse.up()


def test_a_scenario_from_its_start_to_a_colleagues_screen(open_app, settled, shoot, context, tmp_path):
    page = open_app("whatif")
    shoot("empty")
    press(page, settled, "屋根をもっと使う")
    whole = locked(page, settled)
    # Other tests save scenarios on this server too: where the name is taken, this one is given the next free one.
    name = re.search(r"シナリオ「(屋根をもっと使う(?:（\d+）)?)」は、", aloud(page))[1]
    assert query(page)["resource"] == "electricity"

    # One hand on either map moves both.
    page.locator(".st-key-whatif_maps").scroll_into_view_if_needed()
    drag(page, "whatif_a", -80, 30)
    moved = locked(page, settled)
    assert moved != pytest.approx(whole)
    drag(page, "whatif_b", 40, 10)
    assert locked(page, settled) != pytest.approx(moved)
    page.locator(".st-key-whatif_b_map .meguri-map-buttons button").first.click()
    assert locked(page, settled)[2] > whole[2]
    page.locator(".st-key-whatif_a_map .meguri-map-buttons button").nth(2).click()
    assert locked(page, settled) == pytest.approx(whole, abs=1e-6)

    # A slider recolours the right map in place and changes the sentence; undo takes both back.
    stage = page.locator(".st-key-whatif_b_map .leaflet-container").element_handle()
    fills, said = page.evaluate(FILLS), aloud(page)
    slider = page.get_by_role("slider", name=ROOF)
    slider.focus()
    page.keyboard.press("Home")
    page.wait_for_function("said => document.querySelector('.aloud').innerText !== said", arg=said)
    settled(page)
    page.wait_for_function(f"fills => ({FILLS})() !== fills", arg=fills)
    assert stage.evaluate("node => node.isConnected")
    assert query(page)["set"] == "electricity.usable_roof_share:0.3"
    shoot("moved", full_page=True)
    press(page, settled, "元にもどす")
    page.wait_for_function(f"fills => ({FILLS})() === fills", arg=fills)
    assert aloud(page) == said

    # The difference takes the place of the right map; coming back, both look where they did.
    for view in ("差：割合", "差：規模"):
        press(page, settled, view, role="radio")
        page.locator(".st-key-whatif_a_map .leaflet-container").wait_for(state="hidden")
        assert page.locator(".whatif-legend.counted li").count() >= 7
    shoot("difference")
    press(page, settled, "並べる：規模", role="radio")
    page.locator(".st-key-whatif_a_map .leaflet-container").wait_for(state="visible")
    assert locked(page, settled) == pytest.approx(whole, abs=1e-6)
    assert stage.evaluate("node => node.isConnected")

    # Duplicated, it is compared with what it was copied from.
    first = query(page)["scenario"]
    press(page, settled, "シナリオ")
    press(page, settled, "複製する")
    assert query(page)["against"] == first
    assert f"「{name}」とくらべて" in aloud(page)
    copied = f"{name}（写し）"
    assert f"シナリオ「{copied}」は、" in aloud(page)

    # Out as a file, in again as a third one; its rows are the same.
    page.keyboard.press("Escape")
    press(page, settled, "シナリオ")
    with page.expect_download() as download:
        page.get_by_role("button", name="ファイルに保存").click()
    file = tmp_path / "scenario.toml"
    download.value.save_as(file)
    assert "electricity.usable_roof_share" in file.read_text(encoding="utf-8")
    page.locator("[data-testid=stPopoverBody] input[type=file]").set_input_files(file)
    page.get_by_role("button", name="を読みこむ").click()
    settled(page)
    assert query(page)["scenario"] not in (first, "")
    settled(page)
    # The copy it was made from is still here: what is read in again gets a name of its own.
    again = f"{copied}（2）"
    assert f"シナリオ「{again}」は、" in aloud(page)

    # The link opens the same for a colleague, here in English.
    tables = page.locator("table.matrix tbody").inner_text()
    other = context.new_page()
    other.goto(page.url)
    other.wait_for_selector("table.matrix")
    settled(other)
    assert aloud(other) == aloud(page)
    assert other.locator("table.matrix tbody").inner_text() == tables
    other.get_by_role("radio", name="English").click()
    settled(other)
    assert aloud(other).startswith(f"Scenario “{again}”:")
    assert other.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

    # The other pages show it too, say so, and let go of it.
    page.get_by_role("link", name="この仮定で循環の規模を見る").click()
    page.wait_for_selector(".st-key-whatif_banner")
    settled(page)
    assert f"シナリオ「{again}」で見ています" in page.locator(".st-key-whatif_banner").inner_text()
    shoot("banner")
    press(page, settled, "やめる")
    assert page.locator(".st-key-whatif_banner").count() == 0
    assert "scenario" not in query(page)
