"""The page as CSV: every figure a row, with place, unit and year, the basin in every row."""

import csv
import io

import pandas as pd
import pytest

from geo.basin_exchange import partners, within
from geo.basin_profile import basin_profile
from geo.dataset import open_dataset
from geo.resources import load_catalogue
from layers.basin.figures import Figures
from layers.basin.table import profile_csv
from layers.basin.view import Exchange
from layers.messages import text
from layers.scale_places import places


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_figure_is_a_row(lang):
    dataset, catalogue = open_dataset("kanagawa"), load_catalogue()
    names = {kind: places(dataset, kind) for kind in ("municipality", "basin")}
    flows = pd.DataFrame(
        [("83267", "83268", "prefecture", 5.0, 9.0), ("83268", "83268", "community", 70.0, 0.0)],
        columns=["source", "target", "scale", "amount", "distance_km"],
    )
    flows["delivered"] = flows["amount"]
    parts = pd.DataFrame(
        {
            "is_beyond": [False, True],
            "offered": [3.0, 0.0],
            "given": [2.0, 0.0],
            "wanted": [0.0, 4.0],
            "taken": [0.0, 2.0],
        },
        index=["14206", "22"],
    )
    potential = pd.DataFrame(
        [("rice", "paddies", 90.0, False, False)], columns=["resource", "term", "amount", "variable", "is_missing"]
    )
    figures = Figures(
        basin=names["basin"]["83268"],
        resource=catalogue.resources["rice"],
        profile=basin_profile(dataset.fragments, "83268"),
        rows=[],
        parts=parts,
        exchange=Exchange(partners(flows, "83268"), within(flows, "83268"), None, 100.0),
        potential=potential,
        compared=[],
    )
    made = profile_csv(figures, names, dataset, catalogue, lang)
    assert made.name == "meguri_kanagawa_basin_83268.csv"
    rows = list(csv.DictReader(io.StringIO(made.data.decode("utf-8-sig"))))
    assert {row[text("basin.csv.basin", lang)] for row in rows} == {names["basin"]["83268"].name(lang)}
    assert {row[text("basin.csv.code", lang)] for row in rows} == {"83268"}

    def value(figure, place):
        column, where = text("basin.csv.figure", lang), text("basin.csv.place", lang)
        [found] = [row for row in rows if row[column] == figure and row[where] == place]
        return float(found[text("basin.csv.value", lang)]), found[text("basin.csv.unit", lang)]

    basin, odawara = names["basin"]["83268"].name(lang), names["municipality"]["14206"].name(lang)
    unit = "t/年" if lang == "ja" else "t/yr"
    assert value(text("basin.csv.population", lang), basin)[0] == pytest.approx(170164, abs=1)
    assert value(text("basin.csv.share_of_municipality_people", lang), odawara)[0] == pytest.approx(0.384, abs=0.001)
    assert value(text("basin.parts.given", lang), odawara) == (2.0, unit)
    assert value(text("basin.flows.column_in", lang), names["basin"]["83267"].name(lang)) == (5.0, unit)
    assert value(text("basin.csv.own", lang), "") == (70.0, unit)
    term = catalogue.resources["rice"].supply[0]
    assert value(term.name_ja if lang == "ja" else term.name_en, basin) == (90.0, unit)
    # Every row of a dated figure has its year.
    years = {row[text("basin.csv.year", lang)] for row in rows}
    assert "2020" in years
    assert "" not in years
