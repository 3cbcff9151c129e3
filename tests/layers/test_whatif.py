"""What a scenario changes and what follows, in words, rows and tables; edits of a scenario; every text escaped."""

import io
import math
import re
from functools import partial

import pandas as pd
import pytest

from geo.changes import FactorChange, IndicatorChange, Plant
from geo.projection import TABLE_SOURCE, trend_source
from geo.projection_table import read_projection
from geo.resources import load_catalogue
from geo.scenario import new_scenario
from layers.catalogue import available_layers, paint
from layers.difference import differences
from layers.exports import csv_table
from layers.live import stage_script
from layers.whatif.actions import moved_factors
from layers.whatif.add import QUICK, helpful_end
from layers.whatif.editor import with_moved_factor
from layers.whatif.ladder import change_words, pairs_body
from layers.whatif.levers import LEVERS, factor_options
from layers.whatif.look import most_changed
from layers.whatif.maps import legend_html, plant_marks
from layers.whatif.plant import Spot, busiest_spot, spot_at
from layers.whatif.population import is_population_total, with_populations, without_changes
from layers.whatif.table import comparison_csv, summary, table_body
from layers.whatif.template import projection_template
from layers.whatif.words import ChangeLine, change_lines, moved_words, opening_sentence, outcomes_of, points_words
from tests.layers.ladder_world import KANAGAWA, ODAWARA, certainty, row
from tests.layers.small_area import MESHES, SOUTH, STEP_X, STEP_Y, WEST, small_area
from tests.layers.whatif_world import AFTER, BEFORE, WATER
from tests.source import ROOT

USABLE_ROOF = "electricity.usable_roof_share"
WOOD, TIMBER = "wood_heat.growth_share", "timber.growth_share"


@pytest.fixture(scope="module")
def area(tmp_path_factory):
    """The small area with a description on file, which names its version."""
    found = small_area()
    folder = tmp_path_factory.mktemp("small")
    (folder / "dataset.toml").write_text("", encoding="utf-8")
    object.__setattr__(found, "folder", folder)
    return found


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


def scenario(**fields):
    return new_scenario(fields.pop("name", "屋根"), "small", **fields)


def words(lines):
    return [line.words for line in lines]


def test_every_kind_of_change_has_a_line(area, catalogue):
    made = scenario(
        factors=[(USABLE_ROOF, 0.6)],
        changes=[
            FactorChange(USABLE_ROOF, 0.5, ("14206",)),
            IndicatorChange("population", "times", 0.8),
            Plant("木の発電所", "electricity", "supply", 1200.0, MESHES[0], "14206"),
            Plant("工場", "water", "demand", 5e6, MESHES[0], "14206"),
        ],
    )
    assert words(change_lines(made, catalogue, area, "ja")) == [
        "屋根のうちパネルを置ける割合を 45 から 60 %へ",
        "屋根のうちパネルを置ける割合を 45 から 50 %へ（小田原市）",
        "人口を 0.8 倍に（全域）",
        "新しい施設「木の発電所」（小田原市）がすべての電気を 1,200 MWh/年 供給",
        "新しい施設「工場」（小田原市）が水を 5,000,000 m³/年 使用",
    ]
    assert [line.places for line in change_lines(made, catalogue, area, "en")] == [(), (0,), (1,), (2,), (3,)]


def test_the_towns_populations_are_one_line_with_both_sums(area, catalogue):
    # West has 100 + 300 people, east 200 + 400.
    changes = [
        IndicatorChange("population", "total", 300.0, ("14206",)),
        Plant("p", "water", "demand", 1.0, MESHES[0], "14206"),
        IndicatorChange("population", "total", 500.0, ("14999",)),
    ]
    lines = change_lines(scenario(changes=changes), catalogue, area, "ja")
    assert lines[0].words == "人口を 1,000 から 800 人へ（全域の合計）"
    assert lines[0].places == (0, 2)
    assert lines[1].places == (1,)


def test_the_sentence_says_what_changes_and_what_follows(area, catalogue):
    made = scenario(factors=[(USABLE_ROOF, 0.6)])
    lines = change_lines(made, catalogue, area, "ja")
    before = {"water": row("water", "outside", shares={"municipality": 0.5}), "rice": row("rice", "basin")}
    after = {"water": row("water", "municipality", shares={"municipality": 0.9}), "rice": row("rice", "basin")}
    outcomes = outcomes_of(before, after)
    told = opening_sentence(made, "", lines, (before["water"], after["water"]), ODAWARA, outcomes, "ja")
    assert told.startswith(
        "シナリオ「屋根」は、屋根のうちパネルを置ける割合を 45 から 60 %へ。計算上、小田原市の水は、"
    )
    assert "「市町村で足りる」になります（+40 ポイント、推計）。" in told
    assert "ほかに" not in told
    against = opening_sentence(made, "節電", lines, (before["water"], after["water"]), ODAWARA, outcomes, "en")
    assert "compared with “節電”, water in Odawara City goes from" in against
    same = opening_sentence(made, "", lines, (before["rice"], after["rice"]), KANAGAWA, outcomes, "ja")
    assert "神奈川県の米は「流域で足りる」のまま変わりません" in same
    assert same.endswith("この場所では、ほかに1つの資源も変わります。")


def told_of(before, after, *, place=ODAWARA, moved="", lang="ja"):
    """The sentences after the first one: what follows for one resource."""
    lines = [ChangeLine(USABLE_ROOF, (), "x")]
    said = opening_sentence(scenario(), "", lines, (before, after), place, {}, lang, moved=moved)
    return said.split("計算上、", 1)[1] if lang == "ja" else said.split("By calculation, ", 1)[1]


def test_where_no_scale_closes_the_share_is_told_apart_from_the_scale():
    # A gain that reaches the threshold of being told at a smaller scale would read as a loss.
    before = row("water", "outside", shares={"prefecture": 0.02, "basin": 0.32})
    after = row("water", "outside", shares={"prefecture": 0.003, "basin": 0.347})
    assert told_of(before, after) == (
        "小田原市の水は、まかなえる割合が 34 % から 35 % になります（+1 ポイント、推計）。"
        "どの規模でも、まだ足りません。"
    )
    changes = outcomes_of({"water": before}, {"water": after})
    body = pairs_body([before], [after], changes, "ja")
    assert "34 % → 35 %" in body
    assert "流域までで" not in body
    waste = [row("compost", "outside", shares=each, perspective="supply") for each in ({"basin": 0.3}, {"basin": 0.5})]
    assert told_of(*waste) == (
        "小田原市の生ごみの行き先は、使いきれる割合が 30 % から 50 % になります（+20 ポイント、推計）。"
        "どの規模でも、まだ使いきれません。"
    )


def test_what_hardly_changes_is_told_with_the_amounts_that_move(catalogue):
    before = row("timber", "outside", shares={"basin": 0.010}, supply=40_000.0, demand=4_000_000.0)
    after = row("timber", "outside", shares={"municipality": 0.014}, supply=54_000.0, demand=4_000_000.0)
    moved = moved_words(before, after, catalogue.resources["timber"], "ja")
    assert moved == "+0.4 ポイント、供給 +14,000 m³/年"
    assert told_of(before, after, moved=moved) == (
        "小田原市の木材は、まかなえる割合が 1 % で、ほぼ同じです（+0.4 ポイント、供給 +14,000 m³/年、推計）。"
    )
    closed = [row("water", supply=80.0, demand=each) for each in (100.0, 99.0)]
    moved = moved_words(*closed, catalogue.resources["water"], "en")
    assert moved == "need −1 m³/yr"
    assert told_of(*closed, moved=moved, lang="en").startswith(
        "water in Odawara City stays “closes in the municipality”, about the same (need −1 m³/yr; estimate)."
    )
    changes = outcomes_of({"timber": before}, {"timber": after})
    assert "ほぼ同じ（+0.4 ポイント）" in pairs_body(
        [before], [after], changes, "ja", moved={"timber": "+0.4 ポイント"}
    )
    assert "変わらない" in pairs_body([before], [after], changes, "ja")


@pytest.mark.parametrize(
    ("supply", "points", "told"),
    [
        # A ten-thousandth of the amount and a twentieth of a point are nothing; more is told.
        (80.0, 0.0, ""),
        (80.0079, 0.04, ""),
        (80.01, 0.0, "供給 +0.01 m³/年"),
        (80.0, -0.06, "−0.1 ポイント"),
    ],
)
def test_rounding_is_no_change(supply, points, told, catalogue):
    before = row(shares={"municipality": 0.9})
    after = row(shares={"municipality": 0.9 + points / 100}, supply=supply)
    assert moved_words(before, after, catalogue.resources["water"], "ja") == told


@pytest.mark.parametrize(
    ("supply", "mismatch", "covered", "is_told"),
    [
        (200.0, 0.45, 0.36, True),
        # More is covered than comes at the wrong time; nothing more comes; less is needed, and no more is made.
        (200.0, 0.36, 0.44, False),
        (200.0, 0.30, 0.35, False),
        (80.0, 0.45, 0.36, False),
    ],
)
def test_sun_that_comes_at_another_time_is_the_reason_told(supply, mismatch, covered, is_told):
    before = row("electricity", "outside", shares={"basin": 0.35}, time_mismatch=0.30)
    after = row("electricity", "outside", shares={"basin": covered}, time_mismatch=mismatch, supply=supply)
    said = told_of(before, after)
    assert ("使う時間に合う分だけ" in said) == is_told
    assert ("必要の 30 % から 45 % に" in said) == is_told


def test_of_many_changes_the_one_made_for_the_place_is_named(area, catalogue):
    local = FactorChange(USABLE_ROOF, 0.5, ("14206",))
    made = scenario(factors=[(WOOD, 0.3), (TIMBER, 0.3)], changes=[local])
    lines = change_lines(made, catalogue, area, "ja")
    for place, first in (
        (ODAWARA, "屋根のうちパネルを置ける割合を 45 から 50 %へ（小田原市）"),
        (KANAGAWA, "成長量のうち"),
    ):
        told = opening_sentence(made, "", lines, (row(), row()), place, {}, "ja")
        assert told.startswith(f"シナリオ「屋根」は、{first}")
        assert "ほか2件を変えます" in told


def table_of(points, supply=(100.0, 100.0), demand=(100.0, 100.0), codes="ab"):
    """Differences of two towns: the first as given, the second stays as it is."""
    return pd.DataFrame(
        {
            "points": [points, 0.0],
            "rungs": [0.0, 0.0],
            "supply_before": [supply[0], 100.0],
            "supply_after": [supply[1], 100.0],
            "demand_before": [demand[0], 100.0],
            "demand_after": [demand[1], 100.0],
        },
        index=list(codes),
    )


@pytest.mark.parametrize(
    ("found", "in_focus", "looked_at"),
    [
        ({"water": table_of(0.0), "rice": table_of(3.0)}, "water", "rice"),
        ({"water": table_of(-0.6), "rice": table_of(3.0)}, "water", "water"),
        # No share moves by a word's worth: then what is supplied or needed does.
        ({"water": table_of(0.0), "timber": table_of(0.3, supply=(1.0, 1.35))}, "water", "timber"),
        ({"water": table_of(0.3), "rice": table_of(0.1, demand=(100.0, 90.0))}, "water", "rice"),
        ({"water": table_of(0.3), "rice": table_of(float("nan"), supply=(0.0, 5.0))}, "water", "rice"),
        ({"water": table_of(0.0), "rice": table_of(0.0, supply=(100.0, 100.4))}, "water", "water"),
    ],
)
def test_the_resource_that_shows_a_change_comes_into_focus(found, in_focus, looked_at):
    assert most_changed(found, in_focus) == looked_at


def test_every_factor_that_moves_an_amount_is_of_one_lever(catalogue):
    listed = [key for keys in LEVERS.values() for key in keys]
    assert len(listed) == len(set(listed))
    assert set(listed) == {key for key, factor in catalogue.factors.items() if factor.kind != "price"}


def test_the_assumptions_are_listed_by_lever(catalogue):
    columns = {
        name
        for resource in catalogue.resources.values()
        for term in (*resource.supply, *resource.demand)
        for name in term.indicators
    }
    labels = factor_options(catalogue, columns, "ja")
    assert next(iter(labels.values())) == "屋根の太陽光：屋根のうちパネルを置ける割合"
    groups = [label.partition("：")[0] for label in labels.values()]
    assert list(dict.fromkeys(groups)) == [group for number, group in enumerate(groups) if groups[number - 1] != group]
    assert len(set(labels.values())) == len(labels)
    assert "水：蒸発散量" in labels.values()


def test_a_share_that_moves_within_a_scale_is_told(area, catalogue):
    made = scenario(factors=[(USABLE_ROOF, 0.6)])
    lines = change_lines(made, catalogue, area, "ja")
    rows = (
        row("water", "municipality", shares={"municipality": 0.82}),
        row("water", "municipality", shares={"municipality": 0.97}),
    )
    told = opening_sentence(made, "", lines, rows, ODAWARA, {}, "ja")
    assert "「市町村で足りる」のまま、まかなえる割合が 82 % から 97 % になります" in told


def test_a_scenario_that_changes_nothing_says_so():
    told = opening_sentence(scenario(), "", [], (row(), row()), ODAWARA, {}, "ja")
    assert told == "シナリオ「屋根」は、まだ何も変えていません。下の「変えること」に足してください。"


def test_more_changes_than_a_sentence_holds_are_counted(area, catalogue):
    made = scenario(factors=[(USABLE_ROOF, 0.6), (WOOD, 0.3), (TIMBER, 0.3)])
    lines = change_lines(made, catalogue, area, "ja")
    told = opening_sentence(made, "", lines, (row(), row()), ODAWARA, {}, "ja")
    assert told.startswith("シナリオ「屋根」は、屋根のうちパネルを置ける割合を 45 から 60 %へ、ほか2件を変えます。")


@pytest.mark.parametrize(
    ("points", "told"), [(14.2, "+14 ポイント"), (-3.0, "−3 ポイント"), (0.4, "ほぼ同じ"), (math.nan, "—")]
)
def test_points_in_words(points, told):
    assert points_words(points, "ja") == told


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("prefecture", "municipality", "よりせまい規模でまかなえる"),
        ("municipality", "basin", "より広い規模でまかなえる"),
        ("outside", "basin", "あらたにまかなえる"),
        ("basin", "outside", "県内だけではまかなえなくなる"),
        ("basin", "basin", ""),
        ("no_demand", "basin", ""),
    ],
)
def test_what_a_change_of_scale_means(before, after, told):
    rows = row(closing=before), row(closing=after)
    change = outcomes_of({"water": rows[0]}, {"water": rows[1]})["water"]
    assert change_words(change, *rows, "ja") == told


def test_the_ladder_has_two_bars_a_resource_and_escapes_names():
    before = [row("water", "outside", shares={"basin": 0.5}), row("<b>x</b>", "basin")]
    after = [row("water", "basin", shares={"basin": 0.9}), row("<b>x</b>", "basin")]
    changes = outcomes_of({r.resource: r for r in before}, {r.resource: r for r in after})
    body = pairs_body(before, after, changes, "ja", focus="water", notes=["<i>"])
    assert body.count('role="img"') == 4
    assert "<b>x</b>" not in body
    assert "<i>" not in body
    assert '<li class="pair" data-key="water" data-slides data-resource="water" aria-current="true">' in body
    assert "+40 ポイント　あらたにまかなえる" in body
    assert body.count("pair same") == 1


def test_a_row_of_the_ladder_is_quoted_with_both_sides_and_what_they_assume():
    before, after = row("water", "outside", shares={"basin": 0.5}), row("water", "basin", shares={"basin": 0.9})
    changes = outcomes_of({"water": before}, {"water": after})
    body = pairs_body([before], [after], changes, "ja", sides=("今の前提", "<節水>"))
    [value] = re.findall(r'data-cite="水" data-cite-value="([^"]*)" data-cite-of="water"', body)
    assert value == (
        "A（今の前提）流域までで 50 %・まかなえる割合 50 % → B（&lt;節水&gt;）流域で足りる・まかなえる割合 90 %、"
        "差 +40 ポイント（中位の前提での値）"
    )
    assert "data-cite" not in pairs_body([before], [after], changes, "ja")


def test_a_row_before_and_after_says_how_sure_each_answer_is_where_that_is_told():
    sure = row("water", "basin", certainty=certainty("sure", 0.99))
    still_open = row("water", "municipality", certainty=certainty("open", 0.5))
    changes = outcomes_of({"water": sure}, {"water": still_open})
    body = pairs_body([sure], [still_open], changes, "ja")
    told = re.findall(r'<b>([AB])</b><span class="bar".*?<span class="certainty (\w+)">([^<]*)</span>', body)
    assert told == [("A", "sure", "確か"), ("B", "open", "まだ決められない")]
    assert 'class="bars judged"' in body
    # Where nobody asked, the bars keep the room.
    untold = pairs_body([row("water", "basin")], [row("water")], changes, "ja")
    assert 'class="bars"' in untold
    assert "certainty " not in untold


def test_the_table_and_its_summary():
    found = differences(BEFORE, AFTER, WATER)
    assert summary(found, "ja").startswith(
        "4市町村のうち、まかなえる規模が変わるのは 1、割合が 0.5 ポイント以上変わるのは 2"
    )
    body = table_body(found, {"a": ODAWARA}, WATER, "ja", before="今の前提", after="<森>", chosen="a")
    first = body.partition('<tr data-key="a" class="moved" aria-current="true"')[2].partition("</tr>")[0]
    assert '<th scope="row">小田原市</th>' in first
    # A row is quoted with both sides, by name.
    assert 'data-cite="水" ' in first
    assert 'data-cite-of="water" data-cite-place="小田原市"' in first
    told = (
        "A（今の前提）県の外・まかなえる割合 50 % → B（&lt;森&gt;）流域・まかなえる割合 90 %、"
        "差 +40 ポイント（中位の前提での値）"
    )
    assert f'data-cite-value="{told}"' in first
    # Where a side asks for nothing, no share stands for it.
    assert "→ B（&lt;森&gt;）必要なし、差 —" in body
    cells = re.findall(r"<td[^>]*>(?:<span[^>]*></span>)?([^<]*)</td>", body)
    assert cells[:5] == ["県の外", "流域", "50", "90", "+40 ポイント"]
    assert cells[-3:] == ["—", "—", "—"]


def test_the_csv_has_every_resource_in_every_municipality(catalogue):
    found = differences(BEFORE, AFTER, WATER).loc[["a", "b"]]
    places = {"a": ODAWARA, "b": KANAGAWA}
    file = comparison_csv(
        lambda _: found,
        catalogue,
        places,
        "ja",
        before="今の前提",
        after="=危険",
        threshold=0.8,
        dataset=small_area(),
        stem="x",
    )
    table = pd.read_csv(io.BytesIO(file.data), dtype={"市町村コード": str})
    assert len(table) == 2 * len(catalogue.resources)
    first = table.iloc[0]
    assert (first["A の割合（%）"], first["B の割合（%）"]) == (50.0, 90.0)
    # What a spreadsheet would run as a formula is quoted.
    assert first["B"] == "'=危険"
    assert csv_table(table, stem="y", header={"A": "A"}).data


def test_moving_a_share_of_a_pool_moves_its_mates_and_keeps_what_is_listed(catalogue):
    made = scenario(factors=[(USABLE_ROOF, 0.6)])
    moved = dict(with_moved_factor(made, catalogue, WOOD, 0.3).factors)
    # Both draw on the forest's growth: 0.225 + 0.225 stays the whole.
    assert moved == {USABLE_ROOF: 0.6, WOOD: pytest.approx(0.3), TIMBER: pytest.approx(0.15)}
    back = with_moved_factor(made, catalogue, USABLE_ROOF, 0.45)
    assert back.factors == ((USABLE_ROOF, 0.45),)
    assert moved_factors(catalogue, back.factors) == ()


def test_quick_changes_go_to_the_end_that_helps(catalogue):
    for keys in QUICK.values():
        for key in keys:
            factor = catalogue.factors[key]
            assert helpful_end(catalogue, key) == (factor.low if factor.kind == "demand" else factor.high)


def test_new_populations_replace_the_former_and_say_what_they_stand_on():
    plant = Plant("p", "water", "demand", 1.0, MESHES[0], "14206")
    old = IndicatorChange("population", "total", 300.0, ("14206",))
    new = IndicatorChange("population", "total", 200.0, ("14206",))
    made = scenario(changes=[old, plant], sources=[(TABLE_SOURCE, "a.csv (2045)"), ("own", "words")])
    after = with_populations(made, [new], trend_source(2050))
    assert after.changes == (plant, new)
    assert after.sources == (("own", "words"), trend_source(2050))
    gone = without_changes(after, (1,))
    assert gone.changes == (plant,)
    assert gone.sources == (("own", "words"),)
    assert without_changes(after, (0,)).sources == after.sources
    assert not is_population_total(IndicatorChange("population", "times", 0.8))


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_template_of_a_projection_reads_back_once_it_is_filled_in(lang, area):
    words = projection_template(area, lang)
    read = partial(read_projection, file="x.csv", municipalities=area.municipalities)
    assert read(words).rows == ()
    first = area.municipalities["code"].iloc[0]
    table = pd.read_csv(io.BytesIO(words), dtype=str)
    table.iloc[0, 2] = "1,200"
    assert read(table.to_csv(index=False).encode()).rows == ((first, 2030, 1200.0),)


def test_a_facility_stands_where_it_was_pressed_or_where_most_people_live(area):
    # The east's upper cell has 400 people.
    assert busiest_spot(area, "14999") == Spot("small", MESHES[3], "14999")
    middle = SOUTH + STEP_Y / 2, WEST + STEP_X / 2
    assert spot_at(area, *middle) == Spot("small", MESHES[0], "14206")
    assert spot_at(area, 0.0, 0.0) is None


def test_facilities_are_marked_once_a_cell():
    plants = [Plant(str(n), "water", "demand", 1.0, MESHES[0], "14206") for n in range(2)]
    marks = plant_marks((*plants, IndicatorChange("population", "times", 0.8)))
    assert [mark.kind for mark in marks] == ["outline"]
    assert marks[0].geometry.bounds == pytest.approx((WEST, SOUTH, WEST + STEP_X, SOUTH + STEP_Y))
    assert plant_marks(()) == ()


def test_the_legend_escapes_and_counts(area):
    known = available_layers(area, object())["closing_scale"]
    painting = paint(known, area, closing=pd.Series({"14206": "basin", "14999": "no_data"}), by="municipality")
    counts = {entry.key: 7 for entry in known.legend}
    told = legend_html(painting, "ja", counts=counts)
    assert told.count("7 か所") == told.count("<li>")
    # Of the states only those that are there.
    assert "データ未整備" in told
    assert "必要なし" not in told


def test_the_legend_of_two_maps_tells_what_either_has(area):
    known = available_layers(area, object())["closing_scale"]

    def painted(closing, sure):
        codes = ["14206", "14999"]
        classes, words = pd.Series(closing, index=codes), pd.Series(sure, index=codes)
        return paint(known, area, closing=classes, by="municipality", certainty=words)

    plain = painted(["basin", "basin"], ["sure", "likely"])
    other = painted(["no_data", "basin"], ["", "open"])
    mark, state = "まだ決められない", "データ未整備"
    for pair in ((plain, other), (other, plain)):
        told = legend_html(pair[0], "ja", beside=pair[1])
        assert (told.count(mark), told.count(state)) == (1, 1)
        assert told.index(state) < told.index(mark)
    alone = legend_html(plain, "ja", beside=plain)
    assert mark not in alone
    assert state not in alone
    assert "still open" in legend_html(other, "en")


def test_the_linked_maps_script_is_part_of_the_stage_and_makes_no_markup():
    script = (ROOT / "layers/live/linked.js").read_text(encoding="utf-8")
    assert script in stage_script()
    assert not any(word in script for word in ("innerHTML", "insertAdjacentHTML", "outerHTML", "document.write"))
