"""Finding places: names in three scripts, coordinates, and the units under a point, on a hand-made area."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.dataset import open_dataset
from geo.places import find_places, names_at, prefecture_of
from tests.layers.bare_area import write_bare_area
from tests.layers.small_area import SOUTH, STEP_X, STEP_Y, WEST, small_area


@pytest.fixture(scope="module")
def area():
    return small_area()


@pytest.mark.parametrize(
    "query", ["小田原市", "小田原", "おだわら", "オダワラ", "ｵﾀﾞﾜﾗ", "odawara", "Odawara", "ODAWARA CITY", " 小田原 "]
)
def test_a_town_is_found_in_every_script_and_comes_before_its_communities(area, query):
    hits = find_places(area, query)
    assert (hits[0].kind, hits[0].code, hits[0].score) == ("municipality", "14206", 100)


@pytest.mark.parametrize("query", ["酒匂川", "酒匂", "sakawa", "Sakawa River"])
def test_a_river_system_is_found(area, query):
    hit = find_places(area, query)[0]
    assert (hit.kind, hit.code) == ("basin", "83268")


def test_a_slip_of_the_finger_still_finds(area):
    assert find_places(area, "odawra")[0].code == "14206"


def test_part_of_a_name_finds_less_surely_than_its_beginning(area):
    beginning = find_places(area, "小田原市・久")[0]
    middle = find_places(area, "久野川")[0]
    assert beginning.code == middle.code == "a"
    assert 100 > beginning.score > middle.score


@pytest.mark.parametrize(
    "query",
    ["くのがわ", "クノガワ", "ｸﾉｶﾞﾜ", "くの", "kuno", "Kunogawa", "小田原 久野川", "おだわら・くの", "ODAWARA KUNO"],
)
def test_a_community_is_found_by_its_river_in_every_script(area, query):
    [hit] = find_places(area, query)
    assert (hit.kind, hit.code) == ("community", "a")


def test_of_two_words_both_must_be_in_the_name(area):
    assert find_places(area, "小田原 早渕川") == []
    assert find_places(area, "きけん くのがわ") == []


@pytest.mark.parametrize("query", ["きけん", "きけんまち", "キケン"])
def test_a_community_whose_river_is_not_read_is_never_its_whole_town(area, query):
    town, community = find_places(area, query)
    assert (town.kind, town.score) == ("municipality", 100)
    assert (community.kind, community.code) == ("community", "b")
    assert community.score < 100


def test_communities_without_readings_are_found_by_name(area):
    plain = small_area()
    plain.__dict__["communities"] = area.communities.drop(columns="name_kana")
    assert find_places(plain, "久野川")[0].code == "a"
    assert find_places(plain, "おだわら")[0].code == "14206"


@pytest.mark.parametrize("query", ["", "   ", "zzzzzz", "札幌", "???"])
def test_what_is_not_there_is_not_found(area, query):
    assert find_places(area, query) == []


def test_lowland_is_no_place_to_find(area):
    assert all(hit.code != "lowland" for hit in find_places(area, "lowland"))


def test_a_hit_tells_a_point_inside_and_its_bounds(area):
    hit = find_places(area, "小田原")[0]
    assert hit.bounds == pytest.approx((SOUTH, WEST, SOUTH + 2 * STEP_Y, WEST + STEP_X))
    names = names_at(area, hit.latitude, hit.longitude)
    assert names is not None
    assert names.municipality.code == "14206"


def test_at_most_the_asked_number_of_hits(area):
    assert len(find_places(area, "小田原", limit=1)) == 1


@given(st.text(max_size=40))
def test_no_text_breaks_the_search(text):
    assert len(find_places(small_area_once(), text)) <= 8


def small_area_once(_kept=[]):  # noqa: B006  one area for every example
    if not _kept:
        _kept.append(small_area())
    return _kept[0]


def test_a_coordinate_is_one_point(area):
    [hit] = find_places(area, "35.34, 139.01")
    assert (hit.kind, hit.latitude, hit.longitude) == ("point", 35.34, 139.01)


def test_the_units_under_a_point(area):
    names = names_at(area, SOUTH + 1.5 * STEP_Y, WEST + 0.5 * STEP_X)
    assert names is not None
    assert names.municipality.name_ja == "小田原市"
    assert names.community is not None
    assert names.community.code == "a"
    assert names.unit_basin is not None
    assert names.unit_basin.code == "83268-0001"
    assert names.river_system is not None
    assert (names.river_system.code, names.river_system.is_cut) == ("83268", True)
    assert names.prefecture.code == "14"


def test_lowland_under_a_point_is_a_class_of_its_own(area):
    names = names_at(area, SOUTH + 0.5 * STEP_Y, WEST + 1.5 * STEP_X)
    assert names is not None
    assert names.river_system is not None
    assert (names.municipality.code, names.river_system.code) == ("14999", "lowland")


@pytest.mark.parametrize("point", [(35.0, 139.0), (float("nan"), 139.0), (35.34, float("inf"))])
def test_outside_the_area_there_is_nothing(area, point):
    assert names_at(area, *point) is None


def test_a_point_lies_in_its_own_one_of_several_prefectures(tmp_path):
    area = write_bare_area(tmp_path)
    found = [names_at(area, 35.34, longitude) for longitude in (139.006, 139.04)]
    assert [names.prefecture.code for names in found if names] == ["14", "22"]
    assert [names.river_system for names in found if names] == [None, None]


def test_the_prefecture_of_a_place(tmp_path):
    area = write_bare_area(tmp_path)
    assert prefecture_of(area, "municipality", "22203") == "22"
    assert prefecture_of(area, "community", "c-14206") == "14"
    assert prefecture_of(area, "prefecture", "22") == "22"
    assert prefecture_of(area, "municipality", "99999") == ""
    # What lies in two prefectures is in neither; an area of one has no other.
    between = area.fragments["municipality_code"].isin(["14207", "22203"])
    area.fragments.loc[between, "river_system_code"] = "r"
    assert prefecture_of(area, "basin", "r") == ""
    assert prefecture_of(open_dataset("kanagawa"), "basin", "83032") == "14"


def test_an_area_without_basins_is_searched_all_the_same(tmp_path):
    assert find_places(write_bare_area(tmp_path), "三島")[0].code == "22205"
