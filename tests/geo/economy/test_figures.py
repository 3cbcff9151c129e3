"""The amounts that tables state: what can be one, and whose and of when they are."""

import math

import pytest

from geo.economy.figures import ITEMS, UNITS, EconomyError, Figure, check_figure, grouped


@pytest.mark.parametrize(
    ("item", "value", "unit"),
    [
        ("production", -1, "億円"),
        ("production", math.nan, "億円"),
        ("consumption_flow", -math.inf, "億円"),
        ("production", 1e9, "億円"),
        ("wealth", 1, "億円"),
        ("production", 1, "ドル"),
    ],
)
def test_an_amount_that_cannot_be_is_refused(item, value, unit):
    with pytest.raises(EconomyError):
        check_figure(Figure("14206", 2018, item, value, unit, "架空"))
    check_figure(Figure("14206", 2018, "consumption_flow", -5.0, "億円", "架空"))


def test_figures_are_grouped_by_place_and_year():
    two = [
        Figure("14206", year, item, value, "億円", "架空")
        for year, item, value in ((2018, "production", 1.0), (2015, "production", 2.0), (2018, "energy_flow", -1.0))
    ]
    assert {key: len(group) for key, group in grouped(two).items()} == {("14206", 2015): 1, ("14206", 2018): 2}
    assert list(grouped(two)) == sorted(grouped(two))


def test_units_and_items_are_what_the_template_may_hold():
    assert UNITS["億円"] == 100 * UNITS["百万円"] == 1e5 * UNITS["千円"]
    assert len(set(ITEMS)) == len(ITEMS) == 21
