"""The ladder as CSV: opens in Excel, one row a resource, place and threshold in every row."""

import csv
import io

from layers.scale_table import table_csv
from tests.layers.ladder_world import ODAWARA, certainty, row


def test_the_table_has_a_row_a_resource_with_shares_and_verdict():
    rows = [row("water", "municipality"), row("rice", "outside", shares={"basin": 0.35}, low="outside")]
    made = table_csv(rows, ODAWARA, "ja", stem="odawara")
    assert made.data.startswith(b"\xef\xbb\xbf")
    read = list(csv.DictReader(io.StringIO(made.data.decode("utf-8-sig"))))
    assert [line["資源"] for line in read] == ["水", "米"]
    assert [line["足りる規模"] for line in read] == ["市町村", "県の外"]
    assert [line["単位"] for line in read] == ["t/年", "t/年"]
    assert read[1]["流域でまかなえる割合"] == "0.35"
    assert {line["場所"] for line in read} == {"小田原市"}
    assert {line["足りるとみなす割合"] for line in read} == {"0.8"}


def test_the_amounts_are_those_of_a_year_in_english_too():
    made = table_csv([row("water", "municipality")], ODAWARA, "en", stem="odawara")
    [line] = csv.DictReader(io.StringIO(made.data.decode("utf-8-sig")))
    assert line["unit"] == "t/yr"


def test_how_sure_it_is_stands_in_columns_of_its_own():
    rows = [row("rice", "outside", shares={"basin": 0.35}, certainty=certainty("likely", 0.8)), row("water")]
    read = list(csv.DictReader(io.StringIO(table_csv(rows, ODAWARA, "ja", stem="x").data.decode("utf-8-sig"))))
    assert read[0]["確かさ"].startswith("たぶん足りない")
    assert read[0]["同じ答えになった仮定の割合"] == "0.8"
    assert read[0]["いちばん効く前提"] == "収量"
    assert (read[0]["まかなえる割合（10 %点）"], read[0]["まかなえる割合（90 %点）"]) == ("0.25", "0.45")
    assert read[1]["同じ答えになった仮定の割合"] == ""


def test_the_table_of_no_rows_is_only_its_header():
    lines = table_csv([], ODAWARA, "en", stem="x").data.decode("utf-8-sig").strip().splitlines()
    assert len(lines) == 1
