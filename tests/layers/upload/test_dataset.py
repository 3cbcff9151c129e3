"""Users' layers in the figures: an indicator adds its amounts, communities replace the default ones they reach."""

import json

import numpy as np
import pytest
import shapely
from streamlit.testing.v1 import AppTest

from geo.assessment import assess
from geo.dataset import open_dataset
from geo.resources import load_catalogue
from geo.unit_figures import unit_table
from geo.user_layers import Description, add_layer, check_upload
from geo.user_layers.own import OwnDataset, with_own_layers
from layers import session
from layers.assessed import tables
from layers.figure_sources import figure_sources
from layers.upload.dataset import catalogue_of
from tests.source import ROOT

TOLD = {"title_ja": "ペレット工場", "title_en": "Pellet mill", "year": "2023", "source": "市", "licence": "CC0"}
CSV = b"municipality_code,amount\n14206,1000\n14207,2000\n"


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MEGURI_LOCAL_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def plain():
    return open_dataset("kanagawa")


def bring(dataset, name, content, **told):
    return add_layer(dataset, check_upload(name, content, dataset=dataset), Description(**(TOLD | told)))


def rice(dataset, mode):
    told = {"unit": "t", "column": "amount", "measure": "extensive", "role": "indicator", "resource": "rice"}
    return bring(dataset, "rice.csv", CSV, **told, side="supply", mode=mode)


def supply(dataset):
    table = tables(dataset, catalogue_of(dataset), by="municipality", factors=(), threshold=0.8)("rice", "central")
    return table["supply"]


def test_without_layers_the_dataset_and_the_catalogue_are_themselves(plain):
    assert with_own_layers(plain) is plain
    assert catalogue_of(plain) is load_catalogue()


@pytest.mark.parametrize("mode", ["add", "replace"])
def test_an_indicator_adds_its_amounts_or_takes_the_estimate_s_place(plain, mode):
    before = unit_table(assess(plain.fragments, "rice", load_catalogue()), plain.fragments, "municipality")["supply"]
    rice(plain, mode)
    found = supply(session.dataset("kanagawa"))
    added = np.where(found.index == "14206", 1000.0, np.where(found.index == "14207", 2000.0, 0.0))
    np.testing.assert_allclose(found, (before.to_numpy() if mode == "add" else 0.0) + added, rtol=1e-9)


def test_a_layer_that_draws_only_changes_no_figure(plain):
    before = supply(session.dataset("kanagawa"))
    bring(plain, "rice.csv", CSV, unit="t", column="amount", measure="extensive")
    dataset = session.dataset("kanagawa")
    assert not isinstance(dataset, OwnDataset)
    np.testing.assert_array_equal(supply(dataset), before)


def test_the_figures_cite_the_layer_they_stand_on(plain):
    rice(plain, "add")
    dataset = session.dataset("kanagawa")
    sources = figure_sources(catalogue_of(dataset).resources["rice"], dataset)
    assert sources[-1].attribution == "市 / 2023 / CC0"
    assert dataset.content_hash() != plain.content_hash()


def test_own_communities_replace_the_default_ones_where_they_reach(plain):
    square = shapely.box(139.14, 35.24, 139.17, 35.27)
    feature = {"type": "Feature", "properties": {"name": "城下"}, "geometry": shapely.geometry.mapping(square)}
    content = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    bring(plain, "c.geojson", content, role="community", name_column="name")
    dataset = session.dataset("kanagawa")
    named = dataset.communities[dataset.communities["name_ja"].str.contains("城下")]
    assert len(named) == 1
    people = dataset.fragments.loc[dataset.fragments["in_area"], "population"].sum()
    assert people == pytest.approx(plain.fragments.loc[plain.fragments["in_area"], "population"].sum(), rel=1e-9)


@pytest.mark.parametrize("page", ["pages/map.py", "pages/scale.py", "pages/data.py"])
def test_every_page_opens_with_an_indicator_and_own_communities(plain, page):
    rice(plain, "add")
    square = shapely.box(139.14, 35.24, 139.17, 35.27)
    feature = {"type": "Feature", "properties": {"name": "城下"}, "geometry": shapely.geometry.mapping(square)}
    content = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    bring(plain, "c.geojson", content, role="community", name_column="name", title_en="Quarters")
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=90)
    app.query_params["place"] = "municipality:14206"
    app.query_params["by"] = "community"
    app.query_params["resource"] = "rice"
    app.query_params["layers"] = "closing_scale:100,own_quarters:100"
    if page != "pages/map.py":
        app.switch_page(page)
    app.run()
    assert not app.exception
    assert not app.error
    body = "\n".join(str(block.proto.body) for block in app.get("html"))
    if page == "pages/scale.py":
        assert "ペレット工場" in body


def test_layers_that_cannot_be_read_leave_the_area_as_it_was_built(plain, own_folder):
    rice(plain, "add")
    (own_folder / "kanagawa" / "layers.toml").write_text("rubbish [", encoding="utf-8")
    dataset = session.dataset("kanagawa")
    assert not isinstance(dataset, OwnDataset)
    app = AppTest.from_file(ROOT / "pages" / "data.py", default_timeout=60).run()
    assert not app.exception
    assert len(app.error) == 1
