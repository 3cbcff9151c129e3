"""The circle of a municipality's money: worked out by hand, after a published figure, and on random accounts."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.economy.circle import circle_of, completed, missing
from geo.economy.figures import Figure

# 長野県 (億円): RESAS「地域経済循環図」(環境省「地域産業連関表」「地域経済計算」) の例として公表された額。
# 分配・支出は地域内の額。
NAGANO = {
    "production": 80_843,
    "production_primary": 1_473,
    "production_secondary": 25_978,
    "production_tertiary": 53_392,
    "employee_income_local": 42_797,
    "employee_income_flow": 98,
    "other_income_local": 38_046,
    "other_income_flow": 6_047,
    "consumption_local": 48_521,
    "consumption_flow": -3_143,
    "investment_local": 10_989,
    "investment_flow": -1_585,
    "other_spending_local": 21_333,
    "other_spending_flow": -1_417,
}


def figures(amounts, unit="億円", municipality="14206", year=2018):
    return [Figure(municipality, year, item, float(value), unit, "架空") for item, value in amounts.items()]


def test_a_published_circle_closes():
    circle = circle_of(figures(NAGANO))
    assert circle is not None
    assert circle.gaps == ()
    assert circle.received == pytest.approx(86_988e8)
    assert circle.income_flow == pytest.approx(6_145e8)
    assert circle.spent == pytest.approx(86_988e8)
    assert circle.spending_flow == pytest.approx(-6_145e8)
    assert circle.returned == pytest.approx(80_843e8)
    assert circle.circulation == pytest.approx(80_843 / 86_988)
    assert math.isnan(circle.energy_flow)
    assert [item for item, _ in circle.sectors] == ["production_primary", "production_secondary", "production_tertiary"]


def test_an_amount_that_is_not_told_follows_from_the_other_two():
    # Received 100 = paid out here 130 - 30 that leave; spent here 90 = spent 120 - 30 elsewhere.
    for stated, item, expected in [
        ({"employee_income_local": 130, "employee_income_flow": -30}, "employee_income", 100),
        ({"employee_income": 100, "employee_income_flow": -30}, "employee_income_local", 130),
        ({"employee_income": 100, "employee_income_local": 130}, "employee_income_flow", -30),
        ({"consumption_local": 90, "consumption_flow": -30}, "consumption", 120),
        ({"consumption": 120, "consumption_flow": -30}, "consumption_local", 90),
        ({"consumption": 120, "consumption_local": 90}, "consumption_flow", -30),
    ]:
        assert completed(stated)[item] == expected
        assert item not in stated


def test_the_sum_of_the_incomes_flows_is_enough():
    told = {key: value for key, value in NAGANO.items() if not key.startswith(("employee", "other_income"))}
    told |= {"employee_income": 42_895, "other_income": 44_093, "income_flow": 6_145}
    circle = circle_of(figures(told))
    assert circle is not None
    assert circle.gaps == ()
    assert math.isnan(circle.incomes[0].local)
    assert circle.income_flow == pytest.approx(6_145e8)


@pytest.mark.parametrize(
    ("left_out", "lacking"),
    [
        ("production", ("production",)),
        ("other_income_flow", ("other_income", "other_income_flow")),
        ("consumption_local", ("consumption",)),
        ("investment_flow", ("investment", "investment_flow")),
    ],
)
def test_what_the_circle_lacks_is_named(left_out, lacking):
    told = figures({key: value for key, value in NAGANO.items() if key != left_out})
    assert missing(told) == lacking
    assert circle_of(told) is None
    assert missing(figures(NAGANO)) == ()


@pytest.mark.parametrize(
    ("item", "gaps"),
    [
        ("production", {"distribution", "spending", "sectors"}),
        ("employee_income_local", {"distribution", "spent"}),
        ("consumption_local", {"spending", "spent"}),
        ("consumption_flow", {"spent"}),
        ("production_primary", {"sectors"}),
    ],
)
def test_sides_that_do_not_agree_are_told(item, gaps):
    # 2,000 is five times what half a percent and the rounding let pass (404 + 7).
    circle = circle_of(figures(NAGANO | {item: NAGANO[item] + 2_000}))
    assert circle is not None
    assert {gap.what for gap in circle.gaps} == gaps
    assert all(gap.tolerance == pytest.approx(404.215e8 + 7e8, rel=0.03) for gap in circle.gaps)


def test_half_a_percent_and_the_rounding_are_let_pass():
    small = {key: round(value / 1000) for key, value in NAGANO.items()}
    # 81 against 43 + 38 = 81, 49 + 11 + 21 = 81: rounding to whole units alone.
    circle = circle_of(figures(small))
    assert circle is not None
    assert circle.gaps == ()
    assert figures({"production": 81})[0].grain_yen == 1e8
    assert figures({"production": 81.25}, "百万円")[0].grain_yen == pytest.approx(1e4)


def test_three_amounts_of_one_income_have_to_agree():
    circle = circle_of(figures(NAGANO | {"employee_income": 42_895 + 5_000}))
    assert circle is not None
    assert "employee_income" in {gap.what for gap in circle.gaps}


amounts = st.integers(1, 10_000)
flows = st.integers(-500, 500)


@given(
    employee=amounts, other=amounts, parts=st.lists(amounts, min_size=2, max_size=2), moved=st.lists(flows, min_size=5)
)
def test_any_accounts_that_balance_make_a_circle_without_gaps(employee, other, parts, moved):
    production = employee + other
    local = [*parts, production - sum(parts)]
    flow_in = moved[:2]
    # What the incomes bring in is spent elsewhere.
    flow_out = [*moved[2:4], -sum(flow_in) - sum(moved[2:4])]
    told = {"production": production, "employee_income_local": employee, "other_income_local": other}
    told |= {"employee_income_flow": flow_in[0], "other_income_flow": flow_in[1]}
    for name, spent, flow in zip(("consumption", "investment", "other_spending"), local, flow_out, strict=True):
        told |= {f"{name}_local": spent, f"{name}_flow": flow}
    circle = circle_of(figures(told))
    assert circle is not None
    assert circle.gaps == ()
    assert circle.received == pytest.approx(circle.spent)
    assert circle.returned == pytest.approx(circle.production)
    # Seen from the other side: residents' amounts in the place of local ones say the same.
    same = {item: value for item, value in told.items() if not item.endswith("_local")}
    same |= {part.item: part.residents / 1e8 for part in (*circle.incomes, *circle.spendings)}
    other_way = circle_of(figures(same))
    assert other_way is not None
    assert other_way.returned == pytest.approx(circle.returned)
    assert other_way.gaps == ()
