"""People's words on paper: escaped, measured, cut, with who and when; addresses that lead back."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.meeting import Note
from layers.handout.words import (
    cut_short,
    day_of,
    is_loopback,
    is_web,
    item_link,
    lines_of,
    meeting_link,
    people_of,
    prose,
    safe,
    signed,
    within,
)
from layers.meeting.view import state_of
from tests.layers.handout.handout_world import item, key, meeting_of, note


def test_words_are_escaped_and_keep_their_lines():
    assert prose(" <b>\n& ") == "&lt;b&gt;<br>&amp;"
    assert signed("<i>", "2026-11-23T05:30:00+00:00") == '<span class="by">&lt;i&gt; 14:30</span>'
    assert signed("", "yesterday") == ""


def test_a_long_word_may_break_and_loses_no_letter():
    assert safe("W" * 40).replace("\u200b", "") == "W" * 40
    assert max(map(len, safe("W" * 40).split("\u200b"))) <= 16
    assert safe("水" * 40) == "水" * 40
    assert safe("<" * 13 + "abcd") == "&lt;" * 12 + "\u200b&lt;abcd"


def test_lines_are_counted_by_width():
    assert lines_of("あ" * 10, 10) == 1
    assert lines_of("あ" * 11, 10) == 2
    # Half-width letters take 0.56 of a full-width one.
    assert lines_of("a" * 17, 10) == 1
    assert lines_of("一\n二\n", 10) == 3


@given(st.lists(st.text(max_size=40), max_size=20), st.integers(0, 600))
def test_every_note_is_printed_or_counted(words, letters):
    notes = [Note(key(n), "", "comment", said, number=n) for n, said in enumerate(words, start=1)]
    kept, left = within(notes, letters)
    assert len(kept) + left == len(notes)
    assert list(kept) == notes[: len(kept)]
    assert sum(len(each.words) + 20 for each in kept) <= letters


def test_people_stand_once_in_the_order_they_came():
    meeting = meeting_of(item(1, "一"), notes=[note(1, key(1), "comment", "x", author=a) for a in ("山田",)])
    assert people_of(meeting, "ja") == "佐藤、山田"
    many = meeting_of(notes=[note(n, "", "comment", "x", author=f"人{n}") for n in range(1, 45)])
    assert people_of(many, "en").endswith("人40 and 4 more")


def test_an_items_address_opens_its_view_on_its_page():
    asked = item(1, "一", "ladder", [("place", "municipality:14206"), ("set", "shared.persons_per_household:2.5")])
    link = item_link("https://example.jp/town/meeting?meeting=abc", asked, area="kanagawa", lang="en")
    parts = urlsplit(link)
    assert (parts.netloc, parts.path) == ("example.jp", "/town/scale")
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert query == {
        "place": "municipality:14206",
        "set": "shared.persons_per_household:2.5",
        "area": "kanagawa",
        "lang": "en",
    }
    assert state_of(asked, area="kanagawa", lang="en").place == "municipality:14206"


@pytest.mark.parametrize(
    "link", ["", "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "http://a/" + "x" * 3000]
)
def test_other_addresses_are_not_printed(link):
    assert not is_web(link)
    assert item_link(link, item(1, "一"), area="kanagawa", lang="ja") == ""


def test_the_meetings_address_is_the_same_whatever_was_looked_at():
    link = meeting_link("http://example.jp/town/meeting?view=1&meeting=x", meeting_of(), lang="en")
    assert link == "http://example.jp/town/meeting?area=kanagawa&lang=en&meeting=abcdefghijkl"
    assert meeting_link("", meeting_of(), lang="en") == ""


@pytest.mark.parametrize(
    ("link", "is_here"),
    [
        ("http://localhost:8501/", True),
        ("http://127.0.0.1/", True),
        ("http://[::1]:80/", True),
        ("http://a.jp/", False),
    ],
)
def test_an_address_of_this_machine_is_known_as_such(link, is_here):
    assert is_loopback(link) is is_here


def test_what_opens_on_this_machine_alone_is_not_printed():
    here = "http://127.0.0.1:8501/meeting?meeting=abc"
    asked = item(1, "一", "ladder", [("place", "municipality:14206")])
    assert meeting_link(here, meeting_of(), lang="ja") == ""
    assert item_link(here, asked, area="kanagawa", lang="ja") == ""
    public = item_link(here, asked, area="kanagawa", lang="ja", public="https://m.jp/x")
    assert public == "https://m.jp/x/scale?place=municipality:14206&area=kanagawa&lang=ja"
    # A scenario is kept on this machine: the public server knows nothing of it.
    compared = item(2, "二", "comparison", [("scenario", "abcdefghijkl")])
    assert item_link(here, compared, area="kanagawa", lang="ja", public="https://m.jp/x") == ""


def test_days_and_long_titles():
    # 00:30 of the next day in Japan.
    assert day_of("2026-11-23T15:30:00+00:00", "en") == "2026-11-24"
    assert day_of("", "ja") == ""
    assert cut_short("あいう", 3) == "あいう"
    assert cut_short("あいうえ", 3) == "あい…"
