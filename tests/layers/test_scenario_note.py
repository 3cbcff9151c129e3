"""What is taken away names the scenario that its figures stand on."""

import pytest

from geo.changes import FactorChange
from geo.scenario import new_scenario
from layers import stored
from layers.messages import LANGUAGES
from layers.scenario_note import scenario_note
from layers.state import ViewState


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("MEGURI_LOCAL_DIR", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_scenario_is_named_with_its_local_changes(lang):
    change = FactorChange("electricity.usable_roof_share", 0.6, ("14206",))
    kept = stored.store().save(new_scenario("屋根", "kanagawa", changes=(change,)))
    note = scenario_note(ViewState(scenario=kept.key), lang)
    assert "屋根" in note
    assert "1" in note


def test_nothing_is_said_where_none_is_in_force_or_it_is_another_area_s(folder):
    kept = stored.store().save(new_scenario("屋根", "osaka"))
    assert scenario_note(ViewState(), "ja") == ""
    assert scenario_note(ViewState(scenario="abcdefghijkl"), "ja") == ""
    assert scenario_note(ViewState(scenario=kept.key), "ja") == ""
    (folder / "meguri.sqlite").write_bytes(b"no database" * 100)
    assert scenario_note(ViewState(scenario=kept.key), "ja") == ""
