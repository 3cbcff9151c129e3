"""The prefectures' codes and names."""

import pytest

from geo.errors import InputError
from geo.japan import open_overview
from geo.prefectures import PREFECTURES, prefecture_names


def test_the_names_are_those_of_the_municipalities() -> None:
    table = open_overview().municipalities.drop_duplicates("prefecture_code")
    expected = dict(zip(table["prefecture_code"], table["prefecture_ja"], strict=True))
    assert {code: ja for code, (ja, _) in PREFECTURES.items()} == expected


def test_english_names_say_what_they_are() -> None:
    assert prefecture_names("14") == ("神奈川県", "Kanagawa Prefecture")
    assert prefecture_names("01") == ("北海道", "Hokkaido")


@pytest.mark.parametrize("code", ["00", "48", "1", "", "1 4"])
def test_a_code_that_is_none_is_refused(code: str) -> None:
    with pytest.raises(InputError):
        prefecture_names(code)
