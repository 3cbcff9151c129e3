"""The matrix resource × scale: counts of units, cumulative shares, words for screen readers."""

from types import SimpleNamespace

import pandas as pd
import pytest

from layers.ladder_view import MatrixRow, matrix_body, matrix_html, shares_html
from layers.ladder_view.component import picked_resource
from layers.ladder_view.matrix import matrix_rows
from tests.layers.ladder_view.test_markup import Tree
from tests.layers.ladder_world import WATER, certainty, row

CLOSING = ["municipality", "municipality", "basin", "outside", "no_supply", "no_demand", "no_data"]


def table(resource, case):
    return pd.DataFrame({"closing_scale": CLOSING}, index=list("abcdefg"))


def test_units_are_counted_by_closing_scale():
    (made,) = matrix_rows({"water": WATER}, table)
    assert dict(made.counts) == {"municipality": 2, "basin": 1, "outside": 1, "no_demand": 2, "no_data": 1}
    assert made.total == 7


def test_what_is_left_out_is_not_counted():
    (made,) = matrix_rows({"water": WATER}, table, leave_out=frozenset("ac"))
    assert dict(made.counts) == {"municipality": 1, "outside": 1, "no_demand": 2, "no_data": 1}


def test_the_table_has_headers_for_rows_and_columns_and_a_caption():
    rows = [MatrixRow("water", "水", "Water", (("municipality", 3), ("outside", 1)))]
    tree = Tree(matrix_body(rows, "ja", kind="municipality", focus="water"))
    assert len(tree.find("th", scope="row")) == 1
    # The resource, four scales and outside: columns of states only where they occur.
    assert len(tree.find("th", scope="col")) == 6
    assert "計算上、どの規模で足りるか（市町村の数、全4）" in tree.words
    assert tree.find("tr", aria_current="true")[0]["data-resource"] == "water"


def test_cut_basins_are_said_to_be_left_out():
    rows = [MatrixRow("water", "水", "Water", (("basin", 3),))]
    said = Tree(matrix_body(rows, "ja", kind="basin", cut=2)).words
    assert "データが途中で切れている流域 2 は、ほかと比べられないため数えていません。" in said
    assert not any("低地" in word for word in said)


def test_the_lowland_is_said_to_be_left_out():
    rows = [MatrixRow("water", "水", "Water", (("basin", 3),))]
    assert "流域に入らない低地も数えていません。" in Tree(matrix_body(rows, "ja", kind="basin", has_lowland=True)).words


@pytest.mark.parametrize(
    ("closing", "words"),
    [("no_demand", "ここでは必要なし"), ("no_supply", "ここでは出ない"), ("no_data", "データ未整備")],
)
def test_a_row_without_a_scale_says_why_in_the_table_of_shares(closing, words):
    tree = Tree(shares_html([row("rice", closing, shares={})], "ja", name="三浦市"))
    assert words in tree.words
    assert [a for a in tree.find("span") if f"fill-{closing}" in a.get("class", "")]


def test_the_closing_scale_of_a_place_is_marked_in_its_table():
    made = row("water", "basin", shares={"municipality": 0.5, "basin": 0.4})
    tree = Tree(shares_html([made], "ja", name="小田原市"))
    assert [a["class"] for a in tree.find("span") if "closes" in a.get("class", "")] == ["closes fill-basin"]
    assert [word for word in tree.words if word.isdigit()] == ["0", "50", "90", "90"]


def test_names_are_escaped_and_paper_has_no_buttons():
    markup = matrix_html([MatrixRow("x", "<i>", "<i>", (("basin", 1),))], "en", kind="basin")
    assert "<i>" not in markup
    assert Tree(markup).find("button") == []


def test_no_rows_draw_nothing():
    assert matrix_body([], "ja", kind="basin") == ""
    assert shares_html([], "ja", name="x") == ""


def test_only_a_key_is_read_from_what_the_browser_sends():
    assert picked_resource({"resource": "water"}) == "water"
    assert picked_resource({"resource": 3}) == ""
    assert picked_resource(None) == ""
    assert picked_resource(SimpleNamespace()) == ""


def test_how_many_are_sure_stands_under_each_count():
    """Of two that close in the municipality one is sure; c is sure of the prefecture, but shows the basin."""

    def drawn(resource):
        shares = {
            "p_municipality": [1, 0.7, 0.2, 0, 0, 0, 0],
            "p_basin": [0, 0.3, 0.5, 0, 0, 0, 0],
            "p_prefecture": [0, 0, 0.3, 0, 0, 0, 0],
            "p_outside": [0, 0, 0, 1, 0, 0, 0],
        }
        return pd.DataFrame({**shares, "is_cut": False, "cut_share": 0.0}, index=list("abcdefg"))

    (made,) = matrix_rows({"water": WATER}, table, certainty=drawn)
    assert made.sure == (("municipality", 1), ("outside", 1))
    markup = matrix_body([made], "ja", kind="municipality")
    said = Tree(markup).words
    assert [word for word in said if word.startswith("確か")] == ["確か 1", "確か 0", "確か 1"]
    assert any(word.startswith("「確か」は、仮定を500通りに変えても、その95 %以上で、その規模か、") for word in said)
    (left,) = matrix_rows({"water": WATER}, table, leave_out=frozenset("a"), certainty=drawn)
    assert left.sure == (("outside", 1),)


def test_where_nobody_asked_the_matrix_says_nothing_of_sure():
    rows = matrix_rows({"water": WATER}, table)
    assert rows[0].sure is None
    assert "確か" not in matrix_body(rows, "ja", kind="cells")


def test_the_table_of_shares_tells_how_sure_each_is():
    rows = [row("water", certainty=certainty("sure", 0.97)), row("rice", "no_data", shares={})]
    tree = Tree(shares_html(rows, "ja", name="小田原市"))
    assert "確かさ" in tree.words
    assert "確か（97 %）" in tree.words
    (state,) = tree.find("td", **{"class": "state"})
    assert state["colspan"] == "5"
