"""The control that picks an area, on a data folder with two whole areas and a broken one."""

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo.areas import AreaEntry
from geo.dataset import DATA_DIR
from geo.errors import DatasetError
from layers.area_picker import area_of, build_command
from layers.state import ViewState
from tests.layers.bare_area import write_bare_area
from tests.source import ROOT


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Kanagawa, an area of two prefectures, one whose table is cut off, and the overview."""
    for name in ("kanagawa", "japan"):
        (tmp_path / name).symlink_to(DATA_DIR / name)
    write_bare_area(tmp_path)
    shutil.copytree(tmp_path / "bare", tmp_path / "broken")
    (tmp_path / "broken" / "cells.parquet").write_bytes(b"PAR1")
    monkeypatch.setenv("MEGURI_DATA_DIR", str(tmp_path))
    return tmp_path


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def with_list(app: AppTest) -> AppTest:
    app.button(key="area_open").click().run()
    assert not app.exception
    return app


@pytest.mark.parametrize(
    ("lang", "label", "names"),
    [
        ("ja", "地域：神奈川県", ["神奈川県", "神奈川と静岡"]),
        ("en", "Area: Kanagawa", ["Kanagawa", "Kanagawa and Shizuoka"]),
    ],
)
def test_the_areas_are_listed_by_name(data_dir: Path, lang: str, label: str, names: list[str]) -> None:
    app = opened(lang=lang)
    assert app.button(key="area_open").label == label
    assert with_list(app).selectbox(key="area_choice").options == names


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_broken_area_is_listed_with_its_reason(data_dir: Path, lang: str) -> None:
    app = with_list(opened(lang=lang))
    told = "\n".join(warning.value for warning in app.warning)
    assert "broken" in told
    assert "cells\\.parquet" in told


def test_picking_an_area_keeps_language_and_resource_and_resets_the_rest(data_dir: Path) -> None:
    layers = "river_system:100,municipality:60"
    query = {"lang": "en", "resource": "rice", "place": "municipality:14206", "at": "35.26460,139.15220"}
    app = with_list(opened(**query, layers=layers, by="basin", view="35.3,139.1,12"))
    app.selectbox(key="area_choice").set_value("bare").run()
    assert not app.exception
    # Of the layers, those that the other area has; it has no basins to show anything by.
    assert dict(app.query_params) == {"lang": "en", "resource": "rice", "area": "bare", "layers": "municipality:60"}
    assert app.button(key="area_open").label == "Area: Kanagawa and Shizuoka"
    assert not app.toast


def test_the_area_of_a_link_is_opened(data_dir: Path) -> None:
    assert opened(area="bare").button(key="area_open").label == "地域：神奈川と静岡"


def test_an_area_that_cannot_be_opened_leaves_the_control_to_pick_another(data_dir: Path) -> None:
    (data_dir / "broken" / "dataset.toml").write_text("half = [", encoding="utf-8")
    app = opened(area="broken")
    assert app.error
    app = with_list(app)
    app.selectbox(key="area_choice").set_value("bare").run()
    assert not app.error
    assert app.query_params["area"] == "bare"


def test_an_area_that_is_not_there_is_said(data_dir: Path) -> None:
    app = opened(area="atlantis")
    assert "atlantis" in app.error[0].value
    assert with_list(app).selectbox(key="area_choice").value is None


def test_without_the_usual_area_the_first_there_is_opens(data_dir: Path) -> None:
    (data_dir / "kanagawa").unlink()
    app = opened()
    assert app.button(key="area_open").label == "地域：神奈川と静岡"
    assert not app.error


def test_a_link_to_the_usual_area_says_that_it_is_gone(data_dir: Path) -> None:
    (data_dir / "kanagawa").unlink()
    assert "kanagawa" in opened(area="kanagawa").error[0].value
    assert ViewState().area == "kanagawa"


def test_without_an_overview_the_list_is_still_there(data_dir: Path) -> None:
    (data_dir / "japan").unlink()
    app = with_list(opened())
    assert any("geo build japan" in warning.value.replace("\\", "") for warning in app.warning)
    assert app.selectbox(key="area_choice").options == ["神奈川県", "神奈川と静岡"]


def test_a_prefecture_opens_the_area_that_is_about_it_alone() -> None:
    alone = AreaEntry("kanagawa", "神奈川県", "Kanagawa", ("14",))
    both = AreaEntry("both", "二県", "Two", ("14", "22"))
    broken = AreaEntry("aichi", "愛知県", "Aichi", ("23",), DatasetError("broken"))
    entries = [both, alone, broken]
    assert area_of("14", entries) is alone
    assert area_of("22", entries) is both
    assert area_of("23", entries) is None


def test_the_command_names_the_prefecture() -> None:
    assert build_command("23") == "python -m geo build aichi --prefecture 23 --from DIR"
    assert build_command("01") == "python -m geo build hokkaido --prefecture 01 --from DIR"
