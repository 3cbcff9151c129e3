"""The What-if page through AppTest: starts, edits, undo, comparison, links, a server that only reads."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from geo.changes import FactorChange, IndicatorChange, Plant
from geo.scenario import new_scenario
from geo.scenario_toml import to_toml
from geo.store import open_store
from layers.state import ViewState
from tests.layers.bare_area import write_bare_area
from tests.source import ROOT

PATIENCE_S = 60
ROOF = "whatif_factor_electricity.usable_roof_share"


@pytest.fixture(autouse=True)
def kept(monkeypatch, tmp_path):
    """The store of this test's server."""
    monkeypatch.setenv("MEGURI_LOCAL_DIR", str(tmp_path))
    return open_store()


def whatif_page(**query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_S)
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page("pages/whatif.py").run()
    assert not app.exception
    return app


def words(app):
    return "\n".join(str(block.proto.body) for block in app.get("html"))


def legend(app):
    [told] = [str(block.proto.body) for block in app.get("html") if 'class="whatif-legend' in str(block.proto.body)]
    return told


def aloud(app):
    return re.search(r'class="aloud"[^>]*>([^<]*)<', words(app))[1]


def begun(starter="roofs", **query):
    app = whatif_page(**query)
    app.button(key=f"whatif_starter_{starter}").click().run()
    assert not app.exception
    assert not app.error
    return app


def only(kept):
    [scenario] = kept.scenarios("kanagawa")
    return scenario


@pytest.mark.parametrize(("lang", "opening"), [("ja", "「もし、屋根を"), ("en", "“What if we used more")])
def test_the_empty_page_says_what_to_do(lang, opening):
    app = whatif_page(lang=lang)
    assert aloud(app).startswith(opening)
    assert app.button(key="whatif_from_sliders").disabled
    assert not app.get("selectbox")


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("ja", "シナリオ「屋根をもっと使う」は、"),
        ("en", "Scenario “Use more roofs”: Share of the roof"),
    ],
)
def test_a_start_becomes_a_scenario_beside_today(lang, said, kept):
    app = begun(lang=lang)
    assert aloud(app).startswith(said)
    scenario = only(kept)
    assert app.query_params["scenario"] == scenario.key
    assert app.query_params["set"] == "electricity.usable_roof_share:0.6"
    # Of what it changes the largest comes into focus: household electricity is at its share as it arises.
    assert app.query_params["resource"] == "electricity"
    sure = "どれほど確かか　A：" if lang == "ja" else "How sure: A "
    assert any(caption.value.startswith(sure) for caption in app.caption)


@pytest.mark.parametrize(("starter", "resource"), [("forest", "timber"), ("savings", "water"), ("population", "water")])
def test_every_start_works_and_looks_at_what_it_changes(starter, resource, kept):
    app = begun(starter)
    assert only(kept).name in aloud(app)
    assert app.query_params.get("resource", "water") == resource
    assert any("中位の前提での値" in caption.value for caption in app.caption)


def test_what_hardly_moves_in_the_whole_is_no_standstill():
    # A third more wood, of which the prefecture needs a hundred times as much.
    told = r"木材は、まかなえる割合が \d+ % で、ほぼ同じです（\+0\.\d ポイント、供給 \+[\d,]+ m³/年、推計）"
    assert re.search(told, aloud(begun("forest")))


def test_the_trend_is_labelled_as_an_extrapolation():
    app = begun("population")
    assert any("（外挿）です。予測ではありません" in caption.value for caption in app.caption)


def test_a_slider_changes_the_scenario_and_can_be_undone_and_redone(kept):
    app = begun()
    before = aloud(app)
    app.slider(key=ROOF).set_value(30.0).run()
    assert dict(only(kept).factors)["electricity.usable_roof_share"] == pytest.approx(0.3)
    assert app.query_params["set"] == "electricity.usable_roof_share:0.3"
    moved = aloud(app)
    assert moved != before
    app.button(key="whatif_undo").click().run()
    assert aloud(app) == before
    assert app.slider(key=ROOF).value == 60.0
    app.button(key="whatif_redo").click().run()
    assert aloud(app) == moved


def test_a_change_is_taken_out_again(kept):
    app = begun()
    app.button(key="whatif_remove_electricity.usable_roof_share").click().run()
    assert only(kept).factors == ()
    assert "まだ何も変えていません" in aloud(app)


def test_an_assumption_of_one_municipality(kept):
    app = begun()
    app.button_group(key="whatif_add_kind").set_value("factor").run()
    app.selectbox(key="whatif_add_factor").set_value("water.dependable_share").run()
    app.slider(key="whatif_add_value_water.dependable_share").set_value(50.0).run()
    app.multiselect(key="whatif_add_where").set_value(["14206"]).run()
    app.button(key="whatif_add_factor_button").click().run()
    assert only(kept).changes == (FactorChange("water.dependable_share", 0.5, ("14206",)),)
    # The page looks where it holds, at what it changes.
    assert (app.query_params["place"], app.query_params.get("resource", "water")) == ("municipality:14206", "water")
    assert "小田原市の水は" in aloud(app)
    # It has a slider of its own in the list.
    app.slider(key="whatif_factor_water.dependable_share_0").set_value(40.0).run()
    assert only(kept).changes == (FactorChange("water.dependable_share", 0.4, ("14206",)),)


def test_population_by_a_factor_and_a_facility_in_a_town(kept):
    app = begun()
    app.button_group(key="whatif_add_kind").set_value("population").run()
    app.button_group(key="whatif_population_how").set_value("times").run()
    app.slider(key="whatif_population_times").set_value(0.7).run()
    app.button(key="whatif_add_population_times").click().run()
    app.button_group(key="whatif_add_kind").set_value("plant").run()
    assert app.button(key="whatif_add_plant_button").disabled
    app.text_input(key="whatif_plant_name").set_value("<b>発電所</b>").run()
    app.number_input(key="whatif_plant_amount").set_value(1000.0).run()
    app.selectbox(key="whatif_plant_where_").set_value("14206").run()
    app.button(key="whatif_add_plant_button").click().run()
    times, plant = only(kept).changes
    assert times == IndicatorChange("population", "times", 0.7)
    assert isinstance(plant, Plant)
    assert (plant.name, plant.municipality, plant.amount_per_year) == ("<b>発電所</b>", "14206", 1000.0)
    # In Markdown the user's own marks stand as they are.
    assert any("\\<b\\>発電所" in block.value for block in app.markdown)


def test_rename_duplicate_compare_and_remove_with_the_way_back(kept):
    app = begun()
    first = only(kept)
    app.text_input(key=f"whatif_name_{first.changed_at}").set_value("みんなの屋根").run()
    app.button(key="whatif_rename").click().run()
    assert only(kept).name == "みんなの屋根"
    app.button(key="whatif_duplicate").click().run()
    names = {scenario.name: scenario.key for scenario in kept.scenarios("kanagawa")}
    assert set(names) == {"みんなの屋根", "みんなの屋根（写し）"}
    assert app.query_params["against"] == first.key
    assert "「みんなの屋根」とくらべて" in aloud(app)
    app.button(key="whatif_remove").click().run()
    assert "scenario" not in app.query_params
    assert [scenario.name for scenario in kept.scenarios("kanagawa")] == ["みんなの屋根"]
    app.button(key="whatif_bring_back").click().run()
    assert app.query_params["scenario"] == names["みんなの屋根（写し）"]
    app.selectbox(key="whatif_scenario").set_value(first.key).run()
    assert app.query_params["scenario"] == first.key
    app.selectbox(key="whatif_scenario").set_value("new").run()
    assert "scenario" not in app.query_params


def test_leaving_gives_the_sliders_back():
    app = begun(set="water.dependable_share:0.5")
    assert app.query_params["set"] == "electricity.usable_roof_share:0.6"
    app.selectbox(key="whatif_scenario").set_value("new").run()
    assert app.query_params["set"] == "water.dependable_share:0.5"


def test_sliders_moved_elsewhere_are_told_and_can_be_taken_in(kept):
    app = begun()
    app.query_params["set"] = "electricity.usable_roof_share:0.5,water.dependable_share:0.5"
    link = {name: app.query_params[name] for name in ("scenario", "set")}
    app = whatif_page(**{name: value[0] if isinstance(value, list) else value for name, value in link.items()})
    assert any("安定して使える割合" in notice.value for notice in app.info)
    app.button(key="whatif_take_sliders").click().run()
    assert dict(only(kept).factors) == {"electricity.usable_roof_share": 0.5, "water.dependable_share": 0.5}
    assert not app.info


def test_from_the_present_sliders(kept):
    app = whatif_page(set="water.dependable_share:0.5")
    app.button(key="whatif_from_sliders").click().run()
    assert only(kept).factors == (("water.dependable_share", 0.5),)


@pytest.mark.parametrize("view", ["scale", "share", "points", "rungs"])
@pytest.mark.parametrize("by", ["municipality", "basin", "community", "cells", "prefecture"])
def test_every_view_of_every_partition(view, by, kept):
    scenario = kept.save(new_scenario("s", "kanagawa", factors=[("electricity.usable_roof_share", 0.6)]))
    app = whatif_page(scenario=scenario.key, by=by, resource="electricity", place="basin:83268")
    app.button_group(key="whatif_view").set_value(view).run()
    assert not app.exception
    assert ('class="whatif-legend counted"' in words(app)) == (view in ("points", "rungs"))


def test_open_answers_are_marked_on_the_closing_scales_alone(kept):
    # A thousandth of the water can be counted on, or two: all answers are sure. Today some are open.
    scenario, other = (
        kept.save(new_scenario(f"s{share}", "kanagawa", factors=[("water.dependable_share", share)]))
        for share in (0.001, 0.002)
    )
    app = whatif_page(scenario=scenario.key, resource="water")
    assert "まだ決められない" in legend(app)
    app.button_group(key="whatif_view").set_value("share").run()
    assert "まだ決められない" not in legend(app)
    app = whatif_page(scenario=scenario.key, against=other.key, resource="water")
    assert "まだ決められない" not in legend(app)


def test_a_link_opens_the_comparison_in_the_other_language(kept):
    first = kept.save(new_scenario("一つめ", "kanagawa", factors=[("electricity.usable_roof_share", 0.6)]))
    second = kept.save(new_scenario("二つめ", "kanagawa", changes=[IndicatorChange("population", "times", 0.5)]))
    app = whatif_page(scenario=second.key, against=first.key, lang="en", resource="water", place="municipality:14206")
    assert "compared with “一つめ”, water in Odawara City" in aloud(app)
    assert app.selectbox(key="whatif_against").value == first.key


@pytest.mark.parametrize("key", ["nowhere12345", "zzzz"])
def test_a_scenario_that_is_not_here_is_said_and_left(key):
    app = whatif_page(scenario=key)
    assert any(key in notice.value for notice in app.info)
    assert "scenario" not in app.query_params
    assert aloud(app).startswith("「もし、")


def test_a_scenario_of_another_area_is_left(kept):
    scenario = kept.save(new_scenario("よそ", "elsewhere"))
    app = whatif_page(scenario=scenario.key)
    assert any("よそ" in notice.value for notice in app.info)
    assert "scenario" not in app.query_params


def test_somebody_else_was_faster(kept):
    app = begun()
    theirs = only(kept)
    kept.rename(theirs.key, "先にかえた名前")
    # The slider still holds the version from before: theirs stays, and is what is shown then.
    app.slider(key=ROOF).set_value(30.0).run()
    assert len(app.error) == 1
    assert only(kept).name == "先にかえた名前"
    assert only(kept).factors == theirs.factors
    assert app.slider(key=ROOF).value == 60.0
    assert "先にかえた名前" in aloud(app)


def test_a_server_that_only_reads_shows_and_changes_nothing(kept, monkeypatch):
    scenario = kept.save(new_scenario("見るだけ", "kanagawa", factors=[("electricity.usable_roof_share", 0.6)]))
    monkeypatch.setenv("MEGURI_READ_ONLY", "1")
    app = whatif_page()
    assert "whatif_starter_roofs" not in {button.key for button in app.button}
    app.button(key=f"whatif_open_{scenario.key}").click().run()
    assert aloud(app).startswith("シナリオ「見るだけ」は、")
    assert not [slider for slider in app.slider if str(slider.key).startswith("whatif_factor")]
    assert "whatif_undo" not in {button.key for button in app.button}


def banner_alone():
    import streamlit as st

    from layers import session
    from layers.whatif import banner

    page = st.navigation([st.Page(banner._PAGE, title="x", url_path="whatif"), st.Page(lambda: None, title="y")])
    session.begin()
    banner.banner()
    st.write(f"scenario={session.current().scenario} factors={session.current().factors} {page.title}")


def test_the_banner_names_the_scenario_and_leads_out(kept):
    scenario = kept.save(new_scenario("<i>屋根</i>", "kanagawa", factors=[("electricity.usable_roof_share", 0.6)]))
    app = AppTest.from_function(banner_alone)
    app.query_params["scenario"] = scenario.key
    app.query_params["set"] = "electricity.usable_roof_share:0.6"
    app.run()
    assert not app.exception
    assert "シナリオ「&lt;i&gt;屋根&lt;/i&gt;」で見ています" in words(app)
    app.button(key="whatif_leave").click().run()
    assert "scenario= factors=()" in app.markdown[0].value
    assert "whatif_leave" not in {button.key for button in app.button}


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_an_area_with_rungs_and_columns_missing(lang, kept, tmp_path, monkeypatch):
    write_bare_area(tmp_path)
    monkeypatch.setenv("MEGURI_DATA_DIR", str(tmp_path))
    app = AppTest.from_file(str(ROOT / "pages" / "whatif.py"), default_timeout=PATIENCE_S)
    app.session_state["view_state"] = ViewState(area="bare", lang=lang)
    app.run()
    app.button(key="whatif_starter_roofs").click().run()
    app.button_group(key="whatif_add_kind").set_value("plant").run()
    app.button_group(key="whatif_view").set_value("points").run()
    assert not app.exception
    assert not app.error
    assert 'class="whatif-legend counted"' in words(app)


def test_a_projection_of_the_users_own(kept):
    app = begun()
    app.button_group(key="whatif_add_kind").set_value("population").run()
    app.button_group(key="whatif_population_how").set_value("csv").run()
    app.file_uploader(key="whatif_population_csv").set_value(
        ("own.csv", "市町村,人口,年\n小田原,1,2040\n".encode(), "text/csv")
    ).run()
    assert "own.csv" in app.error[0].value
    table = "市町村,人口,年\n小田原市,150000,2040\n小田原市,140000,2045\n".encode("cp932")
    app.file_uploader(key="whatif_population_csv").set_value(("own.csv", table, "text/csv")).run()
    app.selectbox(key="whatif_csv_year").set_value(2040).run()
    app.button(key="whatif_add_population_csv").click().run()
    assert only(kept).changes == (IndicatorChange("population", "total", 150000.0, ("14206",)),)
    assert any("own" in caption.value for caption in app.caption)


def test_a_file_is_checked_and_then_taken_in(kept):
    app = whatif_page()
    app.file_uploader[0].set_value(("bad.toml", b"name = 3", "application/toml")).run()
    assert "bad.toml" in app.error[0].value
    assert "whatif_take" not in {button.key for button in app.button}
    made = new_scenario("[もらった](x)", "kanagawa", factors=[("water.dependable_share", 0.5)], threshold=0.5)
    app.file_uploader[0].set_value(("good.toml", to_toml(made).encode(), "application/toml")).run()
    app.button(key="whatif_take").click().run()
    assert (only(kept).name, only(kept).factors, only(kept).threshold) == (made.name, made.factors, 0.5)
    # Its threshold is the view's now.
    assert app.query_params["threshold"] == "0.5"


def test_what_todays_data_does_not_know_is_told_and_can_be_taken_out(kept):
    lost = [FactorChange("gold.price", 1.0, ("14206",)), Plant("金山", "gold", "supply", 1.0, "53390000", "14206")]
    kept.save(new_scenario("古い", "kanagawa", factors=[("gold.price", 2.0)], changes=lost))
    app = whatif_page(scenario=only(kept).key, lang="en")
    assert len(app.warning) == 2
    assert sum("does not know" in block.value for block in app.markdown) == 2
    app.button(key="whatif_remove_change_0").click().run()
    app.button(key="whatif_remove_change_0").click().run()
    assert only(kept).changes == ()
    assert not app.warning


def test_two_scenarios_of_one_name_stay_apart(kept):
    # Somebody else's, older and newer; neither is touched by what is done to one's own.
    theirs = [kept.save(new_scenario("屋根", "kanagawa", factors=[("water.dependable_share", 0.5)])) for _ in range(2)]
    own = kept.save(new_scenario("屋根", "kanagawa", factors=[("electricity.usable_roof_share", 0.6)]))
    kept.save(theirs[1], base=theirs[1].changed_at)
    app = whatif_page(scenario=own.key)
    assert app.selectbox(key="whatif_scenario").options == ["屋根（2）", "屋根（3）", "屋根", "別のシナリオをはじめる"]
    app.button_group(key="whatif_view").set_value("points").run()
    assert app.query_params["scenario"] == own.key
    app.button(key="whatif_quick_water").click().run()
    assert app.query_params["scenario"] == own.key
    assert "water.withdrawal_per_person" in dict(kept.scenario(own.key).factors)
    app.selectbox(key="whatif_against").set_value(theirs[0].key).run()
    app.button_group(key="whatif_view").set_value("scale").run()
    assert app.query_params["against"] == theirs[0].key
    app.button(key="whatif_remove").click().run()
    assert kept.scenario(own.key) is None
    assert [kept.scenario(each.key).factors for each in theirs] == [each.factors for each in theirs]


def test_a_scenario_called_as_todays_assumptions_are_is_no_other_choice(kept):
    own = kept.save(new_scenario("屋根", "kanagawa", factors=[("electricity.usable_roof_share", 0.6)]))
    kept.save(new_scenario("今の前提", "kanagawa", factors=[("water.dependable_share", 0.5)]))
    named = kept.save(new_scenario("別のシナリオをはじめる", "kanagawa"))
    app = whatif_page(scenario=own.key)
    assert app.selectbox(key="whatif_against").options[0] == "今の前提"
    app.button_group(key="whatif_view").set_value("share").run()
    assert "against" not in app.query_params
    app.selectbox(key="whatif_scenario").set_value(named.key).run()
    app.button_group(key="whatif_view").set_value("scale").run()
    assert app.query_params["scenario"] == named.key


def test_a_new_scenario_gets_a_name_that_is_free(kept):
    begun()
    app = begun()
    assert {scenario.name for scenario in kept.scenarios("kanagawa")} == {"屋根をもっと使う", "屋根をもっと使う（2）"}
    own = app.query_params["scenario"]
    assert kept.scenario(own).name == "屋根をもっと使う（2）"
    for _ in range(2):
        app.button(key="whatif_duplicate").click().run()
        app.selectbox(key="whatif_scenario").set_value(own).run()
    copies = {scenario.name for scenario in kept.scenarios("kanagawa") if "写し" in scenario.name}
    assert copies == {"屋根をもっと使う（2）（写し）", "屋根をもっと使う（2）（写し）（2）"}
    app = whatif_page()
    sent = to_toml(new_scenario("今の前提", "kanagawa")).encode()
    app.file_uploader[0].set_value(("own.toml", sent, "application/toml")).run()
    app.button(key="whatif_take").click().run()
    assert kept.scenario(app.query_params["scenario"]).name == "今の前提（2）"


def test_a_link_that_names_the_scenario_alone_means_its_own_values(kept):
    factors = [("electricity.usable_roof_share", 0.6), ("water.dependable_share", 0.5)]
    scenario = kept.save(new_scenario("屋根", "kanagawa", factors=factors, threshold=0.6))
    app = whatif_page(scenario=scenario.key)
    assert app.query_params["set"] == "electricity.usable_roof_share:0.6,water.dependable_share:0.5"
    assert app.query_params["threshold"] == "0.6"
    assert not app.info
    # Sliders that were put back by hand are said in the address, and stay so.
    app = whatif_page(scenario=scenario.key, set="")
    assert app.query_params["set"] == ""
    assert "threshold" not in app.query_params
    assert "安定して使える割合" in app.info[0].value
    app = whatif_page(scenario=scenario.key, threshold="0.5")
    assert app.query_params["threshold"] == "0.5"
