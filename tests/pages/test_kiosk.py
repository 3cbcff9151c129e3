"""The kiosk's page through AppTest: locked or asked for, its waits from the environment, and what is never shown."""

import gzip
import json
import logging

import pytest
from streamlit.testing.v1 import AppTest

from layers.kiosk import component, mode, page
from tests.source import ROOT

PAGES = ("start", "map", "scale", "whatif", "partners", "basin", "money", "compare", "meeting", "data", "about")


def opened(**query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


@pytest.fixture
def mounted(monkeypatch):
    """What the page hands to the browser: (settings, story) of every run."""
    found = []
    monkeypatch.setattr(page, "mount_kiosk", lambda settings, story: found.append((settings, story)))
    return found


def words(app):
    return "\n".join(str(block.proto.body) for block in app.get("html"))


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_address_opens_the_kiosk_without_navigation_and_controls(lang, mounted):
    app = opened(mode="kiosk", lang=lang)
    assert not app.exception
    assert not app.button
    assert not app.get("page_link")
    assert not app.get("button_group")
    assert "まもなく もどります" in words(app)
    assert "Back in a moment" in words(app)
    (settings, story), *_ = mounted
    assert settings == {"key": "kiosk", "lang": lang, "scene_ms": 12_000, "idle_ms": 60_000, "ask_ms": 15_000}
    told = json.loads(gzip.decompress(story))
    assert told["scenes"]
    assert len(told["places"]) == 33
    assert app.query_params["mode"] in ("kiosk", ["kiosk"])


def test_a_kiosk_stays_one_and_says_so_in_its_address(mounted):
    app = opened(mode="kiosk")
    del app.query_params["mode"]
    app.run()
    assert len(mounted) == 2
    assert app.query_params["mode"] in ("kiosk", ["kiosk"])


def test_a_session_that_is_no_kiosk_has_its_navigation(mounted):
    app = opened()
    assert app.get("page_link")
    assert mounted == []


@pytest.mark.parametrize(("value", "locked"), [("1", True), ("yes", True), ("0", False), ("false", False), ("", False)])
def test_the_variable_locks_every_session(value, locked, monkeypatch, mounted):
    monkeypatch.setenv(mode.VARIABLE, value)
    app = opened(place="municipality:14206")
    assert not app.exception
    assert bool(mounted) is locked
    assert bool(app.get("page_link")) is not locked


def test_what_goes_wrong_is_a_notice_and_another_try(monkeypatch, caplog):
    tries = []
    monkeypatch.setattr(page, "mount_again", lambda: tries.append(1))
    monkeypatch.setattr(page, "packed_story", _fail)
    with caplog.at_level(logging.ERROR):
        app = opened(mode="kiosk")
    assert not app.exception
    assert not app.error
    assert tries == [1]
    assert "the table is gone" in caplog.text


def _fail(*_, **__):
    raise OSError("the table is gone")


def test_an_area_that_is_not_here_is_logged_and_the_first_there_is_told(mounted, caplog):
    with caplog.at_level(logging.WARNING):
        app = opened(mode="kiosk", area="nowhere")
    assert not app.exception
    assert len(mounted) == 1
    assert "nowhere" in caplog.text


def test_waits_come_from_the_environment(monkeypatch):
    assert mode.timing() == mode.Timing(12, 60, 15)
    for name, value in (("SCENE", "5"), ("IDLE", " 90.5 "), ("ASK", "10")):
        monkeypatch.setenv(f"MEGURI_KIOSK_{name}_SECONDS", value)
    assert mode.timing() == mode.Timing(5, 90.5, 10)


@pytest.mark.parametrize("value", ["soon", "-1", "0", "nan", "inf", "1e9", "12s"])
def test_a_wait_that_makes_no_sense_is_logged_once_and_the_usual_holds(value, monkeypatch, caplog):
    mode._checked_seconds.cache_clear()
    monkeypatch.setenv("MEGURI_KIOSK_IDLE_SECONDS", value)
    with caplog.at_level(logging.WARNING):
        assert [mode.timing().idle_s, mode.timing().idle_s] == [60, 60]
    assert [record.getMessage().startswith("MEGURI_KIOSK_IDLE_SECONDS") for record in caplog.records] == [True]


def test_every_page_of_the_app_is_an_address_of_the_kiosk():
    others = {path.stem for path in (ROOT / "pages").glob("*.py")} - {"kiosk"}
    assert others <= {*mode._ADDRESSES, *PAGES}
    assert set(mode._ADDRESSES) == set(PAGES) - {"start"}


def test_the_browsers_module_is_whole_and_makes_no_markup_of_words():
    script = component.kiosk_script()
    assert script.count("export default") == 1
    for forbidden in (
        "innerHTML",
        "insertAdjacentHTML",
        "outerHTML",
        "document.write",
        "eval(",
        "localStorage",
        "http://",
    ):
        assert forbidden not in script.replace('"http://www.w3.org/2000/svg"', "")
