"""Who is woken when a meeting changed, with a store that is real and sessions that are not."""

import pytest
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.session_manager import SessionManager

from geo.meeting import Note
from geo.store import open_store
from geo.store_database import StoreError
from layers.meeting.watch import Watched, Watcher


@pytest.fixture
def kept(monkeypatch, tmp_path):
    """Meetings of a store of this test."""
    monkeypatch.setenv("MEGURI_LOCAL_DIR", str(tmp_path))
    return open_store().meetings


@pytest.fixture
def made(kept):
    return kept.create("会議", "kanagawa", "", name="進行")


@pytest.fixture
def woken():
    return []


@pytest.fixture
def watcher(woken):
    """A watcher whose sessions are asked at once."""
    return Watcher(lambda session, done: (woken.append(session), done()))


def seen(kept, made):
    return Watched(kept, made.meeting.key, kept.stamp(made.meeting.key))


def write(kept, made):
    kept.note(made.meeting.key, made.pass_.token, Note("", "", "comment", "はい"))


def test_nobody_is_woken_while_nothing_changes(kept, made, watcher, woken):
    watcher.watch("a", seen(kept, made))
    watcher.look()
    assert woken == []
    assert watcher.sessions() == ("a",)


def test_who_has_not_seen_a_change_is_woken_once(kept, made, watcher, woken):
    watcher.watch("a", seen(kept, made))
    write(kept, made)
    watcher.watch("b", seen(kept, made))
    watcher.look()
    watcher.look()
    assert woken == ["a"]
    assert watcher.sessions() == ("b",)


def test_a_meeting_that_is_removed_wakes_too(kept, made, watcher, woken):
    watcher.watch("a", seen(kept, made))
    kept.remove(made.meeting.key, made.pass_.token)
    watcher.look()
    assert woken == ["a"]


def test_another_meetings_change_wakes_nobody(kept, made, watcher, woken):
    watcher.watch("a", seen(kept, made))
    write(kept, kept.create("別", "kanagawa", "", name="他"))
    watcher.look()
    assert woken == []


def test_a_session_that_is_busy_is_asked_again(kept, made):
    asked = []
    watcher = Watcher(lambda session, done: asked.append(session))
    watcher.watch("a", seen(kept, made))
    write(kept, made)
    watcher.look()
    watcher.look()
    assert asked == ["a", "a"]


def test_what_a_session_has_seen_since_is_not_forgotten(kept, made, watcher):
    old = seen(kept, made)
    watcher.watch("a", old)
    write(kept, made)
    watcher.watch("a", seen(kept, made))
    watcher.forget("a", old)
    assert watcher.sessions() == ("a",)


def test_a_store_that_cannot_be_read_wakes_nobody(kept, made, watcher, woken, monkeypatch):
    watcher.watch("a", seen(kept, made))

    def fail(self, key):
        raise StoreError("no file")

    monkeypatch.setattr(type(kept), "stamp", fail)
    watcher.look()
    assert woken == []
    assert watcher.sessions() == ("a",)


def test_streamlit_still_has_what_wakes_a_session():
    assert callable(AppSession.request_rerun)
    assert callable(SessionManager.get_active_session_info)
    for name in ("_scriptrunner", "_client_state", "_event_loop"):
        assert name in AppSession.__init__.__code__.co_names
