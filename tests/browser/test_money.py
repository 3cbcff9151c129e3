"""The Money page in a real browser: read a place, move a price, keep the link, take the tables; at every width."""

import csv
import io
import re
from urllib.parse import parse_qs, urlparse

import pytest

MAP = ".leaflet-container"
# Invented amounts of two years, hundred million yen; production 1,000 and 900, whatever is not named stays empty.
MADE_UP = {
    "域内総生産（付加価値額）": (1000, 900),
    "雇用者所得（地域住民）": (550, 450),
    "雇用者所得の流出入": (-50, -50),
    "その他所得（地域住民）": (550, 550),
    "その他所得の流出入": (150, 150),
    "民間消費（地域住民）": (850, 750),
    "民間消費の流出入": (-150, -150),
    "民間投資（地域企業）": (230, 230),
    "民間投資の流出入": (-30, -30),
    "その他支出（地域住民）": (20, 20),
    "その他支出の流出入": (80, 80),
    "エネルギー代金の流出入": (-60, -60),
}
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


def filled(template, place):
    """The template's bytes with the made-up amounts of 2018 and 2015 written in for a place."""
    header, *lines = csv.reader(io.StringIO(template.decode("utf-8-sig")))
    assert header[:6] == ["市町村", "年", "項目", "値", "単位", "出典"]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    for at, year in enumerate(("2018", "2015")):
        for _, _, item, _, unit, _, meaning in lines:
            amount = MADE_UP[item][at] if item in MADE_UP else ""
            writer.writerow([place, year, item, amount, unit, "架空の表（試験用）", meaning])
    return {"name": "架空.csv", "mimeType": "text/csv", "buffer": out.getvalue().encode("utf-8-sig")}


def test_a_template_is_filled_in_refused_mended_imported_and_drawn_for_two_years(open_app, settled, shoot):
    page = open_app("money", place="municipality:14206")
    page.get_by_text("表を読み込む・直す").click()
    upload = page.locator("input[type=file]")
    upload.wait_for(state="attached")
    # A template is made when it is asked for: of a run that is over.
    settled(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="ひな形（CSV）").click()
    template = download.value.path().read_bytes()

    upload.set_input_files(filled(template, "小田腹市"))
    refusal = page.get_by_role("alert").filter(has_text="小田腹市")
    refusal.wait_for()
    assert "14206 小田原市 ではありませんか" in refusal.inner_text()
    settled(page)
    take = page.get_by_role("button", name="件を取り込む")
    assert take.count() == 0

    upload.set_input_files(filled(template, "小田原市"))
    page.get_by_text("24 件の数字を読みました：小田原市 2015年、小田原市 2018年").wait_for()
    settled(page)
    shoot("preview", full_page=True)
    take.click()
    drawing = page.locator(".economy svg")
    page.locator(".economy svg[aria-label*='2018年に1,000億円を生産']").wait_for()
    settled(page)
    page.get_by_role("radio", name="2015年").click()
    page.locator(".economy svg[aria-label*='2015年に900億円を生産']").wait_for()
    settled(page)
    assert drawing.count() == 1
    assert "900億円" in drawing.text_content()

    # The keyboard's focus on the drawing is as plain as everywhere.
    frame = page.locator(".economy")
    for _ in range(6):
        page.keyboard.press("Tab")
        if frame.evaluate("node => node.matches(':focus-visible')"):
            break
    outline = frame.evaluate("node => { const s = getComputedStyle(node); return [s.outlineStyle, s.outlineWidth]; }")
    assert outline == ["solid", "3px"]
    frame.scroll_into_view_if_needed()
    shoot("circle")

    # As it was before, for the tests that share this server.
    page.get_by_role("button", name="一つ前に戻す").click()
    page.get_by_text("まだ表がありません").wait_for()


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
