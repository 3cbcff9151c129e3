"""The resource in focus in figures: amounts as they are read, sources, escaping."""

from dataclasses import replace

import pytest

from geo.dataset import open_dataset
from geo.resources import load_catalogue
from geo.terms import Reach
from layers.resource_detail import amount, data_layers, detail_html, reading_html
from tests.layers.ladder_view.test_markup import Tree
from tests.layers.ladder_world import row


@pytest.mark.parametrize(
    ("value", "ja", "en"),
    [
        (0, "0 t", "0 t"),
        (0.0123, "0.0123 t", "0.0123 t"),
        (999.9, "1,000 t", "1,000 t"),
        (1234, "1,230 t", "1,230 t"),
        (99_999, "10万 t", "100,000 t"),
        (46_400_000, "4,640万 t", "46.4 million t"),
        (99_990_000, "1億 t", "100 million t"),
        (1.12e9, "11.2億 t", "1.12 billion t"),
    ],
)
def test_amounts_have_three_digits_and_are_counted_as_read_aloud(value, ja, en):
    assert amount(value, "t", "ja") == ja
    assert amount(value, "t", "en") == en


def test_every_figure_has_its_unit_and_the_data_their_years():
    dataset, resource = open_dataset("kanagawa"), load_catalogue().resources["water"]
    made = row("water", supply=46_400_000.0, demand=22_800_000.0, self_sufficiency=2.03)
    said = " ".join(Tree(detail_html(made, resource, dataset, "ja")).words)
    for words in ("4,640万 m³/年", "2,280万 m³/年", "203 %", "推計・年間の正味の量", "2020"):
        assert words in said
    assert "climate" in data_layers(resource, dataset)


def test_self_sufficiency_is_left_out_where_there_is_no_need():
    resource = load_catalogue().resources["water"]
    made = row("water", "no_demand", shares={}, self_sufficiency=float("nan"))
    assert "nan" not in detail_html(made, resource, open_dataset("kanagawa"), "en")


def test_of_the_prefecture_others_lie_beyond_it():
    resource = load_catalogue().resources["water"]
    made = row("water", from_other_units=4.0, sent_out=3.0)
    markup = detail_html(made, resource, open_dataset("kanagawa"), "ja", is_prefecture=True)
    assert "県境をまたぐ流域の、県の外の部分でまかなえる分" in markup
    assert "ほかの地域" not in markup
    assert "ほかの地域の余りでまかなえる分" in detail_html(made, resource, open_dataset("kanagawa"), "ja")


def test_all_texts_of_the_catalogue_are_escaped():
    evil = "<img src=x onerror=alert(1)>"
    resource = replace(load_catalogue().resources["water"], description_ja=evil, caveats_ja=(evil,))
    markup = detail_html(row("water", name_ja=evil), resource, open_dataset("kanagawa"), "ja")
    assert "<img" not in markup
    assert "".join(Tree(markup).words).count(evil) == 2
    read = reading_html(replace(resource, name_ja=evil), "ja")
    assert "<img" not in read
    assert "".join(Tree(read).words).count(evil) == 2


def test_what_is_unknown_is_never_written_as_nothing():
    resource = load_catalogue().resources["rice"]
    made = row("rice", "no_data", shares={}, supply=0.0, demand=2520.0, unknown=1.0)
    said = Tree(detail_html(made, resource, open_dataset("kanagawa"), "ja")).words
    assert said[said.index("ここでまかなえる量") + 1] == "データ未整備"
    assert said[said.index("ここで必要な量") + 1] == "2,520 t/年"
    assert not any(word.startswith("0 ") for word in said)


def test_a_part_without_data_is_said():
    made = row("rice", "outside", shares={"basin": 0.3}, unknown=0.11)
    said = " ".join(Tree(detail_html(made, load_catalogue().resources["rice"], open_dataset("kanagawa"), "ja")).words)
    assert "面積の 11 % はデータ未整備" in said


def test_what_rounding_leaves_over_is_nothing():
    made = row("water", supply=1e6, demand=1e6, sent_out=1e-11)
    said = Tree(detail_html(made, load_catalogue().resources["water"], open_dataset("kanagawa"), "ja")).words
    assert said[said.index("ほかの地域に回せる分") + 1] == "0 m³/年"


@pytest.mark.parametrize(("reach", "words"), [(7.4e3, "1,000 km以上"), (42.3, "約 42 kmまで")])
def test_a_reach_is_no_more_exact_than_it_is(reach, words):
    resource = load_catalogue().resources["rice"]
    asked = replace(resource, reach=Reach(limit_km=reach))
    assert words in "".join(Tree(reading_html(asked, "ja")).words)
