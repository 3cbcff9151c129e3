"""Whether a sheet can be made is known before its button is drawn."""

import ctypes
import subprocess
from types import SimpleNamespace

import pytest

from layers import sheet_ready


@pytest.fixture(autouse=True)
def asked_afresh(monkeypatch):
    monkeypatch.setattr(sheet_ready, "_ready", [])
    monkeypatch.setattr(sheet_ready.sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", lambda name: None)
    monkeypatch.setattr(sheet_ready.shutil, "which", lambda name: "/usr/bin/fc-list")
    monkeypatch.setattr(subprocess, "run", lambda *args, **kwargs: SimpleNamespace(stdout="Noto Sans CJK JP"))


def test_all_there_is_no_problem_and_asked_once(monkeypatch):
    assert sheet_ready.sheet_problem() is None
    monkeypatch.setattr(subprocess, "run", lambda *args, **kwargs: pytest.fail("asked twice"))
    assert sheet_ready.sheet_problem() is None


def test_a_missing_library_says_what_to_install_and_is_asked_again(monkeypatch):
    def absent(name):
        raise OSError(name)

    with monkeypatch.context() as missing:
        missing.setattr(ctypes, "CDLL", absent)
        problem = sheet_ready.sheet_problem()
        assert problem.key == "sheet_libraries"
        assert "apt install" in str(problem)
    assert sheet_ready.sheet_problem() is None


def test_a_missing_font_says_what_to_install(monkeypatch):
    monkeypatch.setattr(subprocess, "run", lambda *args, **kwargs: SimpleNamespace(stdout=""))
    assert sheet_ready.sheet_problem().key == "sheet_font"


def test_without_its_tool_nothing_is_said_of_fonts(monkeypatch):
    monkeypatch.setattr(sheet_ready.shutil, "which", lambda name: None)
    assert sheet_ready.sheet_problem() is None
