"""The rows of a place's money, its ladder in yen, what is said of it: figures worked out by hand."""

import re
from dataclasses import replace

import numpy as np
import pytest

from geo.resources import load_catalogue
from layers.money.map import class_limits
from layers.money.prices import prices_html
from layers.money.rows import people_of, rows_of, scales_of
from layers.money.told import figures_html, has_telling_others, money_sentence
from layers.money.view import money_ladder, spoken
from layers.scale_places import Place
from tests.layers.ladder_world import KANAGAWA, ODAWARA, SAKAWA
from tests.layers.money_world import CATALOGUE, HAKONE, money, row, total


def widths(markup, key):
    """Widths of the parts of one row's bar, by their key, in percent."""
    body = re.search(rf'<li class="[^"]*" data-key="{key}"[^>]*>(.*?)</li>', markup, re.S).group(1)
    return {part: float(width) for part, width in re.findall(r'data-key="(\w+)" style="width:([\d.]+)%"', body)}


def test_rows_begin_with_all_together_and_go_by_value():
    rows = rows_of(money(), CATALOGUE, "14206")
    assert [found.resource for found in rows] == ["total", "rice", "water"]
    assert (rows[0].value.central, rows[0].outside.central) == (1_000, 400)
    assert rows[0].outside.low == 200
    assert rows[0].outside.high == 800
    assert dict(rows[0].met) == {"municipality": 600}
    assert scales_of(rows) == ("municipality",)


def test_what_is_unknown_is_told_with_its_share():
    rows = rows_of(money(), CATALOGUE, HAKONE)
    assert {found.resource: found.unknown for found in rows} == {"total": 0.6, "rice": 0.6, "water": 0.0}
    assert "60 % はデータ未整備" in money_ladder(rows, "ja")


def test_a_place_that_is_not_there_is_an_error():
    with pytest.raises(KeyError):
        rows_of(money(), CATALOGUE, "99999")


def test_the_parts_of_a_bar_are_the_whole_value():
    assert sum(amount for _, amount in total().parts) == pytest.approx(10e8)
    assert dict(total().parts)["outside"] == 5e8


def test_bars_are_as_long_as_their_yen():
    rows = [total(), row("rice", value=2.5e8, outside=2.5e8)]
    markup = money_ladder(rows, "ja")
    tracks = [float(width) for width in re.findall(r'class="track" style="width:([\d.]+)%"', markup)]
    assert tracks == [100, 25]
    assert widths(markup, "total") == {
        "community": 30,
        "municipality": 10,
        "basin": 5,
        "time_mismatch": 5,
        "outside": 50,
    }
    # Under what is bought, from 45 % on: a quarter of 55 % stays, the rest leaves.
    split = re.search(r'<span class="split".*?</span></span>', markup).group(0)
    assert [float(width) for width in re.findall(r"width:([\d.]+)%", split)] == [45, 13.75, 41.25]


def test_the_bar_is_read_aloud_with_its_yen():
    assert spoken(total(), "ja") == (
        "コミュニティ 3億円、市町村 1億円、流域 5,000万円、県の外から 5.5億円（うち、時間が合わない分 5,000万円）"
    )
    assert "時間" not in spoken(total(mismatch=0.0), "ja")
    assert "Community 300 million yen" in spoken(total(), "en")


def test_a_place_without_need_has_an_empty_bar_and_says_so():
    nothing = total(value=0.0, outside=0.0, met=(("community", 0.0),), mismatch=0.0, inside=0.0, other=0.0)
    assert 'class="track"' not in money_ladder([nothing], "ja")
    assert money_sentence(nothing, 0.0, ODAWARA, "ja").startswith("小田原市には住んでいる人がなく")
    assert "Choose another place" in money_sentence(nothing, 0.0, ODAWARA, "en")


def test_the_sentence_can_be_read_aloud():
    assert money_sentence(total(), 2_750.0, ODAWARA, "ja") == (
        "小田原市では、使えるものを全部使っても、計算上、年に約5.5億円（1人あたり約20万円）分を県の外から買うことになります（推計）。"
        "必要な分を値段に直すと約10億円で、そのうち小田原市の中の分でまかなえるのは約4億円分、"
        "ほかの場所の分でまかなえるのは約5,000万円分です（どれも概数）。"
    )
    # Under half a percent of the need is left out.
    assert money_sentence(total(other=0.04e8), 1.0, ODAWARA, "ja").endswith("まかなえるのは約4億円分です。")
    words = money_sentence(total(), 2_750.0, ODAWARA, "en")
    assert "about 550 million yen a year (about 200,000 yen per person)" in words
    assert "needs are worth about 1 billion yen, of which about 400 million yen" in words


def test_a_cut_basin_keeps_its_mark():
    assert "酒匂川流域（データのある部分）" in money_sentence(total(), 1.0, SAKAWA, "ja")


def test_next_to_nothing_is_said_as_such():
    words = money_sentence(total(outside=0.04e8, mismatch=0.0), 1_000.0, ODAWARA, "ja")
    assert "県の外から買う分はほとんどありません（推計）" in words
    assert "億円（1人" not in words


def figures(people, place=ODAWARA, lang="ja", **changes):
    """The block of figures as of :func:`total`."""
    told = {"years": "2020", "is_changed": False, "changed": 0, "data": "データ：試験"} | changes
    return figures_html(total(), people, place, lang, **told)


def test_figures_tell_person_range_and_year():
    markup = figures(2_750.0)
    assert "5.5億円<small>1人あたり 20万円</small><small>幅 2.8億～11億円</small>" in markup
    assert "2020年の人口 2,750人" in markup
    assert "前提を変えた" not in markup
    changed = figures(2_750.0, is_changed=True, changed=3)
    assert "シナリオで変えた 2,750人" in changed
    assert "変えたもの：3件" in changed


@pytest.mark.parametrize(("lang", "words"), [("ja", "上から2けたの概数"), ("en", "rounded to two figures")])
def test_figures_say_once_that_they_are_rounded_and_end_with_their_data(lang, words):
    markup = figures(2_750.0, lang=lang, data="データ：<試験>")
    assert markup.count(words) == 1
    assert markup.endswith("<p>データ：&lt;試験&gt;</p></div></section>")
    assert "<p></p>" not in figures(2_750.0, lang=lang, data="")


def test_the_whole_area_has_no_other_places_beside_it():
    assert "<dt>ほかの場所の分でまかなえる額</dt>" in figures(2_750.0, ODAWARA)
    assert "県の外の部分です" in figures(2_750.0, ODAWARA)
    assert "県の外の部分" not in figures(2_750.0, KANAGAWA)


def test_what_comes_from_beyond_the_prefecture_is_not_called_its_own():
    """Water of 400 yen, 8 of it (2 %) from beyond: worth telling, though of 10,000 yen of all needs it is not."""
    water = row("water", value=400.0, outside=100.0, inside=292.0, other=8.0)
    assert has_telling_others([total(other=0.0), water])
    assert not has_telling_others([total(other=0.0), replace(water, from_other_units=1.9)])
    markup = figures(2_750.0, KANAGAWA, has_beyond=True)
    assert "<dt>県境をまたぐ流域の、県の外の部分でまかなえる額</dt><dd>5,000万円" in markup
    assert "「県の外から買う額」にも入れていません" in markup


def test_what_is_bought_has_one_figure_in_the_bar_and_beside_it():
    """550 million, 50 of them late: both parts of the bar carry the 550 together, as the words beside it."""
    markup = money_ladder([total()], "ja")
    assert re.search(r'<span class="sum" style="width:55.000%"><b>(.*?)</b>', markup).group(1) == "5.5億円"
    assert "県の外から 5.5億円" in markup
    assert "<b>5億円</b>" not in markup
    # The thin bar's parts: a quarter of 550 stays (14 % of the need, too narrow for a figure), 410 leave.
    split = re.search(r'<span class="split".*?</span></span>', markup).group(0)
    assert re.findall(r"<b>(.*?)</b>", split) == ["4.1億円"]


def test_names_are_escaped():
    markup = figures(1.0, Place("municipality", "1", "<b>市</b>", "<b>City</b>"))
    assert "<b>" not in markup
    assert "&lt;b&gt;" in markup


def test_where_nobody_lives_nothing_is_told_per_person():
    assert people_of(money(), HAKONE) == 0
    assert "1人あたり" not in figures(0.0)


@pytest.mark.parametrize(("counted", "is_told"), [(0.49, False), (7e-19, False), (0.5, True), (3.2, True)])
def test_per_person_is_told_from_half_a_person_on(counted, is_told):
    world = money()
    few = replace(world, population=world.population.mask(world.population.index == HAKONE, counted))
    people = people_of(few, HAKONE)
    assert people == (counted if is_told else 0)
    for words in (figures(people), money_sentence(total(), people, ODAWARA, "ja")):
        assert ("1人あたり" in words) is is_told


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "ja",
            [
                "31円/kWh（20～36）",
                "25 %（10～40 %）",
                "「家庭の電気」は「すべての電気」の一部",
                "資料なし",
                "<td>特定していない</td>",
                "いつの値段かも特定していません",
                "たい肥）」には値段を置いていません",
            ],
        ),
        ("en", ["31 yen/kWh (20–36)", "“Household electricity” is part of “All electricity”", "No document at hand"]),
    ],
)
def test_prices_tell_range_and_source_and_what_is_left_out(lang, words):
    catalogue = load_catalogue()
    markup = prices_html(catalogue, ["electricity", "water"], lang)
    for told in words:
        assert told in markup
    assert markup.count("<tr>") == 3


@pytest.mark.parametrize(
    ("values", "limits"),
    [
        ([159_000.0, 214_000.0, 256_000.0], (160_000, 180_000, 200_000, 220_000, 240_000)),
        ([1.0, 6.9], (2, 3, 4, 5, 6)),
        ([5.0, 5.0], ()),
        ([], ()),
    ],
)
def test_classes_have_round_limits_and_hold_every_value(values, limits):
    found = class_limits(np.array(values), most=6)
    assert found == pytest.approx(limits)
    assert len(found) < 6
