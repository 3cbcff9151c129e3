"""The sentence that opens the Scale page: grammar, order, claims."""

import pytest

from layers import sentences
from layers.scale_places import Place
from layers.sentences import closing_words, inside, notes, spoken_name
from tests.layers.ladder_world import COMMUNITY, KANAGAWA, ODAWARA, SAKAWA, certainty, row

WATER = row("water", "municipality")
WOOD = row("wood_heat", "outside", shares={"prefecture": 0.31})


def sentence(*args, **options):
    """The sentence, its unbreakable spaces as plain ones."""
    return sentences.sentence(*args, **options).replace("\u00a0", " ")


def test_a_figure_is_never_parted_from_its_sign():
    assert "31\u00a0%" in sentences.sentence([WOOD], ODAWARA, "ja")


def test_what_closes_comes_first_and_what_does_not_gives_its_share():
    assert sentence([WATER, WOOD], ODAWARA, "ja") == (
        "小田原市では、計算上、水は市の中の量で足ります。木の熱は、県内をあわせても必要な量の31 %です。"
    )
    assert sentence([WATER, WOOD], ODAWARA, "en") == (
        "In Odawara City, by calculation, water could be met within the city. "
        "For wood heat, the whole prefecture could cover 31 % of the need."
    )


BEYOND = row("water", "outside", shares={"prefecture": 0.73}, demand=200.0, from_other_units=4.0)


def test_what_the_prefecture_has_from_beyond_is_not_left_inside():
    """4 of the 200 needed, 2 %, come from the parts of shared basins beyond the prefecture."""
    said = sentence([BEYOND, WOOD], KANAGAWA, "ja", focus="water")
    assert "水のうち必要な量の2 %は、県境をまたぐ流域の、県の外の部分でまかなえる計算です。" in said
    english = sentence([BEYOND], KANAGAWA, "en", focus="water")
    assert "2 % of the need of water could, by calculation, be covered by the parts of shared river basins" in english
    assert "県境" not in sentence([BEYOND, WOOD], KANAGAWA, "ja", focus="wood_heat")
    # What another place could cover for a town need not lie beyond the prefecture.
    assert "県境" not in sentence([BEYOND], ODAWARA, "ja", focus="water")
    less = row("water", "outside", shares={"prefecture": 0.73}, demand=200.0, from_other_units=0.9)
    assert "県境" not in sentence([less], KANAGAWA, "ja", focus="water")


def test_the_note_tells_it_of_every_resource():
    waste = row("compost", "prefecture", perspective="supply", supply=50.0, sent_out=5.0)
    said = [words.replace("\u00a0", " ") for words in notes([BEYOND, WOOD, waste], KANAGAWA, "ja")]
    (told,) = [words for words in said if "県の外の部分" in words]
    assert told.endswith(f"：{BEYOND.name_ja} 2 %、{waste.name_ja} 10 %。")
    assert not any("県の外の部分" in words for words in notes([BEYOND, waste], ODAWARA, "ja"))


def test_all_closed_says_nothing_of_a_lack():
    said = sentence([WATER, row("rice", "prefecture")], ODAWARA, "ja")
    assert said == "小田原市では、計算上、水は市の中の量で足ります。米は県内の量で足ります。"


def test_none_closed_names_the_one_in_focus_as_the_example():
    rows = [row("rice", "outside", shares={"basin": 0.35}), row("timber", "outside", shares={"basin": 0.04})]
    assert sentence(rows, ODAWARA, "ja", focus="timber") == (
        "小田原市では、計算上、木材は、県内をあわせても必要な量の4 %です。ほかの1種類も、県の中だけでは足りません。"
    )
    assert ". 1 other resource falls short as well." in sentence(rows, ODAWARA, "en")


def test_a_little_is_said_in_words():
    said = sentence([row("rice", "outside", shares={"basin": 0.001})], ODAWARA, "ja")
    assert said.endswith("米は、県内をあわせても必要な量の1 %未満です。")
    assert "less than 1 %" in sentence([row("rice", "outside", shares={"basin": 0.001})], ODAWARA, "en")


def test_what_comes_at_the_wrong_time_is_told_apart():
    made = row("electricity", "outside", shares={"community": 0.35}, time_mismatch=0.4)
    assert sentence([made], ODAWARA, "ja") == (
        "小田原市では、計算上、すべての電気は、県内をあわせても必要な量の35 %です"
        "（ほかに、量はあっても時間が合わない分が40 %）。"
    )


def test_perspective_supply_asks_for_room_not_for_enough():
    waste = row("compost", "community", perspective="supply")
    assert (
        sentence([waste], ODAWARA, "ja")
        == "小田原市では、計算上、生ごみの行き先はそれぞれのコミュニティの中にあり、使いきれます。"
    )
    assert "food waste to compost could be used within each community" in sentence([waste], ODAWARA, "en")
    stuck = row("compost", "outside", shares={"prefecture": 0.5}, perspective="supply")
    assert sentence([stuck], ODAWARA, "ja").endswith("生ごみの行き先は、県内をあわせても出る量の50 %分にとどまります。")


def test_a_basin_has_its_article_in_english_and_its_marks_below():
    assert sentence([WATER], SAKAWA, "en").startswith("In the Sakawa River basin (the part with data), ")
    estimated = Place("basin", "83545-07", "早川流域", "Haya River basin", is_estimated=True)
    assert notes([WATER], estimated, "ja") == ["この流域の名前（川）は推定です。"]
    assert "名前にある川は推定です。" in notes([WATER], COMMUNITY, "ja")[0]
    assert notes([WATER], ODAWARA, "ja") == []


def test_no_data_is_said_and_no_need_only_where_it_is_looked_at():
    unknown, needless = row("rice", "no_data", shares={}), row("timber", "no_demand", shares={})
    said = sentence([WATER, unknown, needless], ODAWARA, "ja")
    assert said.endswith("米は、データが未整備のため判断できません。")
    assert "木材" not in said
    assert "木材は、ここでは必要がありません。" in sentence([WATER, needless], ODAWARA, "ja", focus="timber")


def test_where_nothing_is_needed_one_sentence_says_so():
    rows = [row("water", "no_demand", shares={}), row("compost", "no_supply", shares={}, perspective="supply")]
    assert sentence(rows, COMMUNITY, "ja", focus="water") == (
        "小田原市・久野川のあたりでは、計算上、どの資源も必要な量がありません（人が住んでいないところなどです）。"
    )


def test_nothing_judged_says_so():
    assert sentence([], KANAGAWA, "ja") == "神奈川県では、規模を判断できる資源がありません。"
    assert sentence([row("rice", "no_data", shares={})], KANAGAWA, "en").startswith(
        "In Kanagawa Prefecture, there is no resource whose scale can be named."
    )


@pytest.mark.parametrize(
    ("place", "scale", "words"),
    [
        (ODAWARA, "community", "それぞれのコミュニティの中"),
        (ODAWARA, "municipality", "市の中"),
        (ODAWARA, "basin", "流域の中"),
        (ODAWARA, "prefecture", "県内"),
        (Place("municipality", "14402", "清川村", "Kiyokawa Village"), "municipality", "村の中"),
        (Place("municipality", "14382", "箱根町", "Hakone Town"), "municipality", "町の中"),
        (SAKAWA, "basin", "この流域（データのある部分）の中"),
        (SAKAWA, "municipality", "それぞれの市町村の中"),
        (KANAGAWA, "municipality", "それぞれの市町村の中"),
        (KANAGAWA, "basin", "それぞれの流域の中"),
        (COMMUNITY, "community", "このコミュニティの中"),
        (COMMUNITY, "municipality", "同じ市町村の中"),
    ],
)
def test_a_scale_is_named_from_the_view_of_the_place(place, scale, words):
    assert inside(scale, place, "ja") == words
    assert inside(scale, place, "en")


def test_a_cut_basin_is_marked_wherever_it_is_named():
    said = sentence([row("timber", "basin")], SAKAWA, "ja")
    assert said.startswith("酒匂川流域（データのある部分）では")
    assert notes([row()], SAKAWA, "ja") == [
        "この流域はデータの外へ続いています。数字は神奈川県内でデータのある部分のもので、ほかの流域と比べられません。"
    ]


def test_a_basin_inside_one_municipality_says_that_it_adds_no_rung():
    tamagawa = Place("basin", "83545-06", "玉川流域", "Tamagawa basin")
    (said,) = notes([row(is_single_municipality=True)], tamagawa, "ja")
    assert "新しく加わる量はありません" in said
    assert notes([row()], ODAWARA, "ja") == []


def test_long_lists_are_cut_and_counted():
    rows = [row(key, "municipality") for key in ("water", "rice", "timber", "wood_heat", "vegetables")]
    assert "水・米・木材など5種類は市の中の量で足ります" in sentence(rows, ODAWARA, "ja")
    assert "5 resources (water, rice, timber and others)" in sentence(rows, ODAWARA, "en")


def test_the_claim_is_never_that_a_thing_comes_from_there():
    for lang in ("ja", "en"):
        said = sentence([WATER, WOOD], ODAWARA, lang)
        assert ("計算上" if lang == "ja" else "by calculation") in said


def test_what_closes_is_said_with_how_sure_it_is_the_surest_first():
    rows = [
        row("rice", "municipality", certainty=certainty("open")),
        row("water", "municipality", certainty=certainty("sure")),
        row("timber", "basin", certainty=certainty("likely")),
        row("compost", "basin", perspective="supply", certainty=certainty("sure")),
    ]
    assert sentence(rows, ODAWARA, "ja") == (
        "小田原市では、計算上、水が市の中の量で足りるのは確かです。米は市の中の量で足りるかもしれませんが、まだ決められません。"
        "生ごみの行き先は流域の中にあり、使いきれるのは確かです。木材は流域の中の量でたぶん足ります。"
    )
    assert sentence(rows, ODAWARA, "en") == (
        "In Odawara City, by calculation, water could certainly be met within the city. "
        "Rice could be met within the city, but this is still open. "
        "Food waste to compost could certainly be used within its river basins. "
        "Timber could likely be met within its river basins."
    )


def test_a_smaller_scale_that_may_be_enough_is_said_after_what_closes():
    drawn = certainty("sure", 1.0, smaller="municipality", smaller_share=0.56)
    waste = certainty("sure", 1.0, smaller="community", smaller_share=0.4)
    rows = [
        row("water", "basin", certainty=drawn),
        row("compost", "municipality", perspective="supply", certainty=waste),
        row("rice", "basin", certainty=certainty("sure", 1.0, smaller="municipality", smaller_share=0.33)),
    ]
    assert sentence(rows, ODAWARA, "ja") == (
        "小田原市では、計算上、生ごみの行き先は市の中にあり、使いきれるのは確かです。"
        "水・米が流域の中の量で足りるのは確かです。"
        "生ごみの行き先をそれぞれのコミュニティの中だけで使いきれる見込みは40 %です。"
        "水が市の中の量だけで足りる見込みは56 %です。"
    )
    assert sentence(rows[:1], ODAWARA, "en") == (
        "In Odawara City, by calculation, water could certainly be met within its river basins. "
        "There is a 56 % chance that water could be met within the city alone."
    )


def test_a_basin_that_goes_on_beyond_the_data_is_marked_in_the_sentence_of_a_town_too():
    cut = certainty("likely", 1.0, is_cut=True, cut_share=0.9)
    rows = [row("water", "basin", certainty=cut), row("rice", "basin", certainty=certainty("likely"))]
    assert sentence(rows, ODAWARA, "ja") == (
        "小田原市では、計算上、米は流域の中の量でたぶん足ります。水は流域（データのある部分）の中の量でたぶん足ります。"
    )
    assert "its river basins (the part with data)" in sentence(rows, ODAWARA, "en")


def test_one_resource_is_told_without_an_opening():
    open_ = row("water", "basin", certainty=certainty("sure", 1.0, smaller="municipality", smaller_share=0.5))
    assert closing_words(open_, ODAWARA, "en").replace("\u00a0", " ") == (
        "water could certainly be met within its river basins. "
        "There is a 50 % chance that water could be met within the city alone."
    )
    assert closing_words(row("rice", "outside", shares={}, certainty=certainty("open")), SAKAWA, "ja") == (
        "米は、県内をあわせて必要な量の0\u00a0%の計算ですが、足りるかどうかはまだ決められません。"
    )
    assert (
        closing_words(row("rice", "no_data", shares={}), SAKAWA, "ja") == "米は、データが未整備のため判断できません。"
    )
    assert closing_words(row("rice", "no_demand", shares={}), SAKAWA, "ja") == "米は、ここでは必要がありません。"


def test_what_does_not_close_gives_an_example_and_then_how_sure_the_others_are():
    def lacking(key, word):
        return row(key, "outside", shares={"basin": 0.35}, certainty=certainty(word))

    rows = [
        lacking("rice", "open"),
        lacking("timber", "sure"),
        lacking("wood_heat", "sure"),
        lacking("water", "likely"),
    ]
    assert sentence(rows, ODAWARA, "ja") == (
        "小田原市では、計算上、木材は県内をあわせても必要な量の35 %で、"
        "ほかの1種類とともに、県の中だけでは足りないのは確かです。"
        "水は県の中だけではたぶん足りません。米が県の中で足りるかどうかは、まだ決められません。"
    )
    # The one in focus is the example, whatever is surer.
    assert sentence(rows, ODAWARA, "ja", focus="rice").startswith(
        "小田原市では、計算上、米は、県内をあわせて必要な量の35 %の計算ですが、足りるかどうかはまだ決められません。"
    )
    assert sentence(rows[1:3], ODAWARA, "en").endswith("it and 1 other resource certainly fall short.")


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("word", ["sure", "likely", "open"])
@pytest.mark.parametrize("perspective", ["demand", "supply"])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_every_sentence_has_its_words(lang, word, perspective, count):
    keys = ("rice", "timber", "water")[:count]
    drawn = certainty(word)
    rows = [row(key, "outside", shares={}, perspective=perspective, certainty=drawn) for key in keys]
    rows += [row(key, "basin", perspective=perspective, certainty=drawn) for key in keys]
    assert "{" not in sentence(rows, ODAWARA, lang)


def test_a_name_in_a_sentence_has_no_brackets():
    assert spoken_name(row("compost"), "ja") == "生ごみの行き先"
    assert spoken_name(row("electricity"), "en") == "all electricity"
