"""What the Data page tells: search, facts, formulas, the catalogue as CSV, what is missing or was adjusted."""

import csv
import datetime
import io
import itertools
from dataclasses import replace

import pytest

from geo.dataset import open_dataset
from geo.resources import load_catalogue
from layers import data_files, data_tables
from layers.catalogue import available_layers
from layers.data_tables import table_title
from layers.messages import LANGUAGES
from layers.scale_places import Place
from layers.sentences import notes
from tests.layers.small_area import layer_info, small_area


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="module")
def kanagawa():
    return open_dataset("kanagawa")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("人口", True),
        ("ＥＲＡ５", True),
        ("era5 人口", True),
        ("人口 森林", False),
    ],
)
def test_search_wants_every_word_and_minds_neither_case_nor_width(query, found):
    assert data_tables.is_match(query, ["人口の資料", "ERA5"]) is found


def test_a_layer_is_found_by_its_caveats_and_a_resource_by_a_factor_s_source(catalogue):
    assert data_tables.is_match("粗い", data_tables.layer_words(layer_info("x")))
    water = data_tables.resource_words(catalogue.resources["water"])
    assert data_tables.is_match(catalogue.resources["water"].factors[0].source, water)


def test_facts_leave_out_what_is_empty():
    facts = dict(data_tables.layer_facts(layer_info("x", licence="", columns=()), "en"))
    assert facts["Source"] == "x office"
    assert "Licence" not in facts
    assert "Columns" not in facts


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_column_of_the_dataset_has_a_title(kanagawa, lang):
    shown = {name for info in kanagawa.layers for name in info.columns}
    shown |= {term.indicator for r in load_catalogue().resources.values() for term in (*r.supply, *r.demand)}
    assert [name for name in sorted(shown) if data_tables.column_label(name, lang) == name] == []


def test_a_factor_s_row_has_range_basis_source_and_year(catalogue):
    factor = catalogue.factors["shared.forest_growth"]
    table = data_tables.factor_table([factor], "en")
    assert table.iloc[0, 0] == f"{factor.name_en} (m³/ha/yr)"
    assert table.iloc[0, 1] == "2 / 2.7 / 5"
    assert table.iloc[0, 2] == f"derived from published: {factor.source_en} (2012–2017)"


def test_a_formula_names_indicator_and_factors(catalogue):
    water = catalogue.resources["water"]
    line = data_tables.term_words(water.supply[0], water, catalogue, "en")
    rain, loss, share = ("precipitation, mm a year", "water.evapotranspiration", "water.dependable_share")
    names = catalogue.factors
    assert line == f"area, km² × ({rain} − {names[loss].name_en}) × {names[share].name_en} × 1,000 (change of units)"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_catalogue_as_csv_has_every_factor_and_price_of_every_resource(catalogue, lang):
    rows = list(csv.DictReader(io.StringIO(data_tables.catalogue_csv(catalogue, lang).data.decode("utf-8-sig"))))
    listed = ((*resource.factors, *data_tables.prices_of(resource)) for resource in catalogue.resources.values())
    expected = [*itertools.chain.from_iterable(listed), catalogue.detour]
    assert {"water.price_paid", "water.price_staying", "haulage.detour"} <= {factor.key for factor in expected}
    key, central, source = ("キー", "中央", "出典") if lang == "ja" else ("key", "central", "source")
    assert [row[key] for row in rows] == [factor.key for factor in expected]
    assert [float(row[central]) for row in rows] == pytest.approx([factor.central for factor in expected])
    assert all(row[source] for row in rows)


def test_what_is_missing_is_named_once_with_the_column_it_waits_for(catalogue, kanagawa):
    missing = data_tables.missing_terms(catalogue, kanagawa.fragments.columns, "en")
    assert [term.column for term in missing] == ["wind_suitable_km2", "small_hydro_kw", "geothermal_kw"]
    assert missing[0].resources == ("Household electricity", "All electricity")
    with_wind = [*kanagawa.fragments.columns, "wind_suitable_km2"]
    assert len(data_tables.missing_terms(catalogue, with_wind, "en")) == 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_adjustments_doubts_and_cuts_are_told(kanagawa, lang):
    sentences = " ".join(data_tables.checks(kanagawa, lang))
    assert "9,237,337" in sentences
    assert f"{100 * kanagawa.meta['population_fit']['largest_change']:.1f} %" in sentences
    assert len(data_tables.over_tolerance(kanagawa, lang)) == len(kanagawa.meta["basins"]["over_tolerance"])
    assert len(data_tables.doubtful_names(kanagawa, lang)) == len(kanagawa.meta["basins"]["doubtful_names"])
    assert len(data_tables.cut_basins(kanagawa, lang)) == len(kanagawa.meta["basins"]["cut"])


def test_a_dataset_that_says_nothing_of_them_has_none():
    dataset = small_area()
    assert data_tables.checks(dataset, "ja") == []
    assert data_tables.cut_basins(dataset, "ja") == []
    assert data_tables.over_tolerance(dataset, "ja").empty


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_layer_of_kanagawa_has_a_picture_or_rows_or_is_only_a_file(kanagawa, lang):
    for info in kanagawa.layers:
        picture = data_files.preview_svg(kanagawa, info, lang)
        assert picture or data_files.has_table(info)
        assert data_files.source_file(kanagawa, info), info.file
        if data_files.has_table(info):
            assert 0 < len(data_files.preview_rows(kanagawa, info, lang)) <= data_files.PREVIEW_ROWS
            rows = list(csv.reader(io.StringIO(data_files.table_csv(kanagawa, info, lang).data.decode("utf-8-sig"))))
            assert len(rows) == 1 + len(data_files.layer_table(kanagawa, info))
            told = [info.year, info.attribution, f"kanagawa {kanagawa.content_hash()[:12]}"]
            assert rows[1][-4:-1] == told
            assert datetime.date.fromisoformat(rows[1][-1])


def test_the_census_table_holds_the_census_totals(kanagawa):
    info = kanagawa.layer("census")
    assert data_files.layer_table(kanagawa, info)["population"].sum() == pytest.approx(9_237_337)


def test_a_source_file_outside_the_dataset_s_folder_is_not_handed_out(kanagawa):
    info = replace(kanagawa.layer("census"), file="../resources.toml")
    assert data_files.source_file(kanagawa, info) is None


@pytest.mark.parametrize("name", ["cells", "municipalities", "basins", "communities"])
def test_a_whole_table_has_all_its_rows(kanagawa, name):
    text = data_files.whole_table(kanagawa, name, "ja", kind="csv").data.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(text)))) == 1 + len(getattr(kanagawa, name))


@pytest.mark.parametrize(
    ("title", "year", "lang", "said"),
    [
        ("人口", "2010, 2015, 2020", "ja", "人口 2010・2015・2020年"),
        ("気温", "2000-2025", "ja", "気温 2000–2025年"),
        ("Population", "2010, 2015", "en", "Population, 2010, 2015"),
        ("土地利用（2016年）", "2016", "ja", "土地利用（2016年）"),
        ("水系", "", "ja", "水系"),
    ],
)
def test_a_title_tells_its_year_once(title, year, lang, said):
    assert data_tables.dated(title, year, lang) == said


def test_a_share_reads_in_percent_as_on_its_slider(catalogue):
    share = catalogue.factors["water.dependable_share"]
    table = data_tables.factor_table([share], "ja")
    assert table.iloc[0, 1] == "20 / 29 / 50 %"


def test_communities_are_called_what_they_are_there() -> None:
    mesh = open_dataset("kanagawa")
    kind = {"ja": "小学校区（2021年）", "en": "school districts (2021)"}
    schools = replace(mesh, meta={**mesh.meta, "community_kind": kind})
    assert table_title("communities", mesh, "ja") == "コミュニティの目安（約2 km四方）"
    assert table_title("communities", schools, "ja") == "コミュニティ（小学校区（2021年））"
    assert available_layers(mesh)["community"].title("en") == "Communities (2 km)"
    assert available_layers(schools)["community"].title("en") == "Communities (school districts (2021))"
    place = Place("community", "1", "x", "x")
    assert notes([], place, "en", communities=schools.community_kind("en")) == ["Communities: school districts (2021)."]
    assert "約2 km四方" in notes([], place, "ja")[0]
