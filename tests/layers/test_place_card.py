"""The card of a place: its words, its figures, and that nothing of the data becomes markup."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.places import names_at
from layers.ladder_rows import Certainty, LadderRow
from layers.place_card import Told, amount, named_units, place_card
from tests.layers.ladder_world import row as ladder_row
from tests.layers.small_area import SOUTH, STEP_X, STEP_Y, WEST, small_area

ROW = LadderRow(
    resource="water",
    name_ja="水",
    name_en="Water",
    unit="m³",
    perspective="demand",
    supply=46_400_000.0,
    demand=22_800_000.0,
    shares=(("municipality", 0.9), ("basin", 0.1), ("prefecture", 0.0)),
    time_mismatch=0.0,
    outside=0.0,
    closing="municipality",
    closing_low="municipality",
    closing_high="municipality",
    threshold=0.8,
)


@pytest.mark.parametrize(
    ("value", "ja", "en"),
    [
        (0.0, "0", "0"),
        (0.004, "<0.01", "<0.01"),
        (0.4217, "0.42", "0.42"),
        (18.04, "18.0", "18.0"),
        (1234.5, "1,230", "1,230"),
        (357_800.0, "35.8万", "358,000"),
        (46_412_345.0, "4,640万", "46.4 million"),
        (412_345_678.0, "4.12億", "412 million"),
        (float("nan"), "—", "—"),
    ],
)
def test_amounts_keep_three_telling_figures(value, ja, en):
    assert (amount(value, "ja"), amount(value, "en")) == (ja, en)


@given(st.floats(0.01, 1e15))
def test_an_amount_is_never_rounded_away(value):
    assert any(letter in "123456789" for letter in amount(value, "ja"))
    assert any(letter in "123456789" for letter in amount(value, "en"))


def test_the_names_come_from_small_to_large_and_the_chosen_one_is_marked():
    names = {"prefecture": "神奈川県", "municipality": "小田原市", "basin": "酒匂川流域", "community": "久野のあたり"}
    card = place_card(names, [ROW], chosen="municipality", lang="ja")
    order = [card.index(names[kind]) for kind in ("community", "municipality", "basin", "prefecture")]
    assert order == sorted(order)
    assert card.count('class="chosen"') == 1
    assert "推計" in card
    assert "市町村で足りる" in card
    assert "供給 4,640万 m³/年" in card
    assert "必要 2,280万 m³/年" in card


def test_every_row_tells_the_years_of_its_data_and_the_card_its_sources_and_estimated_names():
    told = Told(
        marks={"community": "川の名は推定"}, years={"water": "2020, 2000-2025"}, sources=("人口：e-Stat（2020年）",)
    )
    names = {"community": "久野のあたり", "municipality": "小田原市"}
    card = place_card(names, [ROW], chosen="municipality", lang="ja", told=told)
    assert "データ 2020, 2000-2025年・推計" in card
    assert "人口：e-Stat（2020年）" in card
    assert card.count("川の名は推定") == 1
    assert card.index("久野のあたり") < card.index("川の名は推定") < card.index("小田原市")


def test_a_cut_basin_says_so_and_what_goes_on_outside_stands_beside_its_figures():
    row = replace(ROW, halo_supply=1_000.0, halo_demand=20.0)
    card = place_card({"basin": "酒匂川流域"}, [row], chosen="basin", lang="ja", is_cut=True)
    assert "流域（データのある部分）の年間" in card
    assert "県外の同じ流域（参考・データのある範囲）：供給 1,000 m³/年・必要 20.0 m³/年" in card
    assert "県外の同じ流域" not in place_card({"basin": "境川"}, [ROW], chosen="basin", lang="ja")


def test_what_arises_is_told_against_what_there_is_room_for():
    row = replace(ROW, resource="compost", perspective="supply", supply=88.0, demand=2_610.0, unit="t")
    card = place_card({"municipality": "小田原市"}, [row], chosen="municipality", lang="ja")
    assert "出る量 88.0 t/年" in card
    assert "受け入れられる量 2,610 t/年" in card


def test_the_card_names_the_threshold_and_why_enough_is_not_enough():
    timed = replace(ladder_row("electricity", "outside", shares={"community": 0.35}, time_mismatch=0.65), supply=900.0)
    for lang, named, told in (
        ("ja", "80 %以上", "必要な量の65 %は、量があっても時間が合わない"),
        ("en", "from 80 %", "65 % of the need: there is enough, but not at the right time"),
    ):
        card = place_card({"municipality": "x"}, [timed], chosen="municipality", lang=lang)
        assert named in card
        assert told in card
        assert told not in place_card({"municipality": "x"}, [ladder_row("water")], chosen="municipality", lang=lang)


def test_what_is_unknown_is_no_figure():
    row = replace(ROW, closing="no_data", supply=0.0, unknown=0.9)
    told = Told(gaps={"water": frozenset({"supply"})})
    card = place_card({"municipality": "三浦市"}, [row], chosen="municipality", lang="ja", told=told)
    assert "供給 データ未整備" in card
    assert "供給 0" not in card
    assert "面積の90 %はデータ未整備" in card


def test_outside_no_need_and_no_data_differ_in_word_and_look():
    rows = [replace(ROW, closing=state, shares=(), outside=1.0) for state in ("outside", "no_demand", "no_data")]
    cards = [place_card({"municipality": "三浦市"}, [row], chosen="municipality", lang="ja") for row in rows]
    looks = [re.search(r"<i style='background:(.*?)'></i>(.*?)</em>", card).groups() for card in cards]
    assert len({look for look, _ in looks}) == len({word for _, word in looks}) == 3


def test_text_of_the_data_is_never_markup():
    row = replace(ROW, name_ja="<script>alert(1)</script>", unit="<i>")
    card = place_card({"municipality": "<img src=x onerror=alert(1)>"}, [row], chosen="municipality", lang="ja")
    assert "<script" not in card
    assert "<img" not in card
    assert "&lt;img" in card


def test_the_units_of_a_point_by_kind():
    names = names_at(small_area(), SOUTH + 1.5 * STEP_Y, WEST + 0.5 * STEP_X)
    assert named_units(names) == {"community": "a", "municipality": "14206", "basin": "83268", "prefecture": "14"}


def test_a_closing_scale_is_told_with_how_sure_it_is():
    sure = replace(ROW, certainty=Certainty("sure", 0.98, (("municipality", 0.98),), 500))
    card = place_card({"municipality": "小田原市"}, [sure], chosen="municipality", lang="ja")
    assert "<p class='sure-mark sure'>確か（98 %）</p>" in card
    assert "500通りの仮定のうち" in card
    without = place_card({"municipality": "小田原市"}, [ROW], chosen="municipality", lang="ja")
    assert "確か" not in without
    assert "通りの仮定" not in without
