"""The Scale page in a real browser: pick a place, read its ladder, move an assumption, keep the link."""

from urllib.parse import parse_qs, urlparse

import pypdf
import pytest

WIDTHS = [(390, 844), (1024, 768), (1280, 800), (1920, 1080)]
MAP = ".leaflet-container"


def query(page):
    return {name: values[0] for name, values in parse_qs(urlparse(page.url).query).items()}


def rows(page):
    """The ladder as it stands: (resource, bar read aloud, verdict) of each row."""
    return page.locator("li.row").evaluate_all(
        """rows => rows.map(row => [row.dataset.key, row.querySelector('[role=img]').getAttribute('aria-label'),
                                    row.querySelector('.verdict').textContent])"""
    )


def map_picture(page):
    """The map's canvas as it settles: the same picture twice, 150 ms apart."""
    page.locator(MAP).scroll_into_view_if_needed()
    before = page.locator(MAP).screenshot()
    for _ in range(40):
        page.wait_for_timeout(150)
        after = page.locator(MAP).screenshot()
        if after == before:
            return after
        before = after
    raise AssertionError("the map does not come to rest")


def move_slider(page, settled, label, key):
    page.get_by_role("slider", name=label).focus()
    page.keyboard.press(key)
    # The slider reports once it is left alone for a moment.
    page.wait_for_timeout(400)
    settled(page)


def test_from_the_start_to_a_place_an_assumption_and_back_by_its_link(open_app, settled, shoot):
    page = open_app()
    page.get_by_test_id("stTopNav").get_by_role("link", name="循環の規模").click()
    page.wait_for_selector("li.row")
    settled(page)
    page.get_by_role("radio", name="市町村", exact=True).first.click()
    settled(page)
    page.get_by_role("combobox").first.fill("おだわら")
    page.keyboard.press("Enter")
    settled(page)
    assert query(page)["place"] == "municipality:14206"
    assert page.locator(".aloud").inner_text().startswith("小田原市では、計算上、")
    ladder = rows(page)
    assert ("water", "市町村で足りる") in [(key, verdict) for key, _, verdict in ladder]
    shoot("place", full_page=True)
    sure = page.locator('li.row[data-key="water"] .certainty').first
    assert sure.inner_text().startswith("確か（100 %）")

    picture = map_picture(page)
    stage = page.locator(MAP).element_handle()
    move_slider(page, settled, "安定して使える割合", "Home")
    assert query(page)["set"] == "water.dependable_share:0.2"
    moved = rows(page)
    assert moved != ladder
    # With the least dependable share the city no longer has enough; how sure that is moves with it.
    assert not sure.inner_text().startswith("確か（100 %）")
    recoloured = map_picture(page)
    assert recoloured != picture
    # In place: the very element that was there before.
    assert stage.evaluate("node => node.isConnected")
    shoot("moved", full_page=True)

    page.reload()
    page.wait_for_selector("li.row")
    settled(page)
    assert rows(page) == moved
    assert query(page)["place"] == "municipality:14206"
    assert page.get_by_role("slider", name="安定して使える割合").input_value() == "20"


def test_a_row_is_picked_by_keyboard_and_keeps_the_focus(open_app, settled):
    page = open_app("scale", place="municipality:14206")
    button = page.locator("li.row").get_by_role("button", name="木材")
    button.focus()
    page.keyboard.press("Enter")
    settled(page)
    assert query(page)["resource"] == "timber"
    assert page.locator('li.row[aria-current="true"]').get_attribute("data-key") == "timber"
    assert page.locator(".detail h3").inner_text().startswith("木材")
    assert button.evaluate("node => node.getRootNode().activeElement === node")


def test_a_click_on_the_map_looks_at_that_place(open_app, settled):
    page = open_app("scale")
    map_picture(page)
    box = page.locator(MAP).bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.62, box["y"] + box["height"] * 0.5)
    page.wait_for_url("**place=municipality*")
    settled(page)
    assert page.locator("li.row").count() > 5


def test_a_link_opens_the_same_view_in_the_other_language(open_app, settled):
    page = open_app("scale", place="municipality:14206", resource="timber", by="basin", lang="ja")
    page.wait_for_selector("li.row")
    shown = [row[0] for row in rows(page)]
    page.get_by_role("radio", name="English").click()
    settled(page)
    assert [row[0] for row in rows(page)] == shown
    assert page.locator(".aloud").inner_text().startswith("In Odawara City, by calculation,")
    assert query(page) | {"view": ""} == {
        "place": "municipality:14206",
        "resource": "timber",
        "by": "basin",
        "lang": "en",
        "view": "",
    }


@pytest.mark.parametrize("viewport", WIDTHS, indirect=True, ids=lambda size: f"{size[0]}")
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_nothing_is_cut_off_or_too_small_at_any_width(open_app, shoot, lang, viewport):
    page = open_app("scale", place="municipality:14206", lang=lang)
    page.wait_for_selector("li.row")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    report = page.locator("li.row").evaluate_all(
        """rows => rows.flatMap(row => [...row.querySelectorAll('.name, .verdict, .certainty, .bar')].map(part => {
             const box = part.getBoundingClientRect();
             const wide = part.scrollWidth > part.clientWidth + 1;
             const size = parseFloat(getComputedStyle(part).fontSize);
             return { name: part.className, left: box.left, right: box.right, wide, size };
           }))"""
    )
    assert report
    for part in report:
        assert part["left"] >= 0, part
        assert part["right"] <= viewport["width"], part
        assert not part["wide"] or "bar" in part["name"], part
        assert part["size"] >= 14, part
    shoot(f"{lang}-{viewport['width']}", full_page=True)


def test_the_sheet_and_the_table_are_taken_away(open_app):
    page = open_app("scale", place="municipality:14206")
    page.wait_for_selector("li.row")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    assert download.value.suggested_filename == "meguri_kanagawa_municipality_14206.csv"
    with page.expect_download() as download:
        page.get_by_role("button", name="A4で印刷").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("viewport", [(390, 844)], indirect=True)
@pytest.mark.parametrize(("lang", "page_name"), [("ja", "循環の規模"), ("en", "Scale")])
def test_on_a_phone_the_pages_are_one_tap_away(open_app, settled, lang, page_name):
    page = open_app("", lang=lang)
    page.locator(".st-key-page_links").get_by_role("link", name=page_name).click()
    page.wait_for_selector("li.row")
    settled(page)
    assert urlparse(page.url).path == "/scale"
    assert query(page).get("lang", "ja") == lang


@pytest.mark.parametrize("viewport", [(390, 844), (1280, 800), (1920, 1080)], indirect=True)
def test_the_map_and_the_bar_stay_in_sight_while_a_slider_moves(open_app, settled, viewport):
    page = open_app("scale", place="municipality:14206", resource="rice")
    page.wait_for_selector(f"{MAP} canvas")
    slider = page.get_by_role("slider", name="1人が1年に食べる米（白米）")
    slider.focus()
    settled(page)
    height = viewport["height"]

    def seen(selector):
        box = page.locator(selector).bounding_box()
        return min(box["y"] + box["height"], height) - max(box["y"], 0)

    assert seen(MAP) > 200
    assert 0 <= slider.bounding_box()["y"] < height
    if viewport["width"] > 640:
        assert seen(".st-key-scale_focus_bar") > 60


def test_the_legend_has_only_the_rungs_of_the_resource(open_app, settled):
    page = open_app("scale", place="municipality:14206", resource="water")
    legend = page.locator(".st-key-scale_map details").first
    legend.wait_for()
    settled(page)
    assert "市町村で足りる" in legend.inner_text()
    assert "コミュニティで足りる" not in legend.inner_text()


def test_from_the_whole_prefecture_a_municipality_is_one_pick_away(open_app, settled):
    page = open_app("scale")
    page.get_by_role("combobox").first.fill("おだわら")
    page.keyboard.press("Enter")
    settled(page)
    assert query(page)["place"] == "municipality:14206"
    assert page.locator(".aloud").inner_text().startswith("小田原市では、計算上、")


def test_the_sheet_prints_the_link_of_its_view(open_app, tmp_path):
    page = open_app("scale", place="municipality:14206", resource="rice")
    page.wait_for_selector("li.row")
    with page.expect_download() as download:
        page.get_by_role("button", name="A4で印刷").click()
    words = "".join(part.extract_text() for part in pypdf.PdfReader(download.value.path()).pages).replace("\n", "")
    assert "resource=rice" in words.replace(" ", "")
