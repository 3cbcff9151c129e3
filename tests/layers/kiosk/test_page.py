"""Which area the kiosk tells of, whatever stands in its address."""

import pytest

from layers.kiosk import page


@pytest.fixture(autouse=True)
def areas(monkeypatch):
    page._log_unknown.cache_clear()
    monkeypatch.setattr(page, "list_areas", lambda _where: ["kanagawa", "shiga"])


def test_the_area_of_the_address_is_told(caplog):
    assert page.area_told("shiga") == "shiga"
    assert caplog.messages == []


def test_an_area_that_is_not_here_gives_way_to_the_first_and_is_logged_once(caplog):
    assert [page.area_told("nope") for _ in range(3)] == ["kanagawa"] * 3
    assert caplog.messages == ["the kiosk's address names the area 'nope', which is not here: it tells of 'kanagawa'"]


def test_without_any_area_the_error_names_the_one_that_was_wanted(monkeypatch):
    monkeypatch.setattr(page, "list_areas", lambda _where: [])
    assert page.area_told("nope") == "nope"
