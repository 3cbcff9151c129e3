"""One basin beside the others: whole ones on one line, cut ones and the lowland apart."""

from types import SimpleNamespace

import pandas as pd
import pytest

from layers.basin.compare import compare_table, compared, strip_html
from layers.scale_places import Place
from tests.layers.ladder_world import unit

RICE = SimpleNamespace(key="rice", name_ja="米", name_en="Rice", unit="t", perspective="demand")
PLACES = {
    "cut": Place("basin", "cut", "切川流域", "Kiri River basin", is_cut=True),
    "big": Place("basin", "big", "大川流域", "Oo River basin"),
    "<b>": Place("basin", "<b>", "<b>川流域", "<b> River basin"),
    "lowland": Place("basin", "lowland", "低地", "Lowland"),
}


def table():
    """All need 100: 'big' meets 10 + 20 + 30 up to the basin and 5 in the prefecture; '<b>' needs nothing."""
    none = {name: 0.0 for name in unit() if name.startswith(("met_", "used_"))}
    rows = [unit(), unit(), unit(demand=0.0, outside=0.0, closing_scale="no_demand", **none), unit()]
    return pd.DataFrame(rows, index=["cut", "big", "<b>", "lowland"])


@pytest.fixture
def found():
    return compared(table(), RICE, PLACES, 0.8)


def test_the_share_is_that_within_the_basin(found):
    by_code = {one.place.code: one for one in found}
    assert by_code["big"].share == pytest.approx(0.6)
    assert by_code["big"].row.covered == pytest.approx(0.65)


def test_cut_basins_and_lowland_stand_on_lines_of_their_own(found):
    assert [(one.place.code, one.line) for one in found] == [
        ("cut", "cut"),
        ("big", "whole"),
        ("<b>", "whole"),
        ("lowland", "lowland"),
    ]
    lines = strip_html(found, "big", "ja").split('class="line"')[1:]
    assert len(lines) == 3
    assert [line.count('class="dot') for line in lines] == [1, 1, 1]
    assert "dot whole chosen" in lines[0]
    assert "大川流域 60 %" in lines[0]
    assert "くらべられません" in lines[1]
    assert "流域ではありません" in lines[2]


def test_a_basin_without_need_is_no_dot_but_is_named(found):
    html = strip_html(found, "big", "en")
    assert "No share can be given (no need, no supply or no data): &lt;b&gt; River basin" in html
    assert "<b> River" not in html


def test_a_high_stack_is_pressed_together():
    places = {f"b{n}": Place("basin", f"b{n}", f"川{n}", f"River {n}") for n in range(28)}
    html = strip_html(compared(pd.DataFrame([unit()] * 28, index=list(places)), RICE, places, 0.8), "", "ja")
    # 126 px for 28 dots: 4.5 px each, and the last one its own 14 px above the 27th.
    assert "bottom:4.5px" in html
    assert f"height:{round(27 * 4.5) + 14 + 4}px" in html


def test_dots_of_one_share_are_stacked():
    places = {f"b{n}": Place("basin", f"b{n}", f"川{n}", f"River {n}") for n in range(3)}
    same = pd.DataFrame([unit()] * 3, index=list(places))
    html = strip_html(compared(same, RICE, places, 0.8), "b2", "ja")
    assert [html.count(f"left:60%;bottom:{level * 14}px") for level in range(4)] == [1, 1, 1, 0]
    # The chosen one lies at the bottom, where its label's line begins.
    assert html.index("chosen") < html.index("bottom:14px")


def test_the_table_keeps_the_order_by_land_and_tells_the_groups_apart(found):
    html = compare_table(found, "big", RICE, "ja")
    order = [
        html.index(words) for words in ("全体がデータにある流域", "大川流域", "切川流域（データのある部分）", "低地")
    ]
    assert order == sorted(order)
    assert '<tr aria-current="true"><th scope="row">大川流域</th><td>60 %</td><td>65 %</td>' in html
    assert "<td>–</td>" in html


def test_a_supply_is_told_in_its_own_words(found):
    compost = SimpleNamespace(**{**vars(RICE), "perspective": "supply"})
    assert "使いきれる" in compare_table(compared(table(), compost, PLACES, 0.8), "big", compost, "ja")
