"""What a result is told by, in the singular and the plural."""

import pytest

from geo.commands.units import unit_name
from geo.haul_nodes import KINDS
from geo.terms import SCALES


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("communities", "community"),
        ("municipalities", "municipality"),
        ("basins", "basin"),
        ("prefectures", "prefecture"),
        ("cell", "cells"),
        ("partition_wards", "partition_wards"),
        ("villages", "villages"),
        *((name, name) for name in dict.fromkeys((*SCALES, *KINDS))),
    ],
)
def test_singular_and_plural_are_one(given, name):
    assert unit_name(given) == name
