"""The other pages of an area with elevation: they open, and tell where the elevation comes from."""

import pytest
from streamlit.testing.v1 import AppTest

from geo.terrain_build import write_dem
from layers.messages import LANGUAGES
from layers.state import ViewState
from tests.geo.terrain_area import area_on_file, valley_file
from tests.source import ROOT


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("areas")
    write_dem(area_on_file(folder, area="valley").folder, [valley_file(tmp_path_factory.mktemp("download"))])
    return folder


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_data_page_has_the_elevation_among_its_layers(data_dir, monkeypatch, lang):
    monkeypatch.setenv("MEGURI_DATA_DIR", str(data_dir))
    app = AppTest.from_file(ROOT / "pages" / "data.py", default_timeout=60)
    app.session_state["view_state"] = ViewState(area="valley", lang=lang)
    app.run()
    assert not app.exception
    title = "標高" if lang == "ja" else "Elevation"
    assert any(title in expander.label for expander in app.expander)


def test_the_scale_page_opens(data_dir, monkeypatch):
    monkeypatch.setenv("MEGURI_DATA_DIR", str(data_dir))
    app = AppTest.from_file(ROOT / "pages" / "scale.py", default_timeout=60)
    app.session_state["view_state"] = ViewState(area="valley", upstream=True)
    assert not app.run().exception
