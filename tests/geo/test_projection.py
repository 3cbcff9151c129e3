"""Population carried forward, by hand; and tables that users bring."""

import math

import numpy as np
import pandas as pd
import pytest

from geo.changes import IndicatorChange, changed, check_changes
from geo.errors import InputError
from geo.prepared import prepare
from geo.projection import (
    TABLE_SOURCE,
    population_trend,
    trend_source,
    yearly_rates,
)
from geo.projection_table import ProjectionError, read_projection
from geo.resources import load_catalogue
from geo.user_layers.model import UploadError
from layers.messages import LANGUAGES, error_text
from tests.geo.scenario_world import TOWNS, fragments, nothing_known, world

FILE = "jinko.csv"
HEADER = "市町村,人口,年\n"
GOOD = '市町村,人口,年\n横須賀市,"12,345",2040\n14205,400,2040年\n14206,80.5,2050\n'


def totals(changes):
    return {change.municipalities[0]: change.value for change in changes}


def read(words, encoding="utf-8"):
    return read_projection(words.encode(encoding), file=FILE, municipalities=TOWNS)


def test_the_rate_is_that_of_the_mesh_counts():
    # 14201: (90 + 310) / (100 + 400); 14205: 50 / 40; 14206: 81 / 100. The halo's town is none of the area's.
    rates = yearly_rates(world())
    assert rates.to_dict() == pytest.approx({"14201": 0.8**0.2, "14205": 1.25**0.2, "14206": 0.81**0.2})


def test_the_trend_multiplies_today_s_people_by_the_rate_every_year():
    # Five years on is one step of five years: 400 × 0.8, 50 × 1.25 = 62.5 (even: 62), 80 × 0.81 = 64.8.
    assert totals(population_trend(world(), 2025)) == {"14201": 320.0, "14205": 62.0, "14206": 65.0}
    # Thirty years on are six of them.
    assert totals(population_trend(world(), 2050)) == {
        "14201": round(400 * 0.8**6),
        "14205": round(50 * 1.25**6),
        "14206": round(80 * 0.81**6),
    }


def test_where_there_are_no_mesh_counts_the_population_itself_is_compared():
    rates = yearly_rates(world(population_mesh=nothing_known()))
    assert rates.to_dict() == {}
    without = fragments().drop(columns="population_mesh")
    assert yearly_rates(prepare(without))["14206"] == pytest.approx(0.8**0.2)


def test_towns_without_people_then_or_now_stay_as_today():
    prepared = world(population_2015=[0.0, 0.0, 40.0, np.nan, 20.0])
    assert set(totals(population_trend(prepared, 2030))) == {"14205"}
    emptied = world(population_mesh=[90.0, 310.0, 0.0, 81.0, 10.0])
    assert set(totals(population_trend(emptied, 2030))) == {"14201", "14206"}


def test_towns_whose_people_today_are_unknown_stay_as_they_are():
    prepared = world(population=[np.nan, 300.0, 50.0, 80.0, 10.0])
    assert set(totals(population_trend(prepared, 2030))) == {"14205", "14206"}


def test_an_area_without_a_former_census_says_so():
    with pytest.raises(InputError) as caught:
        population_trend(prepare(fragments().drop(columns="population_2015")), 2030)
    assert caught.value.key == "projection_no_trend"


@pytest.mark.parametrize("year", [2020, 2024, 2051, True])
def test_the_trend_goes_from_2025_to_2050(year):
    with pytest.raises(InputError) as caught:
        population_trend(world(), year)
    assert caught.value.key == "projection_year"


def test_the_trend_can_be_put_in_force():
    prepared = world()
    changes = population_trend(prepared, 2050)
    check_changes(changes, prepared, load_catalogue())
    later = changed(prepared, changes).columns["population"]
    # 105 people in 14201, shared out as today; the halo as it was.
    assert later[:2] == pytest.approx([105 / 4, 105 * 3 / 4])
    assert later[4] == 10.0
    assert all(change.value >= 0 and math.isfinite(change.value) for change in changes)


def test_a_table_with_names_codes_and_thousands():
    found = read(GOOD)
    assert found.rows == (("14201", 2040, 12345.0), ("14205", 2040, 400.0), ("14206", 2050, 80.5))
    assert found.years == (2040, 2050)
    assert found.changes(2040) == (
        IndicatorChange("population", "total", 12345.0, ("14201",)),
        IndicatorChange("population", "total", 400.0, ("14205",)),
    )
    assert found.source(2040) == (TABLE_SOURCE, "jinko.csv (2040)")
    assert trend_source(2050) == ("population_trend", "2050")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_it_may_be_in_any_encoding_of_offices(encoding):
    assert read(GOOD, encoding) == read(GOOD)


def test_a_code_may_have_lost_its_zero():
    towns = TOWNS.assign(code=["01202", "14205", "14206"])
    found = read_projection(f"{HEADER}1202,5,2040\n".encode(), file=FILE, municipalities=towns)
    assert found.rows == (("01202", 2040, 5.0),)


def test_other_columns_and_any_order_are_let_pass():
    words = "備考,year,Population,code\nx,2040,400 人,14205\n,2040年,0,odawara city\n"
    assert read(words).rows == (("14205", 2040, 400.0), ("14206", 2040, 0.0))


def test_a_column_a_year_is_read_and_what_is_empty_is_not_known():
    header = "市区町村コード,市区町村名,2020年国勢調査,2025年,令和22年,増減\n"
    assert read(f"{header}14201,よこすか,1,,400,-3\n14205,藤沢市,1,300,350,2\n").rows == (
        ("14201", 2040, 400.0),
        ("14205", 2025, 300.0),
        ("14205", 2040, 350.0),
    )
    assert read("地域,2040年\n小田原市,7\n").rows == (("14206", 2040, 7.0),)
    # A population of unsaid year beside the years is none of them.
    assert read("市町村,人口,2040\n14206,9,7\n").rows == (("14206", 2040, 7.0),)
    assert read("市町村,2040,2050\n14206,,\n").rows == ()


@pytest.mark.parametrize("year", ["2040", "2040年", "2040年度", "2040.0", "令和22年", "令和22", "R22"])
def test_a_year_may_be_written_in_many_ways(year):
    assert read(f"{HEADER}14206,7,{year}\n").years == (2040,)


@pytest.mark.parametrize("found", ["横浜市鶴見区", "14101", "14118"])
def test_a_ward_is_told_to_be_one_and_of_which_city(found):
    towns = pd.DataFrame({"code": ["14100", "14130"], "name_ja": ["横浜市", "川崎市"], "name_en": ["Y", "K"]})
    with pytest.raises(ProjectionError) as caught:
        read_projection(f"{HEADER}{found},1,2040\n".encode(), file=FILE, municipalities=towns)
    assert (caught.value.key, caught.value.params["city"]) == ("projection_ward", "14100 横浜市")
    assert "合計して「14100 横浜市」の 1 行に" in error_text(caught.value, "ja")


def test_a_missing_column_is_named_in_both_languages():
    with pytest.raises(ProjectionError) as caught:
        read("人口,年\n1,2040\n")
    assert "列「市町村 / municipality」がありません" in error_text(caught.value, "ja")
    assert "“市町村 / municipality” is missing" in error_text(caught.value, "en")


def test_a_year_that_the_table_lacks_is_told():
    with pytest.raises(InputError) as caught:
        read(GOOD).changes(2045)
    assert caught.value.key == "projection_no_year"
    assert "2040, 2050" in error_text(caught.value, "ja")


WRONG = {
    "code": (f"{HEADER}14209,1,2040\n", "projection_municipality_nearest", 2),
    "name": (f"{HEADER}14201,1,2040\n小田原町,1,2040\n", "projection_municipality_nearest", 3),
    "nothing alike": (f"{HEADER}大阪,1,2040\n", "projection_municipality", 2),
    "no name": (f"{HEADER},1,2040\n", "projection_municipality", 2),
    "no people": (f"{HEADER}14201,,2040\n", "projection_row_population", 2),
    "fewer than none": (f"{HEADER}14201,-5,2040\n", "projection_row_population", 2),
    "too many": (f"{HEADER}14201,1000000000,2040\n", "projection_row_population", 2),
    "words": (f"{HEADER}14201,約3万,2040\n", "projection_row_population", 2),
    "era": (f"{HEADER}14201,1,令和99\n", "projection_row_year", 2),
    "long ago": (f"{HEADER}14201,1,1940\n", "projection_row_year", 2),
    "twice": (f"{HEADER}14201,1,2040\n横須賀市,2,2040\n", "projection_twice", 3),
    "column": ("市町村,人口\n14201,1\n", "projection_column_missing", 1),
    "two columns": ("市町村,コード,人口,人口数,年,年次\n14201,a,1,2,2040,2040\n", "projection_column_twice", 1),
    "two years": ("市町村,2040,令和22年\n14201,1,2\n", "projection_column_twice", 1),
    "no town": ("場所,2040年\n14201,1\n", "projection_column_missing", 1),
    "a year too far": ("市町村,1960\n14201,1\n", "projection_row_year", 2),
    "size": ("x" * 1_000_001, "projection_size", ""),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_row_that_cannot_be_used_is_told_with_file_row_and_what_was_found(case):
    words, key, row = WRONG[case]
    with pytest.raises(ProjectionError) as caught:
        read(words)
    error = caught.value
    assert (error.key, error.params["row"]) == (key, row)
    for lang in LANGUAGES:
        assert error_text(error, lang) != str(error)
        assert FILE in error_text(error, lang)


def test_the_nearest_town_is_named():
    with pytest.raises(ProjectionError) as caught:
        read(f"{HEADER}小田原町,1,2040\n")
    assert "14206 小田原市" in error_text(caught.value, "ja")


def test_what_is_no_table_is_refused():
    for content in (b"\x00\x01\x02", b"", b"\xff\xfe\x00"):
        with pytest.raises(UploadError):
            read_projection(content, file=FILE, municipalities=TOWNS)
