"""The detour factor of the catalogue: read where it stands, usual where it does not, refused where no road is so."""

import pytest

from geo.catalogue_reading import read_catalogue
from geo.errors import CatalogueError
from geo.resources import load_catalogue
from geo.terms import DETOUR
from tests.geo.catalogue_world import CATALOGUE

STATED = """
[haulage.detour]
name_ja = "回り道"
name_en = "Detour"
low = 1.1
central = 1.2
high = 1.5
unit = "km/km"
basis = "published"
source = "試験"
source_en = "test"
year = "2020"
"""


def test_the_embedded_catalogue_states_it():
    detour = load_catalogue().detour
    assert (detour.key, detour.low, detour.central, detour.high) == ("haulage.detour", 1.3, 1.35, 1.4)
    assert detour.basis == "general"
    assert detour.source
    assert detour.source_en


def test_a_catalogue_may_state_its_own_or_none():
    stated = read_catalogue(CATALOGUE + STATED)
    assert (stated.detour.low, stated.detour.central, stated.detour.high) == (1.1, 1.2, 1.5)
    assert stated.detour.name_en == "Detour"
    # It moves no amount, so it is none of the factors that a resource hangs on or a user sets.
    assert stated.factors.keys() == read_catalogue(CATALOGUE).factors.keys()
    assert read_catalogue(CATALOGUE).detour is DETOUR
    assert read_catalogue(f"{CATALOGUE}\n[haulage]\n").detour is DETOUR


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (STATED.replace("low = 1.1", "low = 0.9"), "at least 1"),
        (STATED.replace("low = 1.1", "low = 1.3"), "low ≤ central ≤ high"),
        (STATED.replace('source = "試験"\n', ""), "source"),
        ("\n[haulage]\nroad = 1.3\n", "road"),
    ],
)
def test_what_cannot_be_is_refused(text, says):
    with pytest.raises(CatalogueError, match=says):
        read_catalogue(CATALOGUE + text)
