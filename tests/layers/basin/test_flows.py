"""The exchange with other basins: the diagram, its table and its arrows tell the same figures."""

from types import SimpleNamespace

import pandas as pd
import pytest

from geo.basin_exchange import OTHERS, partners, within
from layers.basin.flows import arrows, exchange_figure, exchange_table
from layers.basin.view import Exchange
from layers.palette import LIGHT, SCALE_COLOURS
from layers.scale_places import Place

RICE = SimpleNamespace(key="rice", unit="t", unit_ja="t", perspective="demand")
NAMES = {
    "r": Place("basin", "r", "本川流域", "Hon River basin"),
    "q": Place("basin", "q", "隣川流域", "Tonari River basin", is_cut=True),
    "p": Place("basin", "p", "<i>川流域", "<i> River basin"),
}


def exchange(*rows, most=12, whole=2000.0):
    table = pd.DataFrame(rows, columns=["source", "target", "scale", "amount", "distance_km"])
    table["delivered"] = table["amount"]
    return Exchange(partners(table, "r", most=most), within(table, "r"), 50.0, whole)


@pytest.fixture
def of_r():
    return exchange(
        ("r", "r", "community", 1000.0, 0.0),
        ("q", "r", "municipality", 20.0, 2.0),
        ("q", "r", "prefecture", 30.0, 12.0),
        ("r", "p", "prefecture", 40.0, 20.0),
    )


def test_the_sums(of_r):
    assert (of_r.own, of_r.amount("in"), of_r.amount("out")) == (1000, 50, 40)


def test_the_diagram_has_a_band_a_partner_and_scale_in_the_scale_s_colour(of_r):
    figure = exchange_figure(of_r, NAMES["r"], NAMES, RICE, "ja", paper=LIGHT)
    trace = figure.data[0]
    assert [note.text for note in figure.layout.annotations if note.name] == [
        "隣川流域<br>（データのある部分）　50.0",
        "この流域　40.0",
        "この流域　50.0",
        "&lt;i&gt;川流域　40.0",
    ]
    # What stays within the basin would dwarf the rest: it is in the words.
    assert sorted(trace.link.value) == [20, 30, 40]
    red, green, blue = (int(SCALE_COLOURS["municipality"][at : at + 2], 16) for at in (1, 3, 5))
    assert trace.link.color[list(trace.link.value).index(20)].startswith(f"rgba({red},{green},{blue},")


def test_the_table_has_the_same_figures(of_r):
    html = exchange_table(of_r, NAMES, RICE, "ja")
    # (20 × 2 + 30 × 12) / 50 = 8 km
    assert "隣川流域（データのある部分）</th><td>50.0</td><td>–</td><td>8 km</td>" in html
    assert "&lt;i&gt;川流域</th><td>–</td><td>40.0</td><td>20 km</td>" in html
    assert "単位 t/年" in html


def test_the_arrows_lead_from_who_gives_to_who_takes(of_r):
    """What q gives at two scales is one arrow: two would lie on each other."""
    lines = arrows(of_r, NAMES["r"], {"r": (139.0, 35.0), "q": (140.0, 36.0), "p": (141.0, 37.0)})
    ends = lines[["from_lon", "to_lon", "amount", "scale"]].to_numpy().tolist()
    assert sorted(ends) == [
        [139.0, 141.0, 40.0, "prefecture"],
        [140.0, 139.0, 50.0, "prefecture"],
    ]


def test_what_is_summed_as_others_is_told_but_is_no_arrow():
    found = exchange(*((f"p{n}", "r", "prefecture", float(n), 1.0) for n in range(1, 5)), most=2, whole=100.0)
    assert set(found.partners["partner"]) == {"p4", OTHERS}
    assert len(arrows(found, NAMES["r"], {"r": (139.0, 35.0), "p4": (140.0, 36.0)})) == 1
    assert "others" in exchange_table(found, NAMES, RICE, "en")


def test_a_long_label_has_its_amount_on_a_line_of_its_own():
    names = {**NAMES, "q": Place("basin", "q", "低地", "Lowland outside any catchment")}
    figure = exchange_figure(exchange(("q", "r", "prefecture", 40.0, 2.0)), names["r"], names, RICE, "en", paper=LIGHT)
    assert [note.text for note in figure.layout.annotations if note.name] == [
        "Lowland outside any catchment<br>40.0",
        "This basin  40.0",
    ]


@pytest.mark.parametrize(("whole", "is_little"), [(3999.0, False), (4001.0, True), (0.0, False)])
def test_under_a_hundredth_of_the_need_there_is_no_arrow_but_the_table(whole, is_little):
    found = exchange(("q", "r", "prefecture", 40.0, 2.0), ("r", "p", "prefecture", 30.0, 2.0), whole=whole)
    assert found.is_little == is_little
    assert arrows(found, NAMES["r"], {"r": (139.0, 35.0), "q": (140.0, 36.0), "p": (141.0, 37.0)}).empty == is_little
    html = exchange_table(found, NAMES, RICE, "ja")
    assert ("図と同じ数字" in html) != is_little
    assert "<td>40.0</td>" in html


def test_nothing_exchanged_is_not_little_but_none():
    assert not exchange(("r", "r", "community", 5.0, 0.0)).is_little


@pytest.mark.parametrize(("lang", "words"), [("ja", "1未満"), ("en", "&lt;1")])
def test_less_than_one_unit_has_no_digits(lang, words):
    found = exchange(("q", "r", "prefecture", 0.0309, 2.0), ("q", "r", "municipality", 0.9, 2.0))
    assert f"<td>{words}</td><td>–</td>" in exchange_table(found, NAMES, RICE, lang)
    trace = exchange_figure(found, NAMES["r"], NAMES, RICE, lang, paper=LIGHT).data[0]
    assert not any("0.0309" in told for told in trace.link.customdata)


def test_without_an_exchange_there_is_no_arrow():
    assert arrows(None, NAMES["r"], {}).empty
    assert arrows(exchange(), None, {}).empty
