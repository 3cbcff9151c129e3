"""What is being drawn on the map for a note: presses add points until it is kept or given up."""

from __future__ import annotations

from dataclasses import dataclass, replace

import shapely
import streamlit as st

from geo.meeting import POINTS_OF, Note
from layers.live import Extra, MapEvent
from layers.meeting.current import Here

_DRAWING = "meeting_drawing"
# The mark of the points that are not kept yet.
_NEW = "＋"


@dataclass(frozen=True)
class Drawing:
    """A shape in the making.

    Attributes
    ----------
    meeting
        Key of the meeting it is drawn for.
    kind
        'pin', 'line' or 'area'.
    points
        (longitude, latitude) in degrees, in the order pressed.
    """

    meeting: str
    kind: str
    points: tuple[tuple[float, float], ...] = ()

    @property
    def is_enough(self) -> bool:
        """Whether it has as many points as its kind needs."""
        return len(self.points) >= POINTS_OF[self.kind][0]


def drawing(here: Here) -> Drawing | None:
    """Return what is being drawn in this session for this meeting, None while no drawing tool is on."""
    found = st.session_state.get(_DRAWING)
    is_on = isinstance(found, Drawing) and found.meeting == here.meeting.key and here.can_write
    return found if is_on else None


def start_drawing(here: Here, kind: str) -> None:
    """Turn a drawing tool on; with the same tool on already, the points stay. Any other kind turns it off."""
    if kind not in POINTS_OF:
        stop_drawing()
        return
    before = drawing(here)
    if before is None or before.kind != kind:
        st.session_state[_DRAWING] = Drawing(here.meeting.key, kind)


def stop_drawing() -> None:
    """Turn the drawing tool off; what was drawn is given up."""
    st.session_state.pop(_DRAWING, None)


def take_back_point(here: Here) -> None:
    """Take the last point back."""
    found = drawing(here)
    if found is not None:
        st.session_state[_DRAWING] = replace(found, points=found.points[:-1])


def map_pressed(here: Here, event: MapEvent) -> bool:
    """Take a press on the map as a point while a drawing tool is on; False: not taken.

    A second press moves a pin; a line or an area that has all the points it may have stays as it is, and so does one
    that is pressed where its last point is: a press may be told twice.
    """
    found = drawing(here)
    if found is None:
        return False
    most = POINTS_OF[found.kind][1]
    point = (event.lon, event.lat)
    if most == 1:
        points: tuple[tuple[float, float], ...] = (point,)
    else:
        is_new = len(found.points) < most and found.points[-1:] != (point,)
        points = (*found.points, point) if is_new else found.points
    st.session_state[_DRAWING] = replace(found, points=points)
    return True


def note_extras(here: Here) -> tuple[Extra, ...]:
    """Return the pins, lines and areas of :func:`notes_here`, and the one that is being drawn."""
    shapes = [
        extra for note in notes_here(here) if note.points for extra in _extras(note.kind, note.points, str(note.number))
    ]
    found = drawing(here)
    if found is not None and found.points:
        shapes += _extras(found.kind, found.points, _NEW)
    return tuple(shapes)


def notes_here(here: Here) -> tuple[Note, ...]:
    """Return the notes about the item open and those about the meeting as a whole, in the order made."""
    asked = {"", here.item.key if here.item is not None else ""}
    return tuple(note for note in here.meeting.notes if note.item in asked)


def mark_of(note: Note) -> str:
    """Return the number that stands on the map for a note, '' for one that is not drawn."""
    return str(note.number) if note.points else ""


def _extras(kind: str, points: tuple[tuple[float, float], ...], label: str) -> list[Extra]:
    """Return a shape and the pin that names it: on the point, in the middle of the line, inside the area."""
    if kind == "line" and len(points) >= 2:
        line = shapely.LineString(points)
        return [Extra("line", line), Extra("pin", line.interpolate(0.5, normalized=True), label=label)]
    if kind == "area" and len(points) >= 3:
        # A line that crosses itself encloses something too; one that goes back and forth encloses nothing.
        valid = shapely.make_valid(shapely.Polygon(points))
        inside = shapely.MultiPolygon([part for part in shapely.get_parts(valid) if part.geom_type == "Polygon"])
        if not inside.is_empty:
            return [Extra("area", inside), Extra("pin", inside.representative_point(), label=label)]
        return _extras("line", points, label)
    pins = [Extra("pin", shapely.Point(point), label=label) for point in points]
    return [Extra("line", shapely.LineString(points)), *pins] if len(points) == 2 else pins
