"""The Compare page through AppTest, in both languages: two places, two areas, links that cannot be kept."""

import json
import shutil

import pytest
from streamlit.testing.v1 import AppTest

from geo.dataset import DATA_DIR
from tests.layers.bare_area import write_bare_area
from tests.source import ROOT

PATIENCE_S = 60
ODAWARA, YUGAWARA = "municipality:14206", "kanagawa/municipality:14384"


def compare_page(**query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_S)
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page("pages/compare.py").run()
    assert not app.exception
    assert not app.error
    return app


def words(app):
    return "\n".join(str(block.proto.body) for block in app.get("html"))


def sent_by(app):
    """The markup and words that the page's own components are sent."""
    return "\n".join(str(json.loads(part.proto.json)) for part in app.get("bidi_component") if part.proto.json)


@pytest.mark.parametrize(
    ("lang", "said"), [("ja", "くらべる相手を選んでください"), ("en", "Choose what to compare with")]
)
def test_without_the_other_place_neighbours_are_proposed(lang, said):
    app = compare_page(lang=lang, place=ODAWARA)
    assert said in [part.value for part in app.header]
    # Hakone has the longest border with Odawara.
    app.button(key="compare_with_14382").click().run()
    assert app.query_params["beside"] == "kanagawa/municipality:14382"
    assert words(app).count('class="aloud"') == 2


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_both_places_have_a_sentence_a_size_and_the_differences(lang):
    app = compare_page(lang=lang, place=ODAWARA, beside=YUGAWARA)
    told = words(app)
    for name in ("小田原市", "湯河原町") if lang == "ja" else ("Odawara City", "Yugawara Town"):
        assert name in told
    assert told.count('<tr><th scope="row">') >= 8
    assert ("どちらが良いかを示すものではありません" if lang == "ja" else "neither place is called better") in told


def legend(app):
    [told] = [str(block.proto.body) for block in app.get("html") if 'class="whatif-legend' in str(block.proto.body)]
    return told


def marked(app):
    """Of each map, how many units are marked as still open."""
    counts = []
    for part in app.get("bidi_component"):
        scene = json.loads(part.proto.json or "{}").get("scene")
        if scene:
            sure = scene["layers"][-1]["certainty"]
            counts.append(sum(sure["letters"].count(str(number)) for number in sure["marked"]))
    return counts


@pytest.mark.parametrize(("lang", "mark"), [("ja", "まだ決められない"), ("en", "still open")])
def test_open_answers_are_marked_on_both_maps_and_the_legend_says_so(lang, mark):
    app = compare_page(lang=lang, place=ODAWARA, beside=YUGAWARA, resource="water")
    left, right = marked(app)
    assert left == right > 0
    assert mark in legend(app)


# All municipalities' household electricity is sure; of cells nothing is judged.
@pytest.mark.parametrize("query", [{"resource": "household_electricity"}, {"resource": "water", "by": "cells"}])
def test_where_no_answer_is_open_the_legend_does_not_speak_of_it(query):
    app = compare_page(place=ODAWARA, beside=YUGAWARA, **query)
    assert marked(app) == [0, 0]
    assert "まだ決められない" not in legend(app)


def test_the_same_assumptions_hold_on_both_sides_and_are_in_the_address():
    app = compare_page(lang="en", place=ODAWARA, beside=YUGAWARA, resource="water")
    before = sent_by(app)
    app.slider(key="factor_water.dependable_share").set_value(20.0).run()
    assert app.query_params["set"] == "water.dependable_share:0.2"
    assert sent_by(app) != before
    assert "Changed assumptions: Share that can be counted on" in words(app)


def test_sides_are_exchanged_and_chosen_by_the_lists():
    app = compare_page(place=ODAWARA, beside=YUGAWARA)
    app.button(key="compare_swap").click().run()
    assert app.query_params["place"] == "municipality:14384"
    assert app.query_params["beside"] == f"kanagawa/{ODAWARA}"
    app.selectbox(key="compare_place_b").set_value("14382").run()
    assert app.query_params["beside"] == "kanagawa/municipality:14382"
    app.button_group(key="compare_kind_b").set_value("basin").run()
    assert app.query_params["beside"].startswith("kanagawa/basin:")
    app.button_group(key="compare_kind_a").set_value("prefecture").run()
    assert "place" not in app.query_params
    assert not app.exception


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_basin_that_the_data_cut_keeps_its_mark_and_is_not_compared_as_whole(lang):
    told = words(compare_page(lang=lang, place="basin:83268", beside=YUGAWARA))
    mark, times = ("データのある部分", "倍") if lang == "ja" else ("the part with data", " times that of ")
    assert mark in told
    assert times not in told.rpartition("compare-table")[2]


@pytest.mark.parametrize("beside", ["kanagawa/municipality:99999", "nowhere/municipality:14206"])
def test_a_place_of_a_link_that_is_not_there_is_said_once(beside):
    app = compare_page(place=ODAWARA, beside=beside)
    assert any("くらべる相手" in notice.value for notice in app.info)
    assert "beside" not in app.query_params
    assert not app.run().info


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_two_areas_stand_beside_each_other_and_change_places(tmp_path, monkeypatch, lang):
    shutil.copytree(DATA_DIR / "kanagawa", tmp_path / "kanagawa", ignore=shutil.ignore_patterns("inputs"))
    write_bare_area(tmp_path)
    monkeypatch.setenv("MEGURI_DATA_DIR", str(tmp_path))
    app = compare_page(lang=lang, area="kanagawa", place=ODAWARA, beside="bare/municipality:22203")
    # There nobody is counted: no amount per person is made up.
    assert ("人口のデータなし" if lang == "ja" else "no population data") in words(app)
    assert ("地域が違う" if lang == "ja" else "The areas differ") in words(app)
    app.button(key="compare_swap").click().run()
    assert app.query_params["area"] == "bare"
    assert app.query_params["beside"] == f"kanagawa/{ODAWARA}"
    assert not app.exception
    app.selectbox(key="compare_area_b").set_value("bare").run()
    assert app.query_params["beside"] == "bare/"
    assert not app.exception
