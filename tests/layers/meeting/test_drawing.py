"""Drawing on the map for a note: presses, points, and the shapes that the map gets."""

import pytest
import shapely
import streamlit as st

from geo.meeting import Meeting, Note
from geo.meeting_passes import Pass
from layers.live import MapEvent
from layers.meeting import drawing
from layers.meeting.current import Here

KEY = "aaaaaaaaaaaa"
ITEM = "iiiiiiiiiiii"


def here(*notes, role="participant", is_open=True):
    meeting = Meeting(KEY, "会議", "kanagawa", notes=notes, is_open=is_open)
    return Here(meeting, Pass(KEY, "t", role, "山田"), None)


def drawn(kind, points, number=1, item=""):
    return Note(f"n{number:011d}", item, kind, "", points=tuple(points), number=number)


@pytest.fixture(autouse=True)
def session(monkeypatch):
    """A session's state."""
    state = {}
    monkeypatch.setattr(st, "session_state", state)
    return state


def press(found, *points):
    return [drawing.map_pressed(found, MapEvent(latitude, longitude)) for longitude, latitude in points]


def test_without_a_tool_a_press_is_not_taken():
    assert press(here(), (139.0, 35.0)) == [False]
    assert drawing.note_extras(here()) == ()


def test_each_press_adds_a_point_and_the_last_can_be_taken_back():
    found = here()
    drawing.start_drawing(found, "line")
    assert press(found, (139.0, 35.0), (139.1, 35.0), (139.1, 35.2)) == [True] * 3
    drawing.take_back_point(found)
    assert drawing.drawing(found).points == ((139.0, 35.0), (139.1, 35.0))
    assert drawing.drawing(found).is_enough


def test_a_press_that_is_told_twice_counts_once():
    found = here()
    drawing.start_drawing(found, "area")
    press(found, (139.0, 35.0), (139.0, 35.0), (139.1, 35.0))
    assert len(drawing.drawing(found).points) == 2
    assert not drawing.drawing(found).is_enough


def test_a_second_press_moves_the_pin():
    found = here()
    drawing.start_drawing(found, "pin")
    press(found, (139.0, 35.0), (139.5, 35.5))
    assert drawing.drawing(found).points == ((139.5, 35.5),)


def test_a_line_takes_no_more_points_than_a_note_may_have():
    found = here()
    drawing.start_drawing(found, "line")
    press(found, *((139 + number / 1000, 35.0) for number in range(230)))
    assert len(drawing.drawing(found).points) == 200


def test_another_tool_starts_anew_and_the_same_goes_on():
    found = here()
    drawing.start_drawing(found, "line")
    press(found, (139.0, 35.0))
    drawing.start_drawing(found, "line")
    assert len(drawing.drawing(found).points) == 1
    drawing.start_drawing(found, "area")
    assert drawing.drawing(found).points == ()
    drawing.start_drawing(found, "comment")
    assert drawing.drawing(found) is None


@pytest.mark.parametrize("lost", [{"role": "viewer"}, {"is_open": False}])
def test_who_may_not_write_does_not_draw(lost):
    drawing.start_drawing(here(), "pin")
    assert press(here(**lost), (139.0, 35.0)) == [False]


def test_what_is_drawn_in_one_meeting_is_not_in_another():
    drawing.start_drawing(here(), "pin")
    other = Here(Meeting("b" * 12, "会議", "kanagawa"), Pass("b" * 12, "t", "participant", "山田"), None)
    assert drawing.drawing(other) is None


def test_notes_become_numbered_shapes():
    square = [(139.0, 35.0), (139.2, 35.0), (139.2, 35.2), (139.0, 35.2)]
    notes = [
        drawn("pin", [(139.3, 35.3)], 1),
        drawn("line", [(139.0, 35.0), (139.4, 35.0)], 2),
        drawn("area", square, 3),
    ]
    shapes = drawing.note_extras(here(*notes, Note("c" * 12, "", "comment", "words", number=4)))
    assert [(shape.kind, shape.label) for shape in shapes] == [
        ("pin", "1"),
        ("line", ""),
        ("pin", "2"),
        ("area", ""),
        ("pin", "3"),
    ]
    # In the middle of the line; inside the area.
    assert shapes[2].geometry.equals(shapely.Point(139.2, 35.0))
    assert shapely.Polygon(square).contains(shapes[4].geometry)


def test_an_area_that_crosses_itself_is_drawn_as_what_it_encloses():
    bow = [(139.0, 35.0), (139.2, 35.2), (139.2, 35.0), (139.0, 35.2)]
    area, pin = drawing.note_extras(here(drawn("area", bow)))
    assert area.geometry.is_valid
    # Two triangles, each a quarter of the square of 0.2 degrees.
    assert area.geometry.area == pytest.approx(0.02)
    assert area.geometry.contains(pin.geometry)


def test_an_area_without_an_inside_is_drawn_as_a_line():
    shapes = drawing.note_extras(here(drawn("area", [(139.0, 35.0), (139.1, 35.0), (139.2, 35.0)])))
    assert [shape.kind for shape in shapes] == ["line", "pin"]


def test_notes_of_another_item_are_not_on_the_map():
    assert drawing.note_extras(here(drawn("pin", [(139.0, 35.0)], item=ITEM))) == ()
