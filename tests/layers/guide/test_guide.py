"""The guide's words in both languages, and what its component may ask for."""

import pytest

from layers.guide import STEPS, is_about
from layers.guide.shortcuts import shortcuts
from layers.messages import text


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_step_has_a_title_and_short_words(lang):
    assert 4 <= len(STEPS) <= 5
    for step in STEPS:
        assert text(f"guide.{step}.title", lang)
        assert len(text(f"guide.{step}.words", lang)) < 260


def test_the_shortcuts_are_listed_alike_in_both_languages():
    assert [keys for keys, _ in shortcuts("ja")] == [keys for keys, _ in shortcuts("en")]
    assert "C" in dict(shortcuts("ja"))


@pytest.mark.parametrize(
    ("result", "asked"), [({"go": "about"}, True), ({"go": "data"}, False), ({}, False), (None, False)]
)
def test_only_the_about_page_can_be_asked_for(result, asked):
    assert is_about(result) is asked
