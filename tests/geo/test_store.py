"""Scenarios kept: keys, versions, undo, several writers; and that nothing is made by looking."""

import os
import re
import threading
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import store as store_module
from geo.scenario import ScenarioError, new_scenario
from geo.store import StoreConflictError, open_store
from geo.store_database import StoreError
from layers.messages import LANGUAGES, error_text
from tests.geo.scenario_world import AREA, names, scenarios

pytestmark = pytest.mark.usefixtures("folder")


def scenario(name="屋根", area=AREA, **fields):
    return new_scenario(name, area, **fields)


def test_it_stands_beside_what_users_bring(folder, monkeypatch):
    assert open_store(folder).database.path == folder / "local" / "meguri.sqlite"
    monkeypatch.setenv("MEGURI_LOCAL_DIR", str(folder / "elsewhere"))
    assert open_store(folder).database.path == folder / "elsewhere" / "meguri.sqlite"


def test_looking_makes_no_file(store, folder):
    assert store.scenarios(AREA) == ()
    assert store.scenario("abcdefghijkl") is None
    assert store.stamp() == ""
    assert not store.can_undo("abcdefghijkl")
    assert [*folder.iterdir()] == []


def test_what_is_saved_is_there_with_a_key_and_times(store, folder):
    kept = store.save(scenario(note="メモ", factors=(("a.b", 0.5),)))
    assert re.fullmatch("[a-z0-9]{12}", kept.key)
    assert kept.made_at == kept.changed_at
    assert kept.made_at.endswith("+00:00")
    assert replace(kept, key="", made_at="", changed_at="") == scenario(note="メモ", factors=(("a.b", 0.5),))
    # Another process would open it anew.
    assert open_store(folder).scenario(kept.key) == kept


@settings(max_examples=25)
@given(found=scenarios)
def test_everything_of_a_scenario_is_kept(tmp_path_factory, found):
    kept = open_store(tmp_path_factory.mktemp("store"))
    saved = kept.save(found)
    assert kept.scenario(saved.key) == replace(found, key=saved.key, made_at=saved.made_at, changed_at=saved.changed_at)
    assert saved.made_at == (found.made_at or saved.changed_at)


def test_an_area_lists_its_own_the_one_changed_last_first(store):
    first, second = store.save(scenario("一")), store.save(scenario("二"))
    store.save(scenario("外", area="osaka"))
    assert [found.name for found in store.scenarios(AREA)] == ["二", "一"]
    store.save(first)
    assert [found.key for found in store.scenarios(AREA)] == [first.key, second.key]


def test_a_save_keeps_the_key_and_the_time_made(store):
    made = store.save(scenario())
    later = store.save(replace(made, note="あとで"))
    assert (later.key, later.made_at) == (made.key, made.made_at)
    assert later.changed_at > made.changed_at
    assert [found.note for found in store.scenarios(AREA)] == ["あとで"]


def test_a_copy_has_its_own_key_and_history(store):
    made = store.save(scenario(note="メモ"))
    copy = store.duplicate(made.key, "写し")
    assert copy.key != made.key
    assert (copy.name, copy.note, copy.made_at) == ("写し", "メモ", copy.changed_at)
    store.save(replace(copy, note="変えた"))
    assert store.scenario(made.key) == made
    assert not store.can_undo(made.key)


def test_a_new_name(store):
    made = store.save(scenario(note="メモ"))
    assert store.rename(made.key, " 新しい名 ").name == "新しい名"
    assert store.rename(made.key, "名", "新しいメモ").note == "新しいメモ"
    assert store.undo(made.key).note == "メモ"


@pytest.mark.parametrize(
    "call", [lambda store: store.rename("a" * 12, "b"), lambda store: store.duplicate("a" * 12, "b")]
)
def test_one_that_is_not_there_cannot_be_renamed_or_copied(store, call):
    with pytest.raises(ScenarioError) as caught:
        call(store)
    assert caught.value.key == "scenario_unknown"


def test_words_that_cannot_be_are_not_kept(store):
    made = store.save(scenario())
    for wrong in (lambda: store.rename(made.key, "a\nb"), lambda: store.save(replace(made, name=""))):
        with pytest.raises(ScenarioError):
            wrong()
    with pytest.raises(ScenarioError) as caught:
        store.save(replace(made, key="../../etc"))
    assert caught.value.key == "scenario_key"
    assert store.scenarios(AREA) == (made,)


def test_a_removal_is_undone(store):
    made = store.save(scenario())
    store.remove(made.key)
    assert store.scenario(made.key) is None
    assert store.scenarios(AREA) == ()
    assert store.undo(made.key) == made
    assert store.scenarios(AREA) == (made,)
    assert store.redo(made.key) is None
    assert store.scenario(made.key) is None


def test_the_last_removed_can_be_brought_back_and_earlier_ones_are_forgotten(store, monkeypatch):
    monkeypatch.setattr(store_module, "REMOVED_KEPT", 2)
    made = [store.save(scenario(name)) for name in "abcd"]
    for one in made[:3]:
        store.remove(one.key)
    assert [store.undo(one.key) for one in made[:3]] == [None, made[1], made[2]]
    assert store.scenario(made[3].key) == made[3]


def test_undo_goes_back_version_by_version_and_redo_forward(store):
    versions = [store.save(scenario("0"))]
    versions += [store.rename(versions[0].key, str(number)) for number in (1, 2)]
    key = versions[0].key
    assert [store.undo(key), store.undo(key), store.undo(key)] == [versions[1], versions[0], None]
    assert (store.can_undo(key), store.can_redo(key)) == (False, True)
    assert [store.redo(key), store.redo(key), store.redo(key)] == [versions[1], versions[2], None]
    store.undo(key)
    new = store.rename(key, "3")
    # What was undone is gone once something else was saved.
    assert not store.can_redo(key)
    assert [store.undo(key), store.redo(key)] == [versions[1], new]


def test_fifty_former_versions_are_kept(store):
    made = store.save(scenario("0"))
    for number in range(1, 61):
        store.rename(made.key, str(number))
    undone = [store.undo(made.key) for _ in range(51)]
    assert [one.name for one in undone[:50]] == [str(number) for number in range(59, 9, -1)]
    assert undone[50] is None


_DONE = st.lists(st.sampled_from(["save", "remove", "undo", "redo"]) | names, max_size=12)


@settings(max_examples=30)
@given(done=_DONE)
def test_any_order_of_saves_removals_undos_and_redos(tmp_path_factory, done):
    """Held against a plain list of versions and a place in it."""
    store = open_store(tmp_path_factory.mktemp("store"))
    present = store.save(scenario("最初"))
    versions, at = [present], 0
    for number, step in enumerate(done):
        if step in ("undo", "redo"):
            to = at + (1 if step == "redo" else -1)
            found = getattr(store, step)(present.key)
            assert found == (versions[to] if 0 <= to < len(versions) else None)
            at = to if 0 <= to < len(versions) else at
        elif step == "remove":
            store.remove(present.key)
            if versions[at] is not None:
                versions, at = [*versions[: at + 1], None], at + 1
        else:
            versions = [*versions[: at + 1], store.save(replace(present, note=f"{number}{step}"))]
            at += 1
        assert store.scenario(present.key) == versions[at]
        assert (store.can_undo(present.key), store.can_redo(present.key)) == (at > 0, at + 1 < len(versions))


def test_what_somebody_else_saved_is_not_written_over_unseen(store):
    mine = store.save(scenario())
    theirs = store.save(replace(mine, note="別の人"), base=mine.changed_at)
    with pytest.raises(StoreConflictError) as caught:
        store.save(replace(mine, note="私"), base=mine.changed_at)
    assert caught.value.theirs == theirs
    assert [error_text(caught.value, lang) != str(caught.value) for lang in LANGUAGES] == [True, True]
    assert store.scenario(mine.key) == theirs
    assert store.save(replace(mine, note="私"), base=theirs.changed_at).note == "私"


def test_one_that_somebody_removed_or_undid_is_a_conflict_too(store):
    first = store.save(scenario())
    second = store.save(replace(first, note="二"))
    store.undo(first.key)
    with pytest.raises(StoreConflictError) as caught:
        store.save(second, base=second.changed_at)
    assert caught.value.theirs == first
    store.remove(first.key)
    with pytest.raises(StoreConflictError) as caught:
        store.save(first, base=first.changed_at)
    assert caught.value.theirs is None
    # Knowingly, it is written again under the same key.
    assert store.save(first).key == first.key


def test_times_go_on_where_the_clock_goes_back(store, monkeypatch):
    first = store.save(scenario())

    class Yesterday(store_module.datetime):
        @classmethod
        def now(cls, tz):
            return super().now(tz) - store_module.timedelta(days=1)

    monkeypatch.setattr(store_module, "datetime", Yesterday)
    later = store.save(replace(first, note="きのう"))
    assert later.changed_at > first.changed_at


def test_the_stamp_changes_with_every_change_and_not_by_looking(store):
    made = store.save(scenario())
    seen = [store.stamp()]
    store.scenarios(AREA)
    assert store.stamp() == seen[0]
    for change in (
        lambda: store.rename(made.key, "b"),
        lambda: store.undo(made.key),
        lambda: store.redo(made.key),
        lambda: store.remove(made.key),
        lambda: store.undo(made.key),
        lambda: store.save(scenario("c")),
    ):
        change()
        seen.append(store.stamp())
    assert len(set(seen)) == len(seen)


def test_the_stamp_changes_where_the_file_system_s_clock_is_coarse(store):
    made = store.save(scenario())
    os.utime(store.database.path, ns=(1, 1))
    before = store.stamp()
    store.rename(made.key, "b")
    os.utime(store.database.path, ns=(1, 1))
    assert store.stamp() != before


def test_a_copy_put_back_changes_the_stamp(store):
    made = store.save(scenario())
    path = store.database.path
    backup = path.read_bytes()
    store.rename(made.key, "b")
    after = store.stamp()
    path.write_bytes(backup)
    # A file system's clock may be coarser than a test is fast.
    os.utime(path, ns=(1, 1))
    store.rename(made.key, "c")
    assert store.stamp() != after
    assert store.scenario(made.key).name == "c"


def test_an_area_has_a_limit(store, monkeypatch):
    monkeypatch.setattr(store_module, "MOST_SCENARIOS", 2)
    made = store.save(scenario("a"))
    store.save(scenario("b"))
    with pytest.raises(ScenarioError) as caught:
        store.duplicate(made.key, "c")
    assert caught.value.key == "scenario_most"
    store.save(replace(made, note="changed"))
    store.save(scenario("c", area="osaka"))
    store.remove(made.key)
    store.save(scenario("c"))
    assert sorted(found.name for found in store.scenarios(AREA)) == ["b", "c"]


def test_a_server_that_lets_nobody_write(folder):
    made = open_store(folder).save(scenario())
    kiosk = open_store(folder, is_writable=False)
    assert kiosk.scenario(made.key) == made
    for change in (lambda: kiosk.save(made), lambda: kiosk.remove(made.key), lambda: kiosk.undo(made.key)):
        with pytest.raises(StoreError) as caught:
            change()
        assert caught.value.key == "store_server_read_only"
    assert kiosk.scenarios(AREA) == (made,)


def test_threads_lose_nothing(store):
    def work(number):
        for turn in range(8):
            made = store.save(scenario(f"{number}-{turn}"))
            store.rename(made.key, f"{made.name}!")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {found.name for found in store.scenarios(AREA)} == {f"{n}-{t}!" for n in range(6) for t in range(8)}
