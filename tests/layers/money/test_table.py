"""The money of the embedded data as tables and as a line to cite; what a scenario and a price do to it."""

import csv
import io
import re

import pytest

from geo.changes import IndicatorChange
from geo.dataset import open_whole
from geo.resources import load_catalogue
from layers.assumptions import Assumed
from layers.money.map import money_layer, paint_money
from layers.money.rows import has_changed_people, money_of, people_of, population_years, rows_of
from layers.money.table import place_csv, units_csv
from layers.money.told import citation, data_line
from tests.layers.ladder_world import ODAWARA

CATALOGUE = load_catalogue()
COUNTED = ["electricity", "wood_heat", "timber", "water", "rice", "vegetables"]


@pytest.fixture(scope="module")
def dataset():
    return open_whole("kanagawa")


@pytest.fixture(scope="module")
def of_area(dataset):
    """The money of a partition under some assumptions: of_area("municipality", factors=…)."""

    def made(by, **assumed):
        return money_of(dataset, CATALOGUE, Assumed(**assumed), by=by)

    return made


def read(download):
    text = download.data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_municipalities_add_up_to_the_prefecture(of_area):
    towns, whole = of_area("municipality"), of_area("prefecture")
    assert list(towns.by_resource) == COUNTED
    for name in ("value", "outside", "staying", "leaving", "time_mismatch", "outside_low", "outside_high"):
        assert towns.total[name].sum() == pytest.approx(whole.total[name].sum(), rel=1e-9)
    assert towns.population.sum() == pytest.approx(whole.population.sum(), rel=1e-9)


def test_all_together_is_the_sum_of_what_is_counted_and_holds_no_view_twice(of_area):
    money = of_area("municipality")
    rows = rows_of(money, CATALOGUE, "14206")
    assert {row.resource for row in rows[1:]} == set(COUNTED)
    assert rows[0].outside.central == pytest.approx(sum(row.outside.central for row in rows[1:]))
    assert rows[0].value.central == pytest.approx(sum(amount for _, amount in rows[0].parts))


def test_the_table_of_a_place_has_every_row_with_price_and_source(of_area, dataset):
    money = of_area("municipality")
    rows = rows_of(money, CATALOGUE, "14206")
    people = people_of(money, "14206")
    table = read(place_csv(rows, people, ODAWARA, dataset, CATALOGUE, "ja", stem="x"))
    assert [row["資源"] for row in table] == ["合計", "すべての電気", "米", "野菜", "木の熱", "水", "木材"]
    total = {name: float(value) for name, value in table[0].items() if "（円" in name and value}
    outside, stays, leaves = (
        total[f"{name}（円/年）"] for name in ("県の外から買う額", "そのうち地元に残る分", "そのうち外へ出ていく分")
    )
    assert stays + leaves == pytest.approx(outside, rel=1e-8)
    assert total["県の外から買う額・1人あたり（円/人・年）"] == pytest.approx(outside / people, rel=1e-5)
    # Water has no community rung.
    assert table[5]["コミュニティでまかなえる額（円/年）"] == ""
    assert table[1]["値段（円/単位）"] == "31000"
    assert table[1]["単位"] == "円/MWh"
    assert "一般的な知見" in table[1]["値段の出どころ"]
    assert (table[0]["値段の年"], table[1]["値段の年"]) == ("", "特定していない")
    for row in table:
        assert row["場所"] == "小田原市"
        assert row["種別"].startswith("推計")
        assert row["人口の年"] == "2020"
        assert "国勢調査" in row["出典"]
        assert row["データの識別子"] == f"kanagawa {dataset.content_hash()[:12]}"
    assert not any(re.fullmatch(r"-?[\d.]+e[+-]?\d+", value) for row in table for value in row.values())


def test_the_table_of_municipalities_holds_each_resource(of_area, dataset):
    money = of_area("municipality")
    names = dataset.municipalities.set_index("code")["name_en"]
    table = read(units_csv(money, names, dataset, CATALOGUE, "en", stem="x"))
    assert len(table) == 33
    first = table[0]
    assert (first["Code"], first["Municipality"]) == ("14100", "Yokohama City")
    parts = [float(value) for name, value in first.items() if name.startswith("Bought from outside: ")]
    assert len(parts) == len(COUNTED)
    assert sum(parts) == pytest.approx(float(first["Bought from outside the prefecture (yen/yr)"]), rel=1e-8)


def test_the_line_to_cite_tells_value_range_years_and_sources(of_area, dataset):
    money = of_area("municipality")
    rows, people = rows_of(money, CATALOGUE, "14206"), people_of(money, "14206")
    line = citation(rows[0], people, ODAWARA, dataset, CATALOGUE, COUNTED, "ja")
    assert line.startswith("小田原市：使えるものを全部使っても県の外から買う額 約")
    for told in (
        "億円/年（幅 ",
        "1人あたり約",
        "推計",
        "データの年：2016年・2020年・2000–2025年",
        "人口：2020年",
        "一般的な知見",
        "値段の年：特定していない",
        "e-Stat",
    ):
        assert told in line


@pytest.mark.parametrize(
    ("lang", "begins", "told"),
    [
        (
            "ja",
            "データ：人口（1 km メッシュ） 2010・2015・2020年、",
            ("国勢調査", "土地利用（2016年", "降水量", "2000–2025年"),
        ),
        ("en", "Data: ", ("2020", "2016", "2000–2025")),
    ],
)
def test_the_figures_name_their_data_each_once_with_its_years(dataset, lang, begins, told):
    line = data_line(COUNTED, dataset, CATALOGUE, lang)
    assert line.startswith(begins)
    for words in told:
        assert words in line
    info = dataset.layer("census")
    assert line.count(info.title_ja if lang == "ja" else info.title_en) == 1
    # Only water stands on the rain.
    climate = dataset.layer("climate")
    assert (climate.title_ja if lang == "ja" else climate.title_en) not in data_line(["rice"], dataset, CATALOGUE, lang)


def test_a_place_of_less_than_half_a_person_has_no_amount_per_person(of_area, dataset):
    money = of_area("community")
    code = "523961005-14206"
    assert 0 < money.population[code] < 0.5
    people = people_of(money, code)
    table = read(place_csv(rows_of(money, CATALOGUE, code), people, ODAWARA, dataset, CATALOGUE, "ja", stem="x"))
    assert {row["県の外から買う額・1人あたり（円/人・年）"] for row in table} == {""}
    assert "1人あたり" not in citation(
        rows_of(money, CATALOGUE, code)[0], people, ODAWARA, dataset, CATALOGUE, COUNTED, "ja"
    )


def test_half_the_people_need_half_the_money_but_as_much_or_less_each(of_area):
    half = (IndicatorChange("population", "times", 0.5),)
    before, after = of_area("prefecture"), of_area("prefecture", changes=half)
    assert after.population["14"] == pytest.approx(before.population["14"] / 2)
    assert after.total.loc["14", "value"] == pytest.approx(before.total.loc["14", "value"] / 2)
    # The same land for fewer people: less than half is still bought.
    assert after.total.loc["14", "outside"] < before.total.loc["14", "outside"] / 2
    assert has_changed_people(Assumed(changes=half))
    assert not has_changed_people(Assumed())


def test_a_price_set_by_hand_moves_yen_in_proportion_and_no_amount(of_area):
    before, after = of_area("prefecture"), of_area("prefecture", factors=(("electricity.price_paid", 20_000.0),))
    power = {name: money.by_resource["electricity"].loc["14"] for name, money in (("b", before), ("a", after))}
    assert power["a"]["outside"] == pytest.approx(power["b"]["outside"] * 20 / 31)
    assert power["a"]["outside_low"] == pytest.approx(power["b"]["outside_low"])
    assert after.by_resource["rice"].equals(before.by_resource["rice"])


def test_the_map_has_a_class_for_every_municipality_and_a_pattern_where_nobody_lives(of_area, dataset):
    money = of_area("municipality")
    each = money.total["outside"] / money.population
    layer = money_layer(each, dataset, CATALOGUE, COUNTED)
    assert layer.legend[0].label_ja.endswith("未満")
    assert layer.unit_ja == "万円/人・年"
    assert "2020" in layer.year
    assert layer.source_keys
    classes = paint_money(layer, each).classes
    assert classes.between(0, len(layer.legend) - 1).all()
    assert classes.nunique() > 2
    empty = each.mask(each.index == "14402")
    layer = money_layer(empty, dataset, CATALOGUE, COUNTED)
    assert layer.legend[-1].pattern == "no_need"
    assert layer.legend[paint_money(layer, empty).classes["14402"]].key == "no_people"


def test_the_population_is_of_the_census(dataset):
    assert population_years(dataset) == "2020"
