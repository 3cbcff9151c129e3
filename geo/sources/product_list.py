"""The official products that a dataset is built from, and what it lacks without each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Product:
    """An official product: ``key`` is the name of its reader's module (the communities': what they are)."""

    key: str
    title_ja: str
    title_en: str
    lacks_ja: str
    lacks_en: str
    is_required: bool = False


PRODUCTS = {
    product.key: product
    for product in (
        Product(
            "n03",
            "行政区域（N03）",
            "administrative areas (N03)",
            "市区町村がなく、データを作れません",
            "no municipalities: no dataset can be built",
            is_required=True,
        ),
        Product(
            "w12",
            "流域界・非集水域（W12）",
            "basin outlines (W12)",
            "流域の段がなく、水は市町村から都道府県へ進みます",
            "no river basins: the ladder goes from municipality to prefecture",
        ),
        Product(
            "w07",
            "流域メッシュ（W07）",
            "basin mesh (W07)",
            "水系と河川の名前がありません",
            "no names of river systems and rivers",
        ),
        Product(
            "l03b",
            "土地利用細分メッシュ（L03-b）",
            "land use, 100 m mesh (L03-b)",
            "森林・田・畑などの面積が未整備です",
            "areas of forest, paddy and other land use are unknown",
        ),
        Product(
            "census_mesh",
            "国勢調査メッシュ人口",
            "census population by mesh",
            "人口と世帯数が未整備です",
            "population and households are unknown",
        ),
        Product(
            "census_mesh_2015",
            "国勢調査メッシュ人口（2015年）",
            "census population by mesh, 2015",
            "2015年の人口が未整備です",
            "the population of 2015 is unknown",
        ),
        Product(
            "census_mesh_2010",
            "国勢調査メッシュ人口（2010年）",
            "census population by mesh, 2010",
            "2010年の人口が未整備です",
            "the population of 2010 is unknown",
        ),
        Product(
            "a13",
            "森林地域（A13）",
            "forest areas (A13)",
            "森林地域・保安林の区分がありません",
            "no classes of forest (national, private, protection)",
        ),
        Product(
            "a45",
            "国有林野（A45）",
            "national forest stands (A45)",
            "国有林の樹種・林齢・蓄積がありません",
            "no species, age and stock of the national forest",
        ),
        Product(
            "repos",
            "再生可能エネルギー導入ポテンシャル（REPOS）",
            "renewable energy potentials (REPOS)",
            "風力・中小水力・地熱のポテンシャルがありません",
            "no potentials of wind, small hydro and geothermal",
        ),
        Product(
            "school_districts",
            "小学校区（A27）",
            "elementary school districts (A27)",
            "コミュニティは約2 km四方の目安になります",
            "communities are squares of about 2 km",
        ),
        Product(
            "small_areas",
            "町丁・字等境界（e-Stat）",
            "small-area outlines (e-Stat)",
            "コミュニティに町丁・字を選べません",
            "neighbourhoods cannot be chosen as communities",
        ),
        Product(
            "dem",
            "数値標高モデル（基盤地図情報）",
            "elevation model (GSI)",
            "ある地点へ流れてくる範囲を求められません",
            "what drains to a point cannot be told",
        ),
    )
}
