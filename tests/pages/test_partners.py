"""The Partners page through AppTest, in both languages: places, resources, circles, links that cannot be kept."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.layers.bare_area import write_bare_area
from tests.source import ROOT

PATIENCE_S = 60


def partners_page(**query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_S)
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page("pages/partners.py").run()
    assert not app.exception
    return app


def words(app):
    return "\n".join(str(block.proto.body) for block in app.get("html"))


@pytest.mark.parametrize(
    ("lang", "opening", "beyond"),
    [
        ("ja", "小田原市では、計算上、自分の中だけでは木の熱が", "それより外のデータはありません"),
        ("en", "By calculation, Odawara City lacks", "There is no data from farther away"),
    ],
)
def test_a_place_that_lacks_something_opens_with_its_sentence(lang, opening, beyond):
    told = words(partners_page(lang=lang, place="municipality:14206", resource="wood_heat"))
    assert opening in told
    assert beyond in told


def test_the_whole_area_asks_for_a_place():
    app = partners_page()
    assert "場所" in app.info[0].value
    assert "計算上、組める相手" not in words(app)


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize(
    "resource",
    ["household_electricity", "electricity", "wood_heat", "timber", "water", "rice", "vegetables", "compost"],
)
def test_every_resource_has_its_sentence(lang, resource):
    app = partners_page(lang=lang, place="municipality:14100", resource=resource)
    assert 'class="aloud"' in words(app)
    assert not [info for info in app.info if "14100" in info.value]


@pytest.mark.parametrize("place", ["basin:83268", "basin:lowland", "community:523974825-14204"])
def test_basins_and_communities_have_partners_too(place):
    app = partners_page(place=place, resource="timber")
    assert 'class="aloud"' in words(app)
    assert "場所に市町村をえらぶ" in words(app)


def test_water_says_that_it_is_not_hauled():
    told = words(partners_page(place="municipality:14201", resource="water"))
    assert "水は運ばない資源" in told
    assert "矢印：" not in told


def test_a_circle_says_what_joining_changes_and_is_in_the_address():
    app = partners_page(place="municipality:14206", resource="timber")
    assert not app.get("download_button")[-1].label.startswith("圏")
    app.multiselect(key="partners_members").set_value(["14206", "14217", "14364"]).run()
    assert app.query_params["circle"] == "14206,14217,14364"
    assert "3市町村（小田原市・南足柄市・山北町）が組むと、計算上、木材は" in words(app)
    app.button(key="partners_clear").click().run()
    assert "circle" not in app.query_params


def test_the_smallest_group_is_proposed_and_becomes_the_circle():
    app = partners_page(place="municipality:14201", resource="water")
    assert "いちばん小さい圏は、計算上、" in words(app)
    app.button(key="partners_use").click().run()
    members = app.query_params["circle"].split(",")
    assert "14201" in members
    assert len(members) >= 2
    assert app.button(key="partners_use").disabled


def test_where_no_group_closes_the_best_is_told():
    told = words(partners_page(place="municipality:14100", resource="wood_heat"))
    assert "境を接するどの組み合わせでも、計算上、木の熱は 80 % に届きません" in told
    assert "全部で組むと" in told


def test_a_circle_of_a_link_that_is_not_there_is_said_and_left_out():
    app = partners_page(circle="14206,99999", lang="en")
    assert "99999" in app.info[0].value
    assert app.query_params["circle"] == "14206"


def test_another_resource_and_threshold_go_into_the_address():
    app = partners_page(place="municipality:14206")
    app.selectbox(key="partners_resource").set_value("timber").run()
    assert app.query_params["resource"] == "timber"
    app.slider(key="scale_threshold").set_value(10).run()
    assert "10 % に届いています" in words(app) or "10 % に届くいちばん小さい" in words(app)


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("resource", ["timber", "water", "compost"])
@pytest.mark.parametrize("place", ["municipality:22203", "prefecture:22"])
def test_an_area_of_two_prefectures_without_basins_has_the_page_too(tmp_path, monkeypatch, lang, resource, place):
    write_bare_area(tmp_path)
    monkeypatch.setenv("MEGURI_DATA_DIR", str(tmp_path))
    app = partners_page(area="bare", lang=lang, place=place, resource=resource)
    assert ('class="aloud"' in words(app)) == (place != "prefecture:22")
