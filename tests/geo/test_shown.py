"""What stands in a file, as it may stand in a sentence."""

import pytest

from geo.shown import LONGEST_SHOWN, shown


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("水", "水"),
        (3.5, "3.5"),
        (True, "True"),
        ({"a": 1}, "{…}"),
        ([1, 2], "[…]"),
        ((1,), "[…]"),
        ("a\n\tb  c", "a b c"),
        ("\u202ea\x00", "a"),
        ("x" * LONGEST_SHOWN, "x" * LONGEST_SHOWN),
        ("x" * (LONGEST_SHOWN + 1), "x" * LONGEST_SHOWN + "…"),
    ],
)
def test_a_value_in_a_sentence(value, words):
    assert shown(value) == words


def test_a_whole_number_of_more_digits_than_python_writes():
    assert shown(10**5000) == "int"
