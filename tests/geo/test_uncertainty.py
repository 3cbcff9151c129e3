"""How sure closing scales are, in worlds whose probabilities can be worked out by hand."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.assessment import Settings, assess
from geo.catalogue_reading import read_catalogue
from geo.circle import join
from geo.dataset import open_whole
from geo.drawn_dependence import closest_factor
from geo.draws import Sample
from geo.errors import InputError
from geo.prepared import prepare
from geo.resources import load_catalogue
from geo.terms import Catalogue, Factor
from geo.uncertainty import CUT_FROM, Judged, certainty_word, judge, judge_all, uncertain
from geo.unit_figures import unit_table
from tests.geo.catalogue_world import CATALOGUE, world

KANAGAWA = load_catalogue()
# All but what one person uses is held: supply a 4 × 10 × 0.5 × 0.8 = 16, b 0, c 8; demand 10 u each, u from 1 to 3
# with its peak at 2.
HELD = (("shared.growth", 10.0), ("logs.share", 0.5), ("logs.loss", 0.2), ("chips.share", 0.3))


def logs(
    catalogue: Catalogue,
    by: str,
    threshold: float,
    cut: Collection[str] = (),
    **columns: Sequence[float] | Sequence[str],
) -> pd.DataFrame:
    fragments = prepare(world(**columns))
    return uncertain(fragments, "logs", catalogue, Settings(factors=HELD), cut=cut, draws=400).table(by, threshold)


def word(table: pd.DataFrame, code: str, answer: str) -> str:
    judged = judge(unit_of(table, code), answer)
    return judged.word if judged else ""


def unit_of(table: pd.DataFrame, code: str) -> dict[str, Any]:
    return {str(name): value for name, value in table.loc[code].items()}


def test_a_place_that_closes_in_half_of_the_draws_is_open(catalogue: Catalogue) -> None:
    """a closes in its community where 16 ≥ 0.8 × 10 u, so up to u = 2: in half of the draws."""
    table = logs(catalogue, "community", 0.8)
    row = table.loc["a"]
    assert row[["p_community", "p_municipality", "p_basin", "p_prefecture", "p_outside"]].tolist() == [
        0.5,
        0,
        0,
        0,
        0.5,
    ]
    assert word(table, "a", "community") == word(table, "a", "outside") == "open"
    # The 18 of 100 draws that cover all share one rank, which takes 0.18³ off the variance.
    assert (row["hangs_on"], row["correlation"]) == ("logs.use", pytest.approx(-((1 - 0.18**3) ** 0.5), abs=1e-4))
    # The share is 1 up to u = 1.6 and 1.6 / u beyond. The top tenth of the triangle begins where (3 − u)² / 2 = 0.1.
    assert row["covered_p10"] == pytest.approx(1.6 / (3 - 0.2**0.5), abs=0.005)
    assert row["covered_p90"] == 1


def test_another_threshold_names_other_scales_of_the_same_draws(catalogue: Catalogue) -> None:
    """At 0.5, a closes up to u = 3.2, so always; c's 8 and half of m1's need up to u = 1.6, in 18 of 100 draws."""
    by_community = logs(catalogue, "community", 0.5)
    assert by_community.loc["a", ["p_community", "likeliest"]].tolist() == [1, "community"]
    assert word(by_community, "a", "community") == "sure"
    assert by_community.loc["c", "p_community"] == pytest.approx(0.18, abs=0.003)
    assert by_community.loc["c", "likeliest"] == "outside"
    assert word(by_community, "c", "outside") == "likely"
    by_municipality = logs(catalogue, "municipality", 0.5)
    # Up to u = 1.6 exactly half of m1's need is met in a: a threshold that is just reached is reached.
    assert by_municipality.loc["m1", "p_community"] == pytest.approx(0.18, abs=0.003)
    assert by_municipality.loc["m1", "p_outside"] == pytest.approx(0.82, abs=0.003)


def test_never_enough_is_sure_too(catalogue: Catalogue) -> None:
    table = logs(catalogue, "municipality", 0.8)
    assert table.loc["m1", ["p_outside", "likeliest"]].tolist() == [1, "outside"]
    assert word(table, "m1", "outside") == "sure"


def test_a_basin_that_goes_on_beyond_the_data_is_never_sure(catalogue: Catalogue) -> None:
    whole, cut = logs(catalogue, "basin", 0.8), logs(catalogue, "basin", 0.8, cut={"r"})
    assert whole.loc["r", "p_outside"] == cut.loc["r", "p_outside"] == 1
    assert (word(whole, "r", "outside"), word(cut, "r", "outside")) == ("sure", "likely")


def test_that_its_basin_is_enough_is_not_sure_of_a_town_in_a_cut_basin(catalogue: Catalogue) -> None:
    """c's 400 are enough for all of r in any draw: m1 closes in its basin, of m2 already the municipality is enough."""
    plenty = [4.0, 0.0, 100.0]
    whole = logs(catalogue, "municipality", 0.8, forest_km2=plenty)
    assert whole.loc["m1", ["p_basin", "cut_share"]].tolist() == [1, 0]
    assert word(whole, "m1", "basin") == "sure"
    cut = logs(catalogue, "municipality", 0.8, cut={"r"}, forest_km2=plenty)
    assert cut.loc["m1", ["p_basin", "cut_share"]].tolist() == [1, 1]
    assert judge(unit_of(cut, "m1"), "basin") == Judged("likely", 1.0, is_cut=True)
    # What closes without the basin hangs on none.
    assert judge(unit_of(cut, "m2"), "municipality") == Judged("sure", 1.0, smaller="community", smaller_share=1.0)


def test_a_share_in_a_cut_basin_counts_by_need_from_one_percent(catalogue: Catalogue) -> None:
    """b, in the cut basin s, has 1 and then 2 of m1's 100 people; a's forest is enough for both in any draw."""
    for people, expected in ((1.0, "sure"), (2.0, "likely")):
        columns = {"population": [100 - people, people, 10], "forest_km2": [200.0, 0.0, 0.0]}
        table = logs(catalogue, "municipality", 0.8, cut={"s"}, river_system_code=["r", "s", "r"], **columns)
        assert table.loc["m1", "cut_share"] == pytest.approx(people / 100)
        assert word(table, "m1", "basin") == expected
    assert CUT_FROM == 0.01


def test_a_scale_that_closes_is_borne_out_by_all_draws_up_to_it(catalogue: Catalogue) -> None:
    """m1's 16 are enough for its 20 u where u ≤ 1: never. With 8 in a and 4 in b it is up to u = 2; c has the rest."""
    table = logs(catalogue, "municipality", 0.8, forest_km2=[8.0, 0.0, 100.0])
    # m1: 32 ≥ 0.8 × 20 u up to u = 2, in half of the draws; else its basin.
    assert table.loc["m1", ["p_community", "p_municipality", "p_basin"]].tolist() == [0, 0.5, 0.5]
    assert judge(unit_of(table, "m1"), "municipality") == Judged("open", 0.5)
    assert judge(unit_of(table, "m1"), "basin") == Judged("sure", 1.0, smaller="municipality", smaller_share=0.5)
    # A scale beyond it adds nothing: the smallest that is enough as often is told.
    assert judge(unit_of(table, "m1"), "prefecture") == Judged("sure", 1.0, smaller="basin", smaller_share=1.0)
    assert judge(unit_of(table, "m1"), "outside") == Judged("open", 0.0)
    assert judge(unit_of(table, "m1"), "no_data") is None
    assert judge_all(table, ["basin", "outside"]) == [
        judge(unit_of(table, "m1"), "basin"),
        judge(unit_of(table, "m2"), "outside"),
    ]


def test_a_circle_is_drawn_as_it_is_joined(catalogue: Catalogue) -> None:
    """With everything set by hand, the one draw of a circle is what the circle nets; its own rungs, nobody else's."""
    columns = {"municipality_code": ["m1", "m2", "m3"], "forest_km2": [1.0, 4.0, 100.0]}
    chosen = Settings(factors=(*HELD, ("logs.use", 1.0)))
    prepared = prepare(world(**columns))
    found = uncertain(prepared, "logs", catalogue, chosen, cut={"r"}, draws=2)
    joined = join(assess(prepared, "logs", catalogue, chosen), prepared, ("m1", "m2"))
    told = found.in_circle(("m2", "m1"))
    # 4 of m1's 10 and all of m2's 10 are met at home; 6 of what m2 has left pass within the basin.
    assert {scale: float(shares[0, 0]) for scale, shares in told.cumulative.items()} == {
        "community": pytest.approx(0.7),
        "municipality": pytest.approx(0.7),
        "basin": pytest.approx(1.0),
        "circle": pytest.approx(1.0),
    }
    assert joined.share == pytest.approx(1.0)
    assert judge(unit_of(told.answers(0.8), "circle"), joined.closing_scale) == Judged("likely", 1.0, is_cut=True)
    assert judge(unit_of(told.answers(0.5), "circle"), "community") == Judged("sure", 1.0)
    with pytest.raises(InputError):
        found.in_circle(("m1", "nowhere"))


@pytest.mark.parametrize("key", ["water", "electricity", "compost"])
def test_a_circle_of_kanagawa_is_drawn_as_its_fragments_alone(key: str) -> None:
    """The fragments of three municipalities as an area of their own, their prefecture in the circle's place."""
    members = ("14206", "14382", "14384")
    fragments = open_whole("kanagawa").fragments
    own = fragments[fragments["in_area"] & fragments["municipality_code"].isin(members)].reset_index(drop=True)
    circle = uncertain(prepare(fragments), key, KANAGAWA, draws=20).in_circle(members)
    alone = uncertain(prepare(own), key, KANAGAWA, draws=20).draws("prefecture")
    for shares, expected in zip(circle.cumulative.values(), alone.cumulative.values(), strict=True):
        np.testing.assert_allclose(shares, expected, atol=1e-6)


def test_where_no_scale_is_judged_nothing_is_sure(catalogue: Catalogue) -> None:
    table = logs(catalogue, "community", 0.8, population=[10, 0, 10], forest_km2=[4, 0, np.nan])
    assert table["likeliest"].tolist() == ["community", "no_demand", "no_data"]
    assert [word(table, code, answer) for code, answer in table["likeliest"].items()] == ["open", "", ""]
    assert table.loc["b", ["p_community", "p_outside", "hangs_on"]].tolist() == [0, 0, ""]
    assert np.isnan(table.loc["b", "covered_p10"])
    chips = uncertain(prepare(world()), "chips", catalogue, draws=10).table("community")
    assert chips.loc["b", "likeliest"] == "no_supply"


def test_an_unknown_place_that_closes_all_the_same_is_judged(catalogue: Catalogue) -> None:
    """c has no forest of its own that is known, but lies where others have plenty."""
    table = logs(catalogue, "community", 0.8, forest_km2=[100, 0, np.nan])
    assert table.loc["c", "likeliest"] == "basin"
    assert word(table, "c", "basin") == "sure"


def test_what_an_answer_hangs_on_where_everything_is_covered_in_the_end(catalogue: Catalogue) -> None:
    """c's 400 cover all in the basin, whatever is used; what a has at its own scale still moves with the use."""
    table = logs(catalogue, "community", 0.8, forest_km2=[4, 0, 100])
    assert table.loc["a", "covered_p10"] == 1
    assert (table.loc["a", "hangs_on"], table.loc["a", "correlation"]) == ("logs.use", pytest.approx(-1, abs=0.004))
    assert table.loc["c", "hangs_on"] == ""
    assert np.isnan(table.loc["c", "correlation"])


def test_with_everything_set_by_hand_every_draw_is_the_same(catalogue: Catalogue) -> None:
    table = uncertain(
        prepare(world()), "logs", catalogue, Settings(factors=(*HELD, ("logs.use", 2.0))), draws=30
    ).table("community")
    assert table.loc["a", ["p_community", "hangs_on"]].tolist() == [1, ""]


def test_the_data_s_own_range_can_be_what_it_hangs_on(catalogue: Catalogue) -> None:
    columns = {"forest_km2_low": [0.0, 0.0, 2.0], "forest_km2_high": [5.0, 0.0, 2.0]}
    chosen = Settings(factors=(*HELD, ("logs.use", 2.0)))
    table = uncertain(prepare(world(**columns)), "logs", catalogue, chosen, draws=100).table("community")
    assert (table.loc["a", "hangs_on"], table.loc["a", "correlation"]) == ("data.forest_km2", pytest.approx(1))
    # 0.8 of the need of 20 is 16, the central amount: it is reached in the upper half.
    assert table.loc["a", "p_community"] == 0.5


def test_of_two_factors_the_one_that_moves_more(catalogue: Catalogue) -> None:
    """Growth spans a factor of four, loss takes 0.1 to 0.5 off: growth moves the share more."""
    held = tuple(pair for pair in HELD if pair[0] not in ("shared.growth", "logs.loss"))
    chosen = Settings(factors=(*held, ("logs.use", 2.9)))
    table = uncertain(prepare(world()), "logs", catalogue, chosen).table("community")
    assert table.loc["a", "hangs_on"] == "shared.growth"
    assert 0.7 < table.loc["a", "correlation"] < 1


def test_shares_that_do_not_move_hang_on_nothing() -> None:
    steady = {"community": np.full((1, 4), 0.5, dtype=np.float32)}
    hangs_on, correlation = closest_factor(steady, {"x": np.arange(4.0)})
    assert hangs_on.tolist() == [""]
    assert np.isnan(correlation).all()


@pytest.mark.parametrize(
    ("share", "word", "of_cut"),
    [(1.0, "sure", "likely"), (0.95, "sure", "likely"), (0.94, "likely", "likely"), (0.66, "likely", "likely"),
     (0.65, "open", "open")],
)  # fmt: skip
def test_words(share: float, word: str, of_cut: str) -> None:
    assert certainty_word(share) == word
    assert certainty_word(share, is_cut=True) == of_cut


@pytest.mark.parametrize("by", ["community", "municipality", "basin", "prefecture"])
@pytest.mark.parametrize("key", KANAGAWA.resources)
def test_with_no_ranges_one_draw_is_the_assessment(key: str, by: str) -> None:
    """The catalogue narrowed to its central values: the draw closes where the unit table says, by the same shares."""

    def narrowed(factor: Factor) -> Factor:
        return replace(factor, low=factor.central, high=factor.central)

    fragments = open_whole("kanagawa").fragments
    prepared = prepare(fragments.drop(columns=[name for name in fragments if name.endswith(("_low", "_high"))]))
    factors = {name: narrowed(factor) for name, factor in KANAGAWA.factors.items()}
    resources = {
        name: replace(resource, factors=tuple(map(narrowed, resource.factors)))
        for name, resource in KANAGAWA.resources.items()
    }
    central = replace(KANAGAWA, factors=MappingProxyType(factors), resources=MappingProxyType(resources))
    found = uncertain(prepared, key, central, draws=1).table(by)
    expected = unit_table(assess(prepared, key, KANAGAWA), prepared, by)
    assert found["likeliest"].tolist() == expected["closing_scale"].tolist()
    whole, part = ("demand", "met") if KANAGAWA.resources[key].perspective == "demand" else ("supply", "used")
    covered = expected.filter(like=f"{part}_").drop(
        columns=["met_from_inside", "met_from_other_units"], errors="ignore"
    )
    judged = (expected[whole] > 0).to_numpy()
    shares = (covered.sum(axis=1) / expected[whole])[judged]
    np.testing.assert_allclose(found["covered_p10"][judged], shares, atol=1e-6)
    assert set(found["hangs_on"]) == {""}


def test_the_same_seed_gives_the_same_table_and_another_does_not(catalogue: Catalogue) -> None:
    prepared = prepare(world())
    first, again = (uncertain(prepared, "logs", catalogue, draws=50).table("community") for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    other = uncertain(prepared, "logs", catalogue, draws=50, seed=5).table("community")
    assert not first["correlation"].equals(other["correlation"])


amounts = st.lists(st.floats(0, 1e4), min_size=3, max_size=3)


@given(population=amounts, forest=amounts, threshold=st.floats(0.05, 1))
@settings(max_examples=25)
def test_the_answers_share_out_the_draws(population: list[float], forest: list[float], threshold: float) -> None:
    catalogue = read_catalogue(CATALOGUE)
    fragments = world(population=population, forest_km2=forest)
    for by in ("community", "municipality"):
        table = uncertain(prepare(fragments), "logs", catalogue, draws=8).table(by, threshold)
        shares = table.filter(like="p_").sum(axis=1)
        judged = table["likeliest"] != "no_demand"
        np.testing.assert_allclose(shares[judged], 1)
        assert (shares[~judged] == 0).all()
        assert (table["covered_p10"][judged] <= table["covered_p90"][judged]).all()
        shuffled = uncertain(prepare(fragments.iloc[[2, 0, 1]]), "logs", catalogue, draws=8).table(by, threshold)
        pd.testing.assert_frame_equal(shuffled, table, check_exact=False, atol=1e-6)


@given(
    population=amounts,
    forest=amounts,
    threshold=st.floats(0.05, 1),
    systems=st.lists(st.sampled_from(["r", "s", "t"]), min_size=3, max_size=3),
    cut=st.sets(st.sampled_from(["r", "s", "t"])),
)
@settings(max_examples=40)
def test_no_unit_with_need_in_a_cut_basin_is_sure_of_its_basin(
    population: list[float], forest: list[float], threshold: float, systems: list[str], cut: set[str]
) -> None:
    fragments = world(population=population, forest_km2=forest, river_system_code=systems)
    need = pd.Series(population).where(pd.Series(systems).isin(list(cut)), 0.0)
    found = uncertain(prepare(fragments), "logs", read_catalogue(CATALOGUE), cut=cut, draws=8)
    for by, column in (("community", "community_code"), ("municipality", "municipality_code")):
        table = found.table(by, threshold)
        part, whole = (values.groupby(fragments[column]).sum() for values in (need, pd.Series(population)))
        for code in table.index:
            judged = judge(unit_of(table, code), "basin")
            assert judged is not None
            if part[code] > 1.001 * CUT_FROM * whole[code]:
                assert judged.word != "sure"
            scales = [judge(unit_of(table, code), scale) for scale in ("community", "municipality", "basin")]
            shares = [each.share for each in scales if each]
            assert shares == sorted(shares)


def test_what_cannot_be_asked(catalogue: Catalogue) -> None:
    prepared = prepare(world())
    with pytest.raises(InputError):
        uncertain(prepared, "coal", catalogue)
    with pytest.raises(InputError):
        uncertain(prepared, "logs", catalogue, Settings(factors=(("logs.nothing", 1.0),)))
    found = uncertain(prepared, "logs", catalogue, draws=2)
    with pytest.raises(InputError):
        found.table("cells")
    with pytest.raises(InputError):
        found.table("wards")
    with pytest.raises(InputError):
        found.table("community", 0.0)


@pytest.mark.parametrize("by", ["community", "municipality", "basin"])
def test_one_unit_alone_is_told_as_among_all(by: str) -> None:
    prepared = prepare(open_whole("kanagawa").fragments)
    found = uncertain(prepared, "vegetables", KANAGAWA, draws=60)
    every = found.table(by)
    code = every.index[len(every) // 2]
    alone = found.draws(by, code=code).table(0.8)
    assert len(alone) == 1
    pd.testing.assert_series_equal(alone.loc[code], every.loc[code], check_exact=False, atol=1e-6)
    with pytest.raises(KeyError):
        found.draws(by, code="nowhere")


def test_draws_are_netted_in_blocks_of_any_width(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = prepare(world(dam_mwh=[0.0, 2.0, 0.0]))
    whole = uncertain(prepared, "power", catalogue, draws=20).table("community")
    monkeypatch.setattr("geo.drawn_netting._BLOCK_AMOUNTS", 3 * 7)
    pd.testing.assert_frame_equal(uncertain(prepared, "power", catalogue, draws=20).table("community"), whole)


def test_a_sample_is_known_by_its_numbers() -> None:
    assert Sample(5, 1) == Sample(5, 1)
    assert hash(Sample(5, 1)) != hash(Sample(5, 2))
