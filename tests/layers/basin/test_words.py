"""A basin in words: the opening sentence, what its parts could give each other, and how figures are written."""

import math
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from geo.basin_profile import basin_profile
from layers.basin.markup import facts_html, land_use_html, municipalities_html, parts_html, potential_html
from layers.basin.parts import has_both_sides, told_of_beyond, told_of_parts
from layers.basin.words import amount, change_words, people, sentence, square_km
from layers.scale_places import Place, places
from tests.layers.ladder_world import SAKAWA, certainty, row
from tests.layers.small_area import small_area

RICE = SimpleNamespace(key="rice", unit="t", unit_ja="t", name_ja="米", name_en="Rice", perspective="demand", supply=())
COMPOST = SimpleNamespace(**{**vars(RICE), "key": "compost", "perspective": "supply"})


@pytest.fixture(scope="module")
def dataset():
    return small_area()


@pytest.fixture(scope="module")
def profile(dataset):
    return basin_profile(dataset.fragments, "83268")


@pytest.fixture(scope="module")
def towns(dataset):
    return places(dataset, "municipality")


def parts(*rows):
    columns = ["place", "is_beyond", "offered", "given", "wanted", "taken"]
    table = pd.DataFrame(rows, columns=columns).set_index("place")
    return table.assign(supply=1000.0, demand=1000.0)


TOWNS = {code: Place("municipality", code, f"{code}町", f"{code} Town") for code in ("a", "b", "c", "d", "e")}


def test_the_sentence_of_a_basin(profile, towns, dataset):
    said = sentence(profile, SAKAWA, towns, row("rice", "basin"), dataset, "ja")
    assert said == (
        "酒匂川流域（データのある部分）は、<b>危険</b>町・小田原市にまたがり、700人が住んでいます（2020年）。"
        "土地の80 %が森林です（どちらも推計）。計算上、米はこの流域（データのある部分）の中の量で足ります。"
    )
    said = sentence(profile, SAKAWA, towns, row("rice", "outside", shares={"basin": 0.4}), dataset, "en")
    assert said.startswith("The Sakawa River basin (the part with data) spans ")
    assert said.endswith("By calculation, for rice, the whole prefecture could cover 40\u00a0% of the need.")


def test_where_a_basin_closes_is_said_with_how_sure_it_is(profile, towns, dataset):
    drawn = certainty("likely", 1.0, is_cut=True, cut_share=1.0)
    said = sentence(profile, SAKAWA, towns, row("rice", "basin", certainty=drawn), dataset, "ja")
    assert said.endswith("計算上、米はこの流域（データのある部分）の中の量でたぶん足ります。")
    lacking = row("rice", "outside", shares={"basin": 0.4}, certainty=certainty("open"))
    assert sentence(profile, SAKAWA, towns, lacking, dataset, "en").endswith("whether it is enough is still open.")


@pytest.mark.parametrize("closing", ["no_data", "no_demand"])
def test_what_is_not_judged_is_not_calculated(profile, towns, dataset, closing):
    assert "計算上" not in sentence(profile, SAKAWA, towns, row("rice", closing), dataset, "ja")


def test_nobody_counted_is_said_and_no_number_made_up(profile, towns, dataset):
    unknown = replace(profile, land=replace(profile.land, population=math.nan))
    assert "人口のデータは未整備です" in sentence(unknown, SAKAWA, towns, row("rice"), dataset, "ja")
    assert people(math.nan, "en") == "No data"


def test_that_figures_are_estimates_is_said_once_whatever_is_known(profile, towns, dataset):
    nobody = replace(profile, land=replace(profile.land, population=math.nan))
    no_forest = replace(profile, land=replace(profile.land, uses_km2={**profile.land.uses_km2, "forest_km2": math.nan}))
    for known, words in ((nobody, "森林です（推計）。"), (no_forest, "住んでいます（2020年・推計）。")):
        said = sentence(known, SAKAWA, towns, row("rice"), dataset, "ja")
        assert words in said
        assert said.count("推計") == 1
    assert sentence(profile, SAKAWA, towns, row("rice"), dataset, "en").count("estimate") == 1


def test_below_one_unit_no_digits_are_made_up():
    assert [amount(value, "t/年", "ja") for value in (0.0, 0.0309, 0.999, 1.0)] == [
        "0 t/年",
        "1 t/年未満",
        "1 t/年未満",
        "1.00 t/年",
    ]
    assert [amount(value, "t/yr", "en") for value in (0.909, 5.0)] == ["<1 t/yr", "5.00 t/yr"]
    assert (amount(0.0309, "", "ja"), amount(0.0309, "", "en")) == ("1未満", "<1")


def test_figures_are_written_as_they_are_read():
    assert people(170164.0, "ja") == "17万人"
    assert (people(65.2, "en"), people(8.0, "ja")) == ("65 people", "8人")
    assert people(1601140.0, "en") == "1.6 million people"
    assert square_km(388.67, "ja") == "389 km²"
    assert square_km(4.04, "en") == "4.0 km²"
    assert [change_words(change, "ja") for change in (-0.0243, 0.013, 0.0001)] == ["2.4 %減", "1.3 %増", "ほぼ同じ"]


def test_the_facts_have_years_and_the_mark_of_a_cut_basin(profile, dataset):
    html = facts_html(profile, SAKAWA, dataset, "ja")
    assert "住んでいる人（2020年・推計）" in html
    assert "この流域はデータの外へ続いています" in html
    assert "この流域はデータの外へ続いています" not in facts_html(profile, replace(SAKAWA, is_cut=False), dataset, "ja")


def test_unknown_land_use_is_told_beside_what_is_known(profile, dataset):
    html = land_use_html(profile, dataset, "ja")
    assert "森林 <b>80 %</b>" in html
    assert "土地の50 %は、使われ方の一部が分かりません" in html


def test_names_of_municipalities_are_escaped(profile, towns):
    html = municipalities_html(profile, towns, "ja")
    assert "&lt;b&gt;危険&lt;/b&gt;町" in html
    assert "<b>危険" not in html


def test_what_could_pass_names_the_largest_on_both_sides():
    table = parts(
        ("a", False, 90.0, 60.0, 0.0, 0.0),
        ("b", False, 50.0, 40.0, 0.0, 0.0),
        ("c", False, 0.0, 0.0, 80.0, 70.0),
        ("22", True, 0.0, 0.0, 40.0, 30.0),
    )
    told = told_of_parts(table, RICE, row("rice"), TOWNS, "ja")
    assert told == "計算上、a町・b町で余る量からc町・静岡県側（県の外）で足りない量へ、流域の中で100 t/年をまわせます。"
    html = parts_html(table, TOWNS, RICE, "ja")
    assert "静岡県側（県の外）" in html
    assert html.count("<tr>") == 5


def test_the_parts_outside_the_area_are_said_to_be_counted():
    inside = ("a", False, 90.0, 60.0, 0.0, 0.0)
    of_shizuoka = parts(inside, ("22", True, 0.0, 0.0, 40.0, 30.0))
    assert told_of_beyond(of_shizuoka, "ja") == "ここでは、県の外の部分（静岡県側）も数に入れています。"
    assert "(Shizuoka Prefecture)" in told_of_beyond(of_shizuoka, "en")
    # A part that has enough for itself is counted too; a sliver without anything is none to tell.
    assert "東京都側" in told_of_beyond(parts(inside, ("13", True, 0.0, 0.0, 0.0, 0.0)), "ja")
    assert told_of_beyond(parts(inside, ("13", True, 0.0, 0.0, 0.0, 0.0)).assign(supply=0.0, demand=0.0), "ja") == ""
    assert told_of_beyond(parts(inside), "ja") == ""


def test_those_not_named_are_said_to_be_there():
    rows = [(code, False, 30.0, 25.0, 0.0, 0.0) for code in "abcd"] + [("e", False, 0.0, 0.0, 200.0, 100.0)]
    assert "a町・b町・c町などで余る量から" in told_of_parts(parts(*rows), RICE, row("rice"), TOWNS, "ja")


def test_a_sliver_is_no_other_that_gives():
    rows = [("a", False, 90.0, 90.0, 0.0, 0.0), ("b", False, 0.01, 0.01, 0.0, 0.0)]
    table = parts(*rows, ("c", False, 0.0, 0.0, 99.0, 90.01))
    assert "計算上、a町で余る量からc町で足りない量へ" in told_of_parts(table, RICE, row("rice"), TOWNS, "ja")


@pytest.mark.parametrize(
    ("offered", "wanted", "single", "words"),
    [
        (0.0, 5.0, False, "どの部分でも余りがない"),
        (5.0, 0.0, False, "それより狭い段で足りています"),
        (5.0, 5.0, False, "時間が合う分"),
        (0.0, 5.0, True, "ひとつの市町村の中"),
    ],
)
def test_where_nothing_can_pass_it_says_why(offered, wanted, single, words):
    table = parts(("a", False, offered, 0.0, wanted, 0.0))
    assert words in told_of_parts(table, RICE, row("rice", is_single_municipality=single), TOWNS, "ja")
    assert has_both_sides(table) == (offered > 0 and wanted > 0)


def test_a_supply_that_looks_for_a_place_has_words_of_its_own():
    over = parts(("a", False, 5.0, 0.0, 0.0, 0.0))
    assert "受け入れる余地が残っていない" in told_of_parts(over, COMPOST, row("compost"), TOWNS, "ja")
    passes = parts(("a", False, 5.0, 5.0, 0.0, 0.0), ("b", False, 0.0, 0.0, 9.0, 5.0))
    assert "行き先のない量のうち5.00 t/年を" in told_of_parts(passes, COMPOST, row("compost"), TOWNS, "ja")


def test_the_potential_tells_each_term_and_what_is_missing():
    term = {"key": "paddies", "name_ja": "田の収穫", "name_en": "paddies"}
    rice = SimpleNamespace(
        **{**vars(RICE), "supply": (SimpleNamespace(**term), SimpleNamespace(**{**term, "key": "x"}))}
    )
    table = pd.DataFrame(
        [
            ("rice", "paddies", 90.0, False, False),
            ("rice", "x", 0.0, False, True),
            ("rice", "measured_or_planned", -10.0, False, False),
        ],
        columns=["resource", "term", "amount", "variable", "is_missing"],
    )
    html = potential_html(table, [row("rice", self_sufficiency=0.8)], SimpleNamespace(resources={"rice": rice}), "ja")
    assert "田の収穫 90.0 t/年、実績・計画による差 −10.0 t/年、田の収穫はデータ未整備" in html
    assert "<td>80 %</td>" in html
