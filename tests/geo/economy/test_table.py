"""Reading tables of money: the template, items down the side, items along the top; what is refused, and where."""

import io
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.dataset import open_dataset
from geo.economy.cells import LARGEST_FILE_BYTES, MOST_ROWS
from geo.economy.circle import circle_of
from geo.economy.figures import ITEMS, EconomyError, grouped
from geo.economy.labels import Label, label_of, number_of, stated_unit, unit_of, year_of
from geo.economy.layouts import Stated
from geo.economy.places import Places, check_digit
from geo.economy.table import read_economy, unbalanced
from layers.messages import LANGUAGES, error_text
from tests.geo.economy_files import BALANCED, SOURCE, csv_bytes, listed, repacked, xlsx_bytes


@pytest.fixture(scope="module")
def dataset():
    return open_dataset("kanagawa")


def load(dataset, rows, *, stated=None, file="表.csv", encoding="utf-8-sig"):
    return read_economy(csv_bytes(rows, encoding), file, dataset, stated)


def refused(dataset, content, *, stated=None, file="表.csv"):
    with pytest.raises(EconomyError) as caught:
        read_economy(content, file, dataset, stated)
    for lang in LANGUAGES:
        told = error_text(caught.value, lang)
        assert file in told
        assert told != str(caught.value), caught.value.key
    return caught.value


def is_told(error):
    """Every refusal has its words in both languages."""
    for lang in LANGUAGES:
        assert error_text(error, lang) != str(error), error.key


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp932"])
def test_the_template_as_csv(dataset, encoding):
    loaded = load(dataset, listed(), encoding=encoding)
    assert len(loaded.figures) == len(BALANCED)
    assert loaded.decisions == ()
    assert {(one.municipality, one.year, one.unit, one.source) for one in loaded.figures} == {
        ("14206", 2018, "億円", SOURCE)
    }
    circle = circle_of(loaded.figures)
    assert circle is not None
    assert circle.gaps == ()
    assert circle.received == pytest.approx(1100e8)
    assert circle.energy_flow == pytest.approx(-60e8)
    assert unbalanced(loaded.figures) == ()


def test_the_template_as_a_workbook_with_other_sheets(dataset):
    rows = [["記入のしかた", "この表に書きます"], [], *listed(), ["", "", "", "", "", ""]]
    content = xlsx_bytes({"説明": [["読んでください"]], "表": rows})
    loaded = read_economy(content, "表.xlsx", dataset)
    assert loaded.figures == load(dataset, listed()).figures
    assert loaded.passed_over == ("説明",)


@pytest.mark.parametrize("place", ["14206", "142069", "神奈川県小田原市", "小田原 市", "Odawara", "１４２０６"])
def test_a_municipality_is_known_by_code_or_name(dataset, place):
    assert {one.municipality for one in load(dataset, listed(place=place)).figures} == {"14206"}


def test_check_digits_are_those_of_the_standard():
    assert [check_digit(code) for code in ("13104", "01100", "27100", "14100")] == ["1", "2", "4", "3"]


@pytest.mark.parametrize(
    ("unit", "times"), [("円", 1e8), ("千円", 1e5), ("百万円", 100), ("億円", 1), ("100 million yen", 1)]
)
def test_units_are_converted_to_yen(dataset, unit, times):
    amounts = {item: value * times for item, value in BALANCED.items()}
    loaded = load(dataset, listed(amounts, unit=unit))
    assert {one.item: one.yen for one in loaded.figures}["production"] == pytest.approx(1000e8)
    assert unbalanced(loaded.figures) == ()


def test_amounts_of_different_units_are_told_to_disagree(dataset):
    rows = [*listed({"域内総生産（付加価値額）": 1000}, unit="百万円"), *listed(dict(list(BALANCED.items())[1:]))[1:]]
    [circle] = unbalanced(load(dataset, rows).figures)
    assert (circle.municipality, circle.year) == ("14206", 2018)
    assert circle.gaps


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("① 雇用者所得", Label("employee_income", "bare")),
        ("雇用者所得（地域住民ベース）（億円）", Label("employee_income", "residents", "億円")),
        ("雇用者所得（地域内勤務者ベース）", Label("employee_income", "local")),
        ("その他所得の流出入", Label("other_income", "flow")),
        ("地域外への所得流出", Label("income", "out")),
        ("エネルギー代金の流出", Label("energy", "out")),
        ("その他支出（政府支出・移輸出入収支等）", Label("other_spending", "bare")),
        ("第１次産業", Label("production_primary", "bare")),
        ("3次産業", Label("production_tertiary", "bare")),
        ("生産（付加価値額）", Label("production", "bare")),
        ("民間消費の流入額", Label("consumption", "in")),
        ("consumption_local", Label("consumption", "local")),
        ("エネルギー代金", None),
        ("民間設備投資", None),
        ("雇用者所得（1人当たり）", None),
        ("雇用者所得比率", None),
        ("総生産額の伸び率", None),
        ("", None),
    ],
)
def test_labels_are_known_whole_or_not_at_all(words, label):
    assert label_of(words) == label


def test_every_item_is_known_by_its_key():
    assert all(label_of(item) is not None for item in ITEMS)


@pytest.mark.parametrize(
    ("words", "number"),
    [("1,234.5", 1234.5), ("△50", -50), ("▲ 1,000", -1000), ("１２３", 123), ("-3", -3), ("+4", 4), ("0", 0)],
)
def test_numbers(words, number):
    assert number_of(words) == number


@pytest.mark.parametrize("words", ["12,34", "(5)", "1e5", "約100", "100億円", "", "=1+1", "inf", "٣"])
def test_what_is_no_number(words):
    assert number_of(words) != number_of(words)


@pytest.mark.parametrize(
    ("words", "year"),
    [
        ("2018", 2018),
        ("2018年度", 2018),
        ("平成30年", 2018),
        ("R2", 2020),
        ("令和元年", 2019),
        ("18年", None),
        ("3018", None),
    ],
)
def test_years(words, year):
    assert year_of(words) == year


def test_units_stand_alone_or_in_a_line_of_their_own():
    assert [unit_of(words) for words in ("億円", "百 万 円", "％", "万円/人")] == ["億円", "百万円", "", ""]
    assert stated_unit("（単位：百万円）") == "百万円"
    assert stated_unit("単位 %") == ""


DOWN = [
    ["地域経済循環の概要（架空）"],
    ["市区町村名", "小田原市", "", "（単位：億円）"],
    ["", "", "2015年", "2018年"],
    ["生産（付加価値額）", "", "900", "1,000"],
    ["構成比の説明"],
    ["分配", "雇用者所得", "500", "550"],
    ["", "雇用者所得の流出", "40", "50"],
    ["", "その他所得", "480", "550"],
    ["", "その他所得の流入", "120", "150"],
    ["支出", "民間消費", "700", "700"],
    ["", "民間消費の流出入", "△100", "△150"],
    ["", "民間投資", "150", "200"],
    ["", "民間投資の流出入", "△30", "△30"],
    ["", "その他支出", "50", "100"],
    ["", "その他支出の流出入", "50", "80"],
    ["", "エネルギー代金の流出", "…", "60"],
    ["出典：架空の表（試験用）"],
]


@pytest.mark.parametrize("is_workbook", [True, False])
def test_items_down_the_side_with_a_column_a_year(dataset, is_workbook):
    content = xlsx_bytes({"循環": DOWN, "目次": [["a"]]}) if is_workbook else csv_bytes(DOWN)
    loaded = read_economy(content, "分析.xlsx" if is_workbook else "分析.csv", dataset)
    groups = grouped(loaded.figures)
    assert set(groups) == {("14206", 2015), ("14206", 2018)}
    amounts = {one.item: one.value for one in groups["14206", 2018]}
    # 550 + 550 - (150 - 50) = 1,000: the incomes are what residents receive. 700 + 200 + 100 = 1,000: spent here.
    assert amounts["employee_income"] == 550
    assert amounts["employee_income_flow"] == -50
    assert amounts["consumption_local"] == 700
    assert "energy_flow" not in {one.item for one in groups["14206", 2015]}
    assert {(decided.side, decided.read_as) for decided in loaded.decisions} == {
        ("distribution", "residents"),
        ("spending", "local"),
    }
    circle = circle_of(groups["14206", 2018])
    assert circle is not None
    assert circle.gaps == ()
    assert circle.spent == pytest.approx(1100e8)
    assert circle.sources == (SOURCE,)


def test_rows_of_shares_are_no_amounts(dataset):
    rows = [*DOWN[:-1], ["", "民間消費", "％", "64"], ["", "1人当たりの民間消費", "3", "4"], DOWN[-1]]
    assert load(dataset, rows).figures == load(dataset, DOWN).figures


ACROSS = [
    ["市町村", "年度", "生産（付加価値額）", "雇用者所得（地域住民）", "雇用者所得の流出", "備考"],
    ["小田原市", "2018", "1,000", "550", "50", "架空"],
    ["14207", "2018", "800", "-", "20", ""],
    ["（注）数値は架空", "", "", "", "", ""],
]


def test_items_along_the_top(dataset):
    loaded = load(dataset, ACROSS, stated=Stated(unit="億円", source=SOURCE))
    assert {(one.municipality, one.item): one.value for one in loaded.figures} == {
        ("14206", "production"): 1000,
        ("14206", "employee_income"): 550,
        ("14206", "employee_income_flow"): -50,
        ("14207", "production"): 800,
        ("14207", "employee_income_flow"): -20,
    }


def without(rows, words):
    return [[cell if words not in cell else "" for cell in row] for row in rows]


@pytest.mark.parametrize(
    ("words", "key", "stated"),
    [
        ("小田原市", "economy_unstated_municipality", {"municipality": "14206"}),
        ("単位", "economy_unstated_unit", {"unit": "億円"}),
        ("出典", "economy_unstated_source", {"source": SOURCE}),
    ],
)
def test_what_a_table_does_not_say_is_asked_for(dataset, words, key, stated):
    rows = without(DOWN, words)
    assert refused(dataset, csv_bytes(rows)).key == key
    assert read_economy(csv_bytes(rows), "表.csv", dataset, Stated(**stated)).figures == load(dataset, DOWN).figures


def test_a_year_that_no_column_says_is_asked_for(dataset):
    rows = [[*row[:2], *row[3:]] for row in without(DOWN, "年")]
    assert refused(dataset, csv_bytes(rows)).key == "economy_unstated_year"
    loaded = read_economy(csv_bytes(rows), "表.csv", dataset, Stated(year=2018))
    assert {one.year for one in loaded.figures} == {2018}


def changed(key, value, column):
    rows = listed()
    rows[1][column] = value
    return key, rows


@pytest.mark.parametrize(
    ("key", "rows"),
    [
        changed("economy_municipality_nearest", "小田腹市", 0),
        changed("economy_municipality", "XYZ", 0),
        changed("economy_unstated_municipality", "", 0),
        changed("economy_year", "18年", 1),
        changed("economy_year", "3000", 1),
        changed("economy_item", "設備投資", 2),
        changed("economy_value", "約1000", 3),
        changed("economy_value", "=1000", 3),
        changed("economy_amount", "-1000", 3),
        changed("economy_amount", "1000000000", 3),
        changed("economy_unit", "ドル", 4),
        changed("economy_unit", "％", 4),
        changed("economy_source", "=cmd|' /C calc'!A0", 5),
        changed("economy_source", "あ" * 301, 5),
        ("economy_layout", [["何もない表"], ["a", "1"]]),
        ("economy_title_twice", [["市町村", "市町村", "項目", "値"], ["a", "b", "c", "1"]]),
        ("economy_twice", [*listed(), ["小田原市", "2018", "域内総生産", "999", "億円", SOURCE]]),
        ("economy_layout", listed({"域内総生産": ""})),
        (
            "economy_columns",
            [["小田原市"], ["単位：億円"], ["年", "2018"], ["域内総生産", "1000", "0.5"], ["出典：架空"]],
        ),
        ("economy_several_unit", [["単位：億円"], ["単位：百万円"], ["域内総生産", "1000"]]),
        ("economy_several_municipality", [["小田原市"], ["平塚市"], ["域内総生産", "1000"]]),
        ("economy_direction", listed({"民間消費の流出": -5})),
        ("economy_two_ways", listed({"民間消費の流出": 5, "民間消費の流出入": -5})),
        ("economy_several_unit", listed({"域内総生産（百万円）": 5})),
    ],
)
def test_a_wrong_row_is_refused_and_says_where(dataset, key, rows):
    error = refused(dataset, csv_bytes(rows))
    assert error.key == key
    if key in ("economy_municipality_nearest", "economy_item", "economy_value", "economy_year", "economy_source"):
        assert error.params["row"] == 2
    if key == "economy_municipality_nearest":
        assert error.params["nearest"] == "14206 小田原市"


def bare(**changes):
    amounts = {
        "域内総生産": 1000,
        "雇用者所得": 550,
        "雇用者所得の流出入": -50,
        "その他所得": 550,
        "その他所得の流出入": 150,
    }
    return csv_bytes(listed(amounts | changes))


def test_whose_incomes_they_are_is_settled_by_the_sums(dataset):
    assert read_economy(bare(), "表.csv", dataset).decisions[0].read_as == "residents"
    local = read_economy(bare(**{"雇用者所得": 600, "その他所得": 400}), "表.csv", dataset)
    assert local.decisions[0].read_as == "local"
    assert {one.item for one in local.figures} >= {"employee_income_local", "other_income_local"}


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        # Neither 700 + 550 - 100 nor 700 + 550 is 1,000.
        ({"雇用者所得": 700}, "economy_unbalanced_distribution"),
        # Flows of -150 and +150: 550 + 450 is 1,000 both ways.
        ({"その他所得": 450, "雇用者所得の流出入": -150}, "economy_ambiguous_distribution"),
        ({"雇用者所得の流出入": "", "その他所得の流出入": ""}, "economy_ambiguous_distribution"),
        ({"域内総生産": ""}, "economy_ambiguous_distribution"),
        ({"その他所得": ""}, "economy_ambiguous_distribution"),
    ],
)
def test_where_the_sums_do_not_settle_it_nothing_is_guessed(dataset, changes, key):
    error = refused(dataset, bare(**changes))
    assert error.key == key
    assert "雇用者所得" in error.params["item"]


def test_the_same_amount_told_twice_counts_once(dataset):
    loaded = load(dataset, [*listed(), ["14206", "2018", "域内総生産", "100000", "百万円", SOURCE]])
    assert loaded.figures == load(dataset, listed()).figures


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"\x00\x01\x02", "economy_kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "economy_kind"),
        (b"\x81\x20" * 20, "economy_kind"),
        (b"", "economy_empty"),
        ("\ufeff\r\n \r\n".encode(), "economy_empty"),
        (xlsx_bytes({"表": [], "目次": []}), "economy_empty"),
        (b"a" * (LARGEST_FILE_BYTES + 1), "economy_size"),
        (b"PK\x03\x04 broken", "economy_archive"),
        (b"x\n" * (MOST_ROWS + 1), "economy_many_rows"),
        (b"," * 300 + b"x", "economy_many_columns"),
    ],
)
def test_files_that_are_no_table(dataset, content, key):
    assert refused(dataset, content).key == key


def test_text_that_is_called_a_workbook_is_told_to_be_none(dataset):
    assert refused(dataset, csv_bytes(listed()), file="表.XLSX").key == "economy_no_workbook"
    assert refused(dataset, b"", file="表.xlsx").key == "economy_empty"


BOOK = xlsx_bytes({"表": listed()})


@pytest.mark.parametrize(
    ("add", "key"),
    [
        ({"xl/vbaProject.bin": b"x"}, "economy_part_macro"),
        ({"xl/externalLinks/externalLink1.xml": b"<x/>"}, "economy_part_link"),
        ({"xl/embeddings/oleObject1.bin": b"x"}, "economy_part_embedded"),
        ({"../../etc/passwd": b"x"}, "economy_archive"),
        ({"xl/media/zeros.bin": b"\0" * 30_000_000}, "economy_archive"),
    ],
)
def test_workbooks_that_hold_more_than_a_table(dataset, add, key):
    assert refused(dataset, repacked(BOOK, add=add), file="表.xlsx").key == key


def test_an_archive_that_is_no_workbook(dataset):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    assert refused(dataset, out.getvalue(), file="表.xlsx").key == "economy_kind"


def test_entities_of_a_workbook_are_not_opened(dataset):
    def attack(data):
        bomb = b'<!DOCTYPE x [<!ENTITY a "' + b"A" * 1000 + b'"><!ENTITY b "' + b"&a;" * 1000 + b'">]>'
        return data.replace(b"<worksheet", bomb + b"<worksheet", 1).replace(b"<v>", b"<v>&b;", 1)

    content = repacked(BOOK, change={"xl/worksheets/sheet1.xml": attack})
    assert refused(dataset, content, file="表.xlsx").key == "economy_damaged"


def test_a_row_far_below_is_refused_and_not_waited_for(dataset):
    def far(data):
        return data.replace(b"</sheetData>", b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>')

    content = repacked(BOOK, change={"xl/worksheets/sheet1.xml": far})
    assert refused(dataset, content, file="表.xlsx").key == "economy_many_rows"


def test_formulas_are_never_computed(dataset):
    rows = listed()
    rows[1][3] = "=500+500"
    # openpyxl writes no computed value beside the formula: the amount is not known, and not taken for 1,000.
    assert "production" not in {one.item for one in read_economy(xlsx_bytes({"表": rows}), "表.xlsx", dataset).figures}


def test_openpyxl_reads_xml_without_entities():
    assert openpyxl.DEFUSEDXML


def test_places_know_their_own_names(dataset):
    places = Places(dataset)
    assert all(places.code_of(name) == code for code, name in places.names.items())
    assert places.nearest("14205") in {f"{code} {name}" for code, name in places.names.items()}
    assert places.nearest("") == ""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_files_are_refused_or_read_but_never_break(dataset, data):
    whole = data.draw(st.sampled_from([BOOK, csv_bytes(listed()), csv_bytes(DOWN)]))
    at = data.draw(st.integers(0, len(whole) - 1))
    kind = data.draw(st.sampled_from(["cut", "flip", "insert"]))
    patch = data.draw(st.binary(min_size=1, max_size=6))
    content = {
        "cut": whole[:at],
        "flip": whole[:at] + patch + whole[at + len(patch) :],
        "insert": whole[:at] + patch + whole[at:],
    }[kind]
    try:
        loaded = read_economy(content, "表", dataset)
    except EconomyError as error:
        is_told(error)
    else:
        assert loaded.figures
        assert all(one.municipality in Places(dataset).names for one in loaded.figures)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cells=st.lists(
        st.lists(
            st.sampled_from(
                [
                    *BALANCED,
                    "2018",
                    "2015年",
                    "小田原市",
                    "単位：億円",
                    "百万円",
                    "出典：x",
                    "10",
                    "△5",
                    "項目",
                    "値",
                    "年",
                    "",
                ]
            ),
            max_size=6,
        ),
        max_size=8,
    )
)
def test_any_mixture_of_known_words_is_refused_or_read(dataset, cells):
    try:
        loaded = load(dataset, cells)
    except EconomyError as error:
        is_told(error)
    else:
        assert loaded.figures
