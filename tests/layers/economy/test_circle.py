"""The circle as a drawing and as tables: every figure, arrows as thick as their money, words escaped."""

import io
import math
import re
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from geo.dataset import open_dataset
from geo.economy.circle import circle_of
from geo.economy.figures import ITEMS, EconomyError, Figure
from geo.economy.labels import label_of
from geo.economy.table import read_economy
from layers.economy.circle import circle_svg
from layers.economy.figures import figures_table, table_html
from layers.economy.template import template_csv, template_rows, template_xlsx
from layers.economy.words import flow_words, money, money_short, sentence, share
from layers.messages import LANGUAGES
from tests.geo.economy_files import BALANCED, csv_bytes, listed


@pytest.fixture(scope="module")
def dataset():
    return open_dataset("kanagawa")


def circle(dataset, **changes):
    found = circle_of(read_economy(csv_bytes(listed(BALANCED | changes)), "表.csv", dataset).figures)
    assert found is not None
    return found


def svg_of(markup):
    return ET.fromstring(re.search(r"<svg.*</svg>", markup, re.DOTALL)[0])  # noqa: S314 - our own


def tags(svg, name):
    return [element for element in svg.iter() if element.tag.endswith(f"}}{name}")]


def words_of(svg):
    return [element.text for element in tags(svg, "text")]


def test_the_drawing_tells_every_figure(dataset):
    words = words_of(svg_of(circle_svg(circle(dataset), "小田原市", "ja")))
    assert words.count("1,000億円") == 3
    assert words.count("1,100億円") == 2
    for told in ("雇用者所得 550億円", "民間消費 850億円", "外へ 150億円（15 %）", "外から 80億円（8.0 %）"):
        assert told in words
    assert [word for word in words if word.startswith("エネルギー代金：外へ 60億円（6.0 %）")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_drawing_has_its_sentence_for_who_cannot_see_it(dataset, lang):
    found = circle(dataset)
    svg = svg_of(circle_svg(found, "小田原市", lang))
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == sentence(found, "小田原市", lang)


def test_the_keyboard_s_focus_is_as_plain_as_everywhere(dataset):
    markup = circle_svg(circle(dataset), "小田原市", "ja")
    assert ".economy:focus-visible { outline: 3px solid var(--accent);" in markup
    assert '<div class="economy" tabindex="0"' in markup


def test_arrows_are_as_thick_as_their_money(dataset):
    svg = svg_of(circle_svg(circle(dataset), "小田原市", "ja"))
    curves = [float(path.get("stroke-width")) for path in tags(svg, "path")]
    # 1,000 of the greatest amount, 1,100; the greatest is 46 thick.
    assert curves == pytest.approx([46 * 1000 / 1100] * 2, abs=0.06)
    shafts = {}
    for polygon in tags(svg, "polygon"):
        points = [tuple(map(float, point.split(","))) for point in polygon.get("points").split()]
        if len(points) == 7:
            shafts.setdefault(polygon.get("class"), []).append(points[5][1] - points[0][1])
    assert shafts["round"] == pytest.approx([46], abs=0.2)
    assert shafts["out"] == pytest.approx([46 * amount / 1100 for amount in (50, 150, 30)], abs=0.8)
    assert shafts["in"] == pytest.approx([46 * 150 / 1100, 46 * 80 / 1100], abs=0.2)


def test_what_leaves_points_away_and_what_comes_in_points_to_the_place(dataset):
    svg = svg_of(circle_svg(circle(dataset), "小田原市", "ja"))
    for polygon in tags(svg, "polygon"):
        points = [tuple(map(float, point.split(","))) for point in polygon.get("points").split()]
        if len(points) != 7 or polygon.get("class") == "round":
            continue
        start, tip = points[0][0], points[3][0]
        is_away = abs(tip - 640) > abs(start - 640)
        assert is_away is (polygon.get("class") == "out")


def test_where_only_the_sum_of_the_flows_is_known_it_stands_alone(dataset):
    amounts = {item: value for item, value in BALANCED.items() if "所得の流出入" not in item}
    figures = read_economy(csv_bytes(listed(amounts | {"所得の流出入": 100})), "表.csv", dataset).figures
    found = circle_of(figures)
    assert found is not None
    words = words_of(svg_of(circle_svg(found, "小田原市", "ja")))
    assert "所得（合計）" in words
    assert "nan" not in " ".join(words)
    assert "nan" not in table_html(found, "小田原市", "ja")


def test_a_flow_of_nothing_has_no_arrow(dataset):
    amounts = {
        "民間投資の流出入": 0,
        "民間投資（地域企業）": 200,
        "民間消費の流出入": -180,
        "民間消費（地域住民）": 880,
    }
    svg = svg_of(circle_svg(circle(dataset, **amounts), "小田原市", "ja"))
    assert "差し引き 0" in words_of(svg)
    assert len([one for one in tags(svg, "polygon") if one.get("class") in ("in", "out")]) == 4


@pytest.mark.parametrize("lang", LANGUAGES)
def test_names_are_escaped(dataset, lang):
    markup = circle_svg(circle(dataset), '<b onload="x">&', lang)
    assert "<b" not in markup
    assert svg_of(markup).get("aria-label").count('<b onload="x">&') == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_table_says_the_same(dataset, lang):
    html = table_html(circle(dataset), "<i>小田原市", lang)
    assert "<i>" not in html
    assert html.count("<tr>") == 1 + 8 + 1
    assert ("1,100億円" if lang == "ja" else "110 billion yen") in html
    assert "85 %" in html


@pytest.mark.parametrize(
    ("yen", "lang", "words"),
    [
        (123_456e8, "ja", "123,456億円"),
        (99.96e8, "ja", "100億円"),
        (12.34e8, "ja", "12.3億円"),
        (-5e8, "ja", "5億円"),
        (4_500_000, "ja", "450万円"),
        (0, "ja", "0万円"),
        (123.4e9, "en", "123.4 billion yen"),
        (1234e9, "en", "1,234 billion yen"),
        (45e6, "en", "45 million yen"),
    ],
)
def test_amounts_in_words(yen, lang, words):
    assert money(yen, lang) == words


def test_short_amounts_and_shares():
    assert money_short(12.34e9, "en") == "¥12.34 bn"
    assert money_short(12.34e8, "ja") == money(12.34e8, "ja")
    assert [share(value, 1000) for value in (-150, 50, 1, 0)] == ["15", "5.0", "0.1", "0.0"]
    assert share(5, 0) == ""
    assert flow_words(0, 1000, "ja") == "差し引き 0"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sentence_says_which_way_money_goes(dataset, lang):
    here = sentence(circle(dataset), "小田原市", lang)
    turned = {
        "雇用者所得（地域住民）": 350,
        "雇用者所得の流出入": -250,
        "民間消費（地域住民）": 650,
        "民間消費の流出入": 50,
        "エネルギー代金の流出入": 5,
    }
    there = sentence(circle(dataset, **turned), "小田原市", lang)
    assert circle(dataset, **turned).gaps == ()
    ways = {
        "ja": (("入った所得", "出た所得"), ("外での支出", "外から入り"), ("外へ出て", "入っています")),
        "en": (
            ("net income from", "net income flowed out"),
            ("spent elsewhere", "brought in"),
            ("net left", "net came in"),
        ),
    }
    for words, turned_words in ways[lang]:
        assert words in here
        assert words not in there
        assert turned_words in there


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_template_lists_and_explains_every_item(lang):
    header, *rows = template_rows(lang, "小田原市")
    labels = [label_of(row[2]) for row in rows]
    kinds = {"residents": "", "bare": "", "local": "_local", "flow": "_flow"}
    assert [label.name + kinds[label.kind] for label in labels] == list(ITEMS)
    assert all(label.kind != "bare" or label.name.startswith("production") for label in labels)
    assert all(row[0] == "小田原市" and row[3] == "" and len(row[6]) > 5 for row in rows)
    assert len(header) == 7


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_template_that_is_filled_in_reads_back(dataset, lang):
    values = {"production": 1000, "income_flow": 100, "energy_flow": -60}
    _, *rows = template_rows(lang, "Odawara City" if lang == "en" else "小田原市")
    book = openpyxl.load_workbook(io.BytesIO(template_xlsx(lang, "小田原市")))
    assert book.active.max_row == len(ITEMS) + 1
    filled = [template_rows(lang)[0]]
    for item, row in zip(ITEMS, rows, strict=True):
        filled.append([*row[:1], "2018", row[2], values.get(item, ""), row[4], "架空", row[6]])
    figures = read_economy(csv_bytes(filled), "表.csv", dataset).figures
    assert {figure.item: figure.value for figure in figures} == values
    assert template_csv(lang).startswith(b"\xef\xbb\xbf")


def test_an_empty_template_has_no_table_in_it(dataset):
    with pytest.raises(EconomyError) as caught:
        read_economy(template_xlsx("ja", "小田原市"), "表.xlsx", dataset)
    assert caught.value.key == "economy_layout"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_figures_are_shown_as_they_were_stated(lang):
    table = figures_table([Figure("14206", 2018, "production", 1234.5, "億円", "x")], {"14206": "小田原市"}, lang)
    assert table.iloc[0].tolist()[:2] == ["小田原市", "2018"]
    assert table.iloc[0].tolist()[3:] == ["1,234.5", "億円", "x"]
    assert not any(isinstance(cell, float) and math.isnan(cell) for cell in table.iloc[0])
