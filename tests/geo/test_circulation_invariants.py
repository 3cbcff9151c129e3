"""What is always true of circulation, on random worlds; and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose

from geo.circulation import circulate, closing_scale, inside, self_sufficiency
from geo.errors import InputError

SCALES = ("community", "municipality", "basin", "prefecture")
LABELS = {
    "object": st.sampled_from(["a", "b", "c", None, float("nan"), pd.NA, ""]),
    "str": st.sampled_from(["a", "b", "c", ""]),
    "float": st.sampled_from([1.0, 2.0, 3.5, float("nan")]),
    "int": st.sampled_from([0, 1, -1]),
}
# Zeros often, and some ten orders of magnitude: what fragments of a real area have.
AMOUNT = st.one_of(st.just(0.0), st.floats(1e-3, 1e7), st.integers(0, 9).map(float))


@st.composite
def worlds(draw):
    """Draw supply, demand, (n,) or (n, m), and a ladder of one to four rungs with every kind of label."""
    n = draw(st.integers(1, 12))
    shape = draw(st.sampled_from([(n,), (n, 1), (n, 3)]))
    ladder = {}
    for scale in SCALES[: draw(st.integers(1, len(SCALES)))]:
        kind = draw(st.sampled_from(sorted(LABELS)))
        labels = draw(st.lists(LABELS[kind], min_size=n, max_size=n))
        ladder[scale] = np.array(labels, dtype=object if kind == "object" else kind)
    supply, demand = (draw(hnp.arrays(np.float64, shape, elements=AMOUNT)) for _ in range(2))
    return supply, demand, ladder


def is_missing(label):
    return pd.isna(label) or label == ""


def sums_by_unit(amounts, labels):
    """Add up by unit the slow, plain way."""
    sums = {}
    for amount, label in zip(amounts, labels, strict=True):
        if not is_missing(label):
            sums[label] = sums.get(label, 0.0) + amount
    return sums


@given(worlds())
def test_every_fragment_keeps_its_demand_and_its_supply(world):
    supply, demand, ladder = world
    result = circulate(supply, demand, ladder)
    assert_allclose(sum(result.met.values()) + result.outside, demand, rtol=1e-12, atol=0)
    assert_allclose(sum(result.used.values()) + result.surplus, supply, rtol=1e-12, atol=0)
    assert result.outside.shape == demand.shape
    assert result.surplus.shape == supply.shape


@given(worlds())
def test_in_every_unit_of_a_rung_what_is_used_is_what_is_met(world):
    supply, demand, ladder = world
    result = circulate(supply, demand, ladder)
    tolerance = 1e-12 * max(supply.max(), demand.max())
    for scale, labels in ladder.items():
        met, used = sums_by_unit(result.met[scale], labels), sums_by_unit(result.used[scale], labels)
        for unit, amount in met.items():
            assert_allclose(used[unit], amount, rtol=1e-12, atol=tolerance)
        missing = np.array([is_missing(label) for label in labels])
        assert not result.met[scale][missing].any()
        assert not result.used[scale][missing].any()


@given(worlds())
def test_after_a_rung_no_unit_has_both_a_surplus_and_a_deficit(world):
    supply, demand, ladder = world
    result = circulate(supply, demand, ladder)
    left_supply, left_demand = supply.copy(), demand.copy()
    tolerance = 1e-12 * max(supply.max(), demand.max())
    for scale, labels in ladder.items():
        left_supply, left_demand = left_supply - result.used[scale], left_demand - result.met[scale]
        surplus, deficit = sums_by_unit(left_supply, labels), sums_by_unit(left_demand, labels)
        for unit, amount in surplus.items():
            assert np.all(np.minimum(amount, deficit[unit]) <= tolerance)


@given(worlds())
def test_nothing_is_negative(world):
    result = circulate(*world)
    for amounts in (*result.met.values(), *result.used.values(), result.outside, result.surplus):
        assert np.isfinite(amounts).all()
        assert (amounts >= 0).all()


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_the_fragments_does_not_matter(world, random):
    supply, demand, ladder = world
    order = list(range(len(supply)))
    random.shuffle(order)
    straight = circulate(supply, demand, ladder)
    shuffled = circulate(supply[order], demand[order], {scale: labels[order] for scale, labels in ladder.items()})
    tolerance = 1e-12 * max(supply.max(), demand.max())
    for scale in ladder:
        assert_allclose(shuffled.met[scale], straight.met[scale][order], rtol=1e-11, atol=tolerance)
        assert_allclose(shuffled.used[scale], straight.used[scale][order], rtol=1e-11, atol=tolerance)
    assert_allclose(shuffled.outside, straight.outside[order], rtol=1e-11, atol=tolerance)


@given(worlds())
def test_an_appended_rung_never_lowers_what_is_met(world):
    supply, demand, ladder = world
    scales = list(ladder)
    longer = circulate(supply, demand, ladder)
    # The same ladder without its last rung, and with one more in which all fragments are one unit.
    wider = circulate(supply, demand, {**ladder, "country": np.full(len(supply), "jp")})
    tolerance = 1e-12 * max(supply.max(), demand.max()) * len(supply)
    if len(scales) > 1:
        shorter = circulate(supply, demand, {scale: ladder[scale] for scale in scales[:-1]})
        assert np.all((demand - longer.outside).sum(0) >= (demand - shorter.outside).sum(0) - tolerance)
    assert np.all((demand - wider.outside).sum(0) >= (demand - longer.outside).sum(0) - tolerance)
    # With everything in one unit at last, only one of the two is left over.
    assert_allclose(
        (demand - wider.outside).sum(0), np.minimum(supply.sum(0), demand.sum(0)), rtol=1e-11, atol=tolerance
    )


@given(worlds(), st.floats(0.05, 1))
def test_closing_scale_is_the_first_that_reaches_the_threshold(world, threshold):
    supply, demand, ladder = world
    result = circulate(supply, demand, ladder)
    units = next(iter(ladder.values()))
    named = pd.DataFrame(closing_scale(result, units, threshold=threshold))
    needs = {unit: np.atleast_1d(need) for unit, need in sums_by_unit(demand, units).items()}
    assert list(named.index) == sorted(needs)
    so_far = dict.fromkeys(needs, 0.0)
    reached = {}
    for scale in ladder:
        for unit, amount in sums_by_unit(result.met[scale], units).items():
            so_far[unit] = so_far[unit] + np.atleast_1d(amount)
            for column, need in enumerate(needs[unit]):
                if need > 0 and so_far[unit][column] / need >= threshold - 1e-9:
                    reached.setdefault((unit, column), scale)
    for unit, need in needs.items():
        for column in range(len(need)):
            expected = reached.get((unit, column), "outside") if need[column] > 0 else "no_demand"
            assert named.loc[unit].iloc[column] == expected


@given(worlds())
def test_inside_is_no_more_than_what_is_met_and_what_is_used(world):
    supply, demand, ladder = world
    result = circulate(supply, demand, ladder)
    units = list(ladder.values())[-1]
    amount = pd.DataFrame(inside(result, units)).to_numpy()
    met = list(sums_by_unit(sum(result.met.values()), units).items())
    used = sums_by_unit(sum(result.used.values()), units)
    tolerance = 1e-12 * max(supply.max(), demand.max()) * len(supply)
    for row, (unit, total) in enumerate(sorted(met)):
        assert (amount[row] >= 0).all()
        assert (amount[row] <= np.minimum(total, used[unit]) + tolerance).all()
    whole = pd.DataFrame(inside(result, np.zeros(len(supply), dtype=int))).to_numpy()[0]
    assert_allclose(whole, np.atleast_1d(sum(result.met.values()).sum(0)), rtol=1e-11, atol=tolerance)


MISSING_LABELS = {
    "object": np.array(["b", None, "a", float("nan"), pd.NA, "", "b"], dtype=object),
    "text": np.array(["b", "", "a", "", "", "", "b"]),
    "list": ["b", None, "a", float("nan"), pd.NA, "", "b"],
    "series of str": pd.Series(["b", None, "a", None, "", "", "b"], dtype="str"),
    "series of string": pd.Series(["b", pd.NA, "a", "", None, "", "b"], dtype="string"),
    "arrow": pd.Series(["b", None, "a", "", None, "", "b"], dtype="string[pyarrow]").array,
    "categories": pd.Categorical(["b", None, "a", None, "", None, "b"]),
    "float": np.array([2.0, np.nan, 1.5, np.nan, np.nan, np.nan, 2.0]),
    "nullable int": pd.Series([2, None, 1, None, pd.NA, None, 2], dtype="Int64"),
    "object of int": np.array([2, None, 1, None, pd.NA, "", 2], dtype=object),
}


@pytest.mark.parametrize("kind", MISSING_LABELS)
def test_missing_labels_are_in_no_unit(kind):
    labels = MISSING_LABELS[kind]
    supply, demand = np.array([3.0, 9, 9, 9, 9, 9, 0]), np.array([0.0, 9, 9, 9, 9, 9, 2])
    result = circulate(supply, demand, {"here": labels})
    # Unit b (or 2): 3 against 2; unit a (or 1): 9 against 9; the four without a label meet nothing.
    assert result.met["here"].tolist() == [0, 0, 9, 0, 0, 0, 2]
    assert result.outside.tolist() == [0, 9, 0, 9, 9, 9, 0]
    assert list(closing_scale(result, labels)) == ["here", "here"]
    ratio = self_sufficiency(supply, demand, labels)
    assert ratio.index.is_monotonic_increasing
    assert ratio.to_list() == [1.0, 1.5]


def test_int_labels_are_never_missing():
    result = circulate([1.0, 1], [1.0, 1], {"here": np.array([0, -1])})
    assert closing_scale(result, np.array([0, -1])).to_dict() == {-1: "here", 0: "here"}


def test_labels_of_mixed_kinds_have_an_order_too():
    result = circulate([1.0, 1, 1], [1.0, 1, 1], {"here": ["a", 1, 2.5]})
    assert len(closing_scale(result, ["a", 1, 2.5])) == 3


LADDER = {"here": ["u", "u"]}


@pytest.mark.parametrize("argument", ["supply", "demand"])
@pytest.mark.parametrize(
    "bad",
    [
        [1.0, -1e-9],
        [1.0, float("nan")],
        [float("inf"), 1.0],
        [1.0],
        [1.0, 2.0, 3.0],
        [[1.0], [2.0]],
        np.zeros((2, 1, 1)),
        3.0,
        ["1", "x"],
        [None, "x"],
        [1.0, pd.NA],
        [[1.0], [2.0, 3.0]],
        np.array([1, 2j]),
        None,
    ],
    ids=repr,
)
def test_bad_amounts_are_refused_by_name(argument, bad):
    amounts = {"supply": [1.0, 2.0], "demand": [1.0, 2.0]}
    amounts[argument] = bad
    # A difference between the two is put down to the demand.
    with pytest.raises(InputError, match=f"{argument}|demand"):
        circulate(amounts["supply"], amounts["demand"], LADDER)
    with pytest.raises(InputError, match=f"{argument}|demand"):
        self_sufficiency(amounts["supply"], amounts["demand"], ["u", "u"])


@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf"), -float("inf")])
def test_the_error_says_which_amount_and_where(value):
    with pytest.raises(InputError, match=r"^supply: .*\[1, 0\]"):
        circulate([[1.0, 2.0], [value, 1.0]], [[1.0, 2.0], [1.0, 1.0]], LADDER)
    with pytest.raises(InputError, match=r"^demand: .*\[1\]"):
        circulate([1.0, 2.0], [1.0, value], LADDER)


def test_amounts_too_large_to_add_up_are_refused():
    with pytest.raises(InputError, match="supply"):
        circulate([1.7e308, 1.7e308], [1.0, 1.0], LADDER)


@pytest.mark.parametrize("ladder", [{}, None, [], ["u", "u"]], ids=repr)
def test_an_empty_ladder_is_refused(ladder):
    with pytest.raises(InputError, match=r"^ladder"):
        circulate([1.0, 2.0], [1.0, 2.0], ladder)


@pytest.mark.parametrize(
    "labels", [["u"], ["u"] * 3, "uu", None, 7, np.array([["u", "u"]]), [["u"], ["v"]], [{}, {}]], ids=repr
)
def test_an_entry_that_is_not_one_label_a_fragment_is_refused(labels):
    with pytest.raises(InputError, match=r'^ladder\["basin"\]'):
        circulate([1.0, 2.0], [1.0, 2.0], {"here": ["u", "u"], "basin": labels})
    with pytest.raises(InputError, match=r"^units"):
        self_sufficiency([1.0, 2.0], [1.0, 2.0], labels)
    with pytest.raises(InputError, match=r"^units"):
        closing_scale(circulate([1.0, 2.0], [1.0, 2.0], LADDER), labels)


@pytest.mark.parametrize("scale", ["outside", "no_demand", "no_supply", "", 3])
def test_a_scale_cannot_be_called_like_an_answer(scale):
    with pytest.raises(InputError, match=r"^ladder"):
        circulate([1.0], [1.0], {scale: ["u"]})


@pytest.mark.parametrize("threshold", [0, -0.1, 1.01, float("nan"), float("inf"), "0.8", None])
def test_a_threshold_that_is_no_share_is_refused(threshold):
    with pytest.raises(InputError, match=r"^threshold"):
        closing_scale(circulate([1.0, 2.0], [1.0, 2.0], LADDER), ["u", "u"], threshold=threshold)


@pytest.mark.parametrize("perspective", ["", "Demand", None, "both"])
def test_an_unknown_perspective_is_refused(perspective):
    with pytest.raises(InputError, match=r"^perspective"):
        closing_scale(circulate([1.0, 2.0], [1.0, 2.0], LADDER), ["u", "u"], perspective=perspective)
