"""What is said of a resource in a place, by hand-made rows: never more than the netting may claim."""

import pandas as pd
import pytest

from geo.actuals import Actual
from geo.dataset import open_whole
from geo.resources import load_catalogue
from layers.assumptions import Assumed
from layers.kiosk.places import rows_of, sentence, sureness
from tests.layers.kiosk.kiosk_world import plain
from tests.layers.ladder_world import ODAWARA, row

CATALOGUE = load_catalogue()


def said(one, certainty="sure"):
    return sentence(one, CATALOGUE.resources[one.resource], ODAWARA, certainty=certainty)


@pytest.mark.parametrize(
    ("one", "ja"),
    [
        (row("water", "municipality"), "小田原市では、計算上、水は市の中の量で足ります。"),
        (row("rice", "basin"), "小田原市では、計算上、米は流域の中の量で足ります。"),
        (
            row("compost", "prefecture", perspective="supply"),
            "小田原市では、計算上、生ごみの行き先（たい肥）は県の中で使いきれます。",
        ),
        (
            row("timber", "outside", shares={"basin": 0.04}),
            "小田原市では、計算上、県の中をあわせて、木材の必要な量の4 %をまかなえます。",
        ),
        (
            row("compost", "outside", perspective="supply", shares={"basin": 0.4}),
            "小田原市では、計算上、県の中をあわせて、生ごみの行き先（たい肥）の40 %に使い道があります。",
        ),
        (row("rice", "no_demand", shares={}), "小田原市では、計算上、米の必要な量がありません。"),
        (
            row("compost", "no_supply", shares={}, perspective="supply"),
            "小田原市では、計算上、生ごみの行き先（たい肥）は出ません。",
        ),
        (row("rice", "no_data", shares={}), "小田原市の米は、データが未整備のため判断できません。"),
    ],
)
def test_a_sentence_says_what_the_figures_could_cover(one, ja):
    assert said(one).ja == ja


def test_it_says_it_in_english_and_simply():
    told = said(row("water", "municipality"))
    assert told.en == "In Odawara City, by calculation, water could be met within the city."
    assert plain(told.message()["easy"]) == "計算すると、小田原市の 水は、市の 中の 量で 足ります。"


def test_what_comes_at_the_wrong_time_is_told_apart():
    told = said(row("household_electricity", "outside", shares={"community": 0.35}, time_mismatch=0.65))
    assert told.ja.endswith("必要な量の35 %をまかなえます。ほかに65 %分は、つくれても使う時間に合いません。")


def test_an_open_answer_is_said_to_be_open():
    assert said(row("rice", "basin"), "open").en.endswith("This is still open: other assumptions change the answer.")
    assert "open" not in said(row("rice", "basin"), "likely").en


def test_how_sure_an_answer_is_comes_from_the_draws_that_bear_it_out():
    shares = {"p_municipality": [0.27, 0.0, 0.0], "p_basin": [0.7, 0.5, 1.0], "p_outside": [0.03, 0.5, 0.0]}
    table = pd.DataFrame({**shares, "is_cut": False, "cut_share": [0.01, 0.0, 0.02]}, index=["a", "b", "c"])
    assert sureness(table, "a", "municipality") == "open"
    assert sureness(table, "a", "basin") == "sure"
    assert sureness(table, "a", "outside") == "open"
    assert sureness(table, "b", "basin") == "open"
    assert sureness(table, "c", "basin") == "likely"
    assert sureness(table, "a", "no_demand") == ""


def test_a_basin_that_goes_on_beyond_the_data_is_marked():
    made = row("water", "basin")
    told = sentence(made, CATALOGUE.resources["water"], ODAWARA, certainty="likely", is_cut=True).message()
    assert "流域（データのある部分）の中" in told["ja"]
    assert "its river basins (the part with data)" in told["en"]
    assert "データの" not in said(made).message()["ja"]


def test_a_measured_value_stands_in_the_figures_and_is_told_where_it_is():
    own = Actual("14206", "water", "demand", 12_345_678.0, "m³", 2022, "水道局")
    rows = rows_of(open_whole("kanagawa"), CATALOGUE, Assumed(actuals=(own,)))
    measured = {(code, one.resource): one for code, of in rows.items() for one in of if one.measured}
    assert set(measured) == {("14206", "water")}
    assert measured["14206", "water"].demand == pytest.approx(12_345_678)
