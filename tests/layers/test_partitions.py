"""Partitions that users brought, as places and as units of the map; unknown ones are told and left."""

import json

import pandas as pd
import pytest
import shapely
from streamlit.testing.v1 import AppTest

from geo.dataset import open_dataset
from geo.user_layers import Description, add_layer, check_upload
from layers import session
from layers.area_missing import has_partition, kind_name
from layers.assessed import tables
from layers.catalogue import paint
from layers.closing_map import brought_outline
from layers.described import layers_of
from layers.live.extra import extra_message
from layers.map_view import units_at
from layers.partitions import code_at
from layers.scale_places import fitting_code, kinds_of, places
from layers.state import ViewState, parse
from layers.upload.dataset import catalogue_of
from tests.source import ROOT

# Two squares of Odawara: 0.03 degrees wide each, side by side.
WEST, EAST = shapely.box(139.14, 35.24, 139.17, 35.27), shapely.box(139.17, 35.24, 139.20, 35.27)
KIND = "partition_school_areas"


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MEGURI_LOCAL_DIR", str(tmp_path))


def bring(**more):
    plain = open_dataset("kanagawa")
    features = [
        {"type": "Feature", "properties": {"c": c, "name": name}, "geometry": shapely.geometry.mapping(shape)}
        for shape, c, name in ((WEST, "西 (1)", "西学区"), (EAST, "e", "東学区"))
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    told = Description(
        "学区", "School areas", "", "2024", "市", "CC0", role="partition", code_column="c", name_column="name",
        **more,
    )  # fmt: skip
    add_layer(plain, check_upload("s.geojson", content, dataset=plain), told)
    return session.dataset("kanagawa")


@pytest.fixture
def dataset():
    return bring()


def app(page, **query):
    running = AppTest.from_file(str(ROOT / "app.py"), default_timeout=90)
    for name, value in query.items():
        running.query_params[name] = value
    if page != "pages/map.py":
        running.switch_page(page)
    return running.run()


def body(running):
    return "\n".join(str(block.proto.body) for block in running.get("html"))


def test_a_partition_is_a_kind_of_place_with_its_units(dataset):
    assert kinds_of(dataset)[-1] == KIND
    assert {code: place.name("ja") for code, place in places(dataset, KIND).items()} == {
        "西 (1)": "西学区",
        "e": "東学区",
    }
    # Nothing is known of how they are read.
    assert places(dataset, KIND)["e"].label("ja") == places(dataset, KIND)["e"].label("en") == "東学区"
    assert kind_name(KIND, dataset, "en") == "School areas"
    assert has_partition(KIND, dataset)
    assert not has_partition("partition_other", dataset)


def test_the_unit_at_a_point(dataset):
    assert code_at(KIND, dataset, 35.25, 139.15) == "西 (1)"
    assert code_at(KIND, dataset, 35.268, 139.172) == "e"
    # In the square, but in the sea: units end at the area's border.
    assert code_at(KIND, dataset, 35.25, 139.18) == ""
    assert code_at(KIND, dataset, 35.5, 139.5) == ""
    units = units_at(ViewState(at=(35.25, 139.15)), dataset)
    assert (units[KIND], units["municipality"]) == ("西 (1)", "14206")


def test_the_place_of_another_kind_that_fits(dataset):
    assert fitting_code(dataset.fragments, kind=KIND, code="e", to_kind="municipality") == "14206"
    assert fitting_code(dataset.fragments, kind="municipality", code="14206", to_kind=KIND) in ("西 (1)", "e")
    # Yokohama has no school area here.
    assert fitting_code(dataset.fragments, kind="municipality", code="14100", to_kind=KIND) == ""


def test_a_link_may_name_any_printable_code_of_a_partition():
    state, refused = parse({"place": "partition_wards:西 (1)", "by": "partition_wards"})
    assert (state.place_kind, state.place_code, state.by, refused) == (
        "partition_wards",
        "西 (1)",
        "partition_wards",
        (),
    )
    for place in ("partition_wards:", "partition_wards:a\nb", "partition_:a", "partition_W:a", "village:1"):
        assert parse({"place": place})[1] == ("place",)
    assert parse({"by": "partition_../x"})[1] == ("by",)


def test_the_map_fills_the_units_and_outlines_the_chosen_one(dataset):
    layer = layers_of(dataset, catalogue_of(dataset))["closing_scale"]
    closing = {"e": "community"}
    painting = paint(layer, dataset, closing=pd.Series(closing), by=KIND)
    assert painting.units.index.tolist() == ["西 (1)", "e"]
    assert painting.classes.tolist() == [-1, [entry.key for entry in layer.legend].index("community")]
    (extra,) = brought_outline(dataset, KIND, "e")
    assert extra_message(extra)["kind"] == "outline"
    assert brought_outline(dataset, "municipality", "14206") == ()


def test_the_scale_page_tells_a_unit_and_colours_the_map_by_them(dataset):
    running = app("pages/scale.py", place=f"{KIND}:西 (1)", by=KIND, lang="ja")
    assert not running.exception
    assert not running.error
    assert not running.info
    assert "西学区" in body(running)
    for control in ("scale_kind", "scale_by"):
        assert running.button_group(key=control).options[-1] == "学区"
    assert running.selectbox(key="scale_place").value == "西 (1)"
    # From Yokohama, which no school area reaches, the kind still leads to one.
    running = app("pages/scale.py", place="municipality:14100")
    running.button_group(key="scale_kind").set_value(KIND).run()
    assert not running.exception
    assert running.query_params["place"] == f"{KIND}:西 (1)"
    running.button_group(key="scale_kind").set_value("municipality").run()
    assert running.query_params["place"] == "municipality:14206"


def test_the_map_page_tells_a_unit(dataset):
    running = app("pages/map.py", at="35.25,139.15", place=f"{KIND}:西 (1)", by=KIND, layers="closing_scale:100")
    assert not running.exception
    assert not running.error
    assert "西学区" in body(running)


def test_an_unknown_partition_is_told_and_left():
    running = app("pages/scale.py", place="partition_gone:x", by="partition_gone")
    assert not running.exception
    assert len(running.info) == 2
    assert "by" not in running.query_params
    assert "place" not in running.query_params
    running = app("pages/map.py", place="partition_gone:x", by="partition_gone")
    assert not running.exception
    assert running.toast
    assert "place" not in running.query_params


def test_a_rung_is_left_out_of_the_pages_and_they_say_so():
    dataset = bring(rung_after="municipality")
    running = app("pages/data.py", lang="ja")
    assert not running.exception
    assert any("画面の規模には入りません" in caption.value for caption in running.caption)
    table = tables(dataset, catalogue_of(dataset), by=KIND, factors=(), threshold=0.8)("rice", "central")
    met = [name for name in table if name.startswith("met_")]
    assert met == [
        "met_community", "met_municipality", "met_basin", "met_prefecture", "met_from_inside", "met_from_other_units"
    ]  # fmt: skip
