"""Who a provider's claims are about, and whom they let lead."""

import pytest

from layers.meeting import sign_in
from layers.meeting.keep_pass import token_of

CLAIMS = {
    "iss": "https://id.example.jp",
    "sub": "u-1",
    "name": "山田 太郎",
    "email": "Yamada@Example.jp",
    "email_verified": True,
}


@pytest.fixture(autouse=True)
def _facilitators(monkeypatch):
    monkeypatch.setenv("MEGURI_FACILITATORS", " suzuki@example.jp , yamada@example.jp ")


def test_a_person_is_known_by_issuer_and_subject():
    found = sign_in.person_of(CLAIMS)
    assert (found.user, found.name) == ("https://id.example.jp|u-1", "山田 太郎")


def test_a_facilitator_is_one_by_a_verified_address():
    assert sign_in.person_of(CLAIMS).leads


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_is_not_verified_leads_nothing(verified):
    assert not sign_in.person_of(CLAIMS | {"email_verified": verified}).leads


@pytest.mark.parametrize("email", ["sato@example.jp", "", None, "yamada@example.jp,suzuki@example.jp"])
def test_another_address_leads_nothing(email):
    assert not sign_in.person_of(CLAIMS | {"email": email}).leads


def test_no_list_of_facilitators_makes_nobody_one(monkeypatch):
    monkeypatch.setenv("MEGURI_FACILITATORS", ",,")
    assert not sign_in.person_of(CLAIMS | {"email": ""}).leads


@pytest.mark.parametrize("subject", ["", None])
def test_claims_without_a_subject_are_nobody(subject):
    assert sign_in.person_of(CLAIMS | {"sub": subject}) is None


def test_a_name_becomes_one_that_a_note_can_be_signed_with():
    found = sign_in.person_of(CLAIMS | {"name": "  長い\n名前\u202e" + "あ" * 100})
    assert found.name == "長い名前" + "あ" * 36
    assert sign_in.person_of(CLAIMS | {"name": ""}).name == "yamada@example.jp"


@pytest.mark.parametrize(
    ("told", "token"),
    [({"token": "abc"}, "abc"), ({"token": 3}, ""), ({"token": "a" * 101}, ""), ({"token": "あ"}, ""), (None, "")],
)
def test_what_the_browser_hands_back_is_a_short_word_or_nothing(told, token):
    assert token_of(told) == token
