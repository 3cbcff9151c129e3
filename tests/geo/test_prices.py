"""Prices of the catalogue: read strictly, counted once."""

import pytest

from geo.catalogue_reading import read_catalogue
from geo.errors import CatalogueError, InputError
from geo.prices import counted_resources, price_under
from geo.resources import check_factors, load_catalogue
from tests.geo.catalogue_world import CATALOGUE


def price(resource="logs", unit="yen/m³", staying_unit="share", paid=(80, 100, 150), staying=(0.1, 0.25, 0.5)):
    """The TOML of a price."""
    parts = []
    words = 'name_ja = "試験"\nname_en = "test"\nbasis = "general"\nsource = "試験"\nsource_en = "test"\nyear = "—"\n'
    for name, unit_of_part, ends in (("paid", unit, paid), ("staying", staying_unit, staying)):
        numbers = "".join(f"{end} = {value}\n" for end, value in zip(("low", "central", "high"), ends, strict=True))
        parts.append(f'[resources.{resource}.price.{name}]\n{numbers}unit = "{unit_of_part}"\n{words}')
    return "\n".join(parts)


def test_a_price_is_read_with_its_two_parts():
    read = read_catalogue(f"{CATALOGUE}\n{price()}").resources["logs"].price
    assert (read.paid.key, read.paid.low, read.paid.central, read.paid.high) == ("logs.price_paid", 80, 100, 150)
    assert (read.staying.low, read.staying.central, read.staying.high) == (0.1, 0.25, 0.5)


def test_a_resource_without_a_price_has_none():
    assert read_catalogue(CATALOGUE).resources["logs"].price is None


def test_the_parts_of_a_price_can_be_set_and_are_no_factors_of_an_amount():
    priced, plain = read_catalogue(f"{CATALOGUE}\n{price()}"), read_catalogue(CATALOGUE)
    assert set(priced.factors) - set(plain.factors) == {"logs.price_paid", "logs.price_staying"}
    assert priced.factors["logs.price_paid"].kind == "price"
    assert [f.key for f in priced.resources["logs"].factors] == [f.key for f in plain.resources["logs"].factors]
    assert check_factors(priced, [("logs.price_paid", 120.0)]) == {"logs.price_paid": 120.0}
    with pytest.raises(InputError, match="share within 0 and 1"):
        check_factors(priced, [("logs.price_staying", 1.2)])


def test_a_price_set_by_hand_holds_at_both_ends():
    read = read_catalogue(f"{CATALOGUE}\n{price()}").resources["logs"].price
    under = price_under(read, {"logs.price_paid": 120.0, "logs.use": 3.0})
    assert (under.paid.low, under.paid.central, under.paid.high) == (120, 120, 120)
    assert under.staying == read.staying
    assert price_under(read, {}) == read


@pytest.mark.parametrize(
    ("text", "where", "field", "expected"),
    [
        (price(unit="yen/t"), "resources.logs.price.paid", "unit", "yen/m³"),
        (price(staying_unit="%"), "resources.logs.price.staying", "unit", "share"),
        (price(staying=(0.1, 0.5, 1.5)), "resources.logs.price.staying", "high", "within 0 and 1"),
        (price(paid=(200, 100, 150)), "resources.logs.price.paid", "low", "low ≤ central"),
        (price().partition("\n[resources.logs.price.staying]")[0], "resources.logs.price", "staying", "low, central"),
        (price() + "\n[resources.logs.price.tax]\nlow = 1\n", "resources.logs.price", "tax", "no such field"),
        (price("chips"), "resources.chips.price", "perspective", "'demand'"),
    ],
)
def test_a_price_that_cannot_be_is_refused(text, where, field, expected):
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(f"{CATALOGUE}\n{text}")
    assert caught.value.params["where"] == where
    assert caught.value.params["field"].strip("'") == field
    assert expected in caught.value.params["expected"]


def test_a_view_of_another_resource_never_adds_up():
    text = "\n".join((CATALOGUE, price(), price("power", "yen/MWh"), price("home_power", "yen/MWh")))
    assert counted_resources(read_catalogue(text)) == ("power", "logs")


def test_the_embedded_prices_are_those_of_the_reference_and_say_that_they_are_general_knowledge():
    catalogue = load_catalogue()
    assert set(counted_resources(catalogue)) == {"electricity", "wood_heat", "timber", "water", "rice", "vegetables"}
    prices = {key: known.price for key, known in catalogue.resources.items() if known.price}
    # 31 yen/kWh, 3.2 yen/MJ, and the published ends of the others.
    assert prices["electricity"].paid.central == 31_000
    assert prices["wood_heat"].paid.central == 3_200
    assert (prices["rice"].paid.low, prices["rice"].paid.high) == (350_000, 700_000)
    assert (prices["vegetables"].paid.low, prices["vegetables"].paid.high) == (300_000, 400_000)
    assert (prices["timber"].paid.low, prices["timber"].paid.high) == (13_000, 15_000)
    assert (prices["water"].paid.low, prices["water"].paid.high) == (150, 200)
    for known in prices.values():
        for part in (known.paid, known.staying):
            assert part.basis == "general"
            assert "一般的な知見" in part.source
            assert "general knowledge" in part.source_en
