"""The ladder's rows: shares of the whole, cases, order."""

import math

import pytest

from layers.ladder_rows import in_order, ladder_rows, row_of
from tests.layers.ladder_world import COMPOST, WATER, certainty, row, tables_of, unit


def test_a_row_gives_shares_of_the_demand_that_sum_to_one():
    made = row_of(WATER, unit(), threshold=0.8)
    assert dict(made.shares) == pytest.approx({"community": 0.1, "municipality": 0.2, "basin": 0.3, "prefecture": 0.05})
    assert made.time_mismatch == pytest.approx(0.15)
    assert made.outside == pytest.approx(0.20)
    assert made.covered + made.time_mismatch + made.outside == pytest.approx(1)
    assert dict(made.cumulative) == pytest.approx(
        {"community": 0.1, "municipality": 0.3, "basin": 0.6, "prefecture": 0.65}
    )
    assert (made.unknown, made.halo_supply, made.halo_demand) == (0.25, 7.0, 8.0)


def test_perspective_supply_gives_shares_of_the_supply():
    made = row_of(COMPOST, unit(), threshold=0.8)
    assert dict(made.shares) == pytest.approx(
        {"community": 10 / 80, "municipality": 20 / 80, "basin": 30 / 80, "prefecture": 10 / 80}
    )
    assert made.outside == pytest.approx(10 / 80)
    assert made.time_mismatch == 0


def test_a_ladder_without_a_community_rung_has_no_such_share():
    water = {name: value for name, value in unit().items() if not name.endswith("_community")}
    assert [scale for scale, _ in row_of(WATER, water, threshold=0.8).shares] == ["municipality", "basin", "prefecture"]


def test_no_demand_divides_nothing():
    empty = unit(demand=0.0, self_sufficiency=math.nan, closing_scale="no_demand")
    made = row_of(WATER, empty, threshold=0.8)
    assert made.covered == 0
    assert made.group == "none"


def test_the_three_cases_are_compared():
    closing = {("water", "low"): "outside", ("water", "central"): "basin", ("water", "high"): "basin"}
    (made,) = ladder_rows({"water": WATER}, tables_of(closing), code="u", threshold=0.8)
    assert (made.closing_low, made.closing, made.closing_high) == ("outside", "basin", "basin")
    assert not made.is_same_in_all_cases
    same = dict.fromkeys(closing, "municipality")
    (made,) = ladder_rows({"water": WATER}, tables_of(same), code="u", threshold=0.8)
    assert made.is_same_in_all_cases


def test_a_place_that_the_tables_lack_is_a_key_error():
    closing = {("water", case): "basin" for case in ("low", "central", "high")}
    with pytest.raises(KeyError):
        ladder_rows({"water": WATER}, tables_of(closing), code="nowhere", threshold=0.8)


def test_narrow_stands_above_wide_above_open_above_unjudged():
    mixed = [
        row("a", "no_data", shares={}),
        row("b", "outside", shares={"prefecture": 0.3}),
        row("c", "prefecture"),
        row("d", "municipality"),
        row("e", "outside", shares={"basin": 0.6}),
        row("f", "community"),
        row("g", "basin"),
    ]
    assert [made.resource for made in in_order(mixed)] == ["f", "d", "g", "c", "e", "b", "a"]


def test_within_a_scale_more_close_by_stands_higher_and_equals_keep_their_order():
    mixed = [
        row("far", "municipality", shares={"municipality": 1.0}),
        row("near", "municipality", shares={"community": 0.5, "municipality": 0.5}),
        row("far_too", "municipality", shares={"municipality": 1.0}),
    ]
    assert [made.resource for made in in_order(mixed)] == ["near", "far", "far_too"]


def test_the_last_telling_scale_skips_crumbs_but_finds_one_where_all_are_crumbs():
    assert row("a", "outside", shares={"basin": 0.3, "prefecture": 0.001}).last_telling_scale == "basin"
    assert row("a", "outside", shares={"community": 0.004, "basin": 0.004}).last_telling_scale == "basin"
    assert row("a", "outside", shares={}).last_telling_scale == ""


def test_what_is_still_open_stands_apart_from_what_does_not_close():
    short = row("rice", "outside", shares={"basin": 0.4}, certainty=certainty("sure"))
    open_ = row("water", "outside", shares={"basin": 0.3}, certainty=certainty("open"))
    near = row("timber", "municipality", certainty=certainty("open"))
    ordered = in_order([short, open_, near])
    assert [made.heading for made in ordered] == ["narrow", "undecided", "open"]
    assert [made.resource for made in ordered] == ["timber", "water", "rice"]
    assert open_.group == "open"
