"""The standalone map: one file, nothing fetched, every word from the data escaped, the same bytes each time."""

import re

import pandas as pd
import pytest
import shapely

from geo.errors import InputError
from layers import folium_map, palette
from layers.catalogue import available_layers, paint
from layers.folium_map import VisibleLayer, standalone_map
from tests.layers.small_area import small_area

CLOSING = pd.Series({"14206": "basin", "14999": "no_data"})


def page(*, lang="ja", title="小さな県", dataset=None, **options):
    dataset = dataset or small_area()
    layers = available_layers(dataset, object())
    visible = [
        VisibleLayer(paint(layers["municipality"], dataset)),
        VisibleLayer(paint(layers["closing_scale"], dataset, closing=CLOSING), 0.5),
        VisibleLayer(paint(layers["forest_share"], dataset)),
    ]
    return standalone_map(visible, dataset, lang=lang, title=title, stem="small-map", **options)


def test_nothing_in_the_page_points_outside_it():
    download = page()
    assert (download.name, download.mime) == ("small-map.html", "text/html")
    words = download.data.decode()
    assert not re.findall(r"""(?:src|href)\s*=\s*["'](?!data:)""", words)
    assert not re.findall(r"url\((?!['\"]?(?:data:|#)|&quot;data:)[^)]{0,60}", words)
    assert not re.findall(r"(?:cdn|unpkg|jsdelivr|googleapis|bootstrap|jquery|d3\.)[^\s]{0,40}", words)
    # The mesh is a picture inside the page.
    assert "data:image/png;base64," in words


def test_the_same_view_gives_the_same_bytes():
    assert page().data == page().data


def test_names_and_title_are_escaped_wherever_they_stand():
    words = page(lang="en", title="</title><script>alert(2)</script>").data.decode()
    assert "<script>alert" not in words
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in words.replace("\\u0026", "&")
    assert "<b>危険" not in page().data.decode()


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("ja", ["凡例と出典", "循環の規模", "森林の割合", "出典", "推計"]),
        ("en", ["Sources", "Forest share", "estimate"]),
    ],
)
def test_the_legend_has_titles_units_years_patterns_and_attribution_lines(lang, expected):
    words = page(lang=lang).data.decode()
    assert f'<html lang="{lang}">' in words
    for part in (*expected, "「landuse」を加工して作成", "「municipalities」を加工して作成", "%", "2020"):
        assert part in words
    assert '<pattern id="no_data"' in words
    assert palette.SCALE_COLOURS["basin"] in words


def test_a_cut_basin_has_a_dashed_outline_and_the_legend_says_so():
    dataset = small_area()
    river_systems = VisibleLayer(paint(available_layers(dataset)["river_system"], dataset))
    words = standalone_map([river_systems], dataset, lang="ja", title="x", stem="x").data.decode()
    assert '"dashArray": "7 5"' in words
    assert "データの端で切れた流域" in words
    assert "dashArray" not in page().data.decode().split("<aside")[1]
    assert "データの端で切れた流域" not in page().data.decode()


def test_a_community_s_name_says_that_its_river_is_an_estimate():
    dataset = small_area()
    communities = VisibleLayer(paint(available_layers(dataset)["community"], dataset))
    words = standalone_map([communities], dataset, lang="en", title="x", stem="x").data.decode()
    assert "Around Kuno (river name estimated)" in words
    assert "Town (river name estimated)" not in words


def test_collections_and_lines_are_left_out_of_the_polygons():
    dataset = small_area()
    towns = dataset.municipalities.copy()
    line = shapely.LineString([(139, 35.3), (139.1, 35.4)])
    towns.loc[0, "geometry"] = shapely.GeometryCollection([towns.geometry.iloc[0], line, shapely.Point(139, 35)])
    dataset.__dict__["municipalities"] = towns
    words = page(dataset=dataset).data.decode()
    assert "GeometryCollection" not in words
    assert '"LineString"' not in words


def test_a_view_sets_centre_and_zoom():
    words = page(view=(35.25, 139.5, 11.0)).data.decode()
    assert re.search(r"center: \[35\.25, 139\.5\]", words)
    assert re.search(r'"?zoom"?: 11', words)
    # Leaflet itself stands in the page as base64, so this is the map's own call.
    assert "fitBounds" not in words
    assert "fitBounds" in page().data.decode()


def test_no_layer_is_an_error_with_a_remedy():
    with pytest.raises(InputError, match="switch one on"):
        standalone_map([], small_area(), lang="ja", title="x", stem="x")


def test_a_missing_leaflet_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(folium_map, "_VENDOR", tmp_path)
    with pytest.raises(InputError, match=r"leaflet\.js"):
        page()
