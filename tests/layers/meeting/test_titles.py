"""Titles of the agenda: made ones follow the reader's language, typed ones stay."""

from dataclasses import replace

import pytest

from geo.dataset import open_whole
from geo.meeting import AgendaItem, Meeting
from geo.resources import load_catalogue
from layers.meeting.titles import automatic_title, is_automatic, shown_titles, with_shown_titles
from layers.meeting.view import state_of

TOWN = (("place", "municipality:14206"),)


@pytest.fixture(scope="module")
def area():
    return open_whole("kanagawa")


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


def item(number, title, kind="ladder", query=TOWN):
    return AgendaItem(f"{number:012d}", title, "", (), kind, query)


def test_a_made_title_follows_the_reader_and_a_typed_one_stays(area, catalogue):
    items = (item(1, "小田原市の循環の規模"), item(2, "Scales of Odawara City"), item(3, "小田原の水"))
    meeting = Meeting("abcdefghijkl", "会議", "kanagawa", items=items)
    assert [*shown_titles(meeting, area, catalogue, lang="en").values()] == [
        "Scales of Odawara City",
        "Scales of Odawara City",
        "小田原の水",
    ]
    shown = with_shown_titles(meeting, area, catalogue, lang="ja")
    assert [each.title for each in shown.items] == ["小田原市の循環の規模"] * 2 + ["小田原の水"]
    assert [each.query for each in shown.items] == [TOWN] * 3


@pytest.mark.parametrize("kind", ["map", "ladder", "comparison"])
def test_what_is_proposed_is_known_again(area, catalogue, kind):
    asked = item(1, "x", kind)
    for lang in ("ja", "en"):
        proposed = automatic_title(kind, state_of(asked, area="kanagawa", lang=lang), area, catalogue)
        assert is_automatic(replace(asked, title=proposed), area, catalogue)
    assert not is_automatic(asked, area, catalogue)
