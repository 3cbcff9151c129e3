"""How sure the embedded area's closing scales are, as the pages ask for it: cached, by view, cut basins marked."""

import pandas as pd
import pytest

from geo.changes import FactorChange
from geo.dataset import Dataset, open_whole
from geo.errors import InputError
from geo.resources import load_catalogue
from geo.uncertainty import Uncertain
from layers import certainty
from layers.assumptions import Assumed
from layers.certainty import (
    answers_of,
    certainty_columns,
    certainty_in,
    certainty_of,
    hangs_on_name,
    is_judged,
    with_certainty,
)
from layers.messages import text
from tests.layers.ladder_world import row

CATALOGUE = load_catalogue()


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return open_whole("kanagawa")


@pytest.fixture
def netted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Caches emptied; the resources that are netted from now on."""
    for cached in (certainty._table, certainty._answers, certainty._draws, certainty._draws_of_many):
        cached.clear()
    found: list[str] = []
    original = Uncertain._drawn

    def counted(self: Uncertain, by: str, code: str) -> object:
        found.append(self.resource.key)
        return original(self, by, code)

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
        of_cut = table.loc[table.index.isin(cut), "certainty"]
        assert len(of_cut)
        assert "sure" not in set(of_cut)


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


UNIT = {
    "p_municipality": 0.2,
    "p_prefecture": 0.7,
    "p_outside": 0.1,
    "likeliest": "prefecture",
    "certainty": "likely",
    "hangs_on": "data.forest_km2",
    "correlation": 0.5,
    "covered_p10": 0.7,
    "covered_p90": 1.0,
}


@pytest.mark.parametrize(
    ("closing", "is_cut", "word"),
    [
        ("prefecture", False, "likely"),
        ("municipality", False, "open"),
        ("no_data", False, ""),
        ("outside", True, "open"),
    ],
)
def test_judged_is_the_answer_that_is_shown(closing: str, is_cut: bool, word: str) -> None:
    assert certainty_in(UNIT, row("water", closing), CATALOGUE, is_cut=is_cut).word == word


def test_of_a_cut_basin_nothing_is_sure() -> None:
    unit = UNIT | {"p_prefecture": 1.0}
    assert certainty_in(unit, row("water", "prefecture"), CATALOGUE, is_cut=False).word == "sure"
    assert certainty_in(unit, row("water", "prefecture"), CATALOGUE, is_cut=True).word == "likely"


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
    expected = [text(f"certainty.closes.{word}", lang) for word in table["certainty"][closes]]
    assert told["certainty"][closes].tolist() == expected
