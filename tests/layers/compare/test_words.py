"""What differs between two places, told per person; worked out by hand for places of 10 and 1,000 people."""

import dataclasses
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.compare.sides import Side
from layers.compare.words import cautions, difference, per_person_words, size_said, times
from layers.ladder_rows import row_of
from layers.scale_places import Place
from tests.layers.ladder_world import COMPOST, KANAGAWA, ODAWARA, SAKAWA, WATER, unit

LOWLAND = Place("basin", "lowland", "低地", "Lowland")
CATALOGUE = SimpleNamespace(
    resources={
        "water": SimpleNamespace(unit="m³", unit_ja="m³"),
        "compost": SimpleNamespace(unit="t", unit_ja="t"),
    }
)


def side(place, people, *, area="kanagawa"):
    dataset = SimpleNamespace(area=area, meta={"census_year": 2020}, layers=())
    return Side(dataset, CATALOGUE, place, None, (), people, 50.0)


def row(resource=WATER, **changes):
    return row_of(resource, unit(**changes), threshold=0.8)


A, B = side(ODAWARA, 10.0), side(KANAGAWA, 1000.0)


def test_a_difference_is_told_per_person_not_by_the_amount():
    # 100 m³ for 10 people and 1,000 for 1,000: A needs 10 each, B 1; A has 8 each, B 8.
    left, right = row(closing_scale="municipality"), row(demand=1000.0, supply=8000.0, closing_scale="prefecture")
    told = difference(left, right, A, B, "ja")
    assert "A は「市町村で足りる」、B は「" in told
    assert "1人あたりの必要量は A が B の 10 倍" in told
    assert "1人あたりの供給はほぼ同じ" in told
    assert "Need per person: A has 10 times that of B" in difference(left, right, A, B, "en")


def test_of_what_looks_for_a_place_the_supply_arises_and_the_demand_is_room():
    left, right = row(COMPOST, supply=10.0, demand=40.0), row(COMPOST, supply=1000.0, demand=2000.0)
    told = difference(left, right, A, B, "en")
    assert "What arises per person: about the same" in told
    assert "Room for it per person: A has 2.0 times that of B" in told


def test_what_only_one_side_has_and_what_neither_has():
    told = difference(row(supply=0.0), row(supply=5.0), A, B, "en")
    assert "Supply per person: on side B only" in told
    assert "Supply per person: none on either side" in difference(row(supply=0.0), row(supply=0.0), A, B, "en")


@pytest.mark.parametrize("place", [SAKAWA, LOWLAND])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_of_part_of_a_basin_and_of_the_lowland_no_difference_is_told(place, lang):
    part = side(place, 500.0)
    for pair in ((A, part), (part, A)):
        told = difference(row(), row(demand=1000.0), *pair, lang)
        assert "倍" not in told
        assert "times" not in told
        assert told == difference(row(demand=7.0), row(), *pair, lang)
    assert any(("データのある部分" in said or "part of a basin" in said) for said in cautions(A, part, lang))


def test_without_data_or_people_nothing_is_invented():
    assert difference(row(closing_scale="no_data"), row(), A, B, "en") == "Cannot be compared for want of data"
    nobody = side(ODAWARA, 0.0)
    assert per_person_words(100.0, row(), nobody, "en") == "–"
    assert per_person_words(100.0, row(closing_scale="no_data"), A, "en") == "–"
    assert "per person" not in difference(row(), row(), nobody, B, "en")
    assert any("'–'" in said for said in cautions(nobody, B, "en"))
    unknown = side(ODAWARA, float("nan"))
    assert "no population data" in size_said(unknown, "A", "en")


def test_amounts_per_person_have_their_unit():
    assert per_person_words(100.0, row(), A, "ja") == "10.0 m³/年・人"
    # 0.5 t of one person is 500 kg.
    assert per_person_words(5.0, row(COMPOST), A, "en") == "500 kg/yr per person"


def test_other_kinds_and_other_areas_are_said():
    assert any("different kinds" in said for said in cautions(A, B, "en"))
    other = side(dataclasses.replace(ODAWARA, code="1"), 10.0, area="elsewhere")
    assert any("areas differ" in said for said in cautions(A, other, "en"))
    assert not any("areas differ" in said for said in cautions(A, A, "en"))


@given(st.floats(1.0, 1e9))
def test_a_ratio_is_never_told_as_less_than_one(ratio):
    told = times(ratio, "en")
    assert told == "over 1,000" if ratio >= 1000 else float(told.replace(",", "")) == float(f"{ratio:.2g}")


@given(st.floats(1e-3, 1e6), st.floats(1e-3, 1e6))
def test_swapped_sides_say_the_same_of_the_other(one, other):
    def told(left, right):
        return difference(row(supply=left), row(supply=right), A, side(KANAGAWA, 10.0), "en").rpartition(". ")[2]

    names = str.maketrans("AB", "BA")
    assert told(one, other).removeprefix("Supply per person").translate(names) == told(other, one).removeprefix(
        "Supply per person"
    )
