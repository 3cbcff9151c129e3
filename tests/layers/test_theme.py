"""The theme: config.toml says the palette's colours, nothing is fetched, nothing is tracked."""

import re
import tomllib

import pytest

from layers import palette, theme
from tests.source import ROOT

CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("name", "paper"), [("light", palette.LIGHT), ("dark", palette.DARK)])
def test_the_configuration_has_the_colours_of_the_palette(name, paper):
    found = CONFIG["theme"][name]
    assert found["backgroundColor"] == paper.paper
    assert found["secondaryBackgroundColor"] == paper.surface
    assert found["textColor"] == paper.ink
    assert found["primaryColor"] == paper.accent
    assert found["borderColor"] == paper.rule


@pytest.mark.parametrize("name", ["light", "dark"])
def test_every_text_colour_of_the_theme_meets_wcag_aa(name):
    colours = CONFIG["theme"][name]
    ground = colours["backgroundColor"]
    grounds = dict.fromkeys(("textColor", "linkColor", "primaryColor"), ground)
    tinted = [
        key.removesuffix("BackgroundColor")
        for key in colours
        if f"{key.removesuffix('BackgroundColor')}TextColor" in colours
    ]
    grounds |= {f"{name}TextColor": colours[f"{name}BackgroundColor"] for name in tinted}
    assert len(grounds) > 5
    for key, under in grounds.items():
        assert palette.contrast(colours[key], under) >= 4.5, key


def test_the_app_keeps_to_itself():
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["client"]["showErrorLinks"] is False
    assert CONFIG["client"]["showErrorDetails"] == "none"
    assert CONFIG["client"]["toolbarMode"] == "minimal"
    assert "address" not in CONFIG["server"]


def test_the_sheet_fetches_nothing_and_writes_nothing_too_small():
    sheet = theme.sheet()
    assert "url(" not in sheet
    assert "@import" not in sheet
    sizes = [float(size) for size in re.findall(r"font-size:\s*([\d.]+)px", sheet)]
    sizes += [16 * float(size) for size in re.findall(r"font-size:\s*([\d.]+)rem", sheet)]
    assert min(sizes) >= 14
    assert sheet.count("{") == sheet.count("}")


def test_the_sheet_knows_the_steps_of_the_ladder():
    for key, colour in palette.SCALE_COLOURS.items():
        assert f"--step-{key}:{colour};" in theme.sheet()
