"""Readings of rivers: romaji, the English that follows from it, and what a hand-written table may not hold."""

import pytest

from geo.readings import Reading, river_readings, romaji

SYSTEMS = {"酒匂川": {"en": "Sakawa River", "kana": "さかわがわ"}, "玉川": {"en": "Tama (Odawara)", "kana": "たまがわ"}}


@pytest.mark.parametrize(
    ("kana", "expected"),
    [
        ("くの", "Kuno"),
        ("おおおか", "Ooka"),
        ("さんのう", "Sanno"),
        ("じじゅう", "Jiju"),
        ("にいざき", "Niizaki"),
        ("しじゅうはっせ", "Shijuhasse"),
        ("はっちょう", "Hatcho"),
        ("こあゆ", "Koayu"),
        ("よづく", "Yozuku"),
        ("", ""),
    ],
)
def test_romaji_is_hepburn_without_macrons(kana, expected):
    assert romaji(kana) == expected


def test_english_follows_from_the_kana_unless_it_is_given():
    rivers = {
        "久野川": {"kana": "くのがわ"},
        "串川": {"kana": "くしかわ"},
        "芦ノ湖": {"kana": "あしのこ", "en": "Lake Ashi"},
    }
    found = river_readings({"readings": SYSTEMS, "river_readings": rivers})
    assert found["久野川"] == Reading("くのがわ", "Kuno River")
    assert found["串川"].en == "Kushi River"
    assert found["芦ノ湖"] == Reading("あしのこ", "Lake Ashi")
    assert found["酒匂川"] == Reading("さかわがわ", "Sakawa River")


def test_of_a_name_that_a_system_shares_the_single_river_counts():
    rivers = {"玉川": {"kana": "たまがわ", "en": "Tamagawa River"}}
    assert river_readings({"readings": SYSTEMS, "river_readings": rivers})["玉川"].en == "Tamagawa River"


def test_an_area_may_have_no_readings_of_single_rivers():
    assert set(river_readings({"readings": SYSTEMS})) == {"酒匂川", "玉川"}


@pytest.mark.parametrize(
    "row",
    [{"kana": "クノガワ"}, {"kana": "kuno"}, {"kana": ""}, {"en": "Kuno River"}, {"kana": "おおまたざわ"}, "くのがわ"],
)
def test_a_reading_that_cannot_be_used_names_its_river(row):
    with pytest.raises(ValueError, match="久野川"):
        river_readings({"readings": SYSTEMS, "river_readings": {"久野川": row}})
