"""The Money page through AppTest, in both languages: places, prices that are moved, downloads, an area with gaps."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from layers.state import ViewState
from tests.layers.bare_area import write_bare_area
from tests.source import ROOT

PATIENCE_S = 60


def money_page(**query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_S)
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page("pages/money.py").run()
    assert not app.exception
    return app


def words(app):
    return "\n".join(str(block.proto.body) for block in app.get("html"))


def sent(app):
    """What the ladder and the map are sent."""
    return "\n".join(str(json.loads(part.proto.json)) for part in app.get("bidi_component") if part.proto.json)


@pytest.mark.parametrize(
    ("lang", "opening", "note", "data"),
    [
        (
            "ja",
            "小田原市では、使えるものを全部使っても、計算上、年に約",
            "これは実際に漏れているお金ではありません",
            "データ：人口（1 km メッシュ） 2010・2015・2020年",
        ),
        (
            "en",
            "In Odawara City, even with everything usable put to use, about",
            "not the money that leaks out today",
            "Data: Population",
        ),
    ],
)
def test_a_place_opens_with_its_sentence_and_says_what_it_is_not(lang, opening, note, data):
    app = money_page(lang=lang, place="municipality:14206")
    assert opening in words(app)
    assert note in words(app)
    assert data in words(app)
    assert "money-row total" in sent(app)


@pytest.mark.parametrize("place", ["", "basin:83268", "basin:lowland", "community:523974825-14204"])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_kind_of_place_has_a_page(lang, place):
    app = money_page(lang=lang, place=place) if place else money_page(lang=lang)
    assert 'class="aloud"' in words(app)
    # A place that is not there would be told.
    assert app.query_params.get("place", "") in ("", place)
    assert not [notice for notice in app.info if place and place in notice.value]


def test_a_cut_basin_keeps_its_mark():
    assert "酒匂川流域（データのある部分）" in words(money_page(place="basin:83268"))


def test_the_map_is_told_with_unit_years_and_estimate():
    app = money_page()
    assert "1人あたり、県の外から買う額" in sent(app)
    assert "万円/人・年" in sent(app)
    assert "推計" in sent(app)


def test_picking_a_place_goes_into_the_address():
    app = money_page()
    app.selectbox(key="scale_place").set_value("14382").run()
    assert app.query_params["place"] == "municipality:14382"
    assert "箱根町では" in words(app)


def test_a_price_is_moved_kept_in_the_link_and_reset():
    app = money_page(place="municipality:14206")
    before = words(app)
    app.session_state["money_sliders"] = True
    app.run()
    app.slider(key="money_electricity.price_paid").set_value(20.0).run()
    assert app.query_params["set"] == "electricity.price_paid:20000.0"
    assert words(app) != before
    assert "変えたもの：1件" in words(app)
    app.button(key="money_reset_electricity.price_paid").click().run()
    assert "set" not in app.query_params


def test_a_price_of_a_link_holds():
    dear, cheap = (
        words(money_page(place="municipality:14206", set=f"electricity.price_paid:{price}")) for price in (36000, 20000)
    )
    assert dear != cheap
    assert "1件" in dear


def test_an_assumption_about_amounts_moves_the_money_too():
    assert words(money_page(place="municipality:14206", set="electricity.use_per_person:9000")) != words(
        money_page(place="municipality:14206")
    )


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_an_area_with_rungs_missing_opens(tmp_path, monkeypatch, lang):
    write_bare_area(tmp_path)
    monkeypatch.setenv("MEGURI_DATA_DIR", str(tmp_path))
    for place in ("", "municipality:22203"):
        app = AppTest.from_file(str(ROOT / "pages" / "money.py"), default_timeout=PATIENCE_S)
        app.session_state["view_state"] = ViewState(area="bare", lang=lang, place=place)
        app.run()
        assert not app.exception
        assert not app.error
        assert 'class="aloud"' in words(app)


def test_what_the_ladder_is_sent_is_whole():
    app = money_page(place="municipality:14206")
    ladders = [json.loads(part.proto.json) for part in app.get("bidi_component") if "money-row" in part.proto.json]
    assert len(ladders) == 1
    for key in ("total", "electricity", "rice", "vegetables", "wood_heat", "water", "timber"):
        assert f'data-key="{key}"' in ladders[0]["html"]
    assert "household_electricity" not in ladders[0]["html"]
