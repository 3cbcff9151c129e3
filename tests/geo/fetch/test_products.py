"""The official addresses: the names are those that the readers know, and each product says its terms."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from geo.fetch import BY_HAND, PRODUCTS, Area, FetchError, choose
from geo.fetch.addresses import OFFICIAL_HOSTS, parts_of
from geo.sources.product_names import NATION, name_of

READERS = {
    "N03": "n03",
    "W12": "w12",
    "W07": "w07",
    "L03-b": "l03b",
    "A13": "a13",
    "A45": "a45",
    "census-2020": "census_mesh",
    "census-2015": "census_mesh",
    "census-2010": "census_mesh",
    "A27": "school_districts",
    "small-areas": "small_areas",
}
KANAGAWA = Area(prefectures=("14",), sheets=("5238", "5239", "5338", "5339"), neighbours=("13", "19", "22"))
JAPAN = Area(prefectures=NATION, sheets=("5339",), nation=True)
WAYS = [pytest.param(product, way, id=f"{product.key} {way.by}") for product in PRODUCTS for way in product.ways]


def test_every_product_has_a_reader() -> None:
    assert [product.key for product in PRODUCTS] == list(READERS)


@pytest.mark.parametrize(("product", "way"), WAYS)
def test_readers_know_the_files_by_their_names(product, way) -> None:
    code = {"nation": "", "prefecture": "14", "sheet": "5339"}[way.by]
    for address in way.addresses:
        named = name_of(address.of(code).name)
        assert named is not None
        assert (named.product, named.refused_en) == (READERS[product.key], "")
        assert named.regions == ((code,) if code else NATION)


@pytest.mark.parametrize(("product", "way"), WAYS)
def test_addresses_are_official_and_filled_in(product, way) -> None:
    area = JAPAN if way.by == "nation" else KANAGAWA
    parts = parts_of(product, way, area)
    assert parts
    for address in [address for part in parts for address in part.addresses] + list(product.extras):
        split = urlsplit(address.url)
        assert (split.scheme, split.netloc in OFFICIAL_HOSTS) == ("https", True)
        assert "{" not in address.url + address.name
        assert "/" not in address.name


@pytest.mark.parametrize(("product", "way"), WAYS)
def test_newer_editions_come_first(product, way) -> None:
    editions = [name_of(address.of("5339" if way.by == "sheet" else "14").name).edition for address in way.addresses]
    assert editions == sorted(editions, reverse=True)


def test_the_addresses_of_kanagawa() -> None:
    """As they stand in public programs that fetch them."""
    expected = {
        "N03": "https://nlftp.mlit.go.jp/ksj/gml/data/N03/N03-2024/N03-20240101_14_GML.zip",
        "W12": "https://nlftp.mlit.go.jp/ksj/gmlold/data/W12/W12-52A/W12-52A-14-01.0a_GML.zip",
        "W07": "https://nlftp.mlit.go.jp/ksj/gml/data/W07/W07-09/W07-09_5339-jgd_GML.zip",
        "L03-b": "https://nlftp.mlit.go.jp/ksj/gml/data/L03-b/L03-b-21/L03-b-21_5339-jgd2011_GML.zip",
        "A13": "https://nlftp.mlit.go.jp/ksj/gml/data/A13/A13-15/A13-15_14_GML.zip",
        "A45": "https://nlftp.mlit.go.jp/ksj/gml/data/A45/A45-19/A45-19_14_GML.zip",
        "census-2020": "https://www.e-stat.go.jp/gis/statmap-search/data?statsId=T001140&code=5339&downloadType=2",
        "A27": "https://nlftp.mlit.go.jp/ksj/gml/data/A27/A27-23/A27-23_14_GML.zip",
        "small-areas": (
            "https://www.e-stat.go.jp/gis/statmap-search/data?dlserveyId=A002005212020&code=14"
            "&coordSys=1&format=shape&downloadType=5&datum=2011"
        ),
    }
    for product in PRODUCTS:
        if product.key in expected:
            addresses = {
                a.url for way in product.ways for part in parts_of(product, way, KANAGAWA) for a in part.addresses
            }
            assert expected[product.key] in addresses


def test_neighbours_are_wanted_for_what_crosses_borders_only() -> None:
    codes = {product.key: [part.code for part in parts_of(product, product.ways[-1], KANAGAWA)] for product in PRODUCTS}
    assert codes["N03"] == codes["W12"] == ["13", "14", "19", "22"]
    assert codes["A13"] == codes["A45"] == codes["A27"] == ["14"]
    assert codes["L03-b"] == codes["W07"] == ["5238", "5239", "5338", "5339"]


def test_the_nation_s_outlines_are_one_file() -> None:
    first = PRODUCTS[0].ways[0]
    assert [part.code for part in parts_of(PRODUCTS[0], first, JAPAN)] == [""]
    assert parts_of(PRODUCTS[0], first, KANAGAWA) == ()


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.key)
def test_each_product_says_its_terms_in_both_languages(product) -> None:
    assert all((product.title_ja, product.title_en, product.publisher, product.licence_ja, product.licence_en))
    assert product.credit.endswith("加工して作成") or product.credit.endswith("加工して作成」")
    assert product.page.startswith("https://")


def test_choosing() -> None:
    products, by_hand = choose([])
    assert (products, by_hand) == (PRODUCTS, BY_HAND)
    assert [p.key for p in choose(["l03b", "N03", "Census"])[0]] == [
        "N03", "L03-b", "census-2020", "census-2015", "census-2010",
    ]  # fmt: skip
    assert [p.key for p in choose(["census-2015", "small_areas"])[0]] == ["census-2015", "small-areas"]
    assert [p.key for p in choose(["school_districts"])[0]] == ["A27"]
    assert choose(["dem"])[0] == ()
    assert [p.key for p in choose(["dem"])[1]] == ["DEM"]


@pytest.mark.parametrize("word", ["W05", "", "cens", "census-1900"])
def test_a_product_that_there_is_not(word: str) -> None:
    with pytest.raises(FetchError, match="there are N03, W12") as caught:
        choose([word])
    assert caught.value.key == "fetch_product"
