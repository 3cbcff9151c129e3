"""A malformed catalogue is refused, and the refusal names the key, the field and what was expected."""

import pytest

from geo.catalogue_reading import read_catalogue
from geo.errors import CatalogueError
from geo.resources import load_catalogue
from tests.geo.catalogue_world import CATALOGUE

LOSS = 'name_en = "Loss"\nlow = 0.1\ncentral = 0.2\nhigh = 0.5\nunit = "share"'


def test_the_small_catalogue_is_read() -> None:
    catalogue = read_catalogue(CATALOGUE)
    assert list(catalogue.resources) == ["power", "home_power", "logs", "chips", "rain"]
    assert catalogue.resources["home_power"].supply == catalogue.resources["power"].supply
    assert catalogue.resources["power"].reach.reach_km == 25
    assert catalogue.resources["rain"].reach.reach_km == 0
    assert catalogue.resources["logs"].reach.reach_km is None
    assert catalogue.resources["rain"].scales == ("municipality", "basin", "prefecture")
    described = {key: (f.kind, f.effect, f.pool) for key, f in catalogue.factors.items()}
    assert described["shared.per_household"] == ("demand", "decreasing", "")
    assert described["shared.growth"] == ("shared", "increasing", "")
    assert described["logs.share"] == ("supply", "increasing", "forest")
    assert described["logs.loss"] == ("supply", "decreasing", "")
    assert described["rain.evaporation"] == ("supply", "decreasing", "")


@pytest.mark.parametrize(
    ("old", "new", "where", "field", "expected"),
    [
        ('unit = "MWh"\nladder', "ladder", "resources.power", "unit", "text"),
        ('name_ja = "電気"', "name_ja = 3", "resources.power", "name_ja", "text"),
        ('name_ja = "電気"', 'name_ja = " "', "resources.power", "name_ja", "not blank"),
        ('ladder = "water"', 'ladder = "hill"', "resources.rain", "ladder", "default, water"),
        ('perspective = "supply"', 'perspective = "side"', "resources.chips", "perspective", "demand, supply"),
        ('view_of = "power"', 'view_of = "logs_"', "resources.home_power", "view_of", "power"),
        ('view_of = "power"', 'view_of = "home_power"', "resources.home_power", "view_of", "power"),
        ('unit = "MWh"\nladder = "default"\nperspective = "demand"\nview_of',
         'unit = "GJ"\nladder = "default"\nperspective = "demand"\nview_of', "resources.home_power", "unit", "MWh"),
        ('view_of = "power"\n', "", "resources.home_power", "supply", "at least one term"),
        ('name_en = "Chips"', 'name_en = "Logs"', "resources.chips", "name_en", "a name of its own"),
        ('caveats_en = ["care"]', "caveats_en = []", "resources.logs", "caveats_en", "as many"),
        ('caveats_en = ["care"]', 'caveats_en = "care"', "resources.logs", "caveats_en", "list of texts"),
        ('time_factor = "in_time"\n', "", "resources.power", "time_factor", "sun, wind"),
        ('time_factor = "in_time"', 'time_factor = "panel"', "resources.power", "time_factor", "'share'"),
        (LOSS, LOSS.replace("low = 0.1", "low = 0.3"), "resources.logs.factors.loss", "low", "low ≤ central"),
        (LOSS, LOSS.replace("high = 0.5", "high = 0.15"), "resources.logs.factors.loss", "high", "central ≤ high"),
        (LOSS, LOSS.replace("low = 0.1", "low = -0.1"), "resources.logs.factors.loss", "low", "within 0 and 1"),
        (LOSS, LOSS.replace("high = 0.5", "high = 1.5"), "resources.logs.factors.loss", "high", "within 0 and 1"),
        (LOSS, LOSS.replace("0.2", "nan"), "resources.logs.factors.loss", "central", "finite"),
        (LOSS, LOSS.replace("0.2", '"0.2"'), "resources.logs.factors.loss", "central", "a number"),
        (LOSS, LOSS.replace("0.2", "true"), "resources.logs.factors.loss", "central", "a number"),
        (LOSS, LOSS.replace("central = 0.2\n", ""), "resources.logs.factors.loss", "central", "a number"),
        (LOSS, LOSS + '\nbases = "x"', "resources.logs.factors.loss", "bases", "no such field"),
        ('basis = "derived"', 'basis = "guess"', "factors.growth", "basis", "published, derived, general"),
        ('effect = "decreasing"', 'effect = "increasing"', "resources.logs.factors.loss", "effect", "'decreasing'"),
        ('times = ["use"]\nper', 'times = ["uses"]\nper', "resources.home_power.demand[0]", "times", "home_power.use"),
        ('reduced_by = ["loss"]', 'reduced_by = ["growth"]', "resources.logs.supply[0]", "reduced_by", "'share'"),
        ('reduced_by = ["loss"]\n', "", "resources.logs.factors.loss", "factor", "to be used"),
        ('pool = "forest"\nshare = "share"\nreduced', 'pool = "sea"\nshare = "share"\nreduced',
         "resources.logs.supply[0]", "pool", "forest"),
        ('pool = "forest"\nshare = "share"\nreduced', 'share = "share"\nreduced',
         "resources.logs.supply[0]", "pool", "together"),
        ('conversion_note = "1 mm on 1 km² is 1,000 m³"\n', "", "resources.rain.supply[0]", "conversion_note", "text"),
        ("low = 1\ncentral = 2\nhigh = 4\nunit = \"persons/household\"",
         "low = 0\ncentral = 2\nhigh = 4\nunit = \"persons/household\"",
         "resources.home_power.demand[0]", "per", "above 0"),
        ('over = "evaporation"', 'over = "evap"', "resources.rain.supply[0].excess", "over", "rain.evaporation"),
        ('optional = true', 'optional = "yes"', "resources.power.supply[1]", "optional", "true or false"),
        ('key = "dam"', 'key = "sun"', "resources.power.supply[1]", "key", "no other term"),
        ('terms = ["trees"]', 'terms = ["bushes"]', "potentials.chips", "terms", "trees"),
        ('resource = "chips"', 'resource = "chip"', "potentials.chips", "resource", "chips"),
        ("carried = false", "carried = 0", "resources.rain.reach", "carried", "true or false"),
        ("[pools.forest]", "[pool.x]\n[pools.forest]", "top level", "pool", "no such field"),
        ("[resources.rain]", "[resources.Rain]", "resources", "'Rain'", "lower-case"),
        # Central shares of 0.5 + 0.3 fit the pool; 0.5 + 0.6 overdraw it.
        ("low = 0.1\ncentral = 0.3\nhigh = 0.9", "low = 0.1\ncentral = 0.6\nhigh = 0.9", "pools.forest", "share",
         "at most 1"),
    ],
)  # fmt: skip
def test_a_malformed_catalogue_is_refused(old: str, new: str, where: str, field: str, expected: str) -> None:
    assert CATALOGUE.count(old) >= 1
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(CATALOGUE.replace(old, new, 1))
    assert caught.value.params["where"] == where
    assert caught.value.params["field"] == field
    assert expected in str(caught.value.params["expected"])
    assert where in str(caught.value)
    assert field in str(caught.value)


def test_text_that_is_not_toml_is_refused() -> None:
    with pytest.raises(CatalogueError, match="TOML"):
        read_catalogue(CATALOGUE.replace("[resources.logs]", "[resources.logs", 1))


@pytest.mark.parametrize("number", ["9" * 400, "9" * 5000], ids=["beyond a float", "beyond an int"])
def test_a_number_beyond_all_bounds_is_refused(number: str) -> None:
    with pytest.raises(CatalogueError):
        read_catalogue(CATALOGUE.replace("central = 10\n", f"central = {number}\n", 1))


def test_a_byte_order_mark_is_let_pass(tmp_path) -> None:
    path = tmp_path / "resources.toml"
    path.write_text(CATALOGUE, encoding="utf-8-sig")
    assert list(load_catalogue(path).resources) == list(read_catalogue(CATALOGUE).resources)


def test_a_resource_defined_twice_is_refused() -> None:
    with pytest.raises(CatalogueError, match="TOML"):
        read_catalogue(CATALOGUE + '\n[resources.logs]\nname_ja = "x"\n')


def test_a_factor_is_the_share_of_one_pool_only() -> None:
    two = CATALOGUE.replace("[pools.forest]", '[pools.other]\nname_ja = "他"\nname_en = "Other"\n[pools.forest]', 1)
    two = two.replace('pool = "forest"\nshare = "share"\n\n', 'pool = "other"\nshare = "logs.share"\n\n', 1)
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(two)
    assert caught.value.params["where"] == "resources.logs.factors.share"
    assert caught.value.params["field"] == "pool"


def test_a_file_that_is_missing_is_refused(tmp_path) -> None:
    with pytest.raises(CatalogueError, match=r"none\.toml"):
        load_catalogue(tmp_path / "none.toml")


def test_the_shipped_catalogue() -> None:
    catalogue = load_catalogue()
    assert list(catalogue.resources) == [
        "household_electricity", "electricity", "wood_heat", "timber", "water", "rice", "vegetables", "compost",
    ]  # fmt: skip
    assert {key: r.perspective for key, r in catalogue.resources.items() if r.perspective != "demand"} == {
        "compost": "supply"
    }
    assert {key for key, r in catalogue.resources.items() if r.ladder == "water"} == {"water"}
    assert catalogue.resources["household_electricity"].view_of == "electricity"
    assert {f.key for f in catalogue.factors.values() if f.pool == "forest_growth"} == {
        "timber.growth_share",
        "wood_heat.growth_share",
    }
    # What is only general knowledge says so, in both languages.
    for factor in catalogue.factors.values():
        if factor.basis == "general":
            assert "一般的な知見" in factor.source or "一般に知られた" in factor.source, factor.key
            assert "general knowledge" in factor.source_en, factor.key
            assert factor.low < factor.central < factor.high, factor.key
