"""The public address: what is accepted, what is refused and said in the log, and where its links lead."""

import logging
from urllib.parse import parse_qs, urlsplit

import pytest

from layers import public_address as module
from layers.public_address import VARIABLE, place_address, public_address
from layers.state import ViewState, parse


@pytest.fixture(autouse=True)
def fresh():
    module._checked.cache_clear()


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("https://meguri.example.jp", "https://meguri.example.jp"),
        ("https://example.jp/meguri/", "https://example.jp/meguri"),
        ("  http://192.168.0.5:8501 ", "http://192.168.0.5:8501"),
        ("http://[::1]:8501/", "http://[::1]:8501"),
        ("", ""),
    ],
)
def test_an_address_is_taken_without_its_last_slash(monkeypatch, caplog, given, found):
    monkeypatch.setenv(VARIABLE, given)
    assert public_address() == found
    assert not caplog.records


@pytest.mark.parametrize(
    "given",
    [
        "meguri.example.jp",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://",
        "https://user:secret@example.jp",
        "https://example.jp/?a=b",
        "https://example.jp/#top",
        "https://example.jp/a b",
        "https://例え.jp",
        "https://example.jp:99999",
        "https://example.jp:0",
        "https://[::1",
        "https://example.jp/" + "a" * 200,
    ],
)
def test_a_wrong_address_is_none_and_said_once(monkeypatch, caplog, given):
    monkeypatch.setenv(VARIABLE, given)
    with caplog.at_level(logging.WARNING):
        assert public_address() == public_address() == ""
    assert len(caplog.records) == 1
    assert VARIABLE in caplog.text
    # What stands in an address may be a password.
    assert "secret" not in caplog.text


def test_without_the_variable_there_is_none(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    assert public_address() == ""


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("place", ["municipality:14206", "basin:83545-12", ""])
def test_a_link_opens_the_place_on_the_scale_page(lang, place):
    address = place_address("https://example.jp/meguri", area="kanagawa", place=place, lang=lang)
    parts = urlsplit(address)
    assert (parts.netloc, parts.path) == ("example.jp", "/meguri/scale")
    query = {name: value for name, (value,) in parse_qs(parts.query).items()}
    assert query["area"] == "kanagawa"
    assert parse(query) == (ViewState(lang=lang, area="kanagawa", place=place), ())
