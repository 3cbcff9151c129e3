"""The quiz asks only what has a clear answer, always the same, with the figures that give it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.resources import load_catalogue
from layers.kiosk.easy import named
from layers.kiosk.quiz import MOST, MOST_ALIKE, quiz
from layers.ladder_rows import SCALES
from tests.layers.ladder_world import ODAWARA, row

CATALOGUE = load_catalogue()
NAME = named("小田原市", "Odawara City", "おだわらし")
ANSWERS = (*SCALES, "outside")


def ask(rows, certain="sure"):
    words = certain if isinstance(certain, dict) else {one.resource: certain for one in rows}
    return quiz(rows, CATALOGUE, ODAWARA, NAME, words)


def test_a_question_has_the_rungs_as_options_and_the_closing_scale_as_answer():
    one = row("rice", "basin", shares={"community": 0.55, "municipality": 0.16, "basin": 0.14})
    (told,) = ask([one])
    assert told["resource"] == "rice"
    assert told["options"] == ["community", "municipality", "basin", "prefecture", "outside"]
    assert told["answer"] == "basin"
    assert told["question"]["ja"] == "小田原市の米は、どこまで広げると足りる？"
    assert told["explanation"]["en"] == (
        "By calculation, it is 71 % within the city, and 85 % within its river basins. "
        "From 80 % of the need, it counts as enough."
    )
    assert told["explanation"]["ja"] == (
        "計算上、市の中では71 %、流域の中まで広げると85 %になります。必要な量の 80 % 以上を「足りる」としています。"
    )


def test_the_smallest_scale_is_told_by_itself():
    (told,) = ask([row("rice", "community")])
    assert told["explanation"]["en"].startswith("By calculation, it is 100 % within each community.")


def test_what_the_prefecture_lacks_is_told_with_what_comes_at_the_wrong_time():
    one = row("household_electricity", "outside", shares={"community": 0.35}, time_mismatch=0.65)
    (told,) = ask([one])
    assert told["answer"] == "outside"
    assert told["explanation"]["en"] == (
        "By calculation, the whole prefecture comes to 35 %. Another 65 % could be made, but not at the time it is "
        "used. From 80 % of the need, it counts as enough."
    )


def test_of_a_supply_it_is_asked_where_it_can_be_used():
    (told,) = ask(
        [row("compost", "municipality", perspective="supply", shares={"community": 0.4, "municipality": 0.6})]
    )
    assert told["question"]["ja"] == "小田原市の生ごみの行き先（たい肥）は、どこまで広げると使いきれる？"
    assert told["explanation"]["en"].endswith("With a use for 80 % or more, it counts as usable.")


@pytest.mark.parametrize("closing", ["no_demand", "no_supply", "no_data"])
def test_nothing_is_asked_that_has_no_answer(closing):
    assert ask([row("rice", closing, shares={})], certain="") == []


def test_nothing_is_asked_that_is_still_open():
    rows = [row("rice", "basin"), row("water", "municipality")]
    asked = ask(rows, {"rice": "open", "water": "likely"})
    assert [(told["resource"], told["certainty"]) for told in asked] == [("water", "likely")]


def test_answers_are_mixed():
    rows = [
        row("electricity", "outside"),
        row("household_electricity", "outside"),
        row("wood_heat", "outside"),
        row("timber", "outside"),
        row("water", "municipality"),
    ]
    asked = ask(rows)
    assert [told["resource"] for told in asked] == ["water", "wood_heat", "household_electricity", "timber"]


def test_of_too_many_the_surest_are_asked_in_the_order_of_the_story():
    rows = [row(key, "basin") for key in ("timber", "water", "rice", "vegetables")]
    asked = ask(rows, {"timber": "sure", "water": "likely", "rice": "sure", "vegetables": "sure"})
    assert [told["resource"] for told in asked] == ["vegetables", "rice", "timber"]
    assert MOST_ALIKE == 3


@given(
    st.dictionaries(
        st.sampled_from(sorted(CATALOGUE.resources)),
        st.tuples(st.sampled_from((*ANSWERS, "no_demand", "no_data")), st.sampled_from(("sure", "likely", "open"))),
    ),
    st.randoms(),
)
def test_questions_are_few_clear_and_the_same_in_any_order(given_rows, chance):
    rows = [row(key, closing, shares=None if closing in SCALES else {}) for key, (closing, _) in given_rows.items()]
    certain = {key: word if closing in ANSWERS else "" for key, (closing, word) in given_rows.items()}
    asked = ask(rows, certain)
    shuffled = rows.copy()
    chance.shuffle(shuffled)
    assert ask(shuffled, certain) == asked
    assert len(asked) <= MOST
    assert all(told["answer"] in told["options"] for told in asked)
    assert all(certain[told["resource"]] in ("sure", "likely") for told in asked)
    assert all(sum(told["answer"] == answer for told in asked) <= MOST_ALIKE for answer in ANSWERS)
    clear = [key for key, word in certain.items() if word in ("sure", "likely")]
    assert bool(asked) == bool(clear)
