"""The map of Japan: all municipalities in a message of moderate size, the areas there are highlighted."""

import gzip
import json

import pytest

from geo.japan import Overview, open_overview
from layers.japan_map import map_message, pack_overview


@pytest.fixture(scope="module")
def japan() -> Overview:
    return open_overview()


@pytest.fixture(scope="module")
def packed(japan: Overview) -> dict:
    return json.loads(gzip.decompress(pack_overview(japan, version="v")))


def test_every_municipality_and_prefecture_is_drawn(packed: dict) -> None:
    units = packed["layers"]
    assert len(units["municipality"]["codes"]) == 1741
    assert units["prefecture"]["codes"] == [f"{number:02d}" for number in range(1, 48)]
    for layer in units.values():
        assert len({len(layer[name]) for name in ("codes", "ja", "en", "at", "shapes")}) == 1
        assert all(layer["shapes"])


def test_a_name_tells_its_prefecture_in_both_languages(packed: dict) -> None:
    towns = packed["layers"]["municipality"]
    number = towns["codes"].index("14206")
    assert towns["ja"][number] == "小田原市（神奈川県）"
    assert towns["en"][number] == "Odawara City (Kanagawa Prefecture)"


def test_a_label_stands_on_its_unit(japan: Overview, packed: dict) -> None:
    towns = packed["layers"]["municipality"]
    for code in ("14206", "13421", "47207", "01202"):
        latitude, longitude = towns["at"][towns["codes"].index(code)]
        found = japan.at(latitude, longitude)
        assert found is not None
        assert found["code"] == code


def test_the_message_is_small_enough_to_paint_at_once_and_the_same_each_time(japan: Overview) -> None:
    first = pack_overview(japan, version="v")
    assert len(first) < 250_000
    assert pack_overview(japan, version="v") == first


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_what_has_data_is_filled_and_what_is_open_otherwise(japan: Overview, lang: str) -> None:
    message = map_message(japan, {"14", "22"}, {"22"}, lang=lang, height="10px")
    layer = next(layer for layer in message["layers"] if layer["geometry"] == "prefecture")
    assert (layer["classes"][13], layer["classes"][21]) == ("0", "1")
    assert layer["classes"].count(".") == 45
    assert len(layer["fills"]) == len(layer["names"]) == 2
    assert message["sources"] == ["「気象庁ホームページの情報を加工して作成」"]
    json.dumps(message)
