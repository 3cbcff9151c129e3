"""The Partners page's list, joint ladder, map and tables: figures, escaping, order."""

import csv
import io
import re

import pandas as pd
import pytest

from geo.dataset import open_whole
from layers.layer import NOT_DRAWN
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


def test_names_are_escaped():
    told = body(found())
    assert "<b>" not in told
    assert "&lt;b&gt;清川村" in told


def test_water_has_no_allocation_and_other_kinds_no_circle():
    assert "割り当て" in body(found(), TIMBER)
    assert "割り当て" not in body(found(), WATER)
    assert "button" not in body(found(), circle=None).partition("</style>")[2]


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
    told = circle_ladder([row], "ja", focus="timber", threshold=0.8)
    assert "圏の全体" in told
    assert "圏の中で 50 %" in told
    assert "別々 30 % → 組んで 50 %" in told
    assert 'aria-current="true"' in told
    assert "left:80.00%" in told


def test_a_figure_makes_way_for_the_line():
    told = circle_ladder([in_circle(met=(10.0, 20.0, 5.0, 15.0))], "ja", focus="", threshold=0.75)
    assert 'class="part fill-outside shown left" data-key="outside"' in told
    assert 'class="part fill-municipality shown" data-key="municipality"' in told


@pytest.mark.parametrize(
    ("closing", "words"),
    [("circle", "圏の中で足りる"), ("basin", "圏の中の流域で足りる"), ("no_demand", "ここでは必要なし")],
)
def test_the_verdict_names_the_circle_s_own_scales(closing, words):
    assert words in circle_ladder([in_circle(closing=closing)], "ja", focus="", threshold=0.8)


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
    bare = type(given)(given.standing, (), 0.0, 0.0, given.lines, pd.Series({"14364": 0.0}))
    painting = amounts_painting(bare, TIMBER, area, kind="municipality")
    assert painting.layer.legend == ()
    assert painting.classes.to_list() == [NOT_DRAWN]
    assert (
        "まだ受け入れられる量"
        in amounts_painting(found("give"), CATALOGUE.resources["compost"], area, kind="municipality").layer.title_ja
    )


def test_the_scene_has_the_place_the_circle_and_the_arrows():
    area = open_whole("kanagawa")
    lines = [(139.2, 35.3, 139.1, 35.25, 5.0, "basin"), (139.3, 35.3, 139.1, 35.25, 1.0, "prefecture")]
    given = found(lines=lines)
    given = type(given)(given.standing, given.partners, 75.0, 40.0, given.lines, pd.Series({"14364": 30.0}))
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
