"""Yen in words: two figures, counted as they are read aloud."""

from types import SimpleNamespace

import pytest

from layers.money.words import unit_price, yen, yen_range


@pytest.mark.parametrize(
    ("value", "ja", "en"),
    [
        (0, "0円", "0 yen"),
        (9_140, "9,100円", "9,100 yen"),
        (99_600, "10万円", "100,000 yen"),
        (204_000, "20万円", "200,000 yen"),
        (995_000, "100万円", "1 million yen"),
        (15_300_000, "1,500万円", "15 million yen"),
        (99_700_000, "1億円", "100 million yen"),
        (384e8, "380億円", "38 billion yen"),
        (9_597e8, "9,600億円", "960 billion yen"),
        (2.24e12, "2.2兆円", "2.2 trillion yen"),
    ],
)
def test_an_amount_is_counted_in_each_language_s_own_numbers(value, ja, en):
    assert yen(value, "ja") == ja
    assert yen(value, "en") == en


@pytest.mark.parametrize(
    ("low", "high", "ja", "en"),
    [
        (166e8, 733e8, "170億～730億円", "17–73 billion yen"),
        (9_608e8, 4.19e12, "9,600億～4.2兆円", "960 billion–4.2 trillion yen"),
        (0, 2.3e8, "0～2.3億円", "0–230 million yen"),
        (1_000, 9_000, "1,000～9,000円", "1,000–9,000 yen"),
        (380.1e8, 383e8, "380億円", "38 billion yen"),
    ],
)
def test_a_range_names_what_it_counts_where_that_differs(low, high, ja, en):
    assert yen_range(low, high, "ja") == ja
    assert yen_range(low, high, "en") == en


def test_a_price_is_told_as_on_a_bill():
    power = SimpleNamespace(central=31_000.0, low=20_000.0, high=36_000.0)
    assert unit_price(power, "MWh", "ja") == "31円/kWh（20～36）"
    assert unit_price(power, "MWh", "en") == "31 yen/kWh (20–36)"
    logs = SimpleNamespace(central=14_000.0, low=13_000.0, high=15_000.0)
    assert unit_price(logs, "m³", "ja") == "14,000円/m³（13,000～15,000）"
    heat = SimpleNamespace(central=3_200.0, low=2_200.0, high=5_000.0)
    assert unit_price(heat, "GJ", "en") == "3.2 yen/MJ (2.2–5)"
