"""The Partners page in sentences, in both languages."""

import math

import pytest

from geo.circle_search import Group
from geo.partners import Standing
from layers.partners.figures import Proposal
from layers.partners.words import circle_sentence, list_notes, listed, proposal_words, sentence
from tests.layers.partners_world import CATALOGUE, NAMES, ODAWARA, found, in_circle, partner

TIMBER, WATER, COMPOST = (CATALOGUE.resources[key] for key in ("timber", "water", "compost"))


def test_what_is_lacking_and_who_could_complete_it():
    assert sentence(found(), ODAWARA, TIMBER, NAMES, "ja") == (
        "小田原市では、計算上、自分の中だけでは木材が 100 m³/年（必要な量の 50 %）足りません。"
        "計算上、組める相手は同じ流域に 1 か所、県内に 1 か所です。いちばん近いのは山北町（道のり約 16 km）です。"
        "合わせると、足りない分の 75 %まで補える量があります。"
    )
    told = sentence(found(), ODAWARA, TIMBER, NAMES, "en")
    assert told.startswith("By calculation, Odawara City lacks 100 m³/yr of timber after its own supply (50 %")
    assert "1 in the same basin, 1 in the prefecture. The nearest is Yamakita Town (about 16 km by road)." in told


def test_what_is_left_and_who_could_use_it():
    told = sentence(found("give"), ODAWARA, TIMBER, NAMES, "ja")
    assert told.startswith("小田原市には、計算上、自分の中で使ったあとも木材が 100 m³/年（出る量の 50 %）残ります。")
    assert "合わせると、残る分の 75 %まで生かせます。" in told
    assert "使いきれずに残ります" in sentence(found("give"), ODAWARA, COMPOST, NAMES, "ja")
    assert "受け入れられます" in sentence(found(), ODAWARA, COMPOST, NAMES, "ja")


def test_both_at_once_is_said():
    assert "一方で 60.0 m³/年 が残ります" in sentence(found(left=60.0), ODAWARA, TIMBER, NAMES, "ja")


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_nobody_is_an_answer(lang):
    told = sentence(found(partners=(partner("14364", could=0.0),)), ODAWARA, TIMBER, NAMES, lang)
    assert ("ありません" if lang == "ja" else "nobody") in told


@pytest.mark.parametrize("direction", ["even", "nothing"])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_balance_needs_no_partner(direction, lang):
    balanced = found()
    standing = Standing(10.0, 10.0, 0.0, 0.0, direction)
    told = sentence(
        type(balanced)(standing, (), 0.0, 0.0, balanced.lines, balanced.amounts), ODAWARA, TIMBER, NAMES, lang
    )
    assert "Odawara" in told or "小田原市" in told


def test_the_notes_say_who_is_left_out_and_that_nothing_is_known_beyond():
    partners = (partner("14364", could=0.0), partner("14999", is_within_reach=False))
    usable = partner("14364")
    told = list_notes(found(partners=(usable, *partners)), TIMBER, "ja", detour=1.35)
    assert "運ぶ目安（約 389 km）より遠いため、ここに入れていない相手：1。" in told
    assert "残る量があっても、時間や流域が合わず補えない相手：1。" in told
    assert any("県の外：データがありません" in words and "40.0 m³/年（必要の 20 %）" in words for words in told)
    assert any("× 1.35（推計）" in words for words in told)
    assert any("実際にどこから来ているかではありません" in words for words in told)


def test_water_is_said_not_to_be_hauled():
    told = list_notes(found(), WATER, "ja", detour=1.35)
    assert any("水は運ばない資源" in words for words in told)
    assert not any("最短距離" in words for words in told)


def test_a_circle_says_before_and_after_and_what_closes_only_by_it():
    rows = (in_circle(), in_circle("rice", met=(20.0, 20.0, 20.0, 25.0), apart=0.4, closing="circle"))
    assert circle_sentence(rows[0], rows, NAMES, "ja", threshold=0.8) == (
        "2市町村（小田原市・山北町）が組むと、計算上、木材は 30 % → 50 %になります。組むことで 80 % に届くもの：米。"
    )
    same = in_circle(apart=0.5)
    assert "stay at 50 %" in circle_sentence(same, (same,), NAMES, "en", threshold=0.8)
    nothing = in_circle(met=(0.0, 0.0, 0.0, 0.0), apart=math.nan, closing="no_demand")
    assert "必要（行き先を探す量）がありません" in circle_sentence(nothing, (nothing,), NAMES, "ja", threshold=0.8)


def test_the_proposal_in_words():
    def told(smallest, best, lang="ja", resource=TIMBER):
        proposal = Proposal(smallest, best, alone=0.9, whole_area=0.3)
        return proposal_words(proposal, ODAWARA, resource, NAMES, lang, threshold=0.8)

    pair = Group(("14206", "14364"), 0.85, 16.5)
    assert "木材が 80 % に届くいちばん小さい圏は、計算上、2市町村です：小田原市・山北町（85 %）" in told(pair, None)
    assert "自分だけで 90 % まかなえます" in told(Group(("14206",), 0.9, 0.0), None)
    assert "can use 90 %" in told(Group(("14206",), 0.9, 0.0), None, "en", COMPOST)
    assert "いちばん高いのは2市町村（小田原市・山北町）の 85 %、全部で組むと 30 %です。" in told(None, pair)
    assert "The highest is 40 % for Odawara City alone" in told(None, Group(("14206",), 0.4, 0.0), "en")


def test_a_long_list_is_cut_short_and_counted():
    assert listed(["14206"] * 8, NAMES, "ja").count("小田原市") == 8
    assert listed(["14206"] * 9, NAMES, "ja").count("小田原市") == 7
    assert listed(["14206"] * 9, NAMES, "ja").endswith("ほか 2")
