"""What distance allows, in words and as a bar, from an allocation worked out by hand."""

from dataclasses import replace

import pytest

from geo.allocation import allocate_resource, fitting
from geo.assessment import assess
from geo.catalogue_reading import read_catalogue
from geo.haul_nodes import nodes_of
from layers.distance_detail import distance_html
from layers.messages import LANGUAGES, text
from tests.geo.catalogue_world import CATALOGUE
from tests.geo.haul_world import row_of_fragments

SMALL = read_catalogue(CATALOGUE)


@pytest.fixture(scope="module")
def allocation():
    """Logs: a has 4 km² × 4 m³ = 16 for its own 4 and sends 4 to b, which lacks 4.

    c needs 20 and has only what is left; a and b are communities of m1 (one municipality), c is m2's.
    """
    fragments = row_of_fragments(forest_km2=[4.0, 0.0, 0.0], population=[2.0, 2.0, 10.0])
    return allocate_resource(assess(fragments, "logs", SMALL), nodes_of(fragments, detour=1.35))


def html(allocation, code, lang, threshold=0.8, **changed):
    unit = {
        str(name): value for name, value in fitting(allocation, "municipality", threshold=threshold).loc[code].items()
    }
    return distance_html(unit | changed, allocation, lang, threshold=threshold, detour=1.35)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_scale_is_named_where_enough_is_delivered(allocation, lang):
    told = html(allocation, "m1", lang)
    # Of 8 needed in m1, 4 are a's own and 4 come from the neighbouring community.
    within = text("distance.fits", lang, scale=text("scale.within.municipality", lang), threshold="80")
    assert within in told
    community, municipality = (text(f"scale.bar.{scale}", lang) for scale in ("community", "municipality"))
    assert f"{community} 50 %" in told
    assert f"{municipality} 50 %" in told
    assert text("distance.undelivered", lang) not in told
    assert "× 1.35" in told


def test_what_the_solver_rounds_away_is_not_told_as_undelivered(allocation):
    """In m1 everything is delivered: shares that are a hair short of the whole leave nothing over."""
    told = html(allocation, "m1", "ja", delivered_community=4.0 - 1e-12)
    assert text("distance.undelivered", "ja") not in told


def test_that_it_is_the_central_case_is_said(allocation):
    assert text("distance.central", "ja") in html(allocation, "m1", "ja")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_where_no_scale_reaches_it_the_share_is_told(allocation, lang):
    # c needs 20 and gets the 8 that a has left.
    told = html(allocation, "m2", lang)
    assert text("distance.open", lang, percent="40", threshold="80") in told
    assert f"{text('distance.undelivered', lang)} 60 %" in told


def test_the_reach_is_told_where_it_limits(allocation):
    assert text("distance.reach", "ja", km="50") in html(replace(allocation, reach_km=50.0), "m1", "ja")
    for far in (None, 1e6):
        assert text("distance.reach_none", "ja") in html(replace(allocation, reach_km=far), "m1", "ja")


def test_without_a_need_there_is_nothing_to_carry(allocation):
    told = html(allocation, "m1", "ja", demand=0.0, delivered_share=float("nan"))
    assert text("distance.nothing", "ja") in told
    assert "bar" not in told
