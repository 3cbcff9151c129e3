"""Every page of an area with rungs missing, in both languages: it opens, and says what is missing."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from layers.state import ViewState
from tests.layers.bare_area import MISSING, write_bare_area
from tests.source import ROOT

LANGUAGES = ("ja", "en")


@pytest.fixture
def data_dir(tmp_path, monkeypatch):
    write_bare_area(tmp_path)
    monkeypatch.setenv("MEGURI_DATA_DIR", str(tmp_path))
    return tmp_path


def opened(page, **state):
    app = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=60)
    app.session_state["view_state"] = ViewState(area="bare", **state)
    app.run()
    assert not app.exception
    assert not app.error
    return app


def html_of(app):
    return "\n".join(str(part.proto.body) for part in app.get("html"))


def sent_by(app):
    """The markup and words that the page's own components are sent."""
    sent = [json.loads(part.proto.json) for part in app.get("bidi_component") if part.proto.json]
    return "\n".join(str(data) for data in sent)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "state",
    [
        {},
        {"place": "municipality:22203", "at": (35.34, 139.03)},
        {"place": "prefecture:22"},
        {"layers": (("closing_scale", 80),), "by": "prefecture"},
    ],
)
@pytest.mark.parametrize("page", ["map", "scale", "data"])
def test_every_page_opens(data_dir, page, lang, state):
    opened(page, lang=lang, **state)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_map_s_card_names_the_place_s_own_prefecture_and_no_basin(data_dir, lang):
    card = html_of(opened("map", lang=lang, place="municipality:22203", at=(35.34, 139.03)))
    assert ("静岡県" if lang == "ja" else "Shizuoka Prefecture") in card
    assert ("神奈川県" if lang == "ja" else "Kanagawa Prefecture") not in card
    assert ("沼津市" if lang == "ja" else "Numazu City") in card
    assert "<span>流域</span>" not in card


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_scale_page_offers_the_kinds_there_are_and_names_the_missing_rung(data_dir, lang):
    app = opened("scale", lang=lang)
    kinds = app.button_group(key="scale_kind").options
    assert len(kinds) == 3
    assert not {"流域", "River basin"} & set(kinds)
    sent = sent_by(app)
    assert ("「流域」の段はありません" if lang == "ja" else "no river basin rung") in sent
    # Neither the ladder's legend nor the matrix has a step of that name.
    assert "fill-municipality" in sent
    assert 'class="swatch fill-basin"' not in sent


def test_each_of_several_prefectures_can_be_looked_at(data_dir):
    app = opened("scale")
    assert app.selectbox(key="scale_place").options == [
        "神奈川県（Kanagawa Prefecture）",
        "静岡県（Shizuoka Prefecture）",
    ]
    app.selectbox(key="scale_place").set_value("22").run()
    assert app.session_state["view_state"].place == "prefecture:22"
    assert "静岡県" in html_of(app)
    app.button_group(key="scale_kind").set_value("municipality").run()
    assert app.session_state["view_state"].place == "municipality:22203"
    assert not app.exception


def test_a_partition_that_is_not_there_falls_back_and_says_so(data_dir):
    app = opened("scale", by="basin")
    assert "流域" in app.info[0].value
    assert app.session_state["view_state"].by == "municipality"
    app = opened("map", by="basin")
    assert "流域" in app.toast[0].value


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_data_page_lists_the_missing_products_and_never_says_zero(data_dir, lang):
    app = opened("data", lang=lang)
    words = "\n".join(part.value for part in app.markdown).replace("\\", "")
    for row in MISSING:
        assert row[f"title_{lang}"] in words
        assert row[f"lacks_{lang}"] in words
    values = [metric.value for metric in app.metric]
    unknown = "データ未整備" if lang == "ja" else "no data"
    assert values == ["8 km²", unknown, unknown, unknown]
