"""Coordinates as people type them: with and without directions, in degrees, minutes and seconds, in Japanese."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.coordinate_text import parse_coordinate


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("35.25, 139.15", (35.25, 139.15)),
        ("35.25 139.15", (35.25, 139.15)),
        ("３５．２５，１３９．１５", (35.25, 139.15)),
        ("35.25、139.15", (35.25, 139.15)),
        ("139.15, 35.25", (35.25, 139.15)),
        ("N35.25 E139.15", (35.25, 139.15)),
        ("35°15′N 139°9′E", (35.25, 139.15)),
        ("139°9′E, 35°15′N", (35.25, 139.15)),
        ("35°15'36\"N 139°9'0\"E", (35.26, 139.15)),
        ("北緯35度15分 東経139度9分", (35.25, 139.15)),
        ("北緯35度15分36秒、東経139度9分0秒", (35.26, 139.15)),
        ("-33.9, 151.2", (-33.9, 151.2)),
        ("33°54′S 151°12′E", (-33.9, 151.2)),
        ("小田原", None),
        ("35.25", None),
        ("135, 139", None),
        ("35.25, 181", None),
        ("35 km, 139 km", None),
        ("", None),
    ],
)
def test_coordinates_as_people_write_them(text, expected):
    found = parse_coordinate(text)
    assert found == (pytest.approx(expected) if expected else None)


@given(st.floats(-89.9, 89.9).map(lambda x: round(x, 5)), st.floats(91, 180).map(lambda x: round(x, 5)))
def test_a_written_coordinate_reads_back_whichever_comes_first(latitude, longitude):
    for text in (f"{latitude:.5f}, {longitude:.5f}", f"{longitude:.5f}, {latitude:.5f}"):
        assert parse_coordinate(text) == (latitude, longitude)
