"""The attributes of a figure that can be copied: escaped, and only those that are told."""

from layers.cite.marks import cite_attributes
from layers.messages import text


def test_words_are_escaped_and_what_is_empty_is_left_out():
    told = cite_attributes('"><script>', "97 %", of="water")
    assert told == ' data-cite="&quot;&gt;&lt;script&gt;" data-cite-value="97 %" data-cite-of="water"'


def test_a_pattern_names_value_unit_year_source_place_and_link_in_both_languages():
    wanted = {"place", "label", "value", "years", "sources", "dataset", "hash", "date", "url"}
    for lang in ("ja", "en"):
        for name in ("pattern", "plain"):
            pattern = text(f"cite.{name}", lang)
            assert all(f"{{{part}}}" in pattern for part in wanted)
