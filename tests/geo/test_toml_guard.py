"""Keys that Python's TOML reader would take hours for are found by the text alone, in reasonable time."""

import pytest

from geo.toml_guard import MOST_PARTS, LongKeyError, TomlLineError, is_long_key, read_toml

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


def test_toml_is_read_whatever_system_wrote_it():
    assert read_toml('\ufeffa = \'水\'\r\nb = """x\r\ny"""\r\n'.encode()) == {"a": "水", "b": "x\ny"}


@pytest.mark.parametrize("content", [b"a = ", b"\xff\xfe", "a = '水'".encode("cp932"), b"a = " + b"[" * 30_000])
def test_what_is_no_toml_is_refused(content):
    with pytest.raises(ValueError) as caught:  # noqa: PT011  whatever its words are
        read_toml(content)
    assert not isinstance(caught.value, LongKeyError)


@pytest.mark.parametrize(
    ("words", "line"),
    [("a = 1\nb", 2), ("a = 1\r\n\r\nb = = 2\r\nc = 3\r\n", 3), ('a = 1\nb = """x\ny\n', 3), ("a = ", 1)],
)
def test_the_line_that_cannot_be_read_is_told(words, line):
    with pytest.raises(TomlLineError) as caught:
        read_toml(words.encode())
    assert caught.value.line == line


def test_a_key_that_takes_hours_is_refused_before_it_is_read():
    with pytest.raises(LongKeyError, match="more than 100 parts"):
        read_toml(f"a{'.a' * 300_000} = 1".encode())
