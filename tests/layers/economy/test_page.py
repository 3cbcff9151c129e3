"""The section of loaded tables: empty, loaded, lacking, not adding up, uploaded, taken back, read only."""

import pytest
from streamlit.testing.v1 import AppTest

from geo.dataset import open_dataset
from geo.economy.file import economy_path, read_stored, take_over
from geo.economy.table import read_economy
from layers.economy.whose import municipalities_of
from layers.messages import LANGUAGES, text
from layers.place_picker import current_place
from layers.state import ViewState
from tests.geo.economy_files import BALANCED, SOURCE, csv_bytes, listed, xlsx_bytes

ODAWARA = "municipality:14206"


def section():
    from layers import session
    from layers.economy.page import economy_section

    economy_section(session.dataset("kanagawa"), session.current())


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MEGURI_LOCAL_DIR", str(tmp_path))
    monkeypatch.delenv("MEGURI_READ_ONLY", raising=False)


@pytest.fixture(scope="module")
def dataset():
    return open_dataset("kanagawa")


def opened(lang="ja", place=ODAWARA, is_loading=True):
    app = AppTest.from_function(section, default_timeout=60)
    app.session_state["view_state"] = ViewState(lang=lang, place=place)
    app.session_state["economy_panel"] = is_loading
    app.run()
    assert not app.exception
    return app


def stock(dataset, **changes):
    return take_over(dataset, read_economy(csv_bytes(listed(**changes)), "表.csv", dataset).figures)


def send(app, content, name="表.csv"):
    app.file_uploader[0].set_value((name, content, "text/csv")).run()
    assert not app.exception
    return app


def said(app):
    return " ".join(element.value for kind in (app.info, app.warning, app.error, app.caption) for element in kind)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_tables_the_section_says_what_is_needed(lang):
    app = opened(lang)
    assert text("economy.none", lang) in [info.value for info in app.info]
    labels = [str(button.proto.label) for button in app.get("download_button")]
    assert labels == [text("economy.template_xlsx", lang), text("economy.template_csv", lang)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_loaded_table_is_told_with_year_source_and_rate(lang, dataset):
    stock(dataset)
    app = opened(lang)
    bodies = " ".join(element.proto.body for element in app.get("html"))
    assert ("1,100億円" if lang == "ja" else "110 billion yen") in bodies
    caption = " ".join(caption.value for caption in app.caption)
    assert "2018" in caption
    assert SOURCE.replace("（試験用）", "") in caption
    assert "91" in caption
    assert not app.warning
    assert not app.error


def test_another_municipality_says_which_are_there(dataset):
    stock(dataset)
    app = opened(place="municipality:14203")
    assert "平塚市の表はまだありません" in said(app)
    assert "小田原市" in said(app)


def shown(app):
    """What the page says in sentences of the circle, and whose table it is."""
    return " ".join(element.proto.body for element in app.get("html")), " ".join(one.value for one in app.markdown)


def test_of_a_larger_place_a_loaded_municipality_is_chosen(dataset):
    stock(dataset)
    stock(dataset, place="平塚市")
    app = opened(place="")
    assert app.selectbox(key="economy_place_").options == ["平塚市", "小田原市"]
    assert "神奈川県の表はないので、その中の平塚市の表を示します" in shown(app)[1]
    app.selectbox(key="economy_place_").set_value("14206").run()
    assert not app.exception
    assert "小田原市では" in shown(app)[0]
    assert "その中の小田原市の表" in shown(app)[1]


@pytest.mark.parametrize(
    ("lang", "place", "words"),
    [
        ("ja", "", "神奈川県の表はないので、その中の小田原市の表"),
        ("en", "", "none of Kanagawa"),
        # The Sakawa runs into the sea at Odawara.
        ("ja", "basin:83268", "酒匂川流域（データのある部分）の表はないので、土地が重なる小田原市の表"),
        ("en", "basin:83268", "which shares land with it"),
        ("ja", "community:523961005-14206", "の表はないので、土地が重なる小田原市の表"),
    ],
)
def test_of_a_place_that_is_no_municipality_the_page_says_whose_table_it_shows(lang, place, words, dataset):
    stock(dataset)
    app = opened(lang, place=place)
    circle, whose = shown(app)
    assert ("小田原市では" if lang == "ja" else "Odawara City") in circle
    assert words in whose
    # There is no other to choose.
    assert not [one for one in app.selectbox if (one.key or "").startswith("economy_place")]


@pytest.mark.parametrize("place", ["community:523970205-14382", "community:523960685-14382"])
def test_a_place_elsewhere_is_not_given_another_municipality_s_table_unasked(place, dataset):
    stock(dataset)
    app = opened(place=place)
    assert "aloud" not in shown(app)[0]
    assert "土地が重なる市町村（箱根町）の表はまだありません" in said(app)
    choice = app.selectbox(key=f"economy_place_{place}")
    assert (choice.options, choice.value) == (["小田原市"], None)
    choice.set_value("14206").run()
    assert not app.exception
    circle, whose = shown(app)
    assert "小田原市では" in circle
    assert "えらんだ小田原市の表を示します" in whose
    assert "とは土地が重なりません" in whose


def test_of_several_that_share_land_that_with_most_of_the_people_comes_first(dataset):
    # The Sakawa's people in the area: most in Odawara, many in Minamiashigara; none in Hiratsuka.
    for town in ("平塚市", "南足柄市", "小田原市"):
        stock(dataset, place=town)
    app = opened(place="basin:83268")
    found = municipalities_of(current_place(dataset, ViewState(place="basin:83268")), dataset)
    assert "14203" not in found
    first = next(code for code in found if code in ("14206", "14217"))
    assert app.selectbox(key="economy_place_basin:83268").value == first
    inside = dataset.fragments[dataset.fragments["in_area"]]
    people = inside[inside["river_system_code"] == "83268"].groupby("municipality_code")["population"].sum()
    assert people[first] == people[["14206", "14217"]].max()


def test_the_latest_year_is_shown_first_and_another_can_be_picked(dataset):
    stock(dataset)
    stock(dataset, year="2015")
    app = opened()
    assert "2018年に" in " ".join(element.proto.body for element in app.get("html"))
    app.segmented_control(key="economy_year_14206").set_value(2015).run()
    assert "2015年に" in " ".join(element.proto.body for element in app.get("html"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_table_that_lacks_an_item_says_which(lang, dataset):
    stock(dataset, amounts={item: value for item, value in BALANCED.items() if "民間消費" not in item})
    app = opened(lang)
    words = text("economy.item.consumption_flow", lang).replace("(", "\\(").replace(")", "\\)")
    assert words in said(app)
    assert "aloud" not in " ".join(element.proto.body for element in app.get("html"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_table_that_does_not_add_up_is_told_and_not_drawn(lang, dataset):
    stock(dataset, amounts=BALANCED | {"域内総生産（付加価値額）": 2000})
    app = opened(lang)
    assert ("2,000億円" if lang == "ja" else "200 billion yen") in app.warning[0].value
    assert "aloud" not in " ".join(element.proto.body for element in app.get("html"))


@pytest.mark.parametrize(("lang", "told"), [("ja", "差 1,000億円"), ("en", "difference: 100 billion yen")])
def test_before_it_is_taken_over_a_table_is_told_by_how_much_it_does_not_add_up(lang, told, dataset):
    app = send(opened(lang), csv_bytes(listed(BALANCED | {"域内総生産（付加価値額）": 2000})))
    assert told in app.warning[0].value.replace("\\", "")
    assert read_stored(dataset) == ()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_table_is_looked_at_then_taken_over_and_taken_back(lang, dataset):
    app = send(opened(lang), xlsx_bytes({"表": listed()}), name="表.xlsx")
    assert read_stored(dataset) == ()
    assert "12" in app.info[-1].value
    app.button(key="economy_take").click().run()
    assert not app.exception
    assert [toast.value for toast in app.toast] == [text("economy.taken", lang)]
    assert len(read_stored(dataset)) == len(BALANCED)
    app.button(key="economy_undo").click().run()
    assert not app.exception
    assert read_stored(dataset) == ()


def test_what_had_to_be_decided_and_replaced_is_said(dataset):
    stock(dataset)
    amounts = {
        "域内総生産": 1000,
        "雇用者所得": 600,
        "その他所得": 400,
        "雇用者所得の流出": 50,
        "その他所得の流入": 150,
    }
    app = send(opened(), csv_bytes(listed(amounts)))
    told = said(app)
    assert "地域内で支払われた額として読みました" in told
    assert "置きかわります" in told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_table_that_cannot_be_used_says_where_and_changes_nothing(lang, dataset):
    app = send(opened(lang), csv_bytes(listed(place="小田腹市")))
    assert "14206 小田原市" in app.error[0].value
    assert not [button for button in app.button if button.key == "economy_take"]
    assert read_stored(dataset) == ()


def test_what_a_table_does_not_say_can_be_stated(dataset):
    rows = listed(place="", year="", unit="", source="")
    app = send(opened(), csv_bytes(rows))
    assert "どの市町村の表か" in app.error[0].value
    app.selectbox(key="economy_stated_municipality").set_value("14206")
    app.text_input(key="economy_stated_year").set_value("平成30年")
    app.selectbox(key="economy_stated_unit").set_value("億円")
    app.text_input(key="economy_stated_source").set_value(SOURCE)
    app.run()
    assert not app.error
    app.button(key="economy_take").click().run()
    assert {(one.municipality, one.year, one.source) for one in read_stored(dataset)} == {("14206", 2018, SOURCE)}


def test_a_table_is_removed_and_that_is_taken_back(dataset):
    figures = stock(dataset)
    app = opened()
    app.button(key="economy_remove_14206_2018").click().run()
    assert read_stored(dataset) == ()
    app.button(key="economy_undo").click().run()
    assert read_stored(dataset) == figures


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_file_broken_by_hand_is_told_and_can_be_taken_back(lang, dataset):
    figures = stock(dataset)
    stock(dataset, year="2015")
    path = economy_path(dataset)
    path.write_bytes(path.read_bytes().replace(b"production", b"wealth", 1))
    app = opened(lang)
    assert "economy" in app.error[0].value
    app.button(key="economy_undo").click().run()
    assert not app.exception
    assert read_stored(dataset) == figures


@pytest.mark.parametrize("is_stocked", [True, False])
def test_a_kiosk_shows_and_loads_nothing(is_stocked, dataset, monkeypatch):
    if is_stocked:
        stock(dataset)
    monkeypatch.setenv("MEGURI_READ_ONLY", "1")
    app = opened()
    assert not app.get("file_uploader")
    assert not [button for button in app.button if (button.key or "").startswith("economy_")]
    assert (text("economy.none_read_only", "ja") in said(app)) is not is_stocked


def test_words_of_a_table_are_shown_as_they_stand(dataset):
    source = "<img src=x onerror=alert(1)> **太字** $x$"
    stock(dataset, source=source)
    app = opened()
    caption = next(caption.value for caption in app.caption if "出典" in caption.value)
    assert "\\<img" in caption
    assert "\\*\\*太字" in caption
