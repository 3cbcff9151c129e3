"""The ladder's markup: what is drawn, what is said, what is escaped."""

import re
from html.parser import HTMLParser

import pytest

from layers.ladder_view import ladder_body, ladder_html, row_body
from layers.ladder_view.markup import FigureRoom, bar
from layers.ladder_view.words import (
    certainty,
    certainty_full,
    certainty_range,
    certainty_said,
    certainty_short,
    percent,
    spoken,
    verdict,
)
from layers.messages import text
from tests.layers.ladder_world import certainty as drawn
from tests.layers.ladder_world import row

VOID = {"br", "img", "hr", "input", "meta"}


class Tree(HTMLParser):
    """Fails on unbalanced tags; collects elements as (tag, attributes) and the text."""

    def __init__(self, markup):
        super().__init__()
        self.open, self.elements, self.words = [], [], []
        self.feed(markup)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    def find(self, tag=None, **wanted):
        return [
            attributes
            for name, attributes in self.elements
            if (tag is None or name == tag) and all(attributes.get(k.replace("_", "-")) == v for k, v in wanted.items())
        ]


def width(attributes):
    return float(re.search(r"width:([\d.]+)%", attributes["style"]).group(1))


ROWS = [
    row("compost", "community", perspective="supply"),
    row("water", "municipality", shares={"municipality": 0.97, "basin": 0.03}),
    row("timber", "basin", low="outside"),
    row("electricity", "outside", shares={"community": 0.35}, time_mismatch=0.4),
    row("rice", "no_data", shares={}),
]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_resource_is_a_row_with_its_verdict_in_words(lang):
    tree = Tree(ladder_body(ROWS, lang, focus="water"))
    said = "".join(tree.words)
    assert [a["data-key"] for a in tree.find("li") if "data-resource" in a] == [made.resource for made in ROWS]
    for made in ROWS:
        assert made.name(lang) in said
        assert verdict(made, lang) in said
    assert [a["data-resource"] for a in tree.find("li", aria_current="true")] == ["water"]


def test_groups_keep_narrow_wide_and_open_apart():
    headings = re.findall(r'data-key="group-(\w+)"', ladder_body(ROWS, "ja"))
    assert headings == ["narrow", "wide", "open", "none"]


def test_the_segments_of_a_bar_fill_it():
    tree = Tree(ladder_body([ROWS[3]], "ja"))
    parts = [a for a in tree.find("span") if a.get("class", "").startswith("part ")]
    widths = {a["data-key"]: width(a) for a in parts}
    assert widths == pytest.approx(
        {"community": 35, "municipality": 0, "basin": 0, "prefecture": 0, "time_mismatch": 40, "outside": 25}, abs=0.01
    )


def test_outside_no_need_and_no_data_are_drawn_in_three_ways():
    drawn = set()
    for closing in ("outside", "no_demand", "no_data"):
        markup = ladder_body([row("rice", closing, shares={})], "ja")
        (fill,) = set(re.findall(r'class="part fill-(\w+) shown|class="part shown fill-(\w+)', markup))
        drawn.add(fill)
    assert len(drawn) == 3


def test_figures_stand_where_a_bar_of_its_length_has_room_for_them():
    # Segments of 8, 30 and 62 %: the line at 40 % is 17 % from the middle of the second, 29 % from that of the last.
    made = row("electricity", "outside", shares={"community": 0.08, "municipality": 0.3}, threshold=0.4)

    def classes(room):
        parts = [a for a in Tree(bar(made, "ja", room)).find("span") if a.get("class", "").startswith("part ")]
        return {a["data-key"]: a["class"].split()[2:] for a in parts if width(a)}

    long = FigureRoom(least=0.05, least_on_phone=0.2, line=0.1)
    assert re.findall(r"<b[^>]*>(\d+)</b>", bar(made, "ja", long)) == ["8", "30", "62"]
    assert classes(long) == {"community": ["shown", "tight"], "municipality": ["shown"], "outside": ["shown"]}
    short = FigureRoom(least=0.1, least_on_phone=0.5, line=0.2)
    assert re.findall(r"<b[^>]*>(\d+)</b>", bar(made, "ja", short)) == ["30", "62"]
    assert classes(short)["municipality"] == ["left", "shown", "tight"]


def test_a_bar_is_read_aloud():
    assert spoken(ROWS[3], "ja") == "コミュニティ 35 %、時間が合わない分 40 %、県の外 25 %"
    assert spoken(ROWS[4], "en") == "No data"
    (bar,) = Tree(ladder_body([ROWS[3]], "en")).find("span", role="img")
    assert bar["aria-label"] == spoken(ROWS[3], "en")


def test_names_are_buttons_on_screen_and_plain_on_paper():
    assert len(Tree(ladder_body(ROWS, "ja")).find("button")) == len(ROWS)
    paper = Tree(ladder_html(ROWS, "ja"))
    assert paper.find("button") == []
    assert len(paper.find("style")) == 1


def test_the_threshold_is_marked_where_it_is():
    (line,) = Tree(ladder_body([row("water", threshold=0.65)], "ja")).find("span", data_key="threshold")
    assert "left:65.00%" in line["style"]


def test_all_words_from_outside_are_escaped():
    evil = '<script>alert("1")</script>'
    made = row("water", name_ja=evil, name_en=evil, resource='"><b>')
    markup = ladder_html([made], "ja", notes=[evil])
    assert "<script" not in markup
    assert "<b>alert" not in markup
    tree = Tree(markup)
    assert "".join(tree.words).count(evil) == 2
    assert [a["data-key"] for a in tree.find("li") if "data-key" in a] == ['"><b>']


def test_nothing_in_the_markup_asks_the_network():
    markup = ladder_html(ROWS, "ja").replace("http%3A//www.w3.org/2000/svg", "")
    assert "http" not in markup
    assert "@import" not in markup


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (row(closing="municipality"), "市町村で足りる"),
        (row("compost", "municipality", perspective="supply"), "市町村で使いきれる"),
        (row(closing="outside", shares={"prefecture": 0.31}), "県内で 31 %"),
        (row(closing="outside", shares={"basin": 0.38, "prefecture": 0.001}), "流域までで 38 %"),
        (row(closing="outside", shares={}), "県の外から"),
        (row("compost", "outside", shares={}, perspective="supply"), "県の外へ"),
        (row(closing="outside", shares={"community": 0.003, "basin": 0.003}), "流域までで 1 %"),
        (row(closing="no_demand", shares={}), "ここでは必要なし"),
        (row(closing="no_data", shares={}), "データ未整備"),
    ],
)
def test_a_scale_is_named_only_where_it_is_reached(made, words):
    assert verdict(made, "ja") == words


def test_a_cut_basin_is_marked_in_the_verdict():
    assert verdict(row(closing="basin"), "ja", is_cut=True) == "流域（データのある部分）で足りる"
    assert verdict(row(closing="municipality"), "ja", is_cut=True) == "市町村で足りる"


def test_certainty_in_words():
    sure = row(certainty=drawn("sure", 0.98))
    assert certainty_said(sure, "ja") == "確か（98 %）"
    assert certainty_full(sure, "ja") == "確か（500通りの仮定のうち98 %）"
    assert certainty_full(sure, "en") == "certain (98 % of 500 draws)"
    assert certainty_range(sure, "ja") == certainty_short(sure, "ja") == ""
    depends = row(low="outside", high="community", covered_low=0.42, certainty=drawn("open", 0.4))
    assert certainty_said(depends, "ja") == "まだ決められない（40 %）"
    assert certainty_range(depends, "ja") == "すべて控えめに見ると県内で 42 %、すべて多めに見るとコミュニティ"
    assert certainty_short(depends, "ja").replace("\u00a0", " ") == "控えめなら42 %・多めならコミュニティで足りる"


@pytest.mark.parametrize("made", [row(closing="no_data", shares={}, certainty=drawn("")), row()])
def test_where_no_scale_is_judged_or_nobody_asked_nothing_is_said_of_it(made):
    assert certainty(made, "ja") == certainty_said(made, "ja") == certainty_full(made, "ja") == ""
    assert "<small>" not in ladder_body([made], "ja")
    assert "仮定を" not in ladder_body([made], "ja")


def test_a_lack_is_sure_in_words_of_its_own():
    lacking = row(closing="outside", shares={}, certainty=drawn("sure", 1.0))
    assert certainty(lacking, "ja") == "足りないのは確か"
    waste = row("compost", "outside", shares={}, perspective="supply", certainty=drawn("likely", 0.7))
    assert certainty_said(waste, "en") == "likely not all used (70 %)"


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_words_are_explained_once_under_the_ladder(lang):
    rows = [row("water", certainty=drawn("sure")), row("rice", certainty=drawn("likely", is_cut=True))]
    said = "".join(Tree(ladder_body(rows, lang)).words)
    assert said.count(text("certainty.legend", lang, draws=500)) == 1
    assert said.count(text("certainty.cut", lang)) == 1
    marks = [a["class"] for a in Tree(ladder_body(rows, lang)).find("span") if "certainty" in a.get("class", "")]
    assert marks == ["certainty sure", "certainty likely"]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_read_across_a_room_each_row_says_how_sure_it_is_in_its_word_alone(lang):
    rows = [
        row("water", certainty=drawn("sure", 0.98)),
        row("rice", "basin", low="outside", certainty=drawn("likely", 0.7, is_cut=True)),
        row("timber", "outside", shares={}, certainty=drawn("sure", 0.99)),
        row("vegetables", "no_data", shares={}, certainty=drawn("")),
    ]
    body = ladder_body(rows, lang, is_far=True)
    words = {"ja": ["確か", "たぶん", "足りないのは確か"], "en": ["certain", "likely", "certainly not enough"]}[lang]
    told = re.findall(r'<span class="certainty (\w*)">([^<]*)</span>', body)
    assert told == [*zip(("sure", "likely", "sure"), words, strict=True), ("", "")]
    # Shares of draws would need the words that explain them, which nobody reads across a room.
    assert 'class="aside"' not in body
    assert 'class="cases"' not in body
    assert 'class="aside"' in ladder_body(rows, lang)


def test_a_share_that_never_reaches_a_scale_still_tells_how_far_it_moves():
    never = row(closing="outside", shares={"community": 0.35}, covered_low=0.25, covered_high=0.45)
    assert certainty_short(never, "en") == "25–45\u00a0%, cautious to optimistic"
    assert "25～45\u00a0%" in "".join(Tree(ladder_body([never], "ja")).words)


def test_less_waste_is_no_caution():
    waste = row("compost", "municipality", perspective="supply", low="community", high="prefecture")
    assert certainty_range(waste, "en") == "with less of it arising: community; with more: prefecture"


def test_a_cut_basin_is_marked_in_the_cases():
    depends = row(closing="municipality", low="basin")
    assert "流域（データのある部分）" in certainty_range(depends, "ja", is_cut=True)


def test_one_row_stands_alone_without_legend_and_controls():
    tree = Tree(row_body(row(), "ja"))
    assert len(tree.find("li")) == 1
    assert not tree.find("button")
    assert "市町村で足りる" in tree.words


def test_the_legend_tells_where_none_arises():
    tree = Tree(ladder_body([row("compost", "no_supply", shares={}, perspective="supply")], "ja"))
    assert tree.words.count("ここでは出ない") == 2


@pytest.mark.parametrize(
    ("share", "written"),
    [(0, "0"), (0.001, "<1"), (0.006, "1"), (0.314, "31"), (0.997, ">99"), (1, "100"), (2.03, "203"), (10.83, "1,083")],
)
def test_a_little_never_reads_as_nothing_nor_almost_all_as_all(share, written):
    assert percent(share) == written


@pytest.mark.parametrize(("share", "side"), [(0.43, "left"), (0.37, "right"), (0.2, ""), (0.9, "")])
def test_the_line_of_the_threshold_covers_no_figure(share, side):
    # What is left over ends the bar: its middle lies at 1 - share / 2 (0.785, 0.815, 0.9, 0.55), the line at 0.8.
    made = row("timber", "outside", shares={"community": 1 - share})
    (part,) = Tree(ladder_body([made], "ja")).find("span", data_key="outside")
    assert [word for word in ("left", "right") if word in part["class"].split()] == [side][: len(side)]
