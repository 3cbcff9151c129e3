"""Ready-made drafts: what they change, by the catalogue's own ranges; and on the embedded area."""

from geo.dataset import open_dataset
from geo.prepared import prepare
from geo.projection import population_trend, yearly_rates
from geo.resources import load_catalogue
from geo.scenario import check_scenario, new_scenario
from geo.starters import starters
from tests.geo.scenario_world import fragments, world


def test_the_drafts_go_to_the_ends_of_the_catalogue_s_ranges():
    catalogue = load_catalogue()
    found = {draft.key: draft for draft in starters(world(), catalogue)}
    assert [*found] == ["roofs", "forest", "savings", "population"]
    assert found["roofs"].factors == (("electricity.usable_roof_share", 0.6),)
    assert found["forest"].factors == (("wood_heat.growth_share", 0.3), ("timber.growth_share", 0.3))
    savings = dict(found["savings"].factors)
    assert savings["electricity.use_per_person"] == 6000.0
    assert all(value == catalogue.factors[key].low < catalogue.factors[key].central for key, value in savings.items())
    assert found["population"].changes == population_trend(world(), 2050)
    assert found["population"].sources == (("population_trend", "2050"),)


def test_an_area_without_a_former_census_has_no_draft_of_its_population():
    prepared = prepare(fragments().drop(columns="population_2015"))
    assert [draft.key for draft in starters(prepared, load_catalogue())] == ["roofs", "forest", "savings"]


def test_every_draft_fits_the_embedded_area():
    prepared, catalogue = prepare(open_dataset("kanagawa").fragments), load_catalogue()
    for draft in starters(prepared, catalogue):
        made = new_scenario(draft.key, "kanagawa", factors=draft.factors, changes=draft.changes, sources=draft.sources)
        check_scenario(made, prepared, catalogue)


def test_no_town_of_the_embedded_area_changes_by_more_than_a_tenth_in_five_years():
    """The population fitted to the towns' totals, held against 2015's mesh counts, would lose a sixth of Nakai."""
    prepared = prepare(open_dataset("kanagawa").fragments)
    assert (yearly_rates(prepared) ** 5).between(0.9, 1.1).all()
    units = prepared.units("municipality")
    fitted, former = (units.sums(prepared.columns[name]) for name in ("population", "population_2015"))
    assert min(fitted[:-1] / former[:-1]) < 0.83
