"""The card of a place: its words, its figures, and that nothing of the data becomes markup."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.places import names_at
from layers.ladder_rows import LadderRow
from layers.place_card import amount, named_units, place_card
from tests.layers.small_area import SOUTH, STEP_X, STEP_Y, WEST, small_area

ROW = LadderRow(
    resource="water",
    name_ja="水",
    name_en="Water",
    unit="m³",
    perspective="demand",
    supply=46_400_000.0,
    demand=22_800_000.0,
    shares=(("municipality", 0.9), ("basin", 0.1), ("prefecture", 0.0)),
    time_mismatch=0.0,
    outside=0.0,
    closing="municipality",
    closing_low="municipality",
    closing_high="municipality",
    threshold=0.8,
)


@pytest.mark.parametrize(
    ("value", "ja", "en"),
    [
        (0.0, "0", "0"),
        (0.004, "<0.01", "<0.01"),
        (0.4217, "0.42", "0.42"),
        (18.04, "18.0", "18.0"),
        (1234.5, "1,230", "1,230"),
        (357_800.0, "35.8万", "358,000"),
        (46_412_345.0, "4,640万", "46.4 million"),
        (412_345_678.0, "4.12億", "412 million"),
        (float("nan"), "—", "—"),
    ],
)
def test_amounts_keep_three_telling_figures(value, ja, en):
    assert (amount(value, "ja"), amount(value, "en")) == (ja, en)


@given(st.floats(0.01, 1e15))
def test_an_amount_is_never_rounded_away(value):
    assert any(letter in "123456789" for letter in amount(value, "ja"))
    assert any(letter in "123456789" for letter in amount(value, "en"))


def test_the_names_come_from_small_to_large_and_the_chosen_one_is_marked():
    names = {"prefecture": "神奈川県", "municipality": "小田原市", "basin": "酒匂川流域", "community": "久野のあたり"}
    card = place_card(names, [ROW], chosen="municipality", lang="ja")
    order = [card.index(names[kind]) for kind in ("community", "municipality", "basin", "prefecture")]
    assert order == sorted(order)
    assert card.count('class="chosen"') == 1
    assert "推計" in card
    assert "市町村で足りる" in card
    assert "供給 4,640万 m³" in card
    assert "必要 2,280万 m³" in card


def test_text_of_the_data_is_never_markup():
    row = replace(ROW, name_ja="<script>alert(1)</script>", unit="<i>")
    card = place_card({"municipality": "<img src=x onerror=alert(1)>"}, [row], chosen="municipality", lang="ja")
    assert "<script" not in card
    assert "<img" not in card
    assert "&lt;img" in card


def test_the_units_of_a_point_by_kind():
    names = names_at(small_area(), SOUTH + 1.5 * STEP_Y, WEST + 0.5 * STEP_X)
    assert named_units(names) == {"community": "a", "municipality": "14206", "basin": "83268", "prefecture": "14"}
