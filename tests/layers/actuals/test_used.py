"""Measured values on the pages: figures replaced and marked, installed inside the possible, switched off by a link."""

import csv
import io
import math
from dataclasses import replace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geo.actuals import Actual
from geo.actuals_file import local_digest, local_path, write_actuals
from geo.assessment import Settings, assess
from geo.dataset import open_dataset
from geo.resources import load_catalogue
from geo.unit_figures import unit_table
from layers.actuals.told import measured_lines
from layers.actuals.used import actuals_in_use, known_actuals, municipalities_of, with_measured
from layers.actuals.words import measured_sources, measured_words
from layers.described import layers_of
from layers.ladder_rows import row_of
from layers.ladder_view import ladder_html
from layers.map_view import place_rows
from layers.messages import LANGUAGES, text
from layers.place_card import place_card
from layers.scale_places import Place
from layers.scale_table import table_csv
from layers.state import ViewState
from layers.take_away import take_aways
from tests.layers.ladder_world import row, unit
from tests.source import ROOT

SUPPLY = Actual("14206", "rice", "supply", 1234.5, "t", 2022, "市の調べ")
DEMAND = Actual("14206", "rice", "demand", 2000.0, "t", 2021, "家計調査")
INSTALLED = Actual("14206", "electricity", "installed", 5000.0, "MWh", 2023, "導入台帳")


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MEGURI_LOCAL_DIR", str(tmp_path))


@pytest.fixture
def measured():
    dataset = open_dataset("kanagawa")
    write_actuals(dataset, load_catalogue(), [SUPPLY, DEMAND, INSTALLED], base=local_digest(dataset))
    return dataset


def scale_page(**query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page("pages/scale.py").run()
    assert not app.exception
    return app


def words(app):
    return "\n".join(str(block.proto.body) for block in app.get("html"))


def figures(app):
    """What the detail says of supply and demand."""
    return words(app).partition('class="detail"')[2]


def test_without_values_there_is_no_switch_and_no_mark():
    app = scale_page(place="municipality:14206", resource="rice")
    assert not app.toggle
    assert "実績" not in words(app)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_measured_municipality_shows_its_figures_beside_the_estimates(measured, lang):
    app = scale_page(lang=lang, place="municipality:14206", resource="rice")
    assert app.toggle(key="scale_actuals").value
    said = figures(app)
    assert "1,230" in said.partition("</dl>")[0]
    assert SUPPLY.source in said
    assert "2022" in said
    plain = assess(measured.fragments, "rice", load_catalogue())
    estimate = unit_table(plain, measured.fragments, "municipality").loc["14206", "supply"]
    assert f"{float(f'{estimate:.3g}'):,.0f}" in said


def test_switched_off_the_estimates_are_back_and_the_address_says_so(measured):
    off = scale_page(place="municipality:14206", resource="rice", actual="0")
    assert not off.toggle(key="scale_actuals").value
    assert "1,230" not in figures(off).partition("</dl>")[0]
    # What was measured is told all the same, as not in use.
    assert "のまま" in figures(off)
    on = scale_page(place="municipality:14206", resource="rice")
    on.toggle(key="scale_actuals").set_value(False).run()
    assert on.query_params["actual"] == "0"
    assert figures(on) == figures(off)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_installed_shows_inside_what_is_possible(measured, lang):
    app = scale_page(lang=lang, place="municipality:14206", resource="electricity")
    plain = unit_table(assess(measured.fragments, "electricity", load_catalogue()), measured.fragments, "municipality")
    share = 100 * 5000 / plain.loc["14206", "supply"]
    assert 0.5 < share < 99
    assert f"{share:.0f} %" in figures(app)
    assert INSTALLED.source in figures(app)
    assert text("actuals.side.installed", lang) in figures(app)


def test_only_what_the_place_holds_is_marked(measured):
    catalogue = load_catalogue()
    state = ViewState()
    for kind, code, marked in (
        ("municipality", "14206", True),
        ("municipality", "14207", False),
        ("prefecture", "14", True),
        ("basin", "83268", True),
    ):
        rows = place_rows(state, measured, catalogue, kind=kind, code=code)
        found = {row.resource: row.measured for row in rows if row.measured}
        assert found == ({"rice": (DEMAND, SUPPLY)} if marked else {}), (kind, code)
    assert not any(
        r.measured for r in place_rows(ViewState(actuals=False), measured, catalogue, kind="prefecture", code="14")
    )


def test_a_place_knows_its_municipalities():
    dataset = open_dataset("kanagawa")
    assert municipalities_of(dataset, "municipality", "14206") == {"14206"}
    assert municipalities_of(dataset, "prefecture", "14") == set(dataset.municipalities["code"])
    community = dataset.communities.iloc[0]
    assert municipalities_of(dataset, "community", community["code"]) == {community["municipality_code"]}
    assert municipalities_of(dataset, "basin", "nowhere") == frozenset()


def test_a_saved_file_is_read_again_and_a_broken_one_is_told(measured):
    catalogue = load_catalogue()
    assert known_actuals(measured, catalogue).actuals == (INSTALLED, DEMAND, SUPPLY)
    assert actuals_in_use(ViewState(), measured, catalogue) == (DEMAND, SUPPLY)
    local_path(measured).write_text("rubbish", encoding="utf-8")
    broken = known_actuals(measured, catalogue)
    assert broken.actuals == ()
    assert broken.problem.key == "actuals_column_missing"
    app = scale_page(place="municipality:14206")
    assert any("municipality" in warning.value for warning in app.warning)
    assert 'class="aloud"' in words(app)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_marks_on_ladder_card_and_csv(lang):
    marked = row("rice", measured=(SUPPLY,))
    plain = row("rice")
    mark = f">{text('actuals.mark', lang)}</span>"
    assert mark in ladder_html([marked], lang)
    assert mark not in ladder_html([plain], lang)
    assert mark in place_card({}, [marked], chosen="municipality", lang=lang)
    assert mark not in place_card({}, [plain], chosen="municipality", lang=lang)
    place = Place("municipality", "14206", "小田原市", "Odawara City")
    with_values = table_csv([marked], place, lang, stem="x").data.decode("utf-8-sig")
    assert text("actuals.csv_measured", lang) in with_values
    assert SUPPLY.source in with_values
    assert text("actuals.csv_measured", lang) not in table_csv([plain], place, lang, stem="x").data.decode("utf-8-sig")


def test_the_printed_sheet_cites_each_source_once():
    cited = measured_sources([row("rice", measured=(SUPPLY, DEMAND)), row("water", measured=(SUPPLY,))], "en")
    assert [(line.title, line.attribution, line.year) for line in cited] == [
        ("measured", "市の調べ", "2022"),
        ("measured", "家計調査", "2021"),
    ]


def test_the_map_s_csv_says_which_figures_are_measured(measured):
    catalogue = load_catalogue()
    layers = layers_of(measured, catalogue)
    state = ViewState(resource="rice", by="municipality")

    def lines(state):
        files = {file.key: file for file in take_aways(state, measured, catalogue, layers, view=None)}
        rows = list(csv.reader(io.StringIO(files["csv"].make().decode("utf-8-sig"))))
        return rows[0], {line[0]: line for line in rows[1:]}

    header, found = lines(state)
    place = header.index(text("actuals.csv_measured", "ja"))
    assert "市の調べ" in found["14206"][place]
    assert found["14207"][place] == ""
    assert text("actuals.csv_measured", "ja") not in lines(replace(state, actuals=False))[0]
    assert text("actuals.csv_measured", "ja") not in lines(replace(state, resource="water"))[0]


def test_what_users_wrote_is_escaped():
    evil = Actual("14206", "rice", "supply", 1.0, "t", 2022, "<script>alert(1)</script>")
    assert "<script>alert" not in ladder_html([row("rice", measured=(evil,))], "ja")
    assert "<script>alert" not in place_card({}, [row("rice", measured=(evil,))], chosen="municipality", lang="ja")


def test_values_beyond_a_few_are_counted():
    many = tuple(Actual(f"1420{i}", "rice", "supply", 1.0, "t", 2022, "x") for i in range(5))
    assert measured_words(many, "t", "ja", most=2).count("供給") == 2
    assert "3" in measured_words(many, "t", "en", most=2)
    assert measured_words((), "t", "ja") == ""


def lines(actuals, *, kind="municipality", inside=("a",), used=(), supply=50.0):
    resource = load_catalogue().resources["rice"]
    shown = row_of(resource, unit(), threshold=0.8)
    estimates = pd.DataFrame({"supply": [supply, 150.0], "demand": [10.0, 20.0]}, index=["a", "b"])
    shown = replace(shown, measured=tuple(used))
    return measured_lines(shown, resource, actuals, estimates, {"a": "A市", "b": "B町"}, "ja", kind=kind, inside=inside)


def value(code, side, amount):
    return Actual(code, "rice", side, amount, "t", 2022, "調べ")


def test_installed_of_the_prefecture_is_held_against_those_that_tell_it():
    """20 + 30 installed in a and b, of 50 + 150 possible: 25 %; of a alone 20 of 50: 40 %."""
    told = [value("a", "installed", 20.0), value("b", "installed", 30.0)]
    assert "25 %" in lines(told, kind="prefecture", inside=("a", "b", "c"))[0][1]
    assert "40 %" in lines(told)[0][1]
    assert lines(told, kind="basin", inside=("a", "b")) == []
    assert "%" not in lines([told[0]], supply=0.0)[0][1]
    assert "%" not in lines([told[0]], supply=math.nan)[0][1]


def test_a_larger_place_tells_whose_values_it_holds():
    used = [value("a", "supply", 1.0), value("b", "demand", 2.0)]
    ((label, said),) = lines(used, kind="basin", inside=("a", "b"), used=used)
    assert (label, "A市、B町" in said) == ("実績", True)
    assert lines(used, kind="basin", inside=("a", "b")) == []


def test_rows_are_left_alone_where_there_are_no_values():
    rows = [row("rice")]
    assert (
        with_measured(rows, ViewState(), open_dataset("kanagawa"), load_catalogue(), kind="prefecture", code="14")
        == rows
    )


def test_low_and_high_cases_hold_the_measured_value(measured):
    for case in ("low", "high"):
        settings = Settings(case=case, actuals=(SUPPLY,))
        table = unit_table(
            assess(measured.fragments, "rice", load_catalogue(), settings), measured.fragments, "municipality"
        )
        assert table.loc["14206", "supply"] == pytest.approx(1234.5)
