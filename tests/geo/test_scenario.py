"""Scenarios: made, changed by copying, and held against an area's data and the catalogue."""

import pytest

from geo.changes import FactorChange, IndicatorChange, Plant
from geo.resources import load_catalogue
from geo.scenario import (
    ScenarioError,
    check_scenario,
    is_of_other_data,
    is_plain,
    new_scenario,
    renamed,
    with_change,
    with_factor,
    without_change,
)
from layers.messages import LANGUAGES, catalogue, error_text
from tests.geo.scenario_world import AREA, world

ROOF = "electricity.usable_roof_share"
PLANT = Plant("発電所", "electricity", "supply", 10.0, "53390001", "14205")


def scenario(**fields):
    return new_scenario("屋根", AREA, **fields)


def test_words_are_trimmed_and_wide_spaces_are_letters():
    made = new_scenario(" 屋根　の案 ", AREA, note="一行目\r\n二行目\r\n")
    assert made.name == "屋根　の案"
    assert made.note == "一行目\n二行目"
    assert (made.key, made.made_at, made.changed_at) == ("", "", "")


@pytest.mark.parametrize("name", ["", "   ", "a\nb", "a\x00b", "x" * 101, "\u202eabc", "\ud800"])
def test_a_name_that_cannot_be_is_refused(name):
    with pytest.raises(ScenarioError) as caught:
        new_scenario(name, AREA)
    assert caught.value.key == "scenario_name"


def test_a_name_may_have_a_hundred_letters_and_a_note_two_thousand():
    made = new_scenario("森" * 100, AREA, note="水" * 2000)
    assert renamed(made, "短い").note == "水" * 2000
    with pytest.raises(ScenarioError) as caught:
        renamed(made, "短い", "水" * 2001)
    assert caught.value.key == "scenario_note"


def test_emoji_joined_of_several_are_plain_and_control_signs_are_not():
    assert is_plain("👨\u200d👩\u200d👧")
    assert not is_plain("a\u2066b")
    assert not is_plain("a\nb")
    assert is_plain("a\nb", lines=True)


def test_a_factor_is_set_in_its_place_and_taken_out():
    made = with_factor(with_factor(scenario(), "a.x", 1.0), "a.y", 2.0)
    assert with_factor(made, "a.x", 3.0).factors == (("a.x", 3.0), ("a.y", 2.0))
    assert with_factor(made, "a.x", None).factors == (("a.y", 2.0),)
    assert made.factors == (("a.x", 1.0), ("a.y", 2.0))


def test_a_factor_change_takes_the_place_of_those_it_covers():
    both = FactorChange(ROOF, 0.5, ("14201", "14205"))
    made = with_change(with_change(scenario(), FactorChange(ROOF, 0.4, ("14201",))), both)
    assert made.changes == (both,)
    one = FactorChange(ROOF, 0.6, ("14201",))
    assert with_change(made, one).changes == (both, one)


def test_an_indicator_change_takes_the_place_of_its_like():
    times, again = (IndicatorChange("population", "times", value, ("14201",)) for value in (0.9, 0.8))
    total = IndicatorChange("population", "total", 500.0, ("14201",))
    made = with_change(scenario(), times)
    assert with_change(made, again).changes == (again,)
    assert with_change(made, total).changes == (total,)
    # × on top of a total works on the total.
    assert with_change(with_change(made, total), times).changes == (total, times)
    elsewhere = IndicatorChange("population", "times", 0.7, ("14205",))
    assert with_change(made, elsewhere).changes == (times, elsewhere)


def test_a_change_is_taken_out_by_its_place():
    made = scenario(changes=(PLANT, FactorChange(ROOF, 0.5, ("14201",))))
    assert without_change(made, 0).changes == made.changes[1:]
    with pytest.raises(ValueError, match="expected a place from 0 to 1") as caught:
        without_change(made, 2)
    assert caught.value.key == "scenario_no_change"


def test_one_that_fits_is_let_pass():
    total = IndicatorChange("population", "total", 500.0, ("14201",))
    good = scenario(factors=((ROOF, 0.6),), changes=(FactorChange(ROOF, 0.5, ("14201",)), total, PLANT), threshold=0.5)
    check_scenario(good, world(), load_catalogue())


WRONG = {
    "scenario_factor_unknown": {"factors": (("electricity.usable_roof", 0.6),)},
    "scenario_factor_value": {"changes": (FactorChange(ROOF, 1.2, ("14201",)),)},
    "scenario_factor_twice": {"factors": ((ROOF, 0.6), (ROOF, 0.7))},
    "scenario_change_municipality": {"changes": (PLANT, FactorChange(ROOF, 0.5, ("22100",)))},
    "scenario_change_column": {"changes": (IndicatorChange("area_km2", "times", 2.0),)},
    "scenario_change_value": {"changes": (IndicatorChange("population", "times", -1.0),)},
    "scenario_change_plant": {"changes": (Plant("p", "electricity", "supply", 1.0, "53390000", "14205"),)},
    "scenario_resource_unknown": {"changes": (Plant("p", "steam", "supply", 1.0, "53390001", "14205"),)},
    "scenario_plant_name": {"changes": (Plant("p\n", "electricity", "supply", 1.0, "53390001", "14205"),)},
    "scenario_twice": {"changes": (FactorChange(ROOF, 0.5, ("14201", "14201")),)},
    "scenario_threshold": {"threshold": 1.5},
    "scenario_hash": {"dataset_hash": "; drop"},
    "scenario_sources": {"sources": (("x" * 501, ""),)},
    "scenario_too_many": {"changes": (PLANT,) * 2001},
}


@pytest.mark.parametrize("key", WRONG)
def test_one_that_does_not_fit_says_where_in_both_languages(key):
    with pytest.raises(ScenarioError) as caught:
        check_scenario(scenario(**WRONG[key]), world(), load_catalogue())
    error = caught.value
    assert error.key == key
    said = [error_text(error, lang) for lang in LANGUAGES]
    assert said[0] != said[1]
    assert str(error) not in said
    if "changes" in WRONG[key] and key != "scenario_too_many":
        where = f"changes[{len(WRONG[key]['changes'])}]"
        assert error.params["where"] == where
        assert all(where in words for words in said)


def test_an_area_that_is_no_folder_s_name_is_refused():
    with pytest.raises(ScenarioError) as caught:
        check_scenario(new_scenario("a", "../etc"), world(), load_catalogue())
    assert caught.value.key == "scenario_area"


def test_every_refusal_of_the_catalogue_has_words_of_its_own():
    known = {key.removeprefix("errors.") for key in catalogue()}
    assert {f"scenario_{name}" for name in known if name.startswith("change_")} <= known


def test_a_scenario_of_other_data_is_told_from_one_of_unknown():
    made = scenario(dataset_hash="0af3")
    assert is_of_other_data(made, "99ff")
    assert not is_of_other_data(made, "0af3")
    assert not is_of_other_data(scenario(), "0af3")
