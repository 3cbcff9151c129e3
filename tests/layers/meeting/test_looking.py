"""What the browser tells of where the map looks, and what is pinned of it."""

from types import SimpleNamespace

import pytest
import streamlit as st

from geo.meeting import AgendaItem
from layers import session
from layers.meeting import looking
from layers.meeting.looking import query_now, view_of_stage, view_told
from layers.state import ViewState

VIEW = "35.3,139.1,11.25"


def item(view="", key="aaaaaaaaaaaa"):
    query = (("place", "municipality:14206"), *((("view", view),) if view else ()))
    return AgendaItem(key, "題", "", (), "map", query)


@pytest.fixture
def kept(monkeypatch):
    """The session, with the view of the items above."""
    state: dict[str, object] = {}
    monkeypatch.setattr(looking, "st", SimpleNamespace(session_state=state))
    monkeypatch.setattr(session, "current", lambda: ViewState(place="municipality:14206"))
    assert st is not looking.st
    return state


def tell(kept, token, view):
    kept["meeting_look"] = {"look": {"token": token, "view": view}}


@pytest.mark.parametrize(
    ("look", "view"),
    [
        ({"token": "t", "view": VIEW}, VIEW),
        ({"token": "t", "view": "-35,-139,9"}, "-35,-139,9"),
        ({"token": "t", "view": ""}, ""),
        ({"token": "other", "view": VIEW}, None),
        ({"token": "t", "view": "35.3,139.1"}, None),
        ({"token": "t", "view": "35.3,139.1,11&place=x"}, None),
        ({"token": "t", "view": 7}, None),
        ({"token": "t"}, None),
        ("t", None),
        (None, None),
    ],
)
def test_only_a_view_of_what_is_shown_is_taken(look, view):
    assert view_told(look, "t") == view


def test_a_view_of_one_s_own_is_pinned_where_the_map_was_put(kept):
    assert dict(query_now(None)) == {"place": "municipality:14206"}
    tell(kept, "", VIEW)
    assert dict(query_now(None)) == {"place": "municipality:14206", "view": VIEW}


def test_until_the_browser_has_opened_an_item_it_looks_where_it_was_pinned(kept):
    pinned = item(VIEW)
    # Of the item before.
    tell(kept, "bbbbbbbbbbbb@", "35.5,139.5,12")
    assert view_of_stage(pinned) == VIEW


def test_an_item_whose_map_was_moved_is_pinned_anew_where_it_was_put(kept):
    for pinned in (item(VIEW), item()):
        view = dict(pinned.query).get("view", "")
        tell(kept, f"aaaaaaaaaaaa@{view}", view)
        assert query_now(pinned) == pinned.query
        tell(kept, f"aaaaaaaaaaaa@{view}", "35.4,139.1,11.25")
        assert dict(query_now(pinned))["view"] == "35.4,139.1,11.25"


def test_pinned_anew_elsewhere_it_is_another_request(kept):
    tell(kept, f"aaaaaaaaaaaa@{VIEW}", "35.4,139.1,11.25")
    assert view_of_stage(item("35.5,139.5,12")) == "35.5,139.5,12"
