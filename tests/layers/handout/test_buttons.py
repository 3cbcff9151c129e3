"""The buttons that make the hand-out, and its pages as pictures."""

import io
import zipfile

import pypdf
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from geo.dataset import open_whole
from geo.errors import InputError
from geo.resources import load_catalogue
from layers.handout import buttons
from layers.handout.pictures import pages_png, zipped
from layers.messages import LANGUAGES
from tests.layers.handout.handout_world import AREA, item, meeting_of


def app(meeting, lang):
    from types import SimpleNamespace

    from geo.dataset import open_whole
    from geo.resources import load_catalogue
    from layers import session
    from layers.handout import handout_buttons

    session.update(lang=lang)
    handout_buttons(SimpleNamespace(meeting=meeting), open_whole("kanagawa"), load_catalogue())


def shown(meeting, lang="ja"):
    test = AppTest.from_function(app, kwargs={"meeting": meeting, "lang": lang}, default_timeout=30).run()
    assert not test.exception
    return test


def buttons_of(test):
    return {block.proto.label: block.proto.disabled for block in test.get("download_button")}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_there_is_a_button_for_each_kind_and_how_long_it_takes(lang):
    test = shown(meeting_of(item(1, "一"), item(2, "二")), lang)
    names = {"ja": ["まとめのPDF", "まとめの画像"], "en": ["Hand-out (PDF)", "Hand-out (images)"]}[lang]
    assert buttons_of(test) == dict.fromkeys(names, False)
    assert "5" in test.caption[0].value


def test_without_an_agenda_there_is_nothing_to_press_and_it_says_what_to_do():
    test = shown(meeting_of())
    assert set(buttons_of(test).values()) == {True}
    assert "議題を加えると" in test.caption[0].value


def test_what_is_missing_on_the_machine_is_said_before(monkeypatch):
    problem = InputError("x", key="sheet_font", sample="水")
    monkeypatch.setattr(buttons, "sheet_problem", lambda: problem)
    test = shown(meeting_of(item(1, "一")))
    assert set(buttons_of(test).values()) == {True}
    assert "fonts-noto-cjk" in test.info[0].value


def test_the_same_hand_out_is_made_once(monkeypatch):
    calls = []
    monkeypatch.setattr(buttons, "handout", lambda *args, **more: calls.append(more) or b"%PDF")
    dataset, catalogue = open_whole(AREA), load_catalogue()
    one, other = meeting_of(item(1, "一")), meeting_of(item(1, "二"))
    for meeting, paper in ((one, "A4"), (one, "A4"), (one, "A3"), (other, "A4")):
        made = buttons.made(meeting, dataset, catalogue, lang="ja", paper=paper, link="here")
        assert made == b"%PDF"
    assert [call["paper"] for call in calls] == ["A4", "A3", "A4"]


def test_every_page_becomes_a_picture_of_its_size():
    writer = pypdf.PdfWriter()
    for wide in (72, 144):
        writer.add_blank_page(width=wide, height=36)
    buffer = io.BytesIO()
    writer.write(buffer)
    pictures = pages_png(buffer.getvalue(), dpi=150)
    assert [Image.open(io.BytesIO(picture)).size for picture in pictures] == [(150, 75), (300, 75)]
    packed = zipped(pictures, "meguri")
    assert packed == zipped(pictures, "meguri")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["meguri_001.png", "meguri_002.png"]
        assert archive.read("meguri_002.png") == pictures[1]
