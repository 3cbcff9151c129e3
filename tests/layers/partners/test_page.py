"""The Partners page's list, joint ladder, map and tables: figures, escaping, order."""

import csv
import io
import re
from dataclasses import replace

import pandas as pd
import pytest

from geo.dataset import open_whole
from geo.uncertainty import Judged
from layers.partners.exchange import MOST, exchange_body
from layers.partners.ladder import circle_ladder, shares
from layers.partners.list import FIRST, listed_partners, partners_body
from layers.partners.map import amounts_painting, class_limits, legend_scales, partners_scene
from layers.partners.table import circle_csv, partners_csv
from tests.layers.partners_world import BASINS, CATALOGUE, NAMES, ODAWARA, found, in_circle, partner
from tests.layers.small_area import small_area

TIMBER, WATER = CATALOGUE.resources["timber"], CATALOGUE.resources["water"]


def body(given, resource=TIMBER, lang="ja", **options):
    return partners_body(given, ODAWARA, resource, NAMES, BASINS, lang, **({"circle": ()} | options))


def rows_of(download):
    return list(csv.DictReader(io.StringIO(download.data.decode("utf-8-sig"))))


def test_the_list_has_a_row_a_partner_with_its_button():
    told = body(found(), circle=("14364",))
    assert re.findall(r'<tr data-key="(\w+)"', told) == ["14364", "14999"]
    assert "同じ流域：酒匂川流域（データのある部分）" in told
    assert '<td class="figure">16 km</td>' in told
    assert '残る量<span class="relation">m³/年</span>' in told
    assert '<td class="figure">50.0 </td>' in told
    assert "50 %<i" in told
    assert 'aria-label="山北町を圏から外す"' in told
    assert "を圏に入れる" in told


def test_a_row_is_quoted_with_its_amounts_and_the_resources_sources():
    told = body(found())
    assert 'data-cite="木材の相手 山北町（同じ流域：酒匂川流域（データのある部分））"' in told
    assert 'data-cite-value="残る量 50.0 m³/年・補える割合 50 %・道のり（約） 16 km"' in told
    assert told.count('data-cite-of="timber" data-cite-place="小田原市"') == 2


def test_the_folded_rest_is_a_region_of_its_own():
    many = found(partners=tuple(partner("14364") for _ in range(FIRST + 1)))
    labels = [re.search(r'role="region"[^>]*aria-label="([^"]+)"', body(many, rest=rest))[1] for rest in (False, True)]
    assert labels[0] != labels[1]


def test_names_are_escaped():
    told = body(found())
    assert "<b>" not in told
    assert "&lt;b&gt;清川村" in told


def test_other_kinds_have_no_circle():
    assert "button" not in body(found(), circle=None).partition("</style>")[2]


def cells_of(markup):
    """Rows of a table as lists of words."""
    rows = re.findall(r"<tr.*?</tr>", markup, re.S)
    return [[re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)] for row in rows]


def test_what_is_exchanged_both_ways_nets_out():
    """Yamakita sends 30 and gets 12, so 18 on balance; the other only gets 5; 13 in all."""
    given = found(exchanged=[("14364", 30.0, 12.0), ("14999", 0.0, 5.0)])
    told = exchange_body(given, ODAWARA, TIMBER, NAMES, "ja")
    assert cells_of(told) == [
        ["相手", "ここへ", "ここから", "差し引き（入る）"],
        ["山北町", "30.0", "12.0", "18.0"],
        ["&lt;b&gt;清川村&lt;/b&gt;", "―", "5.00", "−5.00"],
        ["合計", "30.0", "17.0", "13.0"],
    ]
    assert 'data-cite="最短距離の割り当てで山北町と行き来する木材"' in told
    assert 'data-cite-value="ここへ 30.0 m³/年・ここから 12.0 m³/年"' in told
    gives = exchange_body(replace(given, standing=found("give").standing), ODAWARA, TIMBER, NAMES, "ja")
    assert cells_of(gives)[0][-1] == "差し引き（出る）"
    assert cells_of(gives)[-1][-1] == "−13.0"


def test_many_exchanges_are_summed_and_none_draws_nothing():
    assert exchange_body(found(), ODAWARA, TIMBER, NAMES, "ja") == ""
    told = exchange_body(found(exchanged=[("14364", 2.0, 1.0)] * (MOST + 3)), ODAWARA, TIMBER, NAMES, "ja")
    assert cells_of(told)[-2] == ["ほか（3）", "6.00", "3.00", "3.00"]


def test_partners_too_far_or_without_use_are_not_listed():
    given = found(partners=(partner("14364", is_within_reach=False), partner("14999", could=0.0)))
    assert body(given) == ""


def test_the_rest_is_apart_and_cut_basins_come_last():
    many = found(partners=tuple(partner("14364") for _ in range(FIRST + 2)))
    assert body(many).count('<tr data-key="') == FIRST
    assert body(many, rest=True).count('<tr data-key="') == 2
    names = BASINS | {"1": ODAWARA}
    cut_first = found(partners=(partner("83268"), partner("1")))
    assert [p.code for p in listed_partners(cut_first, names)] == ["1", "83268"]


def test_the_joint_ladder_has_the_circle_as_its_last_rung():
    row = in_circle(met=(10.0, 20.0, 5.0, 15.0), late=8.0)
    assert shares(row) == [
        ("community", 0.1),
        ("municipality", 0.2),
        ("basin", 0.05),
        ("circle", 0.15),
        ("time_mismatch", 0.08),
        ("outside", pytest.approx(0.42)),
    ]
    told = circle_ladder([row], "ja", place="二つの町の圏", focus="timber", threshold=0.8)
    assert "圏の全体" in told
    assert "圏の中で 50 %" in told
    assert "別々 30 % → 組んで 50 %" in told
    assert 'aria-current="true"' in told
    assert "left:80.00%" in told
    assert 'data-cite-value="圏の中で 50 %・別々 30 % → 組んで 50 %" data-cite-of="timber"' in told
    assert 'data-cite-place="二つの町の圏"' in told


def test_a_figure_makes_way_for_the_line():
    told = circle_ladder([in_circle(met=(10.0, 20.0, 5.0, 15.0))], "ja", place="二つの町の圏", focus="", threshold=0.75)
    assert 'class="part fill-outside shown left" data-key="outside"' in told
    assert 'class="part fill-municipality shown" data-key="municipality"' in told


@pytest.mark.parametrize(
    ("closing", "words"),
    [("circle", "圏の中で足りる"), ("basin", "圏の中の流域で足りる"), ("no_demand", "ここでは必要なし")],
)
def test_the_verdict_names_the_circle_s_own_scales(closing, words):
    assert words in circle_ladder([in_circle(closing=closing)], "ja", place="二つの町の圏", focus="", threshold=0.8)


@pytest.mark.parametrize(
    ("largest", "limits"),
    [(100.0, (2.0, 10.0, 50.0)), (16_100.0, (200.0, 2000.0, 5000.0)), (0.04, (0.001, 0.005, 0.02))],
)
def test_classes_begin_at_round_amounts(largest, limits):
    assert class_limits(largest) == pytest.approx(limits)


def test_the_map_colours_who_has_something_and_leaves_the_others_bare():
    area = small_area()
    given = found()
    painting = amounts_painting(given, TIMBER, area, kind="municipality")
    assert painting.layer.title_ja == "自分の必要のあとに残る量：木材"
    assert [entry.label_ja for entry in painting.layer.legend] == ["0.5 未満", "0.5～2", "2～10", "10 以上"]
    assert painting.classes.to_dict() == {"14364": 3, "14999": 3}


@pytest.mark.parametrize(
    ("direction", "key", "words"),
    [("need", "timber", "残る量なし"), ("give", "timber", "足りている"), ("give", "compost", "受け入れる余地なし")],
)
def test_white_on_the_map_stands_in_the_legend(direction, key, words):
    area = small_area()
    some = replace(found(direction), amounts=pd.Series({"14364": 30.0, "14999": 0.0}))
    painting = amounts_painting(some, CATALOGUE.resources[key], area, kind="municipality")
    white = painting.layer.legend[-1]
    assert (white.label_ja, white.fill) == (words, "#ffffff")
    assert painting.classes.to_dict() == {"14364": 3, "14999": 4}
    none = replace(found(direction), amounts=pd.Series({"14364": 0.0}))
    painting = amounts_painting(none, CATALOGUE.resources[key], area, kind="municipality")
    assert [entry.label_ja for entry in painting.layer.legend] == [words]
    assert painting.classes.to_list() == [0]


def test_the_map_says_what_waste_could_still_be_taken():
    area = small_area()
    assert (
        "まだ受け入れられる量"
        in amounts_painting(found("give"), CATALOGUE.resources["compost"], area, kind="municipality").layer.title_ja
    )


def test_the_scene_has_the_place_the_circle_and_the_arrows():
    area = open_whole("kanagawa")
    lines = [(139.2, 35.3, 139.1, 35.25, 5.0, "basin"), (139.3, 35.3, 139.1, 35.25, 1.0, "prefecture")]
    given = found(lines=lines)
    given = replace(given, amounts=pd.Series({"14364": 30.0}))
    scene = partners_scene(
        area, CATALOGUE, ODAWARA, TIMBER, given, ("14206", "14364"), lang="ja", fit_token=ODAWARA.key
    )
    assert scene.chosen == (("municipality", "14206"),)
    assert [extra.kind for extra in scene.extra] == ["outline", "flow", "flow"]
    south, west, north, east = scene.fit[1]
    assert (south <= 35.25, west <= 139.1, north >= 35.3, east >= 139.3) == (True,) * 4
    assert legend_scales(given) == ["basin", "prefecture"]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_list_as_a_table_has_every_partner_and_units_in_its_titles(lang):
    given = found(partners=(partner("14364"), partner("14999", is_within_reach=False)))
    table = rows_of(partners_csv(given, ODAWARA, TIMBER, NAMES, BASINS, small_area(), lang, stem="x"))
    assert len(table) == 2
    titles = list(table[0])
    unit = "m³/年" if lang == "ja" else "m³/yr"
    assert sum(unit in title for title in titles) == 3
    assert [row[titles[0]] for row in table] == ["14364", "14999"]
    assert table[0][titles[6]] == "50"
    assert table[1][titles[5]] == ("いいえ" if lang == "ja" else "no")


@pytest.mark.parametrize(
    ("closing", "judged", "words"),
    [
        ("circle", Judged("open", 0.5), "まだ決められない（50 %）"),
        ("outside", Judged("likely", 0.7), "たぶん足りない（70 %）"),
        ("basin", Judged("likely", 1.0, is_cut=True), "たぶん（100 %）"),
    ],
)
def test_a_row_of_the_joint_ladder_says_how_sure_it_is(closing, judged, words):
    row = replace(in_circle(closing=closing), judged=judged)
    told = circle_ladder([row], "ja", place="二つの町の圏", focus="", threshold=0.8)
    assert f'<span class="certainty {judged.word}">{words}' in told


def test_the_circle_as_a_table_has_shares_and_members():
    rows = [in_circle(), in_circle("rice", met=(0.0, 0.0, 0.0, 0.0), apart=float("nan"), closing="no_demand")]
    table = rows_of(circle_csv(rows, NAMES, small_area(), "ja", threshold=0.8, stem="x"))
    assert [row["資源"] for row in table] == ["木材", "米"]
    assert (table[0]["割合：圏の全体"], table[0]["別々のときの割合"], table[0]["組んだときの割合"]) == (
        "0.15",
        "0.3",
        "0.5",
    )
    assert (table[1]["割合：圏の全体"], table[1]["組んだときの割合"]) == ("", "")
    assert table[0]["圏の市町村"] == "小田原市・山北町"
