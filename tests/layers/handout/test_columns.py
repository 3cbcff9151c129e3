"""Blocks poured into columns: none lost, none turned round, even where all fit, full pages where not."""

import re

from hypothesis import given
from hypothesis import strategies as st

from layers.handout.columns import Block, Run, poured


def run(*heights, name="a", heading_mm=0.0):
    blocks = tuple(Block(f"<li>{name}{number}</li>", high) for number, high in enumerate(heights))
    return Run("<ul>", "</ul>", Block(f"<h2>{name}</h2>", heading_mm), blocks)


def columns_of(html):
    """Return, a page after another, the words of each column."""
    return [
        [re.findall(r"<(?:li|h2)>(\w+)<", column) for column in page.split('<div class="column">')[1:]]
        for page in html.split('<div class="poured')[1:]
    ]


def test_what_fits_on_a_page_is_even():
    html = poured([run(10, 10, 10, 10)], 2, first_mm=100, next_mm=100)
    assert columns_of(html) == [[["a", "a0", "a1"], ["a2", "a3"]]]


def test_a_long_block_stands_alone():
    html = poured([run(30, 10, 10, 10)], 2, first_mm=100, next_mm=100)
    assert columns_of(html) == [[["a", "a0"], ["a1", "a2", "a3"]]]


def test_what_does_not_fit_goes_on_on_the_next_page():
    html = poured([run(10, 10, 10, 10, 10, 10)], 2, first_mm=10, next_mm=20)
    assert columns_of(html) == [[["a", "a0"], ["a1"]], [["a2", "a3"], ["a4", "a5"]]]
    assert [" next" in page.partition(">")[0] for page in html.split('<div class="poured')[1:]] == [False, True]


def test_a_heading_goes_with_its_first_block():
    html = poured([run(10, 10), run(10, name="b", heading_mm=5)], 2, first_mm=25, next_mm=25)
    assert columns_of(html) == [[["a", "a0", "a1"], ["b", "b0"]]]


@given(
    st.lists(st.lists(st.floats(0.5, 300), min_size=1, max_size=12), min_size=1, max_size=4),
    st.integers(1, 3),
    st.floats(1, 250),
)
def test_every_block_stands_once_in_order_and_every_tag_is_closed(heights, columns, room):
    runs = [run(*each, name="abcd"[place]) for place, each in enumerate(heights)]
    html = poured(runs, columns, first_mm=room, next_mm=room + 1)
    expected = [f"{'abcd'[place]}{number}" for place, each in enumerate(heights) for number in range(len(each))]
    assert re.findall(r"<li>(\w+)</li>", html) == expected
    assert html.count("<ul>") == html.count("</ul>")
    assert html.count("<h2>") == len(runs)
