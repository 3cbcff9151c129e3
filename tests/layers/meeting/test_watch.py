"""Who is woken when a meeting changed, with a store that is real and sessions that are not."""

from types import SimpleNamespace

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.session_manager import SessionManager

from geo.meeting import Note
from geo.store import open_store
from geo.store_database import StoreError
from layers.meeting import sync
from layers.meeting.watch import UNREAD, Presence, Watched, Watcher, can_wake, wake_session


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


def test_a_store_that_can_be_read_again_wakes_who_has_seen_nothing(kept, made, watcher, woken):
    watcher.watch("a", Watched(kept, made.meeting.key, UNREAD))
    watcher.look()
    assert woken == ["a"]


def test_a_browser_that_is_away_is_waited_for_and_a_closed_one_forgotten(kept, made, woken):
    presence = {"away": Presence.AWAY, "gone": Presence.GONE}
    watcher = Watcher(lambda session, begin: (woken.append(session), begin()), presence.get)
    for session in presence:
        watcher.watch(session, seen(kept, made))
    write(kept, made)
    watcher.look()
    assert (woken, watcher.sessions()) == ([], ("away",))
    presence["away"] = Presence.HERE
    watcher.look()
    assert woken == ["away"]


def test_one_that_cannot_be_woken_holds_up_nobody_and_is_told_once(kept, made, woken, caplog):
    def wake(session, begin):
        if session != "c":
            raise AttributeError("not as it was")
        woken.append(session)

    watcher = Watcher(wake)
    for session in "abc":
        watcher.watch(session, seen(kept, made))
    assert not watcher.has_failed
    write(kept, made)
    watcher.look()
    assert (woken, watcher.sessions(), watcher.has_failed) == (["c"], ("c",), True)
    assert len(caplog.records) == 1


def test_a_thread_that_ended_is_started_again(watcher, monkeypatch):
    started = []
    monkeypatch.setattr(Watcher, "run", lambda self: started.append(1))
    watcher.start()
    watcher._thread.join()
    watcher.start()
    watcher._thread.join()
    assert started == [1, 1]


class Session:
    """What is used of Streamlit's session, with a loop that runs at once."""

    def __init__(self):
        self._scriptrunner, self._client_state, self._event_loop = None, ClientState(query_string="a=b"), self
        self.session, self.asked = self, []

    def call_soon_threadsafe(self, act):
        act()

    def request_rerun(self, state):
        self.asked.append(state)

    def get_active_session_info(self, session_id):
        return self if session_id == "a" else None


@pytest.fixture
def session(monkeypatch):
    session = Session()
    monkeypatch.setattr("layers.meeting.watch._manager", lambda: session)
    return session


def test_a_session_is_woken_when_it_does_nothing_and_has_not_seen_it(session):
    session._scriptrunner = object()
    wake_session("a", lambda: pytest.fail("it runs"))
    session._scriptrunner = None
    wake_session("a", lambda: False)
    assert session.asked == []
    wake_session("a", lambda: True)
    assert [state.query_string for state in session.asked] == ["a=b"]
    wake_session("closed", lambda: pytest.fail("it is gone"))


def test_where_streamlit_is_not_as_it_was_a_session_asks_by_itself(session, kept, made, monkeypatch):
    asked, watched = [], Watcher(wake_session)
    monkeypatch.setattr(sync, "get_script_run_ctx", lambda: SimpleNamespace(session_id="a"))
    monkeypatch.setattr(sync.runtime, "exists", lambda: True)
    monkeypatch.setattr(sync, "_watcher", lambda: watched)
    monkeypatch.setattr(sync, "_ask_now_and_then", lambda meeting, stamp: asked.append((meeting, stamp)))
    monkeypatch.setattr(Watcher, "run", lambda self: None)
    assert can_wake("a")
    sync.keep_in_step(made.meeting.key, 3)
    assert (asked, watched.sessions()) == ([], ("a",))
    del session._event_loop
    assert not can_wake("a")
    sync.keep_in_step(made.meeting.key, 4)
    assert asked == [(made.meeting.key, 4)]


def test_streamlit_still_has_what_wakes_a_session():
    assert callable(SessionManager.is_active_session)
    assert callable(SessionManager.get_session_info)
    assert callable(AppSession.request_rerun)
    assert callable(SessionManager.get_active_session_info)
    for name in ("_scriptrunner", "_client_state", "_event_loop"):
        assert name in AppSession.__init__.__code__.co_names
