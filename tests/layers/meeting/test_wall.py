"""The wall through AppTest: strip, panels, steps, leaving and reloading, in both languages; and its sizes."""

import math
import re

import pytest
from streamlit.testing.v1 import AppTest

from geo.meeting import AgendaItem
from geo.resources import load_catalogue
from geo.scenario import new_scenario
from geo.store import open_store
from layers.meeting import stage, wall
from layers.meeting.keys import PANELS, Pressed
from layers.meeting.strip import strip_html
from layers.palette import DARK, LIGHT, contrast
from tests.source import ROOT

PATIENCE_S = 60
ROOFS = "electricity.usable_roof_share"
ODAWARA = (("place", "municipality:14206"), ("resource", "water"))


@pytest.fixture(autouse=True)
def kept(monkeypatch, tmp_path):
    """The store of this test's server."""
    monkeypatch.setenv("MEGURI_LOCAL_DIR", str(tmp_path))
    return open_store()


@pytest.fixture
def made(kept):
    """A meeting with three items of three kinds."""
    scenario = kept.save(new_scenario("屋根", "kanagawa", factors=[(ROOFS, 0.6)]))
    made = kept.meetings.create("流域協議会", "kanagawa", "", name="山田")
    compared = (("place", "municipality:14206"), ("resource", "electricity"), ("scenario", scenario.key))
    for kind, query in (("map", ODAWARA), ("ladder", ODAWARA), ("comparison", compared)):
        item = AgendaItem("", f"<b>{kind}</b>", f"{kind}は<i>これ</i>でよいか", ("賛成", "反対"), kind, query)
        kept.meetings.pin(made.meeting.key, made.pass_.token, item)
    return made


def opened(made=None, *, token="", **query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_S)
    app.query_params["mode"] = "wall"
    for name, value in query.items():
        app.query_params[name] = value
    if made is not None:
        app.query_params["meeting"] = made.meeting.key
        if token:
            app.session_state["meeting_passes"] = {made.meeting.key: token}
    app.switch_page("pages/meeting.py").run()
    assert not app.exception
    assert not app.error
    return app


def words(app):
    return "\n".join(str(block.proto.body) for block in app.get("html"))


def strip(app):
    """Number, title and question on the strip."""
    found = re.search(r'<div class="wall-strip.*', words(app))[0]
    return re.sub(r"<[^>]+>", "|", found)


@pytest.mark.parametrize(("lang", "opening"), [("ja", "シナリオ「屋根」は、"), ("en", "Scenario “屋根”: ")])
def test_each_kind_stands_on_the_wall_with_its_question(made, kept, lang, opening):
    told = {}
    for number, kind in enumerate(("map", "ladder", "comparison"), start=1):
        item = kept.meetings.meeting(made.meeting.key).items[number - 1]
        kept.meetings.show(made.meeting.key, made.pass_.token, item.key)
        app = opened(made, lang=lang)
        told[kind] = words(app)
        # Typed by people, shown as text.
        assert f"|{number}| / 3||" in strip(app)
        assert f"&lt;b&gt;{kind}&lt;/b&gt;" in strip(app)
        assert f"{kind}は&lt;i&gt;これ&lt;/i&gt;でよいか" in strip(app)
        assert app.query_params["mode"] == "wall"
    assert 'class="meeting-words map silent"' in told["map"]
    assert {"ja": "小田原市では、計算上、水", "en": "In Odawara City, by calculation, water"}[lang] in told["ladder"]
    assert f'class="key" role="status" lang="{lang}">{opening}' in told["comparison"]
    assert {"ja": "シナリオ「屋根」", "en": "Scenario “屋根”"}[lang] in re.search(r"<small>.*", told["comparison"])[0]


def test_without_an_agenda_the_wall_shows_the_view_as_it_is(kept):
    made = kept.meetings.create("はじめての会", "kanagawa", "", name="山田")
    app = opened(made, place="municipality:14206", layers="municipality:100")
    assert "|はじめての会|" in strip(app)
    assert " / " not in strip(app)
    assert app.query_params["place"] == "municipality:14206"


def test_without_a_meeting_too(kept):
    app = opened(place="municipality:14206")
    assert "|いまの画面|" in strip(app)
    app.session_state["wall_panel_open"] = "notes"
    assert wall.panels_of(None) == ("assumptions",)
    assert not app.run().exception


def test_a_step_of_who_leads_is_kept_for_all_and_nobody_else_s(made, kept):
    items = kept.meetings.meeting(made.meeting.key).items
    guest = kept.meetings.enter(made.meeting.key, made.join_code, "佐藤")
    for token, current in ((guest.token, ""), (made.pass_.token, items[1].key)):
        app = AppTest.from_function(pressing)
        app.session_state["pressed"] = (made.meeting.key, token, Pressed("go", place=2))
        app.run(timeout=PATIENCE_S)
        assert not app.exception
        assert app.session_state["meeting_item"] == items[1].key
        assert kept.meetings.meeting(made.meeting.key).current == current


def test_a_step_beyond_the_end_stays_at_the_end_and_a_panel_opens_by_name(made, kept):
    items = kept.meetings.meeting(made.meeting.key).items
    app = AppTest.from_function(pressing)
    app.session_state["pressed"] = (made.meeting.key, "", Pressed("go", place=99))
    app.run(timeout=PATIENCE_S)
    assert app.session_state["meeting_item"] == items[-1].key
    for panel in (*PANELS, ""):
        app.session_state["pressed"] = (made.meeting.key, "", Pressed("panel", panel=panel))
        app.run()
        assert app.session_state["wall_panel_open"] == panel
    app.session_state["pressed"] = (made.meeting.key, "", Pressed("leave"))
    app.run()
    assert "mode" not in app.query_params
    assert "wall_panel_open" not in app.session_state


def pressing():
    """Do what was pressed, in a meeting opened with a token."""
    import streamlit as st

    from layers import session
    from layers.meeting.current import here
    from layers.meeting.wall import act, is_wall, open_wall

    key, token, pressed = st.session_state["pressed"]
    session.begin()
    if session.current().meeting != key:
        session.update(meeting=key)
        open_wall()
    is_wall()
    st.session_state["meeting_passes"] = {key: token} if token else {}
    act(here(), pressed)


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_each_panel_stands_beside_the_map(made, panel, lang):
    app = opened(made, token=made.pass_.token, lang=lang)
    app.session_state["wall_panel_open"] = panel
    app.run()
    assert not app.exception
    assert not app.error
    if panel == "notes":
        assert len(app.text_area) == 1
    if panel == "assumptions":
        assert len(app.slider) >= 3
        assert 'class="wall-answer"' in words(app)


def test_a_slider_on_the_wall_changes_what_is_said(made):
    app = opened(made, token=made.pass_.token, place="municipality:14201")
    app.session_state["wall_panel_open"] = "assumptions"
    app.run()
    said = re.search(r'class="wall-answer"[^>]*>([^<]*)', words(app))[1]
    app.slider(key="factor_water.dependable_share").set_value(20.0).run()
    assert not app.exception
    assert re.search(r'class="wall-answer"[^>]*>([^<]*)', words(app))[1] != said
    assert "前提を1件変更" in strip(app)


def test_the_way_back_leads_to_the_desk(made):
    app = opened(made)
    assert 'class="wall-strip' in words(app)
    del app.query_params["mode"]
    app.run()
    assert not app.exception
    assert 'class="wall-strip' not in words(app)


def test_a_place_of_the_agenda_is_told_from_one_and_a_view_of_one_s_own_by_none():
    items = tuple(AgendaItem(key * 12, "題", "", (), "map", ()) for key in "abc")
    assert [wall.place_of(items, item) for item in (*items, None)] == [1, 2, 3, 0]
    assert wall.place_of((), None) == 0


def test_what_a_scenario_sets_is_no_change_of_it():
    catalogue = load_catalogue()
    scenario = new_scenario("屋根", "kanagawa", factors=[(ROOFS, 0.6)])
    for factors, alone, under in (
        ((), 0, 1),
        (((ROOFS, 0.6),), 1, 0),
        (((ROOFS, 0.5),), 1, 1),
        (((ROOFS, 0.6), ("water.dependable_share", 0.4)), 2, 1),
        ((("no.such_factor", 1.0),), 0, 1),
    ):
        assert wall.changed_assumptions(factors, catalogue, None) == alone
        assert wall.changed_assumptions(factors, catalogue, scenario) == under


def test_a_long_question_is_written_smaller_so_that_the_strip_stays_thin():
    told = {"place": 1, "total": 2, "title": "題"}
    sizes = [re.search(r'class="question ?(\w*)"', strip_html("ja", question=words, **told))[1] for words in (
        "森" * 34, "森" * 35, "森" * 90, "森" * 91, "a" * 68, "a" * 69, "a" * 181)]  # fmt: skip
    assert sizes == ["", "long", "long", "longer", "", "long", "longer"]
    assert 'class="wall-strip alone"' in strip_html("ja", question="", **told)


def test_sentence_and_ladder_are_16_minutes_of_arc_high_from_8_m_on_a_picture_of_2_4_m():
    capital = 0.72  # of the font's size, in the fonts of the interface
    wanted_vw = 100 * 8 * math.tan(math.radians(16 / 60)) / 2.4 / capital
    sheets = {path.name: path.read_text(encoding="utf-8") for path in (wall._STYLE, stage._FAR)}
    [ladder] = re.findall(r"--far: ([\d.]+)vw", sheets["far_ladder.css"])
    [far] = re.findall(r"--far: max\(20px, ([\d.]+)vw\)", sheets["wall.css"])
    [key] = re.findall(r"\.key \{[^}]*font-size: max\(24px, ([\d.]+)vw\)", sheets["wall.css"])
    assert min(float(size) for size in (ladder, far, key)) >= wanted_vw > 2.1
    # Nothing under 20 px, at whatever width.
    sizes = re.findall(r"font-size: ([^;}]+)", sheets["wall.css"])
    assert all(
        re.fullmatch(r"(max\(2\dpx, .*|var\(--(far|near).*|\d+px|1\.?\d*rem)( !important)?", size) for size in sizes
    ), sizes
    assert all(int(size[:-2]) >= 20 for size in sizes if re.fullmatch(r"\d+px", size))


def test_how_sure_a_row_is_can_be_told_from_8_m_on_a_picture_of_2_4_m():
    # 10 minutes of arc, twice what a normal eye just reads; by a capital of 0.72 of the font's size.
    wanted_vw = 100 * 8 * math.tan(math.radians(10 / 60)) / 2.4 / 0.72
    sheet = stage._FAR.read_text(encoding="utf-8")
    sizes = [float(size) for size in re.findall(r"--sure: max\(20px, ([\d.]+)vw\)", sheet)]
    assert len(sizes) == 2
    assert min(sizes) >= wanted_vw > 1.3
    [written] = re.findall(r"\.meguri \.certainty \{ font-size: ([^;]+);", sheet)
    assert written == "var(--sure)"


@pytest.mark.parametrize("paper", [LIGHT, DARK])
def test_ink_on_the_wall_s_grounds_is_of_high_contrast(paper):
    assert contrast(paper.ink, paper.paper) >= 7
    assert contrast(paper.ink, paper.surface) >= 7
