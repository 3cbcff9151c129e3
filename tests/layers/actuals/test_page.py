"""The Data page's editor of measured values: entered, refused, merged with somebody else's, taken back, read only."""

from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geo.actuals import Actual
from geo.actuals_file import actuals_csv, local_digest, local_path, read_local, write_actuals
from geo.dataset import open_dataset
from geo.resources import load_catalogue
from layers.actuals.table import choices, edited_rows, editor_table, shown_table
from layers.messages import LANGUAGES, text
from layers.state import ViewState
from tests.layers.small_area import small_area
from tests.source import ROOT

PAGE = ROOT / "pages" / "data.py"
RICE = Actual("14206", "rice", "supply", 1234.5, "t", 2022, "市の調べ")
OTHERS = Actual("14207", "rice", "supply", 77.0, "t", 2023, "ほかの課")


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MEGURI_LOCAL_DIR", str(tmp_path))
    monkeypatch.delenv("MEGURI_READ_ONLY", raising=False)
    return tmp_path


def opened(lang="ja"):
    app = AppTest.from_file(PAGE, default_timeout=60)
    app.session_state["view_state"] = ViewState(lang=lang)
    app.session_state["actuals_panel"] = True
    app.run()
    assert not app.exception
    return app


def stored():
    return read_local(open_dataset("kanagawa"), load_catalogue())


def enter(app, *, value="1,234.5", year="2022", source="市の調べ", lang="ja"):
    app.selectbox(key="actuals_one_municipality").set_value("14206")
    app.selectbox(key="actuals_one_resource").set_value("rice")
    app.selectbox(key="actuals_one_side").set_value("supply")
    app.text_input(key="actuals_one_value").set_value(value)
    app.text_input(key="actuals_one_year").set_value(year)
    app.text_input(key="actuals_one_source").set_value(source)
    submit = next(button for button in app.button if button.label == text("actuals.one_save", lang))
    submit.click().run()
    assert not app.exception
    return app


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_value_that_is_entered_is_kept_and_shown(lang):
    app = enter(opened(lang), lang=lang)
    assert not app.error
    assert stored() == (RICE,)
    assert [toast.value for toast in app.toast] == [text("actuals.saved", lang)]


@pytest.mark.parametrize(
    ("wrong", "said"), [({"value": "-5"}, "-5"), ({"value": ""}, "—"), ({"year": "22"}, "22"), ({"source": ""}, "—")]
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_value_that_cannot_be_is_refused_before_saving(lang, wrong, said):
    app = enter(opened(lang), lang=lang, **wrong)
    assert said in app.error[0].value
    assert not local_path(open_dataset("kanagawa")).exists()


def send(app, content, name="電力.csv"):
    app.file_uploader[0].set_value((name, content, "text/csv")).run()
    assert not app.exception
    return app


def test_a_csv_is_looked_at_then_taken_over_beside_what_there_is():
    app = enter(opened())
    send(app, actuals_csv([OTHERS]))
    assert stored() == (RICE,)
    app.button(key="actuals_take").click().run()
    assert not app.exception
    assert stored() == (RICE, OTHERS)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (actuals_csv([OTHERS]).replace(b"14207", b"14270"), "14207"),
        (b"\x00\x01", "電力.csv"),
        ("市町村,資源\n14206,rice".encode("cp932"), "side"),
    ],
)
def test_a_csv_that_cannot_be_used_says_where_and_changes_nothing(lang, content, said):
    app = send(opened(lang), content)
    assert said in app.error[0].value
    taking = [button for button in app.button if button.key == "actuals_take"]
    assert all(button.disabled for button in taking)
    assert stored() == ()


def test_who_saves_last_is_shown_the_others_rows_and_loses_none():
    mine = opened()
    dataset = open_dataset("kanagawa")
    write_actuals(dataset, load_catalogue(), [OTHERS], base=local_digest(dataset))
    enter(mine)
    assert stored() == (OTHERS,)
    assert text("actuals.merged", "ja") in [warning.value for warning in mine.warning]
    theirs = next(table.value for table in mine.dataframe if "ほかの課" in str(table.value))
    assert theirs.iloc[0].tolist()[:2] == ["14207 茅ヶ崎市", "米（t）"]
    mine.button(key="actuals_save").click().run()
    assert stored() == (RICE, OTHERS)


def test_another_s_save_is_seen_where_nothing_of_one_s_own_is_at_stake():
    app = opened()
    dataset = open_dataset("kanagawa")
    write_actuals(dataset, load_catalogue(), [OTHERS], base="")
    app.run()
    assert not app.warning
    assert app.session_state["actuals_draft"].stored == (OTHERS,)


def test_a_save_is_taken_back():
    app = enter(opened())
    app.button(key="actuals_restore").click().run()
    assert not app.exception
    assert stored() == ()
    app.button(key="actuals_restore").click().run()
    assert stored() == (RICE,)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_file_broken_by_hand_is_told_and_an_earlier_version_can_be_had_back(lang):
    app = enter(opened(lang), lang=lang)
    path = local_path(open_dataset("kanagawa"))
    write_actuals(
        open_dataset("kanagawa"), load_catalogue(), [RICE, OTHERS], base=local_digest(open_dataset("kanagawa"))
    )
    path.write_text("municipality,resource\n14206,rice\n", encoding="utf-8")
    app.run()
    assert "side" in app.error[0].value
    app.selectbox(key="actuals_version").set_value(1)
    app.button(key="actuals_restore").click().run()
    assert not app.exception
    assert stored() == (RICE,)


def test_a_kiosk_shows_and_hands_out_but_changes_nothing(monkeypatch):
    dataset = open_dataset("kanagawa")
    write_actuals(dataset, load_catalogue(), [RICE], base="")
    monkeypatch.setenv("MEGURI_READ_ONLY", "1")
    app = opened()
    assert "市の調べ" in " ".join(str(table.value) for table in app.dataframe)
    keys = {button.key for button in app.button if button.key}
    assert not {key for key in keys if key.startswith(("actuals_save", "actuals_restore", "FormSubmitter"))}
    assert not [expander for expander in app.expander if text("actuals.edit", "ja") == expander.label]


def test_values_shipped_with_the_area_are_shown_and_not_edited(monkeypatch, tmp_path):
    dataset = small_area()
    catalogue = load_catalogue()
    shown = shown_table([Actual("14206", "water", "installed", 1e6, "m³", 2020, "<b>x</b>")], dataset, catalogue, "en")
    assert shown.iloc[0].tolist() == ["14206 Odawara", "Water (m³)", "Installed", "1,000,000", "m³", "2020", "<b>x</b>"]


def test_an_edited_table_reads_back_and_fills_in_the_unit():
    catalogue = load_catalogue()
    table = editor_table([RICE])
    assert (
        table.dtypes.astype(str).to_dict() | {"value": "float64", "year": "Int64"} == table.dtypes.astype(str).to_dict()
    )
    added = pd.DataFrame([{"municipality": "14207", "resource": "water", "value": 5.0}, {}])
    rows = edited_rows(pd.concat([table, added], ignore_index=True), catalogue)
    assert rows[0] == (1, {name: getattr(RICE, name) for name in table.columns})
    assert rows[1][1]["unit"] == "m³"
    assert rows[1][1]["side"] is None
    assert not any(rows[2][1].values())


def test_choices_name_every_municipality_resource_and_side():
    municipalities, resources, sides = choices(small_area(), load_catalogue(), "ja")
    assert municipalities["14206"] == "14206 小田原市"
    assert set(resources) == set(load_catalogue().resources)
    assert list(sides.values()) == ["供給", "需要", "導入済み"]


def test_what_is_downloaded_is_what_is_stored(own_folder: Path):
    enter(opened())
    assert local_path(open_dataset("kanagawa")).read_bytes() == actuals_csv([RICE])
