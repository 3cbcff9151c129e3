"""What people drew on a map: each number readable, none over another, near what it is about."""

import re

from hypothesis import given
from hypothesis import strategies as st

from geo.meeting import Note
from layers.handout.marks import is_drawn, note_marks, number_badge
from layers.svg_parts import Frame

PLANE = "EPSG:6677"
# 1 px is 10 m; the plane's origin lies at 36°N 139.8333°E, 300 px right of the corner and 200 below it.
FRAME = Frame(-3000.0, 2000.0, 0.1, 600.0, 400.0)
ORIGIN = (139.83333333, 36.0)


def drawn(kind="pin", points=(ORIGIN,), number=1):
    return Note("a" * 12, "", kind, "x", tuple(points), number=number)


def plates(svg):
    found = re.findall(r'<rect x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)" height="([\d.]+)"', svg)
    return [tuple(map(float, plate)) for plate in found]


def test_a_pin_stands_where_it_was_set():
    svg = "".join(note_marks([drawn(number=7)], FRAME, PLANE))
    assert '<circle cx="300.0" cy="200.0"' in svg
    assert plates(svg) == [(292.0, 192.0, 16.0, 16.0)]
    assert ">7</text>" in svg


@given(st.lists(st.tuples(st.floats(-0.004, 0.004), st.floats(-0.004, 0.004)), min_size=2, max_size=12))
def test_no_plate_lies_over_another_or_beyond_the_edge(shifts):
    notes = [drawn(points=[(ORIGIN[0] + x, ORIGIN[1] + y)], number=n) for n, (x, y) in enumerate(shifts, start=1)]
    boxes = plates("".join(note_marks(notes, FRAME, PLANE)))
    assert len(boxes) == len(notes)
    for place, (x, y, wide, high) in enumerate(boxes):
        assert x >= 0 and y >= 0 and x + wide <= 600 and y + high <= 400  # noqa: PT018 - one box
        for left, top, width, height in boxes[:place]:
            # Written to a tenth of a pixel.
            assert (
                x + wide <= left + 0.11
                or left + width <= x + 0.11
                or y + high <= top + 0.11
                or top + height <= y + 0.11
            )


def test_a_plate_that_gave_way_is_tied_to_its_spot():
    alone, pair = (note_marks([drawn(number=n) for n in numbers], FRAME, PLANE) for numbers in ((1,), (1, 2)))
    assert "M" not in "".join(part for part in alone if "stroke-opacity" in part)
    leader = next(part for part in pair if "stroke-opacity" in part)
    assert "L300.0,200.0" in leader


def test_a_line_has_its_number_half_way_and_an_area_inside():
    east = (ORIGIN[0] + 0.01, ORIGIN[1])
    line = plates("".join(note_marks([drawn("line", [ORIGIN, east])], FRAME, PLANE)))[0]
    # 0.01° of longitude are 902 m at 36°N: half of it is 45 px.
    assert abs(line[0] + 8 - 345) < 1
    corner = (ORIGIN[0] + 0.01, ORIGIN[1] + 0.01)
    area = plates("".join(note_marks([drawn("area", [ORIGIN, east, corner])], FRAME, PLANE)))[0]
    x, y = area[0] + 8, area[1] + 8
    assert 300 < x < 391
    assert 200 - (x - 300) * 1.3 < y < 200


def test_words_alone_are_no_mark_and_what_lies_beyond_the_frame_has_no_plate():
    assert not is_drawn(drawn("comment", ()))
    assert note_marks([drawn("agreed", ())], FRAME, PLANE) == []
    assert plates("".join(note_marks([drawn(points=[(140.5, 36.0)])], FRAME, PLANE))) == []
    assert note_marks([drawn(points=[(180.0, 90.0)])], FRAME, PLANE) is not None


def test_a_badge_grows_with_its_number():
    one, many = (plates(number_badge(number))[0][2] for number in (1, 1234))
    assert one < many
