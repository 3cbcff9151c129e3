"""The Scale page through AppTest, in both languages: places, assumptions, links that cannot be kept."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.source import ROOT

PATIENCE_S = 60


def scale_page(**query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_S)
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page("pages/scale.py").run()
    assert not app.exception
    return app


def words(app):
    return "\n".join(str(block.proto.body) for block in app.get("html"))


@pytest.mark.parametrize(
    ("lang", "opening"), [("ja", "小田原市では、計算上、"), ("en", "In Odawara City, by calculation, ")]
)
def test_a_place_opens_with_its_sentence(lang, opening):
    app = scale_page(lang=lang, place="municipality:14206")
    assert opening in words(app)


@pytest.mark.parametrize("place", ["", "basin:83268", "basin:lowland", "community:523974825-14204"])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_kind_of_place_has_a_page(lang, place):
    app = scale_page(lang=lang, place=place) if place else scale_page(lang=lang)
    assert 'class="aloud"' in words(app)
    assert not app.info


@pytest.mark.parametrize("by", ["community", "municipality", "basin", "prefecture", "cells"])
def test_every_partition_can_be_coloured(by):
    assert 'class="aloud"' in words(scale_page(by=by))


def test_picking_a_kind_and_a_place_goes_into_the_address():
    app = scale_page()
    app.button_group(key="scale_kind").set_value("municipality").run()
    assert app.query_params["place"] == "municipality:14100"
    app.selectbox(key="scale_place").set_value("14206").run()
    assert app.query_params["place"] == "municipality:14206"
    assert "小田原市では" in words(app)


def test_what_everybody_begins_with_is_allocated_ahead_and_a_moved_slider_is_not(monkeypatch):
    asked = []
    monkeypatch.setattr("layers.allocated_ahead._worker.ask", lambda key, job: asked.append(key[2]))
    app = scale_page(place="municipality:14206")
    # Water is not hauled.
    assert {"rice", "timber", "compost"} <= set(asked)
    assert "water" not in asked
    asked.clear()
    app.slider(key="factor_water.dependable_share").set_value(20.0).run()
    assert asked == []


def test_moving_an_assumption_changes_the_figures_and_the_address():
    app = scale_page(place="municipality:14206", resource="water")
    before = words(app)
    app.slider(key="factor_water.dependable_share").set_value(20.0).run()
    assert app.query_params["set"] == "water.dependable_share:0.2"
    assert words(app) != before
    app.button(key="reset_water.dependable_share").click().run()
    assert "set" not in app.query_params
    assert words(app) == before


def test_sliders_of_one_pool_move_together_and_are_reset_at_once():
    app = scale_page(resource="wood_heat")
    app.slider(key="factor_wood_heat.growth_share").set_value(30.0).run()
    assert app.slider(key="factor_timber.growth_share").value == pytest.approx(15.0)
    app.button(key="reset_all").click().run()
    assert app.slider(key="factor_timber.growth_share").value == pytest.approx(22.5)
    assert "set" not in app.query_params


def test_the_threshold_is_a_control_and_in_the_address():
    app = scale_page(place="municipality:14206")
    app.slider(key="scale_threshold").set_value(30).run()
    assert app.query_params["threshold"] == "0.3"
    # At 30 % household electricity closes within the community: what is met as it arises is 35 % (25 to 45).
    assert "家庭の電気・すべての電気はそれぞれのコミュニティの中の量でたぶん足ります" in words(app)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"place": "municipality:99999"}, "municipality:99999"),
        ({"resource": "gold"}, "gold"),
        ({"set": "water.nothing:1"}, "water.nothing"),
    ],
)
def test_a_link_that_cannot_be_kept_says_so_and_shows_the_rest(query, said):
    app = scale_page(**query)
    assert any(said in notice.value for notice in app.info)
    assert 'class="aloud"' in words(app)
    # Said once; the address no longer asks for it.
    assert not app.run().info


@pytest.mark.parametrize(
    ("lang", "told"),
    [("ja", ("確かです", "足りるいちばん狭い規模（500通りの仮定）", "いちばん効く前提：")),
     ("en", ("certainly", "The smallest scale that closes (500 draws of the assumptions)", "Depends most on: "))],
)  # fmt: skip
def test_a_closing_scale_is_told_with_how_sure_it_is(lang, told):
    said = words(scale_page(lang=lang, place="municipality:14206", resource="vegetables"))
    assert all(part in said for part in told)


def test_a_basin_that_the_data_cut_is_sure_of_nothing():
    said = words(scale_page(place="basin:83268", resource="timber"))
    assert "のは確かです" not in said
    assert "データの外へ続く流域での答えは、「確か」とは書きません。" in said


def test_an_assumption_held_by_hand_makes_an_open_answer_sure():
    place = {"place": "municipality:14204", "resource": "water"}
    assert "足りるかどうかはまだ決められません" in words(scale_page(**place))
    assert "水が県内の量で足りるのは確かです" in words(scale_page(**place, set="water.dependable_share:0.35"))
