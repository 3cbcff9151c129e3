"""The Data page, run by Streamlit's own test runner in both languages."""

import pytest
from streamlit.testing.v1 import AppTest

from geo.dataset import open_dataset
from geo.resources import load_catalogue
from layers.messages import LANGUAGES, text
from layers.state import ViewState
from tests.source import ROOT

PAGE = ROOT / "pages" / "data.py"


def opened(lang):
    app = AppTest.from_file(PAGE, default_timeout=60)
    app.session_state["view_state"] = ViewState(lang=lang)
    return app.run()


@pytest.fixture(scope="module", params=LANGUAGES)
def page(request):
    return request.param, opened(request.param)


def test_it_runs_and_is_titled(page):
    lang, app = page
    assert not app.exception
    assert app.title[0].value == text("data.title", lang)
    parts = ("data.layers", "data.checks", "data.missing", "actuals", "own", "data.catalogue", "data.tables")
    assert [header.value for header in app.header][1:] == [text(f"{part}.title", lang) for part in parts]


def test_every_layer_and_every_resource_has_its_section(page):
    lang, app = page
    labels = " ".join(expander.label for expander in app.expander)
    dataset = open_dataset("kanagawa")
    titles = [info.title_ja if lang == "ja" else info.title_en for info in dataset.layers]
    titles += [r.name_ja if lang == "ja" else r.name_en for r in load_catalogue().resources.values()]
    assert [title for title in titles if title not in labels] == []


def test_totals_stand_with_their_units(page):
    values = [metric.value for metric in page[1].metric]
    assert values[0] == "2,419 km²"
    assert values[1] in ("9,237,337 人", "9,237,337 people")


def test_every_layer_shows_licence_attribution_and_digest(page):
    lang, app = page
    words = "\n".join(part.value for part in app.markdown)
    for info in open_dataset("kanagawa").layers:
        assert info.sha256 in words
    for key in ("licence", "attribution", "processing", "resolution"):
        assert words.count(f"**{text(f'data.fact.{key}', lang)}**") == len(open_dataset("kanagawa").layers)


def test_what_is_missing_says_how_to_add_it(page):
    words = "\n".join(part.value for part in page[1].markdown)
    for column in ("wind_suitable_km2", "small_hydro_kw", "geothermal_kw"):
        assert f"`{column}`" in words


@pytest.mark.parametrize(
    ("lang", "query", "label"),
    [("ja", "ＥＲＡ５", "降水量・気温"), ("en", "evapotranspiration", "Water (m³ a year)")],
)
def test_a_search_opens_the_one_thing_it_finds(lang, query, label):
    app = opened(lang)
    app.text_input(key="data_search").set_value(query).run()
    assert not app.exception
    assert len(app.expander) == 1
    assert app.expander[0].label.startswith(label)
    assert app.expander[0].proto.expanded


def test_a_search_that_finds_nothing_says_so_and_loses_nothing():
    app = opened("ja")
    app.text_input(key="data_search").set_value("xyzzy").run()
    assert "xyzzy" in app.info[0].value
    app.text_input(key="data_search").set_value("").run()
    assert len(app.header) == 8
