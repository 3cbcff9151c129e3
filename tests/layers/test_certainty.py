"""How sure the embedded area's closing scales are, as the pages ask for it: cached, by view, cut basins marked."""

from functools import partial

import pandas as pd
import pytest

from geo.changes import FactorChange
from geo.coded_ladder import CodedLadder
from geo.dataset import Dataset, open_whole
from geo.errors import InputError
from geo.labels import CodedLabels
from geo.resources import load_catalogue
from geo.uncertainty import Uncertain, judge_all
from geo.unit_draws import UnitDraws
from layers import certainty, sentences
from layers.assumptions import Assumed
from layers.certainty import (
    answers_of,
    certainty_columns,
    certainty_in,
    certainty_of,
    hangs_on_name,
    is_judged,
    judged_in_circle,
    shown_certainty,
    with_certainty,
)
from layers.kiosk.places import sureness
from layers.ladder_view.matrix import matrix_rows
from layers.ladder_view.words import verdict
from layers.messages import text
from layers.scale_places import Place
from tests.layers.ladder_world import row

CATALOGUE = load_catalogue()


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return open_whole("kanagawa")


@pytest.fixture
def netted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Caches emptied; the resources that are netted from now on."""
    for cached in (certainty._table, certainty._answers, certainty._shown, certainty._draws, certainty._draws_of_many):
        cached.clear()
    found: list[str] = []
    original = Uncertain._drawn

    def counted(self: Uncertain, units: CodedLabels, ladder: CodedLadder, by: str) -> UnitDraws:
        found.append(self.resource.key)
        return original(self, units, ladder, by)

    monkeypatch.setattr(Uncertain, "_drawn", counted)
    return found


def ask(dataset: Dataset, assumed: Assumed, by: str = "municipality") -> dict[str, pd.DataFrame]:
    return {key: certainty_of(dataset, CATALOGUE, assumed, key, by=by) for key in CATALOGUE.resources}


def test_another_threshold_nets_nothing_anew(dataset: Dataset, netted: list[str]) -> None:
    ask(dataset, Assumed())
    assert sorted(netted) == sorted(CATALOGUE.resources)
    at_half = ask(dataset, Assumed(threshold=0.5))
    assert len(netted) == len(CATALOGUE.resources)
    assert (at_half["rice"]["p_outside"] <= ask(dataset, Assumed())["rice"]["p_outside"]).all()


def test_an_assumption_nets_only_the_resources_that_it_moves(dataset: Dataset, netted: list[str]) -> None:
    ask(dataset, Assumed())
    netted.clear()
    ask(dataset, Assumed(factors=(("water.dependable_share", 0.2),)))
    assert netted == ["water"]
    netted.clear()
    ask(dataset, Assumed(factors=(("shared.forest_growth", 3.0),)))
    assert sorted(netted) == ["timber", "wood_heat"]
    netted.clear()
    ask(dataset, Assumed(changes=(FactorChange("rice.use_per_person", 60.0, ("14206",)),)))
    assert netted == ["rice"]


def test_what_is_set_by_hand_is_no_longer_uncertain(dataset: Dataset) -> None:
    free = certainty_of(dataset, CATALOGUE, Assumed(), "water", by="municipality")
    held = Assumed(factors=(("water.dependable_share", 0.4),))
    fixed = certainty_of(dataset, CATALOGUE, held, "water", by="municipality")
    assert set(free["hangs_on"]) == {"water.dependable_share", ""}
    assert "water.dependable_share" not in set(fixed["hangs_on"])


def test_no_basin_that_the_data_cut_is_sure(dataset: Dataset) -> None:
    cut = dataset.basins.loc[dataset.basins["is_cut"].astype(bool), "river_system_code"].unique()
    for table in ask(dataset, Assumed(), by="basin").values():
        of_cut = table[table.index.isin(cut)]
        assert len(of_cut)
        judged = judge_all(of_cut, of_cut["likeliest"])
        assert "sure" not in {each.word for each in judged if each}


def test_no_town_in_a_basin_that_the_data_cut_is_sure_of_it(dataset: Dataset) -> None:
    """開成町 lies in the Sakawa's basin, whose upper part is in Shizuoka: there vegetables close in 99 of 100 draws."""
    (made,) = with_certainty(
        [row("vegetables", "basin")], dataset, CATALOGUE, Assumed(), kind="municipality", code="14366"
    )
    assert made.certainty.share > 0.95
    assert made.certainty_word == "likely"
    assert made.certainty.is_cut
    assert made.is_in_cut_basin
    assert sentences.sentence([made], KAISEI, "ja").endswith("野菜は流域（データのある部分）の中の量でたぶん足ります。")
    assert verdict(made, "en") == "closes in the basin (part with data)"
    (whole,) = with_certainty(
        [row("water", "municipality")], dataset, CATALOGUE, Assumed(), kind="municipality", code="14206"
    )
    assert whole.certainty_word == "sure"


def test_what_is_enough_up_to_its_scale_in_every_draw_is_sure(dataset: Dataset) -> None:
    """茅ヶ崎市's water closes in the basin or in the prefecture in every draw; which of them is what is open."""
    (made,) = with_certainty(
        [row("water", "prefecture")], dataset, CATALOGUE, Assumed(), kind="municipality", code="14207"
    )
    answers = dict(made.certainty.answers)
    assert answers["outside"] == 0
    assert 0.34 < answers["basin"] < 0.66
    assert (made.certainty_word, made.certainty.share) == ("sure", 1)
    assert (made.possible_smaller, made.certainty.smaller_share) == ("basin", pytest.approx(answers["basin"]))
    told = certainty_columns(
        dataset,
        CATALOGUE,
        Assumed(),
        pd.Series({"14207": "prefecture"}),
        resource=CATALOGUE.resources["water"],
        by="municipality",
        lang="ja",
    )
    assert told.loc["14207", ["certainty", "share"]].tolist() == ["確か", 1]
    table = pd.DataFrame({"closing_scale": ["prefecture"]}, index=["14207"])
    sure = partial(answers_of, dataset, CATALOGUE, Assumed(), by="municipality")
    (counted,) = matrix_rows({"water": CATALOGUE.resources["water"]}, lambda *_: table, certainty=sure)
    assert counted.sure == (("prefecture", 1),)
    shown = shown_certainty(dataset, CATALOGUE, Assumed(), "water", table["closing_scale"], by="municipality")
    assert shown.to_dict() == {"14207": "sure"}
    assert sureness(sure("water"), "14207", "prefecture") == "sure"


def test_of_cells_the_map_marks_nothing(dataset: Dataset) -> None:
    closing = pd.Series({"53390000": "basin"})
    assert shown_certainty(dataset, CATALOGUE, Assumed(), "water", closing, by="cells").tolist() == [""]


def test_a_circle_is_judged_by_its_own_draws(dataset: Dataset, netted: list[str]) -> None:
    """藤沢市's smallest circle for vegetables reaches 84 % by the central case, and 80 % in about half of the draws."""
    members = ("14203", "14205", "14206", "14214", "14321", "14361")
    ask_circle = partial(judged_in_circle, dataset, CATALOGUE, resource_key="vegetables", members=members)
    found = ask_circle(Assumed(), closing="circle")
    assert found.word == "open"
    assert 0.4 < found.share < 0.6
    assert ask_circle(Assumed(), closing="outside").share == pytest.approx(1 - found.share)
    assert ask_circle(Assumed(), closing="no_demand") is None
    assert ask_circle(Assumed(threshold=0.3), closing="circle").word == "sure"
    assert netted == ["vegetables"]


def test_the_matrix_asks_the_same_draws(dataset: Dataset, netted: list[str]) -> None:
    whole = certainty_of(dataset, CATALOGUE, Assumed(), "compost", by="municipality")
    told = answers_of(dataset, CATALOGUE, Assumed(), "compost", by="municipality")
    assert netted == ["compost"]
    pd.testing.assert_frame_equal(told, whole[list(told)])


def test_one_community_is_netted_alone(dataset: Dataset, netted: list[str]) -> None:
    code = "523974825-14204"
    (made,) = with_certainty([row("rice", "outside")], dataset, CATALOGUE, Assumed(), kind="community", code=code)
    table = certainty_of(dataset, CATALOGUE, Assumed(), "rice", by="community")
    assert made.certainty.share == pytest.approx(table.loc[code, "p_outside"])
    assert made.certainty.hangs_on == table.loc[code, "hangs_on"]
    assert len(netted) == 2


def test_cells_are_not_judged(dataset: Dataset) -> None:
    assert not is_judged("cells")
    assert is_judged("community")
    with pytest.raises(InputError):
        certainty_of(dataset, CATALOGUE, Assumed(), "water", by="cells")


def test_rows_get_how_sure_they_are(dataset: Dataset) -> None:
    rows = [row("water", "municipality"), row("rice", "no_data", shares={})]
    sure, silent = with_certainty(rows, dataset, CATALOGUE, Assumed(), kind="municipality", code="14206")
    assert sure.certainty_word == "sure"
    assert dict(sure.certainty.answers)["municipality"] == sure.certainty.share
    assert sum(share for _, share in sure.certainty.answers) == pytest.approx(1)
    assert (silent.certainty_word, silent.certainty.answers) == ("", ())


KAISEI = Place("municipality", "14366", "開成町", "Kaisei Town", "かいせいまち")
UNIT = {
    "p_municipality": 0.2,
    "p_prefecture": 0.7,
    "p_outside": 0.1,
    "likeliest": "prefecture",
    "is_cut": False,
    "cut_share": 0.0,
    "hangs_on": "data.forest_km2",
    "correlation": 0.5,
    "covered_p10": 0.7,
    "covered_p90": 1.0,
}


@pytest.mark.parametrize(
    ("closing", "word", "share"),
    [("prefecture", "likely", 0.9), ("municipality", "open", 0.2), ("no_data", "", 0), ("outside", "open", 0.1)],
)
def test_judged_is_the_answer_that_is_shown(closing: str, word: str, share: float) -> None:
    made = certainty_in(UNIT, row("water", closing), CATALOGUE)
    assert (made.word, made.share) == (word, pytest.approx(share))


def test_of_a_cut_basin_nothing_is_sure() -> None:
    unit = UNIT | {"p_prefecture": 0.8, "p_outside": 0.0}
    assert certainty_in(unit, row("water", "prefecture"), CATALOGUE).word == "sure"
    made = certainty_in(unit | {"is_cut": True, "cut_share": 1.0}, row("water", "prefecture"), CATALOGUE)
    assert (made.word, made.is_cut, made.cut_share) == ("likely", True, 1.0)


def test_what_it_hangs_on_has_a_name_in_both_languages() -> None:
    assert hangs_on_name("data.forest_km2", CATALOGUE, "ja").startswith("データの幅（")
    assert hangs_on_name("rice.yield", CATALOGUE, "en") == CATALOGUE.factors["rice.yield"].name_en
    assert hangs_on_name("", CATALOGUE, "ja") == ""


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_units_of_a_table_get_their_words(dataset: Dataset, lang: str) -> None:
    water = CATALOGUE.resources["water"]
    table = certainty_of(dataset, CATALOGUE, Assumed(), "water", by="basin")
    closing = table["likeliest"].where(table.index != table.index[0], "no_data")
    told = certainty_columns(dataset, CATALOGUE, Assumed(), closing, resource=water, by="basin", lang=lang)
    assert told.iloc[0, 0] == ""
    assert told["share"].isna().tolist() == [True] + [False] * (len(told) - 1)
    closes = closing.isin(["municipality", "basin", "prefecture"])
    assert closes.any()
    judged = judge_all(table[closes], closing[closes])
    expected = [text(f"certainty.closes.{each.word}", lang) for each in judged if each]
    assert told["certainty"][closes].tolist() == expected
