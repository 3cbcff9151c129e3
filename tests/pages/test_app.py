"""The frame around the pages: language, links that cannot be read, errors that a user can mend."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.source import ROOT


def opened(**query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


@pytest.mark.parametrize(
    ("lang", "said"), [("ja", "「nowhere」というデータはありません"), ("en", "There is no dataset 'nowhere'")]
)
def test_a_link_to_an_unknown_area_says_so_and_leads_back(lang, said):
    app = opened(area="nowhere", lang=lang)
    assert not app.exception
    assert said in app.error[0].value
    next(button for button in app.button if button.key != "area_open").click().run()
    assert not app.error
    assert app.query_params.get("area", "kanagawa") == "kanagawa"
    assert app.query_params.get("lang", "ja") == lang


def test_a_parameter_that_cannot_be_read_is_named_once():
    app = opened(threshold="a lot", by="moon")
    assert "threshold" in app.info[0].value
    assert "by" in app.info[0].value
    assert not app.run().info


def test_the_language_stays_when_its_own_segment_is_clicked():
    app = opened(lang="en")
    app.button_group(key="language_choice").set_value(None).run()
    assert app.query_params["lang"] == "en"


def test_the_language_control_changes_the_address_and_the_words():
    app = opened()
    app.button_group(key="language_choice").set_value("en").run()
    assert app.query_params["lang"] == "en"
    app.button_group(key="language_choice").set_value("ja").run()
    assert "lang" not in app.query_params
