"""やさしい日本語: readings are marked, read back, and stand over every kanji."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.prefectures import PREFECTURES as CODES
from layers.kiosk.easy import (
    KANJI,
    KIOSK_LANGUAGES,
    PREFECTURES,
    SENTENCES,
    Words,
    area_name,
    joined,
    named,
    parts,
    place_name,
    read,
    unit_word,
    words,
)
from layers.messages import EASY, catalogue
from layers.scale_places import Place
from tests.layers.bare_area import write_bare_area
from tests.layers.kiosk.kiosk_world import plain, unread
from tests.layers.small_area import small_area

EASY_ENTRIES = [pytest.param(entry[EASY], id=key) for key, entry in catalogue().items() if EASY in entry]


@pytest.mark.parametrize("line", EASY_ENTRIES)
def test_every_kanji_of_an_easy_entry_is_under_a_reading(line):
    left = unread(parts(line))
    assert not KANJI.search(left), left
    assert not re.search("[｜《》]", left), "a mark that opens or closes nothing"


@pytest.mark.parametrize("line", EASY_ENTRIES)
def test_readings_are_hiragana(line):
    found = parts(line)
    readings = [part[1] for part in ([] if isinstance(found, str) else found) if isinstance(part, list)]
    assert all(re.fullmatch("[ぁ-ゖー]+", reading) for reading in readings), readings


def test_there_are_easy_entries():
    assert len(EASY_ENTRIES) > 100


def test_marked_words_become_parts():
    assert parts("｜水《みず》は ｜足《た》ります。") == [["水", "みず"], "は ", ["足", "た"], "ります。"]
    assert parts("みず") == "みず"
    assert parts("｜県《けん》") == [["県", "けん"]]


@given(st.lists(st.tuples(st.text(alphabet="あ漢 <&b", min_size=1), st.text(alphabet="あい", min_size=1)), max_size=6))
def test_parts_lose_nothing(pairs):
    marked = "".join(f"｜{base}《{reading}》 と " for base, reading in pairs)
    assert plain(parts(marked)) == "".join(f"{base} と " for base, _ in pairs)


def test_a_name_is_read_as_a_whole():
    assert named("茅ヶ崎市", "Chigasaki City", "ちがさきし").message() == {
        "ja": "茅ヶ崎市",
        "en": "Chigasaki City",
        "easy": [["茅ヶ崎市", "ちがさきし"]],
    }


@pytest.mark.parametrize(
    ("ja", "kana", "easy"),
    [("小田原市", "", "小田原市"), ("つくばみらい", "つくばみらい", "つくばみらい"), ("津市", "Tsu", "津市")],
)
def test_a_name_without_a_reading_stands_plain(ja, kana, easy):
    assert named(ja, "", kana).message()["easy"] == easy


def test_marks_and_places_in_a_name_from_the_data_mean_nothing():
    odd = named("｜悪《わる》{percent}町", "{name}", "わるまち")
    told = words("kiosk.place.here", place=odd)
    assert told.message()["easy"][0] == ["悪わる{percent}町", "わるまち"]
    assert told.ja == "｜悪《わる》{percent}町を見てみましょう。"
    assert told.en == "Let us look at {name}."


def test_amounts_are_read():
    assert parts(read("11.2億 m³")) == ["11.2", ["億", "おく"], " m³"]
    assert unread(parts(read("924万人（2020年）"))) == "924（2020）"


def test_words_are_filled_in_in_every_language():
    share = Words("半分", "half", "｜半分《はんぶん》")
    assert words("kiosk.closing.share", share=share) == Words(
        "県の中で 半分", "half in the prefecture", "｜県《けん》の ｜中《なか》で ｜半分《はんぶん》"
    )


def test_sentences_are_joined_without_room_in_japanese():
    one, two = Words("一。", "One.", "1."), Words("二。", "Two.", "2.")
    assert joined([one, two], SENTENCES) == Words("一。二。", "One. Two.", "1. 2.")


def test_a_name_inside_an_english_sentence_begins_small():
    assert Words("水", "Water", "みず").spoken == Words("水", "water", "みず")


def test_every_prefecture_has_its_reading():
    assert len(PREFECTURES) == len(CODES) == 47
    ends = {"県": "けん", "府": "ふ", "都": "と", "道": "どう"}
    for (name, _), reading in zip(CODES.values(), PREFECTURES, strict=True):
        full = name if name[-1] in ends else f"{name}県"
        assert reading.endswith(ends[full[-1]]), (name, reading)


def test_an_area_that_is_no_prefecture_keeps_its_name(tmp_path):
    assert area_name(small_area()).easy == "小さな県"
    assert area_name(write_bare_area(tmp_path)).easy == "神奈川と静岡"


@pytest.mark.parametrize(
    ("name", "unit"), [("小田原市", "city"), ("箱根町", "town"), ("清川村", "village"), ("?", "municipality")]
)
def test_a_place_knows_what_it_is(name, unit):
    place = Place("municipality", "1", name, "", "よみ")
    assert unit_word(place).en == unit
    assert place_name(place).ja == name


def test_three_languages():
    assert KIOSK_LANGUAGES == ("ja", "en", "easy")
