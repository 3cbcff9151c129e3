"""Places with a ladder: names and marks on the embedded data, the place that fits when the kind changes."""

import pandas as pd
import pytest

from geo.dataset import open_dataset
from layers.scale_places import KINDS, Place, fitting_code, places


@pytest.fixture(scope="module")
def dataset():
    return open_dataset("kanagawa")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_no_two_places_of_a_kind_share_a_name(dataset, kind, lang):
    names = [place.name(lang) for place in places(dataset, kind).values()]
    assert all(names)
    assert len(names) == len(set(names))


def test_the_two_morito_rivers_are_told_apart_by_their_municipality(dataset):
    names = {place.name_ja for place in places(dataset, "basin").values() if "森戸川" in place.name_ja}
    assert names == {"森戸川流域（葉山町）", "森戸川流域（小田原市）"}


def test_basins_come_by_area_the_lowland_last(dataset):
    codes = list(places(dataset, "basin"))
    assert codes[0] == "83032"
    assert codes[-1] == "lowland"


def test_cut_basins_are_marked_in_both_languages(dataset):
    sakawa = places(dataset, "basin")["83268"]
    assert sakawa.name("ja") == "酒匂川流域（データのある部分）"
    assert sakawa.name("en").endswith("(the part with data)")
    assert not places(dataset, "basin")["83267"].is_cut


def test_a_list_can_be_searched_by_reading_and_by_the_other_language(dataset):
    odawara = places(dataset, "municipality")["14206"]
    assert odawara.label("ja") == "小田原市（おだわらし Odawara）"
    assert odawara.label("en") == "Odawara City 小田原市 おだわらし"
    assert places(dataset, "basin")["83267"].label("ja") == "境川流域（さかいがわ Sakaigawa）"
    assert places(dataset, "basin")["83545-07"].label("ja").endswith("・名前は推定）")


def test_every_municipality_and_basin_of_the_japanese_list_is_found_by_its_english_name(dataset):
    for place in places(dataset, "municipality").values():
        assert place.name_en.partition(" ")[0].lower() in place.label("ja").lower()
    # 滝の川 is the Taki-no-kawa in English, Takinokawa in the list.
    for place in places(dataset, "basin").values():
        if place.kana and "Taki-no-kawa" not in place.name_en:
            assert place.name_en.partition(" ")[0].lower() in place.label("ja").lower()


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize(
    "query", ["久野川", "くのがわ", "クノガワ", "kuno", "小田原市", "おだわら", "オダワラ", "odawara"]
)
def test_a_community_of_the_list_is_found_by_its_river_and_its_town_in_every_script(dataset, lang, query):
    communities = dataset.communities
    beside = set(communities.loc[communities["river_name"] == "久野川", "code"])
    found = {code for code, place in places(dataset, "community").items() if query in place.label(lang).lower()}
    assert beside <= found
    if query in ("久野川", "くのがわ", "クノガワ", "kuno"):
        assert beside == found


def test_a_community_whose_river_is_not_read_is_listed_by_its_town(dataset):
    listed = {place.name_ja: place for place in places(dataset, "community").values()}
    place = listed["大井町・菊川のあたり（南）"]
    assert place.label("ja") == "大井町・菊川のあたり（南）　おおいまち Oi オオイマチ"
    assert place.label("en").endswith("大井町・菊川のあたり（南） おおいまち オオイマチ")


def test_a_place_without_any_reading_is_listed_by_its_name():
    own = Place("community", "x", "久野", "Kuno")
    assert (own.label("ja"), own.label("en")) == ("久野（Kuno）", "Kuno 久野")


def test_the_key_is_that_of_the_address_bar(dataset):
    assert places(dataset, "prefecture")["14"].key == ""
    assert Place("basin", "83268", "", "").key == "basin:83268"


def test_changing_the_kind_goes_where_most_people_live():
    fragments = pd.DataFrame(
        {
            "in_area": [True, True, True, False],
            "population": [10.0, 30.0, 50.0, 999.0],
            "municipality_code": ["a", "a", "b", "a"],
            "river_system_code": ["r", "s", "lowland", "r"],
            "community_code": ["1", "2", "3", "4"],
            "prefecture_code": ["14", "14", "14", "13"],
        }
    )
    assert fitting_code(fragments, kind="municipality", code="a", to_kind="basin") == "s"
    assert fitting_code(fragments, kind="prefecture", code="14", to_kind="municipality") == "b"
    # The lowland is no catchment: only where there is nothing else.
    assert fitting_code(fragments, kind="prefecture", code="14", to_kind="basin") == "s"
    assert fitting_code(fragments, kind="municipality", code="b", to_kind="basin") == "lowland"


def test_an_unnamed_basin_is_told_by_the_river_said_to_run_in_it(dataset):
    unnamed = [place for place in places(dataset, "basin").values() if place.name_ja.startswith("名前のない流域")]
    assert [place.name_ja for place in unnamed] == ["名前のない流域（岩村水無川）"]
    assert all(place.is_estimated for place in unnamed)


def test_two_brackets_do_not_stand_side_by_side_in_the_list(dataset):
    assert places(dataset, "basin")["83268"].label("ja") == "酒匂川流域（データのある部分）　さかわがわ Sakawagawa"
