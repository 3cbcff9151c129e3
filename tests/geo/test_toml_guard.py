"""Keys that Python's TOML reader would take hours for are found by the text alone, in reasonable time."""

import pytest

from geo.toml_guard import MOST_PARTS, is_long_key

PARTS = ["a", "a-b_1", '"a"', '"a.b"', r'"a\"b"', r'"a\\"', "'a'", "'a\"b'", '""']


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("dot", [".", " .\t"])
@pytest.mark.parametrize("around", ["{} = 1", "[{}]", "x = {{ y = 1, {} = 2 }}", "x = 1\n{} = 2"])
def test_a_key_is_long_from_a_number_of_parts_on(part, dot, around):
    assert is_long_key(around.format(dot.join([part] * (MOST_PARTS + 1))))
    assert not is_long_key(around.format(dot.join([part] * MOST_PARTS)))


@pytest.mark.parametrize(
    "words",
    [
        'name = "' + r"\"" * 400_000,
        '"' * 800_001,
        r"\\" * 200_000 + '"' + r"\\" * 200_000,
        "a." * 99 + "!",
        ("a." * 99 + "!") * 4_000,
        "a" * 800_000 + "." + "b" * 100_000,
        "'" + '"' * 400_000,
        "0.5, " * 200_000,
    ],
)
def test_long_texts_without_one_are_looked_through(words):
    assert not is_long_key(words)
