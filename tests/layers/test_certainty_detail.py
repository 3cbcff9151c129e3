"""How sure the resource in focus is, in figures and words."""

import math

import pytest

from layers.certainty_detail import certainty_html, covered_words, hangs_on_words, smaller_words
from tests.layers.ladder_view.test_markup import Tree
from tests.layers.ladder_world import certainty, row


def test_the_draws_by_answer_and_the_one_shown_is_marked():
    made = row("rice", "outside", shares={"basin": 0.35}, certainty=certainty("likely"))
    tree = Tree(certainty_html(made, "ja"))
    assert [word for word in tree.words if word.endswith(" %") and len(word) < 6] == ["0 %", "20 %", "80 %"]
    assert "足りるいちばん狭い規模（500通りの仮定）" in tree.words
    assert "県の中だけでは足りない" in tree.words
    assert len(tree.find("li", aria_current="true")) == 1
    widths = [a["style"].partition(";")[0] for a in tree.find("i")]
    assert widths == ["width:0.0%", "width:20.0%", "width:80.0%"]


def test_what_it_hangs_on_and_which_way():
    more = row("rice", certainty=certainty("likely"))
    assert hangs_on_words(more, "ja") == "いちばん効く前提：収量（大きいほど、割合が上がる）"
    less = row("rice", certainty=certainty("likely", correlation=-0.9))
    assert hangs_on_words(less, "en") == "Depends most on: Yield (the higher, the smaller the share)"
    assert hangs_on_words(row("rice", certainty=certainty("sure", hangs_on="", correlation=math.nan)), "ja") == ""


def test_a_smaller_scale_that_may_be_enough_is_told_with_how_often():
    drawn = certainty("sure", 1.0, smaller="municipality", smaller_share=0.56)
    made = row("water", "basin", certainty=drawn)
    assert smaller_words(made, "ja") == "市町村だけで足りる見込み：56\u00a0%"
    assert smaller_words(made, "en") == "Chance that the municipality alone is enough: 56\u00a0%"
    assert "市町村だけで足りる見込み：56\u00a0%" in Tree(certainty_html(made, "ja")).words
    in_cut = certainty("sure", 1.0, smaller="basin", smaller_share=0.4, cut_share=0.5)
    waste = row("compost", "prefecture", perspective="supply", certainty=in_cut)
    assert smaller_words(waste, "ja") == "流域（データのある部分）だけで使いきれる見込み：40\u00a0%"
    seldom = certainty("sure", 1.0, smaller="municipality", smaller_share=0.3)
    assert smaller_words(row("water", "basin", certainty=seldom), "ja") == ""
    assert smaller_words(row("water", "basin"), "ja") == ""


def test_how_far_the_share_moves_and_nothing_where_it_does_not():
    assert covered_words(row(certainty=certainty("likely")), "ja") == "まかなえる割合：10通りに8通りで 25～45 %"
    waste = row("compost", perspective="supply", certainty=certainty("likely"))
    assert covered_words(waste, "en") == "Share used: 25–45 % in eight of ten draws"
    still = certainty("sure", covered_p10=1.0, covered_p90=1.0)
    assert covered_words(row(certainty=still), "ja") == ""


@pytest.mark.parametrize("made", [row(), row(closing="no_data", shares={}, certainty=certainty("", answers=()))])
def test_where_no_scale_is_judged_there_is_no_figure(made):
    assert certainty_html(made, "ja") == ""
    assert hangs_on_words(row(), "ja") == covered_words(row(), "ja") == ""


def test_a_cut_basin_says_why_nothing_is_sure():
    drawn = certainty("likely", 1.0, is_cut=True, answers=(("basin", 1.0), ("outside", 0.0)))
    said = Tree(certainty_html(row("water", "basin", certainty=drawn), "ja", is_cut=True)).words
    assert "データの外へ続く流域での答えは、「確か」とは書きません。" in said
    assert "流域（データのある部分）" in said


def test_names_from_the_catalogue_are_escaped():
    evil = "<img src=x onerror=alert(1)>"
    markup = certainty_html(row(certainty=certainty("likely", hangs_on_ja=evil)), "ja")
    assert "<img" not in markup
