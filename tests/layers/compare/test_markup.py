"""Both ladders and the table as markup: a row a resource, two bars in each, every word escaped."""

import dataclasses
import re
from types import SimpleNamespace

from layers.compare.markup import notes_html, pair_body, table_html
from layers.compare.sides import Side
from layers.compare.table import compare_csv
from layers.ladder_rows import row_of
from layers.scale_places import Place
from tests.layers.ladder_world import ODAWARA, WATER, unit

TERMS = {"water": SimpleNamespace(unit="m³", unit_ja="m³", supply=(), demand=())}
EVIL = Place("municipality", "1", "<b>町</b>", '<img src=x onerror="x">')


def side(place, *, resources=("water",), **changes):
    dataset = SimpleNamespace(area="kanagawa", meta={"census_year": 2020}, layers=(), content_hash=lambda: "a" * 64)
    rows = tuple(row_of(WATER, unit(**changes), threshold=0.8) for _ in resources)
    return Side(dataset, SimpleNamespace(resources=TERMS), place, None, rows, 10.0, 50.0)


def test_every_row_has_a_bar_for_either_place():
    body = pair_body(side(ODAWARA), side(EVIL), "ja", focus="water")
    assert body.count('class="bar"') == 2
    assert 'data-resource="water" aria-current="true"' in body
    assert len(re.findall(r'class="versus-who"', body)) == 2


def test_names_are_text_everywhere():
    for lang in ("ja", "en"):
        for markup in (pair_body(side(EVIL), side(EVIL), lang), table_html(side(EVIL), side(EVIL), lang)):
            assert "<img" not in markup
            assert "<b>町" not in markup
    assert notes_html(["<i>"], "ja") == '<ul class="compare-notes" lang="ja"><li>&lt;i&gt;</li></ul>'


def test_a_resource_that_one_area_lacks_is_said_not_left_blank():
    body = pair_body(side(ODAWARA), side(EVIL, resources=()), "en")
    assert "Not computed from this area&#x27;s data." in body
    assert "<tbody></tbody>" in table_html(side(ODAWARA), side(EVIL, resources=()), "en")


def test_figures_of_the_table_are_cited_with_their_own_place():
    told = table_html(side(ODAWARA), side(dataclasses.replace(ODAWARA, name_ja="となり町")), "ja")
    assert told.count('data-cite-place="小田原市"') == 2
    assert told.count('data-cite-place="となり町"') == 2
    assert 'data-cite-value="10.0 m³/年・人"' in told


def test_the_table_to_take_away_has_both_sides_beside_each_other():
    made = compare_csv(side(ODAWARA), side(EVIL, demand=50.0, closing_scale="no_data"), "en").data.decode("utf-8-sig")
    header, line = made.splitlines()
    cells = dict(zip(header.split(","), line.split(","), strict=False))
    assert cells['"A need"'] == "100"
    assert cells['"A need per person"'] == "10"
    # What is not known is not nothing.
    assert cells['"B need"'] == '""'
    assert "kanagawa aaaaaaaaaaaa" in line
