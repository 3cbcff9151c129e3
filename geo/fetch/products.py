"""The official products and their addresses: which files cover an area, what they are called, under which terms.

Addresses as seen at work in public programs (2024 to 2026); the sites have no interface that lists them. Where a
publisher's edition differs by prefecture, the newest is asked for first.
"""

from __future__ import annotations

from collections.abc import Sequence

from geo.fetch.addresses import Address, ByHand, Coverage, Product, Way
from geo.fetch.errors import FetchError

_KSJ = "https://nlftp.mlit.go.jp/ksj"
_ESTAT = "https://www.e-stat.go.jp/gis/statmap-search"
_MLIT = "国土交通省"
_STATISTICS = "総務省統計局"
_KSJ_TERMS = "国土数値情報ダウンロードサイトコンテンツ利用規約"
_PAGE_DECIDES = "使用許諾条件はデータの版ごとに製品ページで確かめてください。"
_PAGE_DECIDES_EN = "The terms differ by edition: check the product's page."


def _ksj(set_code: str, file: str, *, edition: str, folder: str = "") -> Address:
    name = f"{file}.zip"
    return Address(edition, f"{_KSJ}/gml/data/{set_code}/{folder or f'{set_code}-{edition}'}/{name}", name)


def _census(year: int, table: str) -> Product:
    def address(kind: str) -> Way:
        by: Coverage = "sheet" if kind == "sheet" else "prefecture"
        url = f"{_ESTAT}/data?statsId={table}&code={{code}}&downloadType=2"
        return Way(by, (Address(str(year), url, f"tbl{table}S{{code}}.zip"),))

    return Product(
        key=f"census-{year}",
        title_ja=f"{year}年国勢調査 地域メッシュ統計（1 km、{table}）",
        title_en=f"Census {year}, 1 km grid ({table})",
        publisher=_STATISTICS,
        page=f"{_ESTAT}?page=1&type=1&toukeiCode=00200521&toukeiYear={year}&aggregateUnit=S",
        licence_ja="政府統計の総合窓口（e-Stat）利用規約（政府標準利用規約 2.0 準拠、CC BY 4.0 互換）",
        licence_en="Terms of use of e-Stat (Government of Japan Standard Terms of Use 2.0, compatible with CC BY 4.0)",
        credit="「政府統計の総合窓口(e-Stat)のデータを加工して作成」",
        # Sheets as long as they are offered: prefecture files split the cells on a border.
        ways=(address("sheet"), address("prefecture")),
        page_when_empty=True,
    )


PRODUCTS: tuple[Product, ...] = (
    Product(
        key="N03",
        title_ja="国土数値情報 行政区域データ（N03）",
        title_en="Administrative areas (N03)",
        publisher=_MLIT,
        page=f"{_KSJ}/gml/datalist/KsjTmplt-N03-2025.html",
        licence_ja=f"CC BY 4.0（{_KSJ_TERMS}）",
        licence_en="CC BY 4.0",
        credit="「国土数値情報（行政区域データ）」（国土交通省）を加工して作成",
        ways=(
            Way(
                "nation",
                tuple(
                    _ksj("N03", f"N03-{year}0101_GML", edition=str(year), folder=f"N03-{year}")
                    for year in (2026, 2025, 2024)
                ),
            ),
            Way(
                "prefecture",
                tuple(
                    _ksj("N03", f"N03-{year}0101_{{code}}_GML", edition=str(year), folder=f"N03-{year}")
                    for year in (2026, 2025, 2024)
                ),
            ),
        ),
        crosses_borders=True,
    ),
    Product(
        key="W12",
        title_ja="国土数値情報 流域界・非集水域データ（W12、1977年）",
        title_en="Basin boundaries and non-catchment areas (W12, 1977)",
        publisher=_MLIT,
        page=f"{_KSJ}/gmlold/datalist/gmlold_KsjTmplt-W12.html",
        licence_ja=f"{_KSJ_TERMS}。{_PAGE_DECIDES}",
        licence_en=f"Terms of the National Land Numerical Information download site. {_PAGE_DECIDES_EN}",
        credit="「国土数値情報（流域・非集水域データ）」（国土交通省）を加工して作成",
        # Not 01.1, which stands beside it: its datum may be the old one, about 400 m off.
        ways=(
            Way(
                "prefecture",
                (
                    Address(
                        "01.0a",
                        f"{_KSJ}/gmlold/data/W12/W12-52A/W12-52A-{{code}}-01.0a_GML.zip",
                        "W12-52A-{code}-01.0a_GML.zip",
                    ),
                ),
            ),
        ),
        crosses_borders=True,
    ),
    Product(
        key="W07",
        title_ja="国土数値情報 流域メッシュデータ（W07、2009年）",
        title_en="Basin grid, 100 m (W07, 2009)",
        publisher=_MLIT,
        page=f"{_KSJ}/gml/datalist/KsjTmplt-W07.html",
        licence_ja=f"{_KSJ_TERMS}。{_PAGE_DECIDES}",
        licence_en=f"Terms of the National Land Numerical Information download site. {_PAGE_DECIDES_EN}",
        credit="「国土数値情報（流域メッシュデータ）」（国土交通省）を加工して作成",
        ways=(Way("sheet", (_ksj("W07", "W07-09_{code}-jgd_GML", edition="09"),)),),
    ),
    Product(
        key="L03-b",
        title_ja="国土数値情報 土地利用細分メッシュデータ（L03-b、2021年）",
        title_en="Land use, 100 m grid (L03-b, 2021)",
        publisher=_MLIT,
        page=f"{_KSJ}/gml/datalist/KsjTmplt-L03-b-2021.html",
        licence_ja=f"CC BY 4.0（{_KSJ_TERMS}）",
        licence_en="CC BY 4.0",
        credit="「国土数値情報（土地利用細分メッシュデータ）」（国土交通省）を加工して作成",
        # One edition only: sheets of different years do not go together.
        ways=(Way("sheet", (_ksj("L03-b", "L03-b-21_{code}-jgd2011_GML", edition="21"),)),),
    ),
    Product(
        key="A13",
        title_ja="国土数値情報 森林地域データ（A13）",
        title_en="Forest areas (A13)",
        publisher=_MLIT,
        page=f"{_KSJ}/gml/datalist/KsjTmplt-A13.html",
        licence_ja=f"{_KSJ_TERMS}。{_PAGE_DECIDES}",
        licence_en=f"Terms of the National Land Numerical Information download site. {_PAGE_DECIDES_EN}",
        credit="「国土数値情報（森林地域データ）」（国土交通省）を加工して作成",
        ways=(Way("prefecture", tuple(_ksj("A13", f"A13-{e}_{{code}}_GML", edition=e) for e in ("15", "11", "06"))),),
    ),
    Product(
        key="A45",
        title_ja="国土数値情報 国有林野データ（A45、2019年）",
        title_en="National forests (A45, 2019)",
        publisher=_MLIT,
        page=f"{_KSJ}/gml/datalist/KsjTmplt-A45.html",
        licence_ja=f"CC BY 4.0（{_KSJ_TERMS}）",
        licence_en="CC BY 4.0",
        credit="「国土数値情報（国有林野データ）」（国土交通省）を加工して作成",
        ways=(Way("prefecture", (_ksj("A45", "A45-19_{code}_GML", edition="19"),)),),
    ),
    _census(2020, "T001140"),
    _census(2015, "T000846"),
    _census(2010, "T000608"),
    Product(
        key="A27",
        title_ja="国土数値情報 小学校区データ（A27）",
        title_en="Primary school districts (A27)",
        publisher=_MLIT,
        page=f"{_KSJ}/gml/datalist/KsjTmplt-A27-2023.html",
        licence_ja="市町村ごとに異なります（R5_Terms_of_use_municipality_data.xlsx、または zip の中の一覧）。",
        licence_en=(
            "Terms differ by municipality: see R5_Terms_of_use_municipality_data.xlsx, or the list inside the zip."
        ),
        credit="「国土数値情報（小学校区データ）」（国土交通省）を加工して作成",
        ways=(Way("prefecture", tuple(_ksj("A27", f"A27-{e}_{{code}}_GML", edition=e) for e in ("23", "21"))),),
        extras=(
            Address(
                "23",
                f"{_KSJ}/gml/codelist/R5_Terms_of_use_municipality_data.xlsx",
                "R5_Terms_of_use_municipality_data.xlsx",
            ),
        ),
    ),
    Product(
        key="small-areas",
        title_ja="2020年国勢調査 町丁・字等別境界データ",
        title_en="Boundaries of small areas, Census 2020",
        publisher=_STATISTICS,
        page=f"{_ESTAT}?page=1&type=2&aggregateUnitForBoundary=A&toukeiCode=00200521&toukeiYear=2020",
        licence_ja="政府統計の総合窓口（e-Stat）利用規約（政府標準利用規約 2.0 準拠、CC BY 4.0 互換）",
        licence_en="Terms of use of e-Stat (Government of Japan Standard Terms of Use 2.0, compatible with CC BY 4.0)",
        credit="「政府統計の総合窓口(e-Stat)のデータを加工して作成」",
        ways=(
            Way(
                "prefecture",
                (
                    Address(
                        "2020",
                        f"{_ESTAT}/data?dlserveyId=A002005212020&code={{code}}&coordSys=1&format=shape"
                        "&downloadType=5&datum=2011",
                        "A002005212020DDSWC{code}-JGD2011.zip",
                    ),
                ),
            ),
        ),
        page_when_empty=True,
    ),
)

BY_HAND: tuple[ByHand, ...] = (
    ByHand(
        "DEM",
        "基盤地図情報 数値標高モデル（10 m）",
        "Elevation, 10 m (GSI)",
        "https://fgd.gsi.go.jp/download/menu.php",
        "it needs a login: sign in, choose DEM10B and the sheets, and put the zips into the folder",
    ),
    ByHand(
        "REPOS",
        "再生可能エネルギー情報提供システム（REPOS）",
        "Renewable energy potentials (REPOS)",
        "https://www.renewable-energy-potential.env.go.jp/RenewableEnergy/21.html",
        "it is offered on a page to choose from: download the GIS data there and put the zips into the folder",
    ),
)


# Other words for a product, as the readers call it.
_ALIASES = {"schooldistricts": "a27", "censusmesh": "census"}


def choose(wanted: Sequence[str]) -> tuple[tuple[Product, ...], tuple[ByHand, ...]]:
    """Return the products of these keys, all for none given.

    Letter case and hyphens do not matter; 'census' means every census year.

    Raises
    ------
    FetchError
        ``fetch_product``: there is no such product.
    """
    keys = [product.key for product in PRODUCTS] + [product.key for product in BY_HAND]
    chosen = set() if wanted else set(keys)
    for word in wanted:
        plain = _plain(word)
        plain = _ALIASES.get(plain, plain)
        found = {key for key in keys if plain == _plain(key) or (plain == "census" and key.startswith("census-"))}
        if not found:
            message = f"--product {word}: no such product; there are {', '.join(keys)}"
            raise FetchError(message, key="fetch_product", found=word, expected=", ".join(keys))
        chosen |= found
    return tuple(p for p in PRODUCTS if p.key in chosen), tuple(p for p in BY_HAND if p.key in chosen)


def _plain(word: str) -> str:
    return word.lower().replace("-", "").replace("_", "")
