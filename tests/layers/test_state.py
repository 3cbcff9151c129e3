"""The state of a view and its form in the address bar."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.state import PLACE_KINDS, ViewState, parse, to_query

KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)
CODES = st.from_regex(r"[0-9A-Za-z_-]{1,20}", fullmatch=True)
PLACES = st.one_of(st.just(""), st.builds("{}:{}".format, st.sampled_from(PLACE_KINDS), CODES))
# The address carries a point to 1e-5 degrees, about a metre.
POINTS = st.tuples(
    st.integers(-90_00000, 90_00000).map(lambda value: value / 1e5),
    st.integers(-180_00000, 180_00000).map(lambda value: value / 1e5),
)
STATES = st.builds(
    ViewState,
    lang=st.sampled_from(["ja", "en"]),
    area=KEYS,
    place=PLACES,
    at=st.none() | POINTS,
    resource=KEYS,
    by=st.sampled_from([*PLACE_KINDS, "cells"]),
    threshold=st.integers(5, 100).map(lambda percent: percent / 100),
    factors=st.lists(st.tuples(st.builds("{}.{}".format, KEYS, KEYS), st.floats(-1e12, 1e12)), max_size=5).map(tuple),
    layers=st.none() | st.lists(st.tuples(KEYS, st.integers(0, 100)), max_size=5).map(tuple),
    actuals=st.booleans(),
    upstream=st.booleans(),
)


@given(STATES)
def test_a_link_gives_the_same_view_back(state):
    assert parse(to_query(state)) == (state, ())


@given(STATES)
def test_the_language_changes_nothing_else_in_the_address(state):
    query = to_query(state)
    other = {**query, "lang": "en" if state.lang == "ja" else "ja"}
    reopened, refused = parse(other)
    assert refused == ()
    assert reopened.lang != state.lang
    assert {**to_query(reopened), "lang": ""} == {**query, "lang": ""}


def test_the_default_needs_no_address():
    assert to_query(ViewState()) == {}
    assert parse({}) == (ViewState(), ())


def test_an_address_as_people_see_it():
    state = ViewState(
        lang="en",
        place="basin:83545-03",
        at=(35.26, 139.15),
        threshold=0.75,
        factors=(("water.dependable_share", 0.4),),
        layers=(("closing_scale", 80), ("municipality", 100)),
    )
    assert to_query(state) == {
        "lang": "en",
        "place": "basin:83545-03",
        "at": "35.26000,139.15000",
        "threshold": "0.75",
        "set": "water.dependable_share:0.4",
        "layers": "closing_scale:80,municipality:100",
    }
    assert (state.place_kind, state.place_code) == ("basin", "83545-03")


def test_a_layer_without_opacity_is_opaque_and_no_layers_is_not_the_default():
    assert parse({"layers": "forest_share"})[0].layers == (("forest_share", 100),)
    assert parse({"layers": ""})[0].layers == ()
    assert to_query(ViewState(layers=())) == {"layers": ""}


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("lang", "fr"),
        ("lang", ""),
        ("area", "../etc"),
        ("area", ""),
        ("place", "village:1"),
        ("place", "basin:"),
        ("place", "basin:<b>"),
        ("place", "小田原市"),
        ("at", "35.2"),
        ("at", "35.2,139.1,3"),
        ("at", "91,0"),
        ("at", "0,181"),
        ("at", "nan,0"),
        ("resource", "水"),
        ("resource", "Water"),
        ("by", "ward"),
        ("threshold", "0"),
        ("threshold", "1.5"),
        ("threshold", "inf"),
        ("threshold", "eighty"),
        ("set", "water.share"),
        ("set", "water.share:"),
        ("set", "water.share:nan"),
        ("set", "water.share:1e13"),
        ("set", "WATER:1"),
        ("layers", "forest_share:101"),
        ("layers", "forest_share:-1"),
        ("layers", "forest_share,"),
        ("layers", "Forest"),
        ("actual", "yes"),
        ("actual", ""),
    ],
)
def test_what_cannot_be_read_is_refused_and_the_rest_kept(name, raw):
    rest = {"lang": "en"} if name != "lang" else {"by": "basin"}
    state, refused = parse({**rest, name: raw})
    assert refused == (name,)
    assert state == parse(rest)[0]


def test_measured_values_are_on_unless_the_address_says_otherwise():
    assert parse({})[0].actuals is True
    assert parse({"actual": "0"})[0].actuals is False
    assert parse({"actual": "1"})[0] == ViewState()
    assert to_query(ViewState(actuals=False)) == {"actual": "0"}


def test_foreign_parameters_are_let_be():
    assert parse({"view": "35,139,10", "utm_source": "x"}) == (ViewState(), ())


@given(
    st.dictionaries(st.sampled_from(["lang", "place", "at", "by", "threshold", "set", "layers", "actual"]), st.text())
)
def test_no_address_breaks_the_reading(query):
    state, refused = parse(query)
    assert set(refused) <= set(query)
    # What was read can be written and read again.
    assert parse(to_query(state))[1] == ()


def test_a_scenario_with_no_slider_moved_says_so():
    assert to_query(ViewState(scenario="abcd")) == {"scenario": "abcd", "set": ""}
    assert to_query(ViewState(scenario="abcd", factors=(("rice.yield", 2.0),)))["set"] == "rice.yield:2.0"
    assert parse({"scenario": "abcd", "set": ""})[0].factors == ()
