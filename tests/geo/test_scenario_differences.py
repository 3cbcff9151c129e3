"""What two scenarios assume differently, worked out by hand."""

from hypothesis import given

from geo.changes import FactorChange, IndicatorChange, Plant
from geo.resources import load_catalogue
from geo.scenario import new_scenario
from geo.scenario_differences import differences
from tests.geo.scenario_world import AREA, scenarios

ROOF = "electricity.usable_roof_share"
ROOF_CENTRAL = 0.45


def scenario(**fields):
    return new_scenario("案", AREA, **fields)


def told(a, b):
    """Return (what, municipalities, before, after, unit) of each difference."""
    found = differences(a, b, load_catalogue())
    return [(one.what, one.municipalities, one.before, one.after, one.unit) for one in found]


def test_a_factor_against_its_central_value():
    assert told(scenario(), scenario(factors=((ROOF, 0.6),))) == [(ROOF, (), ROOF_CENTRAL, 0.6, "share")]
    assert told(scenario(), scenario(factors=((ROOF, ROOF_CENTRAL),))) == []


def test_a_local_factor_stands_against_what_holds_there():
    a = scenario(factors=((ROOF, 0.5),))
    b = scenario(changes=(FactorChange(ROOF, 0.6, ("14205", "14201")),))
    # Elsewhere 0.5 becomes the central value again.
    assert told(a, b) == [
        (ROOF, (), 0.5, ROOF_CENTRAL, "share"),
        (ROOF, ("14201", "14205"), 0.5, 0.6, "share"),
    ]
    assert differences(a, b, load_catalogue())[0].besides == ("14201", "14205")


def test_a_municipality_where_nothing_differs_is_beside_the_whole_area():
    local = FactorChange(ROOF, 0.6, ("14201",))
    a, b = scenario(changes=(local,)), scenario(factors=((ROOF, 0.5),), changes=(local,))
    (found,) = differences(a, b, load_catalogue())
    assert (found.municipalities, found.before, found.after) == ((), ROOF_CENTRAL, 0.5)
    assert found.besides == ("14201",)


def test_a_municipality_set_to_what_holds_everywhere_is_not_told_by_itself():
    b = scenario(factors=((ROOF, 0.5),), changes=(FactorChange(ROOF, 0.5, ("14201",)),))
    (found,) = differences(scenario(), b, load_catalogue())
    assert (found.municipalities, found.besides, found.after) == ((), (), 0.5)


def test_indicators_multiply_and_totals_begin_anew():
    half = IndicatorChange("population", "times", 0.5)
    fifth = IndicatorChange("population", "times", 0.2, ("14201",))
    total = IndicatorChange("population", "total", 700.0, ("14205",))
    double = IndicatorChange("population", "times", 2.0, ("14205",))
    b = scenario(changes=(half, fifth, total, double))
    found = differences(scenario(), b, load_catalogue())
    assert [(one.municipalities, one.mode_after, one.after, one.unit_ja) for one in found] == [
        ((), "times", 0.5, "倍"),
        (("14201",), "times", 0.1, "倍"),
        (("14205",), "total", 1400.0, "人"),
    ]
    assert [(one.mode_before, one.before) for one in found] == [("times", 1.0)] * 3


def test_the_order_of_changes_counts_only_where_it_matters():
    factor, half = FactorChange(ROOF, 0.5, ("14201",)), IndicatorChange("forest_km2", "times", 0.5)
    assert told(scenario(changes=(factor, half)), scenario(changes=(half, factor))) == []
    total = IndicatorChange("forest_km2", "total", 4.0, ("14201",))
    # × 0.5 of the whole area after the total halves it; before it, it does not.
    assert told(scenario(changes=(half, total)), scenario(changes=(total, half))) == [
        ("forest_km2", ("14201",), 4.0, 2.0, "km²")
    ]


def test_plants_by_their_amounts():
    plant = Plant("発電所", "electricity", "supply", 10.0, "53390001", "14205")
    larger = Plant("発電所", "electricity", "supply", 25.0, "53390001", "14205")
    assert told(scenario(), scenario(changes=(plant,))) == [("発電所", ("14205",), None, 10.0, "MWh/yr")]
    assert told(scenario(changes=(plant,)), scenario(changes=(larger,))) == [
        ("発電所", ("14205",), 10.0, 25.0, "MWh/yr")
    ]
    # Two alike count together.
    assert told(scenario(changes=(plant, plant)), scenario(changes=(plant,))) == [
        ("発電所", ("14205",), 20.0, 10.0, "MWh/yr")
    ]
    (gone,) = differences(scenario(changes=(plant,)), scenario(), load_catalogue())
    assert (gone.after, gone.plant) == (None, plant)


def test_the_threshold():
    (found,) = differences(scenario(threshold=0.5), scenario(), load_catalogue())
    assert (found.kind, found.before, found.after) == ("threshold", 0.5, None)


def test_what_the_catalogue_does_not_know_is_left_out():
    assert told(scenario(), scenario(factors=(("steam.use", 1.0),))) == []


@given(scenarios, scenarios)
def test_nothing_differs_from_itself_and_turning_round_exchanges_before_and_after(a, b):
    catalogue = load_catalogue()
    assert differences(a, a, catalogue) == ()
    there, back = differences(a, b, catalogue), differences(b, a, catalogue)
    assert len(there) == len(back)
    ways = {(one.kind, one.what, one.municipalities, one.before, one.after, one.mode_before) for one in there}
    assert ways == {(one.kind, one.what, one.municipalities, one.after, one.before, one.mode_after) for one in back}
    assert all(one.before != one.after or one.mode_before != one.mode_after for one in there)
