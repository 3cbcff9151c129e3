"""Saved scenarios as pages read them: cached until the store changes, and held against the area as it is."""

import pytest

from geo.changes import FactorChange, IndicatorChange
from geo.dataset import open_whole
from geo.resources import load_catalogue
from geo.scenario import new_scenario
from geo.store import Store
from geo.store_database import StoreError
from layers import stored
from layers.messages import LANGUAGES, error_text

ROOF = "electricity.usable_roof_share"
LOCAL = FactorChange(ROOF, 0.5, ("14201",))
AREA = "kanagawa"


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("MEGURI_LOCAL_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def dataset():
    return open_whole(AREA)


def saved(**fields):
    return stored.store().save(new_scenario("屋根", AREA, **fields))


def test_looking_makes_no_file(folder):
    assert stored.scenarios_of(AREA) == ()
    assert stored.scenario_of("abcdefghijkl") is None
    assert [*folder.iterdir()] == []


def test_what_was_saved_is_seen_at_once_and_what_was_changed_too():
    kept = saved(changes=(LOCAL,))
    assert stored.scenario_of(kept.key) == kept
    renamed = stored.store().rename(kept.key, "新")
    assert stored.scenario_of(kept.key) == renamed
    assert stored.scenarios_of(AREA) == (renamed,)
    stored.store().remove(kept.key)
    assert stored.scenario_of(kept.key) is None


def test_the_store_is_read_only_once_for_each_of_its_states(monkeypatch):
    kept = saved()
    reads = []
    reading = Store.scenario
    monkeypatch.setattr(Store, "scenario", lambda self, key: reads.append(key) or reading(self, key))
    for _ in range(3):
        assert stored.scenario_of(kept.key) == kept
    assert reads == [kept.key]


@pytest.mark.parametrize("key", ["", "../etc/passwd", "ABCDEFGHIJKL", "a" * 13, "a' OR '1'='1"])
def test_what_is_no_key_is_not_looked_for(key):
    saved()
    assert stored.scenario_of(key) is None


def test_two_folders_are_two_stores(monkeypatch, tmp_path):
    kept = saved()
    monkeypatch.setenv("MEGURI_LOCAL_DIR", str(tmp_path / "other"))
    assert stored.scenario_of(kept.key) is None


def test_a_read_only_server_shows_and_writes_nothing(monkeypatch):
    kept = saved()
    monkeypatch.setenv("MEGURI_READ_ONLY", "1")
    assert stored.scenario_of(kept.key) == kept
    with pytest.raises(StoreError) as caught:
        stored.store().save(kept)
    assert caught.value.key == "store_server_read_only"


def test_changes_that_fit_are_in_force_and_others_are_told(dataset):
    catalogue = load_catalogue()
    gone = FactorChange(ROOF, 0.5, ("99999",))
    half = IndicatorChange("population", "times", 0.5)
    kept = saved(changes=(LOCAL, gone, half))
    fitting, refused = stored.changes_in_force(kept.key, dataset, catalogue)
    assert fitting == (LOCAL, half)
    assert [error.key for error in refused] == ["change_municipality"]
    assert stored.changes_in_force("abcdefghijkl", dataset, catalogue) == ((), ())


def test_another_area_s_scenario_is_not_put_in_force(dataset):
    kept = stored.store().save(new_scenario("屋根", "osaka", changes=(LOCAL,)))
    fitting, (told,) = stored.changes_in_force(kept.key, dataset, load_catalogue())
    assert fitting == ()
    assert all("osaka" in error_text(told, lang) and error_text(told, lang) != str(told) for lang in LANGUAGES)


def test_a_damaged_store_leaves_the_view_as_it_is_today(dataset, folder):
    (folder / "meguri.sqlite").write_bytes(b"no database " * 100)
    fitting, (told,) = stored.changes_in_force("abcdefghijkl", dataset, load_catalogue())
    assert fitting == ()
    assert told.key == "store_damaged"
