"""The words and markup of notes and counts, and the options of a typed text."""

import re

from streamlit.testing.v1 import AppTest

from geo.meeting import Hands, Note
from layers.meeting.agenda import options_of
from layers.meeting.hands import count_html
from layers.meeting.notes import local_minutes, note_html

SCRIPT = '<script>alert("x")</script>'


def markup(function, *args):
    """Return what a function that needs a session's language returns."""

    def page(function, args):
        import streamlit as st

        st.text(function(*args))

    app = AppTest.from_function(page, args=(function, args)).run()
    assert not app.exception
    return app.text[0].value


def test_a_note_is_shown_as_text():
    note = Note("a" * 12, "", "pin", f"{SCRIPT}\n二行目", points=((139.0, 35.0),), author=SCRIPT, number=7)
    shown = markup(note_html, note)
    assert "<script" not in shown
    assert "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;\n二行目" in shown
    assert '<b class="mark">7</b>' in shown


def test_a_note_that_is_not_drawn_has_no_number():
    assert "mark" not in markup(note_html, Note("a" * 12, "", "agreed", "はい", author="山田", number=7))


def test_bars_are_on_one_scale_with_the_scenario_of_then():
    hands = Hands("a" * 12, "b" * 12, (("賛成", 10), ("反対", 5), (SCRIPT, 0)), scenario="c" * 12, scenario_name=SCRIPT)
    shown = markup(count_html, hands)
    assert re.findall(r"width:([\d.]+)%", shown) == ["100.0", "50.0", "0.0"]
    assert re.findall(r"<em>([^<]*)</em>", shown) == ["10 人", "5 人", "0 人"]
    assert "<script" not in shown


def test_nobody_raising_a_hand_is_a_count_too():
    shown = markup(count_html, Hands("a" * 12, "b" * 12, (("賛成", 0),)))
    assert re.findall(r"width:([\d.]+)%", shown) == ["0.0"]
    assert "なし（今の前提）" in shown


def test_options_are_lines_without_doubles():
    assert options_of(" 賛成 \n\n反対\n賛成\n") == ("賛成", "反対")
    assert options_of(" \n") == ()


def test_times_are_japan_s_to_the_minute_and_say_so():
    assert local_minutes("2026-11-23T23:34:56.789+00:00") == "2026-11-24 08:34 JST"
    assert local_minutes("") == ""
