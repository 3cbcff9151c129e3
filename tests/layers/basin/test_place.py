"""Which basin the page looks at, and when its map moves."""

import pytest

from geo.dataset import LOWLAND, open_dataset
from layers import session
from layers.basin import place as basin_place
from layers.basin.place import basins, fit_token, looked_at, pick_on_map
from layers.state import ViewState


@pytest.fixture(scope="module")
def dataset():
    return open_dataset("kanagawa")


@pytest.fixture
def state(monkeypatch):
    """A session's own store, and a view that calls change."""
    store, view = {}, {"now": ViewState()}

    def update(**changes):
        view["now"] = ViewState(**{**vars(view["now"]), **changes})

    monkeypatch.setattr(basin_place.st, "session_state", store)
    monkeypatch.setattr(session, "current", lambda: view["now"])
    monkeypatch.setattr(session, "update", update)
    return view


def test_the_list_is_by_land_and_the_lowland_is_not_in_it(dataset):
    codes = list(basins(dataset))
    assert codes[:3] == ["83032", "83268", "83267"]
    assert LOWLAND not in codes
    assert len(codes) == 30


@pytest.mark.parametrize(
    ("place", "code", "leads"),
    [
        ("basin:83267", "83267", ""),
        ("", "83032", ""),
        # Most people of Odawara live in the Sakawa's basin, of Hakone in the Haya's.
        ("municipality:14206", "83268", "municipality:14206"),
        ("municipality:14382", "83545-07", "municipality:14382"),
        ("municipality:99999", "83032", ""),
    ],
)
def test_a_place_of_another_kind_leads_to_its_basin(dataset, place, code, leads):
    looked = looked_at(dataset, ViewState(place=place))
    assert looked.basin.code == code
    assert (looked.of.key if looked.of else "") == leads


@pytest.mark.parametrize("place", ["basin:lowland", "municipality:14210"])
def test_the_lowland_is_no_basin(dataset, place):
    # Miura lies in the lowland altogether.
    assert looked_at(dataset, ViewState(place=place)).basin is None


def test_a_click_picks_the_basin_and_the_map_stays(dataset, state):
    found = looked_at(dataset, state["now"]).basin
    first = fit_token(dataset, found)
    pick_on_map(dataset, 35.36, 139.07)
    assert state["now"].place == "basin:83268"
    clicked = looked_at(dataset, state["now"]).basin
    assert fit_token(dataset, clicked) == first
    # Still so at the next run; a pick in the list, or on another page, moves it.
    assert fit_token(dataset, clicked) == first
    other = basins(dataset)["83267"]
    assert fit_token(dataset, other) not in ("", first)
    # Back to the one that was clicked before, but not by a click.
    assert fit_token(dataset, clicked).endswith(":83268")


@pytest.mark.parametrize("point", [(35.14, 139.63), (30.0, 130.0)])
def test_a_click_on_the_lowland_or_beside_the_area_changes_nothing(dataset, state, monkeypatch, point):
    monkeypatch.setattr(basin_place.st, "toast", lambda words: None)
    pick_on_map(dataset, *point)
    assert state["now"].place == ""
