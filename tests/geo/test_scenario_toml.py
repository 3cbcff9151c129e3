"""Scenarios as TOML: what goes out comes back, and what cannot be is refused with its table and field."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.changes import FactorChange, IndicatorChange, Plant
from geo.resources import load_catalogue
from geo.scenario import ScenarioError, new_scenario
from geo.scenario_toml import from_document, from_toml, read_scenario, to_document, to_toml
from layers.messages import LANGUAGES, error_text
from tests.geo.scenario_world import AREA, scenarios, world

ROOF = "electricity.usable_roof_share"
GOOD = f"""
meguri_scenario = 1
name = "屋根の案"
area = "{AREA}"
threshold = 1
[factors]
"{ROOF}" = 0.6
[[changes]]
kind = "factor"
factor = "{ROOF}"
value = 0.5
municipalities = ["14201"]
[[changes]]
kind = "indicator"
column = "population"
mode = "times"
value = 0.9
[[changes]]
kind = "plant"
name = "発電所"
resource = "electricity"
side = "supply"
amount_per_year = 10
mesh_code = "53390001"
municipality = "14205"
[[sources]]
label = "町の計画"
words = "令和8年"
"""


def read(words, **changes):
    given_ = {"file": "a.toml", "area": AREA, "prepared": world(), "catalogue": load_catalogue()}
    return read_scenario(words.encode(), **(given_ | changes))


def test_a_file_by_hand():
    found = read(GOOD)
    assert (found.key, found.name, found.note, found.threshold) == ("", "屋根の案", "", 1.0)
    assert found.factors == ((ROOF, 0.6),)
    assert found.changes == (
        FactorChange(ROOF, 0.5, ("14201",)),
        IndicatorChange("population", "times", 0.9),
        Plant("発電所", "electricity", "supply", 10.0, "53390001", "14205", variable=False),
    )
    assert found.sources == (("町の計画", "令和8年"),)


def test_a_byte_order_mark_and_windows_line_ends_are_let_pass():
    assert read("\ufeff" + GOOD.replace("\n", "\r\n")) == read(GOOD)


@given(scenarios)
def test_what_goes_out_comes_back(scenario):
    assert from_toml(to_toml(scenario).encode(), file="a.toml") == scenario
    through_json = json.loads(json.dumps(to_document(scenario), allow_nan=False))
    assert from_document(through_json, file="store") == scenario


def test_the_key_stays_in_its_store():
    saved = replace(new_scenario("a", AREA), key="abcdefghijkl")
    assert "abcdefghijkl" not in to_toml(saved)
    assert from_toml(to_toml(saved).encode(), file="a.toml") == replace(saved, key="")


def swap(old, new):
    assert old in GOOD
    return GOOD.replace(old, new)


# What is written, and the table and the field that the refusal names.
WRONG = {
    "missing": (swap('name = "屋根の案"\n', ""), "scenario_field_missing", "—", "name"),
    "unknown": (swap("threshold = 1", "treshold = 1"), "scenario_field_unknown", "—", "treshold"),
    "unknown in a change": (swap("value = 0.5", "value = 0.5\nx = 1"), "scenario_field_unknown", "changes[1]", "x"),
    "text": (swap(f'area = "{AREA}"', "area = 3"), "scenario_field_text", "—", "area"),
    "long text": (swap("屋根の案", "屋" * 10_001), "scenario_field_text", "—", "name"),
    "number": (swap("value = 0.9", 'value = "0.9"'), "scenario_field_number", "changes[2]", "value"),
    "true": (swap("value = 0.9", "value = true"), "scenario_field_number", "changes[2]", "value"),
    "nan": (swap("value = 0.9", "value = nan"), "scenario_field_number", "changes[2]", "value"),
    "inf": (swap("threshold = 1", "threshold = inf"), "scenario_field_number", "—", "threshold"),
    "huge": (swap("value = 0.9", f"value = 1{'0' * 400}"), "scenario_field_number", "changes[2]", "value"),
    "hexadecimal": (swap("value = 0.9", f"value = 0x{'f' * 9_000}"), "scenario_field_number", "changes[2]", "value"),
    "factor": (swap('share" = 0.6', 'share" = "much"'), "scenario_field_number", "factors", ROOF),
    "kind": (swap('kind = "plant"', 'kind = "mill"'), "scenario_field_choice", "changes[3]", "kind"),
    "flag": (swap('side = "supply"', 'side = "supply"\nvariable = 1'), "scenario_field_flag", "changes[3]", "variable"),
    "codes": (swap('["14201"]', "[14201]"), "scenario_field_texts", "changes[1]", "municipalities"),
    "table": (swap(f'[factors]\n"{ROOF}" = 0.6', "factors = 3"), "scenario_field_table", "—", "factors"),
    "time": (swap("threshold = 1", 'made_at = "yesterday"'), "scenario_field_time", "—", "made_at"),
    "zone": (swap("threshold = 1", 'made_at = "2026-01-31T09:00:00"'), "scenario_field_time", "—", "made_at"),
    "version": (swap("meguri_scenario = 1", "meguri_scenario = 2"), "scenario_field_format", "—", "meguri_scenario"),
    "many": (
        swap('label = "町の計画"', 'label = "a"' + '\n[[sources]]\nlabel = "b"' * 2000),
        "scenario_field_many",
        "—",
        "sources",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_field_that_cannot_be_is_named_with_its_table(case):
    words, key, where, field = WRONG[case]
    with pytest.raises(ScenarioError) as caught:
        read(words)
    error = caught.value
    assert (error.key, error.params["where"], error.params["field"]) == (key, where, field)
    for lang in LANGUAGES:
        said = error_text(error, lang)
        assert said != str(error)
        assert "a.toml" in said
        assert field in said


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("name = ", "scenario_file_line"),
        ("a = " + "[" * 30_000, "scenario_file"),
        ("title = 1", "scenario_format"),
        (f"a{'.a' * 99} = 1", "scenario_format"),
        (f"a{'.a' * 300_000} = 1", "scenario_long_key"),
        ("# " + "x" * 1_000_000, "scenario_size"),
        (swap(f'area = "{AREA}"', 'area = "osaka"'), "scenario_other_area"),
        (swap('["14201"]', '["14999"]'), "scenario_change_municipality"),
        (swap(f'factor = "{ROOF}"', 'factor = "electricity.roof"'), "scenario_factor_unknown"),
        (swap('name = "屋根の案"', 'name = "a\\nb"'), "scenario_name"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(words, key):
    with pytest.raises(ScenarioError) as caught:
        read(words)
    assert caught.value.key == key
    assert str(caught.value).startswith("a.toml")
    assert all(error_text(caught.value, lang) != str(caught.value) for lang in LANGUAGES)


def test_text_that_is_not_utf_8_is_refused():
    with pytest.raises(ScenarioError) as caught:
        from_toml(GOOD.encode("cp932"), file="a.toml")
    assert caught.value.key == "scenario_file"
    # What Python says of it, in English, is for the log alone.
    assert "codec" not in error_text(caught.value, "ja")


def test_a_line_that_is_no_toml_is_named_in_the_reader_s_language():
    with pytest.raises(ScenarioError) as caught:
        from_toml(GOOD.replace("\n", "\nこれは何か\n", 1).encode(), file="a.toml")
    assert "a.toml の 2 行目が" in error_text(caught.value, "ja")
    assert "Expected" not in error_text(caught.value, "ja")


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda words: words.encode(errors="ignore")))
def test_whatever_is_brought_is_read_or_refused(content):
    with pytest.raises(ScenarioError):
        from_toml(content, file="a.toml")
