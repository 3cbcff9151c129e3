"""The Sankey diagram: places on both sides, thin ones still seen and never on top of each other."""

from itertools import pairwise

import pytest

from layers.palette import DARK, LIGHT
from layers.sankey import Band, sankey

LINE_PX = 20


def drawn(*amounts, same_source=False, paper=LIGHT, words="{}"):
    """Bands from s0, s1, … (or all from s0) to t, whose label is 'target t'."""
    bands = [
        Band("s0" if same_source else f"s{number}", "t", amount, "#3a7aac", f"told {number}")
        for number, amount in enumerate(amounts)
    ]
    sides = {("source", band.source) for band in bands} | {("target", "t")}
    labels = {place: words.format(f"{place[0]} {place[1]}") for place in sides}
    colours = {name: "#777777" for _, name in sides}
    return sankey(bands, labels, colours, heads=("from", "to"), paper=paper)


def labels_of(figure):
    return [note for note in figure.layout.annotations if note.name]


def test_a_place_that_gives_and_takes_stands_on_both_sides():
    bands = [Band("a", "r", 3.0, "#3a7aac", ""), Band("r", "a", 1.0, "#c79e56", "")]
    labels = {(side, name): f"{side} {name}" for side in ("source", "target") for name in ("a", "r")}
    figure = sankey(bands, labels, {"a": "#111111", "r": "#222222"}, heads=("", ""), paper=LIGHT)
    trace = figure.data[0]
    assert [note.text for note in labels_of(figure)] == ["source a", "source r", "target r", "target a"]
    assert list(trace.node.color) == ["#111111", "#222222", "#222222", "#111111"]
    assert list(zip(trace.link.source, trace.link.target, strict=True)) == [(0, 2), (1, 3)]
    assert list(trace.link.value) == [3.0, 1.0]
    assert trace.node.x[0] < 0.01
    assert trace.node.x[2] > 0.99


def test_what_is_too_thin_to_see_is_drawn_thicker_and_told_as_it_is():
    trace = drawn(1000.0, 0.001).data[0]
    assert trace.link.value[0] == 1000
    assert trace.link.value[1] > 1
    assert list(trace.link.customdata) == ["told 0", "told 1"]


@pytest.mark.parametrize("amounts", [(1.0,), (5.0, 5.0), (1000.0, 1.0, 1.0, 1.0), tuple(range(1, 13))])
def test_places_go_down_in_order_with_room_for_a_name_between_their_middles(amounts):
    figure = drawn(*amounts)
    trace = figure.data[0]
    height = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    middles = [height * y for y in trace.node.y[: len(amounts)]]
    assert all(below - above >= LINE_PX for above, below in pairwise(middles))
    assert all(0 < y < 1 for y in trace.node.y)


@pytest.mark.parametrize("paper", [LIGHT, DARK])
def test_labels_lie_on_the_paper_beside_their_bars(paper):
    """A band would run through its own label: it is thinner than the words."""
    figure = drawn(1000.0, 1.0, paper=paper)
    notes = labels_of(figure)
    assert {note.bgcolor for note in notes} == {paper.paper}
    assert [(note.x, note.xanchor) for note in notes] == [(0, "left"), (0, "left"), (1, "right")]
    # Beyond the bar, towards the middle, at its height.
    assert [note.xshift > figure.data[0].node.thickness for note in notes] == [True, True, False]
    assert notes[2].xshift == -notes[0].xshift
    assert [1 - note.y for note in notes] == pytest.approx(list(figure.data[0].node.y))


def test_a_dark_band_is_outlined_where_the_paper_is_dark():
    bands = [Band("a", "r", 3.0, "#173a2b", ""), Band("b", "r", 1.0, "#c79e56", "")]
    labels = {("source", "a"): "", ("source", "b"): "", ("target", "r"): ""}
    for paper, first in ((LIGHT, "#173a2b"), (DARK, DARK.muted)):
        trace = sankey(bands, labels, dict.fromkeys("abr", "#111111"), heads=("", ""), paper=paper).data[0]
        assert list(trace.link.line.color) == [first, "#c79e56"]


def test_a_label_of_two_lines_has_the_room_of_two():
    figure = drawn(1000.0, 1.0, 1.0, words="{}<br>more")
    height = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    middles = [height * y for y in figure.data[0].node.y[:3]]
    assert middles[2] - middles[1] >= 2 * LINE_PX
    # The bands keep their height: what is over is between them.
    assert height - 2 * figure.data[0].node.pad == pytest.approx(drawn(1.0).layout.height - 54)


def test_many_bands_of_one_place_make_it_no_taller_than_one():
    assert drawn(1.0, 2.0, 3.0, same_source=True).layout.height == drawn(6.0).layout.height
