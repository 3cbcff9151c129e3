"""The store's file under what happens to files: kills, two writers, full disks, wrong files, newer versions."""

import contextlib
import os
import signal
import sqlite3
from dataclasses import replace

import pytest

from geo import store_database
from geo.scenario import new_scenario
from geo.store import StoreConflictError
from geo.store_database import APPLICATION_ID, Database, StoreError
from layers.messages import LANGUAGES, error_text
from tests.geo.scenario_world import AREA
from tests.geo.writers import FORK, faults, fill_the_disk, run_together, told_before_a_kill, told_by


def scenario(name="屋根", **fields):
    return new_scenario(name, AREA, **fields)


def refusal(call):
    """Return the StoreError of a call, which both languages have words for."""
    with pytest.raises(StoreError) as caught:
        call()
    assert all(error_text(caught.value, lang) != str(caught.value) for lang in LANGUAGES)
    return caught.value


def write_and_tell(store, pipe):
    number = 0
    while True:
        kept = store.save(scenario(f"{number}", note="水" * 1900))
        renamed = store.rename(kept.key, f"{number}!")
        os.write(pipe, f"{renamed.key} {renamed.name}\n".encode())
        number += 1


def test_what_was_confirmed_before_a_kill_is_there(store):
    confirmed = {}
    for turn in range(12):
        # At another place of its work each time.
        confirmed |= dict(line.split() for line in told_before_a_kill(write_and_tell, store, seconds=0.0007 * turn))
        # The first to look after a kill mends what was cut off.
        found = {one.key: one.name for one in store.scenarios(AREA)}
        assert confirmed.items() <= found.items()
        # Not more than the one that was not told yet is there besides.
        assert len(found) <= len(confirmed) + turn + 1
        assert faults(store) == []
    assert len(confirmed) >= 12


def stop_half_way(store, pipe):
    with store.database.writing() as connection:
        # So little memory that changed pages go into the file before the end.
        connection.execute("PRAGMA cache_size = 2")
        connection.execute("UPDATE scenario_versions SET content = replace(content, '水', '火')")
        os.write(pipe, b"half way")
        signal.pause()


def test_what_a_kill_cut_off_half_way_never_was(store):
    kept = [store.save(scenario(str(number), note="水" * 1900)) for number in range(30)]
    before = store.database.path.read_bytes()
    reading, writing = os.pipe()
    child = FORK.Process(target=stop_half_way, args=(store, writing))
    child.start()
    assert os.read(reading, 8) == b"half way"
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    os.close(reading)
    os.close(writing)
    # Half of it stands in the file.
    assert store.database.path.read_bytes() != before
    assert sorted(store.scenarios(AREA), key=lambda one: one.changed_at) == kept
    assert faults(store) == []


def save_many(store, name):
    for number in range(30):
        store.save(scenario(f"{name}{number}"))


def count_up(store, key):
    done = 0
    while done < 20:
        seen = store.scenario(key)
        try:
            store.save(replace(seen, note=str(int(seen.note) + 1)), base=seen.changed_at)
        except StoreConflictError:
            continue
        done += 1


def test_two_processes_that_make_the_file_and_write_at_once_lose_nothing(store):
    run_together(*(FORK.Process(target=save_many, args=(store, name)) for name in "ab"))
    assert {one.name for one in store.scenarios(AREA)} == {f"{name}{n}" for name in "ab" for n in range(30)}


def test_two_processes_that_change_one_scenario_see_each_other(store):
    key = store.save(scenario(note="0")).key
    run_together(*(FORK.Process(target=count_up, args=(store, key)) for _ in range(2)))
    assert store.scenario(key).note == "40"


def test_a_disk_that_takes_no_more_is_told_and_what_was_there_stays(store):
    first = store.save(scenario("前から"))

    def save(number):
        return store.save(scenario(str(number), note="水" * 2000))

    *keys, error = told_by(fill_the_disk, store, save, 20_000).split()
    assert error in ("store_disk", "store_full")
    assert keys
    assert {one.key for one in store.scenarios(AREA)} == {first.key, *keys}
    assert faults(store) == []
    assert store.save(scenario("また")).key


def test_a_full_database_is_told_and_what_was_there_stays(store):
    first = store.save(scenario())

    def overfill():
        with store.database.writing() as connection:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages + 1}")
            connection.execute("UPDATE scenario_versions SET content = ?", ("x" * 50_000,))

    assert refusal(overfill).key == "store_full"
    assert store.scenarios(AREA) == (first,)


def test_a_file_that_is_no_database_is_left_as_it_is(store):
    path = store.database.path
    path.parent.mkdir()
    path.write_bytes(b"not a database at all, but notes " * 40)
    before = path.read_bytes()
    for call in (lambda: store.scenarios(AREA), store.stamp, lambda: store.save(scenario())):
        assert refusal(call).key == "store_damaged"
    assert path.read_bytes() == before


def test_another_program_s_database_is_left_as_it_is(store):
    path = store.database.path
    path.parent.mkdir()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE scenarios (key TEXT)")
    before = path.read_bytes()
    for call in (lambda: store.scenarios(AREA), lambda: store.save(scenario())):
        assert refusal(call).key == "store_damaged"
    assert path.read_bytes() == before


def test_a_damaged_file_is_told_and_left_as_it_is(store):
    for number in range(40):
        store.save(scenario(str(number), note="水" * 1900))
    path = store.database.path
    content = bytearray(path.read_bytes())
    # The middle of the file, the header left whole.
    content[4096 * 3 : 4096 * 12] = b"\xff" * (4096 * 9)
    path.write_bytes(content)
    assert refusal(lambda: store.scenarios(AREA)).key == "store_damaged"
    assert path.read_bytes() == bytes(content)


def test_content_that_nobody_can_read_is_told(store):
    store.save(scenario())
    with store.database.writing() as connection:
        connection.execute("UPDATE scenario_versions SET content = '{}'")
    assert refusal(lambda: store.scenarios(AREA)).key == "store_damaged"


def test_a_newer_version_s_file_is_left_as_it_is(store):
    store.save(scenario())
    path = store.database.path
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    for call in (lambda: store.scenarios(AREA), lambda: store.save(scenario())):
        assert refusal(call).key == "store_newer"
    assert path.read_bytes() == before


def test_a_file_that_goes_while_it_is_looked_for_is_told_and_not_made(store, monkeypatch):
    store.database.path.parent.mkdir()
    monkeypatch.setattr(Database, "_is_there", lambda self: True)
    assert refusal(lambda: store.scenarios(AREA)).key == "store_open"
    assert not store.database.path.exists()


def test_an_empty_file_is_as_none(store):
    store.database.path.parent.mkdir()
    store.database.path.touch()
    assert store.scenarios(AREA) == ()
    assert store.save(scenario()).name == "屋根"


def test_one_that_others_are_writing_is_told_after_a_while(store, monkeypatch):
    made = store.save(scenario())
    monkeypatch.setattr(store_database, "BUSY_SECONDS", 0.05)
    with contextlib.closing(sqlite3.connect(store.database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert refusal(lambda: store.remove(made.key)).key == "store_busy"
        # Who only reads is not kept waiting.
        assert store.scenarios(AREA) == (made,)


def as_nobody(store, pipe):
    if os.geteuid() == 0:
        os.setuid(65534)
    found = [one.name for one in store.scenarios(AREA)]
    try:
        store.save(scenario("b"))
    except StoreError as error:
        os.write(pipe, f"{found[0]} {error.key}".encode())


@pytest.fixture
def open_folder(tmp_path):
    """Let anybody look into the test's folder: who is root writes everywhere, and becomes nobody for this."""
    modes = {folder: folder.stat().st_mode for folder in (tmp_path, *tmp_path.parents) if "pytest-" in str(folder)}
    for folder, mode in modes.items():
        folder.chmod(mode | 0o555)
    yield
    for folder, mode in modes.items():
        folder.chmod(mode)


@pytest.mark.usefixtures("open_folder")
def test_a_file_that_may_not_be_written_is_read_and_told(store):
    store.save(scenario("a"))
    path = store.database.path
    path.chmod(0o444)
    path.parent.chmod(0o555)
    told = told_by(as_nobody, store)
    path.parent.chmod(0o755)
    assert told == "a store_read_only"


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "local").write_text("a file in its place")
    database = Database(tmp_path / "local" / "meguri.sqlite", (("CREATE TABLE a (x)",),))

    def write():
        with database.writing():
            pytest.fail("nothing can be written here")

    assert refusal(write).key == "store_open"


FIRST = ("CREATE TABLE notes (words TEXT)",)
SECOND = ("ALTER TABLE notes ADD COLUMN said_by TEXT", "UPDATE notes SET said_by = '—'")


def test_an_older_file_is_brought_up_to_date_with_what_it_holds(tmp_path):
    path = tmp_path / "a?b#c.sqlite"
    with Database(path, (FIRST,)).writing() as connection:
        connection.execute("INSERT INTO notes VALUES ('水')")
    # Who may not write cannot bring it up to date.
    kiosk = Database(path, (FIRST, SECOND), is_writable=False)
    with pytest.raises(StoreError) as caught, kiosk.reading():
        pytest.fail("the tables are not there yet")
    assert caught.value.key == "store_server_read_only"
    with Database(path, (FIRST, SECOND)).reading() as connection:
        assert connection.execute("SELECT * FROM notes").fetchall() == [("水", "—")]
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


def test_a_migration_that_fails_leaves_the_older_file(tmp_path):
    path = tmp_path / "a.sqlite"
    with Database(path, (FIRST,)).writing() as connection:
        connection.execute("INSERT INTO notes VALUES ('水')")
    broken = Database(path, (FIRST, (*SECOND, "SELECT no_such_function()")))
    with pytest.raises(StoreError), broken.writing():
        pytest.fail("it could not be brought up to date")
    with Database(path, (FIRST,)).reading() as connection:
        assert connection.execute("SELECT * FROM notes").fetchall() == [("水",)]


def test_what_raises_inside_is_rolled_back(tmp_path):
    database = Database(tmp_path / "a.sqlite", (FIRST,))

    def fail_half_way():
        with database.writing() as connection:
            connection.execute("INSERT INTO notes VALUES ('水')")
            raise KeyError("half way")

    with pytest.raises(KeyError, match="half way"):
        fail_half_way()
    with database.writing() as connection:
        assert connection.execute("SELECT count(*) FROM notes").fetchone() == (0,)


def test_reading_cannot_write(tmp_path):
    database = Database(tmp_path / "a.sqlite", (FIRST,))
    with database.writing():
        pass
    with pytest.raises(StoreError) as caught, database.reading() as connection:
        connection.execute("INSERT INTO notes VALUES ('水')")
    assert caught.value.key == "store_read_only"
