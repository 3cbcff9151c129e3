"""A row as the kiosk tells it: steps, words, amounts, sources; by hand-made rows."""

import math

import pytest

from geo.actuals import Actual
from geo.resources import load_catalogue
from layers.kiosk.figures import (
    amounts,
    bar,
    number,
    resource_about,
    resource_name,
    resources,
    said,
    share_words,
    sources_line,
    steps,
)
from layers.kiosk.figures import rungs as told_rungs
from layers.palette import SCALE_COLOURS, contrast
from tests.layers.bare_area import write_bare_area
from tests.layers.kiosk.kiosk_world import all_words, plain
from tests.layers.ladder_world import row
from tests.layers.small_area import layer_info, small_area

CATALOGUE = load_catalogue()
MIXED = {"community": 0.1, "municipality": 0.2, "basin": 0.3}


def test_the_bar_fills_up_step_by_step():
    told = steps(row(closing="outside", shares=MIXED, time_mismatch=0.15))
    assert [(step["rung"], step["share"], step["own"], step["upto"]) for step in told] == [
        ("community", 0.1, "10", "10"),
        ("municipality", 0.2, "20", "30"),
        ("basin", 0.3, "30", "60"),
        ("prefecture", 0.0, "0", "60"),
        ("time_mismatch", 0.15, "15", "15"),
        ("outside", 0.25, "25", "25"),
    ]
    assert math.fsum(step["share"] for step in told) == pytest.approx(1)


def test_what_is_nothing_has_no_step_after_the_rungs():
    assert [step["rung"] for step in steps(row(closing="municipality"))] == [
        "community",
        "municipality",
        "basin",
        "prefecture",
    ]


@pytest.mark.parametrize(
    ("closing", "words"),
    [("no_demand", "ここでは必要なし"), ("no_supply", "ここでは出ない"), ("no_data", "データ未整備")],
)
def test_no_scale_is_named_without_need_supply_or_data(closing, words):
    told = bar(row(closing=closing, shares={}))
    assert told["steps"] == []
    assert told["closing"] == closing
    assert told["said"]["ja"] == words


@pytest.mark.parametrize(
    ("one", "ja", "en"),
    [
        (row(closing="basin"), "流域まで広げると足りる", "Enough in the river basin"),
        (row("compost", "municipality", perspective="supply"), "市町村で使いきれる", "Usable in the municipality"),
        (row(closing="outside", shares=MIXED), "県の中で 60 %", "60 % in the prefecture"),
        (row(closing="outside", shares={"basin": 0.001}), "県の中で 1 %未満", "under 1 % in the prefecture"),
        (row(closing="outside", shares={}), "県の中で 0 %", "0 % in the prefecture"),
    ],
)
def test_what_is_said_beside_the_bar(one, ja, en):
    assert (said(one).ja, said(one).en) == (ja, en)


@pytest.mark.parametrize(
    ("share", "en"),
    [(0.0, "0 %"), (0.004, "under 1 %"), (0.44, "44 %"), (0.996, "nearly 100 %"), (1.0, "100 %")],
)
def test_a_share_that_is_not_quite_nothing_or_all_does_not_read_so(share, en):
    assert share_words(share).en == en


def test_amounts_have_unit_and_say_that_they_are_estimates():
    told = amounts(row(demand=46_400_000.0, supply=50_000.0), CATALOGUE.resources["water"])
    assert told.ja == "1年に必要な量 4,640万 m³、ここで得られる量 50,000 m³（推計）"
    assert told.en == "Needed in a year: 46.4 million m³; available here: 50,000 m³ (estimates)"
    assert "4,640｜万《まん》 m³" in told.easy


def test_of_a_supply_it_is_told_what_arises():
    told = amounts(row("compost", "community", perspective="supply"), CATALOGUE.resources["compost"])
    assert told.en == "Arising in a year: 80.0 t; room for it here: 100 t (estimates)"


def test_what_is_unknown_is_said_and_no_data_is_no_zero():
    partly = amounts(row(unknown=0.21), CATALOGUE.resources["water"])
    assert partly.en.endswith("/ no data for 21 % of the area")
    assert amounts(row(closing="no_data", shares={}, supply=0.0), CATALOGUE.resources["water"]).en.endswith("no data")


def test_measured_values_are_said():
    own = [Actual(f"1420{town}", "water", "demand", 1.0, "m³", year, "水道局") for town, year in ((1, 2022), (2, 2022))]
    told = amounts(row(measured=tuple(own)), CATALOGUE.resources["water"])
    assert told.ja.endswith("／実績の値を含みます：水道局（2022年）")
    many = [Actual("14201", "water", "demand", 1.0, "m³", 2000 + year, "水道局") for year in range(5)]
    told = amounts(row(measured=tuple(many)), CATALOGUE.resources["water"])
    assert told.en.endswith("水道局 (2000), 水道局 (2001), 水道局 (2002), …")


def test_sources_have_their_years_and_stand_once():
    known = [layer_info("census", year="2020"), layer_info("population", year="2010, 2020"), layer_info("own", year="")]
    told = sources_line(known)
    assert told.ja == "資料：総務省統計局 国勢調査 市町村人口（2020年）、ownの資料"
    assert told.en.endswith("(Statistics Bureau of Japan) (2020), own data")


def test_the_mesh_of_the_population_is_told_where_it_stands_alone():
    assert "2010・2020年" in sources_line([layer_info("population", year="2010, 2020")]).ja


def test_counts_have_three_digits():
    assert (number(9_237_337).ja, number(9_237_337).en) == ("924万", "9.24 million")


def test_a_resource_without_words_of_the_kiosk_keeps_the_catalogue_s(monkeypatch):
    water = CATALOGUE.resources["water"]
    assert resource_name(water).en == "Water"
    monkeypatch.setattr("layers.kiosk.figures.messages", dict)
    assert resource_name(water).easy == water.name_ja
    assert resource_about(water).en == water.description_en


def test_every_resource_of_the_catalogue_has_words_of_its_own():
    for resource in CATALOGUE.resources.values():
        assert "《" in resource_name(resource).easy, resource.key
        assert resource_about(resource).ja != resource.description_ja


def test_the_rungs_are_those_of_the_area(tmp_path):
    whole, bare = told_rungs(small_area()), told_rungs(write_bare_area(tmp_path))
    assert [rung["key"] for rung in whole] == [
        *("community", "municipality", "basin", "prefecture", "time_mismatch", "outside")
    ]
    assert [rung["key"] for rung in bare] == ["community", "municipality", "prefecture", "time_mismatch", "outside"]


def test_a_rung_has_the_ladder_s_colour_and_an_ink_that_reads_on_it():
    for rung in told_rungs(small_area()):
        if rung["key"] in SCALE_COLOURS:
            assert rung["background"] == SCALE_COLOURS[rung["key"]]
            assert contrast(rung["ink"], rung["background"]) >= 4.5
        else:
            assert rung["option"] == {}
        assert all("{percent}" in plain(line) for side in rung["step"].values() for line in side.values())


def test_communities_of_an_area_s_own_are_told_by_their_kind():
    area = small_area()
    area.meta["community_kind"] = {"ja": "小学校区", "en": "school districts"}
    about = told_rungs(area)[0]["about"]
    assert "小学校区" in about["ja"]
    assert "2 km" not in about["ja"]


def test_all_resources_are_told_in_three_languages():
    told = resources(small_area(), CATALOGUE)
    assert set(told) == set(CATALOGUE.resources)
    # Name, about and sources of each.
    assert len(list(all_words(told))) == 3 * len(told)
    assert {one["icon"] for one in told.values()} <= {
        *("water", "heat", "power", "wood", "rice", "vegetables", "compost", "other")
    }
