"""The About page through AppTest, in both languages, and the ways to it."""

import pytest
from streamlit.testing.v1 import AppTest

from geo.dataset import open_dataset
from layers.about.page import CHECKS, SHORTCOMINGS
from layers.messages import text
from tests.source import ROOT


def about_page(lang):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params["lang"] = lang
    app.switch_page("pages/about.py").run()
    assert not app.exception
    return app


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_what_was_checked_and_what_is_wanting_is_said(lang):
    app = about_page(lang)
    table = "\n".join(str(block.proto.body) for block in app.get("html"))
    markdown = "\n".join(part.value for part in app.markdown)
    assert all(text(f"about.check.{key}.what", lang) in table for key in CHECKS)
    assert all(text(f"about.wanting.{key}", lang) in markdown for key in SHORTCOMINGS)
    assert open_dataset("kanagawa").content_hash()[:12] in markdown


def test_the_guide_opens_again():
    app = about_page("ja")
    app.button(key="about_guide").click().run()
    assert not app.exception
    # Asked for once.
    assert "guide_again" not in app.session_state
