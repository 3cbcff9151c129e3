"""The Money page in a real browser: read a place, move a price, keep the link, take the tables; at every width."""

import re
from urllib.parse import parse_qs, urlparse

import pytest

MAP = ".leaflet-container"
WIDTHS = [(390, 844), (1024, 768), (1280, 800), (1920, 1080)]


def query(page):
    return {name: values[0] for name, values in parse_qs(urlparse(page.url).query).items()}


def rows(page):
    """The ladder in yen as it stands: resource -> (bar read aloud, what is bought)."""
    found = page.locator("li.money-row").evaluate_all(
        """rows => rows.map(row => [row.dataset.key, row.querySelector('[role=img]').getAttribute('aria-label'),
                                    row.querySelector('.verdict').textContent])"""
    )
    return {key: (spoken, bought) for key, spoken, bought in found}


def test_from_the_start_to_a_place_a_price_and_back_by_its_link(open_app, settled, shoot):
    page = open_app()
    page.get_by_test_id("stTopNav").get_by_role("link", name="お金の流れ").click()
    page.wait_for_selector("li.money-row")
    settled(page)
    page.get_by_role("combobox").first.fill("おだわら")
    page.keyboard.press("Enter")
    page.wait_for_url("**place=municipality**")
    settled(page)
    assert query(page)["place"] == "municipality:14206"
    sentence = page.locator(".aloud").inner_text()
    assert re.match(
        r"小田原市では、使えるものを全部使っても、計算上、年に約[\d,.]+億円（1人あたり約[\d,.]+万円）分を", sentence
    )
    assert page.locator(".money-differs").inner_text().startswith("これは実際に漏れているお金ではありません")
    before = rows(page)
    assert set(before) == {"total", "electricity", "rice", "vegetables", "wood_heat", "water", "timber"}
    assert "コミュニティ" in before["electricity"][0]
    stage = page.locator(MAP).element_handle()
    shoot("place", full_page=True)

    page.get_by_text("値段を動かす").click()
    slider = page.get_by_role("slider", name="電気の値段")
    slider.focus()
    settled(page)
    page.keyboard.press("Home")
    page.wait_for_url("**set=electricity.price_paid**")
    settled(page)
    moved = rows(page)
    assert moved["electricity"] != before["electricity"]
    assert moved["rice"] == before["rice"]
    # In place: the very map that was there before.
    assert stage.evaluate("node => node.isConnected")
    page.reload()
    page.wait_for_selector("li.money-row")
    settled(page)
    assert rows(page) == moved

    with page.expect_download() as download:
        page.get_by_role("button", name="この場所の表").click()
    assert download.value.suggested_filename == "meguri_kanagawa_municipality_14206_yen.csv"
    with page.expect_download() as download:
        page.get_by_role("button", name="市町村の表").click()
    assert len(download.value.path().read_text(encoding="utf-8-sig").splitlines()) == 34

    page.locator(MAP).scroll_into_view_if_needed()
    box = page.locator(MAP).bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.62, box["y"] + box["height"] * 0.45)
    page.wait_for_function("!location.search.includes('14206')")
    settled(page)
    assert query(page)["place"].startswith("municipality:")
    assert "小田原市では" not in page.locator(".aloud").inner_text()


def test_nothing_is_cut_off_or_too_small_at_any_width_in_both_languages(open_app, settled, shoot):
    page = open_app("money", place="basin:83268", lang="en")
    page.wait_for_selector("li.money-row")
    assert "Sakawa River basin (the part with data)" in page.locator(".aloud").inner_text()
    for language in ("English", "日本語"):
        page.get_by_role("radio", name=language).click()
        settled(page)
        for width, height in WIDTHS:
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(300)
            check_layout(page, width)
            shoot(f"{language}-{width}")


def check_layout(page, width):
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    report = page.locator("li.money-row").evaluate_all(
        """rows => rows.flatMap(row => [...row.querySelectorAll('.name, .verdict, small, .bar')].map(part => {
             const box = part.getBoundingClientRect();
             const size = parseFloat(getComputedStyle(part).fontSize);
             return { name: part.className, left: box.left, right: box.right, size };
           }))"""
    )
    assert report
    for part in report:
        assert part["left"] >= 0, part
        assert part["right"] <= width, part
        assert part["size"] >= 14, part
    # The two parts of what is bought are as long together as its bar.
    split, bought = page.locator(".money-row.total").evaluate(
        """row => ['.split > [class]', '.track > :is([data-key=outside], [data-key=time_mismatch])'].map(parts =>
             [...row.querySelectorAll(parts)].reduce((sum, part) => sum + part.getBoundingClientRect().width, 0))"""
    )
    assert split == pytest.approx(bought, abs=4)
