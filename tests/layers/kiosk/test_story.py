"""The whole story: a small area by hand, an area without data, and Kanagawa against the tables of the Scale page."""

import gzip
import json
import math
from dataclasses import replace

import pytest

from geo.dataset import LOWLAND, open_whole
from geo.resources import load_catalogue
from layers.assessed import tables_of
from layers.assumed import assumed_of
from layers.kiosk.easy import KANJI, KIOSK_LANGUAGES
from layers.kiosk.message import packed_story
from layers.kiosk.story import story
from layers.ladder_rows import SCALES
from layers.messages import catalogue as messages
from layers.qr import qr_modules
from layers.scale_places import places
from layers.state import ViewState
from tests.layers.bare_area import write_bare_area
from tests.layers.kiosk.kiosk_world import EAST, WEST, all_words, plain, unread, world

PUBLIC = "https://meguri.example.jp"
CATALOGUE = load_catalogue()


@pytest.fixture(scope="module")
def small_world(tmp_path_factory):
    return world(tmp_path_factory.mktemp("small"))


# Told anew for each test, from the cache: what users measured is looked up, and each test has a home of its own.
@pytest.fixture
def small(small_world):
    return story(*small_world)


@pytest.fixture(scope="module")
def kanagawa():
    return open_whole("kanagawa")


@pytest.fixture
def told(kanagawa):
    return story(kanagawa, CATALOGUE, public_address=PUBLIC)


def scene(message, key):
    return next(one for one in message["scenes"] if one["key"] == key)


def place(message, code):
    return next(one for one in message["places"] if one["code"] == code)


def test_a_small_area_is_told_as_reckoned_by_hand(small):
    west, east = place(small, WEST)["ladder"][0], place(small, EAST)["ladder"][0]
    assert west["amounts"]["ja"] == "1年に必要な量 34.4 t、ここで得られる量 588 t（推計）"
    assert west["closing"] == "community"
    assert west["steps"][0] == {"rung": "community", "share": 1.0, "own": "100", "upto": "100"}
    assert west["sentence"]["en"] == "In Odawara, by calculation, vegetables could be met within each community."
    assert east["amounts"]["en"].startswith("Needed in a year: 51.6 t; available here: 0 t (estimates)")
    assert east["closing"] == "prefecture"


def test_its_scenes_have_its_own_figures(small):
    assert [one["key"] for one in small["scenes"]] == ["rivers", "people", "vegetables", "ladder", "invite"]
    assert scene(small, "people")["sentence"]["en"] == "1,000 people live in Small prefecture."
    assert scene(small, "rivers")["sentence"]["en"] == (
        "Small prefecture lies in river basins, lands whose rain gathers in one river: 1 in all, "
        "1 of them reaching beyond the data."
    )
    assert scene(small, "vegetables")["sentence"]["en"] == (
        "By calculation, 1 of 2 municipalities could meet their need for vegetables within their own area; "
        "all of Small prefecture could cover 100 % of its need."
    )
    assert scene(small, "vegetables")["fine"]["en"].startswith("Needed in a year: 86.0 t; available here: 588 t")


def test_a_cut_basin_keeps_its_mark_and_words_from_the_data_stay_words(small):
    one = place(small, EAST)
    assert one["name"]["en"] == "<script>alert(1)</script>"
    assert "酒匂川流域（データのある部分）" in one["opening"]["ja"]
    assert "データの ある ところ" in plain(one["opening"]["easy"])


def test_without_a_public_address_there_is_nothing_to_take_home(small):
    assert all(one["qr"] is None for one in small["places"])


def test_an_area_without_data_still_invites(tmp_path):
    message = story(write_bare_area(tmp_path), CATALOGUE)
    assert [one["key"] for one in message["scenes"]] == ["invite"]
    assert len(message["places"]) == 4
    assert all(one["quiz"] == [] for one in message["places"])
    assert {row["closing"] for one in message["places"] for row in one["ladder"]} == {"no_data"}
    assert "basin" not in [rung["key"] for rung in message["rungs"]]


def test_a_resource_that_the_catalogue_lacks_is_not_told(kanagawa, told):
    fewer = {key: one for key, one in CATALOGUE.resources.items() if key not in ("water", "vegetables", "compost")}
    message = story(kanagawa, replace(CATALOGUE, resources=fewer, content_hash="fewer"))
    assert [one["key"] for one in message["scenes"]] == [
        *("rivers", "people", "wood_heat", "household_electricity", "rice", "ladder", "invite")
    ]
    assert {row["resource"] for one in message["places"] for row in one["ladder"]} == set(fewer)
    assert set(message["resources"]) == set(fewer)
    # The others' figures do not hang on it.
    assert scene(message, "household_electricity")["bars"] == scene(told, "household_electricity")["bars"]


def test_the_story_of_kanagawa_has_its_scenes_in_order(told):
    assert [one["key"] for one in told["scenes"]] == [
        *(
            "rivers",
            "people",
            "water",
            "wood_heat",
            "household_electricity",
            "vegetables",
            "compost",
            "ladder",
            "invite",
        )
    ]
    for one in told["scenes"]:
        assert one["map"]["same"]["layers"], one["key"]
        assert one["fine"]["ja"], one["key"]
        # A heading without words says nothing to whoever has the screen read out.
        assert all(legend["title"]["ja"] for legend in one["legend"]), one["key"]


def test_how_sure_a_scene_is_is_said_once(told):
    for one in told["scenes"]:
        if certainty := one.get("certainty"):
            word = told["certainty"][certainty]["ja"]
            assert word not in one["fine"]["ja"]
            assert one["fine"]["ja"].startswith(one["amounts"]["ja"])


def test_every_municipality_has_a_story_and_a_quiz(kanagawa, told):
    assert [one["code"] for one in told["places"]] == sorted(kanagawa.municipalities["code"])
    for one in told["places"]:
        assert {row["resource"] for row in one["ladder"]} == set(CATALOGUE.resources)
        assert 3 <= len(one["quiz"]) <= 5
        south, west, north, east = one["bounds"]
        assert south < one["at"][0] < north
        assert west < one["at"][1] < east


def test_the_figures_are_those_of_the_scale_page(kanagawa, told):
    assumed = assumed_of(ViewState(), kanagawa, CATALOGUE)
    tables = tables_of(kanagawa, CATALOGUE, assumed, by="municipality")
    for one in told["places"]:
        for row in one["ladder"]:
            unit = tables(row["resource"], "central").loc[one["code"]]
            assert row["closing"] == unit["closing_scale"]
            if not row["steps"]:
                continue
            assert math.fsum(step["share"] for step in row["steps"]) == pytest.approx(1, abs=0.02)
            is_demand = CATALOGUE.resources[row["resource"]].perspective == "demand"
            prefix, whole = ("met", unit["demand"]) if is_demand else ("used", unit["supply"])
            for step in row["steps"]:
                if step["rung"] in SCALES:
                    assert step["share"] == pytest.approx(unit[f"{prefix}_{step['rung']}"] / whole, abs=1e-4)
        for question in one["quiz"]:
            unit = tables(question["resource"], "central").loc[one["code"]]
            assert question["answer"] == unit["closing_scale"]
            assert question["certainty"] in ("sure", "likely")


def test_the_area_s_figures_are_the_prefecture_s(kanagawa, told):
    assumed = assumed_of(ViewState(), kanagawa, CATALOGUE)
    by_town, whole = (tables_of(kanagawa, CATALOGUE, assumed, by=by) for by in ("municipality", "prefecture"))
    (unit,) = whole("water", "central").to_dict("records")
    met = sum(unit[f"met_{scale}"] for scale in ("municipality", "basin", "prefecture")) / unit["demand"]
    near = (by_town("water", "central")["closing_scale"] == "municipality").sum()
    words = scene(told, "water")["sentence"]["en"]
    assert words.startswith(f"By calculation, {near} of 33 municipalities")
    assert f"could cover {100 * met:.0f} %" in words


def test_basins_are_counted_without_the_lowland(kanagawa, told):
    known = {code: one for code, one in places(kanagawa, "basin").items() if code != LOWLAND}
    cut = sum(one.is_cut for one in known.values())
    assert scene(told, "rivers")["sentence"]["en"].endswith(
        f": {len(known)} in all, {cut} of them reaching beyond the data."
    )


def test_what_is_open_is_said_to_be_open(told):
    rows = [row for one in told["places"] for row in one["ladder"]]
    open_ = [row for row in rows if row["certainty"] == "open"]
    assert open_
    assert all("This is still open" in row["sentence"]["en"] for row in open_)
    assert not any("This is still open" in row["sentence"]["en"] for row in rows if row["certainty"] == "sure")


def test_all_is_said_in_three_languages_with_a_reading_over_every_kanji(told):
    found = list(all_words(told))
    assert len(found) > 1000
    for words in found:
        assert all(plain(words[lang]).strip() for lang in KIOSK_LANGUAGES), words
        left = unread(words["easy"])
        assert not KANJI.search(left), left
        assert not any(mark in plain(words["easy"]) for mark in "｜《》")


def test_no_sentence_names_where_things_come_from_or_ranks(told):
    said = " ".join(plain(line) for words in all_words(told["scenes"]) for line in words.values())
    for word in ("上流", "下流", "upstream", "downstream", "ワースト", "worst", "best"):
        assert word not in said
    assert "計算上" in scene(told, "water")["sentence"]["ja"]
    assert "推計" in scene(told, "water")["fine"]["ja"]


def test_every_word_of_the_browser_is_sent(told):
    assert {f"kiosk.ui.{name}" for name in told["words"]} == {key for key in messages() if key.startswith("kiosk.ui.")}


def test_the_codes_lead_to_the_place_on_the_public_server(told):
    one = place(told, "14206")["qr"]
    for lang, query in (("ja", ""), ("en", "lang=en&")):
        address = f"{PUBLIC}/scale?area=kanagawa&{query}place=municipality:14206"
        assert one[lang]["address"] == address
        assert (one[lang]["size"], one[lang]["rows"]) == qr_modules(address)


def test_the_message_is_plain_small_and_always_the_same(kanagawa, told):
    packed = packed_story(kanagawa, CATALOGUE, public_address=PUBLIC)
    unpacked = gzip.decompress(packed)
    assert json.loads(unpacked) == told
    assert packed_story(kanagawa, CATALOGUE, public_address=PUBLIC) == packed
    print(f"message: {len(unpacked):,} bytes, packed {len(packed):,}")
    assert len(packed) < 150_000


def test_another_address_is_another_message(kanagawa):
    assert packed_story(kanagawa, CATALOGUE) != packed_story(kanagawa, CATALOGUE, public_address=PUBLIC)
