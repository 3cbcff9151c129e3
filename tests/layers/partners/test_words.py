"""The Partners page in sentences, in both languages."""

import math
from dataclasses import replace

import pytest

from geo.circle_search import Group
from geo.partners import Standing
from geo.uncertainty import Judged
from layers.partners.figures import Proposal
from layers.partners.words import circle_sentence, list_notes, listed, proposal_words, sentence
from tests.layers.partners_world import CATALOGUE, NAMES, ODAWARA, found, in_circle, partner

TIMBER, WATER, COMPOST = (CATALOGUE.resources[key] for key in ("timber", "water", "compost"))


def said(given, resource, lang="ja", *, threshold=0.8):
    return sentence(given, ODAWARA, resource, NAMES, lang, threshold=threshold)


def test_what_is_lacking_and_who_could_complete_it():
    assert said(found(), TIMBER) == (
        "小田原市では、計算上、自分の中だけでは木材が 100 m³/年（必要な量の 50 %）足りません。"
        "計算上、組める相手は同じ流域に1市町村、県内に1市町村です。いちばん近いのは山北町（道のり約 16 km）です。"
        "相手がほかへ回さなければ、合わせて足りない分の 75 %まで補える量があります。"
    )
    told = said(found(), TIMBER, "en")
    assert told.startswith("By calculation, Odawara City lacks 100 m³/yr of timber after its own supply (50 %")
    assert "1 in the same basin, 1 in the prefecture. The nearest is Yamakita Town (about 16 km by road)." in told
    assert "If they gave it to nobody else" in told


@pytest.mark.parametrize(("threshold", "is_enough"), [(0.8, True), (0.81, False)])
def test_what_the_scale_page_calls_enough_is_called_so_here_too(threshold, is_enough):
    """Of 200 needed 160 are the place's own, 80 %: enough at that mark, with 40 (20 %) to go to all of it."""
    told = said(found(missing=40.0), WATER, threshold=threshold)
    enough = (
        "小田原市では、計算上、必要な水の 80 %を自分の中でまかなえます（足りるとみなす割合 80 %に届いています）。"
        "残る 20 %（40.0 m³/年）は足りません。"
    )
    lacking = "小田原市では、計算上、自分の中だけでは水が 40.0 m³/年（必要な量の 20 %）足りません。"
    assert told.startswith(enough if is_enough else lacking)
    english = said(found(missing=40.0), WATER, "en", threshold=threshold)
    assert ("the closing threshold is 80 %" in english) is is_enough


@pytest.mark.parametrize(("threshold", "is_enough"), [(0.8, True), (0.81, False)])
def test_waste_that_is_used_up_to_the_mark_is_called_so_too(threshold, is_enough):
    told = said(found("give", missing=40.0), COMPOST, threshold=threshold)
    assert ("出る量の 80 %を自分の中で使えます（足りるとみなす割合 80 %に届いています）" in told) is is_enough
    # What a place has left of what it needs is judged by no mark.
    assert "みなす" not in said(found("give", missing=40.0), TIMBER)


def test_what_is_left_and_who_could_use_it():
    told = said(found("give"), TIMBER)
    assert told.startswith("小田原市には、計算上、自分の中で使ったあとも木材が 100 m³/年（供給できる量の 50 %）残り")
    assert "相手がほかから受けとらなければ、合わせて残る分の 75 %まで生かせます。" in told
    assert "使いきれずに残ります" in said(found("give"), COMPOST)


def test_room_for_waste_is_no_lack():
    told = said(found(), COMPOST)
    assert "受け入れられます" in told
    assert "合わせて受け入れられる分の 75 %を満たす量があります" in told
    assert "足りない" not in told
    notes = list_notes(found(), COMPOST, "ja", detour=1.35)
    assert any("受け入れられる量の 20 %（40.0 t/年）が、入るもののないまま残ります" in words for words in notes)


@pytest.mark.parametrize(
    ("kind", "counted"), [("municipality", "1市町村"), ("community", "1コミュニティ"), ("basin", "1流域")]
)
def test_partners_are_counted_in_what_they_are(kind, counted):
    place = replace(ODAWARA, kind=kind)
    told = sentence(found(), place, TIMBER, NAMES, "ja", threshold=0.8)
    assert f"同じ流域に{counted}" in told


def test_both_at_once_is_said():
    assert "一方で 60.0 m³/年 が残ります" in said(found(left=60.0), TIMBER)


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("resource", [TIMBER, COMPOST])
def test_nobody_is_an_answer(lang, resource):
    told = said(found(partners=(partner("14364", could=0.0),)), resource, lang)
    assert ("ありません" if lang == "ja" else "no place in this area's data") in told


@pytest.mark.parametrize("direction", ["even", "nothing"])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_balance_needs_no_partner(direction, lang):
    balanced = replace(found(), standing=Standing(10.0, 10.0, 0.0, 0.0, direction), partners=(), together=0.0)
    told = said(balanced, TIMBER, lang)
    assert "Odawara" in told or "小田原市" in told


def test_the_notes_say_who_is_left_out_and_what_remains_when_all_share():
    partners = (partner("14364", could=0.0), partner("14999", is_within_reach=False))
    usable = partner("14364")
    told = list_notes(found(partners=(usable, *partners)), TIMBER, "ja", detour=1.35)
    assert "運ぶ目安（約 389 km）より遠いため、ここに入れていない相手：1。" in told
    assert "残る量があっても、時間や流域が合わず補えない相手：1。" in told
    # The year stands in the unit, and only there.
    (shared,) = [words for words in told if "ほかの足りないところとも分け合う計算" in words]
    assert "必要な量の 20 %（40.0 m³/年）が足りないまま残ります" in shared
    assert shared.count("年") == 1
    assert any("× 1.35（推計）" in words for words in told)
    assert any("実際にどこから来ているかではありません" in words for words in told)


def test_water_is_said_not_to_be_hauled():
    told = list_notes(found(), WATER, "ja", detour=1.35)
    assert any("水は運ばない資源" in words for words in told)


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
    assert (
        "木材が 80 % に届くいちばん小さい圏は、計算上、2市町村です：小田原市・山北町（前提が中央の値なら 85 %）"
        in told(pair, None)
    )
    assert "自分だけで 90 % まかなえます" in told(Group(("14206",), 0.9, 0.0), None)
    assert "流域をまたいで水を運ぶ（導水）なら" in told(Group(("14206",), 0.9, 0.0), None, resource=WATER)
    assert "can use 90 %" in told(Group(("14206",), 0.9, 0.0), None, "en", COMPOST)
    assert "いちばん高いのは2市町村（小田原市・山北町）の 85 %、全部で組むと 30 %です。" in told(None, pair)
    assert "The highest is 40 % for Odawara City alone" in told(None, Group(("14206",), 0.4, 0.0), "en")


def test_a_proposal_and_a_circle_say_how_sure_they_are():
    def told(judged, lang, smallest=None, best=None):
        proposal = Proposal(smallest, best, alone=0.3, whole_area=0.3, judged=judged)
        return proposal_words(proposal, ODAWARA, TIMBER, NAMES, lang, threshold=0.8)

    pair = Group(("14206", "14364"), 0.85, 16.5)
    open_, sure = Judged("open", 0.5), Judged("sure", 0.98)
    assert told(open_, "ja", pair).endswith("前提を変えた500通りのうち、これで届くのは 50 %（まだ決められない）。")
    assert told(sure, "ja", best=pair).endswith(
        "前提を変えた500通りのうち 98 %で、この組み合わせでは届きません（足りないのは確か）。"
    )
    assert told(sure, "en", best=pair).endswith("this group does not reach it (certainly not enough).")
    closing = replace(in_circle(met=(0.0, 0.0, 0.0, 90.0), apart=0.5, closing="circle"), judged=open_)
    said = circle_sentence(closing, (closing,), NAMES, "ja", threshold=0.8)
    assert "目安に届くのは、前提を変えた500通りのうち 50 %（まだ決められない）。" in said
    assert said.endswith("組むことで 80 % に届くもの：木材（まだ決められない）。")
    missing = replace(in_circle(), judged=sure)
    assert "The mark is missed in 98 % of 500 draws" in circle_sentence(missing, (missing,), NAMES, "en", threshold=0.8)


def test_a_long_list_is_cut_short_and_counted():
    assert listed(["14206"] * 8, NAMES, "ja").count("小田原市") == 8
    assert listed(["14206"] * 9, NAMES, "ja").count("小田原市") == 7
    assert listed(["14206"] * 9, NAMES, "ja").endswith("ほか 2")
