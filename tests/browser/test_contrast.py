"""Every text that the pages show can be read: WCAG AA contrast as the browser draws it, on light and on dark paper."""

from pathlib import Path

import pytest

from layers import palette
from tests.browser.conftest import settle
from tests.browser.contrast import texts

PLACE = {"place": "municipality:14206", "at": "35.2646,139.1522"}
FILLS = "prefecture:100,municipality:100,river_system:100,closing_scale:100,forest_share:60"
LINES = "prefecture:100,municipality:100,river_system:100,unit_basin:100"
OPEN_ALL = "all => all.forEach(each => each.parentElement.open || each.click())"
PAPERS = {"light": palette.LIGHT, "dark": palette.DARK}

TRIAL = Path(__file__).with_name("contrast_page.html")
# Every text of that page: ink and ground as the eye gets them, and whether that can be read.
GREY, WHITE, BLACK = "#888888", "#ffffff", "#000000"
KNOWN = {
    "plain": (GREY, WHITE, False),
    "darker": ("#767676", WHITE, True),
    "alpha": ("#999999", WHITE, False),
    "mixed": ("#999999", WHITE, False),
    "veil": (BLACK, "#333333", False),
    "group": (WHITE, "#999999", False),
    "shade": ("#333333", BLACK, False),
    "slotted": ("#eeeeee", BLACK, True),
    "hint": ("#aaaaaa", WHITE, False),
    "typed": ("#123456", WHITE, True),
    "made": ("#bbbbbb", WHITE, False),
    # On a map: the halo counts; without one, and through a translucent card, the worse of black and white.
    "haloed": ("#222222", "#eeeeee", True),
    "bare": ("#222222", BLACK, False),
    "card": ("#222222", "#999999", True),
    "above": (BLACK, WHITE, True),
    "top": (WHITE, "#222222", True),
    "scrolled": (BLACK, "#222222", False),
    "drawn": ("#777777", WHITE, False),
    "large": (GREY, WHITE, True),
    "less": (GREY, WHITE, False),
    "heavy": (GREY, WHITE, True),
    "light": (GREY, WHITE, False),
    # Upon a texture there is no one ground.
    "striped": (BLACK, WHITE, False),
}


def test_the_walker_sees_what_the_eye_sees_and_tells_what_can_be_read(page):
    page.set_content(TRIAL.read_text(encoding="utf-8"))
    found = {seen.text: seen for seen in texts(page)}
    assert {words: (seen.ink, seen.ground, seen.is_readable) for words, seen in found.items()} == KNOWN
    assert found["darker"].ratio == pytest.approx(4.54, abs=0.01)
    assert str(found["plain"]).startswith("3.54 for 4.5: #888888 on #ffffff, “plain” in html > body > p.pale")


@pytest.fixture
def open_paper(open_app, page):
    """Open a page of the app on light or dark paper and check that it is that paper."""

    def open_it(path, theme, **query):
        page.emulate_media(color_scheme=theme)
        open_app(path, **query)
        page.wait_for_timeout(800)
        assert page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor") == (
            "rgb({}, {}, {})".format(*palette.rgb(PAPERS[theme].paper))
        )
        return page

    return open_it


def unreadable(page, least):
    """Return what cannot be read; a page with fewer than ``least`` texts was not there yet."""
    found = texts(page)
    assert len(found) >= least
    return [str(seen) for seen in found if not seen.is_readable]


@pytest.mark.parametrize(("theme", "lang"), [("light", "ja"), ("dark", "ja"), ("dark", "en")])
def test_the_map_page_can_be_read(open_paper, theme, lang):
    # On a server just started, what the page says first is gone before it has drawn its last.
    open_paper("", theme, lang=lang)
    # A layer that the data lacks makes the page say so, over everything.
    page = open_paper("", theme, lang=lang, layers=f"{FILLS},gone:100", **PLACE)
    page.wait_for_selector(".meguri-card")
    page.wait_for_selector(".meguri-map-name")
    page.get_by_test_id("stToast").wait_for()
    page.locator(".meguri-map-sources summary").click()
    page.locator(".meguri-card summary, .meguri-layers summary").evaluate_all(OPEN_ALL)
    assert unreadable(page, 120) == []
    page.get_by_role("combobox").first.click()
    page.get_by_role("option").first.wait_for()
    assert unreadable(page, 120) == []
    page.keyboard.press("Escape")
    page.locator('[data-testid="stPopover"] button').click()
    page.get_by_role("button", name="GeoPackage").wait_for()
    assert unreadable(page, 120) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_names_on_a_map_of_lines_can_be_read(open_paper, theme):
    page = open_paper("", theme, layers=LINES, view="35.35,139.2,12")
    page.wait_for_selector(".meguri-map-name")
    page.hover(".meguri-map", position={"x": 400, "y": 300})
    page.wait_for_selector(".meguri-map-tip:not([hidden])")
    assert unreadable(page, 60) == []


@pytest.mark.parametrize(
    ("theme", "lang", "place"),
    [
        ("light", "ja", "municipality:14206"),
        ("dark", "en", "municipality:14206"),
        ("light", "ja", "basin:83268"),
        ("dark", "ja", "community:523974825-14204"),
    ],
)
def test_the_scale_page_can_be_read(open_paper, theme, lang, place):
    page = open_paper("scale", theme, lang=lang, place=place)
    page.wait_for_selector("li.row")
    page.wait_for_selector(".meguri-map[data-shown]")
    page.locator("summary").evaluate_all(OPEN_ALL)
    page.locator("li.row").nth(1).hover()
    page.wait_for_timeout(500)
    assert unreadable(page, 120) == []


@pytest.mark.parametrize(("theme", "lang"), [("light", "ja"), ("dark", "en")])
def test_the_data_page_can_be_read(open_paper, theme, lang):
    page = open_paper("data", theme, lang=lang)
    page.locator("summary").evaluate_all(OPEN_ALL)
    page.wait_for_timeout(4000)
    settle(page)
    assert unreadable(page, 250) == []


@pytest.mark.parametrize(("theme", "lang"), [("light", "ja"), ("dark", "en")])
@pytest.mark.parametrize(
    ("path", "query", "least"),
    [
        ("basin", {"place": "basin:83267", "resource": "vegetables"}, 200),
        ("money", {"place": "municipality:14206"}, 120),
        ("partners", {"place": "municipality:14206", "resource": "vegetables", "circle": "14206,14205"}, 120),
        ("compare", {"place": "municipality:14206", "beside": "kanagawa/municipality:14382"}, 120),
    ],
)
def test_the_pages_of_a_place_can_be_read(open_paper, theme, lang, path, query, least):
    page = open_paper(path, theme, lang=lang, **query)
    page.wait_for_selector(".meguri-map[data-shown]")
    page.locator("summary").evaluate_all(OPEN_ALL)
    page.wait_for_timeout(1500)
    settle(page)
    assert unreadable(page, least) == []


@pytest.mark.parametrize(("theme", "lang"), [("light", "ja"), ("dark", "en")])
def test_a_comparison_can_be_read(open_paper, theme, lang):
    page = open_paper("whatif", theme, lang=lang, place="municipality:14206")
    assert unreadable(page, 15) == []
    page.get_by_text("2050").first.click()
    page.wait_for_url("**scenario=**")
    settle(page)
    page.locator("summary").evaluate_all(OPEN_ALL)
    page.wait_for_timeout(1500)
    settle(page)
    assert unreadable(page, 150) == []


@pytest.mark.parametrize(("theme", "lang"), [("light", "ja"), ("dark", "en")])
@pytest.mark.parametrize(("path", "least"), [("meeting", 15), ("about", 60)])
def test_a_page_of_words_can_be_read(open_paper, theme, lang, path, least):
    page = open_paper(path, theme, lang=lang)
    page.locator("summary").evaluate_all(OPEN_ALL)
    page.wait_for_timeout(1000)
    settle(page)
    assert unreadable(page, least) == []
