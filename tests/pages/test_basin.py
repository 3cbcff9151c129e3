"""The Basin page through AppTest, in both languages: basins, resources, links that cannot be kept, areas without."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from layers.messages import text
from layers.state import ViewState
from tests.layers.bare_area import write_bare_area
from tests.source import ROOT

PATIENCE_S = 60


def basin_page(**query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_S)
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page("pages/basin.py").run()
    assert not app.exception
    assert not app.error
    return app


def words(app):
    return "\n".join(str(block.proto.body) for block in app.get("html"))


def headings(app):
    return [heading.value for heading in app.header]


@pytest.mark.parametrize(
    ("lang", "opening", "cut"),
    [
        (
            "ja",
            "酒匂川流域（データのある部分）は、小田原市・南足柄市・開成町など7市町村にまたがり、17万人が",
            "くらべられません",
        ),
        (
            "en",
            "The Sakawa River basin (the part with data) spans 7 municipalities, among them Odawara City",
            "not comparable",
        ),
    ],
)
def test_a_basin_opens_with_its_sentence_and_its_parts(lang, opening, cut):
    app = basin_page(lang=lang, place="basin:83268", resource="rice")
    said = words(app)
    assert opening in said
    assert cut in said
    assert len(headings(app)) == 7
    assert len(app.get("plotly_chart")) == 1
    # What the Sankey shows stands in a table too, and the halo's part is named apart.
    assert said.count('<table class="basin-table') == 5
    assert (
        "県の外の部分（静岡県側）も数に入れています" if lang == "ja" else "(Shizuoka Prefecture) are counted too"
    ) in said
    assert ("静岡県側（県の外）" if lang == "ja" else "the part in Shizuoka Prefecture") in said


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_negligible_exchange_is_a_sentence_and_a_table_without_arrows_and_diagram(lang):
    app = basin_page(lang=lang, place="basin:83268", resource="household_electricity")
    said = words(app)
    assert text("basin.flows.little_demand", lang) in said
    assert text("basin.flows.column_partner", lang) in said
    assert text("basin.flows.colour", lang) not in said
    assert not app.get("plotly_chart")
    sent = [json.loads(part.proto.json) for part in app.get("bidi_component") if part.proto.json]
    [scene] = [data["scene"] for data in sent if data.get("key") == "basin"]
    assert not scene["extra"]


def test_every_resource_can_be_looked_at_and_water_has_no_allocation():
    app = basin_page(place="basin:83545-12", resource="water")
    assert "水は流域を越えて運ばないものとし" in words(app)
    assert not app.get("plotly_chart")
    for resource in ("rice", "timber", "compost", "electricity"):
        app.selectbox(key="basin_resource").set_value(resource).run()
        assert not app.exception
        assert app.query_params["resource"] == resource
    assert "計算上" in words(app)


def test_picking_a_basin_goes_into_the_address_and_the_list_is_by_land():
    app = basin_page(place="municipality:14206")
    assert "小田原市の人が最も多く住む流域です。" in words(app)
    # Where one came from stays the place until another is picked.
    assert app.query_params["place"] == "municipality:14206"
    options = app.selectbox(key="basin_pick").options
    assert options[0].startswith("相模川流域（データのある部分）")
    assert not any("低地" in option for option in options)
    app.selectbox(key="basin_pick").set_value("83267").run()
    assert app.query_params["place"] == "basin:83267"
    assert "境川流域は、" in words(app)


def test_a_basin_within_one_municipality_has_nothing_to_pass():
    app = basin_page(place="basin:83544-04", resource="vegetables")
    assert "大岡川流域は、横浜市の中にあり、" in words(app)


def test_the_lowland_is_no_basin_and_says_what_to_do():
    app = basin_page(place="basin:lowland")
    assert "流域ではありません" in app.info[0].value
    assert app.selectbox(key="basin_pick").value is None
    app.selectbox(key="basin_pick").set_value("83267").run()
    assert not app.info
    assert "境川流域は、" in words(app)


def test_an_assumption_of_the_link_is_kept():
    central = words(basin_page(place="basin:83268", resource="rice"))
    assert words(basin_page(place="basin:83268", resource="rice", set="rice.use_per_person:10")) != central


@pytest.mark.parametrize(("query", "said"), [({"place": "basin:99999"}, "basin:99999"), ({"resource": "gold"}, "gold")])
def test_a_link_that_cannot_be_kept_says_so_and_shows_the_rest(query, said):
    app = basin_page(**query)
    assert any(said in notice.value for notice in app.info)
    assert "相模川流域（データのある部分）は、" in words(app)
    assert not app.run().info


def test_the_map_outlines_the_basin():
    app = basin_page(place="basin:83268", resource="rice")
    sent = [json.loads(part.proto.json) for part in app.get("bidi_component") if part.proto.json]
    [scene] = [data["scene"] for data in sent if data.get("key") == "basin"]
    assert scene["chosen"] == [["river_system", "83268"]]
    assert {extra["kind"] for extra in scene["extra"]} == {"flow"}


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_an_area_without_basins_says_why_and_what_to_do(tmp_path, monkeypatch, lang):
    write_bare_area(tmp_path)
    monkeypatch.setenv("MEGURI_DATA_DIR", str(tmp_path))
    app = AppTest.from_file(str(ROOT / "pages" / "basin.py"), default_timeout=PATIENCE_S)
    app.session_state["view_state"] = ViewState(area="bare", lang=lang)
    app.run()
    assert not app.exception
    [notice] = app.info
    assert "python -m geo build" in notice.value
    assert ("流域がない" if lang == "ja" else "no river basins") in notice.value
